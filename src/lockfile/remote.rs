//! The copy of a run's records at a git remote.

use std::fmt::Debug;

use futures_util::future::LocalBoxFuture;

use super::{EntryChange, LockError, PendingCreate, Record};
use crate::exit_status::ExitClass;

/// A place away from this machine where the records of a run are durable too. A run with one sends
/// nothing before its record is there.
pub trait DurablePlace: Debug + Send + Sync {
    /// Makes changes of entries durable, and returns when they are.
    fn publish(&self, changes: &[EntryChange]) -> Result<(), RemoteError>;

    /// The same, without blocking the thread.
    fn publish_later(&self, changes: &[EntryChange])
    -> LocalBoxFuture<'_, Result<(), RemoteError>>;

    /// Announces creates in the order in which they will start, so that their intents can be made
    /// durable ahead of them.
    fn announce(&self, creates: Vec<PendingCreate>);

    /// Returns the durable intent of a create.
    fn intent(&self, create: &PendingCreate) -> LocalBoxFuture<'_, Result<Record, RemoteError>>;

    /// Returns once it is certain that this run still owns the lock at the remote.
    fn confirm(&self) -> LocalBoxFuture<'_, Result<(), RemoteError>>;

    /// Takes the record of an outcome, and makes it durable with the next push.
    fn outcome(&self, record: &Record);

    /// Pushes the outcomes so far.
    fn flush(&self);
}

/// Error of a git remote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteError {
    /// Its name, or its address without a password.
    pub remote: String,
    /// Reason of the failure.
    pub failure: RemoteFailure,
}

/// Why a remote did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RemoteFailure {
    /// It could not be reached.
    Unreachable {
        /// git's message.
        cause: String,
    },
    /// It did not answer in time.
    TimedOut,
    /// It did not accept the credentials, or there are none.
    Denied {
        /// git's message.
        cause: String,
    },
    /// It refused a push.
    Refused {
        /// The ref.
        target: String,
        /// The reason in a few words.
        reason: String,
        /// The messages of the server; empty if there are none.
        messages: String,
    },
    /// The user's hook `pre-push` refused a push.
    RefusedByHook {
        /// Its messages; empty if there are none.
        messages: String,
    },
    /// Another run has taken over the claim of this one.
    ClaimLost,
    /// git failed here.
    Local {
        /// git's message; empty if there is none.
        cause: String,
    },
}

impl RemoteError {
    /// Returns its failure class.
    pub fn class(&self) -> ExitClass {
        match self.failure {
            RemoteFailure::Unreachable { .. }
            | RemoteFailure::TimedOut
            | RemoteFailure::Denied { .. } => ExitClass::Unreachable,
            RemoteFailure::Refused { .. }
            | RemoteFailure::RefusedByHook { .. }
            | RemoteFailure::ClaimLost
            | RemoteFailure::Local { .. } => ExitClass::Lock,
        }
    }
}

impl From<RemoteError> for LockError {
    fn from(error: RemoteError) -> Self {
        Self::Remote(Box::new(error))
    }
}
