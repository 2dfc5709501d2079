//! The actions that bring the lock in line with the manifest. Pure.

mod cost_estimate;
mod diff;
mod lookalike;
mod note;
mod permissions;
mod target;
mod totals;

use std::collections::{BTreeSet, HashSet};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::api::endpoints::actions::Resize;
use crate::api::endpoints::create_task::CreateTask;
pub use crate::ids::Location;
use crate::ids::{InstanceName, TaskId};
use crate::lockfile::{Entry, EntryState, Lockfile, RequestBody};
use crate::request::Request;

pub use cost_estimate::{Cost, CostKind, CostLimit, LimitSource};
pub use diff::differences;
pub use note::{LiveNote, PlanNote, RegionMismatch};
pub use permissions::Permissions;
pub use target::Target;
pub use totals::Totals;

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
    /// Remark on it.
    pub note: Option<Box<PlanNote>>,
    /// Whether a safety check blocks it; `note` gives the reason.
    pub blocked: bool,
    /// Whether the platform was queried and shows that it is live.
    pub is_live: bool,
    /// The request, for instances that are to be created or have changed.
    pub request: Option<Box<Request>>,
    /// Its location, as far as known.
    pub location: Location,
}

/// Planned action for an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "action")]
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
    /// Delete it.
    Prune,
    /// Record a live instance in the lock.
    Adopt,
    /// It ended on the platform.
    #[serde(rename = "ended")]
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

    /// Returns whether its sizes are changed in place.
    pub fn resizes(&self) -> bool {
        self.action == PlanAction::Changed && self.note.as_deref() == Some(&PlanNote::Resize)
    }

    /// Returns the new sizes, if they are changed in place.
    pub fn resize(&self) -> Option<Resize> {
        let (Some(id), Some(request), true) = (&self.task_id, &self.request, self.resizes()) else {
            return None;
        };
        let (id, task) = (id.clone(), &request.task);
        let CreateTask { cpu_number, gpu_number, ram_size, .. } = **task;
        Some(Resize { id, cpu_number, gpu_number, ram_size })
    }

    /// Returns whether it has changed in nothing but its sizes.
    pub fn differs_in_sizes(&self) -> bool {
        let is_size = |change: &FieldChange| SIZES.contains(&change.field.as_str());
        !self.changes.is_empty() && self.changes.iter().all(is_size)
    }

    /// Notes what the platform shows of it.
    pub fn set_live_note(&mut self, note: LiveNote) {
        self.note = Some(PlanNote::Live(note).into());
    }

    /// Returns whether it is unchanged and there is nothing notable about it.
    pub fn is_plainly_unchanged(&self) -> bool {
        self.action == PlanAction::Unchanged
            && self.state == Some(EntryState::Created)
            && self.note.is_none()
    }

    /// Returns whether any action is taken for it.
    pub fn has_effect(&self) -> bool {
        self.creates() || self.deletes() || self.adopts() || self.resizes()
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

/// The fields that can be changed in place.
pub const SIZES: [&str; 3] = ["cpuNumber", "gpuNumber", "ramSize"];

/// A field in which the manifest differs from the lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "change", extend("additionalProperties" = false))]
pub struct FieldChange {
    /// Name of the field.
    pub field: String,
    /// Value in the lock; the default if the lock has none.
    pub old: Value,
    /// Value in the manifest.
    pub new: Value,
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
    items.extend(orphans.map(|(name, entry)| not_in_manifest(name, entry, target)));
    lookalike::mark_lookalikes(&mut items);
    Plan { items }
}

impl Plan {
    /// Blocks instances whose deletion is still not confirmed.
    pub fn block_deletions(&mut self) {
        for item in self.items.iter_mut().filter(|item| item.state == Some(EntryState::Deleting)) {
            item.blocked = true;
            item.note = Some(PlanNote::DeletionNotConfirmed.into());
        }
    }
}

fn item(request: &Request, entry: Option<&Entry>, target: &Target) -> PlanItem {
    let with = |action, note| item_with(request.name.clone(), action, entry, note);
    let region = request.region.as_ref();
    let Some(location) = target.resolve(region) else {
        let note = PlanNote::RegionNotReached(target.mismatch(region));
        let location = Location { region: region.cloned(), endpoint: None };
        return PlanItem { location, blocked: true, ..with(PlanAction::Elsewhere, Some(note)) };
    };
    let Some(entry) = entry else {
        let request = Some(Box::new(request.clone()));
        return PlanItem { request, location, ..with(PlanAction::Create, None) };
    };
    if !location.matches_entry(entry) {
        let (region, endpoint) = (entry.region.clone(), entry.endpoint.clone());
        let note = PlanNote::RecordedFor { region, endpoint };
        return PlanItem { location, blocked: true, ..with(PlanAction::Elsewhere, Some(note)) };
    }
    let note = open_outcome(entry);
    if entry.state == EntryState::Deleting {
        let request = Some(Box::new(request.clone()));
        return PlanItem { request, location, ..with(PlanAction::Replace, note) };
    }
    let changes = diff::changes(&entry.request, &RequestBody::from_value(&*request.task));
    if changes.is_empty() {
        return PlanItem { location, ..with(PlanAction::Unchanged, note) };
    }
    let request = Some(Box::new(request.clone()));
    PlanItem { changes, location, request, blocked: true, ..with(PlanAction::Changed, note) }
}

fn not_in_manifest(name: &InstanceName, entry: &Entry, target: &Target) -> PlanItem {
    let location =
        Location { region: entry.region.clone(), endpoint: Some(entry.endpoint.clone()) };
    // A started deletion is finished, whether orphans are pruned or not.
    let action = match entry.state {
        EntryState::Deleting if target.is_reachable(&location) => PlanAction::Prune,
        _ => PlanAction::Orphan,
    };
    PlanItem { location, ..item_with(name.clone(), action, Some(entry), open_outcome(entry)) }
}

fn item_with(
    name: InstanceName,
    action: PlanAction,
    entry: Option<&Entry>,
    note: Option<PlanNote>,
) -> PlanItem {
    PlanItem {
        name,
        action,
        changes: Vec::new(),
        state: entry.map(|entry| entry.state),
        task_id: entry.and_then(|entry| entry.task_id.clone()),
        candidates: entry.map(|entry| entry.candidates.clone()).unwrap_or_default(),
        note: note.map(Box::new),
        blocked: false,
        is_live: false,
        request: None,
        location: Location::default(),
    }
}

/// Returns the reason why an entry cannot be handled yet, if any.
fn open_outcome(entry: &Entry) -> Option<PlanNote> {
    match entry.state {
        EntryState::Created => None,
        EntryState::Deleting => Some(PlanNote::DeletionStarted),
        EntryState::Unknown => {
            let (why, candidates) = (entry.why.clone(), entry.candidates.clone());
            Some(PlanNote::OutcomeUnknown { why, candidates })
        }
    }
}
