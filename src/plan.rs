//! The actions that bring the lock in line with the manifest. Pure.

mod cost_estimate;
mod diff;
mod lookalike;
mod permissions;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde_json::Value;

use crate::ids::{Endpoint, InstanceName, Region, TaskId, listed};
use crate::lockfile::{Entry, EntryState, Lockfile, RequestBody};
use crate::request::Request;

pub use cost_estimate::Cost;
pub use diff::differences;
pub use permissions::Permissions;

/// Actions per instance: those of the manifest in its order, then the orphans by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// One item per instance.
    pub items: Vec<PlanItem>,
}

/// Planned action for one instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanItem {
    /// The instance.
    pub name: InstanceName,
    /// The planned action.
    pub action: PlanAction,
    /// Differences between its request and the locked one, by field.
    pub changes: Vec<FieldChange>,
    /// The state of its entry in the lock, if it has one.
    pub state: Option<EntryState>,
    /// Its ID in the lock, if it has one.
    pub task_id: Option<TaskId>,
    /// Other live instances of its name that are recorded in its entry.
    pub candidates: Vec<TaskId>,
    /// Human-readable explanation.
    pub message: Option<String>,
    /// Whether a safety check blocks it; `message` gives the reason.
    pub blocked: bool,
    /// The request, for instances that are to be created or have changed.
    pub request: Option<Box<Request>>,
    /// Its location, as far as known.
    pub location: Location,
}

/// Action for an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PlanAction {
    /// It is not in the lock: create it.
    Create,
    /// The lock has the same request: nothing to do.
    Unchanged,
    /// The lock has a different request, and the platform has no update.
    Changed,
    /// Delete it, wait until it is gone, create it again.
    Replace,
    /// It is in the lock and not in the manifest.
    Orphan,
    /// Delete an orphan.
    Prune,
    /// Adopt a live instance of its name.
    Adopt,
    /// It ended on the platform.
    Finished,
    /// It is no longer on the platform.
    Gone,
    /// It belongs to another region or endpoint than the current one.
    Elsewhere,
}

impl PlanItem {
    /// Returns whether an instance is created for it.
    pub fn creates(&self) -> bool {
        matches!(self.action, PlanAction::Create | PlanAction::Replace) && !self.blocked
    }

    /// Returns whether an instance is deleted for it.
    pub fn deletes(&self) -> bool {
        matches!(self.action, PlanAction::Replace | PlanAction::Prune) && !self.blocked
    }

    /// Returns whether a live instance is adopted for it.
    pub fn adopts(&self) -> bool {
        self.action == PlanAction::Adopt && !self.blocked
    }

    /// Returns whether any action is taken for it.
    pub fn has_effect(&self) -> bool {
        self.creates() || self.deletes() || self.adopts()
    }
}

impl PlanAction {
    /// Returns the value used in machine-readable output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Unchanged => "unchanged",
            Self::Changed => "changed",
            Self::Replace => "replace",
            Self::Orphan => "orphan",
            Self::Prune => "prune",
            Self::Adopt => "adopt",
            Self::Finished => "ended",
            Self::Gone => "gone",
            Self::Elsewhere => "elsewhere",
        }
    }
}

/// A field in which a request differs from the locked one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// The platform's name of the field.
    pub field: String,
    /// The lock's value; a missing field has its default.
    pub old: Value,
    /// The manifest's value.
    pub new: Value,
}

/// A region and an endpoint, as far as they are known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Location {
    /// The region.
    pub region: Option<Region>,
    /// The endpoint.
    pub endpoint: Option<Endpoint>,
}

/// Locations that the current credentials can reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// One endpoint for all documents, that of a token. A document of another region belongs
    /// elsewhere.
    Single(Location),
    /// The regions of an account: each document is sent to its own region.
    Regions {
        /// The region of documents that do not specify one.
        default: Option<Region>,
        /// The endpoints known so far.
        endpoints: BTreeMap<Region, Endpoint>,
    },
}

impl Target {
    /// Returns the location for a document of this region, or `None` if the credentials do not
    /// reach it.
    pub fn resolve(&self, expected: Option<&Region>) -> Option<Location> {
        match self {
            Self::Single(Location { region, endpoint }) => {
                let own = region.as_ref();
                let reached = expected.is_none() || own.is_none() || expected == own;
                let endpoint = endpoint.clone();
                reached.then(|| Location { region: expected.or(own).cloned(), endpoint })
            }
            Self::Regions { default, endpoints } => {
                let region = expected.or(default.as_ref()).cloned();
                let endpoint = region.as_ref().and_then(|region| endpoints.get(region)).cloned();
                Some(Location { region, endpoint })
            }
        }
    }

    /// Returns the reason why a document of this region is not handled here.
    pub fn unreachable_reason(&self, expected: Option<&Region>) -> String {
        let expected = expected.map_or("another", Region::as_str);
        match self {
            Self::Single(Location { region: Some(own), .. }) => {
                format!("its document is for region `{expected}`, but the token is for `{own}`")
            }
            _ => format!("its document is for region `{expected}`, but the token is for another"),
        }
    }

    /// Returns whether this location can be handled here. If no endpoint is known yet, it can.
    pub fn is_reachable(&self, there: &Location) -> bool {
        let at = |ours: &Endpoint| there.endpoint.as_ref() == Some(ours);
        match (self, &there.region) {
            (Self::Single(Location { region: Some(ours), .. }), Some(theirs)) => ours == theirs,
            (Self::Single(Location { endpoint, .. }), _) => endpoint.as_ref().is_none_or(at),
            (Self::Regions { endpoints, .. }, _) if endpoints.is_empty() => true,
            (Self::Regions { endpoints, .. }, Some(region)) => endpoints.contains_key(region),
            (Self::Regions { endpoints, .. }, None) => endpoints.values().any(at),
        }
    }

    /// Returns whether an entry can be handled here.
    pub fn covers_entry(&self, entry: &Entry) -> bool {
        let Entry { region, endpoint, .. } = entry;
        self.is_reachable(&Location { region: region.clone(), endpoint: Some(endpoint.clone()) })
    }
}

impl Location {
    /// Returns whether an entry belongs to this location: by region if both are known, otherwise by
    /// endpoint. If no endpoint is known yet, it does.
    pub fn matches_entry(&self, entry: &Entry) -> bool {
        match (&entry.region, &self.region) {
            (Some(theirs), Some(ours)) => theirs == ours,
            _ => self.endpoint.as_ref().is_none_or(|ours| *ours == entry.endpoint),
        }
    }

    /// Returns whether both are the same endpoint and, if both regions are known, the same region:
    /// several regions may be served from one host.
    pub fn same_location(&self, other: &Self) -> bool {
        let region = match (&self.region, &other.region) {
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => true,
        };
        region && self.endpoint.is_some() && self.endpoint == other.endpoint
    }
}

/// The instances that a command applies to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// All of them.
    All,
    /// Only these; instances left out are not orphans.
    Names(BTreeSet<InstanceName>),
}

impl Selection {
    /// Returns whether the instance is selected.
    pub fn contains(&self, name: &InstanceName) -> bool {
        match self {
            Self::All => true,
            Self::Names(names) => names.contains(name),
        }
    }
}

/// Compares the requests of a manifest with its lock.
pub fn plan(requests: &[Request], lock: &Lockfile, target: &Target, selection: &Selection) -> Plan {
    let mut items: Vec<PlanItem> = requests
        .iter()
        .filter(|request| selection.contains(&request.name))
        .map(|request| item(request, lock.instances.get(&request.name), target))
        .collect();
    let named: HashSet<&InstanceName> = requests.iter().map(|request| &request.name).collect();
    let orphans = lock.instances.iter().filter(|(name, _)| !named.contains(*name));
    let orphans = orphans.filter(|(name, _)| selection.contains(name));
    items.extend(orphans.map(|orphan| not_in_manifest(orphan, target)));
    lookalike::mark_lookalikes(&mut items);
    Plan { items }
}

impl Plan {
    /// Blocks instances whose deletion is still not confirmed.
    pub fn block_deletions(&mut self) {
        for item in self.items.iter_mut().filter(|item| item.state == Some(EntryState::Deleting)) {
            item.blocked = true;
            item.message = Some("deletion was requested but not confirmed".to_owned());
        }
    }

    /// Returns the maximum cost of this plan's creations.
    pub fn cost(&self) -> Cost {
        let created = self.items.iter().filter(|item| item.creates());
        Cost::estimate(created.filter_map(|item| item.request.as_deref()))
    }
}

fn item(request: &Request, entry: Option<&Entry>, target: &Target) -> PlanItem {
    let region = request.region.as_ref();
    let Some(location) = target.resolve(region) else {
        let message = target.unreachable_reason(region);
        let item = item_with(request.name.clone(), PlanAction::Elsewhere, entry, Some(message));
        return PlanItem { blocked: true, ..item };
    };
    let Some(entry) = entry else {
        let item = item_with(request.name.clone(), PlanAction::Create, None, None);
        return PlanItem { request: Some(Box::new(request.clone())), location, ..item };
    };
    if !location.matches_entry(entry) {
        let message = elsewhere_reason(entry);
        let item =
            item_with(request.name.clone(), PlanAction::Elsewhere, Some(entry), Some(message));
        return PlanItem { location, blocked: true, ..item };
    }
    let message = blocked_reason(entry);
    if entry.state == EntryState::Deleting {
        let item = item_with(request.name.clone(), PlanAction::Replace, Some(entry), message);
        return PlanItem { request: Some(Box::new(request.clone())), location, ..item };
    }
    let changes = diff::changes(&entry.request, &RequestBody::from_value(&request.task));
    if changes.is_empty() {
        let item = item_with(request.name.clone(), PlanAction::Unchanged, Some(entry), message);
        return PlanItem { location, ..item };
    }
    let item = item_with(request.name.clone(), PlanAction::Changed, Some(entry), message);
    let request = Some(Box::new(request.clone()));
    PlanItem { changes, location, request, blocked: true, ..item }
}

fn not_in_manifest((name, entry): (&InstanceName, &Entry), target: &Target) -> PlanItem {
    let location =
        Location { region: entry.region.clone(), endpoint: Some(entry.endpoint.clone()) };
    // A started deletion is finished, whether orphans are pruned or not.
    let action = match entry.state {
        EntryState::Deleting if target.is_reachable(&location) => PlanAction::Prune,
        _ => PlanAction::Orphan,
    };
    PlanItem { location, ..item_with(name.clone(), action, Some(entry), blocked_reason(entry)) }
}

fn item_with(
    name: InstanceName,
    action: PlanAction,
    entry: Option<&Entry>,
    message: Option<String>,
) -> PlanItem {
    PlanItem {
        name,
        action,
        changes: Vec::new(),
        state: entry.map(|entry| entry.state),
        task_id: entry.and_then(|entry| entry.task_id.clone()),
        candidates: entry.map(|entry| entry.candidates.clone()).unwrap_or_default(),
        message,
        blocked: false,
        request: None,
        location: Location::default(),
    }
}

fn elsewhere_reason(entry: &Entry) -> String {
    match &entry.region {
        Some(region) => format!("recorded for region `{region}` at endpoint `{}`", entry.endpoint),
        None => format!("recorded for endpoint `{}`", entry.endpoint),
    }
}

/// Returns the reason why an entry cannot be handled yet, if any.
fn blocked_reason(entry: &Entry) -> Option<String> {
    match entry.state {
        EntryState::Created => None,
        EntryState::Deleting => Some("its deletion was started and is finished first".into()),
        EntryState::Unknown => {
            let why = entry.why.clone().unwrap_or_else(|| "outcome unknown".into());
            Some(match &entry.candidates[..] {
                [] => why,
                ids => format!("{why}; live instances with this name: {}", listed(ids)),
            })
        }
    }
}

#[cfg(test)]
mod tests;
