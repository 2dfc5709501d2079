//! The refs of a claim that this run owns, and the commits pushed to them.

use std::collections::HashMap;

use super::GitError;
use super::claim_records::{self, ClaimRecord};
use super::commit::NewCommit;
use super::holder::{ClaimHolder, holder_bytes};
use super::push::{Pushed, RefUpdate};
use super::repository::{LockPath, ObjectId, Repository};
use crate::lockfile::{RemoteError, RemoteFailure, digest};

/// The file of a claim with its holder.
pub(super) const HOLDER_FILE: &str = "claim.json";
/// The folder of a claim with its records.
pub(super) const RECORDS: &str = "records/";

/// The claims of one run.
pub(super) struct Claimed {
    pub(super) repository: Repository,
    pub(super) locks: Vec<ClaimedLock>,
}

/// The claim of one lock.
pub(super) struct ClaimedLock {
    lock: LockPath,
    pub(super) target: String,
    /// The value of the ref at the remote.
    pub(super) value: Option<ObjectId>,
    pub(super) holder: Option<ClaimHolder>,
    /// Number of batches in it.
    batches: usize,
    /// Records that are not pushed yet.
    pub(super) pending: Vec<ClaimRecord>,
}

impl ClaimedLock {
    pub(super) fn new(
        lock: &LockPath,
        target: String,
        value: Option<ObjectId>,
        batches: usize,
    ) -> Self {
        Self { lock: lock.clone(), target, value, holder: None, batches, pending: Vec::new() }
    }

    /// Returns the local ref that keeps the commits of the claim, one for each work tree.
    pub(super) fn keep(lock: &LockPath) -> String {
        format!("refs/worktree/instancectl/claim-{}", digest(lock.tracked.as_bytes()))
    }

    /// Writes the next commit of the claim.
    pub(super) fn commit(
        &self,
        repository: &Repository,
        files: &[(String, Vec<u8>)],
    ) -> Result<ObjectId, GitError> {
        let (keep, parent) = (Self::keep(&self.lock), self.value.as_deref());
        let message = "Claim of an instancectl run";
        let commit = NewCommit { keep: &keep, parent, files, message, clear: false };
        commit.write(&repository.git)
    }

    /// Returns the update of the ref to a new value; `None` removes it.
    pub(super) fn update(&self, new: Option<ObjectId>) -> RefUpdate {
        RefUpdate { target: self.target.clone(), new, expected: self.value.clone() }
    }

    /// Returns the files of the pending records, in batches.
    fn files(&self) -> Vec<(String, Vec<u8>)> {
        let batches = self.pending.chunks(claim_records::MAX_BATCH * 2).enumerate();
        let file = |(at, batch): (usize, &[ClaimRecord])| {
            let name = format!("{RECORDS}{:08}", self.batches + at + 1);
            (name, claim_records::encode(batch))
        };
        batches.map(file).collect()
    }
}

impl Claimed {
    /// Returns the updates that remove the claims.
    pub(super) fn release(&self) -> Vec<RefUpdate> {
        self.locks.iter().map(|lock| lock.update(None)).collect()
    }

    /// Returns whether an error of a push is about the claims and not about the branch.
    pub(super) fn is_about_claim(&self, error: &RemoteError) -> bool {
        match &error.failure {
            RemoteFailure::Refused { target, reason, .. } => {
                self.locks.iter().any(|lock| lock.target == *target) || reason == "no atomic push"
            }
            RemoteFailure::ClaimLost => true,
            _ => false,
        }
    }

    /// Pushes the pending records. With `all`, every claim moves, which shows that the run lives. Returns
    /// whether every claim moved.
    pub(super) fn push(&mut self, all: bool) -> Result<bool, RemoteError> {
        self.try_push(all, false).map_err(|error| self.remote_error(error))
    }

    fn try_push(&mut self, all: bool, retried: bool) -> Result<bool, GitError> {
        let mut updates = Vec::new();
        let mut moved = Vec::new();
        for (index, lock) in self.locks.iter().enumerate() {
            if lock.pending.is_empty() && !all {
                continue;
            }
            let files = lock.files();
            let new = lock.commit(&self.repository, &files)?;
            updates.push(lock.update(Some(new.clone())));
            moved.push((index, new, files.len()));
        }
        if updates.is_empty() {
            return Ok(false);
        }
        let moved_all = updates.len() == self.locks.len();
        match self.push_updates(&updates) {
            Err(GitError::Remote(RemoteError { failure: RemoteFailure::ClaimLost, .. }))
                if !retried && self.is_own()? =>
            {
                return self.try_push(all, true);
            }
            pushed => pushed?,
        }
        for (index, value, batches) in moved {
            let lock = &mut self.locks[index];
            lock.value = Some(value);
            lock.batches += batches;
            lock.pending.clear();
        }
        Ok(moved_all)
    }

    fn push_updates(&self, updates: &[RefUpdate]) -> Result<(), GitError> {
        let lost =
            || RemoteError { remote: self.repository.remote(), failure: RemoteFailure::ClaimLost };
        match self.repository.push(updates, false)? {
            Pushed::Done => Ok(()),
            Pushed::Outdated => Err(lost().into()),
            Pushed::Refused(error) => Err(error.into()),
            Pushed::NotAtomic => updates
                .iter()
                .try_for_each(|update| self.push_updates(std::slice::from_ref(update))),
        }
    }

    /// Returns whether the claims at the remote are still those of this run, and continues from their
    /// values: a push that seemed to fail may have been carried out.
    pub(super) fn is_own(&mut self) -> Result<bool, GitError> {
        let found = self.repository.find_claims(&mut HashMap::new())?;
        for claimed in &mut self.locks {
            let found = found.iter().flatten().find(|found| found.target == claimed.target);
            let nonce = claimed.holder.as_ref().map(|holder| &holder.nonce);
            let Some(found) = found.filter(|found| Some(&found.holder.nonce) == nonce) else {
                return Ok(false);
            };
            claimed.value = Some(found.value.clone());
            claimed.batches = found.batches.len();
        }
        Ok(true)
    }

    /// Gives the claims up: removes them or, if they have records that the branch lacks or if the remote
    /// does not remove refs, marks them as ended.
    pub(super) fn give_up(&mut self, recorded: bool) -> Result<(), RemoteError> {
        let has_records =
            self.locks.iter().any(|lock| lock.batches > 0 || !lock.pending.is_empty());
        if (recorded || !has_records) && self.push_updates(&self.release()).is_ok() {
            return Ok(());
        }
        self.mark_ended(recorded).map_err(|error| self.remote_error(error))
    }

    fn mark_ended(&mut self, recorded: bool) -> Result<(), GitError> {
        for index in 0..self.locks.len() {
            let lock = &self.locks[index];
            let mut files = if recorded { Vec::new() } else { lock.files() };
            if let Some(holder) = &lock.holder {
                let ended = ClaimHolder { ended: true, ..holder.clone() };
                files.push((HOLDER_FILE.to_owned(), holder_bytes(&ended)));
            }
            let (keep, parent) = (ClaimedLock::keep(&lock.lock), lock.value.as_deref());
            let message = "End of an instancectl run";
            let commit = NewCommit { keep: &keep, parent, files: &files, message, clear: recorded };
            let new = commit.write(&self.repository.git)?;
            self.push_updates(&[lock.update(Some(new.clone()))])?;
            self.locks[index].value = Some(new);
        }
        Ok(())
    }

    fn remote_error(&self, error: GitError) -> RemoteError {
        let cause = match error {
            GitError::Remote(error) => return error,
            GitError::Command { cause, .. }
            | GitError::CannotRun { cause }
            | GitError::UnreadableClaim { cause, .. } => cause,
            _ => String::new(),
        };
        let failure = RemoteFailure::Local { cause };
        RemoteError { remote: self.repository.remote(), failure }
    }
}
