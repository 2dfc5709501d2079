//! The command `instancectl`: parses the command line, runs the command, returns its exit status.

use std::process::ExitCode;

use clap::Parser;
use instancectl::cli::{Cli, Color};
use instancectl::commands;
use instancectl::output::Console;

fn main() -> ExitCode {
    let mut console = Console::of_process(Color::Never, false, false);
    if let Some(exit) = commands::answer(&mut console) {
        return exit.into();
    }
    let cli = Cli::parse();
    let mut console = Console::of_process(cli.color, cli.quiet, cli.verbose);
    commands::run(cli, &mut console, abort).into()
}

/// Ends the process at once: on the third signal, or on the first one if there is nothing to
/// complete. The journal contains the rest.
#[allow(clippy::disallowed_methods, clippy::exit)]
fn abort() -> ! {
    std::process::exit(130)
}
