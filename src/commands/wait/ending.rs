//! The end of `wait --on-timeout`: stops or deletes the instances that did not reach the status in time.

use std::collections::BTreeSet;

use super::Args;
use crate::apply::DeleteTarget;
use crate::cli::{
    ClaimArgs, ConfirmArgs, Destroy, Format, GuardArgs, InstanceFormatArgs, LintArgs, OnTimeout,
    PaceArgs, WriteArgs,
};
use crate::commands::confirm::confirm;
use crate::commands::destroy::{self, Destroyed};
use crate::commands::error::{CommandError, Exit};
use crate::commands::signals::SignalHandler;
use crate::commands::workspace::Workspace;
use crate::ids::TaskId;
use crate::lifecycle::{
    self, Action, ActionResult, LockedInstance, ObservedInstance, QueryScope, WaitProgress,
    WaitResult, progress_of,
};
use crate::lockfile::Lockfile;
use crate::output::{Console, EndedInstance, WaitReport, action_classes};

/// Result of ending instances.
enum Ended {
    Stopped(Vec<ActionResult>),
    Destroyed(Box<Destroyed>),
}

/// Returns the question whether to end these instances.
pub(super) fn question<'a>(
    args: &Args,
    locked: impl Iterator<Item = &'a LockedInstance>,
    cards: Option<u64>,
    console: &Console,
) -> String {
    let locked: Vec<&LockedInstance> = locked.collect();
    if args.on_timeout == Some(OnTimeout::Stop) {
        return console.words().action_question(Action::Stop, &locked, cards);
    }
    let target = |locked: &&LockedInstance| {
        let id = locked.entry.task_id.clone()?;
        Some(DeleteTarget::new(locked.job, locked.name.clone(), id))
    };
    let targets: Vec<DeleteTarget> = locked.iter().filter_map(target).collect();
    let targets: Vec<&DeleteTarget> = targets.iter().collect();
    console.words().delete_question(&targets, cards.unwrap_or_default())
}

/// A wait that timed out, and the command that is to end what it waited for.
pub(super) struct Ending<'a> {
    pub(super) args: &'a Args,
    pub(super) waits: WaitReport<'a>,
    pub(super) signals: &'a SignalHandler,
}

impl Ending<'_> {
    /// Ends the instances that did not reach the status, and prints the results: in human format after the
    /// wait, otherwise in its object.
    pub(super) fn finish(
        self,
        workspace: Workspace<Lockfile>,
        mut waited: WaitResult,
        console: &mut Console,
    ) -> Result<Exit, CommandError> {
        let (waits, human) = (self.waits, console.is_human());
        if human {
            console.waited(&waited, &waits)?;
        }
        let ended = self.end(workspace, &waited, console);
        let mut instances = Vec::new();
        match ended {
            Ok(None) => {}
            Ok(Some(Ended::Stopped(results))) => {
                let words = console.words();
                instances.extend(results.iter().map(|one| EndedInstance::stopped(one, words)));
                if human {
                    console.print_action_results(Action::Stop, &results)?;
                }
                waited.classes.extend(action_classes(Action::Stop, &results).iter());
            }
            Ok(Some(Ended::Destroyed(done))) => {
                let words = console.words();
                let report = &done.report;
                instances
                    .extend(report.instances.iter().map(|one| EndedInstance::deleted(one, words)));
                if human {
                    done.print(console)?;
                }
                waited.classes.extend(report.classes.iter());
            }
            Err(failure) => {
                failure.print(console);
                if let Exit::Classes(classes) = failure.exit() {
                    waited.classes.extend(classes.iter());
                }
            }
        }
        if !human {
            console.waited(&waited, &WaitReport { ended: &instances, ..waits })?;
        }
        Ok(waited.classes.into())
    }

    /// Asks, and ends the instances that still have not reached the status. `None` if the user declines or all
    /// have reached it meanwhile.
    fn end(
        &self,
        mut workspace: Workspace<Lockfile>,
        waited: &WaitResult,
        console: &mut Console,
    ) -> Result<Option<Ended>, CommandError> {
        let (args, goal) = (self.args, self.waits.aim);
        let pending: Vec<&ObservedInstance> = waited
            .instances
            .iter()
            .filter(|(_, progress)| *progress == WaitProgress::Pending)
            .map(|(observed, _)| observed)
            .collect();
        let cards = pending.iter().filter_map(|observed| observed.cards()).sum();
        let locked = pending.iter().map(|observed| &observed.locked);
        let question = question(args, locked, Some(cards), console);
        // A deletion repeats it.
        if !args.yes || args.on_timeout == Some(OnTimeout::Stop) {
            match confirm(args.yes, &question, console) {
                // It was declined, and that was said.
                Err(CommandError::Reported(_)) => return Ok(None),
                answer => answer?,
            }
        }
        // The answer may have taken long.
        workspace.reread()?;
        let ids: BTreeSet<&TaskId> =
            pending.iter().filter_map(|observed| observed.locked.entry.task_id.as_ref()).collect();
        let is_one = |locked: &LockedInstance| {
            locked.entry.task_id.as_ref().is_some_and(|id| ids.contains(id))
        };
        let mut observed = workspace.query_status(QueryScope::default())?;
        observed.retain(|one| {
            is_one(&one.locked) && progress_of(one, &goal.status) == WaitProgress::Pending
        });
        if observed.is_empty() {
            console.info(console.words().fixed().declined)?;
            return Ok(None);
        }
        if args.on_timeout == Some(OnTimeout::Stop) {
            let stop = lifecycle::stop(workspace.platform.clients(), observed);
            return Ok(Some(Ended::Stopped(workspace.platform.runtime.block_on(stop))));
        }
        let still: BTreeSet<TaskId> =
            observed.iter().filter_map(|one| one.locked.entry.task_id.clone()).collect();
        let names = observed.iter().map(|one| one.locked.name.to_string()).collect();
        let keep = |locked: &LockedInstance| {
            locked.entry.task_id.as_ref().is_some_and(|id| still.contains(id))
        };
        let deletion = deletion(args, names);
        let (manifests, names) = (workspace.manifests, &deletion.names);
        let workspace = Workspace::open(manifests, &deletion.target, names, console)?;
        let done = destroy::destroy(&deletion, workspace, &keep, console, self.signals)?;
        Ok(Some(Ended::Destroyed(Box::new(done))))
    }
}

/// Returns the arguments of `destroy` for these instances, whose deletion is confirmed.
fn deletion(args: &Args, names: Vec<String>) -> Destroy {
    let target = WriteArgs {
        workspace: args.read.workspace.clone(),
        lint: LintArgs::default(),
        guard: GuardArgs { no_guard: false },
        claim: ClaimArgs { no_wait_claim: false },
        output: InstanceFormatArgs { format: Format::default() },
    };
    let confirm = ConfirmArgs { yes: true };
    let pace = PaceArgs { parallel: 8, settle: std::time::Duration::from_mins(1) };
    Destroy { target, names, id: None, confirm, pace }
}
