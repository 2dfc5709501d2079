//! `lock`: operations on locks without the platform.

use crate::cli::LockCommand;
use crate::commands::error::{CommandError, Exit};
use crate::commands::lock::{list, merge, recover, verify};
use crate::output::Console;

pub(in crate::commands) fn run(
    command: LockCommand,
    console: &mut Console,
) -> Result<Exit, CommandError> {
    match command {
        LockCommand::Verify(args) => verify::run(args, console),
        LockCommand::List(args) => list::run(&args, console),
        LockCommand::Recover(args) => recover::run(&args, console),
        LockCommand::Merge(args) => merge::run(&args, console),
    }
}
