//! English texts about live instances.

use std::borrow::Cow;
use std::time::Duration;

use super::phrases::{DELETION_NOT_CONFIRMED, recorded_for};
use crate::api::client::ErrorDetail;
use crate::lifecycle::{
    Action, ActionOutcome, LiveState, NoopReason, SkipReason, StatusNote, WaitFailure,
};
use crate::output::text::status::format_duration;
use crate::output::words::{ApiWords, ApplyWords, En, LifecycleWords, WaitCounts};
use crate::text::CommandLine;
use crate::text::plural::count;

impl LifecycleWords for En {
    fn status_columns(&self) -> [&'static str; 6] {
        ["NAME", "STATUS", "CARDS", "AGE", "LEFT", "ID"]
    }

    fn live_state(&self, live: &LiveState) -> String {
        let word = match live {
            LiveState::Present(_) => match live.status() {
                Some(status) => return status.as_str().to_owned(),
                None => "no status",
            },
            LiveState::Gone => "gone",
            LiveState::Unknown => "unknown",
            LiveState::OtherRegion => "elsewhere",
            LiveState::QueryFailed(_) => "not reported",
        };
        word.to_owned()
    }

    fn no_end(&self) -> &'static str {
        "no end"
    }

    fn status_note(&self, note: &StatusNote) -> Cow<'static, str> {
        match note {
            StatusNote::OutcomeUnknown { why, apply, steps } => {
                let why = why.as_deref().unwrap_or("the response was lost");
                format!("{why}: `{apply}` searches again; {}", self.remediation(steps)).into()
            }
            StatusNote::RecordedFor { region, endpoint } => {
                recorded_for(region.as_ref(), endpoint).into()
            }
            StatusNote::QueryFailed(cause) => {
                format!("status unknown: {}", En.error_detail(cause)).into()
            }
            StatusNote::Gone { replace } => {
                format!("{NO_LONGER_EXISTS}: `{replace}` creates a new one").into()
            }
            StatusNote::DeletionNotConfirmed { destroy } => {
                format!("{DELETION_NOT_CONFIRMED}: `{destroy}` finishes it").into()
            }
            StatusNote::NotInManifest => "in the lock, not in the manifest".into(),
            StatusNote::LiveDuplicate { id, status } => {
                let status = status.as_str();
                format!("another live instance has the same name: {id} ({status})").into()
            }
            StatusNote::Candidate { id, status: Some(status) } => {
                format!("candidate: {id} ({})", status.as_str()).into()
            }
            StatusNote::Candidate { id, status: None } => {
                format!("candidate: {id}, not listed by the platform").into()
            }
            StatusNote::Duplicates(removal) => self.duplicate_removal(removal).into(),
        }
    }

    fn no_instances(&self) -> &'static str {
        "the lock contains no instances"
    }

    fn status_summary(&self, counts: &str, used: u64, queued: u64) -> String {
        let queued = if queued > 0 { format!(", {queued} waited for") } else { String::new() };
        format!("{counts}; {} in use{queued}", count(used, "card"))
    }

    fn not_created(&self, count: usize) -> String {
        format!("{count} of the manifest not created yet")
    }

    fn skip_reason(&self, reason: &SkipReason) -> Cow<'static, str> {
        match reason {
            SkipReason::OutcomeUnknown(steps) => {
                format!("outcome unknown; {}", self.remediation(steps)).into()
            }
            SkipReason::DeletionNotConfirmed => DELETION_NOT_CONFIRMED.into(),
            SkipReason::RecordedFor(endpoint) => recorded_for(None, endpoint).into(),
            SkipReason::NoId => "it has no ID".into(),
        }
    }

    fn noop_reason(&self, reason: &NoopReason) -> Cow<'static, str> {
        match reason {
            NoopReason::GoneBeforeStop => "it no longer exists".into(),
            NoopReason::GoneBeforeStart => {
                "it no longer exists; `apply --replace` creates a new one".into()
            }
            NoopReason::Ended(status) => format!("it already ended ({})", status.as_str()).into(),
            NoopReason::Live(status) => format!("it is already live ({})", status.as_str()).into(),
        }
    }

    fn action_outcome(&self, action: Action, outcome: &ActionOutcome) -> String {
        match outcome {
            ActionOutcome::Done => done(action).to_owned(),
            ActionOutcome::AlreadyDone(reason) => {
                format!("{}: {}", self.nothing_to_do(), self.noop_reason(reason))
            }
            ActionOutcome::Skipped(reason) => format!("skipped: {}", self.skip_reason(reason)),
            ActionOutcome::Failed(failure) => {
                let (outcome, _) = failure.outcome();
                format!("{}: {}", self.outcome(outcome), En.error_detail(failure.detail()))
            }
        }
    }

    fn action_summary(&self, action: Action, count: usize) -> String {
        format!("{count} {}", done(action))
    }

    fn wait_failure(&self, failure: &WaitFailure) -> Cow<'static, str> {
        match failure {
            WaitFailure::Gone => NO_LONGER_EXISTS.into(),
            WaitFailure::Ended { goal, start } => {
                format!("it ended and is not {}: `{start}` starts it again", goal.as_str()).into()
            }
        }
    }

    fn still_pending(&self, state: &str, queued: Option<Duration>, since: Duration) -> String {
        match queued {
            Some(age) => format!("still {state}, queued for {}", format_duration(age)),
            None => format!("still {state} after {}", format_duration(since)),
        }
    }

    fn wait_progress(&self, progress: &WaitCounts<'_>) -> String {
        let WaitCounts { open, goal, since, counts, queued } = progress;
        let queued = queued
            .map_or_else(String::new, |age| format!(" (queued for {})", format_duration(age)));
        format!("waiting for {open} to be {goal}, {}: {counts}{queued}", format_duration(*since))
    }

    fn wait_summary(&self, reached: usize, all: usize, goal: &str, took: Duration) -> String {
        if all == 0 {
            return "nothing to wait for".to_owned();
        }
        format!("{reached} of {all} reached {goal} after {}", format_duration(took))
    }

    fn wait_trouble(&self, cause: &ErrorDetail) -> String {
        En.query_failed(cause)
    }

    fn wait_lost(&self, goal: &str) -> String {
        format!("not all instances will be {goal}")
    }

    fn wait_lost_help(&self, status: &CommandLine) -> String {
        format!("`{status}` shows them")
    }

    fn timed_out(&self, cause: Option<&ErrorDetail>) -> String {
        let trouble = cause.map(|cause| format!(", and {}", En.query_failed(cause)));
        format!("timed out{}", trouble.unwrap_or_default())
    }

    fn timed_out_help(&self, stop: Option<&CommandLine>) -> Cow<'static, str> {
        match stop {
            Some(stop) => format!(
                "instances in status Waiting are queued for free cards; `{stop}` removes them \
                 from the queue"
            )
            .into(),
            None => "wait again with a longer --timeout".into(),
        }
    }
}

const NO_LONGER_EXISTS: &str = "it no longer exists on the platform";

fn done(action: Action) -> &'static str {
    match action {
        Action::Stop => "stopped",
        Action::Start => "started",
    }
}
