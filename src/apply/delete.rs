//! Deletes an instance and waits until it is gone. A delete can be repeated safely.

use std::time::Duration;

use tokio::sync::watch;

use crate::api::client::{ApiError, Client};
use crate::ids::TaskId;
use crate::interrupts::Polling;
use crate::inventory::InstanceList;

/// Pause before the second poll; each following one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// Maximum wait for a deletion whose answer was lost.
const AFTER_NO_ANSWER: Duration = Duration::from_secs(10);
/// Maximum pause.
const MAX_PAUSE: Duration = Duration::from_secs(5);

/// Result of a delete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum DeleteOutcome {
    /// The instance does not exist or has ended.
    Gone,
    /// The platform accepted the request, but the instance still exists.
    TimedOut,
    /// The request failed, and the instance is not gone.
    Failed(ApiError),
    /// A signal arrived before it was sent.
    Cancelled,
    /// It was not sent: this run no longer owns the lock at the remote.
    ClaimLost,
}

impl DeleteOutcome {
    /// Returns whether the instance certainly stays: the platform did not accept a delete.
    pub(super) fn is_kept(&self) -> bool {
        match self {
            Self::Gone | Self::TimedOut | Self::Failed(ApiError::Unreachable(_)) => false,
            Self::Failed(_) | Self::Cancelled | Self::ClaimLost => true,
        }
    }
}

/// Deletes one instance and waits until it is gone. If the instance is gone, it counts as deleted,
/// whatever the answer to the delete was.
pub(super) async fn remove(
    client: &Client,
    id: &TaskId,
    timeout: Duration,
    interrupts: watch::Receiver<u8>,
) -> DeleteOutcome {
    if *interrupts.borrow() > 0 {
        return DeleteOutcome::Cancelled;
    }
    match client.delete(std::slice::from_ref(id)).await {
        Ok(()) => wait_until_deleted(client, id, timeout, interrupts).await,
        Err(failure @ ApiError::Unreachable(_)) => {
            // The delete may have been carried out; query the instance.
            match wait_until_deleted(client, id, timeout.min(AFTER_NO_ANSWER), interrupts).await {
                known @ (DeleteOutcome::Gone | DeleteOutcome::Failed(_)) => known,
                _ => DeleteOutcome::Failed(failure),
            }
        }
        Err(failure) => match presence(client, id).await {
            Presence::Gone => DeleteOutcome::Gone,
            _ => DeleteOutcome::Failed(failure),
        },
    }
}

/// State of an instance after a delete that was or may have been accepted.
enum Presence {
    /// The platform has no such instance.
    Gone,
    /// It ended and is no longer billed.
    Over,
    /// It exists, or no answer is conclusive.
    Unclear,
    /// The credentials have no permission.
    Denied(ApiError),
}

/// Queries the detail, and the list if the detail is not conclusive.
async fn presence(client: &Client, id: &TaskId) -> Presence {
    match client.detail(id).await {
        Ok(detail) if detail.is_live() => Presence::Unclear,
        Ok(_) => Presence::Over,
        Err(ApiError::Refused(reason) | ApiError::EndpointMissing(reason))
            if reason.means_not_found() =>
        {
            Presence::Gone
        }
        Err(denied @ ApiError::Denied(_)) => Presence::Denied(denied),
        Err(ApiError::Unreachable(_)) => Presence::Unclear,
        Err(ApiError::Refused(_) | ApiError::EndpointMissing(_)) => {
            match InstanceList::fetch_all(client, &[]).await {
                Ok(listing) => match listing.get(id) {
                    Some(item) if item.is_live() => Presence::Unclear,
                    Some(_) => Presence::Over,
                    None if listing.is_complete() => Presence::Gone,
                    None => Presence::Unclear,
                },
                Err(_) => Presence::Unclear,
            }
        }
    }
}

async fn wait_until_deleted(
    client: &Client,
    id: &TaskId,
    timeout: Duration,
    interrupts: watch::Receiver<u8>,
) -> DeleteOutcome {
    let mut polling = Polling::start(timeout, FIRST_PAUSE, 2.0, MAX_PAUSE, interrupts);
    loop {
        let last = polling.is_last();
        match presence(client, id).await {
            Presence::Gone | Presence::Over => return DeleteOutcome::Gone,
            Presence::Denied(denied) => return DeleteOutcome::Failed(denied),
            Presence::Unclear if last => return DeleteOutcome::TimedOut,
            Presence::Unclear => {}
        }
        if !polling.next_poll(None).await {
            return DeleteOutcome::TimedOut;
        }
    }
}
