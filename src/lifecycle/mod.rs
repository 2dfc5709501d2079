//! Lifecycle of the instances in the locks: queries them, waits for them, stops them, starts them
//! again. Writes no lock and prints nothing.
//!
//! - `query`: the state of entries on the platform; `unrecorded`: live instances of names that no lock
//!   has
//! - `account`: all instances of a region, whether or not a lock has them
//! - `wait`: polls at intervals
//! - `start_stop`: stop and start
//! - `exec`: runs a script
//! - `usage`: age, time left and card-hours
//! - `reasons`: why nothing is done for an entry
//! - `status_note`: what is notable about an entry

mod account;
mod exec;
mod instance;
mod query;
mod reasons;
mod ssh_hosts;
mod start_stop;
mod status_note;
mod unrecorded;
mod usage;
mod wait;

pub use account::{AccountInstance, AccountRegion, Holder, Holders, list_account};
pub use exec::{ExecOutcome, ExecResult, ExecSkipReason, exec, exec_skip_reason};
pub use query::{Observation, QueryScope, QueryTargets, absent, query};
pub use reasons::{NoopReason, SkipReason, WaitFailure};
pub use ssh_hosts::{InstanceHosts, SshGap, SshHost, ssh_hosts};
pub use start_stop::{Action, ActionOutcome, ActionResult, needs_request, start, stop};
pub use status_note::StatusNote;
pub use unrecorded::{MissingInstance, UnrecordedInstance};
pub use usage::{UsageLimit, age, card_seconds, remaining_seconds, usage_limit};
pub use wait::{
    POLL_PAUSES, WaitEnd, WaitEvent, WaitGoal, WaitProgress, WaitResult, WaitTargets, progress_of,
    wait,
};

pub use instance::{LiveState, LockedInstance, ObservedInstance, RelatedInstance, classes};
