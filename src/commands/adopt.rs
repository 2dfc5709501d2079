//! `adopt`: adopts an existing instance into the lock.

use std::collections::BTreeSet;

use super::locked_workspace::LockedWorkspace;
use super::platform::RequestedRegions;
use crate::apply::InstanceReport;
use crate::cli::Adopt as Args;
use crate::commands::error::{CommandError, Exit};
use crate::ids::{InstanceName, TaskId};
use crate::lockfile::RequestBody;
use crate::output::CommandProblem;
use crate::output::Console;
use crate::plan::PlanAction;
use crate::resolve::{self, Adoption, Contradiction};

pub(super) fn run(args: Args, console: &mut Console) -> Result<Exit, CommandError> {
    let id = args
        .id
        .parse::<TaskId>()
        .map_err(|error| CommandError::usage(CommandProblem::Other(error.to_string())))?;
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
    let reported = if let Some(location) = target.resolve(region.as_ref()) {
        let client = locked.platform.client_for_location(&location);
        let client = client.expect("the region was connected").clone();
        let site = locked.list_regions(&client)?;
        let owned = locked.owned_ids();
        let adoption = Adoption { name: &name, id: &id, body: body.as_ref(), location: &location };
        let store = &mut locked.stores[job];
        locked.runtime.block_on(resolve::adopt(store, adoption, &site, &owned))
    } else {
        Err(Contradiction::RegionNotReached(target.mismatch(region.as_ref())).into())
    };
    let instance =
        InstanceReport { task_id: Some(id), ..InstanceReport::new(job, name, PlanAction::Adopt) };
    locked.record_result(instance, reported, console)?;
    locked.finish(console)
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
        [] => Err(CommandError::usage(CommandProblem::UnknownInstance {
            name: name.to_string(),
            flag: None,
            is_file: false,
        })),
        _ => Err(CommandError::usage(CommandProblem::SeveralManifests { name: name.clone() })),
    }
}
