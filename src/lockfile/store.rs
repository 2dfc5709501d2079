//! The lock together with the leftovers of an interrupted run.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::apply_changes::AppliedChanges;
use super::journal::codec;
use super::journal::emergency::EmergencyJournal;
use super::journal::replay::JournalState;
use super::paths::{Paths, Version, is_sandbox_lock, read_optional};
use super::process_lock::{self, ProcessLock};
use super::{DurablePlace, EntryChange, IdConflict, LockError, LockHolder, Record};
use crate::ids::InstanceName;
use crate::lockfile::digest::digest;
use crate::lockfile::entry::Lockfile;

/// Options for opening a lock for writing.
#[derive(Debug, Clone, Default)]
pub struct OpenOptions {
    /// The manifest's file name, for the first line of a new lock.
    pub manifest: Option<String>,
    /// This program's directory in the user's state directory, for the emergency journal.
    pub state: Option<PathBuf>,
    /// Does not use the sidecar: the caller ensures that no other process writes.
    pub no_guard: bool,
}

/// A lock opened for writing.
#[derive(Debug)]
pub struct LockStore {
    pub(super) paths: Paths,
    pub(super) guard: Option<ProcessLock>,
    pub(super) rescue: Option<EmergencyJournal>,
    pub(super) manifest: Option<String>,
    /// The lock as last read or written.
    pub(super) known: CachedLock,
    /// The copy of this run's records at a git remote.
    pub(super) remote: Option<Arc<dyn DurablePlace>>,
    clashes: Vec<IdConflict>,
    recovered: Recovery,
}

/// Leftovers found and merged when a lock was opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recovery {
    /// Names of the entries changed by a journal or emergency journal.
    pub merged: Vec<InstanceName>,
    /// Whether there was a journal.
    pub journal: bool,
}

/// The known state, read without writing: the lock with journal and emergency journal replayed into
/// it.
#[derive(Debug)]
pub struct RecoveredView {
    /// The lock as the next run would find it.
    pub lock: Lockfile,
    /// Whether it differs from the file.
    pub pending: bool,
    /// Names with different IDs in the lock and the journal.
    pub clashes: Vec<IdConflict>,
}

impl LockStore {
    /// Acquires the process lock, reads lock, journal and emergency journal strictly, and merges
    /// the leftovers of an earlier run into the lock: a request without a recorded outcome becomes
    /// an unknown entry.
    pub fn open(lock: &Path, options: OpenOptions) -> Result<Self, LockError> {
        let paths = Paths::for_lock(lock)?;
        let locked = if options.no_guard { None } else { Some(ProcessLock::acquire(&paths)?) };
        // Also without the process lock: two writers of one journal would destroy its content.
        ensure_writer_dead(&paths, locked.is_none())?;
        let rescue = options.state.map(|state| EmergencyJournal::for_lock(&paths, &state));
        let left = pending_records(&paths, rescue.as_ref())?;
        let mut known = CachedLock::default();
        let AppliedChanges { changed, clashes } =
            known.merge(&paths, options.manifest.as_deref(), &left)?;
        let recovered = Recovery { merged: changed, journal: paths.journal.exists() };
        for leftover in [&paths.journal, &paths.next] {
            // If this fails, the next run reads the same again, without effect.
            let _ = fs::remove_file(leftover);
        }
        if let Some(rescue) = &rescue {
            rescue.remove();
        }
        let manifest = options.manifest;
        Ok(Self { paths, guard: locked, rescue, manifest, known, remote: None, clashes, recovered })
    }

    /// Returns the leftovers of an earlier run, which are now in the lock.
    pub fn recovered(&self) -> &Recovery {
        &self.recovered
    }

    /// Rewrites the lock if its bytes differ from the canonical text of its content.
    pub fn canonicalize(&mut self) -> Result<bool, LockError> {
        let Some(found) = read_optional(&self.paths.lock)? else { return Ok(false) };
        let text = Lockfile::from_bytes(&self.paths.lock, &found)?.to_text();
        if found == text.as_bytes() {
            return Ok(false);
        }
        self.paths.replace_lock(text.as_bytes())?;
        Ok(true)
    }

    /// Returns the contents of the lock.
    pub fn lock(&self) -> &Lockfile {
        &self.known.lock
    }

    /// Returns whether the lock's file exists.
    pub fn exists(&self) -> bool {
        self.known.exists
    }

    /// Makes every later change durable at this place too.
    pub fn attach(&mut self, remote: Arc<dyn DurablePlace>) {
        self.remote = Some(remote);
    }

    /// Returns the second place in which changes are durable, if there is one.
    pub fn remote(&self) -> Option<Arc<dyn DurablePlace>> {
        self.remote.clone()
    }

    /// Makes later changes durable only here.
    pub fn detach(&mut self) {
        self.remote = None;
    }

    /// Returns the lock's path, absolute and without symbolic links.
    pub fn path(&self) -> &Path {
        &self.paths.lock
    }

    /// Returns the names with different IDs in the lock and the leftovers of an earlier run.
    pub fn id_conflicts(&self) -> &[IdConflict] {
        &self.clashes
    }

    /// Writes a few changes at once, without a journal: for manual changes of an entry. They are durable
    /// at the remote too when this returns.
    pub fn save(&mut self, changes: &[EntryChange]) -> Result<Vec<IdConflict>, LockError> {
        let merged = self.known.merge(&self.paths, self.manifest.as_deref(), changes)?;
        if let Some(remote) = self.remote.as_ref().filter(|_| !changes.is_empty()) {
            remote.publish(changes)?;
        }
        Ok(merged.clashes)
    }

    /// Reads the lock again, and returns whether another program has changed it (a `git pull`).
    pub fn reread(&mut self) -> Result<bool, LockError> {
        let before = self.known.digest.clone();
        self.known.reread(&self.paths)?;
        Ok(self.known.digest != before)
    }

    /// Checks that the lock can be written at the end, by replacing it with its own content.
    pub fn prove_final_write(&self) -> Result<(), LockError> {
        let size = fs::metadata(&self.paths.lock).map_or(0, |found| found.len());
        self.paths.prove_final_write(usize::try_from(size).unwrap_or(usize::MAX))
    }
}

/// Reads a lock without the process lock and without writing anything. A lock that does not exist
/// is empty. `state` is this program's directory in the user's state directory.
pub fn read_with_journal(lock: &Path, state: Option<&Path>) -> Result<RecoveredView, LockError> {
    let paths = Paths::for_lock(lock)?;
    let rescue = state.map(|state| EmergencyJournal::for_lock(&paths, state));
    // The journal first: records that a run merges into the lock meanwhile are then seen twice,
    // never missed.
    let left = pending_records(&paths, rescue.as_ref())?;
    let mut known = CachedLock::default();
    known.reread(&paths)?;
    let mut lock = known.lock;
    let applied = lock.apply(left);
    Ok(RecoveredView { lock, pending: !applied.changed.is_empty(), clashes: applied.clashes })
}

/// Rejects a journal that a running process writes: its sidecar was removed, or it does not use
/// one.
pub(super) fn ensure_writer_dead(paths: &Paths, unguarded: bool) -> Result<(), LockError> {
    match journal_records(paths)?.first() {
        Some(Record::Head { pid, host, .. }) if process_lock::is_alive(*pid, host.as_deref()) => {
            let holder = LockHolder::Journal { pid: *pid, sidecar_removed: !unguarded };
            Err(LockError::Held { path: paths.lock.clone(), holder })
        }
        _ => Ok(()),
    }
}

/// Returns the changes in journal and emergency journal.
pub(super) fn pending_records(
    paths: &Paths,
    rescue: Option<&EmergencyJournal>,
) -> Result<Vec<EntryChange>, LockError> {
    let mut changes: Vec<_> = JournalState::replay(&journal_records(paths)?).changes().collect();
    if let Some(rescue) = rescue {
        changes.extend(rescue.read()?);
    }
    Ok(changes)
}

fn journal_records(paths: &Paths) -> Result<Vec<Record>, LockError> {
    let bytes = read_optional(&paths.journal)?.unwrap_or_default();
    codec::decode(&bytes).map_err(|error| error.into_lock_error(&paths.journal))
}

/// A lock as last read or written, so that the same bytes are not parsed again.
#[derive(Debug, Default)]
pub(super) struct CachedLock {
    pub(super) lock: Lockfile,
    /// Whether the file exists.
    pub(super) exists: bool,
    /// The digest of its text.
    pub(super) digest: String,
}

/// Maximum number of merge attempts while another program writes the lock.
const MAX_MERGE_ATTEMPTS: usize = 10;

impl CachedLock {
    /// Reads the lock again.
    fn reread(&mut self, paths: &Paths) -> Result<(), LockError> {
        let bytes = read_optional(&paths.lock)?;
        let digest = digest(bytes.as_deref().unwrap_or_default());
        if digest != self.digest {
            self.lock = match &bytes {
                Some(bytes) => Lockfile::from_bytes(&paths.lock, bytes)?,
                None => Lockfile::default(),
            };
        }
        self.exists = bytes.is_some();
        self.digest = digest;
        Ok(())
    }

    /// Reads the lock again, applies the changes, and replaces the file if it changed. Nothing that
    /// another program writes meanwhile (a `git pull`) is dropped.
    pub(super) fn merge(
        &mut self,
        paths: &Paths,
        manifest: Option<&str>,
        changes: &[EntryChange],
    ) -> Result<AppliedChanges, LockError> {
        for _ in 0..MAX_MERGE_ATTEMPTS {
            let version = Version::at(&paths.lock);
            self.reread(paths)?;
            let mut lock = self.lock.clone();
            let applied = lock.apply(changes.iter().cloned());
            if applied.changed.is_empty() {
                return Ok(applied);
            }
            if lock.manifest.is_none() {
                lock.manifest = manifest.map(str::to_owned);
            }
            lock.sandbox = is_sandbox_lock(&paths.lock);
            let text = lock.to_text();
            if paths.replace_version(text.as_bytes(), version)? {
                *self = Self { lock, exists: true, digest: digest(text.as_bytes()) };
                return Ok(applied);
            }
        }
        Err(LockError::KeepsChanging { path: paths.lock.clone() })
    }
}
