//! The version from which a local lock was derived: the base of its merge with the branch.

use super::GitError;
use super::repository::{LockPath, ObjectId, Repository};
use crate::lockfile::{Lockfile, digest};

impl Repository {
    /// Returns the version of a lock from which the local one was derived: the last common commit's or, if
    /// this clone has synchronized the lock since, that one. A missing entry may also have been lost by
    /// restoring an older version of the file with git, which then writes that version to the index.
    pub(super) fn base(
        &self,
        lock: &LockPath,
        tip: &str,
        ours: &Lockfile,
    ) -> Result<Lockfile, GitError> {
        let common = match self.head()? {
            Some(head) => self.git.try_text(["merge-base", &head, tip])?,
            None => None,
        };
        // A base that cannot be read counts as empty: then both sides count as new, and nothing is dropped.
        let read = |commit: &str| self.lock_at(commit, lock).unwrap_or_default();
        let mut base = common.as_deref().map(read).unwrap_or_default();
        if let Some(last) = self.synchronized_since(common.as_deref(), tip, lock)? {
            let last_lock = read(&last);
            let in_index = self.blob_in_index(lock)?;
            if in_index.is_some() && in_index == self.blob(&last, lock)? {
                return Ok(last_lock);
            }
            for (name, entry) in last_lock.instances {
                if ours.instances.contains_key(&name) {
                    base.instances.insert(name, entry);
                }
            }
        }
        Ok(base)
    }

    /// Returns the commit with which this clone has synchronized a lock since the last common commit.
    fn synchronized_since(
        &self,
        common: Option<&str>,
        tip: &str,
        lock: &LockPath,
    ) -> Result<Option<ObjectId>, GitError> {
        let name = synchronized_ref(lock);
        let last = self.git.try_text(["rev-parse", "--quiet", "--verify", &name])?;
        let Some(last) = last else { return Ok(None) };
        let is_newer = match common {
            Some(common) => common != last && self.is_ancestor(common, &last)?,
            None => true,
        };
        Ok((is_newer && self.is_ancestor(&last, tip)?).then_some(last))
    }

    /// Remembers the commit whose locks the local ones contain, and lets the checkout follow.
    pub(super) fn synchronized(&self, commit: &str, message: &str) {
        for lock in &self.locks {
            let _ = self.git.try_text(["update-ref", &synchronized_ref(lock), commit]);
        }
        // The remote has the locks: if this fails, only the next `git pull` is affected.
        let _ = self.follow(commit, message);
    }
}

fn synchronized_ref(lock: &LockPath) -> String {
    format!("refs/worktree/instancectl/pushed-{}", &digest(lock.tracked.as_bytes())[..16])
}
