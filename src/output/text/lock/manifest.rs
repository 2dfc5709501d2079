//! The manifest of a lock, as the commands in messages name it.

use std::path::Path;

use super::LockSummary;
use crate::lockfile::{default_lock_path, is_sandbox_lock};
use crate::text::ManifestArgs;

/// Returns the manifest of a lock for use in commands: the named one, otherwise the one that the lock
/// names.
pub(super) fn manifest(named: Option<&Path>, lock: &Path, reason: Option<&str>) -> ManifestArgs {
    let adjacent = || reason.map(|name| lock.with_file_name(name));
    let sandbox = is_sandbox_lock(lock);
    match named.map(Path::to_owned).or_else(adjacent) {
        Some(path) => {
            let other_region = default_lock_path(&path, sandbox) != lock;
            let args = ManifestArgs::new(path.display().to_string()).sandbox(sandbox);
            args.lock(other_region.then_some(lock))
        }
        None => ManifestArgs::new("MANIFEST").sandbox(sandbox),
    }
}

/// Returns the manifest of a lock that was inspected.
pub(super) fn display_manifest(lock: &LockSummary) -> ManifestArgs {
    manifest(lock.manifest.as_deref(), &lock.lock, lock.result.lock.manifest.as_deref())
}
