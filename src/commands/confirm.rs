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
pub(super) trait Proposal<L>: Sized {
    /// Shows it before the question.
    fn present(&self, _: &Workspace<L>, _: &mut Console) -> Result<(), CommandError> {
        Ok(())
    }

    /// Returns the question to confirm; `None` if there is nothing to do.
    fn question(&self, console: &Console) -> Option<String>;

    /// Checks whether another one has exactly the same effect.
    fn has_same_effect(&self, other: &Self) -> bool;

    /// Returns the time when the platform was queried, if it was.
    fn queried(&self) -> Option<Instant>;
}

/// Returns the proposal that the user confirmed and that is still valid: after the answer the locks are
/// read again, and the platform is queried again if its data is too old. A proposal that changed is
/// presented and has to be confirmed again.
pub(super) fn confirmed<L: LockAccess, P: Proposal<L>>(
    workspace: &mut Workspace<L>,
    yes: bool,
    console: &mut Console,
    mut propose: impl FnMut(&mut Workspace<L>, &mut Console) -> Result<P, CommandError>,
) -> Result<P, CommandError> {
    let mut proposal = propose(workspace, console)?;
    let mut changed = false;
    loop {
        proposal.present(workspace, console)?;
        let Some(question) = proposal.question(console) else { return Ok(proposal) };
        if changed {
            confirm_changed(&question, console)?;
        } else {
            confirm(yes, &question, console)?;
        }
        let is_old = proposal.queried().is_some_and(|queried| queried.elapsed() > MAX_LIST_AGE);
        if !workspace.reread()? && !is_old {
            return Ok(proposal);
        }
        let before = std::mem::replace(&mut proposal, propose(workspace, console)?);
        if proposal.has_same_effect(&before) {
            return Ok(proposal);
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
