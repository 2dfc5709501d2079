//! `wait`, and the last step of `apply --wait`: polls until all instances have the status.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::runtime::Runtime;

use super::apply::ApplyContext;
use super::interrupt::SignalHandler;
use super::looking::{ReadOnlyWorkspace, reach, read_locks, selected_entries};
use super::prepare::files;
use super::reach::Platform;
use super::{CommandError, Exit};
use crate::api::client::Client;
use crate::api::detail::Status;
use crate::apply::{self, ApplyReport};
use crate::cli::{Wait as Args, WaitStatus as AimArg};
use crate::exit::ExitClass;
use crate::ids::TaskId;
use crate::life::{LockedInstance, WaitEnd, WaitEvent, WaitGoal, WaitProgress, WaitResult, wait};
use crate::lockfile::EntryState;
use crate::report::{Console, WaitReport};

pub(super) fn run(
    args: Args,
    console: &mut Console,
    signals: &SignalHandler,
) -> Result<Exit, CommandError> {
    let mut looking = ReadOnlyWorkspace::open(args.look, &args.names, console)?;
    if let Some((job, name)) = looking.missing().first() {
        let apply = looking.prepared[*job].args.command("apply");
        let name = name.as_str().escape_debug();
        let message = format!("{name} is not in the lock: nothing becomes of it");
        return Err(CommandError::with_class(ExitClass::WaitFailed, message)
            .with_help(format!("`{apply}` creates it, and waits too with --wait")));
    }
    let mut held = looking.selected_entries();
    // Instances that are no longer in the manifest are waited for only if they are named.
    held.retain(|held| looking.is_selective() || !held.orphan);
    looking.connect(&held)?;
    let aim = aim(args.status, args.timeout);
    let interrupts = signals.subscribe();
    let (files, owned, format) = (looking.files(), looking.owned_ids(), looking.format);
    let waits = WaitReport { files: &files, aim: &aim, count: held.len() };
    let mut observe = |tick: WaitEvent<'_>| console.on_wait_event(&tick, &waits, format);
    let waiting = wait(&looking.clients, held, &owned, &aim, interrupts, &mut observe);
    let waited = looking.runtime.block_on(waiting);
    console.waited(&waited, &waits, format)?;
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
    let waited = new(scope, platform, runtime).map(|WaitState { clients, held, owned }| {
        let files = files(scope.planning.prepared);
        let (aim, format) = (aim(AimArg::Running, scope.args.timeout), scope.args.selection.format);
        let waits = WaitReport { files: &files, aim: &aim, count: held.len() };
        let mut observe = |tick: WaitEvent<'_>| console.on_wait_event(&tick, &waits, format);
        let waiting = wait(&clients, held, &owned, &aim, signals.subscribe(), &mut observe);
        let waited = runtime.block_on(waiting);
        // A closed terminal must not prevent the report.
        let _ = console.print_wait_note(&waited, &waits, format);
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
    held: Vec<LockedInstance>,
    owned: BTreeSet<TaskId>,
}

fn new(
    scope: &ApplyContext<'_>,
    platform: &mut Platform,
    runtime: &Runtime,
) -> Result<WaitState, CommandError> {
    let locks = read_locks(scope.planning.prepared)?;
    let mut held = selected_entries(scope.planning.prepared, &locks, scope.planning.selection);
    // The others were already reported.
    held.retain(|held| !held.orphan && held.entry.state == EntryState::Created);
    let clients = reach(platform, runtime, scope.planning.prepared, &held)?;
    held.retain(|held| {
        clients.iter().any(|client| apply::location(client).matches_entry(&held.entry))
    });
    Ok(WaitState { clients, held, owned: apply::owned_ids(&locks) })
}

/// Merges the result of a wait into the report of its run.
fn merge_into_report(waited: &WaitResult, report: &mut ApplyReport) {
    let not_yet = match &waited.end {
        WaitEnd::Denied(fault) | WaitEnd::Unreachable(fault) => {
            format!("it did not come to run yet, and the platform could not be asked: {fault}")
        }
        _ => "it did not come to run yet".to_owned(),
    };
    for (seen, verdict) in &waited.instances {
        let message = match verdict {
            WaitProgress::Failed(why) => why,
            WaitProgress::Pending => &not_yet,
            WaitProgress::Reached | WaitProgress::LeftAlone(_) => continue,
        };
        let (job, name) = (seen.held.job, &seen.held.name);
        let mut instances = report.instances.iter_mut();
        if let Some(instance) = instances.find(|one| one.job == job && one.name == *name) {
            instance.message = Some(message.clone());
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
