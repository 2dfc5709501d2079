//! What has to be done so that the lock says what the manifest says. Pure.

mod compare;
mod cost;
mod lookalike;
mod policy;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde_json::Value;

use crate::ids::{Endpoint, InstanceName, Region, TaskId, listed};
use crate::lockfile::{Body, Entry, Lockfile, State};
use crate::request::Request;

pub use compare::differences;
pub use cost::Cost;
pub use policy::Policy;

/// What has to be done, instance by instance: those of the manifest in its order, then the orphans
/// by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// One item an instance.
    pub items: Vec<Item>,
}

/// What has to be done with one instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The instance.
    pub name: InstanceName,
    /// What has to be done.
    pub action: Action,
    /// Where its request differs from the locked one, field by field.
    pub changes: Vec<FieldChange>,
    /// The state of its entry in the lock, where it has one.
    pub state: Option<State>,
    /// Its ID in the lock, where it has one.
    pub task_id: Option<TaskId>,
    /// Other live instances of its name that its entry knows.
    pub candidates: Vec<TaskId>,
    /// What a person has to know about it.
    pub message: Option<String>,
    /// Whether a guard stops it; `message` says why.
    pub barred: bool,
    /// What would be sent, for what is to be created or has changed.
    pub request: Option<Box<Request>>,
    /// Where it belongs, as far as it is known.
    pub place: Place,
}

/// What has to be done with an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
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
    Ended,
    /// It is no longer on the platform.
    Gone,
    /// It belongs to another region or address than the one at hand.
    Elsewhere,
}

impl Item {
    /// Whether an instance is created for it.
    pub fn creates(&self) -> bool {
        matches!(self.action, Action::Create | Action::Replace) && !self.barred
    }

    /// Whether an instance is deleted for it.
    pub fn deletes(&self) -> bool {
        matches!(self.action, Action::Replace | Action::Prune) && !self.barred
    }

    /// Whether a live instance is taken over for it.
    pub fn adopts(&self) -> bool {
        self.action == Action::Adopt && !self.barred
    }

    /// Whether anything is done for it.
    pub fn acts(&self) -> bool {
        self.creates() || self.deletes() || self.adopts()
    }
}

impl Action {
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
            Self::Ended => "ended",
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
pub struct Place {
    /// The region.
    pub region: Option<Region>,
    /// The address.
    pub endpoint: Option<Endpoint>,
}

/// Where the credentials at hand reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Here {
    /// One address, for all documents: that of a token. A document of another region is elsewhere.
    One(Place),
    /// The regions of an account: each document goes to its own.
    Regions {
        /// The region of documents that name none.
        default: Option<Region>,
        /// The addresses, where they are known already.
        endpoints: BTreeMap<Region, Endpoint>,
    },
}

impl Here {
    /// Where a document of this region goes, or `None` where the credentials do not reach it.
    pub fn place(&self, wanted: Option<&Region>) -> Option<Place> {
        match self {
            Self::One(Place { region, endpoint }) => {
                let own = region.as_ref();
                let reached = wanted.is_none() || own.is_none() || wanted == own;
                let endpoint = endpoint.clone();
                reached.then(|| Place { region: wanted.or(own).cloned(), endpoint })
            }
            Self::Regions { default, endpoints } => {
                let region = wanted.or(default.as_ref()).cloned();
                let endpoint = region.as_ref().and_then(|region| endpoints.get(region)).cloned();
                Some(Place { region, endpoint })
            }
        }
    }

    /// Why a document of this region is not handled from here.
    pub fn not_for(&self, wanted: Option<&Region>) -> String {
        let wanted = wanted.map_or("another", Region::as_str);
        match self {
            Self::One(Place { region: Some(own), .. }) => {
                format!("its document is for region `{wanted}`, the token for `{own}`")
            }
            _ => format!("its document is for region `{wanted}`, the token for another"),
        }
    }

    /// Whether what lies there can be handled from here. Where no address is known yet nothing
    /// speaks against it.
    pub fn reaches(&self, there: &Place) -> bool {
        let at = |ours: &Endpoint| there.endpoint.as_ref() == Some(ours);
        match (self, &there.region) {
            (Self::One(Place { region: Some(ours), .. }), Some(theirs)) => ours == theirs,
            (Self::One(Place { endpoint, .. }), _) => endpoint.as_ref().is_none_or(at),
            (Self::Regions { endpoints, .. }, _) if endpoints.is_empty() => true,
            (Self::Regions { endpoints, .. }, Some(region)) => endpoints.contains_key(region),
            (Self::Regions { endpoints, .. }, None) => endpoints.values().any(at),
        }
    }

    /// Whether an entry can be handled from here.
    pub fn holds(&self, entry: &Entry) -> bool {
        let Entry { region, endpoint, .. } = entry;
        self.reaches(&Place { region: region.clone(), endpoint: Some(endpoint.clone()) })
    }
}

impl Place {
    /// Whether an entry belongs here: by its region where both sides know one, else by its address.
    /// Where no address is known yet nothing speaks against it.
    pub fn holds(&self, entry: &Entry) -> bool {
        match (&entry.region, &self.region) {
            (Some(theirs), Some(ours)) => theirs == ours,
            _ => self.endpoint.as_ref().is_none_or(|ours| *ours == entry.endpoint),
        }
    }

    /// Whether both are one address and, as far as both know it, one region: several regions may be
    /// served from one host.
    pub fn meets(&self, other: &Self) -> bool {
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
    pub fn holds(&self, name: &InstanceName) -> bool {
        match self {
            Self::All => true,
            Self::Names(names) => names.contains(name),
        }
    }
}

/// Compares the requests of a manifest with its lock.
pub fn plan(requests: &[Request], lock: &Lockfile, here: &Here, selection: &Selection) -> Plan {
    let mut items: Vec<Item> = requests
        .iter()
        .filter(|request| selection.holds(&request.name))
        .map(|request| item(request, lock.instances.get(&request.name), here))
        .collect();
    let named: HashSet<&InstanceName> = requests.iter().map(|request| &request.name).collect();
    let orphans = lock.instances.iter().filter(|(name, _)| !named.contains(*name));
    let orphans = orphans.filter(|(name, _)| selection.holds(name));
    items.extend(orphans.map(|orphan| not_in_manifest(orphan, here)));
    lookalike::note(&mut items);
    Plan { items }
}

impl Plan {
    /// Bars instances whose deletion is still not confirmed.
    pub fn hold_back_deletions(&mut self) {
        for item in self.items.iter_mut().filter(|item| item.state == Some(State::Deleting)) {
            item.barred = true;
            item.message = Some("its deletion was requested but is not confirmed".to_owned());
        }
    }

    /// What the creations of this plan cost at most.
    pub fn cost(&self) -> Cost {
        let created = self.items.iter().filter(|item| item.creates());
        Cost::of(created.filter_map(|item| item.request.as_deref()))
    }
}

fn item(request: &Request, entry: Option<&Entry>, here: &Here) -> Item {
    let region = request.region.as_ref();
    let Some(place) = here.place(region) else {
        let message = here.not_for(region);
        let item = with(request.name.clone(), Action::Elsewhere, entry, Some(message));
        return Item { barred: true, ..item };
    };
    let Some(entry) = entry else {
        let item = with(request.name.clone(), Action::Create, None, None);
        return Item { request: Some(Box::new(request.clone())), place, ..item };
    };
    if !place.holds(entry) {
        let message = bound_elsewhere(entry);
        let item = with(request.name.clone(), Action::Elsewhere, Some(entry), Some(message));
        return Item { place, barred: true, ..item };
    }
    let message = unsettled(entry);
    if entry.state == State::Deleting {
        let item = with(request.name.clone(), Action::Replace, Some(entry), message);
        return Item { request: Some(Box::new(request.clone())), place, ..item };
    }
    let changes = compare::changes(&entry.request, &Body::of(&request.task));
    if changes.is_empty() {
        let item = with(request.name.clone(), Action::Unchanged, Some(entry), message);
        return Item { place, ..item };
    }
    let item = with(request.name.clone(), Action::Changed, Some(entry), message);
    let request = Some(Box::new(request.clone()));
    Item { changes, place, request, barred: true, ..item }
}

fn not_in_manifest((name, entry): (&InstanceName, &Entry), here: &Here) -> Item {
    let place = Place { region: entry.region.clone(), endpoint: Some(entry.endpoint.clone()) };
    // A deletion that was begun is finished, whether orphans are pruned or not.
    let action = match entry.state {
        State::Deleting if here.reaches(&place) => Action::Prune,
        _ => Action::Orphan,
    };
    Item { place, ..with(name.clone(), action, Some(entry), unsettled(entry)) }
}

fn with(
    name: InstanceName,
    action: Action,
    entry: Option<&Entry>,
    message: Option<String>,
) -> Item {
    Item {
        name,
        action,
        changes: Vec::new(),
        state: entry.map(|entry| entry.state),
        task_id: entry.and_then(|entry| entry.task_id.clone()),
        candidates: entry.map(|entry| entry.candidates.clone()).unwrap_or_default(),
        message,
        barred: false,
        request: None,
        place: Place::default(),
    }
}

fn bound_elsewhere(entry: &Entry) -> String {
    match &entry.region {
        Some(region) => format!("the lock has it in region `{region}` at `{}`", entry.endpoint),
        None => format!("the lock has it at `{}`", entry.endpoint),
    }
}

/// What keeps an entry from being handled, where something does.
fn unsettled(entry: &Entry) -> Option<String> {
    match entry.state {
        State::Created => None,
        State::Deleting => Some("its deletion was begun and is finished first".into()),
        State::Unknown => {
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
