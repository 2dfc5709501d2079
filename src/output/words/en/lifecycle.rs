//! English texts about live instances.

use std::borrow::Cow;
use std::time::Duration;

use super::phrases::{DELETION_NOT_CONFIRMED, recorded_for};
use crate::api::client::CreateError;
use crate::api::endpoints::detail::Status;
use crate::apply::Outcome;
use crate::ids::listed;
use crate::lifecycle::{
    Action, ActionOutcome, ExecOutcome, ExecSkipReason, LiveState, NoopReason, SkipReason, SshGap,
    StatusNote, UnrecordedInstance, WaitEnd, WaitFailure,
};
use crate::output::Message;
use crate::output::json::CardCounts;
use crate::output::words::en::En;
use crate::text::CommandLine;
use crate::text::plural::count;
use crate::user_command::CommandFailure;

impl En {
    pub(crate) fn live_state(live: &LiveState) -> String {
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

    pub(crate) fn status_note(note: &StatusNote) -> Cow<'static, str> {
        match note {
            StatusNote::OutcomeUnknown { why, apply, steps } => {
                let why = why.as_deref().unwrap_or("the response was lost");
                format!("{why}: `{apply}` searches again; {}", Self::remediation(steps)).into()
            }
            StatusNote::RecordedFor { region, endpoint } => {
                recorded_for(region.as_ref(), endpoint).into()
            }
            StatusNote::QueryFailed(cause) => {
                format!("status unknown: {}", Self::error_detail(cause)).into()
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
            StatusNote::Duplicates(removal) => Self::duplicate_removal(removal).into(),
        }
    }

    pub(crate) fn status_summary(counts: &str, cards: CardCounts, card_hours: f64) -> String {
        let CardCounts { in_use, queued, unknown } = cards;
        let known = in_use > 0 || unknown == 0;
        let parts = [
            known.then(|| format!("{} in use", count(in_use, "card"))),
            (queued > 0).then(|| format!("{queued} waited for")),
            (unknown > 0).then(|| format!("{} in unknown state", count(unknown, "card"))),
            (card_hours > 0.0).then(|| format!("{card_hours:.2} card-hours so far")),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        format!("{counts}; {}", parts.join(", "))
    }

    pub(crate) fn unrecorded(unrecorded: &UnrecordedInstance) -> String {
        format!(
            "live, in no lock: `git pull` if another clone created it, otherwise `{}`",
            unrecorded.adopt
        )
    }

    pub(crate) fn live_unrecorded(count: usize) -> String {
        format!("{count} live and in no lock")
    }

    pub(crate) fn watch_footer(time: &str, pause: Duration) -> String {
        format!("as of {time}, next in {}; Ctrl-C ends", pause_text(pause))
    }

    pub(crate) fn watch_omitted(lines: usize) -> String {
        format!("and {} that do not fit this terminal", count(lines, "more line"))
    }

    pub(crate) fn watch_retry(trouble: &Message, pause: Duration) -> String {
        format!("{}; trying again in {}", trouble.text, pause_text(pause))
    }

    pub(crate) fn failure_hint(why: &CommandLine) -> String {
        format!("`{why}` explains why it failed")
    }

    pub(crate) fn not_created(count: usize) -> String {
        format!("{count} of the manifest not created yet")
    }

    pub(crate) fn skip_reason(reason: &SkipReason) -> Cow<'static, str> {
        match reason {
            SkipReason::OutcomeUnknown(steps) => {
                format!("outcome unknown; {}", Self::remediation(steps)).into()
            }
            SkipReason::DeletionNotConfirmed => DELETION_NOT_CONFIRMED.into(),
            SkipReason::RecordedFor(endpoint) => recorded_for(None, endpoint).into(),
            SkipReason::NoId => "it has no ID".into(),
            SkipReason::AnotherIsLive(ids) => {
                format!("another live instance has its name: {}", listed(ids)).into()
            }
        }
    }

    pub(crate) fn noop_reason(reason: &NoopReason) -> Cow<'static, str> {
        match reason {
            NoopReason::GoneBeforeStop => "it no longer exists".into(),
            NoopReason::GoneBeforeStart => {
                "it no longer exists; `apply --replace` creates a new one".into()
            }
            NoopReason::Ended(status) => format!("it already ended ({})", status.as_str()).into(),
            NoopReason::Live(status) => format!("it is already live ({})", status.as_str()).into(),
        }
    }

    pub(crate) fn action_outcome(action: Action, outcome: &ActionOutcome) -> String {
        match outcome {
            ActionOutcome::Done => done(action).to_owned(),
            ActionOutcome::AlreadyDone(reason) => {
                format!("{}: {}", Self::FIXED.nothing_to_do, Self::noop_reason(reason))
            }
            ActionOutcome::Skipped(reason) => format!("skipped: {}", Self::skip_reason(reason)),
            ActionOutcome::Failed(failure) => {
                let (outcome, _) = failure.outcome();
                format!("{}: {}", Self::outcome(outcome), Self::error_detail(failure.detail()))
            }
        }
    }

    pub(crate) fn exec_failed(name: &str, failure: &CommandFailure) -> String {
        let failed = match failure {
            CommandFailure::Status(code) => format!("ended with exit status {code}"),
            CommandFailure::Signal(number) => format!("was ended by signal {number}"),
            CommandFailure::Interrupted => "was interrupted".to_owned(),
            CommandFailure::NotStarted(error) => format!("could not be run: {error}"),
        };
        format!("{name}: the command of --exec {failed}")
    }

    pub(crate) fn ssh_gap(gap: SshGap, live: &LiveState) -> String {
        match gap {
            SshGap::NotRunning => format!("it does not run: {}", Self::live_state(live)),
            SshGap::NoPort => {
                "it opens no SSH port: add one to `containerPortInfoList`, and replace it"
                    .to_owned()
            }
            SshGap::NoAddress => "the platform shows no address of an SSH port".to_owned(),
            SshGap::UnusableAddress => {
                "the address of an SSH port is not one of an SSH server: it was not written"
                    .to_owned()
            }
        }
    }

    pub(crate) fn exec_outcome(outcome: &ExecOutcome) -> String {
        match outcome {
            ExecOutcome::Accepted => "script accepted".to_owned(),
            ExecOutcome::Skipped(reason) => format!("skipped: {}", exec_skip_reason(reason)),
            ExecOutcome::Failed(CreateError { kind, detail }) => {
                let (outcome, _) = kind.outcome();
                let unknown = match outcome {
                    Outcome::Unknown => "the script may have run, and is not sent again: ",
                    _ => "",
                };
                format!("{}: {unknown}{}", Self::outcome(outcome), Self::error_detail(detail))
            }
        }
    }

    pub(crate) fn exec_summary(number: usize) -> String {
        format!("script accepted for {}", count(number, "instance"))
    }

    pub(crate) fn action_summary(action: Action, count: usize) -> String {
        format!("{count} {}", done(action))
    }

    pub(crate) fn wait_failure(failure: &WaitFailure) -> Cow<'static, str> {
        match failure {
            WaitFailure::Gone => NO_LONGER_EXISTS.into(),
            WaitFailure::Ended { goal, start } => {
                let goal = goal.as_str();
                format!("it ended and is not {goal}:\n  `{start}` starts it again").into()
            }
        }
    }

    pub(crate) fn still_pending(state: &str, queued: Option<Duration>, since: Duration) -> String {
        match queued {
            Some(age) => format!("still {state}, queued for {}", En::short_duration(age)),
            None => format!("still {state} after {}", En::short_duration(since)),
        }
    }

    pub(crate) fn wait_progress(
        open: usize,
        goal: &Status,
        since: Duration,
        counts: &str,
        queued: Option<Duration>,
    ) -> String {
        let (goal, since) = (goal.as_str(), En::short_duration(since));
        let queued = queued.map(|age| format!(" (queued for {})", En::short_duration(age)));
        let queued = queued.unwrap_or_default();
        format!("waiting for {open} to be {goal}, {since}: {counts}{queued}")
    }

    pub(crate) fn wait_summary(
        reached: usize,
        all: usize,
        goal: &Status,
        took: Duration,
    ) -> String {
        if all == 0 {
            return "nothing to wait for".to_owned();
        }
        let (goal, took) = (goal.as_str(), En::short_duration(took));
        format!("{reached} of {all} reached {goal} after {took}")
    }

    /// Returns why a wait ended before all instances had the status `goal`; `status` and `stop` are
    /// commands about the instances that do not have it, the latter if some are queued.
    pub(crate) fn wait_end(
        end: &WaitEnd,
        goal: &Status,
        status: Option<&CommandLine>,
        stop: Option<&CommandLine>,
    ) -> Option<Message> {
        Some(match end {
            WaitEnd::There | WaitEnd::Interrupted => return None,
            WaitEnd::Lost => Message::new(
                format!("not all instances will be {}", goal.as_str()),
                status.map(|status| format!("`{status}` shows them")),
            ),
            WaitEnd::TimedOut(Some(cause)) => {
                format!("timed out, and {}", Self::query_failed(cause)).into()
            }
            WaitEnd::TimedOut(None) => Message::new(
                "timed out",
                match stop {
                    Some(stop) => format!(
                        "instances in status Waiting are queued for free cards; `{stop}` removes \
                         them from the queue"
                    ),
                    None => "wait again with a longer --timeout".to_owned(),
                },
            ),
            WaitEnd::Denied(cause) | WaitEnd::Unreachable(cause) => {
                Self::query_failed(cause).into()
            }
        })
    }
}

fn exec_skip_reason(reason: &ExecSkipReason) -> Cow<'static, str> {
    match reason {
        ExecSkipReason::NotRunning(Some(status)) => {
            format!("it is not running ({})", status.as_str()).into()
        }
        ExecSkipReason::NotRunning(None) | ExecSkipReason::StatusUnknown => {
            "the platform does not show whether it is running".into()
        }
        ExecSkipReason::Gone => NO_LONGER_EXISTS.into(),
        ExecSkipReason::Entry(reason) => En::skip_reason(reason),
        ExecSkipReason::Interrupted => "the run was interrupted".into(),
    }
}

const NO_LONGER_EXISTS: &str = "it no longer exists on the platform";

/// Formats a pause in whole seconds.
fn pause_text(pause: Duration) -> String {
    En::short_duration(Duration::from_secs(pause.as_secs().max(1)))
}

fn done(action: Action) -> &'static str {
    match action {
        Action::Stop => "stopped",
        Action::Start => "started",
    }
}
