//! Stops running instances and starts ended ones. Only instances in the locks are affected, and
//! nothing is written: both requests can be repeated safely.

use futures_util::{StreamExt, stream};

use super::query::absent;
use super::{NoopReason, SkipReason};
use crate::api::client::{ApiError, Client};
use crate::ids::TaskId;
use crate::lifecycle::instance::{LiveState, ObservedInstance};

/// Maximum number of instances in one stop call.
const BATCH: usize = 50;
/// Maximum concurrent start calls.
const MAX_CONCURRENT_STARTS: usize = 8;

/// An instance and the result of stopping or starting it.
#[derive(Debug)]
pub struct ActionResult {
    /// The instance as it was seen before.
    pub observed: ObservedInstance,
    /// The result.
    pub outcome: ActionOutcome,
}

/// Result of stopping or starting an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActionOutcome {
    /// The instance was stopped or started.
    Done,
    /// There was nothing to do.
    AlreadyDone(NoopReason),
    /// It was skipped.
    Skipped(SkipReason),
    /// The request failed, and the status of the instance is not conclusive.
    Failed(ApiError),
}

/// Kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Stops running instances.
    Stop,
    /// Starts ended instances again.
    Start,
}

/// Stops these instances. An instance that ended or is gone counts as done.
pub async fn stop(clients: &[Client], observed: Vec<ObservedInstance>) -> Vec<ActionResult> {
    let (mut done, open) = partition(observed, Action::Stop);
    for (client, open) in by_client(clients, open) {
        let mut open = open.into_iter().peekable();
        while open.peek().is_some() {
            let batch: Vec<(usize, ObservedInstance, TaskId)> = open.by_ref().take(BATCH).collect();
            let ids: Vec<TaskId> = batch.iter().map(|(.., id)| id.clone()).collect();
            let answer = client.stop(&ids).await;
            for (at, observed, id) in batch {
                let outcome = match &answer {
                    Ok(()) => ActionOutcome::Done,
                    Err(denied @ ApiError::Denied(_)) => ActionOutcome::Failed(denied.clone()),
                    // The platform may refuse a whole batch because of one instance.
                    Err(ApiError::Refused(_)) if ids.len() > 1 => {
                        let alone = client.stop(std::slice::from_ref(&id)).await;
                        resolve_outcome(client, &id, alone, Action::Stop).await
                    }
                    Err(failure) => {
                        resolve_outcome(client, &id, Err(failure.clone()), Action::Stop).await
                    }
                };
                done.push((at, ActionResult { observed, outcome }));
            }
        }
    }
    in_order(done)
}

/// Starts these instances again, under their IDs. Live instances are left as they are.
pub async fn start(clients: &[Client], observed: Vec<ObservedInstance>) -> Vec<ActionResult> {
    let (mut done, open) = partition(observed, Action::Start);
    for (client, open) in by_client(clients, open) {
        let start = async |(at, observed, id)| {
            let answer = client.restart(&id).await;
            let outcome = resolve_outcome(client, &id, answer, Action::Start).await;
            (at, ActionResult { observed, outcome })
        };
        let starts = stream::iter(open.into_iter().map(start));
        done.extend(starts.buffer_unordered(MAX_CONCURRENT_STARTS).collect::<Vec<_>>().await);
    }
    in_order(done)
}

/// Returns the result of one request; if the answer is not conclusive, the instance's status
/// decides.
async fn resolve_outcome(
    client: &Client,
    id: &TaskId,
    answer: Result<(), ApiError>,
    act: Action,
) -> ActionOutcome {
    let failure = match answer {
        Ok(()) => return ActionOutcome::Done,
        Err(denied @ ApiError::Denied(_)) => return ActionOutcome::Failed(denied),
        Err(failure) => failure,
    };
    let now = match client.detail(id).await {
        Ok(detail) => LiveState::Present(Box::new(detail)),
        Err(failure) => absent(failure, false).unwrap_or(LiveState::Unknown),
    };
    match noop_reason(&now, act) {
        Some(_) => ActionOutcome::Done,
        None => ActionOutcome::Failed(failure),
    }
}

/// Returns the reason why there is nothing to do, if so.
fn noop_reason(live: &LiveState, act: Action) -> Option<NoopReason> {
    match (live, act) {
        (LiveState::Gone, Action::Stop) => Some(NoopReason::GoneBeforeStop),
        (LiveState::Gone, Action::Start) => Some(NoopReason::GoneBeforeStart),
        (live, _) => {
            let status = live.status()?;
            match act {
                Action::Stop if status.has_ended() => Some(NoopReason::Ended(status)),
                Action::Start if !status.has_ended() => Some(NoopReason::Live(status)),
                _ => None,
            }
        }
    }
}

type PendingAction = Vec<(usize, ObservedInstance, TaskId)>;

/// Separates the instances that need no request, with their results, from the others.
fn partition(
    observed: Vec<ObservedInstance>,
    act: Action,
) -> (Vec<(usize, ActionResult)>, PendingAction) {
    let (mut done, mut open) = (Vec::new(), Vec::new());
    for (at, observed) in observed.into_iter().enumerate() {
        let outcome = match (observed.skip_reason(), noop_reason(&observed.live, act)) {
            (Some(reason), _) => Some(ActionOutcome::Skipped(reason)),
            (None, None) if would_double(&observed, act) => {
                let others = observed.others.iter().filter(|other| other.is_live());
                let ids = others.map(|other| other.id.clone()).collect();
                Some(ActionOutcome::Skipped(SkipReason::AnotherIsLive(ids)))
            }
            (None, noop) => noop.map(ActionOutcome::AlreadyDone),
        };
        match (outcome, observed.locked.entry.task_id.clone()) {
            (None, Some(id)) => open.push((at, observed, id)),
            (outcome, _) => {
                let outcome = outcome.unwrap_or(ActionOutcome::Skipped(SkipReason::NoId));
                done.push((at, ActionResult { observed, outcome }));
            }
        }
    }
    (done, open)
}

fn by_client(clients: &[Client], mut open: PendingAction) -> Vec<(&Client, PendingAction)> {
    let mut parts = Vec::new();
    for client in clients {
        let location = client.location();
        let (target, rest) = open
            .into_iter()
            .partition(|(_, observed, _)| location.matches_entry(&observed.locked.entry));
        parts.push((client, target));
        open = rest;
    }
    parts
}

fn in_order(mut done: Vec<(usize, ActionResult)>) -> Vec<ActionResult> {
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, results)| results).collect()
}

/// Returns whether an action sends a request for this instance.
pub fn needs_request(observed: &ObservedInstance, act: Action) -> bool {
    matches!(observed.live, LiveState::Present(_) | LiveState::QueryFailed(_))
        && noop_reason(&observed.live, act).is_none()
        && !would_double(observed, act)
}

/// Returns whether an action would make a second instance of a name live.
fn would_double(observed: &ObservedInstance, act: Action) -> bool {
    act == Action::Start && observed.has_duplicate()
}
