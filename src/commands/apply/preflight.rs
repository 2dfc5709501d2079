//! Queries before the plan is shown: the existing instances, and the outcomes that earlier runs left
//! open.

use std::time::Instant;

use tokio::sync::watch;

use super::{ApplyContext, Unconfirmed, locks};
use crate::apply::{self, DeleteTarget, Event};
use crate::commands::error::CommandError;
use crate::commands::load::manifest_args;
use crate::commands::planning::{CheckedPlan, list_sites, report_limitations, resolve_pending};
use crate::commands::platform::Platform;
use crate::inventory;
use crate::lockfile::{EntryState, LockStore};
use crate::output::Console;

impl ApplyContext<'_> {
    /// Lists the existing instances, reconciles what earlier runs left open, and plans against both.
    /// Sends nothing if there is nothing to do.
    pub(super) fn preflight(
        &self,
        platform: &mut Platform,
        stores: &mut [LockStore],
        console: &mut Console,
    ) -> Result<CheckedPlan, Unconfirmed> {
        let (planning, runtime) = (&self.planning, self.runtime);
        let plans = planning.offline(&locks(stores), &platform.target());
        if !planning.requires_platform(&plans, &locks(stores), &platform.target()) {
            let (sites, listed) = (Vec::new(), Instant::now());
            return Ok(CheckedPlan { plans, sites, listed, query_failed: None });
        }
        platform.connect(runtime, planning.regions(&plans, &locks(stores)))?;
        let sites = list_sites(platform, runtime, &locks(stores)).map_err(Unconfirmed::Unlisted)?;
        report_limitations(&sites, console)?;
        let mut owned = inventory::owned_ids(locks(stores));
        for store in stores.iter_mut() {
            let changes = resolve_pending(store.lock(), &sites, &mut owned, runtime, console)?;
            if !changes.is_empty() {
                store.save(&changes)?;
            }
        }
        self.finish_deletions(stores, platform, console)?;
        let (locks, target) = (locks(stores), platform.target());
        let mut surveyed = runtime.block_on(planning.online(&locks, &target, sites, &owned));
        for plan in &mut surveyed.plans {
            plan.block_deletions();
        }
        Ok(surveyed)
    }

    /// Repeats the deletions that an earlier run did not see completed.
    fn finish_deletions(
        &self,
        stores: &mut [LockStore],
        platform: &Platform,
        console: &mut Console,
    ) -> Result<(), CommandError> {
        let mut targets = Vec::new();
        for (job, store) in stores.iter().enumerate() {
            for (name, entry) in &store.lock().instances {
                if let (EntryState::Deleting, Some(id)) = (entry.state, &entry.task_id) {
                    targets.push(DeleteTarget::new(job, name.clone(), id.clone()));
                }
            }
        }
        // Signals are not counted yet: one ends the process, and the entries are still in the lock.
        let (_count, interrupts) = watch::channel(0);
        let manifests = manifest_args(self.planning.prepared);
        let mut observe = |event: Event<'_>| console.event(&event, &manifests);
        let options = self.delete_options(interrupts);
        for (client, targets) in platform.by_client(stores, targets) {
            let options = options.clone();
            let remove = apply::remove_all(stores, targets, &client, options, &mut observe);
            // An instance that still exists stays in the lock as it was, and is reported with the plan.
            if let Some(error) = self.runtime.block_on(remove).errors.pop() {
                return Err(error.into());
            }
        }
        Ok(())
    }
}
