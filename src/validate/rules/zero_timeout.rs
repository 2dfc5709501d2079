//! `out-of-range` for a `timeoutLimit` of zero.

use crate::diagnostics::{Bound, DiagnosticKind, excerpt};
use crate::manifest::document::Instance;
use crate::text::parse_hms;
use crate::validate::collector::DiagnosticCollector;
use crate::validate::rules::report::{FieldSpan, report};

pub(super) fn check(instance: &Instance<'_>, found: &mut DiagnosticCollector<'_>) {
    let Some(limit) = instance.field_value("timeoutLimit") else { return };
    let Some(text) = limit.as_str() else { return };
    // Fewer digits are another mistake, which is reported.
    if parse_hms(text) == Some(0) && text.len() >= "00:00:00".len() {
        let problem = DiagnosticKind::OutOfRange {
            field: "timeoutLimit",
            found: excerpt(text),
            bound: Bound::Min,
        };
        let at = FieldSpan { span: limit.span(), field: "timeoutLimit" };
        report(problem, at, None, instance, found);
    }
}
