//! Planning shared by `plan` and `apply`, so that they always agree about the same lock and platform.

use std::time::Instant;

use super::error::CommandError;
use super::load::{LoadedManifest, expand};
use super::workspace::{LockAccess, Workspace};
use crate::api::client::ApiError;
use crate::cli::ChangeArgs;
use crate::inventory::{self, RegionInventory, ResolvedEntry};
use crate::lockfile::{EntryState, Lockfile};
use crate::output::{CommandProblem, Console, Message, PlannedManifest};
use crate::plan::{
    CostKind, CostLimit, LimitSource, Permissions, Plan, PlanAction, PlanItem, Totals, plan,
};

/// Maximum number of unchanged instances that are queried without `--refresh`.
const MAX_QUERIES: usize = 16;

/// Plans the changes that the user allows.
pub(super) struct Planner<'a> {
    changes: &'a ChangeArgs,
    permissions: Permissions,
    /// Whether the platform is queried about unchanged instances.
    refresh: bool,
    /// The limits of each manifest.
    limits: Vec<Vec<CostLimit>>,
}

/// Plans against the locks and the state of the platform.
pub(super) struct CheckedPlan {
    pub(super) plans: Vec<Plan>,
    pub(super) sites: Vec<RegionInventory>,
    /// Time when the platform was listed.
    pub(super) listed: Instant,
    /// Error of a query about an instance, if one failed.
    pub(super) query_failed: Option<ApiError>,
}

impl<'a> Planner<'a> {
    /// Refuses names of `--replace` that are in no manifest.
    pub(super) fn new(
        manifests: &[LoadedManifest],
        changes: &'a ChangeArgs,
        refresh: bool,
    ) -> Result<Self, CommandError> {
        let known = manifests.iter().flat_map(LoadedManifest::names);
        let permissions = Permissions {
            replace: expand(&changes.replace, known, Some("--replace"))?,
            replace_all: changes.replace_all,
            resize: changes.resize,
            keep_changed: changes.keep_changed,
            prune: changes.prune,
        };
        let limits = manifests.iter().map(|manifest| manifest.cost_limits().collect()).collect();
        Ok(Self { changes, permissions, refresh: refresh || changes.replace_all, limits })
    }

    /// Returns whether the plans depend on the state of unchanged instances: `--replace-all` also replaces
    /// those that ended or are gone.
    pub(super) fn refreshes(&self) -> bool {
        self.refresh
    }

    /// Returns the plans against the locks only.
    pub(super) fn offline<L: LockAccess>(&self, workspace: &Workspace<L>) -> Vec<Plan> {
        let target = workspace.platform.target();
        let planned = |(manifest, lock): (&LoadedManifest, &L)| {
            let mut plan = plan(&manifest.requests, lock.lock(), &target, &workspace.selection);
            plan.apply_permissions(&self.permissions, &manifest.requests, &target);
            plan
        };
        workspace.manifests.iter().zip(&workspace.locks).map(planned).collect()
    }

    /// Lists the existing instances, reconciles what earlier runs left open, and plans against both.
    /// `finish` completes the deletions of earlier runs. Sends nothing if there is nothing to do.
    pub(super) fn online<L: LockAccess>(
        &self,
        workspace: &mut Workspace<L>,
        console: &mut Console,
        finish: impl FnOnce(&mut Workspace<L>, &mut Console) -> Result<(), CommandError>,
    ) -> Result<CheckedPlan, CommandError> {
        let (plans, listed) = (self.offline(workspace), Instant::now());
        if !self.requires_platform(&plans, workspace) {
            return Ok(CheckedPlan { plans, sites: Vec::new(), listed, query_failed: None });
        }
        self.connect(&plans, workspace)?;
        let sites = workspace.platform.clients().iter().map(|client| workspace.list(client));
        let unlisted = |failure| CommandProblem::ListFailed(Box::new(failure));
        let sites = sites.collect::<Result<Vec<_>, _>>().map_err(unlisted)?;
        report_limitations(&sites, console)?;
        let mut owned = workspace.owned_ids();
        for lock in &mut workspace.locks {
            let mut changes = Vec::new();
            for site in &sites {
                let settlements = inventory::settlements(lock.lock(), &mut owned, site);
                let (settled, found) = workspace.platform.runtime.block_on(settlements);
                for ResolvedEntry { name, id } in found {
                    console.print_resolved(&name, &id)?;
                }
                changes.extend(settled);
            }
            lock.settle(changes)?;
        }
        finish(workspace, console)?;
        let (mut plans, listed, mut query_failed) = (self.offline(workspace), Instant::now(), None);
        let target = workspace.platform.target();
        for (plan, LoadedManifest { requests, args, .. }) in
            plans.iter_mut().zip(&workspace.manifests)
        {
            for site in &sites {
                // The list is at hand, so that ended instances can be reported in any case.
                let queries = match site.limitation() {
                    _ if self.refresh => usize::MAX,
                    None => MAX_QUERIES,
                    Some(_) => 0,
                };
                let refresh = inventory::refresh(plan, site, queries, args);
                query_failed = workspace.platform.runtime.block_on(refresh).or(query_failed);
                plan.apply_permissions(&self.permissions, requests, &target);
                let adopt = self.changes.adopt;
                let block = inventory::block_duplicates(plan, site, &owned, adopt, args);
                workspace.platform.runtime.block_on(block);
            }
        }
        Ok(CheckedPlan { plans, sites, listed, query_failed })
    }

    /// Checks whether there is something to send, or something that an earlier run left open.
    fn requires_platform<L: LockAccess>(&self, plans: &[Plan], workspace: &Workspace<L>) -> bool {
        let target = workspace.platform.target();
        let mut open = workspace.locks.iter().flat_map(|lock| lock.lock().instances.values());
        any_effect(plans)
            || self.refresh
            || open.any(|entry| entry.state != EntryState::Created && target.covers_entry(entry))
    }

    /// Connects to the regions of the planned actions, and those of entries that earlier runs left open.
    fn connect<L: LockAccess>(
        &self,
        plans: &[Plan],
        workspace: &mut Workspace<L>,
    ) -> Result<(), CommandError> {
        let refreshed = |item: &PlanItem| self.refresh && item.action == PlanAction::Unchanged;
        let items = plans.iter().flat_map(|plan| &plan.items);
        let needed = items.filter(|item| item.has_effect() || refreshed(item));
        // An entry without a region is found by its address among the other regions.
        let needed = needed.filter(|item| item.location.region.is_some() || item.request.is_some());
        let open = workspace.locks.iter().flat_map(|lock| lock.lock().instances.values());
        let open = open.filter(|entry| entry.state != EntryState::Created);
        let optional = open.map(|entry| entry.region.clone()).collect();
        workspace
            .platform
            .connect(needed.map(|item| item.location.region.clone()).collect(), &optional)
    }

    /// Returns the problem of plans whose cost exceeds `--max-cards` or `--max-card-hours`, or of one that
    /// exceeds the limits of its manifest: of several exceeded limits, the smallest of cards, otherwise
    /// of card-hours.
    pub(super) fn over_limit(&self, plans: &[Plan]) -> Option<CommandProblem> {
        let flag = |kind, value: Option<u64>| {
            value.map(|value| CostLimit { kind, value, source: LimitSource::Flag })
        };
        let flags = [
            flag(CostKind::Cards, self.changes.max_cards),
            flag(CostKind::CardHours, self.changes.max_card_hours),
        ];
        let total = Totals::of(plans).cost;
        let of_run = flags.into_iter().flatten().map(|limit| (total, limit));
        let of_files = plans.iter().zip(&self.limits).flat_map(|(plan, limits)| {
            let cost = Totals::of([plan]).cost;
            limits.iter().map(move |limit| (cost, limit.clone()))
        });
        let exceeded = of_run.chain(of_files).filter(|(cost, limit)| cost.exceeds(limit));
        let (cost, limit) = exceeded.min_by_key(|(_, limit)| (limit.kind, limit.value))?;
        Some(CommandProblem::OverLimit { cost, limit })
    }
}

/// Checks whether `apply` completes a deletion that an earlier run started.
pub(super) fn finishes_deletions(workspace: &Workspace<Lockfile>) -> bool {
    let target = workspace.platform.target();
    let mut entries = workspace.locks.iter().flat_map(|lock| lock.instances.values());
    entries.any(|entry| entry.state == EntryState::Deleting && target.covers_entry(entry))
}

/// Reports the limits of the lists.
fn report_limitations(
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

/// Checks whether any of the plans has an effect.
pub(super) fn any_effect(plans: &[Plan]) -> bool {
    plans.iter().flat_map(|plan| &plan.items).any(PlanItem::has_effect)
}

/// Says that `apply` would send nothing because of a limit.
pub(super) fn would_refuse(over: &CommandProblem, console: &Console) -> Message {
    let reason = console.words().command_problem(over).text;
    Message::new(console.words().apply_would_refuse(&reason), None)
}

/// Returns the name of each manifest with its plan.
pub(super) fn planned<'a>(files: &[&'a str], plans: &'a [Plan]) -> Vec<PlannedManifest<'a>> {
    files.iter().zip(plans).map(|(file, plan)| PlannedManifest { file, plan }).collect()
}

/// Returns the confirmation prompt: the totals, then the instances to delete.
pub(super) fn question(plans: &[Plan], console: &Console) -> String {
    let items = plans.iter().flat_map(|plan| &plan.items).filter(|item| item.deletes());
    let deleted: Vec<_> = items.map(|item| &item.name).collect();
    console.words().plan_question(&Totals::of(plans), &deleted)
}
