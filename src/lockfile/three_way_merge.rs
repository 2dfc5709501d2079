//! Three-way merge of a lock, for git: entry by entry; conflicts that cannot be resolved are
//! reported.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::ids::{InstanceName, TaskId};
use crate::lockfile::entry::{Entry, EntryState, Lockfile};

/// Result of merging two sides of one lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeResult {
    /// The merged lock, with the information of both sides.
    pub lock: Lockfile,
    /// Conflicts that the user must check.
    pub conflicts: Vec<MergeConflict>,
}

/// One of the three locks of a merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeSide {
    /// The common ancestor.
    Base,
    /// The side into which the other is merged.
    Ours,
    /// The side that is merged.
    Theirs,
}

/// Conflict between two sides. The merged lock loses no ID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MergeConflict {
    /// Two creates claim the same name.
    BothCreated {
        /// The name of the entry.
        name: InstanceName,
        /// The ID of the kept entry; `None` if unknown.
        kept: Option<TaskId>,
        /// The ID of the other entry, now a candidate; `None` if unknown.
        other: Option<TaskId>,
    },
    /// One side removed the entry, the other changed it; it is kept.
    DeleteModify {
        /// The name of the entry.
        name: InstanceName,
        /// Its ID; `None` if unknown.
        id: Option<TaskId>,
    },
    /// Both sides changed an unknown key; our value is kept.
    UnknownKey {
        /// The name of the entry; `None` for a top-level key.
        name: Option<InstanceName>,
        /// The key.
        key: String,
    },
}

/// Merges two sides of one lock. `base` is their common ancestor, or an empty lock.
pub fn merge_locks(base: &Lockfile, ours: &Lockfile, theirs: &Lockfile) -> MergeResult {
    let mut conflicts = Vec::new();
    let mut lock = Lockfile {
        manifest: ours.manifest.clone().or_else(|| theirs.manifest.clone()),
        sandbox: ours.sandbox || theirs.sandbox,
        extra: merge_keys([&base.extra, &ours.extra, &theirs.extra], None, &mut conflicts),
        ..Lockfile::default()
    };
    let names: BTreeSet<_> = ours.instances.keys().chain(theirs.instances.keys()).collect();
    for name in names {
        let sides = [base, ours, theirs].map(|side| side.instances.get(name));
        if let Some(entry) = merge_entry(name, sides, &mut conflicts) {
            lock.instances.insert(name.clone(), entry);
        }
    }
    MergeResult { lock, conflicts }
}

fn merge_entry(
    name: &InstanceName,
    [base, ours, theirs]: [Option<&Entry>; 3],
    conflicts: &mut Vec<MergeConflict>,
) -> Option<Entry> {
    if ours == theirs || theirs == base {
        return ours.cloned();
    }
    if ours == base {
        return theirs.cloned();
    }
    match (ours, theirs) {
        (Some(kept), None) | (None, Some(kept)) => {
            // One side confirmed the deletion, and the other only started it.
            if is_deletion_of(kept, base) {
                return None;
            }
            conflicts
                .push(MergeConflict::DeleteModify { name: name.clone(), id: kept.task_id.clone() });
            Some(kept.clone())
        }
        (Some(ours), Some(theirs)) => Some(merge_both(name, base, ours, theirs, conflicts)),
        (None, None) => None,
    }
}

/// Merges an entry that both sides changed.
fn merge_both(
    name: &InstanceName,
    base: Option<&Entry>,
    ours: &Entry,
    theirs: &Entry,
    conflicts: &mut Vec<MergeConflict>,
) -> Entry {
    // An ID that the base does not have is new, whichever create call it comes from.
    let from_base = |side: &Entry| {
        let known = |base: &Entry| side.task_id.is_none() || side.task_id == base.task_id;
        base.is_some_and(|base| same_create(base, side) && known(base))
    };
    let one = same_create(ours, theirs);
    let (kept, other) = if one {
        if certainty(theirs) > certainty(ours) { (theirs, ours) } else { (ours, theirs) }
    } else if from_base(ours) && !from_base(theirs) {
        // Their side deleted the common entry and created a new one.
        (theirs, ours)
    } else if from_base(theirs) && !from_base(ours) {
        (ours, theirs)
    } else {
        // An unknown outcome takes precedence over an ID, because the ID can become its candidate
        // and not the other way round; an entry being deleted never takes precedence.
        let swap = certainty(theirs) < certainty(ours);
        let (entry, other) = if swap { (theirs, ours) } else { (ours, theirs) };
        let (kept, other_id) = (entry.task_id.clone(), other.task_id.clone());
        conflicts.push(MergeConflict::BothCreated { name: name.clone(), kept, other: other_id });
        (entry, other)
    };
    let superseded = !one && from_base(other) && !from_base(kept);
    let mut entry = kept.clone();
    entry.candidates = candidates(base, ours, theirs);
    if !superseded {
        entry.candidates.extend(other.task_id.clone());
    }
    entry.candidates.retain(|id| entry.task_id.as_ref() != Some(id));
    entry.candidates.sort();
    entry.candidates.dedup();
    if one {
        let old = |entry: &Entry| (entry.endpoint.clone(), entry.region.clone());
        let location = if base.map(old) == Some(old(ours)) { theirs } else { ours };
        (entry.endpoint, entry.region) = old(location);
    }
    let nothing = Map::new();
    let extra = base.map_or(&nothing, |base| &base.extra);
    entry.extra = merge_keys([extra, &ours.extra, &theirs.extra], Some(name), conflicts);
    entry
}

/// Returns whether two entries describe the same create call.
fn same_create(one: &Entry, other: &Entry) -> bool {
    match (&one.task_id, &other.task_id) {
        (Some(one), Some(other)) => one == other,
        _ => one.submitted_at == other.submitted_at && one.request == other.request,
    }
}

/// Ranks how much is known about a create call.
fn certainty(entry: &Entry) -> u8 {
    match entry.state {
        EntryState::Unknown => 0,
        EntryState::Created => 1,
        EntryState::Deleting => 2,
    }
}

/// Returns whether this entry is only the started deletion of the common base entry.
fn is_deletion_of(entry: &Entry, base: Option<&Entry>) -> bool {
    entry.state == EntryState::Deleting
        && base.is_some_and(|base| {
            base.task_id == entry.task_id && base.candidates == entry.candidates
        })
}

/// Returns the candidates of both sides, except those that one of them found gone.
fn candidates(base: Option<&Entry>, ours: &Entry, theirs: &Entry) -> Vec<TaskId> {
    let known = base.map_or(&[][..], |base| &base.candidates);
    let both = |id: &TaskId| ours.candidates.contains(id) && theirs.candidates.contains(id);
    let all = ours.candidates.iter().chain(&theirs.candidates);
    all.filter(|id| !known.contains(id) || both(id)).cloned().collect()
}

/// Merges unknown keys.
fn merge_keys(
    [base, ours, theirs]: [&Map<String, Value>; 3],
    name: Option<&InstanceName>,
    conflicts: &mut Vec<MergeConflict>,
) -> Map<String, Value> {
    let mut merged = Map::new();
    let added = theirs.keys().filter(|key| !ours.contains_key(*key));
    for key in ours.keys().chain(added) {
        let (base, ours, theirs) = (base.get(key), ours.get(key), theirs.get(key));
        let kept = if ours == base { theirs } else { ours.or(theirs) };
        if ours != base && theirs != base && ours != theirs {
            conflicts.push(MergeConflict::UnknownKey { name: name.cloned(), key: key.clone() });
        }
        if let Some(value) = kept {
            merged.insert(key.clone(), value.clone());
        }
    }
    merged
}
