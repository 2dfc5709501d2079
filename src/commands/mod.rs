//! One file per command: each connects the stages and passes its result to the console.

mod adopt;
mod apply;
mod atomic_write;
mod auth;
mod catalog;
mod completions;
mod confirm;
mod destroy;
mod explain;
mod git_root;
mod init;
mod inputs;
mod load;
mod lock;
mod locked_workspace;
mod plan;
mod planning;
mod platform;
mod read_only_workspace;
mod resolve;
mod sandbox;
mod signals;
mod start_stop;
mod status;
mod url;
mod validate;
mod wait;

use std::io;
use std::path::Path;
use std::process::ExitCode;

use tokio::runtime::Runtime;

use crate::api;
use crate::api::auth::session::LoginError;
use crate::api::client::{ApiError, ErrorMessage};
use crate::cli::{AuthCommand, Cli, Command};
use crate::diagnostics::escape_for_terminal;
use crate::exit_status::{ExitClass, ExitClasses};
use crate::lifecycle::Action;
use crate::lockfile::LockError;
use crate::manifest::schema;
use crate::output::words::{ApiWords, En, Words};
use crate::output::{Console, ExitReport, json};
use signals::{SignalHandler, survive_file_limits};

pub use completions::answer;

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
    fn report(&self) -> ExitReport {
        match self {
            Self::Classes(classes) => ExitReport::of(classes),
            Self::Done | Self::Invalid | Self::Usage | Self::Changes => {
                ExitReport::new(self.code(), &ExitClasses::default())
            }
        }
    }

    fn code(&self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Invalid => 1,
            Self::Usage => 2,
            Self::Changes => 9,
            Self::Classes(classes) => classes.code(),
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// Error that ends a run.
#[derive(Debug)]
pub(crate) struct CommandError {
    exit: Exit,
    /// Reason, unless it was already reported.
    reason: Option<Reason>,
    /// Next step, in place of the usual one after the reason.
    help: Option<String>,
}

/// Reason of an error that ends a run.
#[derive(Debug)]
enum Reason {
    /// Any other reason, as text.
    Text(String),
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
    fn text(&self, words: &dyn Words) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Credentials(error) => words.credentials_error(error),
            Self::Login(error) => words.login_error(error),
            Self::QueryFailed(failure) => words.query_failed(failure.detail()),
            Self::Lock(error) => words.lock_error(error),
        }
    }

    fn help(&self, words: &dyn Words) -> Option<String> {
        match self {
            Self::Text(_) => None,
            Self::Credentials(error) => Some(words.credentials_error_help(error).to_owned()),
            Self::Login(error) => Some(words.login_error_help(error)),
            Self::QueryFailed(failure) => Some(words.query_failed_help(failure)),
            Self::Lock(error) => Some(words.lock_error_help(error)),
        }
    }
}

impl CommandError {
    fn usage(message: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, reason: Some(Reason::Text(message.into())), help: None }
    }

    fn with_class(class: ExitClass, message: impl Into<String>) -> Self {
        Self::from_reason(class, Reason::Text(message.into()))
    }

    fn from_reason(class: ExitClass, reason: Reason) -> Self {
        Self { exit: class.into(), reason: Some(reason), help: None }
    }

    /// Returns the error of a run that ends after everything was already reported.
    fn already_reported(exit: impl Into<Exit>) -> Self {
        Self { exit: exit.into(), reason: None, help: None }
    }

    /// Returns the error of the system if it cannot provide a resource that a run needs before it starts.
    fn system(error: &io::Error) -> Self {
        Self::usage(format!("cannot prepare the run: {error}"))
            .with_help("nothing was sent; check the limits of this process (`ulimit -a`)")
    }

    /// Reports the error on standard error, if a run continues to its result nevertheless; returns its
    /// classes for the exit status.
    fn report_and_continue(self, console: &mut Console) -> ExitClasses {
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
    fn render(&self, words: &dyn Words) -> Option<(String, Option<String>)> {
        let reason = self.reason.as_ref()?;
        Some((reason.text(words), self.help.clone().or_else(|| reason.help(words))))
    }

    /// Returns the exit status and the reason, for the object.
    fn report(&self, words: &dyn Words) -> ExitReport {
        let exit = self.exit.report();
        match self.render(words) {
            Some((message, help)) => exit.because(message, help.as_deref()),
            None => exit,
        }
    }

    fn with_help(self, help: impl Into<String>) -> Self {
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
        Self::usage(format!("cannot write the output: {error}"))
    }
}

/// Returns a path for messages: characters that act on a terminal or would start a new line are
/// escaped.
fn display_path(path: &Path) -> String {
    escape_for_terminal(path.to_string_lossy().chars())
}

/// Returns the English text of an error message, as the lock stores it.
fn error_text(message: &ErrorMessage) -> String {
    En.error_message(message)
}

/// Returns the runtime of a command that calls the platform.
fn runtime() -> Result<Runtime, CommandError> {
    let built = tokio::runtime::Builder::new_current_thread().enable_all().build();
    built.map_err(|error| CommandError::system(&error))
}

/// Runs one command. `abort` ends the process at once, if a signal requests that.
pub fn run(cli: Cli, console: &mut Console, abort: fn() -> !) -> Exit {
    console.begin(cli.command.name(), cli.command.format());
    dispatch(cli.command, console, abort).unwrap_or_else(|failure| {
        if let Some((message, help)) = failure.render(console.words()) {
            // If standard error is closed too, the exit status still reports the failure.
            let _ = console.error(&message, help.as_deref());
        }
        let _ = console.print_failure(failure.report(console.words()));
        failure.exit
    })
}

fn dispatch(
    command: Command,
    console: &mut Console,
    abort: fn() -> !,
) -> Result<Exit, CommandError> {
    // For commands that call the platform, which may take a while.
    let interrupted = console.interrupted_run();
    let signals = || SignalHandler::install(abort, interrupted.clone());
    match command {
        Command::Init(args) => survive_file_limits().and_then(|()| init::run(&args, console)),
        Command::Validate(args) => {
            if args.writes_files() {
                survive_file_limits()?;
            }
            validate::run(&args, console)
        }
        Command::Schema(args) => {
            let text = if args.output { json::schema::TEXT } else { schema::TEXT };
            Ok(console.result(text).map(|()| Exit::Done)?)
        }
        Command::Explain(args) => explain::run(&args, console),
        Command::Completions(args) => completions::run(&args, console),
        Command::Plan(args) => signals().and_then(|_| plan::run(&args, console)),
        Command::Apply(args) => apply::run(&args, console, &signals()?),
        Command::Status(args) => signals().and_then(|_| status::run(args, console)),
        Command::Wait(args) => wait::run(args, console, &signals()?),
        Command::Stop(args) => signals().and_then(|_| start_stop::run(args, Action::Stop, console)),
        Command::Start(args) => {
            signals().and_then(|_| start_stop::run(args, Action::Start, console))
        }
        Command::Url(args) => signals().and_then(|_| url::run(args, console)),
        Command::Catalog(args) => signals().and_then(|_| catalog::run(&args, console)),
        Command::Destroy(args) => destroy::run(args, console, &signals()?),
        Command::Adopt(args) => signals().and_then(|_| adopt::run(args, console)),
        Command::Resolve(args) => signals().and_then(|_| resolve::run(args, console)),
        Command::Auth(args) => match args.command {
            AuthCommand::Check(args) => signals().and_then(|_| auth::run(&args, console)),
        },
        Command::Lock(args) => {
            survive_file_limits().and_then(|()| lock::run(args.command, console))
        }
        Command::Sandbox(args) => sandbox::run(&args, console, &signals()?),
    }
}
