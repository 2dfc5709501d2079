//! One file a command: each joins the stages and gives its result to the console.

mod action;
mod adopt;
mod apply;
mod auth;
mod catalog;
mod completions;
mod destroy;
mod explain;
mod holding;
mod init;
mod inputs;
mod interrupt;
mod lock;
mod looking;
mod mend;
mod plan;
mod prepare;
mod reach;
mod report_file;
mod repository;
mod resolve;
mod sandbox;
mod status;
mod url;
mod validate;
mod wait;

use std::io;
use std::process::ExitCode;

use tokio::runtime::Runtime;

use crate::api;
use crate::api::session::LoginError;
use crate::cli::{AuthCommand, Cli, Command};
use crate::exit::{Class, Classes};
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
    /// The first of what was met.
    Met(Classes),
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Done => Self::from(0),
            Exit::Invalid => Self::from(1),
            Exit::Usage => Self::from(2),
            Exit::Changes => Self::from(9),
            Exit::Met(classes) => Self::from(classes.code()),
        }
    }
}

/// Why a run cannot go on.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    message: String,
    help: Option<String>,
}

impl Failure {
    fn usage(message: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, message: message.into(), help: None }
    }

    fn met(class: Class, message: impl Into<String>) -> Self {
        let classes = Classes::from_iter([class]);
        Self { exit: Exit::Met(classes), message: message.into(), help: None }
    }

    /// What the system said where it could not give what a run needs before it begins.
    fn system(error: &io::Error) -> Self {
        Self::usage(format!("cannot prepare the run: {error}"))
            .with_help("nothing was sent; look at the limits of this process (`ulimit -a`)")
    }

    fn with_help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

impl From<LockError> for Failure {
    fn from(error: LockError) -> Self {
        Self::met(Class::Lock, error.to_string()).with_help(error.help())
    }
}

impl From<api::Error> for Failure {
    fn from(error: api::Error) -> Self {
        Self::met(error.class(), error.to_string()).with_help(error.help())
    }
}

impl From<LoginError> for Failure {
    fn from(error: LoginError) -> Self {
        Self::met(error.class(), error.to_string()).with_help(error.help())
    }
}

impl From<io::Error> for Failure {
    /// Only the console's own errors come this way; files are named by who reads them.
    fn from(error: io::Error) -> Self {
        Self::usage(format!("cannot write the output: {error}"))
    }
}

/// The runtime of a command that calls the platform.
fn runtime() -> Result<Runtime, Failure> {
    let built = tokio::runtime::Builder::new_current_thread().enable_all().build();
    built.map_err(|error| Failure::system(&error))
}

/// Runs one command. `abort` ends the process at once, for a third signal.
pub fn run(cli: Cli, console: &mut Console, abort: fn() -> !) -> Exit {
    let result = match cli.command {
        Command::Init(args) => init::run(&args, console),
        Command::Validate(args) => validate::run(&args, console),
        Command::Schema => console.result(schema::TEXT).map(|()| Exit::Done).map_err(Failure::from),
        Command::Explain(args) => explain::run(&args, console),
        Command::Completions(args) => completions::run(&args, console),
        Command::Plan(args) => plan::run(&args, console),
        Command::Apply(args) => apply::run(&args, console, abort),
        Command::Status(args) => status::run(args, console),
        Command::Wait(args) => wait::run(args, console, abort),
        Command::Stop(args) => action::run(args, action::Act::Stop, console),
        Command::Start(args) => action::run(args, action::Act::Start, console),
        Command::Url(args) => url::run(args, console),
        Command::Catalog(args) => catalog::run(&args, console),
        Command::Destroy(args) => destroy::run(args, console, abort),
        Command::Adopt(args) => adopt::run(args, console),
        Command::Resolve(args) => resolve::run(args, console),
        Command::Auth(args) => match args.command {
            AuthCommand::Check(args) => auth::run(&args, console),
        },
        Command::Lock(args) => lock::run(args.command, console),
        Command::Sandbox(args) => sandbox::run(&args, console, abort),
    };
    result.unwrap_or_else(|failure| {
        // Where even standard error is closed, the exit status still tells.
        let _ = console.error(&failure.message, failure.help.as_deref());
        failure.exit
    })
}
