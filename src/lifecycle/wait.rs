//! Waits until instances reach a status: polls at once, then after growing pauses.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::query::{QueryScope, QueryTargets, query};
use super::{SkipReason, WaitFailure};
use crate::api::client::{ApiError, Client, ErrorDetail};
use crate::api::endpoints::detail::Status;
use crate::exit_status::{ExitClass, ExitClasses};
use crate::ids::TaskId;
use crate::interrupts::{Polling, wait_for_signals};
use crate::lifecycle::instance::{LiveState, LockedInstance, ObservedInstance};
use crate::lockfile::EntryState;

/// Pause after the first poll. The platform is never polled more often than that.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// Growth of the pauses.
const GROWTH: f64 = 1.5;
/// Maximum pause.
const MAX_PAUSE: Duration = Duration::from_secs(15);

/// Pauses between polls: the first, the growth of the following ones, and the maximum.
pub const POLL_PAUSES: (Duration, f64, Duration) = (FIRST_PAUSE, GROWTH, MAX_PAUSE);

/// Goal of a wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitGoal {
    /// The status. A later live status also counts.
    pub status: Status,
    /// Maximum total wait.
    pub patience: Duration,
}

/// Progress of an instance towards the goal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WaitProgress {
    /// It reached the status or has passed it.
    Reached,
    /// It may still reach it.
    Pending,
    /// It will no longer reach it.
    Failed(WaitFailure),
    /// It cannot be waited for.
    LeftAlone(SkipReason),
}

/// Reason why a wait ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WaitEnd {
    /// All instances that could be waited for reached the status.
    There,
    /// At least one will no longer reach it.
    Lost,
    /// The timeout passed; with the error of the last poll, if it failed.
    TimedOut(Option<ErrorDetail>),
    /// A signal arrived.
    Interrupted,
    /// The platform refused the caller.
    Denied(ErrorDetail),
    /// The platform could not be queried in the first poll.
    Unreachable(ErrorDetail),
}

/// The instances to wait for, and how to query them.
#[derive(Debug)]
pub struct WaitTargets {
    /// Clients of their regions.
    pub clients: Vec<Client>,
    /// Their entries.
    pub locked: Vec<LockedInstance>,
    /// The IDs that the loaded locks record as their own.
    pub owned: BTreeSet<TaskId>,
}

/// Result of a wait.
#[derive(Debug)]
pub struct WaitResult {
    /// Every instance as last seen, with its progress, in the order given.
    pub instances: Vec<(ObservedInstance, WaitProgress)>,
    /// The reason why it ended.
    pub end: WaitEnd,
    /// Its exit status classes.
    pub classes: ExitClasses,
    /// Total duration of the wait.
    pub took: Duration,
}

/// Event of a wait.
#[derive(Debug)]
pub enum WaitEvent<'a> {
    /// An instance is seen for the first time, or with a new status.
    Changed(&'a ObservedInstance, &'a WaitProgress),
    /// All instances were polled.
    Polled {
        /// Every instance as last seen.
        instances: &'a [(ObservedInstance, WaitProgress)],
        /// Time since the wait began.
        since: Duration,
    },
    /// The platform could not be queried; the wait continues.
    Trouble(&'a ErrorDetail),
}

/// Waits until all entries reach the status, one can no longer reach it, or the timeout passes.
/// Entries that reached it are not polled again.
pub async fn wait(
    WaitTargets { clients, locked, owned }: WaitTargets,
    aim: &WaitGoal,
    interrupts: watch::Receiver<u8>,
    observe: &mut dyn FnMut(WaitEvent<'_>),
) -> WaitResult {
    let begun = Instant::now();
    let mut polling =
        Polling::start(aim.patience, FIRST_PAUSE, GROWTH, MAX_PAUSE, interrupts.clone());
    let unseen = |locked| ObservedInstance {
        locked,
        live: LiveState::Unknown,
        others: Vec::new(),
        age: None,
    };
    let mut waited: Vec<(ObservedInstance, WaitProgress)> =
        locked.into_iter().map(|locked| (unseen(locked), WaitProgress::Pending)).collect();
    let mut first = true;
    let end = loop {
        let last = polling.is_last();
        let polled = tokio::select! {
            polled = poll(&clients, &mut waited, &owned, aim, observe) => polled,
            () = wait_for_signals(interrupts.clone(), 1) => break WaitEnd::Interrupted,
        };
        let trouble = match polled {
            Ok(()) => None,
            Err(ApiError::Denied(cause)) => break WaitEnd::Denied(cause),
            Err(failure) if first => break WaitEnd::Unreachable(failure.into_detail()),
            Err(failure) => Some(failure.into_detail()),
        };
        if let (true, Some(cause)) = (first, query_failure(&waited)) {
            break WaitEnd::Unreachable(cause);
        }
        first = false;
        if let Some(end) = end_reason(&waited) {
            break end;
        }
        if last {
            break WaitEnd::TimedOut(trouble);
        }
        match &trouble {
            Some(trouble) => observe(WaitEvent::Trouble(trouble)),
            None => observe(WaitEvent::Polled { instances: &waited, since: begun.elapsed() }),
        }
        if !polling.next_poll(None).await {
            break WaitEnd::Interrupted;
        }
    };
    let classes = classes(&waited, &end);
    WaitResult { instances: waited, end, classes, took: begun.elapsed() }
}

/// Returns the reason why there is nothing more to wait for, if so.
fn end_reason(waited: &[(ObservedInstance, WaitProgress)]) -> Option<WaitEnd> {
    let mut verdicts = waited.iter().map(|(_, verdict)| verdict);
    if verdicts.clone().any(|verdict| matches!(verdict, WaitProgress::Failed(_))) {
        return Some(WaitEnd::Lost);
    }
    verdicts.all(|verdict| *verdict != WaitProgress::Pending).then_some(WaitEnd::There)
}

/// Returns the platform's error if it reported the state of no instance at all.
fn query_failure(waited: &[(ObservedInstance, WaitProgress)]) -> Option<ErrorDetail> {
    let reason = |(observed, _): &(ObservedInstance, WaitProgress)| match &observed.live {
        LiveState::QueryFailed(cause) => Some(cause.clone()),
        _ => None,
    };
    waited.iter().map(reason).collect::<Option<Vec<_>>>()?.pop()
}

/// Polls the pending instances and reports changes.
async fn poll(
    clients: &[Client],
    waited: &mut [(ObservedInstance, WaitProgress)],
    owned: &BTreeSet<TaskId>,
    aim: &WaitGoal,
    observe: &mut dyn FnMut(WaitEvent<'_>),
) -> Result<(), ApiError> {
    let open: Vec<usize> =
        (0..waited.len()).filter(|&at| waited[at].1 == WaitProgress::Pending).collect();
    let locked: Vec<LockedInstance> = open.iter().map(|&at| waited[at].0.locked.clone()).collect();
    let targets = QueryTargets { locked: &locked, missing: &[], owned };
    let polled = query(clients, targets, QueryScope::default()).await?;
    for (at, observed) in open.into_iter().zip(polled.instances) {
        let verdict = progress_of(&observed, &aim.status);
        let changed =
            verdict != WaitProgress::Pending || observed.status() != waited[at].0.status();
        waited[at] = (observed, verdict);
        if changed {
            observe(WaitEvent::Changed(&waited[at].0, &waited[at].1));
        }
    }
    Ok(())
}

/// Returns the progress of an instance towards a status.
pub fn progress_of(observed: &ObservedInstance, aim: &Status) -> WaitProgress {
    let detail = match &observed.live {
        LiveState::Present(detail) => detail,
        LiveState::Gone => return WaitProgress::Failed(WaitFailure::Gone),
        LiveState::Unknown => {
            return WaitProgress::LeftAlone(SkipReason::OutcomeUnknown(observed.locked.resolve()));
        }
        LiveState::OtherRegion => {
            let endpoint = observed.locked.entry.endpoint.clone();
            return WaitProgress::LeftAlone(SkipReason::RecordedFor(endpoint));
        }
        LiveState::QueryFailed(_) => return WaitProgress::Pending,
    };
    if observed.locked.entry.state == EntryState::Deleting {
        return WaitProgress::LeftAlone(SkipReason::DeletionNotConfirmed);
    }
    let Some(status) = detail.status() else { return WaitProgress::Pending };
    let order = |status: &Status| match status {
        Status::Waiting => Some(0),
        Status::Deploying => Some(1),
        Status::Running => Some(2),
        _ => None,
    };
    match (order(&status), order(aim)) {
        _ if status == *aim => WaitProgress::Reached,
        (Some(now), Some(aim)) if now > aim => WaitProgress::Reached,
        _ if status.has_ended() => {
            let LockedInstance { manifest, name, .. } = &observed.locked;
            let start = manifest.command("start").value(name.as_str());
            WaitProgress::Failed(WaitFailure::Ended { goal: aim.clone(), start })
        }
        _ => WaitProgress::Pending,
    }
}

fn classes(waited: &[(ObservedInstance, WaitProgress)], end: &WaitEnd) -> ExitClasses {
    let left =
        |(observed, verdict): &(ObservedInstance, WaitProgress)| match (&observed.live, verdict) {
            (LiveState::OtherRegion, WaitProgress::LeftAlone(_)) => Some(ExitClass::Blocked),
            (_, WaitProgress::LeftAlone(_)) => Some(ExitClass::Unknown),
            _ => None,
        };
    let mut classes: ExitClasses = waited.iter().filter_map(left).collect();
    match end {
        WaitEnd::There => {}
        WaitEnd::Lost | WaitEnd::TimedOut(_) => classes.insert(ExitClass::WaitFailed),
        WaitEnd::Interrupted => classes.insert(ExitClass::Interrupted),
        WaitEnd::Denied(_) => classes.insert(ExitClass::Denied),
        WaitEnd::Unreachable(_) => classes.insert(ExitClass::Unreachable),
    }
    classes
}
