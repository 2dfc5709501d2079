//! `adopt`: adopts an existing instance into the lock.

use super::error::{CommandError, Exit};
use super::load::{LoadedManifest, unknown_instance};
use super::platform::Regions;
use super::resolve::{finish, record};
use super::workspace::Workspace;
use crate::apply::{ApplyReport, InstanceReport};
use crate::cli::Adopt as Args;
use crate::ids::InstanceName;
use crate::lockfile::{LockStore, RequestBody};
use crate::output::{CommandProblem, Console};
use crate::plan::PlanAction;
use crate::resolve::{self, Adoption, Contradiction};

pub(super) fn run(args: &Args, console: &mut Console) -> Result<Exit, CommandError> {
    let Args { name, id, .. } = args;
    let mut workspace = Workspace::write(&args.target, &[], console)?;
    let job = find(&workspace, name)?;
    let request = workspace.manifests[job].request(name);
    let body = request.map(|request| RequestBody::from_value(&*request.task));
    let region = match request {
        Some(request) => request.region.clone(),
        None => workspace.locks[job].lock().instances[name].region.clone(),
    };
    workspace.platform.connect([region.clone()].into(), &Regions::new())?;
    let target = workspace.platform.target();
    let result = if let Some(location) = target.resolve(region.as_ref()) {
        let client = workspace.platform.client_for_location(&location);
        let site = workspace.list(client.expect("the region was connected"))?;
        let owned = workspace.owned_ids();
        let adoption = Adoption { name, id, body: body.as_ref(), location: &location };
        let adopt = resolve::adopt(&mut workspace.locks[job], adoption, &site, &owned);
        workspace.platform.runtime.block_on(adopt)
    } else {
        Err(Contradiction::RegionNotReached(target.mismatch(region.as_ref())).into())
    };
    let instance = InstanceReport::new(job, name.clone(), PlanAction::Adopt);
    let mut report = ApplyReport::default();
    let instance = InstanceReport { task_id: Some(id.clone()), ..instance };
    record(&mut report, instance, result, console)?;
    finish(&mut workspace, &mut report, args.target.guard, console)
}

/// Finds the only manifest that has the name, or whose lock has it.
fn find(workspace: &Workspace<LockStore>, name: &InstanceName) -> Result<usize, CommandError> {
    let has = |job: &usize| {
        workspace.manifests[*job].request(name).is_some()
            || workspace.locks[*job].lock().instances.contains_key(name)
    };
    let found: Vec<usize> = (0..workspace.locks.len()).filter(has).collect();
    match found[..] {
        [job] => Ok(job),
        [] => {
            let names = workspace.manifests.iter().flat_map(LoadedManifest::names);
            let locked = workspace.locks.iter().flat_map(|lock| lock.lock().instances.keys());
            Err(unknown_instance(name.as_str(), None, names.chain(locked)).into())
        }
        _ => Err(CommandProblem::SeveralManifests { name: name.clone() }.into()),
    }
}
