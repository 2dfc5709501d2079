//! One attempt to claim locks: all of them or none.

use std::time::Instant;

use super::GitError;
use super::claimed::{Claimed, ClaimedLock, HOLDER_FILE};
use super::found::{FoundClaim, NAMESPACES};
use super::holder::{ClaimHolder, holder_bytes, patience};
use super::push::{Pushed, RefUpdate};
use super::repository::{LockPath, ObjectId, Repository};
use crate::lockfile::{RemoteError, digest, host, is_alive};

/// A claim of another run, as it was last seen.
#[derive(Default)]
pub(super) struct Watched {
    seen: Option<(ObjectId, Instant)>,
}

impl Watched {
    /// Returns whether the claim has had this value for so long that its run must have died.
    pub(super) fn is_abandoned(&mut self, value: &str) -> bool {
        match &self.seen {
            Some((seen, since)) if seen == value => since.elapsed() >= patience(),
            _ => {
                self.seen = Some((value.to_owned(), Instant::now()));
                false
            }
        }
    }
}

/// Result of trying to claim.
pub(super) enum Attempt {
    Done(Claimed),
    /// Another run was faster.
    Outdated,
    /// The remote does not take refs of this namespace.
    Refused(RemoteError),
}

impl Repository {
    /// Returns whether a claim was left by an earlier run in this work tree, which has ended: this run has
    /// the process lock that it had.
    pub(super) fn is_left_here(
        &self,
        lock: &LockPath,
        claim: &FoundClaim,
    ) -> Result<bool, GitError> {
        let keep = ClaimedLock::keep(lock);
        let Some(left) = self.git.try_text(["rev-parse", "--quiet", "--verify", &keep])? else {
            return Ok(false);
        };
        let Some(left) = self.file_at(&left, HOLDER_FILE)? else { return Ok(false) };
        let left: Option<ClaimHolder> = serde_json::from_slice(&left).ok();
        let holder = &claim.holder;
        let is_own = left.is_some_and(|left| left.nonce == holder.nonce);
        // A copy of the work tree has the ref too.
        let is_here = holder.host.is_some() && holder.host == host();
        Ok(is_own && is_here && holder.guarded && !is_alive(holder.pid, holder.host.as_deref()))
    }

    /// Claims every lock, or none. Claims that were found are taken over, with their records.
    pub(super) fn claim(
        &self,
        found: Vec<Option<FoundClaim>>,
        space: &str,
        guarded: bool,
    ) -> Result<Attempt, GitError> {
        let mut locks = Vec::new();
        let mut updates = Vec::new();
        for (lock, found) in self.locks.iter().zip(found) {
            let holder = ClaimHolder::of_this_run(lock, &self.branch, guarded);
            let mut claimed = if let Some(FoundClaim { target, value, batches, .. }) = found {
                ClaimedLock::new(lock, target, Some(value), batches.len())
            } else {
                let target = format!("{space}{}", digest(lock.tracked.as_bytes()));
                ClaimedLock::new(lock, target, None, 0)
            };
            let new = claimed.commit(self, &[(HOLDER_FILE.to_owned(), holder_bytes(&holder))])?;
            updates.push(claimed.update(Some(new.clone())));
            claimed.value = Some(new);
            claimed.holder = Some(holder);
            locks.push(claimed);
        }
        let claimed = Claimed { repository: self.clone(), locks };
        match self.push(&updates, false)? {
            Pushed::Done => self.check_other_namespace(claimed),
            Pushed::Outdated => Ok(Attempt::Outdated),
            Pushed::Refused(error) => Ok(Attempt::Refused(error)),
            Pushed::NotAtomic => self.claim_one_by_one(claimed, &updates),
        }
    }

    /// Claims one lock after the other; gives everything back if one claim fails.
    fn claim_one_by_one(
        &self,
        mut claimed: Claimed,
        updates: &[RefUpdate],
    ) -> Result<Attempt, GitError> {
        for (done, update) in updates.iter().enumerate() {
            let pushed = self.push(std::slice::from_ref(update), false)?;
            if pushed == Pushed::Done {
                continue;
            }
            // What dead runs had recorded stays.
            claimed.locks.truncate(done);
            claimed.give_up(false).map_err(GitError::from)?;
            return Ok(match pushed {
                Pushed::Refused(error) => Attempt::Refused(error),
                _ => Attempt::Outdated,
            });
        }
        self.check_other_namespace(claimed)
    }

    /// Gives the claims up again if another run has claimed a lock in the other namespace, because the
    /// remote took only that when it tried.
    fn check_other_namespace(&self, mut claimed: Claimed) -> Result<Attempt, GitError> {
        let names = self.locks.iter().map(|lock| digest(lock.tracked.as_bytes()));
        let all = names.flat_map(|name| NAMESPACES.map(|space| format!("{space}{name}")));
        let own: Vec<&str> = claimed.locks.iter().map(|lock| lock.target.as_str()).collect();
        let others: Vec<String> = all.filter(|name| !own.contains(&name.as_str())).collect();
        let others: Vec<&str> = others.iter().map(String::as_str).collect();
        if self.remote_refs(&others)?.iter().all(Option::is_none) {
            return Ok(Attempt::Done(claimed));
        }
        claimed.give_up(false).map_err(GitError::from)?;
        Ok(Attempt::Outdated)
    }
}
