//! What has to be done so that the lock says what the manifest says. Pure.

mod compare;
mod cost;
mod lookalike;
mod policy;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde_json::Value;

use crate::ids::{Endpoint, InstanceName, Region, TaskId, listed};
use crate::lockfile::{Entry, EntryState, Lockfile, RequestBody};
use crate::request::Request;

pub use compare::differences;
pub use cost::Cost;
pub use policy::Permissions;

/// What has to be done, instance by instance: those of the manifest in its order, then the orphans
/// by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// One item an instance.
    pub items: Vec<PlanItem>,
}

/// What has to be done with one instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanItem {
    /// The instance.
    pub name: InstanceName,
    /// What has to be done.
    pub action: PlanAction,
    /// Where its request differs from the locked one, field by field.
    pub changes: Vec<FieldChange>,
    /// The state of its entry in the lock, where it has one.
    pub state: Option<EntryState>,
    /// Its ID in the lock, where it has one.
    pub task_id: Option<TaskId>,
    /// Other live instances of its name that its entry knows.
    pub candidates: Vec<TaskId>,
    /// What a person has to know about it.
    pub message: Option<String>,
    /// Whether a guard stops it; `message` says why.
    pub blocked: bool,
    /// What would be sent, for what is to be created or has changed.
    pub request: Option<Box<Request>>,
    /// Where it belongs, as far as it is known.
    pub place: Location,
}

/// What has to be done with an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PlanAction {
    /// It is not in the lock: create it.
    Create,
    /// The lock holds just this: nothing to do.
    Unchanged,
    /// The lock holds something else, and the platform has no update.
    Changed,
    /// Delete it, wait until it is gone, create it anew.
    Replace,
    /// It is in the lock and not in the manifest.
    Orphan,
    /// Delete an orphan.
    Prune,
    /// Take over a live instance of its name.
    Adopt,
    /// It ended on the platform.
    Finished,
    /// It is no longer on the platform.
    Gone,
    /// It belongs to another region or address than the one at hand.
    Elsewhere,
}

impl PlanItem {
    /// Whether an instance is created for it.
    pub fn creates(&self) -> bool {
        matches!(self.action, PlanAction::Create | PlanAction::Replace) && !self.blocked
    }

    /// Whether an instance is deleted for it.
    pub fn deletes(&self) -> bool {
        matches!(self.action, PlanAction::Replace | PlanAction::Prune) && !self.blocked
    }

    /// Whether a live instance is taken over for it.
    pub fn adopts(&self) -> bool {
        self.action == PlanAction::Adopt && !self.blocked
    }

    /// Whether anything is done for it.
    pub fn has_effect(&self) -> bool {
        self.creates() || self.deletes() || self.adopts()
    }
}

impl PlanAction {
    /// The word in machine output.
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
    /// What the lock has; a field it lacks has its default.
    pub old: Value,
    /// What the manifest has.
    pub new: Value,
}

/// A region and an address, as far as they are known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Location {
    /// The region.
    pub region: Option<Region>,
    /// The address.
    pub endpoint: Option<Endpoint>,
}

/// Where the credentials at hand reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// One address, for all documents: that of a token. A document of another region is elsewhere.
    Single(Location),
    /// The regions of an account: each document goes to its own.
    Regions {
        /// The region of documents that name none.
        default: Option<Region>,
        /// The addresses, where they are known already.
        endpoints: BTreeMap<Region, Endpoint>,
    },
}

impl Target {
    /// Where a document of this region goes, or `None` where the credentials do not reach it.
    pub fn resolve(&self, wanted: Option<&Region>) -> Option<Location> {
        match self {
            Self::Single(Location { region, endpoint }) => {
                let own = region.as_ref();
                let reached = wanted.is_none() || own.is_none() || wanted == own;
                let endpoint = endpoint.clone();
                reached.then(|| Location { region: wanted.or(own).cloned(), endpoint })
            }
            Self::Regions { default, endpoints } => {
                let region = wanted.or(default.as_ref()).cloned();
                let endpoint = region.as_ref().and_then(|region| endpoints.get(region)).cloned();
                Some(Location { region, endpoint })
            }
        }
    }

    /// Why a document of this region is not handled from here.
    pub fn unreachable_reason(&self, wanted: Option<&Region>) -> String {
        let wanted = wanted.map_or("another", Region::as_str);
        match self {
            Self::Single(Location { region: Some(own), .. }) => {
                format!("its document is for region `{wanted}`, the token for `{own}`")
            }
            _ => format!("its document is for region `{wanted}`, the token for another"),
        }
    }

    /// Whether what lies there can be handled from here. Where no address is known yet nothing
    /// speaks against it.
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

    /// Whether an entry can be handled from here.
    pub fn covers_entry(&self, entry: &Entry) -> bool {
        let Entry { region, endpoint, .. } = entry;
        self.is_reachable(&Location { region: region.clone(), endpoint: Some(endpoint.clone()) })
    }
}

impl Location {
    /// Whether an entry belongs here: by its region where both sides know one, else by its address.
    /// Where no address is known yet nothing speaks against it.
    pub fn matches_entry(&self, entry: &Entry) -> bool {
        match (&entry.region, &self.region) {
            (Some(theirs), Some(ours)) => theirs == ours,
            _ => self.endpoint.as_ref().is_none_or(|ours| *ours == entry.endpoint),
        }
    }

    /// Whether both are one address and, as far as both know it, one region: several regions may be
    /// served from one host.
    pub fn same_location(&self, other: &Self) -> bool {
        let region = match (&self.region, &other.region) {
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => true,
        };
        region && self.endpoint.is_some() && self.endpoint == other.endpoint
    }
}

/// Which instances a command is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// All of them.
    All,
    /// These; what is left out is no orphan.
    Names(BTreeSet<InstanceName>),
}

impl Selection {
    /// Whether the instance is one of them.
    pub fn contains(&self, name: &InstanceName) -> bool {
        match self {
            Self::All => true,
            Self::Names(names) => names.contains(name),
        }
    }
}

/// Compares the requests of a manifest with its lock.
pub fn plan(requests: &[Request], lock: &Lockfile, here: &Target, selection: &Selection) -> Plan {
    let mut items: Vec<PlanItem> = requests
        .iter()
        .filter(|request| selection.contains(&request.name))
        .map(|request| item(request, lock.instances.get(&request.name), here))
        .collect();
    let named: HashSet<&InstanceName> = requests.iter().map(|request| &request.name).collect();
    let orphans = lock.instances.iter().filter(|(name, _)| !named.contains(*name));
    let orphans = orphans.filter(|(name, _)| selection.contains(name));
    items.extend(orphans.map(|orphan| not_in_manifest(orphan, here)));
    lookalike::mark_lookalikes(&mut items);
    Plan { items }
}

impl Plan {
    /// Bars instances whose deletion is still not confirmed.
    pub fn block_deletions(&mut self) {
        for item in self.items.iter_mut().filter(|item| item.state == Some(EntryState::Deleting)) {
            item.blocked = true;
            item.message = Some("its deletion was requested but is not confirmed".to_owned());
        }
    }

    /// What the creations of this plan cost at most.
    pub fn cost(&self) -> Cost {
        let created = self.items.iter().filter(|item| item.creates());
        Cost::estimate(created.filter_map(|item| item.request.as_deref()))
    }
}

fn item(request: &Request, entry: Option<&Entry>, here: &Target) -> PlanItem {
    let region = request.region.as_ref();
    let Some(place) = here.resolve(region) else {
        let message = here.unreachable_reason(region);
        let item = item_with(request.name.clone(), PlanAction::Elsewhere, entry, Some(message));
        return PlanItem { blocked: true, ..item };
    };
    let Some(entry) = entry else {
        let item = item_with(request.name.clone(), PlanAction::Create, None, None);
        return PlanItem { request: Some(Box::new(request.clone())), place, ..item };
    };
    if !place.matches_entry(entry) {
        let message = elsewhere_reason(entry);
        let item =
            item_with(request.name.clone(), PlanAction::Elsewhere, Some(entry), Some(message));
        return PlanItem { place, blocked: true, ..item };
    }
    let message = blocked_reason(entry);
    if entry.state == EntryState::Deleting {
        let item = item_with(request.name.clone(), PlanAction::Replace, Some(entry), message);
        return PlanItem { request: Some(Box::new(request.clone())), place, ..item };
    }
    let changes = compare::changes(&entry.request, &RequestBody::from_value(&request.task));
    if changes.is_empty() {
        let item = item_with(request.name.clone(), PlanAction::Unchanged, Some(entry), message);
        return PlanItem { place, ..item };
    }
    let item = item_with(request.name.clone(), PlanAction::Changed, Some(entry), message);
    let request = Some(Box::new(request.clone()));
    PlanItem { changes, place, request, blocked: true, ..item }
}

fn not_in_manifest((name, entry): (&InstanceName, &Entry), here: &Target) -> PlanItem {
    let place = Location { region: entry.region.clone(), endpoint: Some(entry.endpoint.clone()) };
    // A deletion that was begun is finished, whether orphans are pruned or not.
    let action = match entry.state {
        EntryState::Deleting if here.is_reachable(&place) => PlanAction::Prune,
        _ => PlanAction::Orphan,
    };
    PlanItem { place, ..item_with(name.clone(), action, Some(entry), blocked_reason(entry)) }
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
        place: Location::default(),
    }
}

fn elsewhere_reason(entry: &Entry) -> String {
    match &entry.region {
        Some(region) => format!("the lock has it in region `{region}` at `{}`", entry.endpoint),
        None => format!("the lock has it at `{}`", entry.endpoint),
    }
}

/// What keeps an entry from being handled, where something does.
fn blocked_reason(entry: &Entry) -> Option<String> {
    match entry.state {
        EntryState::Created => None,
        EntryState::Deleting => Some("its deletion was begun and is finished first".into()),
        EntryState::Unknown => {
            let why = entry.why.clone().unwrap_or_else(|| "its outcome is unknown".into());
            Some(match &entry.candidates[..] {
                [] => why,
                ids => format!("{why}; live instances of its name: {}", listed(ids)),
            })
        }
    }
}

#[cfg(test)]
mod tests;
