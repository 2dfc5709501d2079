//! The claim as the place where the records of one lock are durable.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use tokio::sync::oneshot;

use super::ahead::Ahead;
use super::claim_records::ClaimRecord;
use super::writer::{ClaimWriter, Command, Confirmed, Reply};
use crate::lockfile::{
    DurablePlace, EntryChange, PendingCreate, Record, RemoteError, RemoteFailure,
};

/// The claim as the place where the records of one lock are durable.
pub(super) struct ClaimPlace {
    commands: mpsc::Sender<Command>,
    confirmed: Arc<Confirmed>,
    ahead: Arc<Mutex<Ahead>>,
    remote: String,
    lock: usize,
}

impl ClaimPlace {
    pub(super) fn new(writer: &ClaimWriter, lock: usize) -> Self {
        Self {
            commands: writer.commands.clone(),
            confirmed: Arc::clone(&writer.confirmed),
            ahead: Arc::clone(&writer.ahead),
            remote: writer.remote.clone(),
            lock,
        }
    }

    /// Sends a command whose answer is awaited.
    fn ask<T: Send + 'static>(
        &self,
        command: impl FnOnce(Reply<T>) -> Command,
    ) -> LocalBoxFuture<'_, Result<T, RemoteError>> {
        let (reply, answer) = oneshot::channel();
        let reply = Box::new(move |result| drop(reply.send(result)));
        let sent = self.commands.send(command(reply));
        async move {
            sent.map_err(|_| self.stopped())?;
            answer.await.map_err(|_| self.stopped())?
        }
        .boxed_local()
    }

    fn stopped(&self) -> RemoteError {
        RemoteError { remote: self.remote.clone(), failure: RemoteFailure::ClaimLost }
    }

    fn records(changes: &[EntryChange]) -> Vec<ClaimRecord> {
        changes.iter().map(ClaimRecord::of_change).collect()
    }
}

impl fmt::Debug for ClaimPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClaimPlace").field("remote", &self.remote).finish_non_exhaustive()
    }
}

impl DurablePlace for ClaimPlace {
    fn publish(&self, changes: &[EntryChange]) -> Result<(), RemoteError> {
        let (reply, answer) = mpsc::channel();
        let reply = Box::new(move |result| drop(reply.send(result)));
        let command = Command::Publish(self.lock, Self::records(changes), reply);
        self.commands.send(command).map_err(|_| self.stopped())?;
        answer.recv().map_err(|_| self.stopped())?
    }

    fn publish_later(
        &self,
        changes: &[EntryChange],
    ) -> LocalBoxFuture<'_, Result<(), RemoteError>> {
        let records = Self::records(changes);
        self.ask(|reply| Command::Publish(self.lock, records, reply))
    }

    fn announce(&self, creates: Vec<PendingCreate>) {
        // If the thread has ended, the first intent reports it.
        let _ = self.commands.send(Command::Announce(self.lock, creates));
    }

    fn intent(&self, create: &PendingCreate) -> LocalBoxFuture<'_, Result<Record, RemoteError>> {
        let key = (self.lock, create.name.clone());
        let ahead = self.ahead.lock().unwrap_or_else(PoisonError::into_inner).start(&key);
        if let Some(intent) = ahead {
            // The thread decides whether it is time for the next push.
            let sent = self.commands.send(Command::Started).map_err(|_| self.stopped());
            return async { sent.map(|()| intent) }.boxed_local();
        }
        let create = create.clone();
        self.ask(|reply| Command::Intent(self.lock, create, reply))
    }

    fn confirm(&self) -> LocalBoxFuture<'_, Result<(), RemoteError>> {
        if self.confirmed.is_recent() {
            return async { Ok(()) }.boxed_local();
        }
        self.ask(Command::Confirm)
    }

    fn outcome(&self, record: &Record) {
        let _ = self.commands.send(Command::Outcome(self.lock, record.clone()));
    }

    fn flush(&self) {
        let _ = self.commands.send(Command::Flush);
    }
}
