//! Scheduling of requests. Requests are sent one at a time until one instance was created at their
//! endpoint; then as many as allowed are in flight, until the plan is done or the run stops early.

mod handle_response;
mod reconcile;
mod setup;

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::create_operation::{CreateOperation, TaskIdRegistry};
use super::{
    AbortReason, ApplyOptions, ApplyReport, ApplyUnit, Event, InstanceNote, NextStep, Outcome,
};
use crate::exit_status::ExitClass;
use crate::ids::{Location, TaskId};
use crate::interrupts::wait_for_signals;
use crate::inventory::{self, RegionInventory};
use crate::lockfile::{IdConflict, JournalHandle, LockError, LockStore};
use crate::resolve::remediation;
use crate::text::ManifestArgs;
use reconcile::{UncertainCreate, UnlistedCreate};

/// A run in progress.
pub(super) struct Run<'a> {
    options: ApplyOptions,
    interrupts: watch::Receiver<u8>,
    observe: &'a mut dyn FnMut(Event<'_>),
    report: ApplyReport,
    /// Endpoints at which an instance was created.
    proven: HashSet<Location>,
    unknown: usize,
    /// Number of requests not yet started.
    waiting: usize,
    /// The manifests, by job index.
    manifests: Vec<ManifestArgs>,
    /// IDs that the loaded locks own, and those created in this run.
    owned: BTreeSet<TaskId>,
    claims: TaskIdRegistry,
    /// IDs created in this run, by endpoint.
    created: HashMap<Location, Vec<TaskId>>,
    fresh: Vec<UnlistedCreate>,
    uncertain_creates: Vec<UncertainCreate>,
    /// The journal of each job that creates something.
    journals: Vec<Option<JournalHandle>>,
    /// The locks of the other jobs, kept locked until the run ends.
    idle: Vec<LockStore>,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        options: ApplyOptions,
        interrupts: watch::Receiver<u8>,
        observe: &'a mut dyn FnMut(Event<'_>),
    ) -> Self {
        Self {
            options,
            interrupts,
            observe,
            report: ApplyReport::default(),
            proven: HashSet::new(),
            unknown: 0,
            waiting: 0,
            manifests: Vec::new(),
            owned: BTreeSet::new(),
            claims: TaskIdRegistry::default(),
            created: HashMap::new(),
            fresh: Vec::new(),
            uncertain_creates: Vec::new(),
            journals: Vec::new(),
            idle: Vec::new(),
        }
    }

    pub(super) async fn execute(
        mut self,
        jobs: Vec<ApplyUnit>,
        sites: &[RegionInventory],
    ) -> ApplyReport {
        let mut queue = Vec::new();
        let mut stores = Vec::new();
        self.owned = inventory::owned_ids(jobs.iter().map(|job| job.store.lock()));
        self.claims = TaskIdRegistry::new(jobs.iter().map(|job| job.store.lock()));
        for (job, ApplyUnit { manifest, mut store, plan }) in jobs.into_iter().enumerate() {
            self.manifests.push(manifest);
            for clash in store.id_conflicts() {
                self.on_id_conflict(job, clash);
            }
            let adopted = self.enqueue(job, plan, store.lock(), sites, &mut queue);
            self.adopt(job, &mut store, adopted);
            stores.push(store);
        }
        // Endpoint by endpoint, so that each is proven by one request before the next begins.
        queue.sort_by(|a, b| a.client.location().cmp(b.client.location()));
        self.waiting = queue.len();
        self.open_journals(stores, &queue);
        let rest = self.create_all(queue.into()).await;
        if *self.interrupts.borrow() > 0 {
            self.report.classes.insert(ExitClass::Interrupted);
            self.abort(AbortReason::Interrupted { awaited: 0 });
        }
        self.skip(rest);
        self.waiting = 0;
        if !(self.uncertain_creates.is_empty() && self.fresh.is_empty()) {
            // Write the known results to the lock before waiting.
            self.merge_into_lock().await;
            self.reconcile_all(sites).await;
        }
        for (job, journal) in std::mem::take(&mut self.journals).into_iter().enumerate() {
            if let Some(journal) = journal {
                let merged = journal.finish().await;
                self.on_merged(job, merged);
            }
        }
        self.report
    }

    /// Sends the queued requests and returns those that were not started.
    async fn create_all(
        &mut self,
        mut queue: VecDeque<CreateOperation>,
    ) -> VecDeque<CreateOperation> {
        let slots = Arc::new(Semaphore::new(self.options.parallel));
        let mut flight = JoinSet::new();
        let every = self.options.fold_every;
        let mut folds = interval_at(Instant::now() + every, every);
        folds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut signalled = false;
        loop {
            self.waiting = queue.len();
            let starts = self.can_dispatch(queue.front(), flight.is_empty());
            if !starts && flight.is_empty() {
                return queue;
            }
            tokio::select! {
                slot = slots.clone().acquire_owned(), if starts => {
                    let slot = slot.expect("the semaphore is never closed");
                    let operation = queue.pop_front().expect("can_dispatch checked that the queue is \
                        not empty");
                    let journal = self.journal(operation.job).appender();
                    (self.observe)(Event::Sending { job: operation.job, name: &operation.create.name });
                    let (interrupts, options) = (self.interrupts.clone(), self.options);
                    let claims = self.claims.clone();
                    let sent = operation.send(journal, slot, interrupts, options, claims);
                    flight.spawn_local(sent);
                }
                Some(done) = flight.join_next() => {
                    let (operation, outcome) = done.expect("a create call neither panics nor is aborted");
                    self.on_response(operation, outcome);
                }
                () = wait_for_signals(self.interrupts.clone(), 1), if !signalled => {
                    signalled = true;
                    self.report.classes.insert(ExitClass::Interrupted);
                    self.abort(AbortReason::Interrupted { awaited: flight.len() });
                    self.merge_into_lock().await;
                    self.journals.iter().flatten().for_each(|journal| journal.appender().flush());
                }
                _ = folds.tick() => self.merge_into_lock().await,
            }
        }
    }

    /// Returns whether the next request may start; only one is in flight until its endpoint is
    /// proven.
    fn can_dispatch(&self, next: Option<&CreateOperation>, alone: bool) -> bool {
        let halted = self.report.stop.is_some() || *self.interrupts.borrow() > 0;
        next.is_some_and(|next| alone || self.proven.contains(next.client.location())) && !halted
    }

    fn emit(&mut self, index: usize, outcome: Outcome, note: Option<InstanceNote>) {
        let instance = &mut self.report.instances[index];
        instance.outcome = Some(outcome);
        instance.note = note.map(Box::new);
        if outcome == Outcome::Unknown && instance.next_step.is_none() {
            let steps = remediation(&self.manifests[instance.job], &instance.name, &[]);
            instance.next_step = Some(NextStep::Resolve(steps).into());
        }
        (self.observe)(Event::Settled(instance));
    }

    fn abort(&mut self, why: AbortReason) {
        if self.report.stop.is_none() {
            // Once everything has started, there is nothing to stop.
            if self.waiting > 0 || matches!(why, AbortReason::Interrupted { awaited: 1.. }) {
                (self.observe)(Event::Stopping(&why));
            }
            self.report.stop = Some(why);
        }
    }

    fn skip(&mut self, rest: impl IntoIterator<Item = CreateOperation>) {
        let note = InstanceNote::NotStarted(self.report.stop.clone());
        for operation in rest {
            self.emit(operation.index, Outcome::Skipped, Some(note.clone()));
        }
    }

    /// Returns the journal of a job that creates something.
    fn journal(&self, job: usize) -> &JournalHandle {
        self.journals[job].as_ref().expect("a job that creates something has a journal")
    }

    async fn merge_into_lock(&mut self) {
        for job in 0..self.journals.len() {
            if let Some(journal) = &self.journals[job] {
                let merged = journal.merge().await;
                self.on_merged(job, merged);
            }
        }
    }

    fn on_merged(&mut self, job: usize, merged: Result<Vec<IdConflict>, LockError>) {
        match merged {
            Ok(clashes) => clashes.iter().for_each(|clash| self.on_id_conflict(job, clash)),
            Err(error) => self.lock_failed(job, error),
        }
    }

    fn on_id_conflict(&mut self, job: usize, clash: &IdConflict) {
        self.report.classes.insert(ExitClass::Unknown);
        (self.observe)(Event::Clash { job, clash });
    }

    fn lock_failed(&mut self, job: usize, error: LockError) {
        self.report.classes.insert(error.class());
        // The last merge usually fails with the same error as the one before it.
        if !self.report.errors.contains(&error) {
            (self.observe)(Event::LockFailed { job, error: &error });
        }
        self.report.errors.push(error);
        self.abort(AbortReason::Lock);
    }
}
