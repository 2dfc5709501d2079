//! The checkout after a push: as if the locks had been committed in it.

use std::thread;
use std::time::Duration;

use super::GitError;
use super::commit::NewCommit;
use super::repository::{LockPath, ObjectId, Repository};

/// Files of git that exist while an operation of the user is in progress.
const IN_PROGRESS: &[&str] = &[
    "rebase-merge",
    "rebase-apply",
    "MERGE_HEAD",
    "CHERRY_PICK_HEAD",
    "REVERT_HEAD",
    "BISECT_LOG",
];

/// Maximum number of attempts to write the index.
const MAX_ATTEMPTS: u64 = 6;

impl Repository {
    /// Leaves a checkout in which `git pull` works although the locks were changed here and at the
    /// remote: git refuses to overwrite a file that differs from the index. Only the locks' own
    /// entries in the index change, and the branch if it can follow without changing another file.
    ///
    /// `tip` is a commit of the branch at the remote; the local locks have all it has.
    pub(super) fn follow(&self, tip: &str, message: &str) -> Result<(), GitError> {
        if self.is_in_progress()? {
            return Ok(());
        }
        let Some(head) = self.head()? else { return Ok(()) };
        let checked_out = self.git.try_text(["symbolic-ref", "--quiet", "HEAD"])?;
        let branch = format!("refs/heads/{}", self.branch);
        let on_branch = checked_out.as_ref() == Some(&branch);
        if !on_branch && checked_out.is_some() {
            return Ok(());
        }
        let is_behind = self.is_ancestor(&head, tip)?;
        if !(on_branch || is_behind) {
            return Ok(());
        }
        // Before the branch: with an old index, the next commit of the user would take the locks back.
        self.stage(tip)?;
        if on_branch && is_behind && self.other_change(&head, tip)?.is_none() {
            self.move_branch(&branch, tip, &head)?;
        } else if on_branch && (!is_behind || self.pull_rebases()?) {
            // Also correct if the branch has commits that the remote lacks: the locks become one more.
            self.commit_locks(&branch, &head, tip, message)?;
        }
        let _ = self.git.try_text(["update-index", "-q", "--refresh"])?;
        Ok(())
    }

    /// Commits the locks of the tip on the local branch, unless it has them.
    fn commit_locks(
        &self,
        branch: &str,
        head: &str,
        tip: &str,
        message: &str,
    ) -> Result<(), GitError> {
        let mut files = Vec::new();
        for lock in &self.locks {
            if self.blob(tip, lock)? != self.blob(head, lock)?
                && let Some(content) = self.file_at(tip, &lock.tracked)?
            {
                files.push((lock.tracked.clone(), content));
            }
        }
        if files.is_empty() {
            return Ok(());
        }
        let (keep, files) = ("refs/instancectl/local", &files[..]);
        let commit = NewCommit { keep, parent: Some(head), files, message, clear: false };
        self.move_branch(branch, &commit.write_signed(&self.git)?, head)
    }

    /// Returns a file apart from the locks in which two commits differ.
    pub(super) fn other_change(&self, from: &str, to: &str) -> Result<Option<String>, GitError> {
        let args = ["diff-tree", "-r", "-z", "--no-renames", "--name-only", from, to];
        let paths = self.git.text(args)?;
        let is_other = |path: &&str| self.locks.iter().all(|lock| lock.tracked != *path);
        Ok(paths.split_terminator('\0').find(is_other).map(str::to_owned))
    }

    /// Returns whether the user's settings make `git pull` rebase, which git only does if nothing is staged.
    fn pull_rebases(&self) -> Result<bool, GitError> {
        let of_branch = format!("branch.{}.rebase", self.branch);
        for key in [of_branch.as_str(), "pull.rebase"] {
            if let Some(value) = self.git.try_text(["config", "--get", key])? {
                return Ok(value != "false");
            }
        }
        Ok(false)
    }

    /// Returns the blob of a lock in a commit.
    pub(super) fn blob(&self, commit: &str, lock: &LockPath) -> Result<Option<ObjectId>, GitError> {
        self.blob_at(commit, &lock.tracked)
    }

    /// Returns the blob of a lock in the index.
    pub(super) fn blob_in_index(&self, lock: &LockPath) -> Result<Option<ObjectId>, GitError> {
        let object = format!(":{}", lock.tracked);
        self.git.try_text(["rev-parse", "--quiet", "--verify", &object])
    }

    /// Writes the locks of the tip to the index. Another program may lock it for a moment.
    fn stage(&self, tip: &str) -> Result<(), GitError> {
        let mut entries = Vec::new();
        for lock in self.locks.iter().filter(|lock| lock.file.exists()) {
            let blob = self.blob(tip, lock)?;
            entries.extend(blob.map(|blob| format!("100644,{blob},{}", lock.tracked)));
        }
        for attempt in 1.. {
            let args = entries.iter().flat_map(|entry| ["--cacheinfo", entry]);
            match self.git.text(["update-index", "--add"].into_iter().chain(args)) {
                Err(GitError::Command { .. }) if attempt < MAX_ATTEMPTS => {
                    thread::sleep(Duration::from_millis(50 * attempt));
                }
                done => return done.map(drop),
            }
        }
        Ok(())
    }

    fn move_branch(&self, branch: &str, to: &str, from: &str) -> Result<(), GitError> {
        // If the user has moved the branch meanwhile, it stays where it is.
        let reason = "instancectl: record locks";
        self.git.try_text(["update-ref", "-m", reason, branch, to, from]).map(drop)
    }

    fn is_in_progress(&self) -> Result<bool, GitError> {
        let args = IN_PROGRESS.iter().flat_map(|name| ["--git-path", name]);
        let paths = self.git.text(["rev-parse"].into_iter().chain(args))?;
        Ok(paths.lines().any(|path| self.git.resolve(path).exists()))
    }
}
