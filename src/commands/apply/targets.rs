//! The parts of plans that a run executes one after the other: what is pruned, resized and created.

use crate::apply::{ApplyUnit, DeleteTarget, ResizeTarget};
use crate::commands::workspace::Workspace;
use crate::lockfile::{LockStore, RequestBody};
use crate::plan::{Plan, PlanAction};

/// Takes the locks out of the workspace, each with its plan.
pub(super) fn units(workspace: &mut Workspace<LockStore>, plans: Vec<Plan>) -> Vec<ApplyUnit> {
    let manifests = workspace.manifest_args();
    let stores = std::mem::take(&mut workspace.locks);
    let all = manifests.into_iter().zip(stores).zip(plans);
    all.map(|((manifest, store), plan)| ApplyUnit { manifest, store, plan }).collect()
}

/// Removes the instances to prune from the plans and returns them.
pub(super) fn split_pruned(plans: &mut [Plan]) -> Vec<DeleteTarget> {
    let mut targets = Vec::new();
    for (job, plan) in plans.iter_mut().enumerate() {
        plan.items.retain(|item| match (item.action, &item.task_id) {
            (PlanAction::Prune, Some(id)) if !item.blocked => {
                targets.push(DeleteTarget::new(job, item.name.clone(), id.clone()));
                false
            }
            _ => true,
        });
    }
    targets
}

/// Removes the instances to resize from the plans and returns them.
pub(super) fn split_resized(
    workspace: &Workspace<LockStore>,
    plans: &mut [Plan],
) -> Vec<ResizeTarget> {
    let mut targets = Vec::new();
    for (job, plan) in plans.iter_mut().enumerate() {
        plan.items.retain_mut(|item| {
            let entry = workspace.locks[job].lock().instances.get(&item.name);
            let client = entry.and_then(|entry| workspace.platform.client_for_region(entry));
            let (Some(sizes), Some(client), Some(request)) =
                (item.resize(), client.cloned(), &item.request)
            else {
                return true;
            };
            let manifest = &workspace.manifests[job].args;
            targets.push(ResizeTarget {
                job,
                name: item.name.clone(),
                client,
                sizes,
                body: RequestBody::from_value(&*request.task),
                changes: std::mem::take(&mut item.changes),
                replace: manifest.command("apply").option("--replace", item.name.as_str()),
            });
            false
        });
    }
    targets
}
