//! The command `instancectl`: parses the command line, runs the command, gives its exit status.

use std::process::ExitCode;

use clap::Parser;
use instancectl::cli::Cli;
use instancectl::commands;
use instancectl::report::Console;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut console = Console::of_process(cli.color, cli.quiet);
    commands::run(cli, &mut console).into()
}
