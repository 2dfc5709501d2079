//! Result of a run, and the error that ends one.

use std::io;
use std::path::Path;
use std::process::ExitCode;

use crate::api;
use crate::api::auth::session::LoginError;
use crate::api::client::ApiError;
use crate::exit_status::{ExitClass, ExitClasses};
use crate::lockfile::LockError;
use crate::output::words::Words;
use crate::output::{CommandProblem, Console, ExitReport, PathProblem};

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

impl From<ExitClasses> for Exit {
    fn from(classes: ExitClasses) -> Self {
        if classes.code() == 0 { Self::Done } else { Self::Classes(classes) }
    }
}

impl From<ExitClass> for Exit {
    fn from(classes: ExitClass) -> Self {
        Self::Classes(ExitClasses::from_iter([classes]))
    }
}

impl Exit {
    /// Returns the exit status and its classes, for the object.
    pub(super) fn report(&self) -> ExitReport {
        match self {
            Self::Classes(classes) => ExitReport::of(classes),
            Self::Done | Self::Invalid | Self::Usage | Self::Changes => {
                ExitReport::new(self.code(), &ExitClasses::default())
            }
        }
    }

    pub(super) fn code(&self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Invalid => 1,
            Self::Usage => 2,
            Self::Changes => 9,
            Self::Classes(classes) => classes.code(),
        }
    }
}

/// Error that ends a run.
#[derive(Debug)]
pub(crate) struct CommandError {
    pub(super) exit: Exit,
    /// Reason, unless it was already reported.
    reason: Option<Reason>,
    /// Next step, in place of the usual one after the reason.
    help: Option<String>,
}

/// Reason of an error that ends a run.
#[derive(Debug)]
pub(super) enum Reason {
    /// A problem of the command itself.
    Command(Box<CommandProblem>),
    /// The credentials cannot be used.
    Credentials(Box<api::CredentialsError>),
    /// The login failed, or a region cannot be reached.
    Login(Box<LoginError>),
    /// Data that the command needs could not be queried.
    QueryFailed(Box<ApiError>),
    /// A lock or its journal cannot be read or written.
    Lock(Box<LockError>),
}

impl Reason {
    pub(super) fn text(&self, words: &dyn Words) -> String {
        match self {
            Self::Command(problem) => words.command_problem(problem),
            Self::Credentials(error) => words.credentials_error(error),
            Self::Login(error) => words.login_error(error),
            Self::QueryFailed(failure) => words.query_failed(failure.detail()),
            Self::Lock(error) => words.lock_error(error),
        }
    }

    pub(super) fn help(&self, words: &dyn Words) -> Option<String> {
        match self {
            Self::Command(problem) => words.command_problem_help(problem),
            Self::Credentials(error) => Some(words.credentials_error_help(error).to_owned()),
            Self::Login(error) => Some(words.login_error_help(error)),
            Self::QueryFailed(failure) => Some(words.query_failed_help(failure)),
            Self::Lock(error) => Some(words.lock_error_help(error)),
        }
    }
}

impl CommandError {
    pub(super) fn usage(problem: CommandProblem) -> Self {
        let reason = Reason::Command(Box::new(problem));
        Self { exit: Exit::Usage, reason: Some(reason), help: None }
    }

    /// Returns the error of a file or directory that cannot be used.
    pub(super) fn path(path: &Path, problem: PathProblem) -> Self {
        Self::usage(CommandProblem::Path(path.to_owned(), problem))
    }

    pub(super) fn with_class(class: ExitClass, problem: CommandProblem) -> Self {
        Self::from_reason(class, Reason::Command(Box::new(problem)))
    }

    pub(super) fn from_reason(class: ExitClass, reason: Reason) -> Self {
        Self { exit: class.into(), reason: Some(reason), help: None }
    }

    /// Returns the error of a run that ends after everything was already reported.
    pub(super) fn already_reported(exit: impl Into<Exit>) -> Self {
        Self { exit: exit.into(), reason: None, help: None }
    }

    /// Returns the error of the system if it cannot provide a resource that a run needs before it starts.
    pub(super) fn system(error: io::Error) -> Self {
        Self::usage(CommandProblem::CannotPrepare(error))
    }

    /// Reports the error on standard error, if a run continues to its result nevertheless; returns its
    /// classes for the exit status.
    pub(super) fn report_and_continue(self, console: &mut Console) -> ExitClasses {
        // If standard error is closed too, the exit status still reports the failure.
        if let Some((message, help)) = self.render(console.words()) {
            let _ = console.error(&message, help.as_deref());
        }
        match self.exit {
            Exit::Classes(classes) => classes,
            _ => ExitClasses::default(),
        }
    }

    /// Returns message and help, unless they were already reported.
    pub(super) fn render(&self, words: &dyn Words) -> Option<(String, Option<String>)> {
        let reason = self.reason.as_ref()?;
        Some((reason.text(words), self.help.clone().or_else(|| reason.help(words))))
    }

    /// Returns the exit status and the reason, for the object.
    pub(super) fn report(&self, words: &dyn Words) -> ExitReport {
        let exit = self.exit.report();
        match self.render(words) {
            Some((message, help)) => exit.because(message, help.as_deref()),
            None => exit,
        }
    }

    pub(super) fn with_help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

impl From<LockError> for CommandError {
    fn from(error: LockError) -> Self {
        Self::from_reason(ExitClass::Lock, Reason::Lock(Box::new(error)))
    }
}

impl From<api::CredentialsError> for CommandError {
    fn from(error: api::CredentialsError) -> Self {
        Self::from_reason(error.class(), Reason::Credentials(Box::new(error)))
    }
}

impl From<LoginError> for CommandError {
    fn from(error: LoginError) -> Self {
        Self::from_reason(error.class(), Reason::Login(Box::new(error)))
    }
}

impl From<io::Error> for CommandError {
    /// Only errors of the console itself are converted here; file errors are reported by the readers.
    fn from(error: io::Error) -> Self {
        Self::usage(CommandProblem::OutputUnwritable(error))
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
