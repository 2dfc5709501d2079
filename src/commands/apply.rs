//! `apply`: creates what the locks do not hold yet.

mod question;
mod survey;

use std::collections::BTreeSet;

use tokio::runtime::Runtime;

use super::confirm::{can_ask, confirm};
use super::interrupt::Signals;
use super::plan::{offline, planned};
use super::prepare::{Prepared, files, open, prepare, select};
use super::reach::{Platform, advice, here_offline, met};
use super::{Exit, Failure, runtime, wait};
use crate::api::client::Failure as CallFailure;
use crate::apply::{self, Event, Job, Options, Pace, Report, Site, Stop, Target};
use crate::cli::{Apply as Args, Format};
use crate::exit::Class;
use crate::ids::InstanceName;
use crate::lockfile::Store;
use crate::plan::{Action, Here, Item, Plan, Policy, Selection, plan};
use crate::report::{Applied, Console};
use question::{cost, question};

pub(super) fn run(args: &Args, console: &mut Console, signals: &Signals) -> Result<Exit, Failure> {
    let prepared = prepare(&args.selection, console)?;
    if args.dry_run {
        return dry_run(args, &prepared, console);
    }
    let sandbox = args.selection.sandbox;
    let mut platform = Platform::find(sandbox, args.allow_http, args.request_timeout, &prepared)?;
    let mut stores = open(&prepared, args.no_guard)?;
    let locks: Vec<_> = prepared.iter().zip(stores.iter().map(Store::lock)).collect();
    let selection = select(&args.selection.names, &locks)?;
    let runtime = runtime()?;
    let scope = Scope { args, prepared: &prepared, selection: &selection };
    let mut plans = scope.plans(&stores, &platform.here());
    scope.know(&args.replace)?;
    scope.refuse_unconfirmed(&plans, console)?;
    let mut sites = Vec::new();
    if scope.needs_platform(&plans, &stores, &platform.here()) {
        match scope.survey(&mut platform, &mut stores, &mut plans, console, &runtime)? {
            Ok(surveyed) => sites = surveyed,
            Err(failure) => {
                let jobs = scope.jobs(stores, plans);
                return unlisted(&jobs, failure, args.selection.format, console);
            }
        }
    }
    if args.selection.format == Format::Human {
        console.show_plan(&planned(&prepared, &plans))?;
    }
    if let Some(most) = args.max_cards
        && cost(&plans).cards > most
    {
        let message = format!("{}, more than --max-cards {most}", cost(&plans));
        return Err(Failure::met(Class::Guarded, message).with_help("nothing was sent"));
    }
    if plans.iter().any(acts) {
        confirm(args.yes, &question(&plans), console)?;
    }
    let surveyed = (&platform, &sites[..]);
    let mut report = carry_out(&scope, stores, plans, surveyed, &runtime, console, signals);
    if args.wait && report.stop.is_none() && !report.classes.contains(Class::Interrupted) {
        wait::after_apply(&scope, &mut platform, &runtime, &mut report, console, signals);
    }
    Ok(finish(&prepared, &report, args.selection.format, console))
}

/// What an `apply` is about.
pub(super) struct Scope<'a> {
    pub(super) args: &'a Args,
    pub(super) prepared: &'a [Prepared],
    pub(super) selection: &'a Selection,
}

impl Scope<'_> {
    fn plans(&self, stores: &[Store], here: &Here) -> Vec<Plan> {
        let plan = |(manifest, store): (&Prepared, &Store)| {
            let mut plan = plan(&manifest.requests, store.lock(), here, self.selection);
            plan.permit(&policy(self.args), &manifest.requests, here);
            plan
        };
        self.prepared.iter().zip(stores).map(plan).collect()
    }

    /// Refuses names that no manifest has.
    fn know(&self, names: &[String]) -> Result<(), Failure> {
        let known: BTreeSet<&str> = if names.is_empty() {
            BTreeSet::new()
        } else {
            let requests = self.prepared.iter().flat_map(|manifest| &manifest.requests);
            requests.map(|request| request.name.as_str()).collect()
        };
        match names.iter().find(|name| !known.contains(name.as_str())) {
            Some(name) => Err(Failure::usage(format!("--replace: no instance is named {name}"))),
            None => Ok(()),
        }
    }

    /// Whether the platform is asked about what is unchanged.
    fn refreshes(&self) -> bool {
        self.args.refresh || self.args.replace_all
    }

    fn jobs(&self, stores: Vec<Store>, plans: Vec<Plan>) -> Vec<Job> {
        let job = |((manifest, store), plan): ((&Prepared, Store), Plan)| Job {
            file: manifest.file.clone(),
            store,
            plan,
        };
        self.prepared.iter().zip(stores).zip(plans).map(job).collect()
    }

    /// Without a terminal nobody can be asked: then the platform is not asked either.
    fn refuse_unconfirmed(&self, plans: &[Plan], console: &mut Console) -> Result<(), Failure> {
        if !plans.iter().any(acts) {
            return Ok(());
        }
        let asked = can_ask(self.args.yes, || question(plans));
        if asked.is_err() && self.args.selection.format == Format::Human {
            console.show_plan(&planned(self.prepared, plans))?;
        }
        asked
    }

    fn pace(&self) -> Pace {
        Pace { parallel: usize::from(self.args.parallel), patience: self.args.settle }
    }
}

/// What is allowed beyond creating.
fn policy(args: &Args) -> Policy {
    let Args { replace, replace_all, keep_changed, prune, .. } = args;
    Policy {
        replace: replace.iter().map(|name| InstanceName::from(name.as_str())).collect(),
        replace_all: *replace_all,
        keep_changed: *keep_changed,
        prune: *prune,
    }
}

/// Takes what is to be pruned out of the plans.
fn take_pruned(plans: &mut [Plan]) -> Vec<Target> {
    let mut targets = Vec::new();
    for (job, plan) in plans.iter_mut().enumerate() {
        plan.items.retain(|item| match (item.action, &item.task_id) {
            (Action::Prune, Some(id)) if !item.barred => {
                targets.push(Target { job, name: item.name.clone(), id: id.clone() });
                false
            }
            _ => true,
        });
    }
    targets
}

/// Prints what came of a run and gives its exit status.
fn finish(prepared: &[Prepared], report: &Report, format: Format, console: &mut Console) -> Exit {
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
    jobs: &[Job],
    failure: CallFailure,
    format: Format,
    console: &mut Console,
) -> Result<Exit, Failure> {
    let advice = advice(&failure);
    let (class, fault) = met(failure);
    let stop = Stop::Unlisted(fault.to_string());
    console.error(&format!("nothing was sent: {stop}"), advice)?;
    let report = Report::unsent(jobs, stop, class);
    let files: Vec<&str> = jobs.iter().map(|job| job.file.as_str()).collect();
    console.applied(&Applied { files: &files, report: &report }, format)?;
    Ok(Exit::Met(report.classes))
}

/// Shows the plan and the exact requests: no client is built and nothing is written.
fn dry_run(args: &Args, prepared: &[Prepared], console: &mut Console) -> Result<Exit, Failure> {
    let here = here_offline(args.selection.sandbox);
    let mut plans = offline(prepared, &args.selection.names, &here)?;
    for (plan, manifest) in plans.iter_mut().zip(prepared) {
        plan.permit(&policy(args), &manifest.requests, &here);
    }
    let planned = planned(prepared, &plans);
    console.dry_run(&planned, args.selection.format)?;
    if args.selection.format == Format::Human {
        console.note(&format!("dry run: {}; nothing was sent", question(&plans)))?;
    }
    Ok(Exit::Done)
}

/// Whether a plan does anything.
fn acts(plan: &Plan) -> bool {
    plan.items.iter().any(Item::acts)
}

fn carry_out(
    scope: &Scope<'_>,
    mut stores: Vec<Store>,
    mut plans: Vec<Plan>,
    (platform, sites): (&Platform, &[Site]),
    runtime: &Runtime,
    console: &mut Console,
    signals: &Signals,
) -> Report {
    let args = scope.args;
    let options = Options {
        parallel: usize::from(args.parallel),
        max_unknown: args.max_unknown,
        settle: args.settle,
        ..Options::default()
    };
    let interrupts = signals.listen();
    let format = args.selection.format;
    let mut observe = |event: Event<'_>| console.event(&event, format);
    let pruned = take_pruned(&mut plans);
    let mut first = Report::default();
    for (client, pruned) in platform.by_client(&stores, pruned) {
        let (stopped, pace) = (interrupts.clone(), scope.pace());
        let remove = apply::remove_all(&mut stores, pruned, &client, pace, stopped, &mut observe);
        first.join(runtime.block_on(remove));
    }
    let jobs = scope.jobs(stores, plans);
    let run = apply::run(jobs, sites, options, interrupts, &mut observe);
    let mut report = runtime.block_on(run);
    report.join(first);
    report
}
