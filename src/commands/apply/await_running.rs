//! The last step of `apply --wait`: waits until the instances run.

use super::Scope;
use crate::apply::{ApplyReport, InstanceNote};
use crate::cli::WaitStatus;
use crate::commands::error::{CommandError, Exit};
use crate::commands::wait::goal;
use crate::commands::workspace::{Workspace, read_locks, selected_entries};
use crate::inventory;
use crate::lifecycle::{WaitEnd, WaitEvent, WaitProgress, WaitResult, WaitTargets, wait};
use crate::lockfile::{EntryState, LockStore};
use crate::output::{Console, WaitReport};

impl Scope<'_> {
    /// Waits, at the end of an `apply`, until its instances run. Those that did not reach the status, or
    /// could not be waited for, are added to the report: created instances are reported in any case.
    pub(super) fn await_running(
        self,
        workspace: &mut Workspace<LockStore>,
        report: &mut ApplyReport,
        console: &mut Console,
    ) {
        let waited = created(workspace).map(|targets| {
            let goal = goal(WaitStatus::Running, self.args.timeout);
            let waits = WaitReport { aim: &goal, count: targets.locked.len(), ended: &[] };
            let mut observe = |tick: WaitEvent<'_>| console.on_wait_event(&tick, &waits);
            let waiting = wait(targets, &goal, self.signals.subscribe(), &mut observe);
            let waited = workspace.platform.runtime.block_on(waiting);
            // A closed terminal must not prevent the report.
            let _ = console.print_wait_note(&waited, &waits);
            waited
        });
        match waited {
            Ok(waited) => merge_into_report(&waited, report),
            Err(failure) => {
                failure.print(console);
                if let Exit::Classes(classes) = failure.exit() {
                    report.classes.extend(classes.iter());
                }
            }
        }
    }
}

/// Returns the instances to wait for.
fn created(workspace: &mut Workspace<LockStore>) -> Result<WaitTargets, CommandError> {
    let locks = read_locks(&workspace.manifests)?;
    let lockfiles: Vec<_> = locks.iter().collect();
    let mut locked = selected_entries(&workspace.manifests, &lockfiles, &workspace.selection);
    // The others were already reported.
    locked.retain(|locked| !locked.orphan && locked.entry.state == EntryState::Created);
    workspace.connect_entries(&locked)?;
    locked.retain(|locked| workspace.platform.client_for_region(&locked.entry).is_some());
    let clients = workspace.platform.clients().to_vec();
    Ok(WaitTargets { clients, locked, owned: inventory::owned_ids(&locks) })
}

/// Merges the result of a wait into the report of its run.
fn merge_into_report(waited: &WaitResult, report: &mut ApplyReport) {
    let cause = match &waited.end {
        WaitEnd::Denied(cause) | WaitEnd::Unreachable(cause) => Some(cause),
        _ => None,
    };
    for (observed, verdict) in &waited.instances {
        let note = match verdict {
            WaitProgress::Failed(why) => InstanceNote::WaitFailed(why.clone()),
            WaitProgress::Pending => InstanceNote::NotRunningYet(cause.cloned()),
            WaitProgress::Reached | WaitProgress::LeftAlone(_) => continue,
        };
        let (job, name) = (observed.locked.job, &observed.locked.name);
        let mut instances = report.instances.iter_mut();
        if let Some(instance) = instances.find(|one| one.job == job && one.name == *name) {
            instance.note = Some(note.into());
        }
    }
    report.classes.extend(waited.classes.iter());
}
