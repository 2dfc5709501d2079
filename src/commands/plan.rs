//! `plan`: what apply would do, against the lock. Without `--refresh` no client is built.

use std::path::PathBuf;
use std::time::Duration;

use super::prepare::{Prepared, prepare, select, state_folder};
use super::reach::{self, Platform, Regions};
use super::{Exit, Failure, runtime};
use crate::apply::{self, Site};
use crate::cli::Plan as Args;
use crate::life;
use crate::lockfile::{Lockfile, read_effective};
use crate::plan::{Action, Here, Plan, Selection, plan};
use crate::report::{Console, Planned};

/// How long one request of `--refresh` may take.
const REQUEST_TIMEOUT: Duration = Duration::from_mins(1);

pub(super) fn run(args: &Args, console: &mut Console) -> Result<Exit, Failure> {
    let prepared = match prepare(&args.selection, console)? {
        Ok(prepared) => prepared,
        Err(exit) => return Ok(exit),
    };
    let plans = if args.refresh {
        refreshed(args, &prepared, console)?
    } else {
        offline(&prepared, &args.selection.names, &reach::here_offline(args.selection.sandbox))?
    };
    let changes = plans.iter().flat_map(|plan| &plan.items).any(is_change);
    let exit = if changes && args.detailed_exitcode { 9 } else { 0 };
    console.plan(&planned(&prepared, &plans), exit, args.selection.format)?;
    Ok(if exit == 9 { Exit::Changes } else { Exit::Done })
}

/// Plans, and asks the platform what ended or is gone of what is unchanged. Reads alone.
fn refreshed(
    args: &Args,
    prepared: &[Prepared],
    console: &mut Console,
) -> Result<Vec<Plan>, Failure> {
    let sandbox = args.selection.sandbox;
    let mut platform = Platform::find(sandbox, args.allow_http, REQUEST_TIMEOUT, prepared)?;
    let runtime = runtime()?;
    let plans = |here: &Here| offline(prepared, &args.selection.names, here);
    let mut regions = Regions::default();
    for item in plans(&platform.here())?.iter().flat_map(|plan| &plan.items) {
        if item.action == Action::Unchanged {
            regions.needed.insert(item.place.region.clone());
        } else {
            regions.wanted.insert(item.place.region.clone());
        }
    }
    platform.reach(&runtime, regions)?;
    let mut plans = plans(&platform.here())?;
    for client in platform.clients() {
        let place = reach::place(client);
        let survey = Site::survey(client.clone(), &place, &[]);
        let site = runtime.block_on(survey).map_err(reach::unasked)?;
        if site.shown.is_none() {
            console.note("this platform cannot list instances: each is asked for one by one")?;
        }
        for plan in &mut plans {
            runtime.block_on(apply::refresh(plan, &site));
            runtime.block_on(life::check_offer(plan, client, &place));
        }
    }
    Ok(plans)
}

/// Plans every manifest against its lock, and what an interrupted run left beside it, without
/// writing anything.
pub(super) fn offline(
    prepared: &[Prepared],
    names: &[String],
    here: &Here,
) -> Result<Vec<Plan>, Failure> {
    let state: Option<PathBuf> = state_folder();
    let locks = prepared
        .iter()
        .map(|manifest| Ok(read_effective(&manifest.lock, state.as_deref())?.lock))
        .collect::<Result<Vec<Lockfile>, Failure>>()?;
    let selection: Selection = select(names, &prepared.iter().zip(&locks).collect::<Vec<_>>())?;
    let plan =
        |(manifest, lock): (&Prepared, &Lockfile)| plan(&manifest.requests, lock, here, &selection);
    Ok(prepared.iter().zip(&locks).map(plan).collect())
}

/// Each manifest's name beside its plan.
pub(super) fn planned<'a>(prepared: &'a [Prepared], plans: &'a [Plan]) -> Vec<Planned<'a>> {
    let planned =
        |(manifest, plan): (&'a Prepared, &'a Plan)| Planned { file: &manifest.file, plan };
    prepared.iter().zip(plans).map(planned).collect()
}

fn is_change(item: &crate::plan::Item) -> bool {
    !matches!(item.action, Action::Unchanged | Action::Orphan)
}
