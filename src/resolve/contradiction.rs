//! Why a manual resolution is rejected, and what is reported with an accepted one.

use crate::api::client::{ApiError, ErrorDetail};
use crate::ids::{Endpoint, TaskId};
use crate::inventory::ListGap;
use crate::lockfile::LockError;
use crate::plan::RegionMismatch;

/// A difference on the platform, or something it does not show: not a contradiction, but reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResolveNote {
    /// The platform cannot list instances, so the decision is not checked.
    CannotList,
    /// The platform's list is incomplete.
    ListIncomplete(ListGap),
    /// An instance differs from its request in these fields.
    Differs {
        /// The instance.
        id: TaskId,
        /// The fields.
        fields: Vec<String>,
    },
    /// The platform shows no detail of this instance, so its ID is not checked.
    NoDetail(TaskId),
    /// This instance has ended.
    Ended(TaskId),
}

/// Reason why a decision of the user about an instance is not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contradiction {
    /// It is not in the lock.
    NotInLock,
    /// It is not in the manifest.
    NotInManifest,
    /// The ID belongs to another entry of the given locks.
    OwnedByAnotherEntry(TaskId),
    /// The lock already records another ID for it, if any.
    AlreadyRecorded(Option<TaskId>),
    /// Its outcome is unknown and has to be resolved first.
    OutcomeUnknown,
    /// The lock records it for another endpoint.
    RecordedFor(Endpoint),
    /// The credentials do not reach the region of its document.
    RegionNotReached(RegionMismatch),
    /// The platform lists this instance with its name, and it matches the request that was sent.
    Listed(TaskId),
    /// The platform still has this instance.
    StillExists(TaskId, Presence),
    /// The platform does not have this instance; with the error, if it was queried.
    NotOnPlatform(TaskId, Option<ErrorDetail>),
    /// This instance has another name on the platform.
    OtherName(TaskId, String),
    /// This is neither the instance nor a candidate, and the platform lists no such instance with
    /// its name.
    NotACandidate(TaskId),
}

/// Evidence that an instance still exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presence {
    /// The platform shows it with this status, if it shows one.
    Status(Option<String>),
    /// It is in the list.
    InList,
    /// Neither the list nor this error of the query confirms that it is gone.
    NotConfirmedGone(ErrorDetail),
}

/// Reason why a manual resolution was rejected. The lock is unchanged.
#[derive(Debug)]
pub enum ResolveError {
    /// The lock or the platform contradicts it.
    Conflict(Contradiction),
    /// The platform could not be queried.
    QueryFailed(ApiError),
    /// The lock cannot be written.
    Lock(LockError),
}

impl From<Contradiction> for ResolveError {
    fn from(contradiction: Contradiction) -> Self {
        Self::Conflict(contradiction)
    }
}

impl From<LockError> for ResolveError {
    fn from(error: LockError) -> Self {
        Self::Lock(error)
    }
}
