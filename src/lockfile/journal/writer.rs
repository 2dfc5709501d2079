//! The single thread that writes a lock's journal and merges it into the lock.
//!
//! It commits in groups: waiting records are written together, synced once, and acknowledged
//! together. Because one thread does all of it in order, a merge contains exactly the records
//! before it.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::mpsc;

use super::codec;
use super::codec::PendingCreate;
use super::command::{Reply, WriterCommand};
use super::replay::JournalState;
use crate::ids::InstanceName;
use crate::lockfile::descriptors::{Descriptors, JournalFile};
use crate::lockfile::digest::digest;
use crate::lockfile::paths::{Paths, read_optional};
use crate::lockfile::process_lock::{self, ProcessLock};
use crate::lockfile::store::{CachedLock, LockStore, MergeOutcome, merge};
use crate::lockfile::{
    EntryChange, FileAction, IdConflict, LockError, LockHolder, Record, SystemError, WriterFailure,
};

/// Maximum size of one space reservation.
const RESERVE_CHUNK: u64 = 256 * 1024;
/// Size of a record without its texts: checksum, batch, field names, a time or an ID.
const RECORD_OVERHEAD: u64 = 320;
/// Texts in a record are cut to this many characters, so that the reserved space suffices.
const MAX_REASON_BYTES: usize = 400;
/// Maximum number of other instances of a name in one record.
const MAX_CANDIDATES: usize = 64;
/// Size of an ID in a list: 128 characters, quotes and a comma.
const MAX_ID_BYTES: u64 = 131;
/// Maximum size of a character in JSON, in bytes.
const MAX_ESCAPE_FACTOR: u64 = 6;
/// Maximum number of records in one batch.
const MAX_BATCH: usize = 1024;

/// State owned by the thread.
pub(crate) struct JournalWriter {
    paths: Paths,
    /// Dropped after everything that matters: until then this process owns the lock.
    guard: Option<ProcessLock>,
    manifest: Option<String>,
    file: JournalFile,
    descriptors: Descriptors,
    ledger: JournalState,
    batch: u64,
    /// Offset of the next record.
    at: u64,
    /// End of the reserved space.
    room: u64,
    /// Space that the outcomes of the requests in flight may still need.
    reserved_for_outcomes: u64,
    /// The first failed write or sync. After it the content of the disk is unknown, and a repeated
    /// sync may report success for lost data.
    poison: Option<SystemError>,
    /// Whether the lock existed when this run last read or wrote it.
    had_lock: bool,
    /// The lock as last read or written by this run.
    known: Option<CachedLock>,
}

impl JournalWriter {
    /// Creates an empty journal.
    pub(crate) fn create(store: LockStore, descriptors: Descriptors) -> Result<Self, LockError> {
        let paths = store.paths;
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
            paths,
            guard: store.guard,
            manifest: store.manifest,
            file,
            descriptors,
            ledger: JournalState::default(),
            batch: 0,
            at: 0,
            room: 0,
            reserved_for_outcomes: RECORD_OVERHEAD,
            poison: None,
            had_lock: false,
            known: None,
        })
    }

    /// Makes head and plan durable, and checks that the largest resulting lock can be written.
    pub(crate) fn start(&mut self, plan: Vec<PendingCreate>) -> Result<(), LockError> {
        if self.guard.as_ref().is_some_and(|guard| !guard.is_current()) {
            let holder = LockHolder::SidecarRemoved { sidecar: self.paths.guard.clone() };
            return Err(LockError::Held { path: self.paths.lock.clone(), holder });
        }
        let lock = read_optional(&self.paths.lock)?;
        self.had_lock = lock.is_some();
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
        let size = lock.len() as u64 + self.at + RECORD_OVERHEAD * records.len() as u64;
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        self.descriptors.lend(|| self.paths.prove_final_write(size))
    }

    pub(crate) fn serve(mut self, waiting: &mpsc::Receiver<WriterCommand>) {
        while let Ok(first) = waiting.recv() {
            let mut group = Vec::new();
            let mut next = Some(first);
            while let Some(job) = next {
                match job {
                    WriterCommand::Append(record, ack) => group.push((record, ack)),
                    WriterCommand::Fold(changes, ack) => {
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
            let record = truncate_record(record);
            size += max_record_size(&record);
            match self.reserve_for(&record, size) {
                Ok(()) => {
                    records.push(record);
                    acks.push(ack);
                }
                Err(error) => {
                    size -= max_record_size(&record);
                    // If the caller is gone, nothing is sent either.
                    let _ = ack.send(Err(error));
                }
            }
        }
        if records.is_empty() {
            return;
        }
        let mut written = self.write(&records.iter().collect::<Vec<_>>());
        if written.is_err() {
            // An outcome is known even if it is not durable: a merge may still save it.
            for record in records.iter().filter(|record| !matches!(record, Record::Intent { .. })) {
                self.ledger.apply_record(record);
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
                if self.ledger.is_open(name) =>
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

    /// Reserves space for this many bytes from the current offset. Zeros are actually written and
    /// synced: only increasing the file length reserves nothing.
    fn reserve(&mut self, size: u64) -> Result<(), LockError> {
        let needed = self.at + size;
        if needed <= self.room {
            return Ok(());
        }
        let room = self.room;
        let opened = self.file.open();
        let file = opened.map_err(LockError::io(FileAction::Write, &self.paths.journal))?;
        let extend = |to: u64| {
            let zeros = vec![0; usize::try_from(to - room).map_err(io::Error::other)?];
            file.write_all_at(&zeros, room)
        };
        // If a whole chunk does not fit, the needed size may.
        let mut to = needed.max(room + RESERVE_CHUNK);
        if extend(to).is_err() {
            to = needed;
            let narrow = file.set_len(room).and_then(|()| extend(to));
            if let Err(error) = narrow {
                // Releases the partial reservation; nothing depends on this.
                let _ = file.set_len(room);
                let path = self.paths.journal.clone();
                let source = SystemError::new(&error, &path);
                return Err(LockError::Full { path, source });
            }
        }
        if let Err(error) = file.sync_all() {
            return Err(self.poisoned(&error));
        }
        self.room = to;
        self.file.remaining();
        Ok(())
    }

    /// Reserves and writes one batch.
    fn write_all(&mut self, records: &[&Record]) -> Result<(), LockError> {
        let bytes = codec::encode(self.batch + 1, records);
        self.reserve(bytes.len() as u64 + self.reserved_for_outcomes)?;
        self.write_bytes(&bytes, records)
    }

    /// Writes one batch into reserved space, durably.
    fn write(&mut self, records: &[&Record]) -> Result<(), LockError> {
        self.write_bytes(&codec::encode(self.batch + 1, records), records)
    }

    /// Writes the encoded bytes of `records` as one batch.
    fn write_bytes(&mut self, bytes: &[u8], records: &[&Record]) -> Result<(), LockError> {
        self.check_not_poisoned()?;
        let at = self.at;
        let write = |file: &File| file.write_all_at(bytes, at).and_then(|()| file.sync_data());
        let written = self.file.open().and_then(write);
        written.map_err(|error| self.poisoned(&error))?;
        self.file.remaining();
        self.batch += 1;
        self.at += bytes.len() as u64;
        for record in records {
            self.ledger.apply_record(record);
        }
        Ok(())
    }

    fn merge_into_lock(
        &mut self,
        reported: Vec<EntryChange>,
    ) -> Result<Vec<IdConflict>, LockError> {
        let (digest, clashes) =
            self.write_lock(reported).map_err(|error| self.merge_failed(error))?;
        // Without this record the same changes are merged again, without effect.
        self.write_all(&[&Record::Merged { digest, done: false }]).map(|()| clashes)
    }

    fn finish(&mut self) -> Result<Vec<IdConflict>, LockError> {
        let (digest, clashes) =
            self.write_lock(Vec::new()).map_err(|error| self.merge_failed(error))?;
        // This record marks a journal that cannot be removed as done; without either, it is merged
        // again, without effect. Errors do not matter because the lock is already durable.
        let _ = self.write_all(&[&Record::Merged { digest, done: true }]);
        let _ = fs::remove_file(&self.paths.journal).and_then(|()| self.paths.sync_folder());
        Ok(clashes)
    }

    /// Writes the known results to the lock and returns its digest. A lock that was removed
    /// meanwhile is not recreated: it contained more than the results of this run, and the journal
    /// keeps those.
    fn write_lock(
        &mut self,
        reported: Vec<EntryChange>,
    ) -> Result<(String, Vec<IdConflict>), LockError> {
        if self.had_lock && !self.paths.lock.exists() {
            return Err(LockError::Removed { path: self.paths.lock.clone() });
        }
        let changes: Vec<EntryChange> = self.ledger.changes().chain(reported).collect();
        let (manifest, known) = (self.manifest.as_deref(), &mut self.known);
        let merged = self.descriptors.lend(|| merge(&self.paths, manifest, known, &changes))?;
        let MergeOutcome { lock, text, clashes, .. } = merged;
        self.had_lock |= !text.is_empty();
        let digest = digest(&text);
        self.known = Some(CachedLock { lock, digest: digest.clone() });
        Ok((digest, clashes))
    }

    fn merge_failed(&self, error: LockError) -> LockError {
        let (lock, journal) = (self.paths.lock.clone(), self.paths.journal.clone());
        LockError::NotFolded { lock, journal, source: Box::new(error) }
    }

    fn poisoned(&mut self, error: &io::Error) -> LockError {
        let path = self.paths.journal.clone();
        let source = SystemError::new(error, &path);
        self.poison = Some(source.clone());
        LockError::Io { action: FileAction::Write, path, source }
    }

    fn check_not_poisoned(&self) -> Result<(), LockError> {
        match &self.poison {
            None => Ok(()),
            Some(first) => Err(LockError::Poisoned {
                path: self.paths.journal.clone(),
                first: WriterFailure::System(first.clone()),
            }),
        }
    }
}

fn truncate_record(record: Record) -> Record {
    let cut = |text: String| text.chars().take(MAX_REASON_BYTES).collect::<String>();
    match record {
        Record::Uncertain { name, code, why } => {
            Record::Uncertain { name, code: code.map(cut), why: cut(why) }
        }
        Record::Refused { name, code } => Record::Refused { name, code: code.map(cut) },
        Record::CandidatesSeen { name, mut ids } => {
            ids.truncate(MAX_CANDIDATES);
            Record::CandidatesSeen { name, ids }
        }
        other => other,
    }
}

/// Returns an upper bound of the size of an intent or outcome record.
fn max_record_size(record: &Record) -> u64 {
    match record {
        Record::Intent { name, .. } => {
            RECORD_OVERHEAD + MAX_ESCAPE_FACTOR * name.as_str().len() as u64
        }
        Record::Created { name, .. }
        | Record::Uncertain { name, .. }
        | Record::Refused { name, .. }
        | Record::NotSent { name } => outcome_reserve(name),
        Record::CandidatesSeen { name, ids } => {
            outcome_reserve(name) + MAX_ID_BYTES * ids.len() as u64
        }
        Record::Head { .. } | Record::Plan(_) | Record::Merged { .. } => RECORD_OVERHEAD,
    }
}

fn outcome_reserve(name: &InstanceName) -> u64 {
    RECORD_OVERHEAD + MAX_ESCAPE_FACTOR * (name.as_str().len() + 2 * MAX_REASON_BYTES) as u64
}
