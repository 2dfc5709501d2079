//! The command `instancectl`: parses the command line, runs the command, returns its exit status.

use std::process::ExitCode;

use instancectl::cli::{Flags, Invocation};
use instancectl::commands;
use instancectl::language::Language;
use instancectl::output::Console;

fn main() -> ExitCode {
    if let Some(exit) = commands::complete() {
        return exit.into();
    }
    let words: Vec<_> = std::env::args_os().collect();
    let language = Language::of_process(&words);
    match Invocation::parse(words, language) {
        Ok(invocation) => {
            let Flags { color, quiet, verbose, .. } = invocation.cli.flags;
            let mut console = Console::of_process(language, color, quiet, verbose);
            commands::run(invocation, &mut console, abort).into()
        }
        Err(error) => commands::refuse(error).into(),
    }
}

/// Ends the process at once: on the third signal, or on the first one if there is nothing to
/// complete. The journal contains the rest.
#[allow(clippy::disallowed_methods, clippy::exit)]
fn abort() -> ! {
    std::process::exit(130)
}
