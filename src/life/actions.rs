//! Stops running instances and starts ended ones. Only instances in the locks are affected, and
//! nothing is written: both requests can be repeated safely.

use tokio::task::JoinSet;

use super::look::absent;
use super::{LiveState, ObservedInstance};
use crate::api::client::{ApiError, Client, ErrorDetail};
use crate::apply::location;
use crate::ids::TaskId;
use crate::lockfile::EntryState;

/// Maximum number of instances in one stop call.
const BATCH: usize = 50;
/// Maximum concurrent start calls.
const MAX_CONCURRENT_STARTS: usize = 8;

/// An instance and the result of stopping or starting it.
#[derive(Debug)]
pub struct ActionResult {
    /// The instance as it was seen before.
    pub seen: ObservedInstance,
    /// The result.
    pub came: ActionOutcome,
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
pub async fn stop(clients: &[Client], seen: Vec<ObservedInstance>) -> Vec<ActionResult> {
    let (mut done, open) = partition(seen, Action::Stop);
    for (client, open) in by_client(clients, open) {
        let mut open = open.into_iter().peekable();
        while open.peek().is_some() {
            let batch: Vec<(usize, ObservedInstance, TaskId)> = open.by_ref().take(BATCH).collect();
            let ids: Vec<TaskId> = batch.iter().map(|(.., id)| id.clone()).collect();
            let answer = client.stop(&ids).await;
            for (at, seen, id) in batch {
                let came = match &answer {
                    Ok(()) => ActionOutcome::Done,
                    Err(ApiError::Denied(fault)) => ActionOutcome::Denied(fault.clone()),
                    // The platform may refuse a whole batch because of one instance.
                    Err(ApiError::Refused(_)) if ids.len() > 1 => {
                        let alone = client.stop(std::slice::from_ref(&id)).await;
                        resolve_outcome(client, &id, alone, Action::Stop).await
                    }
                    Err(failure) => {
                        resolve_outcome(client, &id, Err(failure.clone()), Action::Stop).await
                    }
                };
                done.push((at, ActionResult { seen, came }));
            }
        }
    }
    in_order(done)
}

/// Starts these instances again, under their IDs. Live instances are left as they are.
///
/// # Panics
/// Never: a start neither panics nor is aborted.
pub async fn start(clients: &[Client], seen: Vec<ObservedInstance>) -> Vec<ActionResult> {
    let (mut done, open) = partition(seen, Action::Start);
    for (client, open) in by_client(clients, open) {
        let mut waiting = open.into_iter();
        let mut flight = JoinSet::new();
        loop {
            while flight.len() < MAX_CONCURRENT_STARTS
                && let Some((at, seen, id)) = waiting.next()
            {
                let client = client.clone();
                flight.spawn(async move {
                    let answer = client.restart(&id).await;
                    (
                        at,
                        ActionResult {
                            seen,
                            came: resolve_outcome(&client, &id, answer, Action::Start).await,
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
        Err(ApiError::Denied(fault)) => return ActionOutcome::Denied(fault),
        Err(failure) => failure,
    };
    let now = match client.detail(id).await {
        Ok(detail) => LiveState::Present(Box::new(detail)),
        Err(failure) => absent(failure, false).unwrap_or(LiveState::Unknown),
    };
    match (noop_reason(&now, act), failure) {
        (Some(_), _) => ActionOutcome::Done,
        (None, ApiError::Unreachable(fault)) => ActionOutcome::Unknown(fault),
        (None, ApiError::NoService(fault)) => ActionOutcome::Unsupported(fault),
        (None, ApiError::Refused(fault) | ApiError::Denied(fault)) => ActionOutcome::Refused(fault),
    }
}

/// Returns the reason why there is nothing to do, if so.
fn noop_reason(live: &LiveState, act: Action) -> Option<String> {
    match (live, act) {
        (LiveState::Gone, Action::Stop) => Some("it is gone already".to_owned()),
        (LiveState::Gone, Action::Start) => {
            Some("it is gone; `apply --replace` creates a new one".to_owned())
        }
        (LiveState::Present(detail), _) => {
            let status = detail.status()?;
            let over = status.has_ended();
            match act {
                Action::Stop if over => Some(format!("it ended already ({})", status.as_str())),
                Action::Start if !over => Some(format!("it is live already ({})", status.as_str())),
                _ => None,
            }
        }
        _ => None,
    }
}

type PendingAction = Vec<(usize, ObservedInstance, TaskId)>;

/// Separates the instances that need no request, with their results, from the others.
fn partition(
    seen: Vec<ObservedInstance>,
    act: Action,
) -> (Vec<(usize, ActionResult)>, PendingAction) {
    let (mut done, mut open) = (Vec::new(), Vec::new());
    for (at, seen) in seen.into_iter().enumerate() {
        let came = match &seen.live {
            LiveState::Unknown => Some(ActionOutcome::Skipped(format!(
                "its outcome is unknown; {}",
                seen.held.resolve()
            ))),
            _ if seen.held.entry.state == EntryState::Deleting => Some(ActionOutcome::Skipped(
                "its deletion was requested but is not confirmed".to_owned(),
            )),
            LiveState::OtherRegion => {
                let place = &seen.held.entry.endpoint;
                Some(ActionOutcome::Skipped(format!("the lock has it at `{place}`")))
            }
            live => noop_reason(live, act).map(ActionOutcome::AlreadyDone),
        };
        match (came, seen.held.entry.task_id.clone()) {
            (None, Some(id)) => open.push((at, seen, id)),
            (came, _) => {
                let came =
                    came.unwrap_or_else(|| ActionOutcome::Skipped("it has no ID".to_owned()));
                done.push((at, ActionResult { seen, came }));
            }
        }
    }
    (done, open)
}

fn by_client(clients: &[Client], mut open: PendingAction) -> Vec<(&Client, PendingAction)> {
    let mut parts = Vec::new();
    for client in clients {
        let place = location(client);
        let (here, rest) =
            open.into_iter().partition(|(_, seen, _)| place.matches_entry(&seen.held.entry));
        parts.push((client, here));
        open = rest;
    }
    parts
}

fn in_order(mut done: Vec<(usize, ActionResult)>) -> Vec<ActionResult> {
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, did)| did).collect()
}

/// Returns whether stopping sends a request for this instance.
pub fn can_stop(seen: &ObservedInstance) -> bool {
    is_open(seen, Action::Stop)
}

/// Returns whether starting sends a request for this instance.
pub fn can_start(seen: &ObservedInstance) -> bool {
    is_open(seen, Action::Start)
}

fn is_open(seen: &ObservedInstance, act: Action) -> bool {
    matches!(seen.live, LiveState::Present(_) | LiveState::QueryFailed(_))
        && noop_reason(&seen.live, act).is_none()
}
