//! One file a command: each joins the stages and gives its result to the console.

mod action;
mod adopt;
mod apply;
mod auth;
mod catalog;
mod completions;
mod confirm;
mod destroy;
mod explain;
mod globbed;
mod holding;
mod init;
mod inputs;
mod interrupt;
mod lock;
mod looking;
mod mend;
mod plan;
mod planning;
mod prepare;
mod reach;
mod repository;
mod resolve;
mod sandbox;
mod status;
mod url;
mod validate;
mod wait;
mod whole_file;

use std::io;
use std::path::Path;
use std::process::ExitCode;

use tokio::runtime::Runtime;

use self::interrupt::{SignalHandler, survive_file_limits};
use crate::api;
use crate::api::session::LoginError;
use crate::cli::{AuthCommand, Cli, Command, Format};
use crate::diagnostic::escape_for_terminal;
use crate::exit::{ExitClass, ExitClasses};
use crate::lockfile::LockError;
use crate::report::Console;
use crate::schema;

pub use completions::answer;

/// How a run ended, as an exit status.
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
    /// The first of what was met; there is one.
    Classes(ExitClasses),
}

impl From<ExitClasses> for Exit {
    fn from(met: ExitClasses) -> Self {
        if met.code() == 0 { Self::Done } else { Self::Classes(met) }
    }
}

impl From<ExitClass> for Exit {
    fn from(met: ExitClass) -> Self {
        Self::Classes(ExitClasses::from_iter([met]))
    }
}

impl Exit {
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

/// Why a run cannot go on.
#[derive(Debug)]
pub(crate) struct CommandError {
    exit: Exit,
    /// What was not told yet.
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

    /// A run that ends here, and of which all was said already.
    fn already_reported(exit: impl Into<Exit>) -> Self {
        Self { exit: exit.into(), message: None, help: None }
    }

    /// What the system said where it could not give what a run needs before it begins.
    fn system(error: &io::Error) -> Self {
        Self::usage(format!("cannot prepare the run: {error}"))
            .with_help("nothing was sent; look at the limits of this process (`ulimit -a`)")
    }

    /// Says why on standard error, where a run goes on to give its result all the same; gives what
    /// the exit status has to say of it.
    fn report_and_continue(self, console: &mut Console) -> ExitClasses {
        let Self { exit, message, help } = self;
        if let Some(message) = message {
            // Where even standard error is closed, the exit status still tells.
            let _ = console.error(&message, help.as_deref());
        }
        match exit {
            Exit::Classes(classes) => classes,
            _ => ExitClasses::default(),
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
    /// Only the console's own errors come this way; files are named by who reads them.
    fn from(error: io::Error) -> Self {
        Self::usage(format!("cannot write the output: {error}"))
    }
}

/// A path as messages show it: what acts on a terminal or would begin a line of its own is escaped.
fn display_path(path: &Path) -> String {
    escape_for_terminal(path.to_string_lossy().chars())
}

/// The runtime of a command that calls the platform.
fn runtime() -> Result<Runtime, CommandError> {
    let built = tokio::runtime::Builder::new_current_thread().enable_all().build();
    built.map_err(|error| CommandError::system(&error))
}

/// Runs one command. `abort` ends the process at once, where a signal asks for that.
pub fn run(cli: Cli, console: &mut Console, abort: fn() -> !) -> Exit {
    let format = cli.command.format();
    dispatch(cli.command, console, abort).unwrap_or_else(|failure| {
        let CommandError { exit, message, help } = failure;
        let Some(message) = message else { return exit };
        // Where even standard error is closed, the exit status still tells.
        let _ = console.error(&message, help.as_deref());
        if format == Format::Json {
            let classes = match &exit {
                Exit::Classes(classes) => classes.clone(),
                _ => ExitClasses::default(),
            };
            let _ = console.print_error_json((exit.code(), &classes), &message);
        }
        exit
    })
}

fn dispatch(
    command: Command,
    console: &mut Console,
    abort: fn() -> !,
) -> Result<Exit, CommandError> {
    // Commands that call the platform, which may take its time.
    let signals = || SignalHandler::install(abort);
    match command {
        Command::Init(args) => survive_file_limits().and_then(|()| init::run(&args, console)),
        Command::Validate(args) => {
            if args.writes_files() {
                survive_file_limits()?;
            }
            validate::run(&args, console)
        }
        Command::Schema => Ok(console.result(schema::TEXT).map(|()| Exit::Done)?),
        Command::Explain(args) => explain::run(&args, console),
        Command::Completions(args) => completions::run(&args, console),
        Command::Plan(args) => signals().and_then(|_| plan::run(&args, console)),
        Command::Apply(args) => apply::run(&args, console, &signals()?),
        Command::Status(args) => signals().and_then(|_| status::run(args, console)),
        Command::Wait(args) => wait::run(args, console, &signals()?),
        Command::Stop(args) => {
            signals().and_then(|_| action::run(args, action::Action::Stop, console))
        }
        Command::Start(args) => {
            signals().and_then(|_| action::run(args, action::Action::Start, console))
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
