//! Diagnostics of rules.

use crate::diagnostics::Diagnostic;
use crate::diagnostics::DiagnosticKind;
use crate::diagnostics::Label;
use crate::manifest::document::Instance;
use crate::manifest::document::join;
use crate::source::Span;
use crate::validate::collector::DiagnosticCollector;
use crate::validate::collector::diagnostic;

/// Reports a diagnostic of a rule at a field of an instance, with the related location, if any.
pub(super) fn report(
    problem: DiagnosticKind,
    (span, field): (Span, &str),
    label: Option<(Span, &str)>,
    instance: &Instance<'_>,
    found: &mut DiagnosticCollector<'_>,
) {
    found.push_with(rule_diagnostic(problem, (span, field), label, instance));
}

/// Builds a diagnostic of a rule at a field of an instance.
pub(super) fn rule_diagnostic(
    problem: DiagnosticKind,
    (span, field): (Span, &str),
    label: Option<(Span, &str)>,
    instance: &Instance<'_>,
) -> Diagnostic {
    let own = instance.fields.own.pair(field).is_some();
    let pointer = join(if own { &instance.pointer } else { "/defaults" }, field);
    let label = label.map(|(span, message)| Label { message: message.to_owned(), span });
    let labels = label.into_iter().collect();
    Diagnostic { labels, ..diagnostic(problem, span, instance.document, pointer) }
}
