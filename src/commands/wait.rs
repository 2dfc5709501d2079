//! `wait`: polls until all instances have the status.

mod ending;

use std::time::Duration;

use tokio::sync::watch;

use super::confirm::require_prompt;
use super::error::{CommandError, Exit};
use super::following::following_for;
use super::signals::SignalHandler;
use super::workspace::Workspace;
use crate::api::auth::environment::SECRETS;
use crate::api::endpoints::detail::Status;
use crate::cli::{Wait as Args, WaitStatus};
use crate::exit_status::{ExitClass, ExitClasses};
use crate::lifecycle::{
    LiveState, LockedInstance, ObservedInstance, WaitEnd, WaitEvent, WaitGoal, WaitProgress,
    WaitTargets, wait,
};
use crate::output::{CommandProblem, Console, WaitReport};
use crate::user_command;

use ending::Ending;

pub(super) fn run(
    args: &Args,
    console: &mut Console,
    signals: &SignalHandler,
) -> Result<Exit, CommandError> {
    let mut workspace = Workspace::read(&args.read.workspace, &args.read.names, console)?;
    if let Some((job, name)) = workspace.missing().first() {
        let apply = workspace.manifests[*job].args.command("apply");
        return Err(CommandProblem::CannotWait { name: name.clone(), apply }.into());
    }
    let mut locked = workspace.selected_entries();
    // Instances that are no longer in the manifest are waited for only if they are named.
    locked.retain(|locked| workspace.is_selective() || !locked.orphan);
    if args.on_timeout.is_some() {
        require_prompt(args.yes, || ending::question(args, locked.iter(), None, console))?;
    }
    workspace.connect_entries(&locked)?;
    let first = locked.first().map(|locked| locked.name.clone());
    let goal = goal(args.status, args.timeout);
    let waits = WaitReport { aim: &goal, count: locked.len(), ended: &[] };
    let (mut commands_failed, interrupts) = (false, signals.subscribe());
    let mut observe = |tick: WaitEvent<'_>| {
        console.on_wait_event(&tick, &waits);
        if let (Some(command), WaitEvent::Changed(observed, progress)) = (&args.exec, &tick)
            && matches!(progress, WaitProgress::Reached | WaitProgress::Failed(_))
        {
            commands_failed |= !succeeds(command, observed, console, &interrupts);
        }
    };
    let clients = workspace.platform.clients().to_vec();
    let targets = WaitTargets { clients, locked, owned: workspace.owned_ids() };
    let waiting = wait(targets, &goal, signals.subscribe(), &mut observe);
    let mut waited = workspace.platform.runtime.block_on(waiting);
    if commands_failed {
        waited.classes.insert(ExitClass::WaitFailed);
    }
    if matches!(waited.end, WaitEnd::TimedOut(_)) && args.on_timeout.is_some() {
        return Ending { args, waits, signals }.finish(workspace, waited, console);
    }
    console.waited(&waited, &waits)?;
    if let Some(name) = first.filter(|_| waited.classes == ExitClasses::default()) {
        console.next_commands(&following_for(&workspace.manifests, &["status", "url"], &name))?;
    }
    Ok(waited.classes.into())
}

/// Runs the command for an instance, and reports it if it does not succeed.
fn succeeds(
    command: &str,
    observed: &ObservedInstance,
    console: &mut Console,
    interrupts: &watch::Receiver<u8>,
) -> bool {
    let status = match &observed.live {
        LiveState::Gone => "Gone".to_owned(),
        live => live.status().map(|status| status.as_str().to_owned()).unwrap_or_default(),
    };
    let LockedInstance { name, entry, .. } = &observed.locked;
    let id = entry.task_id.as_ref().map(AsRef::as_ref).unwrap_or_default();
    let variables = [
        ("INSTANCECTL_NAME", name.as_str()),
        ("INSTANCECTL_TASK_ID", id),
        ("INSTANCECTL_STATUS", &status),
    ];
    console.yield_screen();
    let run = user_command::run(command, &variables, &SECRETS, || *interrupts.borrow() > 0);
    let Err(failure) = run else { return true };
    console.exec_failed(name, &failure);
    false
}

/// Returns the goal of a wait.
pub(super) fn goal(status: WaitStatus, patience: Duration) -> WaitGoal {
    let status = match status {
        WaitStatus::Waiting => Status::Waiting,
        WaitStatus::Deploying => Status::Deploying,
        WaitStatus::Running => Status::Running,
        WaitStatus::Completed => Status::Completed,
        WaitStatus::Failed => Status::Failed,
        WaitStatus::Terminated => Status::Terminated,
    };
    WaitGoal { status, patience }
}
