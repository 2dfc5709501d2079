//! Counts of the actions of plans.

use super::{Cost, Plan, PlanAction, PlanItem};

/// Number of instances by planned action, and the maximum cost of those that are created.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Instances to create.
    pub create: usize,
    /// Instances to delete and create again.
    pub replace: usize,
    /// Instances whose sizes to change in place.
    pub resize: usize,
    /// Live instances to record in the lock.
    pub adopt: usize,
    /// Instances to delete.
    pub delete: usize,
    /// Entries of the lock for which nothing is done and that the platform was not queried about.
    pub unverified: usize,
    /// Unchanged instances that the platform shows as live.
    pub live: usize,
    /// Instances in the lock that ended or no longer exist, for which nothing is done.
    pub ended: usize,
    /// Changed instances that nothing is done for, because no flag allows it.
    pub refused: usize,
    /// Cost of the created instances, the replaced and resized ones included.
    pub cost: Cost,
}

impl Totals {
    /// Counts the items of some plans.
    pub fn of<'a>(plans: impl IntoIterator<Item = &'a Plan>) -> Self {
        let mut totals = Self::default();
        plans.into_iter().flat_map(|plan| &plan.items).for_each(|item| totals.count(item));
        totals
    }

    /// Returns whether nothing is created, resized, adopted or deleted.
    pub fn is_empty(&self) -> bool {
        self.create + self.replace + self.resize + self.adopt + self.delete == 0
    }

    fn count(&mut self, item: &PlanItem) {
        let (creates, deletes) = (item.creates(), item.deletes());
        let refused = item.action == PlanAction::Changed && item.blocked;
        let idle = !item.has_effect() && item.state.is_some() && !refused;
        let ended = matches!(item.action, PlanAction::Finished | PlanAction::Gone);
        for (counter, counts) in [
            (&mut self.create, creates && !deletes),
            (&mut self.replace, creates && deletes),
            (&mut self.resize, item.resizes()),
            (&mut self.adopt, item.adopts()),
            (&mut self.delete, deletes && !creates),
            (&mut self.unverified, idle && !ended && !item.is_live),
            (&mut self.live, idle && !ended && item.is_live),
            (&mut self.ended, idle && ended),
            (&mut self.refused, refused),
        ] {
            *counter += usize::from(counts);
        }
        if creates || item.resizes() {
            item.request.iter().for_each(|request| self.cost.count_request(request));
        }
    }
}
