//! The program without its intent record, for the negative control of the crash tests.

use std::process::ExitCode;

use clap::Parser;
use instancectl::cli::Cli;
use instancectl::commands;
use instancectl::output::Console;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut console = Console::of_process(cli.color, cli.quiet, cli.verbose);
    commands::run(cli, &mut console, || panic!("no test sends it three signals")).into()
}
