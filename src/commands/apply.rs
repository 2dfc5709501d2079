//! `apply`: creates what the locks do not hold yet.

use std::collections::BTreeSet;
use std::io::{self, IsTerminal};

use tokio::runtime::Runtime;
use tokio::sync::watch;

use super::plan::{offline, planned};
use super::prepare::{Prepared, open, prepare, select};
use super::reach::{Platform, Regions, advice, here_offline, met, place};
use super::{Exit, Failure, interrupt, runtime, wait};
use crate::api::client::Failure as CallFailure;
use crate::apply::{self, Event, Job, Options, Pace, Report, Site, Stop, Target};
use crate::cli::{Apply as Args, Format};
use crate::exit::{Class, Classes};
use crate::ids::{InstanceName, TaskId};
use crate::lockfile::{State, Store};
use crate::plan::{Action, Cost, Here, Item, Plan, Policy, Selection, plan};
use crate::report::{Applied, Console};

pub(super) fn run(args: &Args, console: &mut Console, abort: fn() -> !) -> Result<Exit, Failure> {
    let prepared = match prepare(&args.selection, console)? {
        Ok(prepared) => prepared,
        Err(exit) => return Ok(exit),
    };
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
    if plans.iter().any(acts) && !confirmed(args, &plans, console)? {
        return Ok(Exit::Met(Classes::from_iter([Class::Guarded])));
    }
    let surveyed = (&platform, &sites[..]);
    let mut report = carry_out(&scope, stores, plans, surveyed, &runtime, console, abort)?;
    if args.wait && report.stop.is_none() && !report.classes.contains(Class::Interrupted) {
        wait::after_apply(args, &prepared, &mut platform, &runtime, &mut report, console, abort)?;
    }
    Ok(finish(&prepared, &report, args.selection.format, console))
}

/// What an `apply` is about.
struct Scope<'a> {
    args: &'a Args,
    prepared: &'a [Prepared],
    selection: &'a Selection,
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
        if self.args.yes || io::stdin().is_terminal() || !plans.iter().any(acts) {
            return Ok(());
        }
        if self.args.selection.format == Format::Human {
            console.show_plan(&planned(self.prepared, plans))?;
        }
        Err(nobody_to_ask(plans))
    }

    /// Whether there is something to send, or something that an earlier run left open.
    fn needs_platform(&self, plans: &[Plan], stores: &[Store], here: &Here) -> bool {
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
        let needed = items.filter(|item| acts_on(item) || refreshed(item));
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
    fn survey(
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
            let place = place(client);
            match runtime.block_on(Site::survey(client.clone(), &place, &locks)) {
                Ok(site) => sites.push(site),
                Err(failure) => return Ok(Err(failure)),
            }
        }
        let mut owned: BTreeSet<TaskId> = apply::owned(locks);
        for site in &sites {
            match (site.limits(), place(&site.client).region) {
                (Some(limits), Some(region)) if sites.len() > 1 => {
                    console.note(&format!("region {region}: {limits}"))?;
                }
                (Some(limits), _) => console.note(&limits)?,
                (None, _) => {}
            }
            for store in stores.iter_mut() {
                let place = place(&site.client);
                let settled = apply::settle_earlier(store, &mut owned, site, &place);
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
}

impl Scope<'_> {
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
    let files: Vec<&str> = prepared.iter().map(|manifest| manifest.file.as_str()).collect();
    if let Err(error) = console.applied(&Applied { files: &files, report }, format) {
        // What was done is in the lock, and its exit status counts before this.
        let _ = console.error(&format!("cannot write the result: {error}"), None);
        if report.classes.code() == 0 {
            return Exit::Usage;
        }
    }
    if report.classes.code() == 0 { Exit::Done } else { Exit::Met(report.classes.clone()) }
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
    plan.items.iter().any(acts_on)
}

fn acts_on(item: &Item) -> bool {
    let acts = [Action::Create, Action::Adopt, Action::Replace, Action::Prune];
    acts.contains(&item.action) && !item.barred
}

fn cost(plans: &[Plan]) -> Cost {
    plans.iter().map(Plan::cost).fold(Cost::default(), |sum, cost| sum + cost)
}

/// What is asked before anything is done: what it costs, and what is taken over.
fn question(plans: &[Plan]) -> String {
    let adopted = |item: &&Item| item.action == Action::Adopt && !item.barred;
    let adopted = plans.iter().flat_map(|plan| &plan.items).filter(adopted).count();
    let ends =
        |item: &&Item| matches!(item.action, Action::Replace | Action::Prune) && !item.barred;
    let deleted: Vec<String> = plans
        .iter()
        .flat_map(|plan| &plan.items)
        .filter(ends)
        .map(|item| item.name.as_str().escape_debug().to_string())
        .collect();
    let cost = cost(plans);
    let mut parts = Vec::new();
    if cost.instances > 0 || adopted == 0 && deleted.is_empty() {
        parts.push(cost.to_string());
    }
    if adopted > 0 {
        parts.push(format!("take over {adopted}"));
    }
    if !deleted.is_empty() {
        parts.push(format!("delete {}: {}", deleted.len(), deleted.join(", ")));
    }
    parts.join("; ")
}

fn nobody_to_ask(plans: &[Plan]) -> Failure {
    Failure::met(Class::Guarded, format!("not confirmed: {}", question(plans)))
        .with_help("standard input is no terminal: give --yes to go on without a question")
}

/// Whether a person, or `--yes`, agrees to what it costs.
fn confirmed(args: &Args, plans: &[Plan], console: &mut Console) -> Result<bool, Failure> {
    let question = question(plans);
    if args.yes {
        console.note(&question)?;
        return Ok(true);
    }
    if !io::stdin().is_terminal() {
        return Err(nobody_to_ask(plans));
    }
    let agreed = console.confirm(&question)?;
    if !agreed {
        console.note("nothing was sent")?;
    }
    Ok(agreed)
}

fn carry_out(
    scope: &Scope<'_>,
    mut stores: Vec<Store>,
    mut plans: Vec<Plan>,
    (platform, sites): (&Platform, &[Site]),
    runtime: &Runtime,
    console: &mut Console,
    abort: fn() -> !,
) -> Result<Report, Failure> {
    let args = scope.args;
    let options = Options {
        parallel: usize::from(args.parallel),
        max_unknown: args.max_unknown,
        settle: args.settle,
        ..Options::default()
    };
    let interrupts = interrupt::listen(abort)?;
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
    Ok(report)
}
