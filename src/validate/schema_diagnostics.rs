//! Converts schema errors to diagnostics in terms of the manifest.

mod fields;
mod values;

use std::collections::HashSet;

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;

use super::chunk::Chunk;
use super::suggest::type_hint;
use crate::diagnostics::{Diagnostic, DiagnosticKind, Fix, escaped, quote};
use crate::manifest::document::{Document, Location, join, label_span};
use crate::manifest::{FieldKind, INSTANCE_FIELDS, LIST_KEYS, is_ignored_key};
use crate::source::{SourceFile, Span};
use crate::validate::collector::{DiagnosticCollector, diagnostic};
use crate::yaml::Node;
use fields::UnknownFields;

/// Adds the diagnostic for one schema error, unless its location has already been reported.
pub(super) fn diagnose_schema_error(
    error: &ValidationError<'_>,
    part: Chunk<'_>,
    document: Document<'_>,
    found: &mut DiagnosticCollector<'_>,
) {
    let Some(pointer) = part.pointer(error.instance_path().as_str()) else { return };
    let Some(location) = document.resolve_pointer(&pointer) else { return };
    let at = SchemaErrorContext { location, pointer: &pointer, document };
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let unexpected: HashSet<&str> = unexpected.iter().map(String::as_str).collect();
            let pairs = location.node.pairs().filter(|pair| unexpected.contains(pair.key));
            let mut strangers = UnknownFields::new(at.fields());
            for pair in pairs {
                at.unknown_field(pair, &mut strangers, found);
            }
        }
        ValidationErrorKind::Required { property } => {
            at.missing_field(property.as_str().unwrap_or_default(), found);
        }
        // Fields with few allowed values are reported by the enum error, which lists them.
        ValidationErrorKind::Type { .. }
            if FieldKind::of(&at.field()) == Some(FieldKind::Choice) => {}
        kind => {
            // A value is reported once: if its type is wrong, it fails its other keywords too.
            let span = at.value_span();
            // A collection used as a key has already been reported: `{{ name }}` is one mistake.
            if !found.reported.insert(location.node.span()) || type_hint::is_template(location.node)
            {
                return;
            }
            let (mut problem, mut fix) = at.invalid_value(kind, found);
            let complete = span;
            let quoted = found.source.slice(complete).starts_with(['"', '\'']);
            if let DiagnosticKind::BadFormat { help, .. }
            | DiagnosticKind::UnknownValue { help, .. } = &mut problem
                && let Some(text) = location.node.as_str().filter(|text| text.ends_with('\n'))
                && !quoted
            {
                // In a block scalar (`|`) the line end is part of the value, whatever the text is.
                let suggestion = fix.take().unwrap_or_else(|| text.trim().to_owned());
                *help =
                    format!("write {} on the line of its key, without the `|`", quote(&suggestion));
            }
            // Point at the first line of a value of many lines.
            let span = first_line(span, found.source);
            let fix = fix.map(|text| match problem {
                // Text keeps its quotes; for a value of the wrong type the quotes are the mistake.
                DiagnosticKind::UnknownValue { .. } | DiagnosticKind::BadFormat { .. }
                    if !text.starts_with('"') && text.parse::<u64>().is_err() =>
                {
                    Fix::replace_keeping_quotes(complete, found.source.slice(span), &text)
                }
                _ => Fix { span: complete, text },
            });
            // In a block scalar the `|` is the mistake, and it is outside of the value.
            let fix = fix.filter(|fix| found.source.slice(fix.span) != fix.text);
            let diagnostic = diagnostic(problem, span, document.number, pointer.into_owned());
            found.add(Diagnostic { fix, ..diagnostic });
        }
    }
}

/// Help for a comment in the syntax of another language.
const COMMENT: &str = "a comment starts with `#` and ends with its line";

/// First keys of Kubernetes manifests.
const KUBERNETES_KEYS: [&str; 3] = ["apiVersion", "kind", "metadata"];

/// Checks whether a schema error is about unknown or misplaced keys.
pub(super) fn is_unknown_field(error: &ValidationError<'_>) -> bool {
    matches!(error.kind(), ValidationErrorKind::AdditionalProperties { .. })
}

/// Checks whether a document is a mapping for something else: none of its keys is specific to a
/// manifest.
pub(super) fn is_foreign(document: Document<'_>) -> bool {
    let known = |key: &str| LIST_KEYS.contains(&key) || INSTANCE_FIELDS.contains(&key);
    let root = document.root;
    root.is_map() && !root.pairs().any(|pair| known(pair.key) && pair.key != "version")
}

/// Checks whether a key is a comment of another language, with the text that it is joined to.
pub(super) fn starts_comment(key: &str) -> bool {
    key.starts_with("//") || key.starts_with("/*")
}

/// Checks whether every line has a prefix: the `+` of a diff, its number, or the backslash of JSON
/// inside quotes.
pub(super) fn has_line_prefix(root: Node<'_>) -> bool {
    let marked = |key: &str| key.starts_with(|c: char| matches!(c, '+' | '\\' | '0'..='9'));
    let escaped = root.pairs().all(|pair| pair.key.starts_with("\\\""));
    (escaped && root.pairs().len() > 0)
        || root.pairs().len() > 2 && root.pairs().all(|pair| marked(pair.key))
}

/// Returns the help for a document of another program.
fn other_program(root: Node<'_>) -> &'static str {
    if KUBERNETES_KEYS[..2].iter().all(|key| root.get(key).is_some()) {
        "this is a Kubernetes manifest: write the fields of an instance instead; `instancectl \
         init` creates a starter file"
    } else if root.get("services").is_some_and(Node::is_map) {
        "this is a Docker Compose file: write each service as an item of `instances`; \
         `instancectl init` creates a starter file"
    } else {
        "list instances under `instances:`, or write the fields of one, such as \
         `instanceServiceName` and `imagePath`"
    }
}

/// Reports such a document once: it is one mistake, not one for each of its keys.
pub(super) fn report_foreign(document: Document<'_>, found: &mut DiagnosticCollector<'_>) {
    if found.reported.contains(&document.root.span()) {
        return;
    }
    if let Some(first) = document.root.pairs().next().filter(|_| has_line_prefix(document.root)) {
        let help = if first.key.starts_with('\\') {
            "remove the backslashes: this is JSON inside a quoted string"
        } else {
            "remove the prefixes of the lines: the `+` of a diff, or line numbers"
        };
        let help = help.to_owned();
        let problem = DiagnosticKind::UnknownField { field: first.key.to_owned(), help };
        found.push(problem, first.key_span, document.number, join("", first.key));
        return;
    }
    let mut others = document.root.pairs().filter(|pair| !is_ignored_key(pair.key));
    if let Some(wrapper) = others.find(|pair| is_wrapped_manifest(pair.value)) {
        let help = format!(
            "the fields of a manifest start at the left margin: keep what is below `{}`, without \
             its indentation, and remove the rest",
            escaped(wrapper.key)
        );
        let problem = DiagnosticKind::UnknownField { field: wrapper.key.to_owned(), help };
        let pointer = join("", wrapper.key);
        found.push(problem, wrapper.key_span, document.number, pointer);
        return;
    }
    if let Some(comment) = document.root.pairs().find(|pair| starts_comment(pair.key)) {
        let span = first_line(comment.key_span, found.source);
        let field = found.source.slice(span).trim_end().to_owned();
        let problem = DiagnosticKind::UnknownField { field, help: COMMENT.to_owned() };
        found.push(problem, span, document.number, join("", comment.key));
        return;
    }
    let problem = DiagnosticKind::MissingField {
        field: "instances".to_owned(),
        owner: "the document".to_owned(),
        help: other_program(document.root).to_owned(),
    };
    let span = label_span(document.root, found.source);
    found.push(problem, span, document.number, String::new());
}

/// Checks whether a mapping contains a manifest one level too deep: `spec:` around the fields of an
/// instance.
fn is_wrapped_manifest(value: Node<'_>) -> bool {
    let known = |key: &str| LIST_KEYS[1..].contains(&key) || INSTANCE_FIELDS.contains(&key);
    value.pairs().any(|pair| known(pair.key))
}

struct SchemaErrorContext<'a> {
    location: Location<'a>,
    pointer: &'a str,
    document: Document<'a>,
}

impl SchemaErrorContext<'_> {
    /// Returns the name of the invalid field; for an item, its list.
    fn field(&self) -> String {
        let named = self.pointer.rsplit('/').find(|part| part.parse::<usize>().is_err());
        named.unwrap_or_default().to_owned()
    }

    /// Returns the span of the value; if it is empty, of its key.
    fn value_span(&self) -> Span {
        let span = self.location.node.span();
        match self.location.key {
            Some((_, key)) if span.is_empty() => key,
            _ => span,
        }
    }

    /// Describes the invalid node in words.
    fn describe_node(&self, root: &str) -> String {
        let parts: Vec<&str> = self.pointer.split('/').skip(1).collect();
        match parts[..] {
            [] => root.to_owned(),
            [.., "mountInfoList", _] => "this mount".to_owned(),
            [.., "containerPortInfoList", _] => "this port".to_owned(),
            ["instances", _] => {
                match self.location.node.get("instanceServiceName").and_then(Node::as_str) {
                    Some(name) => format!("the instance {}", quote(name)),
                    None => "this instance".to_owned(),
                }
            }
            _ => format!("`{}`", self.field()),
        }
    }
}

/// Returns the part of a span on its first line.
fn first_line(span: Span, source: &SourceFile) -> Span {
    let length = source.slice(span).split(['\n', '\r']).next().map_or(0, str::len);
    Span::new(span.range().start..span.range().start + length)
}
