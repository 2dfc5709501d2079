//! Converts schema errors to diagnostics in terms of the manifest.

mod fields;
mod values;

use std::collections::HashSet;

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;

use super::chunk::Chunk;
use crate::diagnostics::{
    Diagnostic, DiagnosticKind, FieldAdvice, Fix, Found, Label, LabelKind, MissingFieldAdvice,
    Program, Subject, ValueAdvice, excerpt,
};
use crate::manifest::document::{Document, Location, join, label_span};
use crate::manifest::{
    FORM_KEYS, FieldKind, FieldSpec, INSTANCE_FIELDS, LIST_KEYS, is_ignored_key,
};
use crate::source::{SourceFile, Span};
use crate::validate::collector::{DiagnosticCollector, diagnostic};
use crate::yaml::{Alias, Node, Pair};

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
            // Items of another program are reported with their list.
            let is_item = matches!(at.subject(), Subject::Mount | Subject::Port);
            if is_item && found.reported.contains(&location.node.span()) {
                return;
            }
            let unexpected: HashSet<&str> = unexpected.iter().map(String::as_str).collect();
            let pairs = location.node.pairs().filter(|pair| unexpected.contains(pair.key));
            let mut strangers = at.allowed_fields();
            for pair in pairs {
                at.unknown_field(pair, &mut strangers, found);
            }
        }
        ValidationErrorKind::Required { property } => {
            at.missing_field(property.as_str().unwrap_or_default(), found);
        }
        // Fields with few allowed values are reported by the enum error, which lists them.
        ValidationErrorKind::Type { .. }
            if matches!(FieldKind::of(at.field()), Some(FieldKind::Choice(_))) => {}
        kind => {
            // A value is reported once: if its type is wrong, it fails its other keywords too.
            let span = at.value_span();
            let alias = at.alias();
            let misplaced = alias.filter(|_| location.node.is_map() || location.node.is_seq());
            // Each use of a list or mapping in the wrong place is a separate mistake.
            let known =
                [location.node.span(), span].iter().any(|span| found.reported.contains(span));
            let own = misplaced.map_or(location.node.span(), |alias| alias.span);
            // A collection used as a key has already been reported: `{{ name }}` is one mistake.
            if known || !found.reported.insert(own) || is_template(location.node) {
                return;
            }
            let (mut problem, mut fix) = at.invalid_value(kind, found);
            let complete = misplaced.map_or(span, |alias| alias.span);
            let quoted = found.source.slice(complete).starts_with(['"', '\'']);
            if let DiagnosticKind::BadFormat { advice, .. }
            | DiagnosticKind::UnknownValue { advice, .. } = &mut problem
                && let Some(text) = location.node.as_str().filter(|text| text.ends_with('\n'))
                && !quoted
            {
                // In a block scalar (`|`) the line end is part of the value, whatever the text is.
                let value = fix.take().unwrap_or_else(|| text.trim().to_owned());
                *advice = Some(ValueAdvice::OnKeyLine(excerpt(&value)));
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
            let wrong_type = matches!(problem, DiagnosticKind::WrongType { .. });
            let alias = alias.filter(|_| wrong_type && (misplaced.is_some() || fix.is_none()));
            let anchor = alias.map(|alias| Label { kind: LabelKind::Anchor, span: alias.anchor });
            let span = alias.map_or(span, |alias| alias.span);
            let diagnostic = diagnostic(problem, span, document.number, pointer.to_string());
            found.add(Diagnostic { fix, labels: anchor.into_iter().collect(), ..diagnostic });
        }
    }
}

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
    let common = |key: &str| matches!(key, "version" | "region" | "limits");
    let specific = root.pairs().any(|pair| known(pair.key) && !common(pair.key));
    root.is_map() && (!specific || is_lock(root))
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

/// Checks whether a document is clearly for another program, without instances in it.
pub(super) fn is_of_other_program(document: Document<'_>) -> bool {
    let has_instances = |pair: Pair<'_>| pair.value.items().any(is_wrapped_manifest);
    is_foreign(document)
        && other_program(document.root).is_some()
        && !document.root.pairs().any(has_instances)
}

/// Returns the program that a document without a key of a manifest is for.
fn other_program(root: Node<'_>) -> Option<Program> {
    if KUBERNETES_KEYS[..2].iter().all(|key| root.get(key).is_some()) {
        Some(Program::Kubernetes)
    } else {
        root.get("services").filter(|services| services.is_map()).map(|_| Program::Compose)
    }
}

/// Checks whether a document is a lock of this program: its instances are mappings with a state.
fn is_lock(root: Node<'_>) -> bool {
    let entry = |pair: Pair<'_>| pair.value.get("state").is_some();
    let entries = root.get("instances").filter(|entries| entries.is_map());
    root.get("version").is_some() && entries.is_some_and(|all| all.pairs().all(entry))
}

/// Reports such a document once: it is one mistake, not one for each of its keys.
pub(super) fn report_foreign(document: Document<'_>, found: &mut DiagnosticCollector<'_>) {
    let root = document.root;
    if found.reported.contains(&root.span()) {
        return;
    }
    if let Some((pair, advice)) = misplaced_manifest(root) {
        let comment = advice == FieldAdvice::Comment;
        let span = if comment { first_line(pair.key_span, found.source) } else { pair.key_span };
        let field = if comment { found.source.slice(span).trim_end() } else { pair.key }.to_owned();
        let problem = DiagnosticKind::UnknownField { field, advice };
        found.push(problem, span, document.number, join("", pair.key));
        return;
    }
    let owner = Subject::Document;
    let problem = if is_lock(root) {
        DiagnosticKind::WrongType { subject: owner, found: Found::Lock, advice: None }
    } else {
        let advice = MissingFieldAdvice::OtherProgram(other_program(root));
        DiagnosticKind::MissingField { field: "instances", owner, advice }
    };
    let span = label_span(root, found.source);
    found.push(problem, span, document.number, String::new());
}

/// Returns the key that hides a manifest: one inside it, or all lines with a prefix, or a comment.
fn misplaced_manifest(root: Node<'_>) -> Option<(Pair<'_>, FieldAdvice)> {
    if has_line_prefix(root) {
        let first = root.pairs().next()?;
        let json = first.key.starts_with('\\');
        return Some((
            first,
            if json { FieldAdvice::EscapedJson } else { FieldAdvice::LinePrefixes },
        ));
    }
    if is_lock(root) {
        return None;
    }
    let mut others = root.pairs().filter(|pair| !is_ignored_key(pair.key));
    if let Some(wrapper) = others.find(|pair| is_wrapped_manifest(pair.value)) {
        return Some((wrapper, FieldAdvice::UnwrapManifest(wrapper.key.to_owned())));
    }
    let comment = root.pairs().find(|pair| starts_comment(pair.key))?;
    Some((comment, FieldAdvice::Comment))
}

/// Checks whether a mapping contains a manifest one level too deep: `spec:` around the fields of an
/// instance.
fn is_wrapped_manifest(value: Node<'_>) -> bool {
    let known = |key: &str| FORM_KEYS.contains(&key) || INSTANCE_FIELDS.contains(&key);
    value.pairs().any(|pair| known(pair.key))
}

struct SchemaErrorContext<'a> {
    location: Location<'a>,
    pointer: &'a str,
    document: Document<'a>,
}

impl SchemaErrorContext<'_> {
    /// Returns the name of the invalid field; for an item, its list; empty for a document.
    fn field(&self) -> &'static str {
        let named = self.pointer.rsplit('/').find(|part| part.parse::<usize>().is_err());
        let named = named.unwrap_or_default();
        // Only one other key has a schema.
        let other = if named.is_empty() { "" } else { "$schema" };
        FieldSpec::find(named).map_or(other, |field| field.name)
    }

    /// Returns the span of the value; if it is empty, of its key.
    fn value_span(&self) -> Span {
        let span = self.location.node.span();
        match self.location.key {
            Some((_, key)) if span.is_empty() => key,
            _ => span,
        }
    }

    /// Returns the alias through which the value is used at its location.
    fn alias(&self) -> Option<Alias> {
        let owner = match self.location.key {
            Some((_, key)) => key,
            None => self.document.resolve_pointer(self.pointer.rsplit_once('/')?.0)?.node.span(),
        };
        self.location.node.alias(owner)
    }

    /// Returns the kind of the invalid node.
    fn subject(&self) -> Subject {
        let parts: Vec<&str> = self.pointer.split('/').skip(1).collect();
        let name = || self.location.node.get("instanceServiceName").and_then(Node::as_str);
        match parts[..] {
            [] if self.document.is_list_form => Subject::Document,
            [.., "mountInfoList", _] => Subject::Mount,
            [.., "containerPortInfoList", _] => Subject::Port,
            [] | ["instances", _] => Subject::Instance(name().map(excerpt)),
            _ => Subject::Field(self.field()),
        }
    }
}

/// Checks whether a value is `{{ name }}`, which YAML reads as a mapping in a mapping.
fn is_template(node: Node<'_>) -> bool {
    node.pairs().len() == 1 && node.pairs().all(|pair| pair.key == "?")
}

/// Returns the part of a span on its first line.
fn first_line(span: Span, source: &SourceFile) -> Span {
    let length = source.slice(span).split(['\n', '\r']).next().map_or(0, str::len);
    Span::new(span.range().start..span.range().start + length)
}
