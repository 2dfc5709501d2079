//! The program without its intent record, for the negative control of the crash tests.

use std::process::ExitCode;

use instancectl::cli::Invocation;
use instancectl::commands;
use instancectl::language::Language;
use instancectl::output::Console;

fn main() -> ExitCode {
    let invocation = Invocation::parse(std::env::args_os(), Language::English)
        .expect("the tests know the usage");
    let mut console =
        Console::of_process(Language::English, invocation.cli.flags.color, false, false);
    commands::run(invocation, &mut console, || panic!("no test sends it three signals")).into()
}
