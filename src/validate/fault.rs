//! From a fault of the bytes or of the YAML to a diagnostic in the words of the manifest.

use std::collections::HashSet;

use super::findings::{Findings, diagnostic};
use super::misspelt::BLANKS;
use crate::diagnostic::{Diagnostic, Fix, Label, Problem, quote};
use crate::source::{EncodingFault, MAX_BYTES, SourceFile, Span};
use crate::yaml::{self, Fault, FaultKind, Node, Parsed};

impl Findings<'_> {
    /// What is wrong with the text itself.
    pub(super) fn faults(&mut self, parsed: &Parsed<'_>) {
        if parsed.faults.is_empty() {
            return;
        }
        let mut template_ends = None;
        let dashless = keys_in_place_of_dashes(parsed);
        let ends: Vec<_> = parsed.documents().map(|(at, root)| (root.span().end, at + 1)).collect();
        let mut begun = None;
        for fault in &parsed.faults {
            if let FaultKind::DuplicateKey { ref key, first } = fault.kind {
                // A key behind blanks that are none is unknown already.
                if key.starts_with(BLANKS) {
                    continue;
                }
                // Where a second instance begins without its dash, all its keys stand twice.
                if begun.is_some_and(|(start, again): (Span, Span)| {
                    start < first && first < again && again < fault.span
                }) {
                    continue;
                }
                // Instances that all lack their dash make `instances` a mapping, which is told.
                if begins_anew(fault) && dashless.contains(&first) {
                    begun = Some((first, fault.span));
                    continue;
                }
                begun = begins_anew(fault).then_some((first, fault.span));
            } else {
                begun = None;
            }
            if let FaultKind::UndefinedAlias { elsewhere: Some(anchor), .. } = fault.kind {
                // A document of anchors alone lacks nothing but to be one with this one.
                let holds = |root: &Node<'_>| root.span().range().contains(&anchor.range().start);
                let of_anchors = parsed.documents().map(|(_, root)| root).find(holds);
                self.told.extend(of_anchors.map(Node::span));
            }
            let next = ends.partition_point(|&(end, _)| end <= fault.span.start);
            let document = ends.get(next).map_or(parsed.whole() + 1, |&(_, number)| number);
            // `{{ name }}-a`: the text behind a template is told with it.
            if template_ends.is_some_and(|end| end == fault.span.start) {
                continue;
            }
            let diagnostic = match template(fault, self.source) {
                Some((problem, span)) => {
                    template_ends = Some(span.end);
                    diagnostic(problem, span, document, String::new())
                }
                None => told(fault, document),
            };
            self.add(diagnostic);
        }
    }
}

/// What is wrong with bytes that are no text.
pub(super) fn unreadable(fault: EncodingFault, span: Span) -> Diagnostic {
    let problem = match fault {
        EncodingFault::TooLarge => Problem::TooLarge {
            message: format!("the file is larger than {} MiB", MAX_BYTES >> 20),
            help: "split it into several manifests; `-f` takes a folder too",
        },
        fault => Problem::Encoding { fault },
    };
    diagnostic(problem, span, 1, String::new())
}

/// The keys of the mappings that stand where a list of instances does.
fn keys_in_place_of_dashes(parsed: &Parsed<'_>) -> HashSet<Span> {
    let lists = parsed.documents().filter_map(|(_, root)| root.get("instances"));
    lists.flat_map(Node::pairs).map(|pair| pair.key_span).collect()
}

/// Whether a key that stands twice is that with which an instance, a mount or a port begins.
fn begins_anew(fault: &Fault) -> bool {
    let firsts = ["instanceServiceName", "sourcePath", "containerPort"];
    matches!(&fault.kind, FaultKind::DuplicateKey { key, .. } if firsts.contains(&key.as_str()))
}

/// The number of the document that a fault is in.
pub(super) fn document_of(fault: &Fault, parsed: &Parsed<'_>) -> usize {
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

/// The diagnostic of one fault.
pub(super) fn told(fault: &Fault, document: usize) -> Diagnostic {
    let (mut labels, mut fix) = (Vec::new(), None);
    let problem = match &fault.kind {
        FaultKind::Syntax { message, help, fix: edit, opener } => {
            fix = edit.clone().map(Fix::from);
            let opened = |span| Label { message: "opened here".to_owned(), span };
            labels.extend(opener.map(opened));
            let away = fix.iter().filter(|fix| fix.span.end < fault.span.start);
            labels.extend(away.map(|fix| Label {
                message: format!("write `{}` here", fix.text),
                span: fix.span,
            }));
            Problem::YamlSyntax { message: message.to_string(), help }
        }
        FaultKind::TooDeep => Problem::TooDeep { limit: yaml::MAX_DEPTH },
        FaultKind::UndefinedAlias { name, similar, elsewhere } => {
            labels.extend(
                elsewhere.map(|span| Label {
                    message: "this one is in another document".to_owned(),
                    span,
                }),
            );
            fix = similar.as_ref().map(|name| Fix { span: fault.span, text: format!("*{name}") });
            undefined_alias(name, similar.as_deref())
        }
        FaultKind::OddAnchor { name, fix: edit } => {
            fix = edit.clone().map(Fix::from);
            Problem::Alias {
                message: format!(
                    "{} is read as an anchor, and no alias uses it",
                    quote(&format!("&{name}"))
                ),
                help: "put the value in quotes, if it is text: `&` begins an anchor".to_owned(),
            }
        }
        FaultKind::RecursiveAlias => Problem::Alias {
            message: "this alias stands inside what it names".to_owned(),
            help: "name a value that is complete before the alias".to_owned(),
        },
        FaultKind::AliasBudget => Problem::Alias {
            message: "aliases stand for more values than a file of this size may hold".to_owned(),
            help: "write the values out, or use `defaults`".to_owned(),
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

/// An alias that names no anchor, and the anchor that it surely means.
fn undefined_alias(name: &str, similar: Option<&str>) -> Problem {
    let is_text = name.contains(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | '_'));
    let help = match similar {
        Some(similar) => format!("did you mean {}?", quote(&format!("*{similar}"))),
        None if is_text => "put the value in quotes, if it is text: `*` begins an alias".to_owned(),
        None => {
            "write the anchor before its first alias; anchors do not reach into other documents"
                .to_owned()
        }
    };
    let anchor = format!("&{name}");
    let message = format!("no anchor {} stands before this alias in its document", quote(&anchor));
    Problem::Alias { message, help }
}

impl From<(Span, String)> for Fix {
    fn from((span, text): (Span, String)) -> Self {
        Self { span, text }
    }
}
