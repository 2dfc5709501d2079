//! Confirmation of irreversible actions.

use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use super::error::CommandError;
use super::workspace::{LockAccess, Workspace};
use crate::exit_status::ExitClass;
use crate::output::{CommandProblem, Console};

/// Maximum age of platform data; older data is queried again before anything is sent.
const MAX_LIST_AGE: Duration = Duration::from_secs(10);

/// Irreversible actions that a command proposes.
pub(super) struct Proposal<T, F> {
    pub(super) actions: T,
    /// The question to confirm; `None` if there is nothing to do.
    pub(super) question: Option<String>,
    /// Checks whether two of them have exactly the same effect.
    pub(super) is_same: F,
    /// Time when the platform was queried, if it was.
    pub(super) queried: Option<Instant>,
}

/// Returns the actions that the user confirmed and that are still valid: after the answer the locks are
/// read again, and the platform is queried again if its data is too old. Actions that changed have to be
/// confirmed again. `show` presents them before the question.
pub(super) fn confirmed<L: LockAccess, T, F: Fn(&T, &T) -> bool>(
    workspace: &mut Workspace<L>,
    yes: bool,
    console: &mut Console,
    mut propose: impl FnMut(&mut Workspace<L>, &mut Console) -> Result<Proposal<T, F>, CommandError>,
    show: impl Fn(&T, &Workspace<L>, &mut Console) -> Result<(), CommandError>,
) -> Result<T, CommandError> {
    let mut proposal = propose(workspace, console)?;
    let mut changed = false;
    loop {
        show(&proposal.actions, workspace, console)?;
        let Some(question) = proposal.question else { return Ok(proposal.actions) };
        if changed {
            confirm_changed(&question, console)?;
        } else {
            confirm(yes, &question, console)?;
        }
        let is_old = proposal.queried.is_some_and(|queried| queried.elapsed() > MAX_LIST_AGE);
        if !workspace.reread()? && !is_old {
            return Ok(proposal.actions);
        }
        let before = proposal.actions;
        proposal = propose(workspace, console)?;
        if (proposal.is_same)(&proposal.actions, &before) {
            return Ok(proposal.actions);
        }
        changed = true;
    }
}

/// Asks for confirmation unless `--yes` is set, and fails if the user does not agree.
pub(super) fn confirm(
    yes: bool,
    question: &str,
    console: &mut Console,
) -> Result<(), CommandError> {
    require_prompt(yes, || question.to_owned())?;
    if yes {
        return Ok(console.sentence(question)?);
    }
    if console.confirm(question)? {
        return Ok(());
    }
    console.info(console.words().fixed().declined)?;
    Err(CommandError::Reported(ExitClass::Blocked.into()))
}

/// Asks about a proposal that differs from the one that the user confirmed, regardless of `--yes`.
fn confirm_changed(question: &str, console: &mut Console) -> Result<(), CommandError> {
    console.info(console.words().fixed().plan_changed)?;
    if !io::stdin().is_terminal() {
        return Err(CommandProblem::PlanChanged { question: question.to_owned() }.into());
    }
    confirm(false, question, console)
}

/// Fails if there is neither `--yes` nor a terminal to ask at; called before anything else is tried.
pub(super) fn require_prompt(
    yes: bool,
    question: impl FnOnce() -> String,
) -> Result<(), CommandError> {
    if yes || io::stdin().is_terminal() {
        return Ok(());
    }
    Err(CommandProblem::NotConfirmed { question: question() }.into())
}
