//! The checkout after a push: as if the locks had been committed in it.

use super::GitError;
use super::commit::NewCommit;
use super::repository::Repository;

/// Files of git that exist while an operation of the user is in progress.
const IN_PROGRESS: &[&str] = &[
    "rebase-merge",
    "rebase-apply",
    "MERGE_HEAD",
    "CHERRY_PICK_HEAD",
    "REVERT_HEAD",
    "BISECT_LOG",
];

impl Repository {
    /// Leaves a checkout in which `git pull` works although the locks were changed here and at the
    /// remote: git refuses to overwrite a file that differs from the index. Only the locks' own
    /// entries in the index change, and the branch if it can follow without changing another file.
    ///
    /// `parent` is the tip that `pushed` was put on.
    pub(super) fn follow(
        &self,
        parent: &str,
        pushed: &str,
        files: &[(String, Vec<u8>)],
        message: &str,
    ) -> Result<(), GitError> {
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
        if on_branch && head == parent {
            self.move_branch(&branch, pushed, &head)?;
        } else if !self.is_ancestor(&head, pushed)? {
            if !on_branch {
                return Ok(());
            }
            // The branch has commits that the remote lacks: the locks become one more.
            let keep = "refs/instancectl/local";
            let commit = NewCommit { keep, parent: Some(&head), files, message, clear: false };
            let commit = commit.write_signed(&self.git)?;
            self.move_branch(&branch, &commit, &head)?;
        }
        for (path, _) in files {
            let blob = self.git.text(["rev-parse", &format!("{pushed}:{path}")])?;
            let entry = format!("100644,{blob},{path}");
            // If another process has locked the index, only the next `git pull` is affected.
            let _ = self.git.try_text(["update-index", "--add", "--cacheinfo", &entry])?;
        }
        let _ = self.git.try_text(["update-index", "-q", "--refresh"])?;
        Ok(())
    }

    fn move_branch(&self, branch: &str, to: &str, from: &str) -> Result<(), GitError> {
        // If the user has moved the branch meanwhile, it stays where it is.
        let reason = "instancectl: record locks";
        self.git.try_text(["update-ref", "-m", reason, branch, to, from]).map(drop)
    }

    fn is_in_progress(&self) -> Result<bool, GitError> {
        for name in IN_PROGRESS {
            let path = self.git.text(["rev-parse", "--git-path", name])?;
            if self.git.resolve(&path).exists() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
