//! Three-way merge of an entry: the base, our version, and the version now in the lock.

use crate::ids::{InstanceName, TaskId};

use crate::lockfile::entry::{Entry, EntryState, Lockfile};

/// Change that a run makes to one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryChange {
    /// The name of the entry.
    pub name: InstanceName,
    /// The lock's entry as the run last saw it, if it existed.
    pub base: Option<Entry>,
    /// The new entry; `None` if it is removed.
    pub ours: Option<Entry>,
}

/// Two runs changed the same entry. The lock's version is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdConflict {
    /// The name of the entry.
    pub name: InstanceName,
    /// The lock's ID, which is kept, if it has one.
    pub kept: Option<TaskId>,
    /// Our ID, now a candidate, if we have one.
    pub candidate: Option<TaskId>,
}

/// Result of applying changes.
#[derive(Debug, Default)]
pub(super) struct AppliedChanges {
    /// Names of the changed entries.
    pub(super) changed: Vec<InstanceName>,
    pub(super) clashes: Vec<IdConflict>,
}

impl Lockfile {
    /// Returns the lock with these changes applied, to show what a run would write.
    #[must_use]
    pub fn with(mut self, changes: Vec<EntryChange>) -> Self {
        self.apply(changes);
        self
    }

    /// Applies the changes to the current lock, entry by entry. A change that leaves an entry as it
    /// was states that the entry exists: if the lock was reverted to a version without it, it is
    /// added again so that no ID is lost.
    pub(super) fn apply(
        &mut self,
        changes: impl IntoIterator<Item = EntryChange>,
    ) -> AppliedChanges {
        let mut applied = AppliedChanges::default();
        for EntryChange { name, base, ours } in changes {
            let theirs = self.instances.get(&name);
            let base = base.filter(|base| ours.as_ref() != Some(base) || has(theirs, base));
            let ids = (task_id(theirs), task_id(ours.as_ref()));
            let (merged, clashed) = merge(base.as_ref(), ours, theirs.cloned());
            if clashed {
                let (kept, candidate) = ids;
                applied.clashes.push(IdConflict { name: name.clone(), kept, candidate });
            }
            if merged.as_ref() != theirs {
                applied.changed.push(name.clone());
                match merged {
                    Some(entry) => self.instances.insert(name, entry),
                    None => self.instances.remove(&name),
                };
            }
        }
        applied
    }
}

/// Returns whether an entry exists that has this one's ID as its own or among its candidates.
fn has(theirs: Option<&Entry>, entry: &Entry) -> bool {
    let Some(theirs) = theirs else { return false };
    let own = |id| theirs.task_id.as_ref() == Some(id) || theirs.candidates.contains(id);
    entry.task_id.as_ref().is_none_or(own)
}

fn task_id(entry: Option<&Entry>) -> Option<TaskId> {
    entry.and_then(|entry| entry.task_id.clone())
}

/// Merges an entry three-way and returns whether the two sides conflict: an ID is never dropped,
/// and if both sides have one, theirs is kept and ours becomes a candidate.
pub fn merge(
    base: Option<&Entry>,
    ours: Option<Entry>,
    theirs: Option<Entry>,
) -> (Option<Entry>, bool) {
    if theirs.as_ref() == base || ours == theirs {
        return (ours, false);
    }
    if ours.as_ref() == base {
        return (theirs, false);
    }
    match (ours, theirs) {
        (ours, None) => (ours, false),
        (None, theirs) => (theirs, false),
        (Some(ours), Some(theirs)) => merge_both(ours, theirs),
    }
}

/// Merges an entry that both sides changed.
fn merge_both(ours: Entry, theirs: Entry) -> (Option<Entry>, bool) {
    let one_attempt = ours.submitted_at == theirs.submitted_at && ours.request == theirs.request;
    let same_id = ours.task_id.is_some() && ours.task_id == theirs.task_id;
    // The outcome of an attempt replaces its unknown state.
    let settled = |entry: &Entry| entry.state != EntryState::Unknown;
    let (mut kept, other, clashed) = if same_id && theirs.state == EntryState::Deleting {
        (theirs, ours, false)
    } else if same_id || (one_attempt && settled(&ours) && !settled(&theirs)) {
        (ours, theirs, false)
    } else if one_attempt && !(settled(&ours) && settled(&theirs)) {
        (theirs, ours, false)
    } else {
        (theirs, ours, true)
    };
    for id in other.candidates.into_iter().chain(other.task_id) {
        if kept.task_id.as_ref() != Some(&id) && !kept.candidates.contains(&id) {
            kept.candidates.push(id);
        }
    }
    kept.candidates.sort();
    (Some(kept), clashed)
}
