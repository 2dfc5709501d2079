//! `lock list`: prints what locks hold.

use super::super::prepare::state_folder;
use super::targets;
use crate::cli::LockWhich as Args;
use crate::commands::{Exit, Failure};
use crate::exit::{Class, Classes};
use crate::lockfile::{LockError, LockIssue, inspect};
use crate::report::{Console, SeenLock};

pub(super) fn run(args: &Args, console: &mut Console) -> Result<Exit, Failure> {
    let mut locks = Vec::new();
    let mut classes = Classes::default();
    for target in targets(args)? {
        let seen = inspect(&target.lock, state_folder().as_deref());
        for finding in &seen.findings {
            match finding {
                // Who looks at a lock does not mind that a run is under way.
                LockIssue::Unreadable(LockError::Held { .. }) => {}
                LockIssue::Unreadable(_) => classes.insert(Class::Lock),
                _ => {}
            }
        }
        let manifest = target.manifest;
        locks.push(SeenLock { file: target.file, manifest, lock: target.lock, seen });
    }
    console.locks(&locks, &classes, args.format)?;
    Ok(classes.into())
}
