//! Three versions of an entry to one: what it was, what we made of it, what stands in the lock now.

use crate::ids::{InstanceName, TaskId};

use super::{Entry, EntryState, Lockfile};

/// What a run wants of one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryChange {
    /// Whose entry.
    pub name: InstanceName,
    /// What the run took for the lock's entry; `None`: there was none.
    pub base: Option<Entry>,
    /// What it shall be; `None`: none.
    pub ours: Option<Entry>,
}

/// Two runs made something of the same entry. The lock's stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdConflict {
    /// Whose entry.
    pub name: InstanceName,
    /// The lock's ID, which stands, where it has one.
    pub stands: Option<TaskId>,
    /// Our ID, now a candidate, where we have one.
    pub candidate: Option<TaskId>,
}

/// What carrying out changes came to.
#[derive(Debug, Default)]
pub(super) struct AppliedChanges {
    /// Whose entries changed.
    pub(super) changed: Vec<InstanceName>,
    pub(super) clashes: Vec<IdConflict>,
}

impl Lockfile {
    /// The lock with these changes carried out, for a look at what a run would write.
    #[must_use]
    pub fn with(mut self, changes: Vec<EntryChange>) -> Self {
        self.apply(changes);
        self
    }

    /// Carries out the changes on what stands in the lock, entry by entry. One that leaves an entry as
    /// it was says that it is there: where the lock was taken back to a version without it, it is put
    /// in again, lest an ID be lost.
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
                let (stands, candidate) = ids;
                applied.clashes.push(IdConflict { name: name.clone(), stands, candidate });
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

/// Whether an entry is there, with this one's ID as its own or among its candidates.
fn has(theirs: Option<&Entry>, entry: &Entry) -> bool {
    let Some(theirs) = theirs else { return false };
    let own = |id| theirs.task_id.as_ref() == Some(id) || theirs.candidates.contains(id);
    entry.task_id.as_ref().is_none_or(own)
}

fn task_id(entry: Option<&Entry>) -> Option<TaskId> {
    entry.and_then(|entry| entry.task_id.clone())
}

/// One entry of three, and whether the two sides clashed: an ID is never dropped, and where both
/// sides have one, theirs stands and ours becomes a candidate.
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

/// Both sides made something of it.
fn merge_both(ours: Entry, theirs: Entry) -> (Option<Entry>, bool) {
    let one_attempt = ours.submitted_at == theirs.submitted_at && ours.request == theirs.request;
    let same_id = ours.task_id.is_some() && ours.task_id == theirs.task_id;
    // The outcome of an attempt replaces the word that it is unknown.
    let settled = |entry: &Entry| entry.state != EntryState::Unknown;
    let (mut stands, other, clashed) = if same_id && theirs.state == EntryState::Deleting {
        (theirs, ours, false)
    } else if same_id || (one_attempt && settled(&ours) && !settled(&theirs)) {
        (ours, theirs, false)
    } else if one_attempt && !(settled(&ours) && settled(&theirs)) {
        (theirs, ours, false)
    } else {
        (theirs, ours, true)
    };
    for id in other.candidates.into_iter().chain(other.task_id) {
        if stands.task_id.as_ref() != Some(&id) && !stands.candidates.contains(&id) {
            stands.candidates.push(id);
        }
    }
    stands.candidates.sort();
    (Some(stands), clashed)
}

#[cfg(test)]
mod tests;
