//! `apply`: creates the instances that are not in the locks yet.

mod await_running;
mod preflight;
mod prompt;

use tokio::runtime::Runtime;
use tokio::sync::watch;

use super::confirm::{confirm, confirm_changed, require_prompt};
use super::load::{
    LoadedManifest, files, manifest_args, open, prepare_selection, repeat_allow_http, select,
};
use super::planning::{CheckedPlan, Planning, any_effect, cost, planned};
use super::platform::{Platform, offline_target};
use super::read_only_workspace::read_locks;
use super::signals::SignalHandler;
use crate::api::client::ApiError;
use crate::apply::{
    self, AbortReason, ApplyOptions, ApplyReport, ApplyUnit, DeleteOptions, DeleteTarget, Event,
};
use crate::cli::Apply as Args;
use crate::commands::error::{CommandError, Exit};
use crate::commands::error_text::error_text;
use crate::commands::runtime::runtime;
use crate::exit_status::ExitClass;
use crate::lockfile::{LockError, LockStore, Lockfile};
use crate::output::CommandProblem;
use crate::output::{AppliedManifests, Console};
use crate::plan::{Cost, Plan, PlanAction, PlanItem};
use prompt::question;

pub(super) fn run(
    args: &Args,
    console: &mut Console,
    signals: &SignalHandler,
) -> Result<Exit, CommandError> {
    let mut prepared = prepare_selection(&args.selection, console)?;
    repeat_allow_http(&mut prepared, args.allow_http);
    if args.dry_run {
        return dry_run(args, &prepared, console);
    }
    let sandbox = args.selection.sandbox;
    let mut platform =
        Platform::from_environment(sandbox, args.allow_http, args.request_timeout, &prepared)?;
    let mut stores = open(&prepared, args.no_guard)?;
    let selection = {
        let locks: Vec<_> = prepared.iter().zip(locks(&stores)).collect();
        select(&args.selection.names, &locks)?
    };
    let runtime = runtime()?;
    let planning = Planning::new(&prepared, &selection, &args.changes, args.refresh)?;
    let scope = ApplyContext { args, planning, runtime: &runtime, signals };
    let now = match scope.confirmed(&mut platform, &mut stores, console) {
        Ok(surveyed) => surveyed,
        Err(Unconfirmed::Failed(failure)) => return Err(failure),
        Err(Unconfirmed::Unlisted(failure)) => {
            let plans = scope.planning.offline(&locks(&stores), &platform.target());
            let jobs = scope.jobs(stores, plans);
            return abort_list_failed(&jobs, &prepared, failure, console);
        }
    };
    prove_before_pruning(&stores, &now.plans)?;
    let cost = cost(&now.plans);
    let mut report = scope.execute(&platform, stores, now, console);
    if args.wait && report.stop.is_none() && !report.classes.contains(ExitClass::Interrupted) {
        scope.await_running(&mut platform, &mut report, console);
    }
    let applied = AppliedManifests { files: &files(&prepared), report: &report, cost: Some(cost) };
    Ok(finish(&applied, console))
}

/// Context of one `apply`.
struct ApplyContext<'a> {
    args: &'a Args,
    planning: Planning<'a>,
    runtime: &'a Runtime,
    signals: &'a SignalHandler,
}

/// Reason why nothing is executed.
enum Unconfirmed {
    /// The platform could not be listed.
    Unlisted(ApiError),
    /// Any other error.
    Failed(CommandError),
}

impl<E: Into<CommandError>> From<E> for Unconfirmed {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// Returns the contents of the locks.
fn locks(stores: &[LockStore]) -> Vec<&Lockfile> {
    stores.iter().map(LockStore::lock).collect()
}

impl ApplyContext<'_> {
    /// Returns the plans that the user confirmed and that are still valid: after the answer the locks are
    /// read again, and the platform is listed again if its list is too old. A plan that changed is shown
    /// and has to be confirmed again.
    fn confirmed(
        &self,
        platform: &mut Platform,
        stores: &mut [LockStore],
        console: &mut Console,
    ) -> Result<CheckedPlan, Unconfirmed> {
        self.refuse_unconfirmed(stores, platform, console)?;
        let mut now = self.preflight(platform, stores, console)?;
        let mut changed = false;
        loop {
            if console.is_human() {
                console.show_plan(&planned(self.planning.prepared, &now.plans))?;
            }
            self.check_card_limit(&now.plans)?;
            if !any_effect(&now.plans) {
                return Ok(now);
            }
            if changed {
                confirm_changed(&question(&now.plans, console), console)?;
            } else {
                confirm(self.args.yes, &question(&now.plans, console), console)?;
            }
            if !reread(stores)? && !now.is_old() {
                return Ok(now);
            }
            let then = std::mem::take(&mut now.plans);
            now = self.preflight(platform, stores, console)?;
            if now.does_the_same_as(&then) {
                return Ok(now);
            }
            changed = true;
        }
    }

    fn jobs(&self, stores: Vec<LockStore>, plans: Vec<Plan>) -> Vec<ApplyUnit> {
        let job = |((manifest, store), plan): ((&LoadedManifest, LockStore), Plan)| ApplyUnit {
            manifest: manifest.args.clone(),
            store,
            plan,
        };
        self.planning.prepared.iter().zip(stores).zip(plans).map(job).collect()
    }

    /// Fails if a limit is exceeded, or if there is no terminal to ask for confirmation; the platform is
    /// not queried in these cases.
    fn refuse_unconfirmed(
        &self,
        stores: &[LockStore],
        platform: &Platform,
        console: &mut Console,
    ) -> Result<(), CommandError> {
        let plans = self.planning.offline(&locks(stores), &platform.target());
        self.check_card_limit(&plans)?;
        if !any_effect(&plans) {
            return Ok(());
        }
        let requested = require_prompt(self.args.yes, || question(&plans, console));
        if requested.is_err() && console.is_human() {
            console.show_plan(&planned(self.planning.prepared, &plans))?;
        }
        requested
    }

    fn check_card_limit(&self, plans: &[Plan]) -> Result<(), CommandError> {
        let over = self.planning.exceeds_card_limit(plans);
        over.map_or(Ok(()), |(cost, limit)| {
            let problem = CommandProblem::OverCardLimit { cost, limit };
            Err(CommandError::with_class(ExitClass::Blocked, problem))
        })
    }

    fn delete_options(&self, interrupts: watch::Receiver<u8>) -> DeleteOptions {
        let parallel = usize::from(self.args.parallel);
        DeleteOptions { parallel, timeout: self.args.settle, interrupts }
    }

    /// Deletes what is to be pruned, then creates.
    fn execute(
        &self,
        platform: &Platform,
        mut stores: Vec<LockStore>,
        checked: CheckedPlan,
        console: &mut Console,
    ) -> ApplyReport {
        let CheckedPlan { mut plans, sites, .. } = checked;
        let options = ApplyOptions {
            parallel: usize::from(self.args.parallel),
            max_unknown: self.args.max_unknown,
            settle: self.args.settle,
            ..ApplyOptions::new(error_text)
        };
        let interrupts = self.signals.subscribe();
        let manifests = manifest_args(self.planning.prepared);
        let mut observe = |event: Event<'_>| console.event(&event, &manifests);
        let pruned = split_pruned(&mut plans);
        let mut first = ApplyReport::default();
        for (client, pruned) in platform.by_client(&stores, pruned) {
            let options = self.delete_options(interrupts.clone());
            let remove = apply::remove_all(&mut stores, pruned, &client, options, &mut observe);
            first.merge(self.runtime.block_on(remove));
        }
        let jobs = self.jobs(stores, plans);
        let run = apply::execute(jobs, &sites, options, interrupts, &mut observe);
        let mut report = self.runtime.block_on(run);
        report.merge(first);
        report
    }
}

/// Proves that every lock can be written at the end, if something is deleted first. For plans that
/// only create, the journal proves it.
fn prove_before_pruning(stores: &[LockStore], plans: &[Plan]) -> Result<(), LockError> {
    if plans.iter().flat_map(|plan| &plan.items).any(PlanItem::deletes) {
        for (store, plan) in stores.iter().zip(plans) {
            if plan.items.iter().any(PlanItem::has_effect) {
                store.prove_final_write()?;
            }
        }
    }
    Ok(())
}

/// Reads the locks again, and returns whether another program has written one since.
pub(super) fn reread(stores: &mut [LockStore]) -> Result<bool, LockError> {
    let mut changed = false;
    for store in stores {
        changed |= store.reread()?;
    }
    Ok(changed)
}

/// Removes the instances to prune from the plans and returns them.
fn split_pruned(plans: &mut [Plan]) -> Vec<DeleteTarget> {
    let mut targets = Vec::new();
    for (job, plan) in plans.iter_mut().enumerate() {
        plan.items.retain(|item| match (item.action, &item.task_id) {
            (PlanAction::Prune, Some(id)) if !item.blocked => {
                targets.push(DeleteTarget::new(job, item.name.clone(), id.clone()));
                false
            }
            _ => true,
        });
    }
    targets
}

/// Prints the result of a run and returns its exit status.
fn finish(applied: &AppliedManifests<'_>, console: &mut Console) -> Exit {
    let report = applied.report;
    if let Err(error) = console.print_apply_result(applied) {
        // The results are in the lock, and their exit status takes precedence over this error.
        let _ = console.error(&console.words().result_unwritable(&error), None);
        if report.classes.code() == 0 {
            return Exit::Usage;
        }
    }
    report.classes.clone().into()
}

/// Ends a run that could not list the existing instances; nothing was sent.
fn abort_list_failed(
    jobs: &[ApplyUnit],
    prepared: &[LoadedManifest],
    failure: ApiError,
    console: &mut Console,
) -> Result<Exit, CommandError> {
    let (words, class) = (console.words(), failure.class());
    let help = words.refusal_help(&failure);
    let stop = AbortReason::ListFailed(failure.into_detail());
    console.error(&words.nothing_sent(&stop), help)?;
    let report = ApplyReport::nothing_sent(jobs, stop, class);
    let cost = jobs.iter().map(|job| job.plan.cost());
    let cost = cost.fold(Cost::default(), |sum, cost| sum + cost);
    let files = files(prepared);
    console.print_apply_result(&AppliedManifests {
        files: &files,
        report: &report,
        cost: Some(cost),
    })?;
    Ok(Exit::Classes(report.classes))
}

/// Prints the plan and the exact requests: no client is built and nothing is written.
fn dry_run(
    args: &Args,
    prepared: &[LoadedManifest],
    console: &mut Console,
) -> Result<Exit, CommandError> {
    let locks = read_locks(prepared)?;
    let pairs: Vec<_> = prepared.iter().zip(&locks).collect();
    let selection = select(&args.selection.names, &pairs)?;
    let planning = Planning::new(prepared, &selection, &args.changes, args.refresh)?;
    let target = offline_target(args.selection.sandbox);
    let plans = planning.offline(&locks.iter().collect::<Vec<_>>(), &target);
    let planned = planned(prepared, &plans);
    console.dry_run(&planned)?;
    if console.is_human() {
        console.info(&console.words().dry_run(&question(&plans, console)))?;
    }
    Ok(Exit::Done)
}
