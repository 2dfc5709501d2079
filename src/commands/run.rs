//! Runs one command.

use crate::cli::{AuthCommand, Cli, Command};
use crate::commands::error::{CommandError, Exit};
use crate::commands::signals::{SignalHandler, survive_file_limits};
use crate::commands::{
    adopt, apply, auth, catalog, completions, destroy, explain, init, lock, plan, resolve, sandbox,
    start_stop, status, url, validate, wait,
};
use crate::lifecycle::Action;
use crate::manifest::schema;
use crate::output::{Console, json};

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
