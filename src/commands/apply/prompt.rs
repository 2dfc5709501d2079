//! The confirmation prompt of `apply`.

use crate::commands::planning::cost;
use crate::plan::Plan;

/// Returns the confirmation prompt: the cost, and the instances to adopt and to delete.
pub(super) fn confirmation_prompt(plans: &[Plan]) -> String {
    let items = plans.iter().flat_map(|plan| &plan.items);
    let adopted = items.clone().filter(|item| item.adopts()).count();
    let deleted: Vec<String> = items
        .filter(|item| item.deletes())
        .map(|item| item.name.as_str().escape_debug().to_string())
        .collect();
    let cost = cost(plans);
    let mut parts = Vec::new();
    if cost.instances > 0 || adopted == 0 && deleted.is_empty() {
        parts.push(cost.to_string());
    }
    if adopted > 0 {
        parts.push(format!("adopt {adopted}"));
    }
    if !deleted.is_empty() {
        parts.push(format!("delete {}: {}", deleted.len(), deleted.join(", ")));
    }
    parts.join("; ")
}
