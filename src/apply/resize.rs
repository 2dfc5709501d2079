//! Changes the sizes of instances recorded in locks. The call may be repeated; the detail of the
//! instance decides whether it had an effect, and only then its entry is changed.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use tokio::sync::watch;

use super::{ApplyReport, DeleteOptions, Event, InstanceNote, InstanceReport, Outcome};
use crate::api::client::{ApiError, Client};
use crate::api::endpoints::actions::Resize;
use crate::exit_status::ExitClass;
use crate::ids::InstanceName;
use crate::interrupts::Polling;
use crate::lockfile::{DurablePlace, Entry, EntryChange, LockError, LockStore, RequestBody};
use crate::plan::{FieldChange, PlanAction, SIZES, differences};
use crate::text::CommandLine;

/// Pause before the second poll; each following one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// Maximum pause.
const MAX_PAUSE: Duration = Duration::from_secs(5);

/// An instance to resize.
#[derive(Debug)]
pub struct ResizeTarget {
    /// Index of its lock in the list of stores.
    pub job: usize,
    /// The entry.
    pub name: InstanceName,
    /// The client of its region.
    pub client: Client,
    /// The instance and its new sizes.
    pub sizes: Resize,
    /// The request with the new sizes.
    pub body: RequestBody,
    /// The changes, as planned.
    pub changes: Vec<FieldChange>,
    /// The command that replaces it instead.
    pub replace: CommandLine,
}

/// Result of a resize.
enum ResizeOutcome {
    /// The detail shows the new sizes.
    Resized,
    /// The platform accepted the call or its answer is unclear, and the detail shows other sizes.
    NotShown,
    /// The call failed.
    Failed(ApiError),
    /// Nothing was sent, because of a signal.
    Cancelled,
    /// Nothing was sent, because the lock may belong to another run.
    LockLost(LockError),
}

/// Changes the sizes of the targets, and records those that the platform shows. `observe` receives the
/// result of each once it is in the lock.
pub async fn resize_all(
    stores: &mut [LockStore],
    targets: Vec<ResizeTarget>,
    options: DeleteOptions,
    observe: &mut dyn FnMut(Event<'_>),
) -> ApplyReport {
    let remotes: Vec<_> = stores.iter().map(LockStore::remote).collect();
    let DeleteOptions { parallel, timeout, interrupts } = options;
    let resize = async |target: ResizeTarget| {
        let remote = remotes[target.job].clone();
        let outcome = resize(&target, remote, timeout, interrupts.clone()).await;
        (target, outcome)
    };
    let results = stream::iter(targets.into_iter().map(resize)).buffered(parallel.max(1));
    let results: Vec<(ResizeTarget, ResizeOutcome)> = results.collect().await;
    let mut report = ApplyReport::default();
    for (job, store) in stores.iter_mut().enumerate() {
        let done = results.iter().filter(|(target, outcome)| {
            target.job == job && matches!(outcome, ResizeOutcome::Resized)
        });
        let changes: Vec<_> = done.filter_map(|(target, _)| entry_change(store, target)).collect();
        if let Err(error) = store.save(&changes) {
            lock_failed(&mut report, job, error, observe);
        }
    }
    for (target, outcome) in results {
        let outcome = match outcome {
            ResizeOutcome::LockLost(error) => {
                lock_failed(&mut report, target.job, error, observe);
                ResizeOutcome::Cancelled
            }
            outcome => outcome,
        };
        let (instance, class) = instance_report(target, outcome);
        report.classes.extend(class);
        observe(Event::Settled(&instance));
        report.instances.push(instance);
    }
    report
}

fn lock_failed(
    report: &mut ApplyReport,
    job: usize,
    error: LockError,
    observe: &mut dyn FnMut(Event<'_>),
) {
    report.classes.insert(error.class());
    observe(Event::LockFailed { job, error: &error });
    report.errors.push(error);
}

/// Returns the change of the entry of a resized instance.
fn entry_change(store: &LockStore, target: &ResizeTarget) -> Option<EntryChange> {
    let base = store.lock().instances.get(&target.name)?;
    let ours = Entry { request: target.body.clone(), ..base.clone() };
    Some(EntryChange { name: target.name.clone(), base: Some(base.clone()), ours: Some(ours) })
}

async fn resize(
    target: &ResizeTarget,
    remote: Option<Arc<dyn DurablePlace>>,
    timeout: Duration,
    interrupts: watch::Receiver<u8>,
) -> ResizeOutcome {
    if *interrupts.borrow() > 0 {
        return ResizeOutcome::Cancelled;
    }
    if let Some(remote) = remote
        && let Err(error) = remote.confirm().await
    {
        return ResizeOutcome::LockLost(error.into());
    }
    match target.client.resize(&target.sizes).await {
        Ok(()) => wait_until_shown(target, timeout, interrupts).await,
        // The call may have had an effect.
        Err(failure @ ApiError::Unreachable(_)) => {
            match wait_until_shown(target, timeout, interrupts).await {
                ResizeOutcome::Failed(_) => ResizeOutcome::Failed(failure),
                shown => shown,
            }
        }
        Err(failure) => match shows_sizes(target).await {
            Ok(true) => ResizeOutcome::Resized,
            _ => ResizeOutcome::Failed(failure),
        },
    }
}

/// Polls the detail until it shows the new sizes.
async fn wait_until_shown(
    target: &ResizeTarget,
    timeout: Duration,
    interrupts: watch::Receiver<u8>,
) -> ResizeOutcome {
    let mut polling = Polling::start(timeout, FIRST_PAUSE, 2.0, MAX_PAUSE, interrupts);
    loop {
        let last = polling.is_last();
        let shown = shows_sizes(target).await;
        let unfinished = match shown {
            Ok(true) => return ResizeOutcome::Resized,
            Ok(false) => ResizeOutcome::NotShown,
            Err(failure) => ResizeOutcome::Failed(failure),
        };
        if last || !polling.next_poll(None).await {
            return unfinished;
        }
    }
}

async fn shows_sizes(target: &ResizeTarget) -> Result<bool, ApiError> {
    let detail = target.client.detail(&target.sizes.id).await?;
    let differing = differences(&target.body, detail.fields());
    Ok(!differing.iter().any(|change| SIZES.contains(&change.field.as_str())))
}

/// Returns the report of one target and the class it adds.
fn instance_report(
    target: ResizeTarget,
    outcome: ResizeOutcome,
) -> (InstanceReport, Option<ExitClass>) {
    let mut code = None;
    let refused = (Outcome::Refused, Some(ExitClass::Refused));
    let ((outcome, class), note) = match outcome {
        ResizeOutcome::Resized => ((Outcome::Resized, None), None),
        ResizeOutcome::NotShown => (refused, Some(InstanceNote::SizesNotChanged)),
        ResizeOutcome::Failed(ApiError::EndpointMissing(cause)) if cause.code.is_none() => {
            (refused, Some(InstanceNote::CannotResize(target.replace)))
        }
        ResizeOutcome::Failed(ApiError::EndpointMissing(cause)) => {
            (refused, Some(InstanceNote::Failed(cause)))
        }
        ResizeOutcome::Failed(failure) => {
            let (outcome, class) = failure.outcome();
            code.clone_from(&failure.detail().code);
            ((outcome, Some(class)), Some(InstanceNote::Failed(failure.into_detail())))
        }
        ResizeOutcome::Cancelled | ResizeOutcome::LockLost(_) => {
            let interrupted = (Outcome::Skipped, Some(ExitClass::Interrupted));
            (interrupted, Some(InstanceNote::NotStarted(None)))
        }
    };
    let instance = InstanceReport {
        outcome: Some(outcome),
        task_id: Some(target.sizes.id),
        code,
        note: note.map(Box::new),
        changes: target.changes,
        ..InstanceReport::new(target.job, target.name, PlanAction::Changed)
    };
    (instance, class)
}
