//! Runs one command.

use super::error::{CommandError, Exit};
use super::signals::SignalHandler;
use super::{
    adopt, apply, auth, catalog, completions, destroy, exec, explain, export, init, list, lock,
    logs, plan, resolve, sandbox, ssh_config, start_stop, status, url, validate, wait, why,
};
use crate::cli::{AuthCommand, Cli, Color, Command, Invocation, LockCommand, UsageError, version};
use crate::lifecycle::Action;
use crate::manifest::schema;
use crate::output::{Console, Message, json};

/// Runs one command. `abort` ends the process at once, if a signal requests that.
pub fn run(invocation: Invocation, console: &mut Console, abort: fn() -> !) -> Exit {
    let Invocation { cli, name, format } = invocation;
    console.begin(name, format);
    if !matches!(cli.command, Command::Plan(_) | Command::Apply(_) | Command::Lock(_)) {
        console.omit_warnings();
    }
    dispatch(&cli, console, abort).unwrap_or_else(|failure| {
        failure.print(console);
        let _ = console.print_failure(failure.report(console.words()));
        failure.exit()
    })
}

/// Reports a command line that is not valid, or prints the help text that it requests.
pub fn refuse(usage: UsageError) -> Exit {
    let mut console = Console::of_process(usage.language, Color::Never, false, false);
    console.begin(usage.name.clone(), usage.format);
    let message = usage.message();
    // If the output is closed, the exit status still reports the error.
    let _ = usage.print();
    let Some((message, help)) = message else { return Exit::Done };
    let message = Message::new(message, Some(help).filter(|help| !help.is_empty()));
    let _ = console.print_failure(Exit::Usage.report().because(Some(message)));
    Exit::Usage
}

fn dispatch(cli: &Cli, console: &mut Console, abort: fn() -> !) -> Result<Exit, CommandError> {
    if let Command::Validate(args) = &cli.command
        && !console.is_json()
        && !args.writes_files()
    {
        return validate::run(args, console);
    }
    let signals = &SignalHandler::install(abort, console.interrupted_run())?;
    match &cli.command {
        Command::Init(args) => init::run(args, console),
        Command::Validate(args) => validate::run(args, console),
        Command::Schema(args) => {
            let manifest = schema::committed(console.words());
            console.result(if args.output { json::schema::TEXT } else { manifest })?;
            Ok(Exit::Done)
        }
        Command::Version => {
            console.result(&format!(
                "{} {}\n",
                env!("CARGO_PKG_NAME"),
                version(cli.flags.verbose)
            ))?;
            Ok(Exit::Done)
        }
        Command::Explain(args) => explain::run(args, console),
        Command::Completions(args) => completions::run(args, console),
        Command::Lock(args) => match args {
            LockCommand::Verify(args) => lock::verify(args, console),
            LockCommand::List(args) => lock::list(args, console),
            LockCommand::Recover(args) => lock::recover(args, console),
            LockCommand::Merge(args) => lock::merge(args, console),
            LockCommand::Push(args) => lock::push(args, console),
            LockCommand::Release(args) => lock::release(args, console),
        },
        Command::Plan(args) => plan::run(args, console),
        Command::Apply(args) => apply::run(args, console, signals),
        Command::Status(args) => status::run(args, console, signals),
        Command::Export(args) => export::run(args, console),
        Command::List(args) => list::run(args, console),
        Command::Wait(args) => wait::run(args, console, signals),
        Command::Stop(args) => start_stop::run(args, Action::Stop, console),
        Command::Start(args) => start_stop::run(args, Action::Start, console),
        Command::Exec(args) => exec::run(args, console, signals),
        Command::SshConfig(args) => ssh_config::run(args, console),
        Command::Url(args) => url::run(args, console),
        Command::Logs(args) => logs::run(args, console, signals),
        Command::Why(args) => why::run(args, console),
        Command::Catalog(args) => catalog::run(args, console),
        Command::Destroy(args) => destroy::run(args, console, signals),
        Command::Adopt(args) => adopt::run(args, console),
        Command::Resolve(args) => resolve::run(args, console),
        Command::Auth(args) => match args {
            AuthCommand::Check(args) => auth::run(args.connection, console),
        },
        Command::Sandbox(args) => sandbox::run(args, console, signals),
    }
}
