//! `adopt`: takes an instance that is there already into the lock.

use std::collections::BTreeSet;

use super::holding::Holding;
use super::reach::Regions;
use super::{Exit, Failure};
use crate::apply::{self, ResolveError};
use crate::cli::Adopt as Args;
use crate::ids::{InstanceName, TaskId};
use crate::lockfile::RequestBody;
use crate::plan::{Location, PlanAction};
use crate::report::Console;

pub(super) fn run(args: Args, console: &mut Console) -> Result<Exit, Failure> {
    let id = args.id.parse::<TaskId>().map_err(|error| Failure::usage(error.to_string()))?;
    let name = InstanceName::from(args.name);
    let mut held = Holding::take(args.place, console)?;
    let job = find(&held, &name)?;
    let request = held.prepared[job].requests.iter().find(|request| request.name == name);
    let (region, body) = if let Some(request) = request {
        (request.region.clone(), Some(RequestBody::from_value(&request.task)))
    } else {
        let entry = held.stores[job].lock().instances.get(&name);
        (entry.and_then(|entry| entry.region.clone()), None)
    };
    let needed = BTreeSet::from([region.clone()]);
    held.platform.reach(&held.runtime, Regions { needed, ..Regions::default() })?;
    let here = held.platform.here();
    let told = match here.resolve(region.as_ref()) {
        None => Err(ResolveError::Conflict(here.unreachable_reason(region.as_ref()))),
        Some(place) => take(&mut held, job, &name, &id, body.as_ref(), &place)?,
    };
    held.enter((job, &name), (PlanAction::Adopt, Some(id)), told, console)?;
    held.finish(console)
}

fn take(
    held: &mut Holding,
    job: usize,
    name: &InstanceName,
    id: &TaskId,
    body: Option<&RequestBody>,
    place: &Location,
) -> Result<Result<apply::Resolved, ResolveError>, Failure> {
    let client = held.platform.client_at(place).expect("its region was reached").clone();
    let site = held.survey(&client)?;
    let owned = held.owned();
    let adopt = apply::adopt(&mut held.stores[job], name, id, body, place, (&site, &owned));
    Ok(held.runtime.block_on(adopt))
}

/// The one manifest that has the name, or whose lock has it.
fn find(held: &Holding, name: &InstanceName) -> Result<usize, Failure> {
    let has = |job: &usize| {
        held.prepared[*job].requests.iter().any(|request| request.name == *name)
            || held.stores[*job].lock().instances.contains_key(name)
    };
    let found: Vec<usize> = (0..held.stores.len()).filter(has).collect();
    match found[..] {
        [job] => Ok(job),
        [] => Err(Failure::usage(format!("no instance is named {name}"))),
        _ => Err(Failure::usage(format!("several manifests have an instance named {name}"))
            .with_help("name one manifest with -f")),
    }
}
