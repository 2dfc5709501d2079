//! The locks that a command selects.

use std::path::{Path, PathBuf};

use crate::cli::LockSelection;
use crate::commands::error::CommandError;
use crate::commands::inputs;
use crate::commands::load::{canonical_lock_path, check_lock_kind};
use crate::lockfile::{default_lock_path, is_lock};
use crate::output::{CommandProblem, PathProblem};

/// A lock that the user named directly or by its manifest.
pub(super) struct SelectedLock {
    /// Path that the user named.
    pub(super) file: String,
    /// Path of the manifest, if that was named.
    pub(super) manifest: Option<PathBuf>,
    pub(super) lock: PathBuf,
}

impl SelectedLock {
    pub(super) fn of(path: PathBuf, sandbox: bool) -> Self {
        let file = path.display().to_string();
        if is_lock(&path) {
            Self { file, manifest: None, lock: path }
        } else {
            let lock = default_lock_path(&path, sandbox);
            Self { file, manifest: Some(path), lock }
        }
    }
}

/// Returns the selected locks, deduplicated and sorted by path.
pub(super) fn targets(selection: &LockSelection) -> Result<Vec<SelectedLock>, CommandError> {
    let LockSelection { paths: named, manifests, sandbox } = selection;
    let mut paths = Vec::new();
    for path in named.iter().chain(&manifests.files) {
        let mut journal = path.clone().into_os_string();
        journal.push(".journal");
        // A run that was killed before it first merged its journal leaves a journal and no lock.
        if is_lock(path) && !path.exists() && Path::new(&journal).exists() {
            paths.push(Some(path.clone()));
        } else {
            paths.extend(inputs::paths(std::slice::from_ref(path), manifests.recursive)?);
        }
    }
    let mut targets = match &manifests.lock {
        Some(lock) => lock_for_manifest(lock, &paths, *sandbox)?,
        None => paths
            .into_iter()
            .map(|path| match path {
                Some(path) => Ok(SelectedLock::of(path, *sandbox)),
                None => Err(CommandError::from(CommandProblem::StdinHasNoLock)),
            })
            .collect::<Result<_, _>>()?,
    };
    targets.sort_by(|one, other| one.lock.cmp(&other.lock));
    let mut observed = std::collections::HashSet::new();
    targets.retain(|target| observed.insert(canonical_lock_path(&target.lock)));
    Ok(targets)
}

/// Returns the lock that `--lock` names, with the manifest given along with it, if any.
pub(super) fn lock_for_manifest(
    lock: &Path,
    paths: &[Option<PathBuf>],
    sandbox: bool,
) -> Result<Vec<SelectedLock>, CommandError> {
    check_lock_kind(lock, sandbox)?;
    let manifest = match paths {
        [] => None,
        [Some(path)] if is_lock(path) => {
            return Err(CommandError::path(path, PathProblem::LockNamedTwice));
        }
        [manifest] => manifest.clone(),
        _ => return Err(CommandProblem::OneLockForManifests.into()),
    };
    let file = manifest.as_deref().unwrap_or(lock).display().to_string();
    Ok(vec![SelectedLock { file, manifest, lock: lock.to_owned() }])
}
