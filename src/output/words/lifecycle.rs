//! Texts about live instances: status, waits, stops and starts.

use std::borrow::Cow;
use std::time::Duration;

use crate::api::client::ErrorDetail;
use crate::lifecycle::{
    Action, ActionOutcome, LiveState, NoopReason, SkipReason, StatusNote, WaitFailure,
};
use crate::text::CommandLine;

/// Texts about live instances.
pub(crate) trait LifecycleWords {
    /// Returns the titles of the columns: name, status, cards, age, remaining time and ID.
    fn status_columns(&self) -> [&'static str; 6];

    /// Returns the state of an instance. A status of the platform is shown as it is.
    fn live_state(&self, live: &LiveState) -> String;

    /// Returns the remaining time of an instance without a time limit.
    fn no_end(&self) -> &'static str;

    /// Returns a note on an instance.
    fn status_note(&self, note: &StatusNote) -> Cow<'static, str>;

    /// Returns the summary of locks without instances.
    fn no_instances(&self) -> &'static str;

    /// Returns the summary of instances: how many have which status, the cards in use, and the
    /// cards that are waited for.
    fn status_summary(&self, counts: &str, used: u64, queued: u64) -> String;

    /// Returns the addition to a summary about instances of the manifest that are in no lock.
    fn not_created(&self, count: usize) -> String;

    /// Returns why an entry is skipped.
    fn skip_reason(&self, reason: &SkipReason) -> Cow<'static, str>;

    /// Returns why there is nothing to do for an instance.
    fn noop_reason(&self, reason: &NoopReason) -> Cow<'static, str>;

    /// Returns the result of an action for one instance.
    fn action_outcome(&self, action: Action, outcome: &ActionOutcome) -> String;

    /// Returns the summary of an action that was done for some instances.
    fn action_summary(&self, action: Action, count: usize) -> String;

    /// Returns why an instance will not reach a status.
    fn wait_failure(&self, failure: &WaitFailure) -> Cow<'static, str>;

    /// Returns that an instance still has a state: since when it is queued, if it is, or how long
    /// was waited.
    fn still_pending(&self, state: &str, queued: Option<Duration>, since: Duration) -> String;

    /// Returns the progress of a wait.
    fn wait_progress(&self, counts: &WaitCounts<'_>) -> String;

    /// Returns how many of all instances reached a status.
    fn wait_summary(&self, reached: usize, all: usize, goal: &str, took: Duration) -> String;

    /// Returns the message that the platform could not be queried.
    fn wait_trouble(&self, cause: &ErrorDetail) -> String;

    /// Returns the message that not all instances will reach a status.
    fn wait_lost(&self, goal: &str) -> String;

    /// Returns the command that shows the instances of such a wait.
    fn wait_lost_help(&self, status: &CommandLine) -> String;

    /// Returns the message that a wait timed out; with the error of the last poll, if it failed.
    fn timed_out(&self, cause: Option<&ErrorDetail>) -> String;

    /// Returns the next step after a timeout: if instances are queued, with the command that stops
    /// them.
    fn timed_out_help(&self, stop: Option<&CommandLine>) -> Cow<'static, str>;
}

/// Progress of a wait.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WaitCounts<'a> {
    /// Number of instances that may still reach the status.
    pub(crate) open: usize,
    /// The status.
    pub(crate) goal: &'a str,
    /// Time since the wait began.
    pub(crate) since: Duration,
    /// How many instances have which status.
    pub(crate) counts: &'a str,
    /// Longest time that one of them is queued.
    pub(crate) queued: Option<Duration>,
}
