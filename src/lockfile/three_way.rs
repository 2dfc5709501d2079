//! Three versions of a lock to one, for git: entry by entry, loud where two sides cannot both be right.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Entry, EntryState, Lockfile};
use crate::ids::{InstanceName, TaskId};

/// What two sides made of one lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeResult {
    /// The lock that holds what both sides know.
    pub lock: Lockfile,
    /// What a person has to look at.
    pub disputes: Vec<MergeConflict>,
}

/// Two sides that cannot both be right. What the merge kept loses no ID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MergeConflict {
    /// Two creates claim one name.
    BothCreated {
        /// Whose entry.
        name: InstanceName,
        /// The ID of the entry that stands; `None`: it is unknown.
        stands: Option<TaskId>,
        /// The ID of the other, now a candidate; `None`: it was unknown.
        other: Option<TaskId>,
    },
    /// One side removed the entry, the other changed it; it stays.
    DeleteModify {
        /// Whose entry.
        name: InstanceName,
        /// Its ID; `None`: it is unknown.
        id: Option<TaskId>,
    },
    /// Both sides changed a key that this program does not know; that of ours stands.
    UnknownKey {
        /// Whose entry; `None`: the key is at the top.
        name: Option<InstanceName>,
        /// The key.
        key: String,
    },
}

/// Merges what two sides made of one lock. `base` is what both began with, empty where they began
/// with nothing.
pub fn merge_locks(base: &Lockfile, ours: &Lockfile, theirs: &Lockfile) -> MergeResult {
    let mut disputes = Vec::new();
    let mut lock = Lockfile {
        manifest: ours.manifest.clone().or_else(|| theirs.manifest.clone()),
        extra: merge_keys([&base.extra, &ours.extra, &theirs.extra], None, &mut disputes),
        ..Lockfile::default()
    };
    let names: BTreeSet<_> = ours.instances.keys().chain(theirs.instances.keys()).collect();
    for name in names {
        let sides = [base, ours, theirs].map(|side| side.instances.get(name));
        if let Some(entry) = merge_entry(name, sides, &mut disputes) {
            lock.instances.insert(name.clone(), entry);
        }
    }
    MergeResult { lock, disputes }
}

fn merge_entry(
    name: &InstanceName,
    [base, ours, theirs]: [Option<&Entry>; 3],
    disputes: &mut Vec<MergeConflict>,
) -> Option<Entry> {
    if ours == theirs || theirs == base {
        return ours.cloned();
    }
    if ours == base {
        return theirs.cloned();
    }
    match (ours, theirs) {
        (Some(kept), None) | (None, Some(kept)) => {
            // What one side saw gone, the other has only begun to delete.
            if is_deletion_of(kept, base) {
                return None;
            }
            disputes
                .push(MergeConflict::DeleteModify { name: name.clone(), id: kept.task_id.clone() });
            Some(kept.clone())
        }
        (Some(ours), Some(theirs)) => Some(merge_both(name, base, (ours, theirs), disputes)),
        (None, None) => None,
    }
}

/// Both sides made something of it.
fn merge_both(
    name: &InstanceName,
    base: Option<&Entry>,
    (ours, theirs): (&Entry, &Entry),
    disputes: &mut Vec<MergeConflict>,
) -> Entry {
    // With an ID that the base has not it is news, whichever create call it comes from.
    let from_base = |side: &Entry| {
        let known = |base: &Entry| side.task_id.is_none() || side.task_id == base.task_id;
        base.is_some_and(|base| same_create(base, side) && known(base))
    };
    let one = same_create(ours, theirs);
    let (stands, other) = if one {
        if certainty(theirs) > certainty(ours) { (theirs, ours) } else { (ours, theirs) }
    } else if from_base(ours) && !from_base(theirs) {
        // Theirs ended what both began with, and created anew.
        (theirs, ours)
    } else if from_base(theirs) && !from_base(ours) {
        (ours, theirs)
    } else {
        let (entry, other) = pick_winner(ours, theirs);
        let (stands, other_id) = (entry.task_id.clone(), other.task_id.clone());
        disputes.push(MergeConflict::BothCreated { name: name.clone(), stands, other: other_id });
        (entry, other)
    };
    let superseded = !one && from_base(other) && !from_base(stands);
    let mut entry = stands.clone();
    entry.candidates = candidates(base, ours, theirs);
    if !superseded {
        entry.candidates.extend(other.task_id.clone());
    }
    entry.candidates.retain(|id| entry.task_id.as_ref() != Some(id));
    entry.candidates.sort();
    entry.candidates.dedup();
    if one {
        let old = |entry: &Entry| (entry.endpoint.clone(), entry.region.clone());
        let place = if base.map(old) == Some(old(ours)) { theirs } else { ours };
        (entry.endpoint, entry.region) = old(place);
    }
    let nothing = Map::new();
    let extra = base.map_or(&nothing, |base| &base.extra);
    entry.extra = merge_keys([extra, &ours.extra, &theirs.extra], Some(name), disputes);
    entry
}

/// Of two creates that claim one name, the entry that stands, and the other. One whose outcome is
/// unknown stands before one with an ID, because an ID fits into it as a candidate and not the other
/// way round; one that is being deleted never stands before one that is there.
fn pick_winner<'a>(ours: &'a Entry, theirs: &'a Entry) -> (&'a Entry, &'a Entry) {
    if certainty(theirs) < certainty(ours) { (theirs, ours) } else { (ours, theirs) }
}

/// Whether two entries speak of one create call.
fn same_create(one: &Entry, other: &Entry) -> bool {
    match (&one.task_id, &other.task_id) {
        (Some(one), Some(other)) => one == other,
        _ => one.submitted_at == other.submitted_at && one.request == other.request,
    }
}

/// How much is known of a create call.
fn certainty(entry: &Entry) -> u8 {
    match entry.state {
        EntryState::Unknown => 0,
        EntryState::Created => 1,
        EntryState::Deleting => 2,
    }
}

/// Whether this entry is nothing but the deletion, begun, of what both sides began with.
fn is_deletion_of(entry: &Entry, base: Option<&Entry>) -> bool {
    entry.state == EntryState::Deleting
        && base.is_some_and(|base| {
            base.task_id == entry.task_id && base.candidates == entry.candidates
        })
}

/// What either side knows, but for what one of them found gone.
fn candidates(base: Option<&Entry>, ours: &Entry, theirs: &Entry) -> Vec<TaskId> {
    let known = base.map_or(&[][..], |base| &base.candidates);
    let both = |id: &TaskId| ours.candidates.contains(id) && theirs.candidates.contains(id);
    let all = ours.candidates.iter().chain(&theirs.candidates);
    all.filter(|id| !known.contains(id) || both(id)).cloned().collect()
}

/// Merges keys that this program does not know.
fn merge_keys(
    [base, ours, theirs]: [&Map<String, Value>; 3],
    name: Option<&InstanceName>,
    disputes: &mut Vec<MergeConflict>,
) -> Map<String, Value> {
    let mut merged = Map::new();
    let added = theirs.keys().filter(|key| !ours.contains_key(*key));
    for key in ours.keys().chain(added) {
        let (base, ours, theirs) = (base.get(key), ours.get(key), theirs.get(key));
        let stands = if ours == base { theirs } else { ours.or(theirs) };
        if ours != base && theirs != base && ours != theirs {
            disputes.push(MergeConflict::UnknownKey { name: name.cloned(), key: key.clone() });
        }
        if let Some(value) = stands {
            merged.insert(key.clone(), value.clone());
        }
    }
    merged
}

#[cfg(test)]
mod tests;
