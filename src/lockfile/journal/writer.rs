//! The single thread that writes a lock's journal and merges it into the lock.
//!
//! It commits in groups: waiting records are written together, synced once, and acknowledged
//! together. Because one thread does all of it in order, a merge contains exactly the records
//! before it.

use std::fs;
use std::io;
use std::sync::mpsc;

use tokio::sync::oneshot;

use super::codec;
use super::file::{JournalFile, ReserveError};
use super::record::{RECORD_OVERHEAD, outcome_reserve};
use super::replay::JournalState;
use crate::lockfile::descriptors::Descriptors;
use crate::lockfile::digest::digest;
use crate::lockfile::entry::PendingCreate;
use crate::lockfile::paths::read_optional;
use crate::lockfile::process_lock;
use crate::lockfile::store::LockStore;
use crate::lockfile::{
    EntryChange, FileAction, IdConflict, LockError, LockHolder, Record, SystemError, WriterFailure,
};

/// Maximum number of records in one batch.
const MAX_BATCH: usize = 1024;

/// The channel for the answer to a command.
pub(crate) type Reply<T> = oneshot::Sender<Result<T, LockError>>;

/// A command to the thread.
#[derive(Debug)]
pub(crate) enum WriterCommand {
    Append(Record, Reply<()>),
    Merge(Vec<EntryChange>, Reply<Vec<IdConflict>>),
    Finish(Reply<Vec<IdConflict>>),
}

/// State owned by the thread.
pub(crate) struct JournalWriter {
    /// The lock. Until it is dropped, this process owns it.
    store: LockStore,
    file: JournalFile,
    descriptors: Descriptors,
    state: JournalState,
    batch: u64,
    /// Space that the outcomes of the requests in flight may still need.
    reserved_for_outcomes: u64,
    /// The first failed write or sync. After it the content of the disk is unknown, and a repeated
    /// sync may report success for lost data.
    poison: Option<SystemError>,
}

impl JournalWriter {
    /// Creates an empty journal.
    pub(crate) fn create(store: LockStore, descriptors: Descriptors) -> Result<Self, LockError> {
        let paths = &store.paths;
        let created = JournalFile::create(&paths.journal, descriptors.keep_journals);
        let file = created.and_then(|file| {
            paths.sync_folder().inspect_err(|_| {
                // Best effort: an empty journal is harmless, but would confuse the user.
                let _ = fs::remove_file(&paths.journal);
            })?;
            Ok(file)
        });
        let file = file.map_err(LockError::io(FileAction::Create, &paths.journal))?;
        Ok(Self {
            store,
            file,
            descriptors,
            state: JournalState::default(),
            batch: 0,
            reserved_for_outcomes: RECORD_OVERHEAD,
            poison: None,
        })
    }

    /// Makes head and plan durable, and checks that the largest resulting lock can be written.
    pub(crate) fn start(&mut self, plan: Vec<PendingCreate>) -> Result<(), LockError> {
        if self.store.guard.as_ref().is_some_and(|guard| !guard.is_current()) {
            let holder = LockHolder::SidecarRemoved { sidecar: self.store.paths.guard.clone() };
            return Err(LockError::Held { path: self.store.paths.lock.clone(), holder });
        }
        let lock = read_optional(&self.store.paths.lock)?;
        self.store.known.exists = lock.is_some();
        let lock = lock.unwrap_or_default();
        self.write_all(&[&Record::Head {
            version: codec::VERSION,
            lock: digest(&lock),
            pid: std::process::id(),
            host: process_lock::host(),
        }])?;
        let records: Vec<Record> = plan.into_iter().map(Record::Plan).collect();
        self.write_all(&records.iter().collect::<Vec<_>>())?;
        // The plan is about as large as the new entries, apart from their frames.
        let size = lock.len() as u64 + self.file.at() + RECORD_OVERHEAD * records.len() as u64;
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        self.descriptors.lend(|| self.store.paths.prove_final_write(size))
    }

    pub(crate) fn serve(mut self, waiting: &mpsc::Receiver<WriterCommand>) {
        while let Ok(first) = waiting.recv() {
            let mut group = Vec::new();
            let mut next = Some(first);
            while let Some(job) = next {
                match job {
                    WriterCommand::Append(record, ack) => group.push((record, ack)),
                    WriterCommand::Merge(changes, ack) => {
                        self.commit(std::mem::take(&mut group));
                        // The caller may be gone; the lock is written anyway.
                        let _ = ack.send(self.merge_into_lock(changes));
                    }
                    WriterCommand::Finish(ack) => {
                        self.commit(std::mem::take(&mut group));
                        let merged = self.finish();
                        drop(self);
                        let _ = ack.send(merged);
                        return;
                    }
                }
                next = if group.len() < MAX_BATCH { waiting.try_recv().ok() } else { None };
            }
            self.commit(group);
        }
    }

    /// Writes a group of records, syncs once, and acknowledges all of them.
    fn commit(&mut self, group: Vec<(Record, Reply<()>)>) {
        let mut records = Vec::with_capacity(group.len());
        let mut acks = Vec::with_capacity(group.len());
        let mut size = 0;
        for (record, ack) in group {
            let record = record.truncated();
            let with_record = size + codec::max_size(&record);
            match self.reserve_for(&record, with_record) {
                Ok(()) => {
                    size = with_record;
                    records.push(record);
                    acks.push(ack);
                }
                Err(error) => {
                    // If the caller is gone, nothing is sent either.
                    let _ = ack.send(Err(error));
                }
            }
        }
        if records.is_empty() {
            return;
        }
        let batch: Vec<&Record> = records.iter().collect();
        let mut written = self.write_bytes(&codec::encode(self.batch + 1, &batch), &batch);
        if written.is_err() {
            // An outcome is known even if it is not durable: a merge may still save it.
            for record in records.iter().filter(|record| !matches!(record, Record::Intent { .. })) {
                self.state.apply_record(record);
            }
        }
        for ack in acks {
            let answer = std::mem::replace(&mut written, self.check_not_poisoned());
            let _ = ack.send(answer);
        }
    }

    /// Ensures that a request is sent only with space for its own record and its outcome, after
    /// `size` bytes of this group.
    fn reserve_for(&mut self, record: &Record, size: u64) -> Result<(), LockError> {
        match record {
            Record::Intent { name, .. } => {
                self.check_not_poisoned()?;
                let outcome = outcome_reserve(name);
                self.reserve(size + self.reserved_for_outcomes + outcome)?;
                self.reserved_for_outcomes += outcome;
            }
            Record::Created { name, .. }
            | Record::Uncertain { name, .. }
            | Record::Refused { name, .. }
            | Record::NotSent { name }
                if self.state.is_open(name) =>
            {
                self.reserved_for_outcomes =
                    self.reserved_for_outcomes.saturating_sub(outcome_reserve(name));
            }
            // An outcome found later has no reserved space yet.
            Record::Created { .. }
            | Record::Uncertain { .. }
            | Record::Refused { .. }
            | Record::NotSent { .. }
            | Record::CandidatesSeen { .. } => {
                self.check_not_poisoned()?;
                self.reserve(size + self.reserved_for_outcomes)?;
            }
            Record::Head { .. } | Record::Plan(_) | Record::Merged { .. } => {}
        }
        Ok(())
    }

    /// Reserves space for this many bytes from the current offset.
    fn reserve(&mut self, size: u64) -> Result<(), LockError> {
        match self.file.reserve(size) {
            Ok(()) => Ok(()),
            Err(ReserveError::Open(error)) => {
                Err(LockError::io(FileAction::Write, &self.store.paths.journal)(error))
            }
            Err(ReserveError::Full(error)) => {
                let path = self.store.paths.journal.clone();
                let source = SystemError::new(&error, &path);
                Err(LockError::Full { path, source })
            }
            Err(ReserveError::Sync(error)) => Err(self.poisoned(&error)),
        }
    }

    /// Reserves and writes one batch.
    fn write_all(&mut self, records: &[&Record]) -> Result<(), LockError> {
        let bytes = codec::encode(self.batch + 1, records);
        self.reserve(bytes.len() as u64 + self.reserved_for_outcomes)?;
        self.write_bytes(&bytes, records)
    }

    /// Writes the encoded bytes of `records` as one batch into reserved space, durably.
    fn write_bytes(&mut self, bytes: &[u8], records: &[&Record]) -> Result<(), LockError> {
        self.check_not_poisoned()?;
        self.file.append(bytes).map_err(|error| self.poisoned(&error))?;
        self.batch += 1;
        for record in records {
            self.state.apply_record(record);
        }
        Ok(())
    }

    fn merge_into_lock(
        &mut self,
        reported: Vec<EntryChange>,
    ) -> Result<Vec<IdConflict>, LockError> {
        let (digest, clashes) = self.write_lock(reported)?;
        // Without this record the same changes are merged again, without effect.
        self.write_all(&[&Record::Merged { digest, done: false }]).map(|()| clashes)
    }

    fn finish(&mut self) -> Result<Vec<IdConflict>, LockError> {
        let (digest, clashes) = self.write_lock(Vec::new())?;
        // This record marks a journal that cannot be removed as done; without either, it is merged
        // again, without effect. Errors do not matter because the lock is already durable.
        let _ = self.write_all(&[&Record::Merged { digest, done: true }]);
        let _ = fs::remove_file(&self.store.paths.journal)
            .and_then(|()| self.store.paths.sync_folder());
        // While this process still owns the lock: the next run may write its own.
        if let Some(rescue) = &self.store.rescue {
            rescue.remove();
        }
        Ok(clashes)
    }

    /// Writes the known results to the lock and returns its digest. A lock that was removed
    /// meanwhile is not recreated: it contained more than the results of this run, and the journal
    /// keeps those.
    fn write_lock(
        &mut self,
        reported: Vec<EntryChange>,
    ) -> Result<(String, Vec<IdConflict>), LockError> {
        let merge = || {
            if self.store.known.exists && !self.store.paths.lock.exists() {
                return Err(LockError::Removed { path: self.store.paths.lock.clone() });
            }
            let changes: Vec<EntryChange> = self.state.changes().chain(reported).collect();
            let LockStore { paths, manifest, known, .. } = &mut self.store;
            self.descriptors.lend(|| known.merge(paths, manifest.as_deref(), &changes))
        };
        let merged = merge().map_err(|error| LockError::NotFolded {
            lock: self.store.paths.lock.clone(),
            journal: self.store.paths.journal.clone(),
            source: Box::new(error),
        })?;
        Ok((self.store.known.digest.clone(), merged.clashes))
    }

    fn poisoned(&mut self, error: &io::Error) -> LockError {
        let path = self.store.paths.journal.clone();
        let source = SystemError::new(error, &path);
        self.poison = Some(source.clone());
        LockError::Io { action: FileAction::Write, path, source }
    }

    fn check_not_poisoned(&self) -> Result<(), LockError> {
        match &self.poison {
            None => Ok(()),
            Some(first) => Err(LockError::Poisoned {
                path: self.store.paths.journal.clone(),
                first: WriterFailure::System(first.clone()),
            }),
        }
    }
}
