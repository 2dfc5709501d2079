//! Requests to the thread that writes the journal.

use tokio::sync::oneshot;

use crate::lockfile::{EntryChange, IdConflict, LockError, Record};

pub(crate) type Reply<T> = oneshot::Sender<Result<T, LockError>>;

/// A request to the thread, with the channel for its answer.
#[derive(Debug)]
pub(crate) enum WriterCommand {
    Append(Record, Reply<()>),
    Fold(Vec<EntryChange>, Reply<Vec<IdConflict>>),
    Finish(Reply<Vec<IdConflict>>),
}
