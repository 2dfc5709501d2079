//! `adopt`: adopts an existing instance into the lock.

use std::collections::BTreeSet;

use super::locked_workspace::LockedWorkspace;
use super::platform::RequestedRegions;
use super::{CommandError, Exit};
use crate::cli::Adopt as Args;
use crate::ids::{InstanceName, TaskId};
use crate::lockfile::RequestBody;
use crate::output::Console;
use crate::plan::{Location, PlanAction};
use crate::resolve;
use crate::resolve::{Contradiction, ResolveError};

pub(super) fn run(args: Args, console: &mut Console) -> Result<Exit, CommandError> {
    let id = args.id.parse::<TaskId>().map_err(|error| CommandError::usage(error.to_string()))?;
    let name = InstanceName::from(args.name);
    let mut locked = LockedWorkspace::open(args.location, console)?;
    let job = find(&locked, &name)?;
    let request = locked.prepared[job].requests.iter().find(|request| request.name == name);
    let (region, body) = if let Some(request) = request {
        (request.region.clone(), Some(RequestBody::from_value(&request.task)))
    } else {
        let entry = locked.stores[job].lock().instances.get(&name);
        (entry.and_then(|entry| entry.region.clone()), None)
    };
    let needed = BTreeSet::from([region.clone()]);
    locked
        .platform
        .connect(&locked.runtime, RequestedRegions { needed, ..RequestedRegions::default() })?;
    let target = locked.platform.target();
    let reported = match target.resolve(region.as_ref()) {
        None => Err(Contradiction::RegionNotReached(target.mismatch(region.as_ref())).into()),
        Some(location) => adopt_entry(&mut locked, job, &name, &id, body.as_ref(), &location)?,
    };
    locked.record_result((job, &name), (PlanAction::Adopt, Some(id)), reported, console)?;
    locked.finish(console)
}

fn adopt_entry(
    locked: &mut LockedWorkspace,
    job: usize,
    name: &InstanceName,
    id: &TaskId,
    body: Option<&RequestBody>,
    location: &Location,
) -> Result<Result<resolve::Resolved, ResolveError>, CommandError> {
    let client =
        locked.platform.client_for_location(location).expect("the region was connected").clone();
    let site = locked.list_regions(&client)?;
    let owned = locked.owned_ids();
    let adopt = resolve::adopt(&mut locked.stores[job], name, id, body, location, (&site, &owned));
    Ok(locked.runtime.block_on(adopt))
}

/// Finds the only manifest that has the name, or whose lock has it.
fn find(locked: &LockedWorkspace, name: &InstanceName) -> Result<usize, CommandError> {
    let has = |job: &usize| {
        locked.prepared[*job].requests.iter().any(|request| request.name == *name)
            || locked.stores[*job].lock().instances.contains_key(name)
    };
    let found: Vec<usize> = (0..locked.stores.len()).filter(has).collect();
    match found[..] {
        [job] => Ok(job),
        [] => Err(CommandError::usage(format!("no instance is named {name}"))),
        _ => Err(CommandError::usage(format!("several manifests have an instance named {name}"))
            .with_help("select one manifest with -f")),
    }
}
