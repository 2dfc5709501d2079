//! `wait`: polls until all instances have the status.

use std::time::Duration;

use super::error::{CommandError, Exit};
use super::following::following_for;
use super::signals::SignalHandler;
use super::workspace::Workspace;
use crate::api::endpoints::detail::Status;
use crate::cli::{Wait as Args, WaitStatus};
use crate::exit_status::ExitClasses;
use crate::lifecycle::{WaitEvent, WaitGoal, WaitTargets, wait};
use crate::output::{CommandProblem, Console, WaitReport};

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
    workspace.connect_entries(&locked)?;
    let first = locked.first().map(|locked| locked.name.clone());
    let goal = goal(args.status, args.timeout);
    let files = workspace.files();
    let waits = WaitReport { files: &files, aim: &goal, count: locked.len() };
    let mut observe = |tick: WaitEvent<'_>| console.on_wait_event(&tick, &waits);
    let clients = workspace.platform.clients().to_vec();
    let targets = WaitTargets { clients, locked, owned: workspace.owned_ids() };
    let waiting = wait(targets, &goal, signals.subscribe(), &mut observe);
    let waited = workspace.platform.runtime.block_on(waiting);
    console.waited(&waited, &waits)?;
    if let Some(name) = first.filter(|_| waited.classes == ExitClasses::default()) {
        console.next_commands(&following_for(&workspace.manifests, &["status", "url"], &name))?;
    }
    Ok(waited.classes.into())
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
