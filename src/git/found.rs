//! Claims at the remote, of this run or of another one.

use super::GitError;
use super::claim_records;
use super::claimed::{Claimed, ClaimedLock, HOLDER_FILE, RECORDS};
use super::holder::ClaimHolder;
use super::lock_push::{LockPush, merge_into};
use super::push::{Expected, RefUpdate};
use super::repository::{LockPath, ObjectId, Repository};
use crate::lockfile::{EntryChange, LockStore, digest};

/// The namespaces of claims: some hosts take only branches and tags.
pub(super) const NAMESPACES: [&str; 2] =
    ["refs/instancectl/claims/", "refs/heads/instancectl/claims/"];

/// A claim found at the remote.
pub(super) struct FoundClaim {
    pub(super) target: String,
    pub(super) value: ObjectId,
    pub(super) holder: ClaimHolder,
    /// Its batches of records, in their order.
    pub(super) batches: Vec<Vec<u8>>,
}

impl Repository {
    /// Returns the claim of a lock, if there is one.
    pub(super) fn find_claim(&self, lock: &LockPath) -> Result<Option<FoundClaim>, GitError> {
        let name = digest(lock.tracked.as_bytes());
        let targets = NAMESPACES.map(|space| format!("{space}{name}"));
        let values = self.remote_refs(&[&targets[0], &targets[1]])?;
        for (target, value) in targets.into_iter().zip(values) {
            if value.is_none() {
                continue;
            }
            let local = format!("refs/instancectl/claims/{name}");
            // It may be gone by now.
            let Some(value) = self.fetch_ref(&target, &local)? else { continue };
            return Ok(Some(self.read_claim(target, value)?));
        }
        Ok(None)
    }

    fn read_claim(&self, target: String, value: ObjectId) -> Result<FoundClaim, GitError> {
        let unreadable =
            |cause: String| GitError::UnreadableClaim { target: target.clone(), cause };
        let holder = self.file_at(&value, HOLDER_FILE)?;
        let holder = holder.ok_or_else(|| unreadable(format!("no `{HOLDER_FILE}`")))?;
        let holder: ClaimHolder =
            serde_json::from_slice(&holder).map_err(|error| unreadable(error.to_string()))?;
        if holder.version > 1 {
            return Err(unreadable(format!("version {}", holder.version)));
        }
        let args = ["ls-tree", "-r", "--name-only", &value, RECORDS];
        let names = self.git.text(args)?;
        let mut batches = Vec::new();
        for name in names.lines() {
            batches.extend(self.file_at(&value, name)?);
        }
        Ok(FoundClaim { target, value, holder, batches })
    }
}

/// A claim that a user looks at or gives up by hand.
pub struct ForeignClaim {
    /// The run that made it.
    pub holder: ClaimHolder,
    /// What it recorded, in order.
    pub changes: Vec<EntryChange>,
    found: FoundClaim,
}

impl Repository {
    /// Returns the claim of each lock that has one.
    pub fn claims(&self) -> Result<Vec<Option<ForeignClaim>>, GitError> {
        let claim = |lock: &LockPath| -> Result<Option<ForeignClaim>, GitError> {
            let Some(found) = self.find_claim(lock)? else { return Ok(None) };
            let batches = found.batches.iter().map(Vec::as_slice);
            let changes = claim_records::changes(&lock.file, &found.target, batches)?;
            Ok(Some(ForeignClaim { holder: found.holder.clone(), changes, found }))
        };
        self.locks.iter().map(claim).collect()
    }

    /// Brings what claims recorded to the locks, here and on the branch, and removes the claims.
    pub fn release(
        &self,
        stores: &mut [&mut LockStore],
        claims: Vec<Option<ForeignClaim>>,
        message: &str,
    ) -> Result<LockPush, GitError> {
        let mut updates = Vec::new();
        let mut locks = Vec::new();
        let tip = self.fetch()?;
        let mut bases = Vec::new();
        for (index, (store, claim)) in stores.iter_mut().zip(claims).enumerate() {
            let lock = &self.locks[index];
            let theirs = self.lock_at(&tip, lock)?;
            let base = self.base(lock, &tip, store.lock())?;
            merge_into(store, &base, &theirs, |_| {})?;
            bases.push(theirs);
            let Some(ForeignClaim { changes, found, .. }) = claim else { continue };
            store.save(&changes)?;
            let expected = Expected::Value(found.value.clone());
            let target = found.target.clone();
            updates.push(RefUpdate { target, new: None, expected });
            let batches = found.batches.len();
            locks.push(ClaimedLock::new(lock, found.target, Some(found.value), batches));
        }
        let mut claimed = Claimed::new(self.clone(), locks);
        match self.push_with(stores, message, Some(bases.clone()), &updates) {
            Err(GitError::Remote(error)) if claimed.is_about_claim(&error) => {
                let pushed = self.push_with(stores, message, Some(bases), &[])?;
                claimed.give_up(true)?;
                Ok(pushed)
            }
            other => other,
        }
    }
}
