//! Stops what runs, and starts what is over. Only what the locks hold, and nothing is written: both
//! can be asked for again without harm.

use tokio::task::JoinSet;

use super::look::absent;
use super::{Live, Seen};
use crate::api::client::{ApiError, Client, ErrorDetail};
use crate::apply::place;
use crate::ids::TaskId;
use crate::lockfile::EntryState;

/// Instances that one stop call names.
const BATCH: usize = 50;
/// Start calls in flight at once.
const STARTS_AT_ONCE: usize = 8;

/// An instance, and what came of stopping or starting it.
#[derive(Debug)]
pub struct Did {
    /// The instance, as it was seen before.
    pub seen: Seen,
    /// What came of it.
    pub came: Came,
}

/// What came of stopping or starting an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Came {
    /// The platform did it.
    Done,
    /// There was nothing to do; why.
    AsIs(String),
    /// It was left alone; why.
    LeftAlone(String),
    /// The platform would not.
    Refused(ErrorDetail),
    /// The platform refused the caller.
    Denied(ErrorDetail),
    /// No usable answer, and its status does not tell.
    Unclear(ErrorDetail),
    /// The address has no such call: nothing took the request.
    NotTaken(ErrorDetail),
}

/// What is asked of the platform.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Act {
    Stop,
    Start,
}

/// Stops these. What is over or gone counts as done.
pub async fn stop(clients: &[Client], seen: Vec<Seen>) -> Vec<Did> {
    let (mut done, open) = sort(seen, Act::Stop);
    for (client, open) in by_client(clients, open) {
        let mut open = open.into_iter().peekable();
        while open.peek().is_some() {
            let batch: Vec<(usize, Seen, TaskId)> = open.by_ref().take(BATCH).collect();
            let ids: Vec<TaskId> = batch.iter().map(|(.., id)| id.clone()).collect();
            let answer = client.stop(&ids).await;
            for (at, seen, id) in batch {
                let came = match &answer {
                    Ok(()) => Came::Done,
                    Err(ApiError::Denied(fault)) => Came::Denied(fault.clone()),
                    // Of several the platform may refuse all for the sake of one.
                    Err(ApiError::Refused(_)) if ids.len() > 1 => {
                        let alone = client.stop(std::slice::from_ref(&id)).await;
                        settle(client, &id, alone, Act::Stop).await
                    }
                    Err(failure) => settle(client, &id, Err(failure.clone()), Act::Stop).await,
                };
                done.push((at, Did { seen, came }));
            }
        }
    }
    in_order(done)
}

/// Starts these anew, under their IDs. What is live is left as it runs.
///
/// # Panics
/// Never: a start neither panics nor is aborted.
pub async fn start(clients: &[Client], seen: Vec<Seen>) -> Vec<Did> {
    let (mut done, open) = sort(seen, Act::Start);
    for (client, open) in by_client(clients, open) {
        let mut waiting = open.into_iter();
        let mut flight = JoinSet::new();
        loop {
            while flight.len() < STARTS_AT_ONCE
                && let Some((at, seen, id)) = waiting.next()
            {
                let client = client.clone();
                flight.spawn(async move {
                    let answer = client.restart(&id).await;
                    (at, Did { seen, came: settle(&client, &id, answer, Act::Start).await })
                });
            }
            let Some(joined) = flight.join_next().await else { break };
            done.push(joined.expect("a start neither panics nor is aborted"));
        }
    }
    in_order(done)
}

/// What came of one request; where the answer does not tell, the instance's status does.
async fn settle(client: &Client, id: &TaskId, answer: Result<(), ApiError>, act: Act) -> Came {
    let failure = match answer {
        Ok(()) => return Came::Done,
        Err(ApiError::Denied(fault)) => return Came::Denied(fault),
        Err(failure) => failure,
    };
    let now = match client.detail(id).await {
        Ok(detail) => Live::Shown(Box::new(detail)),
        Err(failure) => absent(failure, false).unwrap_or(Live::Unknown),
    };
    match (nothing_to_do(&now, act), failure) {
        (Some(_), _) => Came::Done,
        (None, ApiError::Unreachable(fault)) => Came::Unclear(fault),
        (None, ApiError::NoService(fault)) => Came::NotTaken(fault),
        (None, ApiError::Refused(fault) | ApiError::Denied(fault)) => Came::Refused(fault),
    }
}

/// Why there is nothing to do, where there is not.
fn nothing_to_do(live: &Live, act: Act) -> Option<String> {
    match (live, act) {
        (Live::Gone, Act::Stop) => Some("it is gone already".to_owned()),
        (Live::Gone, Act::Start) => {
            Some("it is gone; `apply --replace` creates a new one".to_owned())
        }
        (Live::Shown(detail), _) => {
            let status = detail.status()?;
            let over = status.has_ended();
            match act {
                Act::Stop if over => Some(format!("it ended already ({})", status.as_str())),
                Act::Start if !over => Some(format!("it is live already ({})", status.as_str())),
                _ => None,
            }
        }
        _ => None,
    }
}

type Open = Vec<(usize, Seen, TaskId)>;

/// What is settled without a request, and what is not.
fn sort(seen: Vec<Seen>, act: Act) -> (Vec<(usize, Did)>, Open) {
    let (mut done, mut open) = (Vec::new(), Vec::new());
    for (at, seen) in seen.into_iter().enumerate() {
        let came = match &seen.live {
            Live::Unknown => {
                Some(Came::LeftAlone(format!("its outcome is unknown; {}", seen.held.resolve())))
            }
            _ if seen.held.entry.state == EntryState::Deleting => {
                Some(Came::LeftAlone("its deletion was requested but is not confirmed".to_owned()))
            }
            Live::Elsewhere => {
                let place = &seen.held.entry.endpoint;
                Some(Came::LeftAlone(format!("the lock has it at `{place}`")))
            }
            live => nothing_to_do(live, act).map(Came::AsIs),
        };
        match (came, seen.held.entry.task_id.clone()) {
            (None, Some(id)) => open.push((at, seen, id)),
            (came, _) => {
                let came = came.unwrap_or_else(|| Came::LeftAlone("it has no ID".to_owned()));
                done.push((at, Did { seen, came }));
            }
        }
    }
    (done, open)
}

fn by_client(clients: &[Client], mut open: Open) -> Vec<(&Client, Open)> {
    let mut parts = Vec::new();
    for client in clients {
        let place = place(client);
        let (here, rest) =
            open.into_iter().partition(|(_, seen, _)| place.matches_entry(&seen.held.entry));
        parts.push((client, here));
        open = rest;
    }
    parts
}

fn in_order(mut done: Vec<(usize, Did)>) -> Vec<Did> {
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, did)| did).collect()
}

/// Whether stopping sends anything for this.
pub fn can_stop(seen: &Seen) -> bool {
    is_open(seen, Act::Stop)
}

/// Whether starting sends anything for this.
pub fn can_start(seen: &Seen) -> bool {
    is_open(seen, Act::Start)
}

fn is_open(seen: &Seen, act: Act) -> bool {
    matches!(seen.live, Live::Shown(_) | Live::Unasked(_))
        && nothing_to_do(&seen.live, act).is_none()
}
