//! `wait`: polls until all instances have the status.

use std::time::Duration;

use super::read_only_workspace::ReadOnlyWorkspace;
use super::signals::SignalHandler;
use crate::api::endpoints::detail::Status;
use crate::cli::{Wait as Args, WaitStatus as AimArg};
use crate::commands::error::{CommandError, Exit};
use crate::exit_status::ExitClass;
use crate::lifecycle::{WaitEvent, WaitGoal, WaitTargets, wait};
use crate::output::CommandProblem;
use crate::output::{Console, WaitReport};

pub(super) fn run(
    args: Args,
    console: &mut Console,
    signals: &SignalHandler,
) -> Result<Exit, CommandError> {
    let mut workspace = ReadOnlyWorkspace::open(args.look, &args.names, console)?;
    if let Some((job, name)) = workspace.missing().first() {
        let apply = workspace.prepared[*job].args.command("apply");
        let problem = CommandProblem::CannotWait { name: name.clone(), apply };
        return Err(CommandError::with_class(ExitClass::WaitFailed, problem));
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
    let targets = WaitTargets { clients: workspace.clients.clone(), locked, owned };
    let waiting = wait(targets, &aim, interrupts, &mut observe);
    let waited = workspace.runtime.block_on(waiting);
    console.waited(&waited, &waits)?;
    Ok(waited.classes.into())
}

/// Returns the goal of a wait.
pub(super) fn aim(status: AimArg, patience: Duration) -> WaitGoal {
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
