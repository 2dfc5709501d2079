//! Diagnostics of rules.

use crate::diagnostics::{Diagnostic, DiagnosticKind, Label, LabelKind};
use crate::manifest::document::{Instance, join};
use crate::source::Span;
use crate::validate::collector::{DiagnosticCollector, diagnostic};

/// A field of an instance, and the part of the text that a diagnostic points to.
#[derive(Clone, Copy)]
pub(super) struct FieldSpan<'f> {
    pub(super) span: Span,
    pub(super) field: &'f str,
}

/// Reports a diagnostic of a rule at a field of an instance, with the related location, if any.
pub(super) fn report(
    problem: DiagnosticKind,
    at: FieldSpan<'_>,
    label: Option<(Span, LabelKind)>,
    instance: &Instance<'_>,
    found: &mut DiagnosticCollector<'_>,
) {
    found.push_with(rule_diagnostic(problem, at, label, instance));
}

/// Builds a diagnostic of a rule at a field of an instance.
pub(super) fn rule_diagnostic(
    problem: DiagnosticKind,
    at: FieldSpan<'_>,
    label: Option<(Span, LabelKind)>,
    instance: &Instance<'_>,
) -> Diagnostic {
    let FieldSpan { span, field } = at;
    let own = instance.fields.own.pair(field).is_some();
    let pointer = join(if own { &instance.pointer } else { "/defaults" }, field);
    let labels = label.map(|(span, kind)| Label { kind, span }).into_iter().collect();
    Diagnostic { labels, ..diagnostic(problem, span, instance.document, pointer) }
}
