//! Texts about plans, and about what a region lists and offers.

use std::borrow::Cow;

use crate::api::endpoints::create_task::CreateTask;
use crate::ids::{InstanceName, Region};
use crate::inventory::{ListGap, ListLimitation};
use crate::plan::{AvailabilityWarning, Cost, PlanItem, PlanNote, RegionMismatch};

/// Texts about plans.
pub(crate) trait PlanWords {
    /// Returns what is notable about a planned item.
    fn plan_note(&self, note: &PlanNote) -> Cow<'static, str>;

    /// Returns the planned action, or the state of an entry that is not settled.
    fn plan_action(&self, item: &PlanItem) -> &'static str;

    /// Returns the addition to the line of an item that is left unchanged because of its action.
    fn left_unchanged(&self, item: &PlanItem) -> Option<&'static str>;

    /// Returns why the credentials do not reach the region of a document.
    fn region_mismatch(&self, mismatch: &RegionMismatch) -> String;

    /// Returns the warnings about what the region of an item offers.
    fn availability_warnings(&self, warnings: &[AvailabilityWarning]) -> String;

    /// Returns the number of unchanged instances that are not listed one by one.
    fn unchanged(&self, count: usize) -> String;

    /// Returns the size of an instance.
    fn size(&self, task: &CreateTask) -> String;

    /// Returns the word for a missing value of a field.
    fn no_value(&self) -> &'static str;

    /// Returns the maximum cost of the creations of a plan.
    fn cost(&self, cost: &Cost) -> String;

    /// Returns the message about a cost of more cards than the user allows.
    fn over_card_limit(&self, cost: &Cost, limit: u64) -> String;

    /// Returns the actions of a plan as a question: its cost, and the instances to adopt and to
    /// delete.
    fn plan_question(&self, cost: &Cost, adopted: usize, deleted: &[&InstanceName]) -> String;

    /// Returns what cannot be found out without a complete list; of this region, if there are
    /// several.
    fn list_limitation(&self, limitation: ListLimitation, region: Option<&Region>) -> String;

    /// Returns why a list is incomplete.
    fn list_gap(&self, gap: ListGap) -> &'static str;
}
