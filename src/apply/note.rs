//! Facts about the result of one instance.

use super::AbortReason;
use crate::api::client::ErrorDetail;
use crate::ids::TaskId;
use crate::inventory::{Ambiguity, DuplicateRemoval};
use crate::lifecycle::WaitFailure;
use crate::plan::PlanNote;
use crate::resolve::{Contradiction, Remediation};
use crate::text::CommandLine;

/// Remark on the result of one instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InstanceNote {
    /// The note of its plan.
    Planned(PlanNote),
    /// It differs from the lock, and the platform cannot update instances.
    CannotUpdate,
    /// The platform has no call to change its sizes; with the command that replaces it.
    CannotResize(CommandLine),
    /// The platform still shows its old sizes.
    SizesNotChanged,
    /// Nothing was started for it; with the reason, unless it was interrupted.
    NotStarted(Option<AbortReason>),
    /// Its request failed.
    Failed(ErrorDetail),
    /// It is unknown whether its request created an instance.
    Uncertain {
        /// The error of the request.
        cause: ErrorDetail,
        /// The reason why the platform's list does not decide it, if a list was read.
        why: Option<Ambiguity>,
        /// The live instances that it may be.
        candidates: Vec<TaskId>,
    },
    /// Nothing was sent, because the lock's journal cannot be written.
    JournalNotWritable,
    /// Nothing was recorded, because the lock cannot be written.
    LockNotWritable,
    /// Nothing was created, because the instance that it replaces still exists; with the error of
    /// the delete, if it failed.
    ReplacedStillExists(Option<ErrorDetail>),
    /// The address of its region is unknown.
    RegionAddressUnknown,
    /// An existing instance was adopted.
    Adopted,
    /// The response was lost, and the platform's list shows the instance.
    FoundInList,
    /// Other live instances have its name.
    Duplicates(Vec<TaskId>),
    /// It was deleted, and no lock has these live instances of its name any more.
    NoLongerInLock(Vec<TaskId>),
    /// It was deleted, and the lock still contains it.
    StillInLock,
    /// Its deletion is not confirmed; with the error of the delete, if it failed.
    DeletionNotConfirmed(Option<ErrorDetail>),
    /// The decision of the user about it is not accepted.
    Contradicted(Contradiction),
    /// It cannot be deleted before its unknown outcome is resolved.
    ResolveFirst,
    /// The platform could not be queried.
    QueryFailed(ErrorDetail),
    /// It needs no action.
    NothingToDo,
    /// It was added to the lock.
    AddedToLock,
    /// It was removed from the lock.
    RemovedFromLock,
    /// It will not run.
    WaitFailed(WaitFailure),
    /// It does not run yet; with the error, if the platform could not be queried.
    NotRunningYet(Option<ErrorDetail>),
}

/// Next step of the user, if only the user can continue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextStep {
    /// Resolve an unknown outcome.
    Resolve(Remediation),
    /// Request its deletion again.
    DestroyAgain(CommandLine),
    /// Delete the duplicates.
    DeleteDuplicates(DuplicateRemoval),
}
