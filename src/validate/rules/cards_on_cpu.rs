//! `cards-on-cpu`: `gpuNumber` is not 0, but `acceleratorType` is `cpu`.

use crate::diagnostics::{DiagnosticKind, LabelKind};
use crate::manifest::document::Instance;
use crate::validate::collector::DiagnosticCollector;
use crate::validate::rules::report::{FieldSpan, report};
use crate::yaml::Node;

pub(super) fn check(instance: &Instance<'_>, found: &mut DiagnosticCollector<'_>) {
    let Some(kind) = instance.field_value("acceleratorType") else { return };
    if kind.as_str() != Some("cpu") {
        return;
    }
    let Some(cards) = instance.field_value("gpuNumber") else { return };
    if let Some(count) = Node::as_int(cards).filter(|&count| count > 0) {
        let problem = DiagnosticKind::CardsOnCpu { cards: count };
        let label = Some((kind.span(), LabelKind::NoCards));
        let at = FieldSpan { span: cards.span(), field: "gpuNumber" };
        report(problem, at, label, instance, found);
    }
}
