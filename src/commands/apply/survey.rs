//! What is asked of the platform before the plan is shown: what is there, and what became of what
//! earlier runs left open.

use std::collections::BTreeSet;

use tokio::runtime::Runtime;
use tokio::sync::watch;

use super::{Scope, acts, policy};
use crate::api::client::Failure as CallFailure;
use crate::apply::{self, Event, Site, Target};
use crate::commands::Failure;
use crate::commands::reach::{Platform, Regions};
use crate::ids::TaskId;
use crate::lockfile::{State, Store};
use crate::plan::{Action, Here, Item, Plan};
use crate::report::Console;

impl Scope<'_> {
    /// Whether there is something to send, or something that an earlier run left open.
    pub(super) fn needs_platform(&self, plans: &[Plan], stores: &[Store], here: &Here) -> bool {
        let open = |store: &Store| {
            let mut entries = store.lock().instances.values();
            entries.any(|entry| entry.state != State::Created && here.holds(entry))
        };
        plans.iter().any(acts) || self.refreshes() || stores.iter().any(open)
    }

    /// The regions of what is to be done, and those of what earlier runs left open.
    fn regions(&self, plans: &[Plan], stores: &[Store]) -> Regions {
        let refreshed = |item: &Item| self.refreshes() && item.action == Action::Unchanged;
        let items = plans.iter().flat_map(|plan| &plan.items);
        let needed = items.filter(|item| item.acts() || refreshed(item));
        // What was locked without a region is found by its address, among those of the others.
        let needed = needed.filter(|item| item.place.region.is_some() || item.request.is_some());
        let open = stores.iter().flat_map(|store| store.lock().instances.values());
        let open = open.filter(|entry| entry.state != State::Created);
        Regions {
            needed: needed.map(|item| item.place.region.clone()).collect(),
            wanted: open.map(|entry| entry.region.clone()).collect(),
        }
    }

    /// Lists what is there, settles what earlier runs left open, and plans anew against both.
    pub(super) fn survey(
        &self,
        platform: &mut Platform,
        stores: &mut [Store],
        plans: &mut Vec<Plan>,
        console: &mut Console,
        runtime: &Runtime,
    ) -> Result<Result<Vec<Site>, CallFailure>, Failure> {
        platform.reach(runtime, self.regions(plans, stores))?;
        let locks: Vec<_> = stores.iter().map(Store::lock).collect();
        let mut sites = Vec::new();
        for client in platform.clients() {
            match runtime.block_on(Site::survey(client.clone(), &locks)) {
                Ok(site) => sites.push(site),
                Err(failure) => return Ok(Err(failure)),
            }
        }
        let mut owned: BTreeSet<TaskId> = apply::owned(locks);
        for site in &sites {
            match (site.limits(), site.client.region()) {
                (Some(limits), Some(region)) if sites.len() > 1 => {
                    console.note(&format!("region {region}: {limits}"))?;
                }
                (Some(limits), _) => console.note(&limits)?,
                (None, _) => {}
            }
            for store in stores.iter_mut() {
                let settled = apply::settle_earlier(store, &mut owned, site);
                for apply::Settled { name, id } in runtime.block_on(settled)? {
                    console.settled(&name, &id)?;
                }
            }
        }
        self.finish_deletes(stores, platform, console, runtime)?;
        let here = platform.here();
        *plans = self.plans(stores, &here);
        for (plan, manifest) in plans.iter_mut().zip(self.prepared) {
            for site in &sites {
                if self.refreshes() {
                    runtime.block_on(apply::refresh(plan, site));
                    plan.permit(&policy(self.args), &manifest.requests, &here);
                }
                let bar = apply::bar_twins(plan, site, &owned, self.args.adopt, &manifest.file);
                runtime.block_on(bar);
            }
        }
        Ok(Ok(sites))
    }

    /// Asks again for the deletes that an earlier run did not see done.
    fn finish_deletes(
        &self,
        stores: &mut [Store],
        platform: &Platform,
        console: &mut Console,
        runtime: &Runtime,
    ) -> Result<(), Failure> {
        let mut targets = Vec::new();
        for (job, store) in stores.iter().enumerate() {
            for (name, entry) in &store.lock().instances {
                if let (State::Deleting, Some(id)) = (entry.state, &entry.task_id) {
                    targets.push(Target { job, name: name.clone(), id: id.clone() });
                }
            }
        }
        // Nobody counts signals yet: one ends the process, and the entries are still there.
        let (_count, interrupts) = watch::channel(0);
        let format = self.args.selection.format;
        let mut observe = |event: Event<'_>| console.event(&event, format);
        let pace = self.pace();
        for (client, targets) in platform.by_client(stores, targets) {
            let interrupts = interrupts.clone();
            let remove =
                apply::remove_all(stores, targets, &client, pace, interrupts, &mut observe);
            // What is not gone stays in the lock as it was, and is reported with the plan.
            if let Some(error) = runtime.block_on(remove).errors.pop() {
                return Err(error.into());
            }
        }
        Ok(())
    }
}
