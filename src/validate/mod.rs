//! From text to a checked manifest, or to everything that is wrong with it.
//!
//! The order: the text is parsed once; the compiled schema reads the tree; where it objects,
//! misspelt keys are told once and read as what they surely mean, and the schema's other
//! objections become diagnostics; then the rules look at each instance merged with its defaults.

mod allow;
mod dashes;
mod fix;
mod meant;
mod misspelt;
mod onward;
mod policy;
mod rules;
mod shared;
mod suggest;
#[cfg(test)]
mod tests;
mod tree_json;
mod violation;
mod weight;

use std::collections::HashSet;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::ops::Range;
use std::sync::OnceLock;

use jsonschema::Validator;

use crate::diagnostic::{Diagnostic, Fix, Label, Problem, Severity, quote};
use crate::document::Document;
use crate::manifest::{InstanceSpec, Manifest, ManifestDocument, RegionId};
use crate::schema;
use crate::source::{EncodingFault, MAX_BYTES, SourceFile, Span};
use crate::yaml::{self, Fault, FaultKind, Merged, Parsed};
use tree_json::{TreeJson, View};

pub use fix::{Edit, Fixed, fix};
pub use policy::{Policy, UnknownCode};
pub use suggest::nearest;

/// What validation found in one file.
#[derive(Debug)]
pub struct Checked {
    /// The manifest, if nothing of severity error was found.
    pub manifest: Option<Manifest>,
    /// Everything that was found, in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
    /// How many instances the file holds, checked or not.
    pub instances: usize,
}

/// Checks one file. `unreadable` is what [`SourceFile::from_bytes`] said of its bytes.
///
/// # Panics
/// Never: no edit can have been of no use before the first reading.
pub fn validate(source: &SourceFile, unreadable: Option<(EncodingFault, Span)>) -> Checked {
    if let Some((fault, span)) = unreadable {
        return unreadable_file(fault, span);
    }
    read(source, onward::slips(source), 0..0).expect("no fault stands before byte 0")
}

/// Checks a text, and past `slips` of those that a sure edit mends. None, if the last edit, which
/// wrote the bytes `edited`, was of no use.
fn read(source: &SourceFile, slips: usize, edited: Range<usize>) -> Option<Checked> {
    let parsed = yaml::parse(source.text());
    let Some((fault, fix)) = parsed.slip() else { return Some(check(source, parsed)) };
    // A colon that is none may hide one on the line above it; else what is before was read.
    let least = if fix.is_some() { edited.start } else { 0 };
    if (least..edited.end).contains(&fault.span.range().start) {
        return None;
    }
    let Some(fix) = fix.filter(|_| slips > 0).map(Fix::from) else {
        return Some(check(source, parsed));
    };
    let told = fault_diagnostic(fault, document_of(fault, &parsed));
    // One tree at a time.
    drop(parsed);
    let Some(past) = read(&onward::mended(source, &fix), slips - 1, onward::written(&fix)) else {
        return Some(check(source, yaml::parse(source.text())));
    };
    let mut checked = onward::back(past, &fix, told.document);
    let at = checked.diagnostics.partition_point(|found| found.span <= told.span);
    checked.diagnostics.insert(at, told);
    Some(checked)
}

/// Checks what was read of a text.
fn check(source: &SourceFile, mut parsed: Parsed<'_>) -> Checked {
    let mut found = Findings {
        source,
        diagnostics: Vec::new(),
        seen: HashSet::new(),
        told: parsed.told.clone(),
        misplaced: HashSet::new(),
        scripts: HashSet::new(),
    };
    found.faults(&parsed);
    if !is_valid(&parsed) {
        ask_schema(&mut parsed, &mut found);
    }
    let documents = documents(&parsed);
    if documents.is_empty() && found.diagnostics.is_empty() {
        found.push(Problem::EmptyFile, Span::new(0..0), 1, String::new());
    }
    let instances = ask_rules(&documents, &mut found);
    shared::label(&documents, &mut found);
    allow::apply(&parsed, &mut found);
    let mut diagnostics = found.diagnostics;
    diagnostics.sort_by_key(|diagnostic| diagnostic.span);
    let valid = diagnostics.iter().all(|found| found.severity != Severity::Error);
    let manifest = valid.then(|| decode(&documents));
    Checked { manifest, diagnostics, instances }
}

fn unreadable_file(fault: EncodingFault, span: Span) -> Checked {
    let problem = match fault {
        EncodingFault::TooLarge => Problem::TooLarge {
            what: "the file is larger",
            limit: MAX_BYTES,
            help: "split it into several manifests; `-f` takes a folder too",
        },
        fault => Problem::Encoding { fault },
    };
    let diagnostics = vec![diagnostic(problem, span, 1, String::new())];
    Checked { manifest: None, diagnostics, instances: 0 }
}

/// What the schema objects to, once misspelt keys are told and read as what they mean.
fn ask_schema(parsed: &mut Parsed<'_>, found: &mut Findings<'_>) {
    let renames = misspelt::rename(&documents(parsed), found);
    parsed.tree.rename_keys(&renames);
    for document in documents(parsed) {
        if violation::is_foreign(document) {
            violation::report_foreign(document, found);
            continue;
        }
        dashes::tell(document, found);
        // What stands in the wrong place is told first: it is not missing in the right one as well.
        let (unknown, others): (Vec<_>, Vec<_>) = validator()
            .iter_errors(View::Node(document.root))
            .partition(violation::is_unknown_field);
        for error in unknown.iter().chain(&others) {
            violation::report(error, document, found);
        }
    }
}

/// What the rules object to; and how many instances there are.
fn ask_rules(documents: &[Document<'_>], found: &mut Findings<'_>) -> usize {
    let mut instances = 0;
    let mut names = rules::Names::default();
    let mut weight = weight::Weight::default();
    let mut bounded = true;
    for document in documents.iter().filter(|document| !violation::is_foreign(**document)) {
        for instance in document.instances() {
            instances += 1;
            bounded = bounded && weight.add(&instance, found);
            if bounded {
                rules::check(&instance, &mut names, found);
            }
        }
        rules::yaml11_value::check(*document, found);
        rules::empty_list::check(*document, found);
    }
    instances
}

fn documents<'a>(parsed: &'a Parsed<'_>) -> Vec<Document<'a>> {
    parsed.documents().map(|(at, root)| Document::new(at + 1, root)).collect()
}

fn is_valid(parsed: &Parsed<'_>) -> bool {
    parsed.documents().all(|(_, root)| validator().is_valid(View::Node(root)))
}

fn validator() -> &'static Validator<TreeJson> {
    static VALIDATOR: OnceLock<Validator<TreeJson>> = OnceLock::new();
    VALIDATOR.get_or_init(schema::validator)
}

/// Decodes what was checked.
fn decode(documents: &[Document<'_>]) -> Manifest {
    let instance = |fields: Merged<'_>| {
        yaml::decode::<InstanceSpec>(fields)
            .expect("what the schema and the rules let pass decodes")
    };
    let document = |document: &Document<'_>| ManifestDocument {
        region: document.root.get("region").map(|own| {
            let region = yaml::decode::<RegionId>(Merged { own, defaults: None });
            region.expect("the schema lets only text and integers pass").0
        }),
        instances: document.instances().map(|found| instance(found.fields)).collect(),
    };
    Manifest { documents: documents.iter().map(document).collect() }
}

fn diagnostic(problem: Problem, span: Span, document: usize, pointer: String) -> Diagnostic {
    let severity = problem.severity();
    Diagnostic { problem, severity, span, document, pointer, labels: Vec::new(), fix: None }
}

/// What was found so far in one file.
struct Findings<'s> {
    source: &'s SourceFile,
    diagnostics: Vec<Diagnostic>,
    /// What was told where, its words as their hash: there may be as many as the file has bytes.
    seen: HashSet<(Span, u64)>,
    /// Values of which enough was said: one mistake is one diagnostic.
    told: HashSet<Span>,
    /// Fields that stand in the wrong place, by document: they are not missing as well.
    misplaced: HashSet<(usize, String)>,
    /// Scripts that were looked through: one in `defaults` is met with every instance.
    scripts: HashSet<Span>,
}

impl Findings<'_> {
    fn push(&mut self, problem: Problem, span: Span, document: usize, pointer: String) {
        self.push_with(diagnostic(problem, span, document, pointer));
    }

    /// Adds a diagnostic, once: what stands behind an alias or in `defaults` is met many times.
    fn push_with(&mut self, diagnostic: Diagnostic) {
        let words = BuildHasherDefault::<DefaultHasher>::default();
        let words = words.hash_one(diagnostic.problem.to_string());
        if self.seen.insert((diagnostic.span, words)) {
            self.diagnostics.push(diagnostic);
        }
    }

    /// What is wrong with the text itself.
    fn faults(&mut self, parsed: &Parsed<'_>) {
        let ends: Vec<_> = parsed.documents().map(|(at, root)| (root.span().end, at + 1)).collect();
        let mut begun = None;
        for fault in &parsed.faults {
            if let FaultKind::DuplicateKey { first, .. } = fault.kind {
                // Where a second instance begins without its dash, all its keys stand twice.
                if begun.is_some_and(|(start, again): (Span, Span)| {
                    start < first && first < again && again < fault.span
                }) {
                    continue;
                }
                // Instances that all lack their dash make `instances` a mapping, which is told.
                if begins_anew(fault) && is_list_without_dashes(parsed, first) {
                    begun = Some((first, fault.span));
                    continue;
                }
                begun = begins_anew(fault).then_some((first, fault.span));
            } else {
                begun = None;
            }
            let next = ends.partition_point(|&(end, _)| end <= fault.span.start);
            let document = ends.get(next).map_or(parsed.whole() + 1, |&(_, number)| number);
            let told = match template(fault, self.source) {
                Some((problem, span)) => diagnostic(problem, span, document, String::new()),
                None => fault_diagnostic(fault, document),
            };
            self.diagnostics.push(told);
        }
    }
}

/// Whether the key at that place is one of a mapping that stands where a list of instances does.
fn is_list_without_dashes(parsed: &Parsed<'_>, key: Span) -> bool {
    let mut lists = parsed.documents().filter_map(|(_, root)| root.get("instances"));
    lists.any(|list| list.is_map() && list.pairs().any(|pair| pair.key_span == key))
}

/// Whether a key that stands twice is that with which an instance, a mount or a port begins.
fn begins_anew(fault: &Fault) -> bool {
    let firsts = ["instanceServiceName", "sourcePath", "containerPort"];
    matches!(&fault.kind, FaultKind::DuplicateKey { key, .. } if firsts.contains(&key.as_str()))
}

/// The number of the document that a fault is in.
fn document_of(fault: &Fault, parsed: &Parsed<'_>) -> usize {
    let mut documents = parsed.documents();
    let found = documents.find(|(_, root)| fault.span.start < root.span().end);
    found.map_or(parsed.whole() + 1, |(at, _)| at + 1)
}

/// A template that was not filled in: `{{ name }}` is a mapping in a mapping to YAML.
fn template(fault: &Fault, source: &SourceFile) -> Option<(Problem, Span)> {
    let inner = fault.span.range();
    let outer = inner.start.checked_sub(1)?..inner.end + 1;
    let text = source.text().get(outer.clone())?;
    let whole = text.starts_with("{{") && text.ends_with("}}");
    (whole && fault.kind == FaultKind::ComplexKey).then(|| {
        let problem = Problem::WrongType {
            subject: "this value".to_owned(),
            expected: "text or a number".to_owned(),
            found: "a template that nobody filled in".to_owned(),
            help: "write the value, or let your template program fill it in before `validate`; to \
                   keep it as text, put it in quotes"
                .to_owned(),
        };
        (problem, Span::new(outer))
    })
}

fn fault_diagnostic(fault: &Fault, document: usize) -> Diagnostic {
    let (mut labels, mut fix) = (Vec::new(), None);
    let problem = match &fault.kind {
        FaultKind::Syntax { message, help, fix: edit } => {
            fix = edit.clone().map(Fix::from);
            let away = fix.iter().filter(|fix| fix.span.end < fault.span.start);
            labels.extend(away.map(|fix| Label {
                message: format!("write `{}` here", fix.text),
                span: fix.span,
            }));
            Problem::YamlSyntax { message: message.to_string(), help }
        }
        FaultKind::TooDeep => Problem::TooDeep { limit: yaml::MAX_DEPTH },
        FaultKind::UndefinedAlias { name } => Problem::Alias {
            message: format!(
                "no anchor {} stands before this alias in its document",
                quote(&format!("&{name}"))
            ),
            help: if name.contains(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | '_')) {
                "put the value in quotes, if it is text: `*` begins an alias"
            } else {
                "write the anchor before its first alias; anchors do not reach into other documents"
            },
        },
        FaultKind::RecursiveAlias => Problem::Alias {
            message: "this alias stands inside what it names".to_owned(),
            help: "name a value that is complete before the alias",
        },
        FaultKind::AliasBudget => Problem::Alias {
            message: "aliases stand for more values than a file of this size may hold".to_owned(),
            help: "write the values out, or use `defaults`",
        },
        FaultKind::DuplicateKey { key, first } => {
            labels.push(Label { message: "first here".to_owned(), span: *first });
            Problem::DuplicateKey { key: key.clone(), begins: begins_anew(fault) }
        }
        FaultKind::ComplexKey => Problem::WrongType {
            subject: "a key".to_owned(),
            expected: "text".to_owned(),
            found: "a list or a mapping".to_owned(),
            help: "write the name of a field; a template (`{{ name }}`) is filled in first"
                .to_owned(),
        },
        FaultKind::BadMerge { written } => {
            if *written != fault.span {
                labels.push(Label { message: "this is merged".to_owned(), span: *written });
            }
            Problem::WrongType {
                subject: "`<<`".to_owned(),
                expected: "a mapping or a list of mappings".to_owned(),
                found: "something else".to_owned(),
                help: "merge an alias of a mapping: `<<: *base` or `<<: [*a, *b]`".to_owned(),
            }
        }
        FaultKind::Tag { tag } => Problem::WrongType {
            subject: format!("the tag {}", quote(tag)),
            expected: "a plain value".to_owned(),
            found: "a tag that is unknown or does not fit its value".to_owned(),
            help: "remove the tag".to_owned(),
        },
    };
    Diagnostic { labels, fix, ..diagnostic(problem, fault.span, document, String::new()) }
}

impl From<(Span, String)> for Fix {
    fn from((span, text): (Span, String)) -> Self {
        Self { span, text }
    }
}
