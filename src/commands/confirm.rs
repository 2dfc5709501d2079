//! The question before something is done that cannot be taken back.

use std::io::{self, IsTerminal};

use super::Failure;
use crate::exit::Class;
use crate::report::Console;

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

/// Ends the run where there is neither `--yes` nor a terminal to ask at: at once, before anything
/// else is tried.
pub(super) fn can_ask(yes: bool, question: impl FnOnce() -> String) -> Result<(), Failure> {
    if yes || io::stdin().is_terminal() {
        return Ok(());
    }
    Err(Failure::met(Class::Guarded, format!("not confirmed: {}", question()))
        .with_help("standard input is no terminal: give --yes to go on without a question"))
}
