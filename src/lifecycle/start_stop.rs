//! Stops running instances and starts ended ones. Only instances in the locks are affected, and
//! nothing is written: both requests can be repeated safely.

use tokio::task::JoinSet;

use super::query::absent;
use super::{LiveState, ObservedInstance};
use crate::api::client::{ApiError, Client, ErrorDetail};
use crate::ids::TaskId;
use crate::inventory::location;
use crate::lockfile::EntryState;

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
    /// There was nothing to do; with the reason.
    AlreadyDone(String),
    /// It was skipped; with the reason.
    Skipped(String),
    /// The platform refused the request.
    Refused(ErrorDetail),
    /// The platform refused the caller.
    Denied(ErrorDetail),
    /// No usable answer, and its status is not conclusive.
    Unknown(ErrorDetail),
    /// The endpoint does not support the call; the request was not accepted.
    Unsupported(ErrorDetail),
}

/// Kind of request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Action {
    Stop,
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
                    Err(ApiError::Denied(cause)) => ActionOutcome::Denied(cause.clone()),
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
///
/// # Panics
/// Never: a start neither panics nor is aborted.
pub async fn start(clients: &[Client], observed: Vec<ObservedInstance>) -> Vec<ActionResult> {
    let (mut done, open) = partition(observed, Action::Start);
    for (client, open) in by_client(clients, open) {
        let mut waiting = open.into_iter();
        let mut flight = JoinSet::new();
        loop {
            while flight.len() < MAX_CONCURRENT_STARTS
                && let Some((at, observed, id)) = waiting.next()
            {
                let client = client.clone();
                flight.spawn(async move {
                    let answer = client.restart(&id).await;
                    (
                        at,
                        ActionResult {
                            observed,
                            outcome: resolve_outcome(&client, &id, answer, Action::Start).await,
                        },
                    )
                });
            }
            let Some(joined) = flight.join_next().await else { break };
            done.push(joined.expect("a start neither panics nor is aborted"));
        }
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
        Err(ApiError::Denied(cause)) => return ActionOutcome::Denied(cause),
        Err(failure) => failure,
    };
    let now = match client.detail(id).await {
        Ok(detail) => LiveState::Present(Box::new(detail)),
        Err(failure) => absent(failure, false).unwrap_or(LiveState::Unknown),
    };
    match (noop_reason(&now, act), failure) {
        (Some(_), _) => ActionOutcome::Done,
        (None, ApiError::Unreachable(cause)) => ActionOutcome::Unknown(cause),
        (None, ApiError::EndpointMissing(cause)) => ActionOutcome::Unsupported(cause),
        (None, ApiError::Refused(cause) | ApiError::Denied(cause)) => ActionOutcome::Refused(cause),
    }
}

/// Returns the reason why there is nothing to do, if so.
fn noop_reason(live: &LiveState, act: Action) -> Option<String> {
    match (live, act) {
        (LiveState::Gone, Action::Stop) => Some("it no longer exists".to_owned()),
        (LiveState::Gone, Action::Start) => {
            Some("it no longer exists; `apply --replace` creates a new one".to_owned())
        }
        (LiveState::Present(detail), _) => {
            let status = detail.status()?;
            let over = status.has_ended();
            match act {
                Action::Stop if over => Some(format!("it already ended ({})", status.as_str())),
                Action::Start if !over => Some(format!("it is already live ({})", status.as_str())),
                _ => None,
            }
        }
        _ => None,
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
        let outcome = match &observed.live {
            LiveState::Unknown => Some(ActionOutcome::Skipped(format!(
                "outcome unknown; {}",
                observed.locked.resolve()
            ))),
            _ if observed.locked.entry.state == EntryState::Deleting => {
                Some(ActionOutcome::Skipped("deletion was requested but not confirmed".to_owned()))
            }
            LiveState::OtherRegion => {
                let location = &observed.locked.entry.endpoint;
                Some(ActionOutcome::Skipped(format!("recorded for endpoint `{location}`")))
            }
            live => noop_reason(live, act).map(ActionOutcome::AlreadyDone),
        };
        match (outcome, observed.locked.entry.task_id.clone()) {
            (None, Some(id)) => open.push((at, observed, id)),
            (outcome, _) => {
                let outcome =
                    outcome.unwrap_or_else(|| ActionOutcome::Skipped("it has no ID".to_owned()));
                done.push((at, ActionResult { observed, outcome }));
            }
        }
    }
    (done, open)
}

fn by_client(clients: &[Client], mut open: PendingAction) -> Vec<(&Client, PendingAction)> {
    let mut parts = Vec::new();
    for client in clients {
        let location = location(client);
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

/// Returns whether stopping sends a request for this instance.
pub fn can_stop(observed: &ObservedInstance) -> bool {
    is_open(observed, Action::Stop)
}

/// Returns whether starting sends a request for this instance.
pub fn can_start(observed: &ObservedInstance) -> bool {
    is_open(observed, Action::Start)
}

fn is_open(observed: &ObservedInstance, act: Action) -> bool {
    matches!(observed.live, LiveState::Present(_) | LiveState::QueryFailed(_))
        && noop_reason(&observed.live, act).is_none()
}
