//! Locks at the remote, for commands that only read and for the checks of those that write.

use super::GitError;
use super::repository::{LockPath, Repository};
use crate::lockfile::{EntryChange, Lockfile, merge_locks};

/// A lock at the remote, for commands that only read.
#[derive(Debug)]
pub struct RemoteVersion {
    base: Lockfile,
    theirs: Lockfile,
    /// Records of a run in its claim.
    recorded: Vec<EntryChange>,
}

impl RemoteVersion {
    /// Returns the local lock merged with it.
    pub fn merged(&self, ours: &Lockfile) -> Lockfile {
        merge_locks(&self.base, ours, &self.theirs).lock.with(self.recorded.clone())
    }
}

impl Repository {
    /// Reads the locks of the branch, and what the claims on them hold.
    pub fn read(&self, ours: &[Lockfile]) -> Result<Vec<RemoteVersion>, GitError> {
        let tip = self.fetch()?;
        let claims = self.claims()?.into_iter();
        let recorded = claims.map(|claim| claim.map_or_else(Vec::new, |claim| claim.changes));
        let all = self.locks.iter().zip(ours).zip(recorded);
        all.map(|((lock, ours), recorded)| {
            let theirs = self.lock_at(&tip, lock)?;
            let base = self.base(lock, &tip, ours)?;
            self.check_in_branch(lock, &tip, &base)?;
            Ok(RemoteVersion { base, theirs, recorded })
        })
        .collect()
    }

    /// Fails if the branch no longer has a lock that this checkout was derived from: it was renamed or
    /// removed there, and the manifest with it. Its instances would seem to be missing.
    pub(super) fn check_in_branch(
        &self,
        lock: &LockPath,
        tip: &str,
        base: &Lockfile,
    ) -> Result<(), GitError> {
        if base.instances.is_empty() || self.file_at(tip, &lock.tracked)?.is_some() {
            return Ok(());
        }
        let (branch, lock) = (self.branch.clone(), lock.tracked.clone());
        Err(GitError::LockRemoved { branch, lock })
    }
}
