//! `lock list`: prints the contents of locks.

use crate::cli::LockList as Args;
use crate::commands::error::{CommandError, Exit};
use crate::commands::load::state_dir;
use crate::commands::lock::selection::targets;
use crate::exit_status::{ExitClass, ExitClasses};
use crate::lockfile::{LockError, LockIssue, inspect};
use crate::output::{Console, LockSummary};

pub(in crate::commands) fn run(args: &Args, console: &mut Console) -> Result<Exit, CommandError> {
    let mut locks = Vec::new();
    let mut classes = ExitClasses::default();
    for target in targets(&args.selection)? {
        let observed = inspect(&target.lock, state_dir().as_deref());
        for finding in &observed.findings {
            match finding {
                // A run in progress does not affect reading a lock.
                LockIssue::Unreadable(LockError::Held { .. }) => {}
                LockIssue::Unreadable(_) => classes.insert(ExitClass::Lock),
                _ => {}
            }
        }
        let manifest = target.manifest;
        locks.push(LockSummary { file: target.file, manifest, lock: target.lock, observed });
    }
    console.locks(&locks, &classes)?;
    Ok(classes.into())
}
