//! Locks that were read, and locks that are open for writing.

use super::read;
use crate::commands::load::LoadedManifest;
use crate::git::RemoteVersion;
use crate::lockfile::{EntryChange, LockError, LockStore, Lockfile};

/// A lock that was read or opened for writing.
pub(in crate::commands) trait LockAccess: Sized {
    /// Returns its content.
    fn lock(&self) -> &Lockfile;

    /// Records changes that an earlier run left open: in memory only, unless it is open for writing.
    fn settle(&mut self, changes: Vec<EntryChange>) -> Result<(), LockError>;

    /// Reads it again, and returns whether another program has written it since.
    fn reread(
        &mut self,
        manifest: &LoadedManifest,
        remote: Option<&RemoteVersion>,
    ) -> Result<bool, LockError>;
}

impl LockAccess for Lockfile {
    fn lock(&self) -> &Lockfile {
        self
    }

    fn settle(&mut self, changes: Vec<EntryChange>) -> Result<(), LockError> {
        *self = std::mem::take(self).with(changes);
        Ok(())
    }

    fn reread(
        &mut self,
        manifest: &LoadedManifest,
        remote: Option<&RemoteVersion>,
    ) -> Result<bool, LockError> {
        let local = read(manifest)?;
        let merged = remote.map(|remote| remote.merged(&local));
        let before = std::mem::replace(self, merged.unwrap_or(local));
        Ok(*self != before)
    }
}

impl LockAccess for LockStore {
    fn lock(&self) -> &Lockfile {
        self.lock()
    }

    fn settle(&mut self, changes: Vec<EntryChange>) -> Result<(), LockError> {
        if changes.is_empty() { Ok(()) } else { self.save(&changes).map(drop) }
    }

    fn reread(&mut self, _: &LoadedManifest, _: Option<&RemoteVersion>) -> Result<bool, LockError> {
        self.reread()
    }
}
