//! Queries sent before anything is changed: the platform's list, used to reconcile the open
//! outcomes of an earlier run and to find names that are already live.

use std::collections::BTreeSet;

use super::listing::{InstanceList, ListGap};
use super::match_created::{MatchResult, match_instance};
use crate::api::client::{ApiError, Client};
use crate::api::endpoints::detail::Detail;
use crate::ids::{InstanceName, TaskId};
use crate::lockfile::{
    Entry, EntryChange, EntryState, IdSource, Lockfile, PendingCreate, RequestBody,
};
use crate::plan::{LiveNote, Location, Plan, PlanAction, PlanItem, differences};
use crate::text::{CommandLine, ManifestArgs};

/// A reachable endpoint, and its list from before anything was sent.
#[derive(Debug)]
pub struct RegionInventory {
    /// The client of the endpoint.
    pub client: Client,
    /// Its list; `None` if this platform cannot list.
    pub displayed: Option<InstanceList>,
}

/// Reason why unknown outcomes cannot be reconciled at an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListLimitation {
    /// The platform cannot list instances.
    CannotList,
    /// Its list is incomplete.
    Incomplete(ListGap),
}

/// An entry with an unknown outcome from an earlier run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedEntry {
    /// The instance.
    pub name: InstanceName,
    /// Its ID, which has now been found.
    pub id: TaskId,
}

impl RegionInventory {
    /// Lists the existing instances. `locks` are all loaded locks.
    pub async fn list_regions(client: Client, locks: &[&Lockfile]) -> Result<Self, ApiError> {
        match InstanceList::fetch_all(&client, &created_ids(locks, client.location())).await {
            Ok(listing) => Ok(Self { client, displayed: Some(listing) }),
            Err(ApiError::EndpointMissing(_)) => Ok(Self { client, displayed: None }),
            Err(failure) => Err(failure),
        }
    }

    /// Returns whether items of this location are handled here.
    pub fn covers(&self, expected: &Location) -> bool {
        self.client.location().same_location(expected)
    }

    /// Returns the reason why unknown outcomes cannot be reconciled here, if any.
    pub fn limitation(&self) -> Option<ListLimitation> {
        match &self.displayed {
            None => Some(ListLimitation::CannotList),
            Some(listing) => listing.gap().map(ListLimitation::Incomplete),
        }
    }
}

/// Returns the IDs of the created instances that the locks have at a location.
pub fn created_ids(locks: &[&Lockfile], location: &Location) -> Vec<TaskId> {
    let entries = locks.iter().flat_map(|lock| lock.instances.values());
    let here =
        entries.filter(|entry| entry.state == EntryState::Created && location.matches_entry(entry));
    here.filter_map(|entry| entry.task_id.clone()).collect()
}

/// Returns the IDs that the locks own.
pub fn owned_ids<'a>(locks: impl IntoIterator<Item = &'a Lockfile>) -> BTreeSet<TaskId> {
    let entries = locks.into_iter().flat_map(|lock| lock.instances.values());
    entries.filter_map(|entry| entry.task_id.clone()).collect()
}

/// Reconciles the unknown entries of a lock, selected or not, each from its recorded request.
/// Returns the changes to the lock and the instances that were found. Entries without a certain
/// match stay unknown, with the live instances of their name as candidates.
pub async fn settlements(
    lock: &Lockfile,
    owned: &mut BTreeSet<TaskId>,
    site: &RegionInventory,
) -> (Vec<EntryChange>, Vec<ResolvedEntry>) {
    let (mut changes, mut settled) = (Vec::new(), Vec::new());
    let Some(listing) = &site.displayed else { return (changes, settled) };
    let location = site.client.location();
    for (name, entry) in &lock.instances {
        if entry.state != EntryState::Unknown || !location.matches_entry(entry) {
            continue;
        }
        let expected = entry.pending_create(name);
        let ours = match match_instance(&site.client, listing, owned, &expected).await {
            MatchResult::Unique(id) => {
                owned.insert(id.clone());
                settled.push(ResolvedEntry { name: name.clone(), id: id.clone() });
                entry.clone().resolved_as(id, Some(IdSource::Listed))
            }
            MatchResult::None => Entry { candidates: Vec::new(), ..entry.clone() },
            MatchResult::Ambiguous { candidates, .. } => Entry { candidates, ..entry.clone() },
        };
        if ours != *entry {
            let (name, base) = (name.clone(), Some(entry.clone()));
            changes.push(EntryChange { name, base, ours: Some(ours) });
        }
    }
    (changes, settled)
}

/// Marks unchanged items whose instance ended or no longer exists on the platform. Those that the
/// list does not contain are queried, at most `queries` of them. `manifest` holds the manifest
/// arguments as the user gave them. Returns the failure if an instance could not be queried.
pub async fn refresh(
    plan: &mut Plan,
    site: &RegionInventory,
    mut queries: usize,
    manifest: &ManifestArgs,
) -> Option<ApiError> {
    let mut query_failed = None;
    for item in &mut plan.items {
        let (PlanAction::Unchanged, Some(EntryState::Created), Some(id)) =
            (item.action, item.state, &item.task_id)
        else {
            continue;
        };
        if !site.covers(&item.location) {
            continue;
        }
        let listed = site.displayed.as_ref().and_then(|listing| listing.get(id)).cloned();
        let found = match listed {
            Some(detail) => Ok(detail),
            None if queries == 0 => continue,
            None => {
                queries -= 1;
                site.client.detail(id).await
            }
        };
        match found {
            Ok(detail) if !detail.is_live() => {
                let status = detail.status().map_or_else(String::new, |s| s.as_str().to_owned());
                let start = manifest.command("start").value(item.name.as_str());
                let replace = replace(manifest, item);
                item.action = PlanAction::Finished;
                item.set_live_note(LiveNote::Ended { status, start, replace });
            }
            Err(ApiError::Refused(reason) | ApiError::EndpointMissing(reason))
                if reason.means_not_found() =>
            {
                item.action = PlanAction::Gone;
                let replace = replace(manifest, item);
                item.set_live_note(LiveNote::NotListed { replace });
            }
            Ok(_) => item.is_live = true,
            Err(failure) => {
                item.set_live_note(LiveNote::QueryFailed(failure.clone().into_detail()));
                query_failed = Some(failure);
            }
        }
    }
    query_failed
}

fn replace(manifest: &ManifestArgs, item: &PlanItem) -> CommandLine {
    manifest.command("apply").option("--replace", item.name.as_str())
}

/// Returns the lock change for an adopted item.
pub(crate) fn adopt_change(item: &PlanItem) -> Option<EntryChange> {
    let (PlanAction::Adopt, false, Some(request), Some(id), Some(endpoint)) =
        (item.action, item.blocked, &item.request, &item.task_id, &item.location.endpoint)
    else {
        return None;
    };
    let (name, region) = (item.name.clone(), item.location.region.clone());
    let body = RequestBody::from_value(&*request.task);
    let entry = PendingCreate::new(name.clone(), region, endpoint.clone(), body).entry();
    let ours = entry.resolved_as(id.clone(), Some(IdSource::Listed));
    Some(EntryChange { name, base: None, ours: Some(ours) })
}

/// Blocks creations whose name is already live and not owned by a loaded lock; with `adopt`, a
/// single instance that equals the manifest is adopted instead. `manifest` holds the manifest
/// arguments as the user gave them.
pub async fn block_duplicates(
    plan: &mut Plan,
    site: &RegionInventory,
    owned: &BTreeSet<TaskId>,
    adopt: bool,
    manifest: &ManifestArgs,
) {
    let Some(listing) = &site.displayed else { return };
    for item in &mut plan.items {
        if item.blocked || !site.covers(&item.location) {
            continue;
        }
        let free = |duplicate: &&Detail| duplicate.is_live() && !owned.contains(duplicate.id());
        let named = listing.named(item.name.as_str()).into_iter().filter(free);
        let mut duplicates: Vec<TaskId> = named.map(Detail::id).cloned().collect();
        duplicates.sort();
        let Some(first) = duplicates.first() else { continue };
        let command = |name: &str| manifest.command(name).value(item.name.as_str());
        let record = command("adopt").value(first.as_str());
        match item.action {
            PlanAction::Create => {}
            PlanAction::Unchanged if item.is_live => {
                let (ids, status) = (duplicates, command("status"));
                item.set_live_note(LiveNote::Duplicates { ids, status });
                continue;
            }
            PlanAction::Replace | PlanAction::Finished | PlanAction::Gone => {
                let forget = match item.action {
                    PlanAction::Gone => command("resolve").flag("--absent"),
                    _ => command("destroy"),
                };
                item.blocked = item.action == PlanAction::Replace;
                let (ids, adopt) = (duplicates, record);
                item.set_live_note(LiveNote::AnotherIsLive { ids, forget, adopt });
                continue;
            }
            _ => continue,
        }
        let Some(request) = &item.request else { continue };
        item.blocked = true;
        if !adopt || duplicates.len() > 1 {
            item.set_live_note(LiveNote::LiveUnrecorded { ids: duplicates, adopt: record });
            continue;
        }
        let body = RequestBody::from_value(&*request.task);
        let Ok(detail) = site.client.detail(first).await else {
            item.set_live_note(LiveNote::LiveWithoutDetail { id: first.clone() });
            continue;
        };
        item.changes = differences(&body, detail.fields());
        if item.changes.is_empty() {
            item.blocked = false;
            item.action = PlanAction::Adopt;
            item.task_id = Some(first.clone());
        } else {
            item.set_live_note(LiveNote::LiveAndDifferent { id: first.clone() });
        }
    }
}
