//! `apply`: creates the instances that are not in the locks yet.

mod await_running;
mod dry_run;
mod targets;

use tokio::sync::watch;

use super::check::lint_levels;
use super::confirm::{Proposal, confirmed, require_prompt};
use super::delete::{delete, delete_options};
use super::error::{CommandError, Exit};
use super::following::following_for;
use super::online;
use super::planning::{CheckedPlan, Planner, any_effect, planned, question};
use super::signals::SignalHandler;
use super::workspace::Workspace;
use crate::api::client::{ApiError, ErrorMessage};
use crate::apply::{
    self, AbortReason, ApplyOptions, ApplyReport, DeleteTarget, Event, InstanceReport, Outcome,
};
use crate::cli::{Apply as Args, PaceArgs};
use crate::exit_status::ExitClass;
use crate::language::Language;
use crate::lockfile::{EntryState, LockError, LockStore};
use crate::output::{AppliedManifests, CommandProblem, Console, Message};
use crate::plan::{Cost, Plan, PlanItem, Totals};
use crate::text::CommandLine;

use targets::{split_pruned, split_resized, units};

pub(super) fn run(
    args: &Args,
    console: &mut Console,
    signals: &SignalHandler,
) -> Result<Exit, CommandError> {
    if args.dry_run {
        return dry_run::run(args, console);
    }
    let mut workspace = Workspace::write(&args.target, &args.names, console)?;
    let planner = Planner::new(&workspace.manifests, &args.changes, args.refresh)?;
    let scope = Scope { args, planner: &planner, signals };
    let checked = match scope.confirmed(&mut workspace, console) {
        Err(CommandError::Problem(problem)) => match *problem {
            CommandProblem::ListFailed(failure) => {
                return abort_list_failed(&mut workspace, &planner, *failure, console);
            }
            problem => return Err(problem.into()),
        },
        confirmed => confirmed?,
    };
    prove_before_pruning(&workspace.locks, &checked.plans)?;
    let totals = Totals::of(&checked.plans);
    let left = left_unknown(&workspace.locks, &checked.plans);
    let mut report = scope.execute(&mut workspace, checked, console);
    report.unknown_cost = report.unknown_cost + left;
    workspace.record_at_remote(args.target.guard, &mut report.classes, console)?;
    if args.wait && report.stop.is_none() && !report.classes.contains(ExitClass::Interrupted) {
        scope.await_running(&mut workspace, &mut report, console);
    }
    let files = workspace.files();
    let (cost, totals) = (totals.cost, Some(totals));
    let applied = AppliedManifests { files: &files, report: &report, cost, totals };
    let exit = finish(&applied, console);
    // The run is over: a closed terminal does not change its result.
    let _ = console.next_commands(&next_commands(&workspace, &report, args.wait));
    Ok(exit)
}

/// Returns the commands that usually follow, if one manifest was applied and something was created.
fn next_commands(
    workspace: &Workspace<LockStore>,
    report: &ApplyReport,
    waited: bool,
) -> Vec<CommandLine> {
    let created = |one: &&InstanceReport| one.outcome == Some(Outcome::Created);
    let Some(first) = report.instances.iter().find(created) else { return Vec::new() };
    let names: &[&str] = if waited { &["status", "url"] } else { &["status", "wait", "url"] };
    following_for(&workspace.manifests, names, &first.name)
}

/// Scope of one `apply`.
#[derive(Clone, Copy)]
struct Scope<'a> {
    args: &'a Args,
    planner: &'a Planner<'a>,
    signals: &'a SignalHandler,
}

impl Scope<'_> {
    /// Returns the plans that the user confirmed.
    fn confirmed(
        self,
        workspace: &mut Workspace<LockStore>,
        console: &mut Console,
    ) -> Result<CheckedPlan, CommandError> {
        self.refuse_unconfirmed(workspace, console)?;
        let levels = lint_levels(&self.args.target.lint)?;
        // A plan that changed while the user was asked is not compared again.
        let mut compared = self.args.online.no_online_check;
        let propose = |workspace: &mut Workspace<LockStore>, console: &mut Console| {
            let finish = |workspace: &mut Workspace<_>, console: &mut Console| {
                self.finish_deletions(workspace, console)
            };
            let mut checked = self.planner.online(workspace, console, finish)?;
            checked.plans.iter_mut().for_each(Plan::block_deletions);
            if !std::mem::replace(&mut compared, true) {
                online::check_plans(workspace, &checked, &levels, console)?;
            }
            let question = any_effect(&checked.plans).then(|| question(&checked.plans, console));
            let queried = (!checked.sites.is_empty()).then_some(checked.listed);
            Ok(Proposal { actions: checked, question, is_same: has_same_effect, queried })
        };
        let show = |checked: &CheckedPlan, workspace: &Workspace<_>, console: &mut Console| {
            if console.is_human() {
                console.show_plan(&planned(&workspace.files(), &checked.plans))?;
            }
            self.planner.over_limit(&checked.plans).map_or(Ok(()), |over| Err(over.into()))
        };
        confirmed(workspace, self.args.confirm.yes, console, propose, show)
    }

    /// Fails if a limit is exceeded, or if there is no terminal to ask for confirmation; the platform is
    /// not queried in these cases.
    fn refuse_unconfirmed(
        self,
        workspace: &Workspace<LockStore>,
        console: &mut Console,
    ) -> Result<(), CommandError> {
        let plans = self.planner.offline(workspace);
        if let Some(over) = self.planner.over_limit(&plans) {
            return Err(over.into());
        }
        if !any_effect(&plans) {
            return Ok(());
        }
        let requested = require_prompt(self.args.confirm.yes, || question(&plans, console));
        if requested.is_err() && console.is_human() {
            console.show_plan(&planned(&workspace.files(), &plans))?;
        }
        requested
    }

    /// Repeats the deletions that an earlier run did not see completed.
    fn finish_deletions(
        self,
        workspace: &mut Workspace<LockStore>,
        console: &mut Console,
    ) -> Result<(), CommandError> {
        let mut targets = Vec::new();
        for (job, store) in workspace.locks.iter().enumerate() {
            for (name, entry) in &store.lock().instances {
                if let (EntryState::Deleting, Some(id)) = (entry.state, &entry.task_id) {
                    targets.push(DeleteTarget::new(job, name.clone(), id.clone()));
                }
            }
        }
        // Signals are not counted yet: one ends the process, and the entries are still in the lock.
        let (_count, interrupts) = watch::channel(0);
        let options = delete_options(self.args.pace, interrupts);
        // An instance that still exists stays in the lock as it was, and is reported with the plan.
        match delete(workspace, targets, &options, console).errors.pop() {
            Some(error) => Err(error.into()),
            None => Ok(()),
        }
    }

    /// Deletes what is to be pruned, changes sizes, then creates.
    fn execute(
        self,
        workspace: &mut Workspace<LockStore>,
        checked: CheckedPlan,
        console: &mut Console,
    ) -> ApplyReport {
        let CheckedPlan { mut plans, sites, .. } = checked;
        let PaceArgs { parallel, settle } = self.args.pace;
        let options = ApplyOptions {
            parallel: usize::from(parallel),
            max_unknown: self.args.max_unknown,
            settle,
            ..ApplyOptions::new(error_text)
        };
        let interrupts = self.signals.subscribe();
        let pruned = split_pruned(&mut plans);
        let delete_options = delete_options(self.args.pace, interrupts.clone());
        let deleted = delete(workspace, pruned, &delete_options, console);
        let resized = split_resized(workspace, &mut plans);
        let manifests = workspace.manifest_args();
        let mut observe = |event: Event<'_>| console.event(&event, &manifests);
        let resize = apply::resize_all(&mut workspace.locks, resized, delete_options, &mut observe);
        let resized = workspace.platform.runtime.block_on(resize);
        let units = units(workspace, plans);
        let run = apply::execute(units, &sites, options, interrupts, &mut observe);
        let mut report = workspace.platform.runtime.block_on(run);
        report.merge(deleted);
        report.merge(resized);
        report
    }
}

/// Returns the English text of an error message, as the lock stores it.
fn error_text(message: &ErrorMessage) -> String {
    Language::English.error_message(message)
}

/// Checks whether two plans have exactly the same effect.
fn has_same_effect(one: &CheckedPlan, other: &CheckedPlan) -> bool {
    fn effect(plan: &Plan) -> Vec<&PlanItem> {
        plan.items.iter().filter(|item| item.has_effect()).collect()
    }
    one.plans.iter().map(effect).eq(other.plans.iter().map(effect))
}

/// Returns the maximum cost of the instances whose outcome is unknown since an earlier run.
fn left_unknown(stores: &[LockStore], plans: &[Plan]) -> Cost {
    let entries = stores.iter().zip(plans).flat_map(|(store, plan)| {
        let unknown = plan.items.iter().filter(|item| item.state == Some(EntryState::Unknown));
        unknown.filter_map(|item| store.lock().instances.get(&item.name))
    });
    Cost::of_entries(entries)
}

/// Proves that every lock can be written at the end, if something is deleted or resized first. For plans that
/// only create, the journal proves it.
fn prove_before_pruning(stores: &[LockStore], plans: &[Plan]) -> Result<(), LockError> {
    if plans.iter().flat_map(|plan| &plan.items).any(|item| item.deletes() || item.resizes()) {
        for (store, plan) in stores.iter().zip(plans) {
            if plan.items.iter().any(PlanItem::has_effect) {
                store.prove_final_write()?;
            }
        }
    }
    Ok(())
}

/// Prints the result of a run and returns its exit status.
fn finish(applied: &AppliedManifests<'_>, console: &mut Console) -> Exit {
    let report = applied.report;
    if let Err(error) = console.print_apply_result(applied) {
        // The results are in the lock, and their exit status takes precedence over this error.
        let _ = console.error(console.words().result_unwritable(&error));
        if report.classes.code() == 0 {
            return Exit::Usage;
        }
    }
    report.classes.clone().into()
}

/// Ends a run that could not list the existing instances; nothing was sent.
fn abort_list_failed(
    workspace: &mut Workspace<LockStore>,
    planner: &Planner<'_>,
    failure: ApiError,
    console: &mut Console,
) -> Result<Exit, CommandError> {
    let plans = planner.offline(workspace);
    let (words, class, cost) = (console.words(), failure.class(), Totals::of(&plans).cost);
    let help = words.refusal_help(&failure).map(str::to_owned);
    let stop = AbortReason::ListFailed(failure.into_detail());
    console.error(Message::new(words.nothing_sent(&stop), help))?;
    let report = ApplyReport::nothing_sent(&units(workspace, plans), stop, class);
    let files = workspace.files();
    let applied = AppliedManifests { files: &files, report: &report, cost, totals: None };
    console.print_apply_result(&applied)?;
    Ok(report.classes.into())
}
