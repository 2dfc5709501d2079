//! `lock recover`: folds into locks what an interrupted run left, without the platform.

use super::super::prepare::state_folder;
use super::{Target, targets};
use crate::cli::LockRecover as Args;
use crate::commands::{Exit, Failure};
use crate::exit::{Class, Classes};
use crate::lockfile::{LockError, Options, State, Store};
use crate::report::{Console, RecoveredLock};

pub(super) fn run(args: &Args, console: &mut Console) -> Result<Exit, Failure> {
    let mut classes = Classes::default();
    let mut locks = Vec::new();
    for target in targets(&args.which)? {
        let recovered = recover(&target, args.no_guard);
        match &recovered {
            Ok((store, _)) => {
                let unknown = store.recovered().folded.iter().any(|name| {
                    let entry = store.lock().instances.get(name);
                    entry.is_some_and(|entry| entry.state == State::Unknown)
                });
                if unknown || !store.clashes().is_empty() {
                    classes.insert(Class::Unknown);
                }
            }
            Err(_) => classes.insert(Class::Lock),
        }
        locks.push(RecoveredLock {
            file: target.file,
            manifest: target.manifest,
            lock: target.lock,
            recovered,
        });
    }
    console.recovered(&locks, &classes, args.which.format)?;
    Ok(if classes.code() == 0 { Exit::Done } else { Exit::Met(classes) })
}

/// The lock with everything folded in, and whether it was written anew for its form alone.
fn recover(target: &Target, no_guard: bool) -> Result<(Store, bool), LockError> {
    let manifest = target.manifest.as_deref().and_then(|path| path.file_name());
    let manifest = manifest.map(|name| name.to_string_lossy().into_owned());
    let mut store =
        Store::open(&target.lock, Options { manifest, state: state_folder(), no_guard })?;
    let tidied = store.tidy()?;
    Ok((store, tidied))
}
