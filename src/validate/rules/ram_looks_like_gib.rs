//! `ram-looks-like-gib`: a bare number below 1024. Also reports text above the platform's limit.

use crate::diagnostics::{Bound, DiagnosticKind, excerpt};
use crate::manifest::RamSize;
use crate::manifest::document::Instance;
use crate::validate::collector::DiagnosticCollector;
use crate::validate::rules::report::{FieldSpan, report};
use crate::yaml::Value;

pub(super) fn check(instance: &Instance<'_>, found: &mut DiagnosticCollector<'_>) {
    let Some(ram) = instance.field_value("ramSize") else { return };
    let problem = match ram.value() {
        Value::Int(found @ 1..1024) => DiagnosticKind::RamLooksLikeGib { found },
        Value::Text(text) if matches!(RamSize::from_text(text), Some(Err(_))) => {
            DiagnosticKind::OutOfRange { field: "ramSize", found: excerpt(text), bound: Bound::Max }
        }
        _ => return,
    };
    report(problem, FieldSpan { span: ram.span(), field: "ramSize" }, None, instance, found);
}
