//! `plan`: shows what apply would do, compared with the lock. Without `--refresh` no client is built.

use std::time::Duration;

use super::load::{prepare_selection, repeat_allow_http, select};
use super::planning::{Planning, list_sites, planned, report_limitations, resolve_pending};
use super::platform::{self, Platform};
use super::read_only_workspace::read_locks;
use crate::api::client::ApiError;
use crate::cli::Plan as Args;
use crate::commands::error::{CommandError, Exit};
use crate::commands::runtime::runtime;
use crate::exit_status::ExitClasses;
use crate::inventory;
use crate::lockfile::Lockfile;
use crate::output::{Console, ExitReport};
use crate::plan::{Plan, PlanItem};

/// Timeout of one request of `--refresh`.
const REQUEST_TIMEOUT: Duration = Duration::from_mins(1);

pub(super) fn run(args: &Args, console: &mut Console) -> Result<Exit, CommandError> {
    let mut prepared = prepare_selection(&args.selection, console)?;
    repeat_allow_http(&mut prepared, args.allow_http);
    let locks = read_locks(&prepared)?;
    let locks: Vec<&Lockfile> = locks.iter().collect();
    let selection =
        select(&args.selection.names, &prepared.iter().zip(locks.clone()).collect::<Vec<_>>())?;
    let planning = Planning::new(&prepared, &selection, &args.changes, args.refresh)?;
    let target = platform::offline_target(args.selection.sandbox);
    let (plans, query_failed) = if args.refresh {
        refreshed(args, &planning, locks.clone(), console)?
    } else {
        (planning.offline(&locks, &target), None)
    };
    let stopped = planning.exceeds_card_limit(&plans);
    let sends = |item: &PlanItem| item.creates() || item.deletes();
    let changes = plans.iter().flat_map(|plan| &plan.items).any(sends)
        || Planning::finishes_deletions(&locks, &target);
    let changes = changes && stopped.is_none();
    let classes: ExitClasses = query_failed.iter().map(ApiError::class).collect();
    let exit = match classes.code() {
        0 if changes && args.detailed_exitcode => 9,
        code => code,
    };
    let failure = query_failed.map(platform::query_failed);
    let report = ExitReport::new(exit, &classes);
    let rendered = failure.as_ref().and_then(|failure| failure.render(console.words()));
    let report = match &rendered {
        Some((message, help)) => report.because(message, help.as_deref()),
        None => report,
    };
    console.plan(&planned(&prepared, &plans), report)?;
    if let Some((cost, limit)) = stopped {
        let stopped = console.words().over_card_limit(&cost, limit);
        console.info(&console.words().apply_would_refuse(&stopped))?;
    }
    if let Some(failure) = failure {
        if let Some((message, help)) = rendered {
            console.error(&message, help.as_deref())?;
        }
        return Ok(failure.exit);
    }
    Ok(if exit == 9 { Exit::Changes } else { Exit::Done })
}

/// Plans against the platform as `apply` does, but read-only: the unknown outcomes that `apply` would
/// resolve are not written. Also returns why the platform did not answer about an instance.
fn refreshed(
    args: &Args,
    planning: &Planning<'_>,
    locks: Vec<&Lockfile>,
    console: &mut Console,
) -> Result<(Vec<Plan>, Option<ApiError>), CommandError> {
    let sandbox = args.selection.sandbox;
    let mut platform =
        Platform::from_environment(sandbox, args.allow_http, REQUEST_TIMEOUT, planning.prepared)?;
    let runtime = runtime()?;
    let first = planning.offline(&locks, &platform.target());
    platform.connect(&runtime, planning.regions(&first, &locks))?;
    let sites = list_sites(&platform, &runtime, &locks).map_err(platform::query_failed)?;
    report_limitations(&sites, console)?;
    let mut owned = inventory::owned_ids(locks.iter().copied());
    let mut settled = Vec::with_capacity(locks.len());
    for lock in locks {
        let changes = resolve_pending(lock, &sites, &mut owned, &runtime, console)?;
        settled.push(lock.clone().with(changes));
    }
    let settled: Vec<&Lockfile> = settled.iter().collect();
    let surveyed = runtime.block_on(planning.online(&settled, &platform.target(), sites, &owned));
    let mut plans = surveyed.plans;
    for plan in &mut plans {
        for client in platform.clients() {
            runtime.block_on(inventory::check_availability(plan, client));
        }
    }
    Ok((plans, surveyed.query_failed))
}
