//! Setup of a run: queued plans, adopted instances and journals.

use super::{RegionInventory, Run};
use crate::apply::create_operation::CreateOperation;
use crate::apply::{InstanceNote, InstanceReport, Outcome};
use crate::exit_status::ExitClass;
use crate::inventory;
use crate::lockfile::{
    Descriptors, EntryChange, JournalHandle, LockError, LockStore, Lockfile, PendingCreate,
};
use crate::plan::{Plan, PlanAction, PlanItem};

/// The locks of all jobs.
pub(super) struct JournalSet {
    /// A journal for each job that creates something.
    pub(super) writers: Vec<Option<JournalHandle>>,
    /// The locks of the other jobs, kept locked until the run ends.
    pub(super) idle: Vec<LockStore>,
}

impl Run<'_> {
    /// Opens a journal for every job that creates something. If one fails, nothing starts.
    pub(super) fn open_journals(
        &mut self,
        stores: Vec<LockStore>,
        queue: &[CreateOperation],
    ) -> JournalSet {
        let mut plans: Vec<Vec<PendingCreate>> = stores.iter().map(|_| Vec::new()).collect();
        for ticket in queue {
            plans[ticket.job].push(ticket.pending_create());
        }
        let journals = plans.iter().filter(|plan| !plan.is_empty()).count();
        let descriptors = Descriptors::for_journals(journals);
        let mut locked = JournalSet { writers: Vec::with_capacity(stores.len()), idle: Vec::new() };
        for (job, (store, plan)) in stores.into_iter().zip(plans).enumerate() {
            let mut writer = None;
            if plan.is_empty() {
                locked.idle.push(store);
            } else if self.report.stop.is_none() {
                match JournalHandle::start(store, plan, descriptors.clone()) {
                    Ok(begun) => writer = Some(begun),
                    Err(error) => self.lock_failed(job, error),
                }
            }
            locked.writers.push(writer);
        }
        locked
    }

    /// Adds a plan to the report, and its creations to the queue.
    pub(super) fn enqueue(
        &mut self,
        job: usize,
        plan: Plan,
        lock: &Lockfile,
        sites: &[RegionInventory],
        queue: &mut Vec<CreateOperation>,
    ) -> Vec<(usize, EntryChange)> {
        let mut adopted = Vec::new();
        for item in plan.items {
            let index = self.report.instances.len();
            let (instance, class) =
                InstanceReport::initial_report(job, &self.manifests[job], &item);
            self.report.classes.extend(class);
            self.report.instances.push(instance);
            adopted.extend(inventory::adopt_change(&item).map(|change| (index, change)));
            let replaces = matches!(item.action, PlanAction::Replace);
            if item.blocked || !(replaces || item.action == PlanAction::Create) {
                continue;
            }
            let PlanItem { request: Some(request), location, .. } = item else { continue };
            if let Some(site) = sites.iter().find(|site| site.covers(&location)) {
                let entry = lock.instances.get(&request.name).filter(|_| replaces);
                let replaces = entry.cloned().map(Box::new);
                let ticket = CreateOperation::new(index, job, request, location, site);
                queue.push(CreateOperation { replaces, ..ticket });
            } else {
                let instance = &mut self.report.instances[index];
                instance.outcome = Some(Outcome::NotSent);
                instance.note = Some(InstanceNote::RegionAddressUnknown.into());
                self.report.classes.insert(ExitClass::Unreachable);
            }
        }
        adopted
    }

    /// Records adopted instances in the lock.
    pub(super) fn adopt(
        &mut self,
        job: usize,
        mut store: LockStore,
        adopted: Vec<(usize, EntryChange)>,
    ) -> LockStore {
        if adopted.is_empty() {
            return store;
        }
        let (indices, changes): (Vec<usize>, Vec<EntryChange>) = adopted.into_iter().unzip();
        match store.save(&changes) {
            Ok(clashes) => clashes.iter().for_each(|clash| self.on_id_conflict(job, clash)),
            Err(error) => return self.not_adopted(job, store, &indices, error),
        }
        for index in indices {
            self.emit(index, Outcome::Created, Some(InstanceNote::Adopted));
        }
        store
    }

    fn not_adopted(
        &mut self,
        job: usize,
        store: LockStore,
        indices: &[usize],
        error: LockError,
    ) -> LockStore {
        self.lock_failed(job, error);
        for &index in indices {
            self.emit(index, Outcome::Skipped, Some(InstanceNote::LockNotWritable));
        }
        store
    }
}
