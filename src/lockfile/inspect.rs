//! What a lock holds and what is amiss with it, read without writing anything and without the guard.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::paths::{Paths, read_if_there};
use super::rescue::Rescue;
use super::store::{left_behind, parse, refuse_living};
use super::{Change, Clash, LockError, Lockfile, State};
use crate::exit::Class;
use crate::ids::{InstanceName, TaskId};

/// A lock as it was found.
#[derive(Debug)]
pub struct Inspection {
    /// Whether there is a lock.
    pub exists: bool,
    /// Whether it can be read, where there is one.
    pub readable: bool,
    /// What it holds, with what an interrupted run left read into it; empty where it cannot be read.
    pub lock: Lockfile,
    /// Names whose entries do not stand like this in the lock yet.
    pub pending: BTreeSet<InstanceName>,
    /// What is amiss.
    pub findings: Vec<Finding>,
}

/// Something amiss with a lock.
#[derive(Debug)]
pub enum Finding {
    /// The lock, its journal or its rescue file cannot be read, or a run is writing them.
    Trouble(LockError),
    /// It can be read, and is not what the program writes.
    NotCanonical {
        /// The first line that differs, from 1.
        line: usize,
    },
    /// A run that was interrupted left what the lock does not have.
    Journal {
        /// Whose entries; none where the journal says nothing new.
        names: Vec<InstanceName>,
    },
    /// Lock and journal hold two IDs for one name.
    Clash(Clash),
    /// The outcome of a create call is unknown.
    Unknown {
        /// Whose.
        name: InstanceName,
        /// What happened, where that is known.
        why: Option<String>,
    },
    /// A delete was asked for and not seen done.
    Deleting {
        /// Whose.
        name: InstanceName,
    },
    /// Other live instances had the name.
    Candidates {
        /// The name.
        name: InstanceName,
        /// Their IDs.
        ids: Vec<TaskId>,
    },
    /// Two entries hold one ID.
    Shared {
        /// The ID.
        id: TaskId,
        /// The entries.
        names: Vec<InstanceName>,
    },
    /// The manifest has it and the lock does not.
    Missing {
        /// Its name.
        name: InstanceName,
    },
}

impl Finding {
    /// A word for machines.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Trouble(_) => "trouble",
            Self::NotCanonical { .. } => "not-canonical",
            Self::Journal { .. } => "journal",
            Self::Clash(_) => "two-ids",
            Self::Unknown { .. } => "unknown",
            Self::Deleting { .. } => "deleting",
            Self::Candidates { .. } => "candidates",
            Self::Shared { .. } => "shared-id",
            Self::Missing { .. } => "missing",
        }
    }

    /// The exit status that says so.
    pub fn class(&self) -> Class {
        match self {
            Self::Trouble(_) | Self::NotCanonical { .. } | Self::Journal { .. } => Class::Lock,
            Self::Clash(_)
            | Self::Unknown { .. }
            | Self::Deleting { .. }
            | Self::Candidates { .. }
            | Self::Shared { .. } => Class::Unknown,
            Self::Missing { .. } => Class::Guarded,
        }
    }
}

/// Looks at a lock, its journal and its rescue file. What cannot be read is among the findings, and
/// the rest is read all the same. `state` is the folder of this program in the user's state folder.
pub fn inspect(path: &Path, state: Option<&Path>) -> Inspection {
    let mut seen = Inspection {
        exists: false,
        readable: true,
        lock: Lockfile::default(),
        pending: BTreeSet::new(),
        findings: Vec::new(),
    };
    match Paths::of(path) {
        Ok(paths) => {
            let rescue = state.map(|state| Rescue::of(&paths, state));
            seen.read(&paths, rescue.as_ref());
        }
        Err(error) => seen.findings.push(Finding::Trouble(error)),
    }
    seen
}

impl Inspection {
    fn read(&mut self, paths: &Paths, rescue: Option<&Rescue>) {
        // The journal first: what a run folds into the lock meanwhile is then met twice, never missed.
        let left = left_behind(paths, rescue);
        let alive = refuse_living(paths, true);
        self.read_lock(paths);
        let running = alive.is_err();
        let said = alive.as_ref().err().map(ToString::to_string);
        self.findings.extend(alive.err().map(Finding::Trouble));
        match left {
            // Both read the journal, and meet the same.
            Err(error) if said == Some(error.to_string()) => {}
            Err(error) => self.findings.push(Finding::Trouble(error)),
            Ok(left) if self.readable => {
                let names = self.take_in(left);
                // The run that writes a journal folds it too.
                if !running && (paths.journal.exists() || !names.is_empty()) {
                    self.findings.push(Finding::Journal { names });
                }
            }
            Ok(_) => {}
        }
        self.find_open();
    }

    fn read_lock(&mut self, paths: &Paths) {
        let read = read_if_there(&paths.lock).and_then(|bytes| {
            let Some(bytes) = bytes else { return Ok(None) };
            let lock = parse(paths, &bytes)?;
            Ok(Some((lock, bytes)))
        });
        match read {
            Ok(None) => {}
            Ok(Some((lock, bytes))) => {
                self.exists = true;
                self.lock = lock;
                let found = first_difference(&bytes, self.lock.to_text().as_bytes());
                self.findings.extend(found.map(|line| Finding::NotCanonical { line }));
            }
            Err(error) => {
                self.exists = true;
                self.readable = false;
                self.findings.push(Finding::Trouble(error));
            }
        }
    }

    /// Reads what an interrupted run left into the lock, and gives whose entries changed.
    fn take_in(&mut self, left: Vec<Change>) -> Vec<InstanceName> {
        let applied = self.lock.apply(left);
        self.pending = applied.changed.iter().cloned().collect();
        self.findings.extend(applied.clashes.into_iter().map(Finding::Clash));
        applied.changed
    }

    /// What is not over.
    fn find_open(&mut self) {
        let mut owners: BTreeMap<&TaskId, Vec<InstanceName>> = BTreeMap::new();
        for (name, entry) in &self.lock.instances {
            match entry.state {
                State::Created => {}
                State::Unknown => self
                    .findings
                    .push(Finding::Unknown { name: name.clone(), why: entry.why.clone() }),
                State::Deleting => self.findings.push(Finding::Deleting { name: name.clone() }),
            }
            if !entry.candidates.is_empty() {
                let (name, ids) = (name.clone(), entry.candidates.clone());
                self.findings.push(Finding::Candidates { name, ids });
            }
            if let Some(id) = &entry.task_id {
                owners.entry(id).or_default().push(name.clone());
            }
        }
        let shared = owners.into_iter().filter(|(_, names)| names.len() > 1);
        let shared = shared.map(|(id, names)| Finding::Shared { id: id.clone(), names });
        self.findings.extend(shared);
    }
}

/// The first line, from 1, in which two texts differ.
fn first_difference(found: &[u8], wanted: &[u8]) -> Option<usize> {
    let at = found.iter().zip(wanted).position(|(found, wanted)| found != wanted);
    let at = match at {
        Some(at) => at,
        None if found.len() == wanted.len() => return None,
        None => found.len().min(wanted.len()),
    };
    Some(found[..at].split(|&byte| byte == b'\n').count())
}
