//! From text to a checked manifest, or to everything that is wrong with it.
//!
//! The order: the text is parsed once; the compiled schema reads the tree; where it objects,
//! misspelt keys are told once and read as what they surely mean, and the schema's other
//! objections become diagnostics; then the rules look at each instance merged with its defaults.

mod alias;
mod allow;
mod dashes;
mod fault;
mod findings;
mod fix;
mod meant;
mod misspelt;
mod onward;
mod part;
mod policy;
mod rules;
mod shared;
mod suggest;
#[cfg(test)]
mod tests;
mod tree_json;
mod typographic;
mod violation;
mod weight;

use std::sync::OnceLock;

use jsonschema::Validator;

use crate::diagnostic::{Diagnostic, DiagnosticKind, Fix, Severity};
use crate::document::Document;
use crate::manifest::{InstanceSpec, Manifest, ManifestDocument, RegionId};
use crate::schema;
use crate::source::{EncodingError, SourceFile, Span};
use crate::yaml::{self, Parsed, WithDefaults};
use findings::{DiagnosticCollector, diagnostic};
use onward::AppliedFix;
use part::Chunk;
use tree_json::{SchemaNode, TreeJson};

pub use fix::{FixResult, TextEdit, fix};
pub use policy::{LintLevels, UnknownCode};
pub use suggest::closest;

/// What validation found in one file.
#[derive(Debug)]
pub struct ValidationResult {
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
pub fn validate(
    source: &SourceFile,
    unreadable: Option<(EncodingError, Span)>,
) -> ValidationResult {
    if let Some((fault, span)) = unreadable {
        let diagnostics = vec![fault::unreadable(fault, span)];
        return ValidationResult { manifest: None, diagnostics, instances: 0 };
    }
    parse_with_recovery(source, onward::recover(source), None).expect("no edit was of no use")
}

/// Checks a text, and past `slips` of those that a sure edit mends. None, if the `last` edit was of
/// no use.
fn parse_with_recovery(
    source: &SourceFile,
    slips: usize,
    last: Option<&AppliedFix>,
) -> Option<ValidationResult> {
    let parsed = yaml::parse(source.text());
    let Some((fault, fix)) = parsed.terminal_syntax_error() else {
        return Some(check(source, parsed));
    };
    let told = fault::parse_diagnostic(fault, fault::document_index(fault, &parsed));
    if last.is_some_and(|mend| mend.is_ineffective(&told, fix.is_some())) {
        return None;
    }
    let Some(fix) = fix.filter(|_| slips > 0).map(Fix::from) else {
        return Some(check(source, parsed));
    };
    // One tree at a time.
    drop(parsed);
    let mend = AppliedFix::new(source, fix, told);
    Some(match parse_with_recovery(&mend.fixed_text(source), slips - 1, Some(&mend)) {
        Some(past) => mend.map_diagnostics_back(past),
        None => mend.drop_unapplied_fixes(check(source, yaml::parse(source.text()))),
    })
}

/// Checks what was read of a text.
fn check(source: &SourceFile, mut parsed: Parsed<'_>) -> ValidationResult {
    let mut found = DiagnosticCollector::new(source, parsed.told.clone());
    found.parse_diagnostics(&parsed);
    if !is_valid(&parsed) {
        check_schema(&mut parsed, &mut found);
    }
    let documents = documents(&parsed);
    if documents.is_empty() && found.diagnostics.is_empty() {
        found.push(DiagnosticKind::EmptyFile, Span::new(0..0), 1, String::new());
    }
    let instances = check_rules(&documents, &mut found);
    shared::label_shared_values(&documents, &mut found);
    allow::apply(&parsed, &mut found);
    let mut diagnostics = found.diagnostics;
    diagnostics.sort_by_key(|diagnostic| diagnostic.span);
    let valid = diagnostics.iter().all(|found| found.severity != Severity::Error);
    let manifest = valid.then(|| decode(&documents));
    ValidationResult { manifest, diagnostics, instances }
}

/// What the schema objects to, once misspelt keys are told and read as what they mean.
fn check_schema(parsed: &mut Parsed<'_>, found: &mut DiagnosticCollector<'_>) {
    let renames = misspelt::correct_field_names(&documents(parsed), found);
    parsed.tree.rename_keys(&renames);
    for document in documents(parsed) {
        if violation::is_foreign(document) {
            violation::report_foreign(document, found);
            continue;
        }
        dashes::report_split_items(document, found);
        for part in Chunk::chunks(document, found) {
            if found.limit_reached() {
                return;
            }
            // What stands in the wrong place is told first: it is not missing in the right one.
            let (unknown, others): (Vec<_>, Vec<_>) = validator()
                .iter_errors(SchemaNode::Part(part))
                .partition(violation::is_unknown_field);
            for error in unknown.into_iter().chain(others) {
                violation::diagnose_schema_error(&error, part, document, found);
            }
        }
    }
}

/// What the rules object to; and how many instances there are.
fn check_rules(documents: &[Document<'_>], found: &mut DiagnosticCollector<'_>) -> usize {
    let mut instances = 0;
    let mut names = rules::Names::default();
    let mut weight = weight::ExpandedSize::default();
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
    parsed.documents().all(|(_, root)| validator().is_valid(SchemaNode::Node(root)))
}

fn validator() -> &'static Validator<TreeJson> {
    static VALIDATOR: OnceLock<Validator<TreeJson>> = OnceLock::new();
    VALIDATOR.get_or_init(schema::validator)
}

/// Decodes what was checked.
fn decode(documents: &[Document<'_>]) -> Manifest {
    let instance = |fields: WithDefaults<'_>| {
        yaml::decode::<InstanceSpec>(fields)
            .expect("what the schema and the rules let pass decodes")
    };
    let document = |document: &Document<'_>| ManifestDocument {
        region: document.root.get("region").map(|own| {
            let region = yaml::decode::<RegionId>(WithDefaults { own, defaults: None });
            region.expect("the schema lets only text and integers pass").0
        }),
        instances: document.instances().map(|found| instance(found.fields)).collect(),
    };
    Manifest { documents: documents.iter().map(document).collect() }
}
