//! `unlimited`: an instance that is billed until it is stopped manually.

use crate::diagnostics::DiagnosticKind;
use crate::manifest::document::Instance;
use crate::validate::collector::DiagnosticCollector;
use crate::validate::rules::report::{FieldSpan, report};

pub(super) fn check(instance: &Instance<'_>, found: &mut DiagnosticCollector<'_>) {
    let Some(limit) = instance.field_value("timeoutLimit") else { return };
    if limit.as_str() == Some("unlimited") {
        let at = FieldSpan { span: limit.span(), field: "timeoutLimit" };
        report(DiagnosticKind::Unlimited, at, None, instance, found);
    }
}
