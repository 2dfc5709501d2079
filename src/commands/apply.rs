//! `apply`: creates what the locks do not hold yet.

mod question;
mod survey;

use tokio::runtime::Runtime;

use super::confirm::{can_ask, confirm, confirm_changed};
use super::interrupt::Signals;
use super::looking::read_locks;
use super::planning::{Planning, Surveyed, acts, planned};
use super::prepare::{Prepared, files, manifest_args, open, prepare, repeat_allow_http, select};
use super::reach::{Platform, advice, here_offline, met};
use super::{Exit, Failure, runtime, wait};
use crate::api::client::ApiError as CallFailure;
use crate::apply::{
    self, AbortReason, ApplyOptions, ApplyReport, ApplyUnit, DeleteOptions, DeleteTarget, Event,
    RegionInventory,
};
use crate::cli::{Apply as Args, Format};
use crate::exit::Class;
use crate::lockfile::{LockError, LockStore, Lockfile};
use crate::plan::{Plan, PlanAction, PlanItem};
use crate::report::{Applied, Console};
use question::question;

pub(super) fn run(args: &Args, console: &mut Console, signals: &Signals) -> Result<Exit, Failure> {
    let mut prepared = prepare(&args.selection, console)?;
    repeat_allow_http(&mut prepared, args.allow_http);
    if args.dry_run {
        return dry_run(args, &prepared, console);
    }
    let sandbox = args.selection.sandbox;
    let mut platform = Platform::find(sandbox, args.allow_http, args.request_timeout, &prepared)?;
    let mut stores = open(&prepared, args.no_guard)?;
    let selection = {
        let locks: Vec<_> = prepared.iter().zip(locks(&stores)).collect();
        select(&args.selection.names, &locks)?
    };
    let runtime = runtime()?;
    let planning = Planning::new(&prepared, &selection, &args.changes, args.refresh)?;
    let scope = Scope { args, planning };
    let now = match scope.confirmed(&mut platform, &mut stores, console, &runtime) {
        Ok(surveyed) => surveyed,
        Err(Unconfirmed::Failed(failure)) => return Err(failure),
        Err(Unconfirmed::Unlisted(failure)) => {
            let plans = scope.planning.offline(&locks(&stores), &platform.here());
            let jobs = scope.jobs(stores, plans);
            return unlisted(&jobs, &prepared, failure, args.selection.format, console);
        }
    };
    prove_before_pruning(&stores, &now.plans)?;
    let surveyed = (&platform, &now.sites[..]);
    let mut report = carry_out(&scope, stores, now.plans, surveyed, &runtime, console, signals);
    if args.wait && report.stop.is_none() && !report.classes.contains(Class::Interrupted) {
        wait::after_apply(&scope, &mut platform, &runtime, &mut report, console, signals);
    }
    Ok(finish(&prepared, &report, args.selection.format, console))
}

/// What an `apply` is about.
pub(super) struct Scope<'a> {
    pub(super) args: &'a Args,
    pub(super) planning: Planning<'a>,
}

/// Why nothing is carried out.
enum Unconfirmed {
    /// The platform could not be listed.
    Unlisted(CallFailure),
    /// Anything else.
    Failed(Failure),
}

impl<E: Into<Failure>> From<E> for Unconfirmed {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// What the locks hold.
fn locks(stores: &[LockStore]) -> Vec<&Lockfile> {
    stores.iter().map(LockStore::lock).collect()
}

impl Scope<'_> {
    /// The plans that the user agreed to, and that still hold: after the answer the locks are read
    /// again, and the platform is listed again if its list is old. A plan that became another one is
    /// shown and asked about again.
    fn confirmed(
        &self,
        platform: &mut Platform,
        stores: &mut [LockStore],
        console: &mut Console,
        runtime: &Runtime,
    ) -> Result<Surveyed, Unconfirmed> {
        self.refuse_unconfirmed(stores, platform, console)?;
        let mut now = self.survey(platform, stores, console, runtime)?;
        let mut changed = false;
        loop {
            if self.args.selection.format == Format::Human {
                console.show_plan(&planned(self.planning.prepared, &now.plans))?;
            }
            self.refuse_over_limit(&now.plans)?;
            if !acts(&now.plans) {
                return Ok(now);
            }
            if changed {
                confirm_changed(&question(&now.plans), console)?;
            } else {
                confirm(self.args.yes, &question(&now.plans), console)?;
            }
            if !reread(stores)? && !now.is_old() {
                return Ok(now);
            }
            let then = std::mem::take(&mut now.plans);
            now = self.survey(platform, stores, console, runtime)?;
            if now.does_the_same_as(&then) {
                return Ok(now);
            }
            changed = true;
        }
    }

    fn jobs(&self, stores: Vec<LockStore>, plans: Vec<Plan>) -> Vec<ApplyUnit> {
        let job = |((manifest, store), plan): ((&Prepared, LockStore), Plan)| ApplyUnit {
            manifest: manifest.args.clone(),
            store,
            plan,
        };
        self.planning.prepared.iter().zip(stores).zip(plans).map(job).collect()
    }

    /// Without a terminal nobody can be asked, and over a limit nothing may be created: then the
    /// platform is not asked either.
    fn refuse_unconfirmed(
        &self,
        stores: &[LockStore],
        platform: &Platform,
        console: &mut Console,
    ) -> Result<(), Failure> {
        let plans = self.planning.offline(&locks(stores), &platform.here());
        self.refuse_over_limit(&plans)?;
        if !acts(&plans) {
            return Ok(());
        }
        let asked = can_ask(self.args.yes, || question(&plans));
        if asked.is_err() && self.args.selection.format == Format::Human {
            console.show_plan(&planned(self.planning.prepared, &plans))?;
        }
        asked
    }

    fn refuse_over_limit(&self, plans: &[Plan]) -> Result<(), Failure> {
        let over = self.planning.over_limit(plans);
        over.map_or(Ok(()), |message| {
            Err(Failure::met(Class::Guarded, message).with_help("nothing was created"))
        })
    }

    fn pace(&self) -> DeleteOptions {
        DeleteOptions { parallel: usize::from(self.args.parallel), timeout: self.args.settle }
    }
}

/// Proves that every lock can be written at the end, if something is deleted first. What only creates
/// proves it with its journal.
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

/// Reads the locks again, and says whether another program wrote one since.
pub(super) fn reread(stores: &mut [LockStore]) -> Result<bool, LockError> {
    let mut changed = false;
    for store in stores {
        changed |= store.reread()?;
    }
    Ok(changed)
}

/// Takes what is to be pruned out of the plans.
fn take_pruned(plans: &mut [Plan]) -> Vec<DeleteTarget> {
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

/// Prints what came of a run and gives its exit status.
fn finish(
    prepared: &[Prepared],
    report: &ApplyReport,
    format: Format,
    console: &mut Console,
) -> Exit {
    if let Err(error) = console.applied(&Applied { files: &files(prepared), report }, format) {
        // What was done is in the lock, and its exit status counts before this.
        let _ = console.error(&format!("cannot write the result: {error}"), None);
        if report.classes.code() == 0 {
            return Exit::Usage;
        }
    }
    report.classes.clone().into()
}

/// Ends a run that could not see what is there: nothing was sent.
fn unlisted(
    jobs: &[ApplyUnit],
    prepared: &[Prepared],
    failure: CallFailure,
    format: Format,
    console: &mut Console,
) -> Result<Exit, Failure> {
    let advice = advice(&failure);
    let (class, fault) = met(failure);
    let stop = AbortReason::ListFailed(fault.to_string());
    console.error(&format!("nothing was sent: {stop}"), advice)?;
    let report = ApplyReport::nothing_sent(jobs, stop, class);
    console.applied(&Applied { files: &files(prepared), report: &report }, format)?;
    Ok(Exit::Met(report.classes))
}

/// Shows the plan and the exact requests: no client is built and nothing is written.
fn dry_run(args: &Args, prepared: &[Prepared], console: &mut Console) -> Result<Exit, Failure> {
    let locks = read_locks(prepared)?;
    let pairs: Vec<_> = prepared.iter().zip(&locks).collect();
    let selection = select(&args.selection.names, &pairs)?;
    let planning = Planning::new(prepared, &selection, &args.changes, args.refresh)?;
    let here = here_offline(args.selection.sandbox);
    let plans = planning.offline(&locks.iter().collect::<Vec<_>>(), &here);
    let planned = planned(prepared, &plans);
    console.dry_run(&planned, args.selection.format)?;
    if args.selection.format == Format::Human {
        console.note(&format!("dry run: {}; nothing was sent", question(&plans)))?;
    }
    Ok(Exit::Done)
}

fn carry_out(
    scope: &Scope<'_>,
    mut stores: Vec<LockStore>,
    mut plans: Vec<Plan>,
    (platform, sites): (&Platform, &[RegionInventory]),
    runtime: &Runtime,
    console: &mut Console,
    signals: &Signals,
) -> ApplyReport {
    let args = scope.args;
    let options = ApplyOptions {
        parallel: usize::from(args.parallel),
        max_unknown: args.max_unknown,
        settle: args.settle,
        ..ApplyOptions::default()
    };
    let interrupts = signals.listen();
    let format = args.selection.format;
    let manifests = manifest_args(scope.planning.prepared);
    let mut observe = |event: Event<'_>| console.event(&event, &manifests, format);
    let pruned = take_pruned(&mut plans);
    let mut first = ApplyReport::default();
    for (client, pruned) in platform.by_client(&stores, pruned) {
        let (stopped, pace) = (interrupts.clone(), scope.pace());
        let remove = apply::remove_all(&mut stores, pruned, &client, pace, stopped, &mut observe);
        first.merge(runtime.block_on(remove));
    }
    let jobs = scope.jobs(stores, plans);
    let run = apply::execute(jobs, sites, options, interrupts, &mut observe);
    let mut report = runtime.block_on(run);
    report.merge(first);
    report
}
