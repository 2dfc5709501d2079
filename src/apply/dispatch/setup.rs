//! Setup of a run: queued plans, adopted instances and journals.

use super::{RegionInventory, Run};
use crate::apply::create_operation::CreateOperation;
use crate::apply::{InstanceNote, InstanceReport, Outcome};
use crate::exit_status::ExitClass;
use crate::inventory;
use crate::lockfile::{
    Descriptors, EntryChange, JournalHandle, LockStore, Lockfile, PendingCreate,
};
use crate::plan::{Plan, PlanAction, PlanItem};

impl Run<'_> {
    /// Opens a journal for every job that creates something. If one fails, nothing starts.
    pub(super) fn open_journals(&mut self, stores: Vec<LockStore>, queue: &[CreateOperation]) {
        let mut plans: Vec<Vec<PendingCreate>> = stores.iter().map(|_| Vec::new()).collect();
        let mut announced = plans.clone();
        for operation in queue {
            plans[operation.job].push(operation.create.clone());
            // What is replaced is deleted first, and its deletion is recorded before the create.
            if operation.replaces.is_none() {
                announced[operation.job].push(operation.create.clone());
            }
        }
        let journals = plans.iter().filter(|plan| !plan.is_empty()).count();
        let descriptors = Descriptors::for_journals(journals);
        let plans = plans.into_iter().zip(announced);
        for (job, (store, (plan, announced))) in stores.into_iter().zip(plans).enumerate() {
            let mut journal = None;
            if plan.is_empty() {
                self.idle.push(store);
            } else if self.report.stop.is_none() {
                match JournalHandle::start(store, plan, descriptors.clone()) {
                    Ok(started) => {
                        started.appender().announce(announced);
                        journal = Some(started);
                    }
                    Err(error) => self.lock_failed(job, error),
                }
            }
            self.journals.push(journal);
        }
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
                let operation = CreateOperation::new(index, job, *request, location.region, site);
                queue.push(CreateOperation { replaces, ..operation });
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
        store: &mut LockStore,
        adopted: Vec<(usize, EntryChange)>,
    ) {
        if adopted.is_empty() {
            return;
        }
        let (indices, changes): (Vec<usize>, Vec<EntryChange>) = adopted.into_iter().unzip();
        let (outcome, note) = match store.save(&changes) {
            Ok(clashes) => {
                for clash in &clashes {
                    self.on_id_conflict(job, clash);
                }
                (Outcome::Created, InstanceNote::Adopted)
            }
            Err(error) => {
                self.lock_failed(job, error);
                (Outcome::Skipped, InstanceNote::LockNotWritable)
            }
        };
        for index in indices {
            self.emit(index, outcome, Some(note.clone()));
        }
    }
}
