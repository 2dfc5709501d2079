//! `no-cards`: an accelerator type is set but `gpuNumber` is 0.

use crate::diagnostics::{DiagnosticKind, LabelKind};
use crate::manifest::document::Instance;
use crate::validate::collector::DiagnosticCollector;
use crate::validate::rules::report::{FieldSpan, report};

pub(super) fn check(instance: &Instance<'_>, found: &mut DiagnosticCollector<'_>) {
    let Some(kind) = instance.field_value("acceleratorType") else { return };
    let Some(cards) = instance.field_value("gpuNumber").filter(|cards| cards.as_int() == Some(0))
    else {
        return;
    };
    if let Some(name @ ("mlu" | "dcu" | "gpu")) = kind.as_str() {
        let problem = DiagnosticKind::NoCards { kind: name.to_owned() };
        let label = Some((kind.span(), LabelKind::AcceleratorType));
        let at = FieldSpan { span: cards.span(), field: "gpuNumber" };
        report(problem, at, label, instance, found);
    }
}
