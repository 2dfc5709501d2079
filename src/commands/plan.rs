//! `plan`: what apply would do, against the lock. Reads files alone: no client is built.

use std::path::PathBuf;

use super::prepare::{Prepared, prepare, select, state_folder};
use super::{Exit, Failure};
use crate::api::credentials::Access;
use crate::cli::Plan as Args;
use crate::ids::Endpoint;
use crate::lockfile::{Lockfile, read_effective};
use crate::plan::{Action, Here, Place, Plan, Selection, plan};
use crate::report::{Console, Planned};

pub(super) fn run(args: &Args, console: &mut Console) -> Result<Exit, Failure> {
    let prepared = match prepare(&args.selection, console)? {
        Ok(prepared) => prepared,
        Err(exit) => return Ok(exit),
    };
    let plans = offline(&prepared, &args.selection.names, &here(args.selection.sandbox))?;
    let changes = plans.iter().flat_map(|plan| &plan.items).any(is_change);
    let exit = if changes && args.detailed_exitcode { 9 } else { 0 };
    console.plan(&planned(&prepared, &plans), exit, args.selection.format)?;
    Ok(if exit == 9 { Exit::Changes } else { Exit::Done })
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

/// Where the credentials at hand reach, as far as that shows without asking anyone. Planning
/// needs none: what is missing or unusable is told by `apply`.
pub(super) fn here(sandbox: bool) -> Here {
    if sandbox {
        return Here::One(Place { region: None, endpoint: Some(Endpoint::from("sandbox")) });
    }
    let access = Access::from_environment(&|name| std::env::var_os(name), true).ok();
    Here::One(access.as_ref().map(place).unwrap_or_default())
}

/// Where one access reaches.
pub(super) fn place(access: &Access) -> Place {
    Place { region: access.region(), endpoint: Some(access.endpoint().clone()) }
}

fn is_change(item: &crate::plan::Item) -> bool {
    !matches!(item.action, Action::Unchanged | Action::Orphan)
}
