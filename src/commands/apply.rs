//! `apply`: creates what the locks do not hold yet.

use std::io::{self, IsTerminal};

use super::plan::{here, offline, place, planned};
use super::prepare::{Prepared, prepare, select, state_folder};
use super::{Exit, Failure, interrupt};
use crate::api::client::{Client, Options as ClientOptions};
use crate::api::credentials::Access;
use crate::apply::{self, Event, Job, Options};
use crate::cli::{Apply as Args, Format};
use crate::exit::{Class, Classes};
use crate::lockfile::{Options as StoreOptions, Store};
use crate::plan::{Action, Cost, Here, Plan, plan};
use crate::report::{Applied, Console};
use crate::sandbox::{Handle, Sandbox};

pub(super) fn run(args: &Args, console: &mut Console, abort: fn() -> !) -> Result<Exit, Failure> {
    let prepared = match prepare(&args.selection, console)? {
        Ok(prepared) => prepared,
        Err(exit) => return Ok(exit),
    };
    if args.dry_run {
        return dry_run(args, &prepared, console);
    }
    let (access, sandbox) = access(args)?;
    let here = Here::One(place(&access));
    let jobs = open(args, &prepared, &here)?;
    let plans: Vec<Plan> = jobs.iter().map(|job| job.plan.clone()).collect();
    let creates =
        plans.iter().flat_map(|plan| &plan.items).any(|item| item.action == Action::Create);
    if args.selection.format == Format::Human {
        console.show_plan(&planned(&prepared, &plans))?;
    }
    if creates && !confirmed(args, &plans, console)? {
        return Ok(Exit::Met(Classes::from_iter([Class::Guarded])));
    }
    let clients = if creates { vec![client(args, access)?] } else { Vec::new() };
    let report = carry_out(args, jobs, &clients, console, abort)?;
    drop(sandbox);
    let files: Vec<&str> = prepared.iter().map(|manifest| manifest.file.as_str()).collect();
    let applied = Applied { files: &files, report: &report };
    if let Err(error) = console.applied(&applied, args.selection.format) {
        // What was done is in the lock, and its exit status counts before this.
        let _ = console.error(&format!("cannot write the result: {error}"), None);
        if report.classes.code() == 0 {
            return Ok(Exit::Usage);
        }
    }
    Ok(if report.classes.code() == 0 { Exit::Done } else { Exit::Met(report.classes) })
}

/// Shows the plan and the exact requests: no client is built and nothing is written.
fn dry_run(args: &Args, prepared: &[Prepared], console: &mut Console) -> Result<Exit, Failure> {
    let plans = offline(prepared, &args.selection.names, &here(args.selection.sandbox))?;
    let planned = planned(prepared, &plans);
    console.dry_run(&planned, args.selection.format)?;
    if args.selection.format == Format::Human {
        console.note(&format!("dry run: {}; nothing was sent", cost(&plans)))?;
    }
    Ok(Exit::Done)
}

/// The right to call the platform, or the sandbox that takes its place.
fn access(args: &Args) -> Result<(Access, Option<Handle>), Failure> {
    if !args.selection.sandbox {
        let environment = |name: &str| std::env::var_os(name);
        return Ok((Access::from_environment(&environment, args.allow_http)?, None));
    }
    let state = state_folder().map(|folder| folder.join("sandbox"));
    let sandbox = Sandbox::start(state, 0)
        .map_err(|error| Failure::met(Class::Unreachable, error.to_string()))?;
    let access = Access::sandbox(&sandbox.endpoint(), sandbox.token())?;
    Ok((access, Some(sandbox)))
}

/// Takes every lock, in the order of their paths, and plans against it.
fn open(args: &Args, prepared: &[Prepared], here: &Here) -> Result<Vec<Job>, Failure> {
    let open = |manifest: &Prepared| {
        let options = StoreOptions {
            manifest: Some(manifest.name.clone()),
            state: state_folder(),
            no_guard: args.no_guard,
        };
        Ok(Store::open(&manifest.lock, options)?)
    };
    let stores = prepared.iter().map(open).collect::<Result<Vec<Store>, Failure>>()?;
    let locks: Vec<_> = prepared.iter().zip(stores.iter().map(Store::lock)).collect();
    let selection = select(&args.selection.names, &locks)?;
    let job = |(manifest, store): (&Prepared, Store)| {
        let plan = plan(&manifest.requests, store.lock(), here, &selection);
        Job { store, plan }
    };
    Ok(prepared.iter().zip(stores).map(job).collect())
}

fn cost(plans: &[Plan]) -> Cost {
    plans.iter().map(Plan::cost).fold(Cost::default(), |sum, cost| sum + cost)
}

/// Whether a person, or `--yes`, agrees to what it costs.
fn confirmed(args: &Args, plans: &[Plan], console: &mut Console) -> Result<bool, Failure> {
    let question = cost(plans).to_string();
    if args.yes {
        console.note(&question)?;
        return Ok(true);
    }
    if !io::stdin().is_terminal() {
        return Err(Failure::met(Class::Guarded, format!("not confirmed: {question}"))
            .with_help("standard input is no terminal: give --yes to go on without a question"));
    }
    let agreed = console.confirm(&question)?;
    if !agreed {
        console.note("nothing was sent")?;
    }
    Ok(agreed)
}

fn client(args: &Args, access: Access) -> Result<Client, Failure> {
    let options =
        ClientOptions { request_timeout: args.request_timeout, ..ClientOptions::default() };
    Ok(Client::new(access, options)?)
}

fn carry_out(
    args: &Args,
    jobs: Vec<Job>,
    clients: &[Client],
    console: &mut Console,
    abort: fn() -> !,
) -> Result<apply::Report, Failure> {
    let options = Options {
        parallel: usize::from(args.parallel),
        max_unknown: args.max_unknown,
        ..Options::default()
    };
    let interrupts = interrupt::listen(abort)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let format = args.selection.format;
    let mut observe = |event: Event<'_>| console.event(&event, format);
    Ok(runtime.block_on(apply::run(jobs, clients, options, interrupts, &mut observe)))
}
