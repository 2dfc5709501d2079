//! Contents and problems of a lock, read without writing anything and without the process lock.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::journal::emergency::EmergencyJournal;
use super::paths::{Paths, read_optional};
use super::store::{ensure_writer_dead, pending_records};
use super::{EntryChange, IdConflict, LockError};
use crate::exit_status::ExitClass;
use crate::ids::{InstanceName, TaskId};
use crate::lockfile::entry::{EntryState, Lockfile};

/// A lock as found.
#[derive(Debug)]
pub struct LockReport {
    /// Whether the lock exists.
    pub exists: bool,
    /// Whether it can be read, if it exists.
    pub readable: bool,
    /// Its contents, with the leftovers of an interrupted run replayed into it; empty if it cannot
    /// be read.
    pub lock: Lockfile,
    /// Names whose entries are not yet in the lock in this form.
    pub pending: BTreeSet<InstanceName>,
    /// The problems found.
    pub findings: Vec<LockIssue>,
}

/// A problem of a lock.
#[derive(Debug)]
pub enum LockIssue {
    /// The lock, its journal or its emergency journal cannot be read, or a run is writing them.
    Unreadable(LockError),
    /// It can be read, but is not in the form that the program writes.
    NotCanonical {
        /// The first line that differs, from 1.
        line: usize,
    },
    /// An interrupted run left records that are not in the lock.
    Journal {
        /// Names of the affected entries; empty if the journal contains nothing new.
        names: Vec<InstanceName>,
    },
    /// Lock and journal contain different IDs for one name.
    IdConflict(IdConflict),
    /// The outcome of a create call is unknown.
    Unknown {
        /// The name of the instance.
        name: InstanceName,
        /// The reason in the lock, if known.
        why: Option<String>,
        /// Live instances that it may be.
        candidates: Vec<TaskId>,
    },
    /// Deletion was requested but not confirmed.
    Deleting {
        /// The name of the instance.
        name: InstanceName,
    },
    /// Other live instances had the name.
    Candidates {
        /// The name.
        name: InstanceName,
        /// Their IDs.
        ids: Vec<TaskId>,
    },
    /// Two entries have the same ID.
    DuplicateId {
        /// The ID.
        id: TaskId,
        /// The entries.
        names: Vec<InstanceName>,
    },
    /// An entry of another lock has the same ID.
    InOtherLock {
        /// The entry.
        name: InstanceName,
        /// The ID.
        id: TaskId,
        /// The other lock.
        other: String,
    },
    /// The instance is in the manifest but not in the lock.
    Missing {
        /// Its name.
        name: InstanceName,
    },
    /// Git is to merge the lock with this program, and the clone lacks the merge driver.
    NoMergeDriver,
}

impl LockIssue {
    /// Returns a machine-readable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "trouble",
            Self::NotCanonical { .. } => "not-canonical",
            Self::Journal { .. } => "journal",
            Self::IdConflict(_) => "two-ids",
            Self::Unknown { .. } => "unknown",
            Self::Deleting { .. } => "deleting",
            Self::Candidates { .. } => "candidates",
            Self::DuplicateId { .. } | Self::InOtherLock { .. } => "shared-id",
            Self::Missing { .. } => "missing",
            Self::NoMergeDriver => "no-merge-driver",
        }
    }

    /// Returns the exit status class of the finding; `None` for a note.
    pub fn class(&self) -> Option<ExitClass> {
        Some(match self {
            Self::Unreadable(_) | Self::NotCanonical { .. } | Self::Journal { .. } => {
                ExitClass::Lock
            }
            Self::IdConflict(_)
            | Self::Unknown { .. }
            | Self::Deleting { .. }
            | Self::Candidates { .. }
            | Self::DuplicateId { .. }
            | Self::InOtherLock { .. } => ExitClass::Unknown,
            Self::Missing { .. } => ExitClass::Blocked,
            // A CI job that only checks locks has a fresh clone, and does not merge.
            Self::NoMergeDriver => return None,
        })
    }
}

/// Inspects a lock, its journal and its emergency journal. Unreadable files are reported as
/// findings, and the others are still read. `state` is this program's directory in the user's state
/// directory.
pub fn inspect(path: &Path, state: Option<&Path>) -> LockReport {
    let mut observed = LockReport {
        exists: false,
        readable: true,
        lock: Lockfile::default(),
        pending: BTreeSet::new(),
        findings: Vec::new(),
    };
    match Paths::for_lock(path) {
        Ok(paths) => {
            let rescue = state.map(|state| EmergencyJournal::for_lock(&paths, state));
            observed.read(&paths, rescue.as_ref());
        }
        Err(error) => observed.findings.push(LockIssue::Unreadable(error)),
    }
    observed
}

impl LockReport {
    /// Returns the number of findings that are not notes.
    pub fn problems(&self) -> usize {
        self.findings.iter().filter(|finding| finding.class().is_some()).count()
    }

    fn read(&mut self, paths: &Paths, rescue: Option<&EmergencyJournal>) {
        // The journal first: records that a run merges into the lock meanwhile are then seen twice,
        // never missed.
        let left = pending_records(paths, rescue);
        let alive = ensure_writer_dead(paths, true);
        self.read_lock(paths);
        let running = alive.is_err();
        self.findings.extend(alive.as_ref().err().cloned().map(LockIssue::Unreadable));
        match left {
            // Both read the journal and get the same error.
            Err(error) if alive.as_ref() == Err(&error) => {}
            Err(error) => self.findings.push(LockIssue::Unreadable(error)),
            Ok(left) if self.readable => {
                let names = self.replay_leftovers(left);
                // The run that writes a journal also merges it.
                if !running && (paths.journal.exists() || !names.is_empty()) {
                    self.findings.push(LockIssue::Journal { names });
                }
            }
            Ok(_) => {}
        }
        self.find_unfinished();
    }

    fn read_lock(&mut self, paths: &Paths) {
        let read = read_optional(&paths.lock).and_then(|bytes| {
            let Some(bytes) = bytes else { return Ok(None) };
            let lock = Lockfile::from_bytes(&paths.lock, &bytes)?;
            Ok(Some((lock, bytes)))
        });
        match read {
            Ok(None) => {}
            Ok(Some((lock, bytes))) => {
                self.exists = true;
                self.lock = lock;
                let found = first_difference(&bytes, self.lock.to_text().as_bytes());
                self.findings.extend(found.map(|line| LockIssue::NotCanonical { line }));
            }
            Err(error) => {
                self.exists = true;
                self.readable = false;
                self.findings.push(LockIssue::Unreadable(error));
            }
        }
    }

    /// Replays the leftovers of an interrupted run into the lock and returns the names of the
    /// changed entries.
    fn replay_leftovers(&mut self, left: Vec<EntryChange>) -> Vec<InstanceName> {
        let applied = self.lock.apply(left);
        self.pending = applied.changed.iter().cloned().collect();
        self.findings.extend(applied.clashes.into_iter().map(LockIssue::IdConflict));
        applied.changed
    }

    /// Adds findings for unresolved entries.
    fn find_unfinished(&mut self) {
        let mut owners: BTreeMap<&TaskId, Vec<InstanceName>> = BTreeMap::new();
        for (name, entry) in &self.lock.instances {
            match entry.state {
                EntryState::Created => {}
                EntryState::Unknown => self.findings.push(LockIssue::Unknown {
                    name: name.clone(),
                    why: entry.why.clone(),
                    candidates: entry.candidates.clone(),
                }),
                EntryState::Deleting => {
                    self.findings.push(LockIssue::Deleting { name: name.clone() });
                }
            }
            if !entry.candidates.is_empty() {
                let (name, ids) = (name.clone(), entry.candidates.clone());
                self.findings.push(LockIssue::Candidates { name, ids });
            }
            if let Some(id) = &entry.task_id {
                owners.entry(id).or_default().push(name.clone());
            }
        }
        let shared = owners.into_iter().filter(|(_, names)| names.len() > 1);
        let shared = shared.map(|(id, names)| LockIssue::DuplicateId { id: id.clone(), names });
        self.findings.extend(shared);
    }
}

/// Returns the first line, from 1, in which two texts differ.
fn first_difference(found: &[u8], expected: &[u8]) -> Option<usize> {
    let at = found.iter().zip(expected).position(|(found, expected)| found != expected);
    let at = match at {
        Some(at) => at,
        None if found.len() == expected.len() => return None,
        None => found.len().min(expected.len()),
    };
    Some(found[..at].split(|&byte| byte == b'\n').count())
}
