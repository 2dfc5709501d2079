//! Counts of the actions of plans.

use std::iter::Sum;
use std::ops::Add;

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
        plans.into_iter().flat_map(|plan| &plan.items).map(Self::of_item).sum()
    }

    /// Returns whether nothing is created, resized, adopted or deleted.
    pub fn is_empty(&self) -> bool {
        self.create + self.replace + self.resize + self.adopt + self.delete == 0
    }

    fn of_item(item: &PlanItem) -> Self {
        let (creates, deletes) = (item.creates(), item.deletes());
        let refused = item.action == PlanAction::Changed && item.blocked;
        let idle = !item.has_effect() && item.state.is_some() && !refused;
        let ended = matches!(item.action, PlanAction::Finished | PlanAction::Gone);
        let request = item.request.as_deref().filter(|_| creates || item.resizes());
        Self {
            create: usize::from(creates && !deletes),
            replace: usize::from(creates && deletes),
            resize: usize::from(item.resizes()),
            adopt: usize::from(item.adopts()),
            delete: usize::from(deletes && !creates),
            unverified: usize::from(idle && !ended && !item.is_live),
            live: usize::from(idle && !ended && item.is_live),
            ended: usize::from(idle && ended),
            refused: usize::from(refused),
            cost: Cost::estimate(request.into_iter()),
        }
    }
}

impl Sum for Totals {
    fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(Self::default(), Add::add)
    }
}

impl Add for Totals {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            create: self.create + other.create,
            replace: self.replace + other.replace,
            resize: self.resize + other.resize,
            adopt: self.adopt + other.adopt,
            delete: self.delete + other.delete,
            unverified: self.unverified + other.unverified,
            live: self.live + other.live,
            ended: self.ended + other.ended,
            refused: self.refused + other.refused,
            cost: self.cost + other.cost,
        }
    }
}
