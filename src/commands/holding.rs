//! What commands begin with that speak of single entries: the locks held, the platform listed.

use std::collections::BTreeSet;

use tokio::runtime::Runtime;

use super::prepare::{Prepared, files, open, prepare, repeat_allow_http};
use super::reach::{Platform, Regions, met, unasked};
use super::{Exit, Failure, runtime};
use crate::api::client::Client;
use crate::apply::{
    self, ApplyReport, InstanceReport, Outcome, RegionInventory, ResolveError, Resolved,
};
use crate::cli::{Format, Place as Args, Selection};
use crate::exit::Class;
use crate::ids::{InstanceName, Region, TaskId};
use crate::lockfile::LockStore;
use crate::plan::PlanAction;
use crate::report::{Applied, Console};

/// Locks held for writing, and the platform.
pub(super) struct Holding {
    pub(super) prepared: Vec<Prepared>,
    pub(super) stores: Vec<LockStore>,
    pub(super) platform: Platform,
    pub(super) runtime: Runtime,
    pub(super) report: ApplyReport,
    format: Format,
}

impl Holding {
    /// Reads the manifests, takes their locks, and sets the client up; nothing is sent.
    pub(super) fn take(args: Args, console: &mut Console) -> Result<Self, Failure> {
        let Args { manifests, strictness, sandbox, format, reach: how } = args;
        let names = Vec::new();
        let selection = Selection { manifests, names, strictness, sandbox, format };
        let mut prepared = prepare(&selection, console)?;
        repeat_allow_http(&mut prepared, how.allow_http);
        let platform = Platform::find(sandbox, how.allow_http, how.request_timeout, &prepared)?;
        let stores = open(&prepared, how.no_guard)?;
        let runtime = runtime()?;
        let report = ApplyReport::default();
        Ok(Self { prepared, stores, platform, runtime, report, format })
    }

    /// Reaches the regions of these entries: that of the lock, else that of the manifest.
    pub(super) fn reach(&mut self, entries: &[(usize, InstanceName)]) -> Result<(), Failure> {
        let needed = entries.iter().map(|(job, name)| self.region(*job, name)).collect();
        self.platform.reach(&self.runtime, Regions { needed, ..Regions::default() })
    }

    /// The region of an instance: that of the lock, else that of the manifest.
    pub(super) fn region(&self, job: usize, name: &InstanceName) -> Option<Region> {
        let entry = self.stores[job].lock().instances.get(name);
        let request = self.prepared[job].requests.iter().find(|request| request.name == *name);
        let locked = entry.and_then(|entry| entry.region.clone());
        locked.or_else(|| request.and_then(|request| request.region.clone()))
    }

    /// Lists what is there.
    pub(super) fn survey(&self, client: &Client) -> Result<RegionInventory, Failure> {
        let locks: Vec<_> = self.stores.iter().map(LockStore::lock).collect();
        let survey = RegionInventory::list_regions(client.clone(), &locks);
        self.runtime.block_on(survey).map_err(unasked)
    }

    /// The IDs that the locks hold as their own.
    pub(super) fn owned(&self) -> BTreeSet<TaskId> {
        apply::owned_ids(self.stores.iter().map(LockStore::lock))
    }

    /// Enters what came of a person's word about one instance. What was taken is `outcome`.
    pub(super) fn enter(
        &mut self,
        (job, name): (usize, &InstanceName),
        (action, id): (PlanAction, Option<TaskId>),
        told: Result<Resolved, ResolveError>,
        console: &mut Console,
    ) -> Result<(), Failure> {
        let (outcome, message) = match told {
            Ok(Resolved { notes, changed }) => {
                for note in notes {
                    console.note(&note)?;
                }
                let word = match (changed, action) {
                    (false, _) => "nothing to do",
                    (true, PlanAction::Adopt) => "taken into the lock",
                    (true, _) => "taken out of the lock",
                };
                (None, word.to_owned())
            }
            Err(ResolveError::Lock(error)) => return Err(error.into()),
            Err(ResolveError::QueryFailed(failure)) => {
                let (class, fault) = met(failure);
                self.report.classes.insert(class);
                let message = format!("the platform could not be asked: {fault}");
                (Some(Outcome::Skipped), message)
            }
            Err(ResolveError::Conflict(message)) => {
                self.report.classes.insert(Class::Guarded);
                (Some(Outcome::Skipped), message)
            }
        };
        self.report.instances.push(InstanceReport {
            job,
            name: name.clone(),
            action,
            outcome,
            task_id: id,
            code: None,
            message: Some(message),
            way_out: None,
            changes: Vec::new(),
        });
        Ok(())
    }

    /// Prints what came of it all and gives the exit status.
    pub(super) fn finish(self, console: &mut Console) -> Result<Exit, Failure> {
        let applied = Applied { files: &files(&self.prepared), report: &self.report };
        console.told(&applied, self.format)?;
        Ok(self.report.classes.into())
    }
}
