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
use crate::cli::{AuthCommand, Cli, Command};
use crate::diagnostics::escape_for_terminal;
use crate::exit_status::{ExitClass, ExitClasses};
use crate::lockfile::LockError;
use crate::manifest::schema;
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
    /// Message, unless it was already reported.
    message: Option<String>,
    help: Option<String>,
}

impl CommandError {
    fn usage(message: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, message: Some(message.into()), help: None }
    }

    fn with_class(class: ExitClass, message: impl Into<String>) -> Self {
        Self { exit: class.into(), message: Some(message.into()), help: None }
    }

    /// Returns the error of a run that ends after everything was already reported.
    fn already_reported(exit: impl Into<Exit>) -> Self {
        Self { exit: exit.into(), message: None, help: None }
    }

    /// Returns the error of the system if it cannot provide a resource that a run needs before it starts.
    fn system(error: &io::Error) -> Self {
        Self::usage(format!("cannot prepare the run: {error}"))
            .with_help("nothing was sent; check the limits of this process (`ulimit -a`)")
    }

    /// Reports the error on standard error, if a run continues to its result nevertheless; returns its
    /// classes for the exit status.
    fn report_and_continue(self, console: &mut Console) -> ExitClasses {
        let Self { exit, message, help } = self;
        if let Some(message) = message {
            // If standard error is closed too, the exit status still reports the failure.
            let _ = console.error(&message, help.as_deref());
        }
        match exit {
            Exit::Classes(classes) => classes,
            _ => ExitClasses::default(),
        }
    }

    /// Returns the exit status and the reason, for the object.
    fn report(&self) -> ExitReport {
        let exit = self.exit.report();
        match &self.message {
            Some(message) => exit.because(message, self.help.as_deref()),
            None => exit,
        }
    }

    fn with_help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

impl From<LockError> for CommandError {
    fn from(error: LockError) -> Self {
        Self::with_class(ExitClass::Lock, error.to_string()).with_help(error.help())
    }
}

impl From<api::CredentialsError> for CommandError {
    fn from(error: api::CredentialsError) -> Self {
        Self::with_class(error.class(), error.to_string()).with_help(error.help())
    }
}

impl From<LoginError> for CommandError {
    fn from(error: LoginError) -> Self {
        Self::with_class(error.class(), error.to_string()).with_help(error.help())
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

/// Returns the runtime of a command that calls the platform.
fn runtime() -> Result<Runtime, CommandError> {
    let built = tokio::runtime::Builder::new_current_thread().enable_all().build();
    built.map_err(|error| CommandError::system(&error))
}

/// Runs one command. `abort` ends the process at once, if a signal requests that.
pub fn run(cli: Cli, console: &mut Console, abort: fn() -> !) -> Exit {
    console.begin(cli.command.name(), cli.command.format());
    dispatch(cli.command, console, abort).unwrap_or_else(|failure| {
        if let Some(message) = &failure.message {
            // If standard error is closed too, the exit status still reports the failure.
            let _ = console.error(message, failure.help.as_deref());
        }
        let _ = console.print_failure(failure.report());
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
        Command::Stop(args) => {
            signals().and_then(|_| start_stop::run(args, start_stop::Action::Stop, console))
        }
        Command::Start(args) => {
            signals().and_then(|_| start_stop::run(args, start_stop::Action::Start, console))
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
