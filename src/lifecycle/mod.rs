//! Lifecycle of the instances in the locks: queries them, waits for them, stops them, starts them
//! again. Writes no lock and prints nothing.
//!
//! - `query`: the state of entries on the platform
//! - `wait`: polls at intervals
//! - `start_stop`: stop and start
//! - `exec`: runs a script
//! - `reasons`: why nothing is done for an entry
//! - `status_note`: what is notable about an entry

mod exec;
mod instance;
mod query;
mod reasons;
mod start_stop;
mod status_note;
mod wait;

pub use exec::{ExecOutcome, ExecResult, ExecSkipReason, exec, exec_skip_reason};
pub use query::query;
pub use reasons::{NoopReason, SkipReason, WaitFailure};
pub use start_stop::{Action, ActionOutcome, ActionResult, needs_request, start, stop};
pub use status_note::StatusNote;
pub use wait::{WaitEnd, WaitEvent, WaitGoal, WaitProgress, WaitResult, WaitTargets, wait};

pub use instance::{LiveState, LockedInstance, ObservedInstance, RelatedInstance, classes};
