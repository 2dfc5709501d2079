//! The question before something is done that cannot be taken back.

use std::io::{self, IsTerminal};
use std::time::Duration;

use super::Failure;
use crate::exit::Class;
use crate::report::Console;

/// What was seen of the platform longer ago than this is asked again before anything is sent.
pub(super) const OLDEST_LOOK: Duration = Duration::from_secs(10);

/// Goes on where a person, or `--yes`, agrees; ends the run where nobody does.
pub(super) fn confirm(yes: bool, question: &str, console: &mut Console) -> Result<(), Failure> {
    can_ask(yes, || question.to_owned())?;
    if yes {
        return Ok(console.note(question)?);
    }
    if console.confirm(question)? {
        return Ok(());
    }
    console.note("nothing was sent")?;
    Err(Failure::told(Class::Guarded))
}

/// Asks about a plan that differs from the one that the user agreed to, whatever `--yes` says.
pub(super) fn confirm_changed(question: &str, console: &mut Console) -> Result<(), Failure> {
    console.note("the lock or the platform changed meanwhile: this is what would be done now")?;
    if !io::stdin().is_terminal() {
        let message = format!("nothing was sent: the plan changed to: {question}");
        return Err(Failure::met(Class::Guarded, message)
            .with_help("check the new plan, then run the same command again"));
    }
    confirm(false, question, console)
}

/// Ends the run where there is neither `--yes` nor a terminal to ask at: at once, before anything
/// else is tried.
pub(super) fn can_ask(yes: bool, question: impl FnOnce() -> String) -> Result<(), Failure> {
    if yes || io::stdin().is_terminal() {
        return Ok(());
    }
    Err(Failure::met(Class::Guarded, format!("not confirmed: {}", question()))
        .with_help("standard input is no terminal: give --yes to go on without a question"))
}
