//! Deletes instances recorded in locks: they are marked in the lock before the first request is
//! sent and removed from it only once they are gone.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use tokio::sync::watch;

use super::delete::{DeleteOutcome, remove};
use super::{ApplyReport, Event, InstanceNote, InstanceReport, Outcome};
use crate::api::client::{ApiError, Client};
use crate::exit_status::ExitClass;
use crate::ids::{InstanceName, TaskId};
use crate::lockfile::{
    DurablePlace, Entry, EntryChange, EntryState, IdSource, LockError, LockStore,
};
use crate::plan::PlanAction;

/// An instance to delete: an entry's own instance or one of its candidates.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DeleteTarget {
    /// Index of its lock in the list of stores.
    pub job: usize,
    /// The entry.
    pub name: InstanceName,
    /// The instance.
    pub id: TaskId,
    /// A candidate that becomes the entry's own instance once this one is gone.
    pub successor: Option<TaskId>,
}

/// Options for deleting.
#[derive(Debug, Clone)]
pub struct DeleteOptions {
    /// Maximum concurrent requests, 1 or more.
    pub parallel: usize,
    /// Maximum time to wait until one instance is gone.
    pub timeout: Duration,
    /// Number of signals received so far.
    pub interrupts: watch::Receiver<u8>,
}

/// Deletes the targets and removes them from the locks. `observe` receives the result of each.
pub async fn remove_all(
    stores: &mut [LockStore],
    targets: Vec<DeleteTarget>,
    client: &Client,
    options: DeleteOptions,
    observe: &mut dyn FnMut(Event<'_>),
) -> ApplyReport {
    let mut locks = LockSet { stores, report: ApplyReport::default(), observe };
    if !locks.prove_final_writes(&targets) {
        return locks.report;
    }
    let marked = locks.save(&targets, |entry, target| {
        let new = target.is_in_lock(entry) && entry.state != EntryState::Deleting;
        new.then(|| Entry { state: EntryState::Deleting, ..entry.clone() })
    });
    if !marked {
        return locks.report;
    }
    let remotes: Vec<_> = locks.stores.iter().map(LockStore::remote).collect();
    let (removals, lost) = delete_all(&targets, client, options, &remotes).await;
    if let Some((job, error)) = lost {
        locks.failed(job, error);
    }
    let kept = locks.save(&targets, |entry, target| match removals.get(target) {
        Some(removal) if removal.is_kept() => {
            let own = target.is_in_lock(entry);
            own.then(|| Entry { state: EntryState::Created, ..entry.clone() })
        }
        _ => None,
    });
    let is_gone = |target: &&DeleteTarget| removals.get(*target) == Some(&DeleteOutcome::Gone);
    let gone: Vec<DeleteTarget> = targets.iter().filter(is_gone).cloned().collect();
    let duplicate: Vec<Vec<TaskId>> = targets
        .iter()
        .map(|target| surviving_candidates(&locks.stores[target.job], target, &gone))
        .collect();
    let durable = locks.remove_entries(&gone) && kept;
    let LockSet { mut report, observe, .. } = locks;
    for (target, duplicate) in targets.into_iter().zip(duplicate) {
        let removal = removals.get(&target).cloned().unwrap_or(DeleteOutcome::Cancelled);
        let (mut instance, class) = outcome(target, removal, durable);
        report.classes.extend(class);
        if !duplicate.is_empty() {
            instance.note = Some(InstanceNote::NoLongerInLock(duplicate).into());
            report.classes.insert(ExitClass::Unknown);
        }
        observe(Event::Settled(&instance));
        report.instances.push(instance);
    }
    report
}

/// Deletes the targets with limited concurrency, as long as this run owns their locks at the remote.
/// Returns the outcomes, and the lock that it may not own any more.
async fn delete_all(
    targets: &[DeleteTarget],
    client: &Client,
    DeleteOptions { parallel, timeout, interrupts }: DeleteOptions,
    remotes: &[Option<Arc<dyn DurablePlace>>],
) -> (HashMap<DeleteTarget, DeleteOutcome>, Option<(usize, LockError)>) {
    let (denied, lost) = (OnceCell::new(), OnceCell::new());
    let delete = async |target: &DeleteTarget| {
        if let Some(remote) = &remotes[target.job]
            && let Err(error) = remote.confirm().await
        {
            lost.get_or_init(|| (target.job, error));
        }
        if lost.get().is_some() {
            return (target.clone(), DeleteOutcome::ClaimLost);
        }
        if let Some(denied) = denied.get() {
            return (target.clone(), DeleteOutcome::clone(denied));
        }
        let removal = remove(client, &target.id, timeout, interrupts.clone()).await;
        if let DeleteOutcome::Failed(ApiError::Denied(_)) = &removal {
            denied.get_or_init(|| removal.clone());
        }
        (target.clone(), removal)
    };
    let deletions = stream::iter(targets.iter().map(delete)).buffer_unordered(parallel.max(1));
    let removals = deletions.collect().await;
    (removals, lost.into_inner().map(|(job, error)| (job, error.into())))
}

/// Returns the candidates that leave the lock together with an entry whose own instance is gone,
/// and that are not gone themselves.
fn surviving_candidates(
    store: &LockStore,
    target: &DeleteTarget,
    gone: &[DeleteTarget],
) -> Vec<TaskId> {
    let entry = store.lock().instances.get(&target.name).filter(|_| gone.contains(target));
    let own = entry.filter(|entry| target.is_in_lock(entry));
    let candidates = own.map_or(&[][..], |entry| &entry.candidates);
    let kept = target.successor.as_ref();
    let alive = |id: &&TaskId| Some(*id) != kept && !gone.iter().any(|gone| gone.id == **id);
    candidates.iter().filter(alive).cloned().collect()
}

/// The locks being changed, with the report and the observer.
struct LockSet<'a> {
    stores: &'a mut [LockStore],
    report: ApplyReport,
    observe: &'a mut dyn FnMut(Event<'_>),
}

impl LockSet<'_> {
    fn failed(&mut self, job: usize, error: LockError) {
        self.report.classes.insert(error.class());
        (self.observe)(Event::LockFailed { job, error: &error });
        self.report.errors.push(error);
    }

    /// Checks that the results can be written; returns false if a lock is not writable.
    fn prove_final_writes(&mut self, targets: &[DeleteTarget]) -> bool {
        let mut proven = true;
        for (job, store) in self.stores.iter().enumerate() {
            if targets.iter().any(|target| target.job == job)
                && let Err(error) = store.prove_final_write()
            {
                proven = false;
                self.report.classes.insert(error.class());
                (self.observe)(Event::LockFailed { job, error: &error });
                self.report.errors.push(error);
            }
        }
        proven
    }

    /// Saves the entry that `entry` returns for each target; `None` leaves it unchanged.
    fn save(
        &mut self,
        targets: &[DeleteTarget],
        entry: impl Fn(&Entry, &DeleteTarget) -> Option<Entry>,
    ) -> bool {
        self.change(targets, |base, target| entry(base, target).map(Some))
    }

    /// Removes deleted instances from the locks: the entry, or the candidate of an entry.
    fn remove_entries(&mut self, gone: &[DeleteTarget]) -> bool {
        self.change(gone, |base, target| {
            if target.is_in_lock(base) {
                let successor = target.successor.clone();
                return Some(
                    successor.map(|id| base.clone().resolved_as(id, Some(IdSource::Listed))),
                );
            }
            let mut ours = base.clone();
            ours.candidates.retain(|id| *id != target.id);
            Some(Some(ours))
        })
    }

    /// Saves the changes to the targets' entries; returns false if a lock could not be written.
    fn change(
        &mut self,
        targets: &[DeleteTarget],
        entry: impl Fn(&Entry, &DeleteTarget) -> Option<Option<Entry>>,
    ) -> bool {
        let mut durable = true;
        for (job, store) in self.stores.iter_mut().enumerate() {
            let change = |target: &DeleteTarget| {
                let base = store.lock().instances.get(&target.name)?;
                let ours = entry(base, target)?;
                Some(EntryChange { name: target.name.clone(), base: Some(base.clone()), ours })
            };
            let own = targets.iter().filter(|target| target.job == job);
            let changes: Vec<EntryChange> = own.filter_map(change).collect();
            if changes.is_empty() {
                continue;
            }
            match store.save(&changes) {
                Ok(clashes) => {
                    for clash in &clashes {
                        self.report.classes.insert(ExitClass::Unknown);
                        (self.observe)(Event::Clash { job, clash });
                    }
                }
                Err(error) => {
                    durable = false;
                    self.report.classes.insert(error.class());
                    (self.observe)(Event::LockFailed { job, error: &error });
                    self.report.errors.push(error);
                }
            }
        }
        durable
    }
}

impl DeleteTarget {
    /// Creates a target without a successor.
    pub fn new(job: usize, name: InstanceName, id: TaskId) -> Self {
        Self { job, name, id, successor: None }
    }

    /// Returns whether it is the entry's own instance and not a candidate.
    fn is_in_lock(&self, entry: &Entry) -> bool {
        entry.task_id.as_ref() == Some(&self.id)
    }
}

/// Returns the report of one target and the class it adds.
fn outcome(
    target: DeleteTarget,
    removal: DeleteOutcome,
    durable: bool,
) -> (InstanceReport, Option<ExitClass>) {
    let mut code = None;
    let (outcome, class, note) = match removal {
        DeleteOutcome::Gone => {
            (Outcome::Deleted, None, (!durable).then_some(InstanceNote::StillInLock))
        }
        DeleteOutcome::TimedOut => {
            let note = InstanceNote::DeletionNotConfirmed(None);
            (Outcome::Unknown, Some(ExitClass::Unknown), Some(note))
        }
        DeleteOutcome::Failed(failure) => {
            let (outcome, class) = failure.outcome();
            code.clone_from(&failure.detail().code);
            let note = match failure {
                ApiError::Unreachable(cause) => InstanceNote::DeletionNotConfirmed(Some(cause)),
                refused => InstanceNote::Failed(refused.into_detail()),
            };
            (outcome, Some(class), Some(note))
        }
        unsent @ (DeleteOutcome::Cancelled | DeleteOutcome::ClaimLost) => {
            let interrupted = unsent == DeleteOutcome::Cancelled;
            let class = interrupted.then_some(ExitClass::Interrupted);
            (Outcome::Skipped, class, Some(InstanceNote::NotStarted(None)))
        }
    };
    let instance = InstanceReport {
        outcome: Some(outcome),
        task_id: Some(target.id),
        code,
        note: note.map(Box::new),
        ..InstanceReport::new(target.job, target.name, PlanAction::Prune)
    };
    (instance, class)
}
