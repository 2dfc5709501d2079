//! `completions`: a completion script for a shell.

use clap_complete::shells;

use super::{Exit, Failure, explain};
use crate::cli::{self, Completions, Shell};
use crate::report::Console;

pub(super) fn run(args: &Completions, console: &mut Console) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    let mut command = cli::command(explain::topics());
    match args.shell {
        Shell::Bash => {
            clap_complete::generate(shells::Bash, &mut command, "instancectl", &mut script);
        }
        Shell::Zsh => {
            clap_complete::generate(shells::Zsh, &mut command, "instancectl", &mut script);
        }
        Shell::Fish => {
            clap_complete::generate(shells::Fish, &mut command, "instancectl", &mut script);
        }
    }
    console.result(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}
