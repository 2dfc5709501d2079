//! Result of a run, and the error that ends one.

use std::path::Path;
use std::process::ExitCode;

use crate::exit_status::{ExitClass, ExitClasses};
use crate::language::Language;
use crate::output::{CommandProblem, Console, ExitReport, Message, PathProblem};

/// Result of a run, as an exit status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exit {
    /// Done, or nothing to do: 0.
    Done,
    /// A manifest is invalid: 1.
    Invalid,
    /// Wrong usage: 2.
    Usage,
    /// `plan --detailed-exitcode` found changes: 9.
    Changes,
    /// The first of these classes; there is at least one.
    Classes(ExitClasses),
}

impl Exit {
    pub(super) fn code(&self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Invalid => 1,
            Self::Usage => 2,
            Self::Changes => 9,
            Self::Classes(classes) => classes.code(),
        }
    }

    /// Returns the exit status and its classes, for the object.
    pub(super) fn report(&self) -> ExitReport {
        match self {
            Self::Classes(classes) => ExitReport::of(classes),
            _ => ExitReport::new(self.code(), &ExitClasses::default()),
        }
    }
}

impl From<ExitClasses> for Exit {
    fn from(classes: ExitClasses) -> Self {
        if classes.code() == 0 { Self::Done } else { Self::Classes(classes) }
    }
}

impl From<ExitClass> for Exit {
    fn from(class: ExitClass) -> Self {
        Self::Classes(ExitClasses::from_iter([class]))
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// Error that ends a run.
#[derive(Debug)]
pub(crate) enum CommandError {
    /// A problem that is yet to be reported.
    Problem(Box<CommandProblem>),
    /// Everything was already reported.
    Reported(Exit),
}

impl CommandError {
    /// Returns the error of a file or directory that cannot be used.
    pub(super) fn path(path: &Path, problem: PathProblem) -> Self {
        CommandProblem::Path(path.to_owned(), problem).into()
    }

    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::Problem(problem) => problem.class().map_or(Exit::Usage, Exit::from),
            Self::Reported(exit) => exit.clone(),
        }
    }

    /// Returns whether another try may succeed.
    pub(super) fn may_pass(&self) -> bool {
        let Self::Problem(problem) = self else { return false };
        matches!(&**problem, CommandProblem::Logs(problem) if problem.may_pass())
    }

    /// Reports the error on standard error, unless it was already reported.
    pub(super) fn print(&self, console: &mut Console) {
        // If standard error is closed too, the exit status still reports the failure.
        if let Some(message) = self.render(console.words()) {
            let _ = console.error(message);
        }
    }

    /// Returns the message, unless it was already reported.
    pub(super) fn render(&self, words: Language) -> Option<Message> {
        let Self::Problem(problem) = self else { return None };
        Some(words.command_problem(problem))
    }

    /// Returns the exit status and the reason, for the object.
    pub(super) fn report(&self, words: Language) -> ExitReport {
        self.exit().report().because(self.render(words))
    }
}

impl<P: Into<CommandProblem>> From<P> for CommandError {
    fn from(problem: P) -> Self {
        Self::Problem(Box::new(problem.into()))
    }
}
