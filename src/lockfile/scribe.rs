//! The one thread that writes a lock's journal and folds it into the lock.
//!
//! It commits in groups: what waits is written together, synced once, and acknowledged together.
//! Because one thread does all of it in order, a fold holds exactly the records before it.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::mpsc;

use super::descriptors::{Descriptors, JournalFile};
use super::guard::{self, Guard};
use super::ledger::Ledger;
use super::paths::{Paths, read_if_there};
use super::store::{Fold, Known, Store, fold};
use super::writer::{Ack, Job, Planned};
use super::{Change, Clash, LockError, Record, digest, journal};
use crate::ids::InstanceName;

/// Space is reserved in pieces of this size at most.
const CHUNK: u64 = 256 * 1024;
/// What a record needs beside its texts: sum, batch, names of fields, a time or an ID.
const FRAME: u64 = 320;
/// Texts in a record are cut to this many characters, so that reserved space is enough for them.
const LONGEST_WHY: usize = 400;
/// So many other instances of a name are recorded at most.
const MOST_SEEN: usize = 64;
/// An ID in a list: 128 characters, quotes and a comma.
const LONGEST_ID: u64 = 131;
/// A character takes at most this many bytes in JSON.
const ESCAPED: u64 = 6;
/// So many records at most go into one batch.
const LARGEST_GROUP: usize = 1024;

/// What the thread owns.
pub(super) struct Scribe {
    paths: Paths,
    /// Dropped last of all that matters: until then the lock is ours.
    guard: Option<Guard>,
    manifest: Option<String>,
    file: JournalFile,
    descriptors: Descriptors,
    ledger: Ledger,
    batch: u64,
    /// Where the next record goes.
    at: u64,
    /// Where reserved space ends.
    room: u64,
    /// What the outcomes of the requests in flight may still need.
    owed: u64,
    /// The first failed write or sync. After it nobody knows what is on the disk, and asking again
    /// may answer "all well" for what was lost.
    poison: Option<String>,
    /// Whether there was a lock when this run last read or wrote it.
    had_lock: bool,
    /// The lock as this run last read or wrote it.
    known: Option<Known>,
}

impl Scribe {
    /// Creates the journal, empty.
    pub(super) fn create(store: Store, descriptors: Descriptors) -> Result<Self, LockError> {
        let paths = store.paths;
        let created = JournalFile::create(&paths.journal, descriptors.keep_journals);
        let file = created.and_then(|file| {
            paths.sync_folder().inspect_err(|_| {
                // Best effort: an empty journal says nothing, but a user would wonder about it.
                let _ = fs::remove_file(&paths.journal);
            })?;
            Ok(file)
        });
        let file = file.map_err(LockError::io("create", &paths.journal))?;
        Ok(Self {
            paths,
            guard: store.guard,
            manifest: store.manifest,
            file,
            descriptors,
            ledger: Ledger::default(),
            batch: 0,
            at: 0,
            room: 0,
            owed: FRAME,
            poison: None,
            had_lock: false,
            known: None,
        })
    }

    /// Makes head and plan durable, and proves that the lock they can come to can be written.
    pub(super) fn start(&mut self, plan: Vec<Planned>) -> Result<(), LockError> {
        if self.guard.as_ref().is_some_and(|guard| !guard.holds()) {
            let holder = format!("; its `{}` was removed", self.paths.guard.display());
            return Err(LockError::Held { path: self.paths.lock.clone(), holder });
        }
        let lock = read_if_there(&self.paths.lock)?;
        self.had_lock = lock.is_some();
        let lock = lock.unwrap_or_default();
        self.write_all(&[&Record::Head {
            version: journal::VERSION,
            lock: digest(&lock),
            pid: std::process::id(),
            host: guard::host(),
        }])?;
        let records: Vec<Record> = plan.into_iter().map(Record::from).collect();
        self.write_all(&records.iter().collect::<Vec<_>>())?;
        // The plan's bytes are those of the new entries, give or take their frames.
        let size = lock.len() as u64 + self.at + FRAME * records.len() as u64;
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        self.descriptors.lend(|| self.paths.prove_final_write(size))
    }

    pub(super) fn serve(mut self, waiting: &mpsc::Receiver<Job>) {
        while let Ok(first) = waiting.recv() {
            let mut group = Vec::new();
            let mut next = Some(first);
            while let Some(job) = next {
                match job {
                    Job::Append(record, ack) => group.push((record, ack)),
                    Job::Fold(changes, ack) => {
                        self.commit(std::mem::take(&mut group));
                        // Who asked may have gone; the lock is written all the same.
                        let _ = ack.send(self.fold(changes));
                    }
                    Job::Finish(ack) => {
                        self.commit(std::mem::take(&mut group));
                        let folded = self.finish();
                        drop(self);
                        let _ = ack.send(folded);
                        return;
                    }
                }
                next = if group.len() < LARGEST_GROUP { waiting.try_recv().ok() } else { None };
            }
            self.commit(group);
        }
    }

    /// Writes a group of records, syncs once, and acknowledges all of them.
    fn commit(&mut self, group: Vec<(Record, Ack<()>)>) {
        let mut records = Vec::with_capacity(group.len());
        let mut acks = Vec::with_capacity(group.len());
        let mut size = 0;
        for (record, ack) in group {
            let record = bounded(record);
            size += largest(&record);
            match self.admit(&record, size) {
                Ok(()) => {
                    records.push(record);
                    acks.push(ack);
                }
                Err(error) => {
                    size -= largest(&record);
                    // Who asked has gone: then nothing is sent either.
                    let _ = ack.send(Err(error));
                }
            }
        }
        if records.is_empty() {
            return;
        }
        let mut written = self.write(&records.iter().collect::<Vec<_>>());
        if written.is_err() {
            // An outcome is known even where it is not durable: a fold may yet save it.
            for record in records.iter().filter(|record| !matches!(record, Record::Intent { .. })) {
                self.ledger.record(record);
            }
        }
        for ack in acks {
            let answer = std::mem::replace(&mut written, self.healthy());
            let _ = ack.send(answer);
        }
    }

    /// Sees to it that a request leaves only with space for its own record and for its outcome,
    /// behind `size` bytes of this group.
    fn admit(&mut self, record: &Record, size: u64) -> Result<(), LockError> {
        match record {
            Record::Intent { name, .. } => {
                self.healthy()?;
                let outcome = outcome_room(name);
                self.reserve(size + self.owed + outcome)?;
                self.owed += outcome;
            }
            Record::Created { name, .. }
            | Record::Doubt { name, .. }
            | Record::Refused { name, .. }
            | Record::NotSent { name }
                if self.ledger.is_open(name) =>
            {
                self.owed = self.owed.saturating_sub(outcome_room(name));
            }
            // What is found out later has no space of its own yet.
            Record::Created { .. }
            | Record::Doubt { .. }
            | Record::Refused { .. }
            | Record::NotSent { .. }
            | Record::Seen { .. } => {
                self.healthy()?;
                self.reserve(size + self.owed)?;
            }
            Record::Head { .. } | Record::Plan { .. } | Record::Folded { .. } => {}
        }
        Ok(())
    }

    /// Reserves space for so many bytes from here on. Zeros are really written and synced: a file
    /// that only says that it is longer has no space.
    fn reserve(&mut self, size: u64) -> Result<(), LockError> {
        let needed = self.at + size;
        if needed <= self.room {
            return Ok(());
        }
        let room = self.room;
        let opened = self.file.open();
        let file = opened.map_err(LockError::io("write", &self.paths.journal))?;
        let extend = |to: u64| {
            let zeros = vec![0; usize::try_from(to - room).map_err(io::Error::other)?];
            file.write_all_at(&zeros, room)
        };
        // Where a whole piece does not fit, what is needed may.
        let mut to = needed.max(room + CHUNK);
        if extend(to).is_err() {
            to = needed;
            let narrow = file.set_len(room).and_then(|()| extend(to));
            if let Err(source) = narrow {
                // Gives back what was taken in vain; nothing depends on it.
                let _ = file.set_len(room);
                return Err(LockError::Full { path: self.paths.journal.clone(), source });
            }
        }
        if let Err(error) = file.sync_all() {
            return Err(self.poisoned(error));
        }
        self.room = to;
        self.file.rest();
        Ok(())
    }

    /// Reserves and writes one batch.
    fn write_all(&mut self, records: &[&Record]) -> Result<(), LockError> {
        let bytes = journal::encode(self.batch + 1, records);
        self.reserve(bytes.len() as u64 + self.owed)?;
        self.write_bytes(&bytes, records)
    }

    /// Writes one batch into reserved space, durably.
    fn write(&mut self, records: &[&Record]) -> Result<(), LockError> {
        self.write_bytes(&journal::encode(self.batch + 1, records), records)
    }

    /// Writes the bytes of one batch, which are those of `records`.
    fn write_bytes(&mut self, bytes: &[u8], records: &[&Record]) -> Result<(), LockError> {
        self.healthy()?;
        let at = self.at;
        let write = |file: &File| file.write_all_at(bytes, at).and_then(|()| file.sync_data());
        let written = self.file.open().and_then(write);
        written.map_err(|error| self.poisoned(error))?;
        self.file.rest();
        self.batch += 1;
        self.at += bytes.len() as u64;
        for record in records {
            self.ledger.record(record);
        }
        Ok(())
    }

    fn fold(&mut self, told: Vec<Change>) -> Result<Vec<Clash>, LockError> {
        let (digest, clashes) = self.write_lock(told).map_err(|error| self.not_folded(error))?;
        // Without this record the same is folded again, to no effect.
        self.write_all(&[&Record::Folded { digest, done: false }]).map(|()| clashes)
    }

    fn finish(&mut self) -> Result<Vec<Clash>, LockError> {
        let (digest, clashes) =
            self.write_lock(Vec::new()).map_err(|error| self.not_folded(error))?;
        // A journal that nobody can remove is thereby known to be done; without either it is folded
        // again, to no effect. So neither matters now that the lock is durable.
        let _ = self.write_all(&[&Record::Folded { digest, done: true }]);
        let _ = fs::remove_file(&self.paths.journal).and_then(|()| self.paths.sync_folder());
        Ok(clashes)
    }

    /// Writes what is known into the lock, and gives its digest. A lock that somebody took away
    /// meanwhile is not begun anew: it held more than this run knows, and the journal keeps what is
    /// known.
    fn write_lock(&mut self, told: Vec<Change>) -> Result<(String, Vec<Clash>), LockError> {
        if self.had_lock && !self.paths.lock.exists() {
            return Err(LockError::Removed { path: self.paths.lock.clone() });
        }
        let changes: Vec<Change> = self.ledger.changes().chain(told).collect();
        let (manifest, known) = (self.manifest.as_deref(), &mut self.known);
        let folded = self.descriptors.lend(|| fold(&self.paths, manifest, known, &changes))?;
        let Fold { lock, text, clashes, .. } = folded;
        self.had_lock |= !text.is_empty();
        let digest = digest(&text);
        self.known = Some(Known { lock, digest: digest.clone() });
        Ok((digest, clashes))
    }

    fn not_folded(&self, error: LockError) -> LockError {
        let (lock, journal) = (self.paths.lock.clone(), self.paths.journal.clone());
        LockError::NotFolded { lock, journal, source: Box::new(error) }
    }

    fn poisoned(&mut self, source: io::Error) -> LockError {
        self.poison = Some(source.to_string());
        LockError::Io { action: "write", path: self.paths.journal.clone(), source }
    }

    fn healthy(&self) -> Result<(), LockError> {
        match &self.poison {
            None => Ok(()),
            Some(first) => {
                Err(LockError::Poisoned { path: self.paths.journal.clone(), first: first.clone() })
            }
        }
    }
}

fn bounded(record: Record) -> Record {
    let cut = |text: String| text.chars().take(LONGEST_WHY).collect::<String>();
    match record {
        Record::Doubt { name, code, why } => {
            Record::Doubt { name, code: code.map(cut), why: cut(why) }
        }
        Record::Refused { name, code } => Record::Refused { name, code: code.map(cut) },
        Record::Seen { name, mut ids } => {
            ids.truncate(MOST_SEEN);
            Record::Seen { name, ids }
        }
        other => other,
    }
}

/// More than the record of an intent or of an outcome takes.
fn largest(record: &Record) -> u64 {
    match record {
        Record::Intent { name, .. } => FRAME + ESCAPED * name.as_str().len() as u64,
        Record::Created { name, .. }
        | Record::Doubt { name, .. }
        | Record::Refused { name, .. }
        | Record::NotSent { name } => outcome_room(name),
        Record::Seen { name, ids } => outcome_room(name) + LONGEST_ID * ids.len() as u64,
        Record::Head { .. } | Record::Plan { .. } | Record::Folded { .. } => FRAME,
    }
}

fn outcome_room(name: &InstanceName) -> u64 {
    FRAME + ESCAPED * (name.as_str().len() + 2 * LONGEST_WHY) as u64
}
