//! Confirmation of irreversible actions.

use std::io::{self, IsTerminal};
use std::time::Duration;

use crate::commands::error::CommandError;
use crate::exit_status::ExitClass;
use crate::output::CommandProblem;
use crate::output::Console;

/// Maximum age of platform data; older data is queried again before anything is sent.
pub(super) const MAX_LIST_AGE: Duration = Duration::from_secs(10);

/// Asks for confirmation unless `--yes` is set, and fails if the user does not agree.
pub(super) fn confirm(
    yes: bool,
    question: &str,
    console: &mut Console,
) -> Result<(), CommandError> {
    require_prompt(yes, || question.to_owned())?;
    if yes {
        return Ok(console.info(question)?);
    }
    if console.confirm(question)? {
        return Ok(());
    }
    console.info(console.words().declined())?;
    Err(CommandError::already_reported(ExitClass::Blocked))
}

/// Asks about a plan that differs from the one that the user confirmed, regardless of `--yes`.
pub(super) fn confirm_changed(question: &str, console: &mut Console) -> Result<(), CommandError> {
    console.info(console.words().plan_changed())?;
    if !io::stdin().is_terminal() {
        let problem = CommandProblem::PlanChanged { question: question.to_owned() };
        return Err(CommandError::with_class(ExitClass::Blocked, problem));
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
    let problem = CommandProblem::NotConfirmed { question: question() };
    Err(CommandError::with_class(ExitClass::Blocked, problem))
}
