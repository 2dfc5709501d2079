//! `adopt`: adopts an existing instance into the lock.

use std::collections::BTreeSet;

use super::holding::LockedWorkspace;
use super::reach::RequestedRegions;
use super::{CommandError, Exit};
use crate::apply::{self, ResolveError};
use crate::cli::Adopt as Args;
use crate::ids::{InstanceName, TaskId};
use crate::lockfile::RequestBody;
use crate::plan::{Location, PlanAction};
use crate::report::Console;

pub(super) fn run(args: Args, console: &mut Console) -> Result<Exit, CommandError> {
    let id = args.id.parse::<TaskId>().map_err(|error| CommandError::usage(error.to_string()))?;
    let name = InstanceName::from(args.name);
    let mut held = LockedWorkspace::open(args.place, console)?;
    let job = find(&held, &name)?;
    let request = held.prepared[job].requests.iter().find(|request| request.name == name);
    let (region, body) = if let Some(request) = request {
        (request.region.clone(), Some(RequestBody::from_value(&request.task)))
    } else {
        let entry = held.stores[job].lock().instances.get(&name);
        (entry.and_then(|entry| entry.region.clone()), None)
    };
    let needed = BTreeSet::from([region.clone()]);
    held.platform
        .connect(&held.runtime, RequestedRegions { needed, ..RequestedRegions::default() })?;
    let here = held.platform.target();
    let told = match here.resolve(region.as_ref()) {
        None => Err(ResolveError::Conflict(here.unreachable_reason(region.as_ref()))),
        Some(place) => adopt_entry(&mut held, job, &name, &id, body.as_ref(), &place)?,
    };
    held.record_result((job, &name), (PlanAction::Adopt, Some(id)), told, console)?;
    held.finish(console)
}

fn adopt_entry(
    held: &mut LockedWorkspace,
    job: usize,
    name: &InstanceName,
    id: &TaskId,
    body: Option<&RequestBody>,
    place: &Location,
) -> Result<Result<apply::Resolved, ResolveError>, CommandError> {
    let client = held.platform.client_for_location(place).expect("its region was reached").clone();
    let site = held.list_regions(&client)?;
    let owned = held.owned_ids();
    let adopt = apply::adopt(&mut held.stores[job], name, id, body, place, (&site, &owned));
    Ok(held.runtime.block_on(adopt))
}

/// Finds the only manifest that has the name, or whose lock has it.
fn find(held: &LockedWorkspace, name: &InstanceName) -> Result<usize, CommandError> {
    let has = |job: &usize| {
        held.prepared[*job].requests.iter().any(|request| request.name == *name)
            || held.stores[*job].lock().instances.contains_key(name)
    };
    let found: Vec<usize> = (0..held.stores.len()).filter(has).collect();
    match found[..] {
        [job] => Ok(job),
        [] => Err(CommandError::usage(format!("no instance is named {name}"))),
        _ => Err(CommandError::usage(format!("several manifests have an instance named {name}"))
            .with_help("name one manifest with -f")),
    }
}
