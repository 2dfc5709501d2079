//! Reasons why nothing is done for an entry, and why a wait for it fails.

use crate::api::endpoints::detail::Status;
use crate::ids::{Endpoint, TaskId};
use crate::resolve::Remediation;
use crate::text::CommandLine;

/// Reason why an entry is skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SkipReason {
    /// It is unknown whether it was created; with the manual steps.
    OutcomeUnknown(Remediation),
    /// Its deletion was requested and is not confirmed.
    DeletionNotConfirmed,
    /// The lock records it for this endpoint, which is not reached.
    RecordedFor(Endpoint),
    /// It has no ID.
    NoId,
    /// Other instances of its name are live: they may be the ones that took its place.
    AnotherIsLive(Vec<TaskId>),
}

/// Reason why there is nothing to do for an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoopReason {
    /// It cannot be stopped: it no longer exists.
    GoneBeforeStop,
    /// It cannot be started: it no longer exists.
    GoneBeforeStart,
    /// It cannot be stopped: it already ended.
    Ended(Status),
    /// It cannot be started: it is live.
    Live(Status),
}

/// Reason why an instance will not reach the status that is waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WaitFailure {
    /// It no longer exists.
    Gone,
    /// It ended with another status.
    Ended {
        /// The status that is waited for.
        goal: Status,
        /// The command that starts it again.
        start: CommandLine,
    },
}
