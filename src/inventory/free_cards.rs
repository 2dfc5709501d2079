//! The free cards of a region's groups, and the requests for which they are too few.

use tokio::time::timeout;

use super::offer_gap::{OFFERS_TIMEOUT, OfferGapReason};
use crate::api::client::Client;
use crate::api::endpoints::create_task::CreateTask;
use crate::api::endpoints::free_cards::{GroupCards, group_cards};
use crate::diagnostics::DiagnosticKind;

/// The free cards of the groups of a region.
#[derive(Debug, Default)]
pub enum FreeCards {
    /// No request needs cards.
    #[default]
    NotNeeded,
    /// The address of the platform's own service is not known.
    NoAddress,
    /// The cards by group.
    Known(Vec<GroupCards>),
    /// The platform did not show them.
    NotKnown(OfferGapReason),
}

impl FreeCards {
    /// Queries the free cards of the region's groups.
    pub(super) async fn fetch(client: &Client) -> Self {
        let Ok(Some(platform)) = client.platform_service() else { return Self::NoAddress };
        match timeout(OFFERS_TIMEOUT, platform.accelerators()).await {
            Ok(Ok(data)) => match group_cards(&data, client.region().as_ref()) {
                Some(groups) => Self::Known(groups),
                None => Self::NotKnown(OfferGapReason::NotUnderstood),
            },
            Ok(Err(error)) => Self::NotKnown(OfferGapReason::Failed(error)),
            Err(_) => Self::NotKnown(OfferGapReason::TimedOut),
        }
    }

    /// Returns the groups that have fewer free cards than these requests need together, each with the
    /// index of the first request that no longer fits.
    pub fn missing(&self, tasks: &[&CreateTask]) -> Vec<(usize, DiagnosticKind)> {
        let Self::Known(groups) = self else { return Vec::new() };
        groups.iter().filter_map(|group| missing_in(group, groups, tasks)).collect()
    }
}

fn missing_in(
    own: &GroupCards,
    groups: &[GroupCards],
    tasks: &[&CreateTask],
) -> Option<(usize, DiagnosticKind)> {
    let cards = |task: &CreateTask| u64::from(task.gpu_number) * u64::from(task.task_number);
    let (mut requested, mut instances, mut first) = (0, 0, None);
    for (index, task) in tasks.iter().enumerate() {
        let group = GroupCards::find(groups, &task.resource_group);
        if group.is_none_or(|group| group.group != own.group) || cards(task) == 0 {
            continue;
        }
        (requested, instances) = (requested + cards(task), instances + 1);
        if requested > own.free {
            first = first.or(Some((index, task)));
        }
    }
    let (index, task) = first?;
    let instance = task.instance_service_name.clone();
    let (free, group) = (own.free, task.resource_group.clone());
    let problem = DiagnosticKind::NoFreeCards { instance, instances, requested, free, group };
    Some((index, problem))
}
