//! The claim as the place where the records of one lock are durable.

use std::sync::{PoisonError, mpsc};

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use tokio::sync::oneshot;

use super::claim_records::ClaimRecord;
use super::writer::{ClaimLink, Command, Reply};
use crate::lockfile::{
    DurablePlace, EntryChange, PendingCreate, Record, RemoteError, RemoteFailure,
};

/// The claim as the place where the records of one lock are durable.
#[derive(Debug)]
pub(super) struct ClaimPlace {
    pub(super) link: ClaimLink,
    pub(super) lock: usize,
}

impl ClaimPlace {
    /// Sends a command whose answer is awaited.
    fn ask<T: Send + 'static>(
        &self,
        command: impl FnOnce(Reply<T>) -> Command,
    ) -> LocalBoxFuture<'_, Result<T, RemoteError>> {
        let (reply, answer) = oneshot::channel();
        let reply = Box::new(move |result| drop(reply.send(result)));
        let sent = self.link.commands.send(command(reply));
        async move {
            sent.map_err(|_| self.stopped())?;
            answer.await.map_err(|_| self.stopped())?
        }
        .boxed_local()
    }

    fn stopped(&self) -> RemoteError {
        RemoteError { remote: self.link.remote.clone(), failure: RemoteFailure::ClaimLost }
    }

    fn records(changes: &[EntryChange]) -> Vec<ClaimRecord> {
        changes.iter().map(ClaimRecord::of_change).collect()
    }
}

impl DurablePlace for ClaimPlace {
    fn publish(&self, changes: &[EntryChange]) -> Result<(), RemoteError> {
        let (reply, answer) = mpsc::channel();
        let reply = Box::new(move |result| drop(reply.send(result)));
        let command = Command::Publish(self.lock, Self::records(changes), reply);
        self.link.commands.send(command).map_err(|_| self.stopped())?;
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
        let _ = self.link.commands.send(Command::Announce(self.lock, creates));
    }

    fn intent(&self, create: &PendingCreate) -> LocalBoxFuture<'_, Result<Record, RemoteError>> {
        let key = (self.lock, create.name.clone());
        let ahead = self.link.ahead.lock().unwrap_or_else(PoisonError::into_inner).start(&key);
        if let Some(intent) = ahead {
            // The thread decides whether it is time for the next push.
            let sent = self.link.commands.send(Command::Started).map_err(|_| self.stopped());
            return async { sent.map(|()| intent) }.boxed_local();
        }
        let create = create.clone();
        self.ask(|reply| Command::Intent(self.lock, create, reply))
    }

    fn confirm(&self) -> LocalBoxFuture<'_, Result<(), RemoteError>> {
        if self.link.confirmed.is_recent() {
            return async { Ok(()) }.boxed_local();
        }
        self.ask(Command::Confirm)
    }

    fn outcome(&self, record: &Record) {
        let _ = self.link.commands.send(Command::Outcome(self.lock, record.clone()));
    }

    fn flush(&self) {
        let _ = self.link.commands.send(Command::Flush);
    }
}
