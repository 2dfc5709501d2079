//! Setup of the commands that act on single entries: locks opened for writing, and the platform.

use std::collections::BTreeSet;

use tokio::runtime::Runtime;

use super::load::{LoadedManifest, files, open, prepare, repeat_allow_http};
use super::platform::{Platform, RequestedRegions, query_failed};
use crate::api::client::Client;
use crate::apply::{ApplyReport, InstanceNote, InstanceReport, Outcome};
use crate::cli::WriteArgs as Args;
use crate::commands::error::{CommandError, Exit};
use crate::commands::runtime::runtime;
use crate::exit_status::ExitClass;
use crate::ids::{InstanceName, Region, TaskId};
use crate::inventory;
use crate::inventory::RegionInventory;
use crate::lockfile::LockStore;
use crate::output::{AppliedManifests, Console};
use crate::plan::PlanAction;
use crate::resolve::{ResolveError, Resolved};

/// Locks opened for writing, and the platform.
pub(super) struct LockedWorkspace {
    pub(super) prepared: Vec<LoadedManifest>,
    pub(super) stores: Vec<LockStore>,
    pub(super) platform: Platform,
    pub(super) runtime: Runtime,
    pub(super) report: ApplyReport,
}

impl LockedWorkspace {
    /// Reads the manifests, opens their locks for writing, and sets up the client; sends nothing.
    pub(super) fn open(args: Args, console: &mut Console) -> Result<Self, CommandError> {
        let Args { manifests, strictness, sandbox, reach: how, .. } = args;
        let mut prepared = prepare(&manifests, &strictness, sandbox, console)?;
        repeat_allow_http(&mut prepared, how.allow_http);
        let platform =
            Platform::from_environment(sandbox, how.allow_http, how.request_timeout, &prepared)?;
        let stores = open(&prepared, how.no_guard)?;
        let runtime = runtime()?;
        let report = ApplyReport::default();
        Ok(Self { prepared, stores, platform, runtime, report })
    }

    /// Connects to the regions of these entries: that of the lock, otherwise that of the manifest.
    pub(super) fn connect(
        &mut self,
        entries: &[(usize, InstanceName)],
    ) -> Result<(), CommandError> {
        let needed = entries.iter().map(|(job, name)| self.region(*job, name)).collect();
        self.platform
            .connect(&self.runtime, RequestedRegions { needed, ..RequestedRegions::default() })
    }

    /// Returns the region of an instance: that of the lock, otherwise that of the manifest.
    pub(super) fn region(&self, job: usize, name: &InstanceName) -> Option<Region> {
        let entry = self.stores[job].lock().instances.get(name);
        let request = self.prepared[job].requests.iter().find(|request| request.name == *name);
        let locked = entry.and_then(|entry| entry.region.clone());
        locked.or_else(|| request.and_then(|request| request.region.clone()))
    }

    /// Lists the existing instances.
    pub(super) fn list_regions(&self, client: &Client) -> Result<RegionInventory, CommandError> {
        let locks: Vec<_> = self.stores.iter().map(LockStore::lock).collect();
        let survey = RegionInventory::list_regions(client.clone(), &locks);
        self.runtime.block_on(survey).map_err(query_failed)
    }

    /// Returns the IDs that the locks record as their own.
    pub(super) fn owned_ids(&self) -> BTreeSet<TaskId> {
        inventory::owned_ids(self.stores.iter().map(LockStore::lock))
    }

    /// Adds an instance with the result of its manual change to the report.
    pub(super) fn record_result(
        &mut self,
        instance: InstanceReport,
        reported: Result<Resolved, ResolveError>,
        console: &mut Console,
    ) -> Result<(), CommandError> {
        let (outcome, note) = match reported {
            Ok(Resolved { notes, changed }) => {
                for note in notes {
                    console.info(&console.words().resolve_note(&note))?;
                }
                let note = match (changed, instance.action) {
                    (false, _) => InstanceNote::NothingToDo,
                    (true, PlanAction::Adopt) => InstanceNote::AddedToLock,
                    (true, _) => InstanceNote::RemovedFromLock,
                };
                let adopted = changed && instance.action == PlanAction::Adopt;
                (adopted.then_some(Outcome::Created), note)
            }
            Err(ResolveError::Lock(error)) => return Err(error.into()),
            Err(ResolveError::QueryFailed(failure)) => {
                self.report.classes.insert(failure.class());
                (Some(Outcome::Skipped), InstanceNote::QueryFailed(failure.into_detail()))
            }
            Err(ResolveError::Conflict(why)) => {
                self.report.classes.insert(ExitClass::Blocked);
                (Some(Outcome::Skipped), InstanceNote::Contradicted(why))
            }
        };
        self.report.instances.push(InstanceReport { outcome, note: Some(note.into()), ..instance });
        Ok(())
    }

    /// Prints the report and returns the exit status.
    pub(super) fn finish(self, console: &mut Console) -> Result<Exit, CommandError> {
        let files = files(&self.prepared);
        let applied = AppliedManifests { files: &files, report: &self.report, cost: None };
        console.print_resolutions(&applied)?;
        Ok(self.report.classes.into())
    }
}
