//! `cards-on-cpu`: cards where `acceleratorType` says there are none.

use super::{Findings, Instance, Problem, tell};
use crate::yaml::Node;

pub(super) fn check(instance: &Instance<'_>, found: &mut Findings<'_>) {
    let Some(kind) = instance.field_value("acceleratorType") else { return };
    if kind.as_str() != Some("cpu") {
        return;
    }
    let Some(cards) = instance.field_value("gpuNumber") else { return };
    if let Some(count) = Node::as_int(cards).filter(|&count| count > 0) {
        let problem = Problem::CardsOnCpu { cards: count };
        let label = Some((kind.span(), "no cards here"));
        tell(problem, (cards.span(), "gpuNumber"), label, instance, found);
    }
}
