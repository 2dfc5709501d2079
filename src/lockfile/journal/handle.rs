//! Handles to the thread that writes a lock's journal and merges it into the lock.

use std::path::Path;
use std::sync::{Arc, mpsc};
use std::{fs, thread};

use tokio::sync::oneshot;

use super::emergency::EmergencyJournal;
use super::writer::{JournalWriter, Reply, WriterCommand};
use crate::lockfile::descriptors::Descriptors;
use crate::lockfile::entry::PendingCreate;
use crate::lockfile::paths::Paths;
use crate::lockfile::store::LockStore;
use crate::lockfile::{
    DurablePlace, EmergencyWriteError, EntryChange, FileAction, IdConflict, LockError, Record,
    WriterFailure,
};

/// The journal of a run in progress, and the lock into which it is merged.
#[derive(Debug)]
pub struct JournalHandle {
    sender: JournalSender,
    thread: thread::JoinHandle<()>,
    rescue: Option<EmergencyJournal>,
}

/// Adds records to a journal; cheap to clone.
#[derive(Debug, Clone)]
pub struct JournalSender {
    commands: mpsc::Sender<WriterCommand>,
    paths: Arc<Paths>,
    /// Second place in which the records are durable.
    remote: Option<Arc<dyn DurablePlace>>,
}

impl JournalHandle {
    /// Begins a run that creates these instances: makes the plan durable in a new journal, and
    /// checks that the lock can be written at the end.
    pub fn start(
        store: LockStore,
        plan: Vec<PendingCreate>,
        descriptors: Descriptors,
    ) -> Result<Self, LockError> {
        let paths = Arc::new(store.paths.clone());
        let (rescue, remote) = (store.rescue.clone(), store.remote.clone());
        let mut writer = JournalWriter::create(store, descriptors)?;
        if let Err(error) = writer.start(plan) {
            // Nothing was sent, so this journal is not needed.
            let _ = fs::remove_file(&paths.journal);
            return Err(error);
        }
        let (commands, waiting) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("journal".into())
            .spawn(move || writer.serve(&waiting))
            .map_err(LockError::io(FileAction::StartWriter, &paths.journal))?;
        Ok(Self { sender: JournalSender { commands, paths, remote }, thread, rescue })
    }

    /// Returns the lock's path, absolute and without symbolic links.
    pub fn path(&self) -> &Path {
        &self.sender.paths.lock
    }

    /// Returns another handle for adding records.
    pub fn appender(&self) -> JournalSender {
        self.sender.clone()
    }

    /// Merges the records so far into the lock; requests still in flight are entered as unknown.
    /// Returns the ID conflicts.
    pub async fn merge(&self) -> Result<Vec<IdConflict>, LockError> {
        self.sender.save(Vec::new()).await
    }

    /// Merges everything into the lock and removes the journal; if that fails, the journal is kept.
    /// Returns the ID conflicts.
    pub async fn finish(self) -> Result<Vec<IdConflict>, LockError> {
        let merged = self.sender.request(WriterCommand::Finish).await;
        drop(self.sender);
        // The thread exits after this job; it is joined so that the process lock is released when
        // this returns. Its result is in the answer above.
        let _ = self.thread.join();
        merged
    }

    /// Writes the ID of a created instance to the user's state directory if the journal cannot
    /// record it: its plan, its intent, its outcome.
    pub fn rescue(
        &self,
        planned: PendingCreate,
        rest: &[Record; 2],
    ) -> Result<(), EmergencyWriteError> {
        let rescue = self.rescue.as_ref().ok_or(EmergencyWriteError::NoStateDirectory)?;
        let written = rescue.append(&[&Record::Plan(planned), &rest[0], &rest[1]]);
        written.map_err(EmergencyWriteError::Io)
    }
}

impl JournalSender {
    /// Announces creates to the remote, in the order in which they will start.
    pub fn announce(&self, creates: Vec<PendingCreate>) {
        if let Some(remote) = &self.remote {
            remote.announce(creates);
        }
    }

    /// Records that the request of a create is about to be sent, and returns the record. It is durable
    /// when this returns, at the remote too. An error means that nothing may be sent.
    pub async fn intend(&self, create: &PendingCreate) -> Result<Record, LockError> {
        let Some(remote) = &self.remote else {
            let intent = Record::intent(create.name.clone());
            self.append_here(intent.clone()).await?;
            return Ok(intent);
        };
        let intent = remote.intent(create).await?;
        let here = self.append_here(intent.clone()).await;
        let confirmed = match here {
            Ok(()) => remote.confirm().await.map_err(LockError::from),
            Err(error) => Err(error),
        };
        if let Err(error) = confirmed {
            // If it cannot be recorded either, the next run lists the instances.
            let _ = self.append(Record::NotSent { name: create.name.clone() }).await;
            return Err(error);
        }
        Ok(intent)
    }

    /// Adds the record of an outcome; it is durable here when this returns, and at the remote with the
    /// next push.
    pub async fn append(&self, record: Record) -> Result<(), LockError> {
        if let Some(remote) = &self.remote {
            remote.outcome(&record);
        }
        self.append_here(record).await
    }

    async fn append_here(&self, record: Record) -> Result<(), LockError> {
        self.request(|reply| WriterCommand::Append(record, reply)).await
    }

    /// Pushes the outcomes so far to the remote.
    pub fn flush(&self) {
        if let Some(remote) = &self.remote {
            remote.flush();
        }
    }

    /// Merges the records so far into the lock, together with changes to entries for which this run
    /// creates nothing, or not yet.
    pub async fn save(&self, changes: Vec<EntryChange>) -> Result<Vec<IdConflict>, LockError> {
        let merged = self.request(|reply| WriterCommand::Merge(changes.clone(), reply)).await?;
        if let Some(remote) = self.remote.as_ref().filter(|_| !changes.is_empty()) {
            remote.publish_later(&changes).await?;
            remote.confirm().await?;
        }
        Ok(merged)
    }

    async fn request<T>(
        &self,
        command: impl FnOnce(Reply<T>) -> WriterCommand,
    ) -> Result<T, LockError> {
        let (reply, answer) = oneshot::channel();
        let path = &self.paths.journal;
        let gone = || LockError::Poisoned { path: path.clone(), first: WriterFailure::Exited };
        self.commands.send(command(reply)).map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }
}
