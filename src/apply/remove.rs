//! Deletes an instance and waits until it is gone. A delete may be sent again without harm.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::create::interrupted;
use crate::api::client::{Client, Failure, Fault};
use crate::ids::TaskId;

/// The pause before the second look; each one after it is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// No pause is longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// What came of a delete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Removal {
    /// It is not there, or it is over.
    Gone,
    /// The platform took the request, and the instance is still there.
    StillThere,
    /// The platform would not, and the instance is not gone.
    Refused(Fault),
    /// The credentials have no permission.
    Denied(Fault),
    /// No usable answer.
    Unreachable(Fault),
    /// The address has no such call: nothing took the request.
    NotTaken(Fault),
    /// A signal came before it was sent.
    NotStarted,
}

/// Deletes one instance and waits until it is gone.
pub(super) async fn remove(
    client: &Client,
    id: &TaskId,
    patience: Duration,
    interrupts: watch::Receiver<u8>,
) -> Removal {
    if *interrupts.borrow() > 0 {
        return Removal::NotStarted;
    }
    match client.delete(std::slice::from_ref(id)).await {
        Ok(()) => wait_until_gone(client, id, patience, interrupts).await,
        Err(Failure::Denied(fault)) => Removal::Denied(fault),
        Err(Failure::Unreachable(fault)) => Removal::Unreachable(fault),
        Err(failure) => match client.detail(id).await {
            Err(Failure::Refused(said) | Failure::NoService(said)) if said.tells_absence() => {
                Removal::Gone
            }
            _ if matches!(failure, Failure::NoService(_)) => {
                Removal::NotTaken(failure.into_fault())
            }
            _ => Removal::Refused(failure.into_fault()),
        },
    }
}

async fn wait_until_gone(
    client: &Client,
    id: &TaskId,
    patience: Duration,
    interrupts: watch::Receiver<u8>,
) -> Removal {
    let deadline = Instant::now() + patience;
    let mut pause = FIRST_PAUSE;
    loop {
        let last = Instant::now() >= deadline;
        match client.detail(id).await {
            Ok(detail) if detail.status().is_some_and(|status| status.is_over()) => {
                return Removal::Gone;
            }
            // After a delete that was taken, any answer without the instance means that it is gone.
            Err(Failure::NoService(_)) => return Removal::Gone,
            Err(Failure::Refused(said)) if !said.is_internal() => {
                return Removal::Gone;
            }
            Err(Failure::Denied(fault)) => return Removal::Denied(fault),
            _ if last => return Removal::StillThere,
            _ => {}
        }
        tokio::select! {
            () = sleep_until((Instant::now() + pause).min(deadline)) => {}
            () = interrupted(interrupts.clone(), 1) => return Removal::StillThere,
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}
