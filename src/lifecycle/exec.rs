//! Runs a script on running instances of the locks. A script must not run twice by itself, so a call
//! with an unclear answer is never repeated.

use futures_util::{StreamExt, stream};
use tokio::sync::watch;

use super::SkipReason;
use super::instance::{LiveState, ObservedInstance};
use crate::api::client::{Client, CreateError, CreateErrorKind, ErrorMessage};
use crate::api::endpoints::detail::Status;
use crate::api::endpoints::execute_script::Script;
use crate::ids::TaskId;
use crate::interrupts::wait_for_signals;

/// Maximum concurrent calls.
const MAX_CONCURRENT_CALLS: usize = 8;

/// An instance and the result of running a script on it.
#[derive(Debug)]
pub struct ExecResult {
    /// The instance as it was seen before.
    pub observed: ObservedInstance,
    /// The result.
    pub outcome: ExecOutcome,
}

/// Result of running a script on an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExecOutcome {
    /// The platform accepted the script.
    Accepted,
    /// Nothing was sent.
    Skipped(ExecSkipReason),
    /// The call failed.
    Failed(CreateError),
}

/// Reason why a script is not sent to an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExecSkipReason {
    /// It does not run; with its status, if the platform shows one.
    NotRunning(Option<Status>),
    /// It no longer exists.
    Gone,
    /// Its status is unknown.
    StatusUnknown,
    /// Its entry in the lock cannot be used.
    Entry(SkipReason),
    /// The run was interrupted.
    Interrupted,
}

/// Returns the reason why a script is not sent to this instance, if any.
pub fn exec_skip_reason(observed: &ObservedInstance) -> Option<ExecSkipReason> {
    if let Some(reason) = observed.skip_reason() {
        return Some(ExecSkipReason::Entry(reason));
    }
    match &observed.live {
        LiveState::Gone => Some(ExecSkipReason::Gone),
        LiveState::Present(detail) => {
            let status = detail.status();
            (status != Some(Status::Running)).then_some(ExecSkipReason::NotRunning(status))
        }
        _ => Some(ExecSkipReason::StatusUnknown),
    }
}

/// Runs a script on those of the instances that run, in their order. After the first signal no call
/// starts; after the second one, calls in flight are not awaited.
pub async fn exec(
    clients: &[Client],
    observed: Vec<ObservedInstance>,
    script: Script<'_>,
    interrupts: watch::Receiver<u8>,
) -> Vec<ExecResult> {
    let run = async |observed: ObservedInstance| {
        let entry = &observed.locked.entry;
        let client = clients.iter().find(|client| client.location().matches_entry(entry));
        let outcome = match (exec_skip_reason(&observed), client, &entry.task_id) {
            (Some(reason), ..) => ExecOutcome::Skipped(reason),
            _ if *interrupts.borrow() > 0 => ExecOutcome::Skipped(ExecSkipReason::Interrupted),
            (None, Some(client), Some(id)) => send(client, id, script, interrupts.clone()).await,
            (None, ..) => ExecOutcome::Skipped(ExecSkipReason::Entry(SkipReason::NoId)),
        };
        ExecResult { observed, outcome }
    };
    stream::iter(observed.into_iter().map(run)).buffered(MAX_CONCURRENT_CALLS).collect().await
}

async fn send(
    client: &Client,
    id: &TaskId,
    script: Script<'_>,
    interrupts: watch::Receiver<u8>,
) -> ExecOutcome {
    let halt = wait_for_signals(interrupts.clone(), 1);
    let answer = tokio::select! {
        // An answer that has arrived counts, even if a signal has arrived as well.
        biased;
        answer = client.execute_script(id, script, halt) => answer,
        () = wait_for_signals(interrupts, 2) => {
            let detail = ErrorMessage::InterruptedBeforeResponse.into();
            Err(CreateError { kind: CreateErrorKind::Unknown, detail })
        }
    };
    answer.map_or_else(ExecOutcome::Failed, |()| ExecOutcome::Accepted)
}
