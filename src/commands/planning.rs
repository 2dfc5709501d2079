//! Planning shared by `plan` and `apply`, so that they always agree about the same lock and platform.

use std::collections::BTreeSet;
use std::time::Instant;

use tokio::runtime::Runtime;

use super::confirm::MAX_LIST_AGE;
use super::load::{LoadedManifest, instance_names, matching, unknown_name};
use super::platform::{Platform, RequestedRegions};
use crate::api::client::ApiError as CallFailure;
use crate::cli::Changes as Allowed;
use crate::commands::error::CommandError;
use crate::ids::TaskId;
use crate::inventory;
use crate::inventory::{RegionInventory, ResolvedEntry};
use crate::lockfile::{EntryChange, EntryState, Lockfile};
use crate::output::{Console, PlannedManifest};
use crate::plan::{Cost, Permissions, Plan, PlanAction, PlanItem, Selection, Target, plan};

/// Scope of planning: the manifests, the selected instances, and the changes that the user allows.
pub(super) struct Planning<'a> {
    pub(super) prepared: &'a [LoadedManifest],
    pub(super) selection: &'a Selection,
    pub(super) allowed: &'a Allowed,
    policy: Permissions,
    /// Whether the platform is queried about unchanged instances.
    pub(super) refresh: bool,
}

/// Plans against the locks and the state of the platform.
pub(super) struct CheckedPlan {
    pub(super) plans: Vec<Plan>,
    pub(super) sites: Vec<RegionInventory>,
    /// Time when the platform was listed.
    pub(super) listed: Instant,
    /// Error of a query about an instance, if one failed.
    pub(super) query_failed: Option<CallFailure>,
}

impl<'a> Planning<'a> {
    /// Refuses names of `--replace` that are in no manifest.
    pub(super) fn new(
        prepared: &'a [LoadedManifest],
        selection: &'a Selection,
        allowed: &'a Allowed,
        refresh: bool,
    ) -> Result<Self, CommandError> {
        let policy = policy(prepared, allowed)?;
        Ok(Self { prepared, selection, allowed, policy, refresh })
    }

    /// Returns the plans against the locks only.
    pub(super) fn offline(&self, locks: &[&Lockfile], target: &Target) -> Vec<Plan> {
        let planned = |(manifest, lock): (&LoadedManifest, &&Lockfile)| {
            let mut plan = plan(&manifest.requests, lock, target, self.selection);
            plan.apply_permissions(&self.policy, &manifest.requests, target);
            plan
        };
        self.prepared.iter().zip(locks).map(planned).collect()
    }

    /// Returns the plans against the locks and the list of each site. `owned` are the IDs that the locks
    /// contained when the sites were listed.
    pub(super) async fn online(
        &self,
        locks: &[&Lockfile],
        target: &Target,
        sites: Vec<RegionInventory>,
        owned: &BTreeSet<TaskId>,
    ) -> CheckedPlan {
        let (listed, mut query_failed) = (Instant::now(), None);
        let mut plans = self.offline(locks, target);
        for (plan, manifest) in plans.iter_mut().zip(self.prepared) {
            for site in &sites {
                if self.refreshes() {
                    query_failed =
                        inventory::refresh(plan, site, &manifest.args).await.or(query_failed);
                    plan.apply_permissions(&self.policy, &manifest.requests, target);
                }
                inventory::block_duplicates(plan, site, owned, self.allowed.adopt, &manifest.args)
                    .await;
            }
        }
        CheckedPlan { plans, sites, listed, query_failed }
    }

    /// Checks whether there is something to send, or something that an earlier run left open.
    pub(super) fn requires_platform(
        &self,
        plans: &[Plan],
        locks: &[&Lockfile],
        target: &Target,
    ) -> bool {
        let mut entries = locks.iter().flat_map(|lock| lock.instances.values());
        any_effect(plans)
            || self.refreshes()
            || entries.any(|entry| entry.state != EntryState::Created && target.covers_entry(entry))
    }

    /// Checks whether `apply` completes a deletion that an earlier run started.
    pub(super) fn finishes_deletions(locks: &[&Lockfile], target: &Target) -> bool {
        let mut entries = locks.iter().flat_map(|lock| lock.instances.values());
        entries.any(|entry| entry.state == EntryState::Deleting && target.covers_entry(entry))
    }

    /// Returns the regions of the planned actions, and those of entries that earlier runs left open.
    pub(super) fn regions(&self, plans: &[Plan], locks: &[&Lockfile]) -> RequestedRegions {
        let refreshed = |item: &PlanItem| self.refreshes() && item.action == PlanAction::Unchanged;
        let items = plans.iter().flat_map(|plan| &plan.items);
        let needed = items.filter(|item| item.has_effect() || refreshed(item));
        // An entry without a region is found by its address among the other regions.
        let needed = needed.filter(|item| item.location.region.is_some() || item.request.is_some());
        let open = locks.iter().flat_map(|lock| lock.instances.values());
        let open = open.filter(|entry| entry.state != EntryState::Created);
        RequestedRegions {
            needed: needed.map(|item| item.location.region.clone()).collect(),
            optional: open.map(|entry| entry.region.clone()).collect(),
        }
    }

    fn refreshes(&self) -> bool {
        self.refresh || self.allowed.replace_all
    }

    /// Returns the maximum cost of the plans and `--max-cards`, if the cost exceeds it.
    pub(super) fn exceeds_card_limit(&self, plans: &[Plan]) -> Option<(Cost, u64)> {
        let (cost, most) = (cost(plans), self.allowed.max_cards?);
        (cost.cards > most).then_some((cost, most))
    }
}

impl CheckedPlan {
    /// Checks whether the list is too old to act on.
    pub(super) fn is_old(&self) -> bool {
        !self.sites.is_empty() && self.listed.elapsed() > MAX_LIST_AGE
    }

    /// Checks whether these plans have exactly the same effect as others.
    pub(super) fn does_the_same_as(&self, other: &[Plan]) -> bool {
        let done = |plans: &[Plan]| -> Vec<Vec<PlanItem>> {
            let items = plans.iter().map(|plan| plan.items.iter());
            items.map(|items| items.filter(|item| item.has_effect()).cloned().collect()).collect()
        };
        done(&self.plans) == done(other)
    }
}

/// Lists the instances at each connected address.
pub(super) fn list_sites(
    platform: &Platform,
    runtime: &Runtime,
    locks: &[&Lockfile],
) -> Result<Vec<RegionInventory>, CallFailure> {
    let survey = |client| runtime.block_on(RegionInventory::list_regions(client, locks));
    platform.clients().iter().cloned().map(survey).collect()
}

/// Reports the limits of the lists.
pub(super) fn report_limitations(
    sites: &[RegionInventory],
    console: &mut Console,
) -> Result<(), CommandError> {
    for site in sites {
        if let Some(limitation) = site.limitation() {
            let region = site.client.region().filter(|_| sites.len() > 1);
            console.info(&console.words().list_limitation(limitation, region.as_ref()))?;
        }
    }
    Ok(())
}

/// Returns the changes that resolve the unknown entries of one lock at all sites; prints the instances
/// that were found.
pub(super) fn resolve_pending(
    lock: &Lockfile,
    sites: &[RegionInventory],
    owned: &mut BTreeSet<TaskId>,
    runtime: &Runtime,
    console: &mut Console,
) -> Result<Vec<EntryChange>, CommandError> {
    let mut all = Vec::new();
    for site in sites {
        let (changes, settled) = runtime.block_on(inventory::settlements(lock, owned, site));
        for ResolvedEntry { name, id } in settled {
            console.print_resolved(&name, &id)?;
        }
        all.extend(changes);
    }
    Ok(all)
}

/// Checks whether any of the plans has an effect.
pub(super) fn any_effect(plans: &[Plan]) -> bool {
    plans.iter().flat_map(|plan| &plan.items).any(PlanItem::has_effect)
}

/// Returns the maximum cost of the plans.
pub(super) fn cost(plans: &[Plan]) -> Cost {
    plans.iter().map(Plan::cost).fold(Cost::default(), |sum, cost| sum + cost)
}

/// Returns the name of each manifest with its plan.
pub(super) fn planned<'a>(
    prepared: &'a [LoadedManifest],
    plans: &'a [Plan],
) -> Vec<PlannedManifest<'a>> {
    let planned = |(manifest, plan): (&'a LoadedManifest, &'a Plan)| PlannedManifest {
        file: &manifest.file,
        plan,
    };
    prepared.iter().zip(plans).map(planned).collect()
}

fn policy(prepared: &[LoadedManifest], allowed: &Allowed) -> Result<Permissions, CommandError> {
    let Allowed { replace, replace_all, keep_changed, prune, .. } = allowed;
    let mut policy = Permissions {
        replace: BTreeSet::new(),
        replace_all: *replace_all,
        keep_changed: *keep_changed,
        prune: *prune,
    };
    if !replace.is_empty() {
        let known = prepared.iter().flat_map(instance_names).collect();
        for expected in replace {
            let found = matching(expected, &known);
            if found.is_empty() {
                return Err(unknown_name(expected, Some("--replace")));
            }
            policy.replace.extend(found);
        }
    }
    Ok(policy)
}
