//! The confirmation prompt of `apply`.

use crate::commands::planning::cost;
use crate::ids::InstanceName;
use crate::output::Console;
use crate::plan::Plan;

/// Returns the confirmation prompt: the cost, and the instances to adopt and to delete.
pub(super) fn question(plans: &[Plan], console: &Console) -> String {
    let items = plans.iter().flat_map(|plan| &plan.items);
    let adopted = items.clone().filter(|item| item.adopts()).count();
    let deleted: Vec<&InstanceName> =
        items.filter(|item| item.deletes()).map(|item| &item.name).collect();
    console.words().plan_question(&cost(plans), adopted, &deleted)
}
