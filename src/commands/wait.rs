//! `wait`, and the last step of `apply --wait`: polls until all instances have the status.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::runtime::Runtime;

use super::apply::ApplyContext;
use super::load::files;
use super::platform::Platform;
use super::read_only_workspace::{ReadOnlyWorkspace, reach, read_locks, selected_entries};
use super::signals::SignalHandler;
use super::{CommandError, Exit};
use crate::api::client::Client;
use crate::api::endpoints::detail::Status;
use crate::apply::{ApplyReport, InstanceNote};
use crate::cli::{Wait as Args, WaitStatus as AimArg};
use crate::exit_status::ExitClass;
use crate::ids::TaskId;
use crate::inventory;
use crate::lifecycle::{
    LockedInstance, WaitEnd, WaitEvent, WaitGoal, WaitProgress, WaitResult, wait,
};
use crate::lockfile::EntryState;
use crate::output::{Console, WaitReport};

pub(super) fn run(
    args: Args,
    console: &mut Console,
    signals: &SignalHandler,
) -> Result<Exit, CommandError> {
    let mut workspace = ReadOnlyWorkspace::open(args.look, &args.names, console)?;
    if let Some((job, name)) = workspace.missing().first() {
        let apply = workspace.prepared[*job].args.command("apply");
        let name = name.as_str().escape_debug();
        let message = format!("{name} is not in the lock");
        return Err(CommandError::with_class(ExitClass::WaitFailed, message)
            .with_help(format!("`{apply}` creates it, and also waits with --wait")));
    }
    let mut locked = workspace.selected_entries();
    // Instances that are no longer in the manifest are waited for only if they are named.
    locked.retain(|locked| workspace.is_selective() || !locked.orphan);
    workspace.connect(&locked)?;
    let aim = aim(args.status, args.timeout);
    let interrupts = signals.subscribe();
    let (files, owned) = (workspace.files(), workspace.owned_ids());
    let waits = WaitReport { files: &files, aim: &aim, count: locked.len() };
    let mut observe = |tick: WaitEvent<'_>| console.on_wait_event(&tick, &waits);
    let waiting = wait(&workspace.clients, locked, &owned, &aim, interrupts, &mut observe);
    let waited = workspace.runtime.block_on(waiting);
    console.waited(&waited, &waits)?;
    Ok(waited.classes.into())
}

/// Waits, at the end of an `apply`, until its instances run. Those that did not reach the status, or
/// could not be waited for, are added to the report: created instances are reported in any case.
pub(super) fn after_apply(
    scope: &ApplyContext<'_>,
    platform: &mut Platform,
    runtime: &Runtime,
    report: &mut ApplyReport,
    console: &mut Console,
    signals: &SignalHandler,
) {
    let waited = new(scope, platform, runtime).map(|WaitState { clients, locked, owned }| {
        let files = files(scope.planning.prepared);
        let aim = aim(AimArg::Running, scope.args.timeout);
        let waits = WaitReport { files: &files, aim: &aim, count: locked.len() };
        let mut observe = |tick: WaitEvent<'_>| console.on_wait_event(&tick, &waits);
        let waiting = wait(&clients, locked, &owned, &aim, signals.subscribe(), &mut observe);
        let waited = runtime.block_on(waiting);
        // A closed terminal must not prevent the report.
        let _ = console.print_wait_note(&waited, &waits);
        waited
    });
    match waited {
        Ok(waited) => merge_into_report(&waited, report),
        Err(failure) => report.classes.extend(failure.report_and_continue(console).iter()),
    }
}

/// Instances that an `apply` waits for, and their clients.
struct WaitState {
    clients: Vec<Client>,
    locked: Vec<LockedInstance>,
    owned: BTreeSet<TaskId>,
}

fn new(
    scope: &ApplyContext<'_>,
    platform: &mut Platform,
    runtime: &Runtime,
) -> Result<WaitState, CommandError> {
    let locks = read_locks(scope.planning.prepared)?;
    let mut locked = selected_entries(scope.planning.prepared, &locks, scope.planning.selection);
    // The others were already reported.
    locked.retain(|locked| !locked.orphan && locked.entry.state == EntryState::Created);
    let clients = reach(platform, runtime, scope.planning.prepared, &locked)?;
    locked.retain(|locked| {
        clients.iter().any(|client| inventory::location(client).matches_entry(&locked.entry))
    });
    Ok(WaitState { clients, locked, owned: inventory::owned_ids(&locks) })
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

fn aim(status: AimArg, patience: Duration) -> WaitGoal {
    let status = match status {
        AimArg::Waiting => Status::Waiting,
        AimArg::Deploying => Status::Deploying,
        AimArg::Running => Status::Running,
        AimArg::Completed => Status::Completed,
        AimArg::Failed => Status::Failed,
        AimArg::Terminated => Status::Terminated,
    };
    WaitGoal { status, patience }
}
