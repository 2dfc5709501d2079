//! `lock recover`: merges the files that an interrupted run left into locks, without the platform.

use crate::cli::LockRecover as Args;
use crate::commands::error::{CommandError, Exit};
use crate::commands::load::state_dir;
use crate::commands::lock::selection::{SelectedLock, targets};
use crate::exit_status::{ExitClass, ExitClasses};
use crate::lockfile::{EntryState, LockError, LockStore, OpenOptions};
use crate::output::{Console, RecoverySummary};

pub(in crate::commands) fn run(args: &Args, console: &mut Console) -> Result<Exit, CommandError> {
    let mut classes = ExitClasses::default();
    let mut locks = Vec::new();
    for target in targets(&args.selection)? {
        let recovered = recover(&target, args.guard.no_guard);
        match &recovered {
            Ok((store, _)) => {
                let unknown = store.recovered().merged.iter().any(|name| {
                    let entry = store.lock().instances.get(name);
                    entry.is_some_and(|entry| entry.state == EntryState::Unknown)
                });
                if unknown || !store.id_conflicts().is_empty() {
                    classes.insert(ExitClass::Unknown);
                }
            }
            Err(_) => classes.insert(ExitClass::Lock),
        }
        locks.push(RecoverySummary {
            file: target.file,
            manifest: target.manifest,
            lock: target.lock,
            recovered,
        });
    }
    console.recovered(&locks, &classes)?;
    Ok(classes.into())
}

/// Returns the lock with everything merged, and whether it was rewritten only for its form.
fn recover(target: &SelectedLock, no_guard: bool) -> Result<(LockStore, bool), LockError> {
    let manifest = target.manifest.as_deref().and_then(|path| path.file_name());
    let manifest = manifest.map(|name| name.to_string_lossy().into_owned());
    let mut store =
        LockStore::open(&target.lock, OpenOptions { manifest, state: state_dir(), no_guard })?;
    let tidied = store.canonicalize()?;
    Ok((store, tidied))
}
