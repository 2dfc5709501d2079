//! Claims at the remote, of this run or of another one.

use std::collections::HashMap;

use super::GitError;
use super::claim_records;
use super::claimed::{Claimed, ClaimedLock, HOLDER_FILE, RECORDS};
use super::holder::ClaimHolder;
use super::lock_push::{LockPush, merge_into};
use super::repository::{LockPath, ObjectId, Repository};
use crate::lockfile::{EntryChange, LockStore, RemoteError, RemoteFailure, digest};

/// The namespaces of claims: some hosts take only branches and tags.
pub(super) const NAMESPACES: [&str; 2] =
    ["refs/instancectl/claims/", "refs/heads/instancectl/claims/"];

/// A claim found at the remote.
#[derive(Clone)]
pub(super) struct FoundClaim {
    pub(super) target: String,
    pub(super) value: ObjectId,
    pub(super) holder: ClaimHolder,
    /// Paths of its batches of records, in their order.
    pub(super) batches: Vec<String>,
}

impl Repository {
    /// Returns the claim of each lock that has one. `known` are claims found earlier, which are not
    /// fetched again while they do not move.
    pub(super) fn find_claims(
        &self,
        known: &mut HashMap<ObjectId, FoundClaim>,
    ) -> Result<Vec<Option<FoundClaim>>, GitError> {
        let names: Vec<String> =
            self.locks.iter().map(|lock| digest(lock.tracked.as_bytes())).collect();
        let target = |name: &String| NAMESPACES.map(|space| format!("{space}{name}"));
        let targets: Vec<String> = names.iter().flat_map(target).collect();
        let values = self.remote_refs(&targets.iter().map(String::as_str).collect::<Vec<_>>())?;
        let mut found = vec![None; names.len()];
        for (at, (target, value)) in targets.into_iter().zip(values).enumerate() {
            let claim: &mut Option<FoundClaim> = &mut found[at / NAMESPACES.len()];
            let Some(value) = value.filter(|_| claim.is_none()) else { continue };
            if let Some(known) = known.get(&value) {
                *claim = Some(known.clone());
                continue;
            }
            let local = format!("refs/instancectl/claims/{}", names[at / NAMESPACES.len()]);
            // It may be gone by now.
            let Some(value) = self.fetch_ref(&target, &local)? else { continue };
            let read = self.read_claim(target, value.clone())?;
            known.insert(value, read.clone());
            *claim = Some(read);
        }
        Ok(found)
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
        let batches =
            self.git.text(["ls-tree", "-r", "--full-tree", "--name-only", &value, RECORDS])?;
        let batches = batches.lines().map(str::to_owned).collect();
        Ok(FoundClaim { target, value, holder, batches })
    }

    /// Returns the changes that the run of a claim recorded, in order.
    pub(super) fn changes_of(
        &self,
        lock: &LockPath,
        claim: &FoundClaim,
    ) -> Result<Vec<EntryChange>, GitError> {
        let object = |path: &String| format!("{}:{path}", claim.value);
        let batches = self.git.blobs(claim.batches.iter().map(object))?;
        let batches = batches.iter().map(Vec::as_slice);
        claim_records::changes(&lock.file, &claim.target, batches)
    }

    /// Refuses the records of a run on another branch, whose lock is there. Only a user can decide that they
    /// belong to this one.
    pub(super) fn check_branch(&self, lock: &LockPath, claim: &FoundClaim) -> Result<(), GitError> {
        let FoundClaim { holder, batches, .. } = claim;
        if holder.branch == self.branch || batches.is_empty() {
            return Ok(());
        }
        let (lock, branch) = (lock.file.clone(), holder.branch.clone());
        Err(GitError::ClaimOfBranch { lock, branch })
    }
}

/// A claim that a user looks at or gives up by hand.
pub struct ForeignClaim {
    /// The run that made it.
    pub holder: ClaimHolder,
    /// Changes that it recorded, in order.
    pub changes: Vec<EntryChange>,
    found: FoundClaim,
}

impl Repository {
    /// Returns the claim of each lock that has one.
    pub fn claims(&self) -> Result<Vec<Option<ForeignClaim>>, GitError> {
        let found = self.find_claims(&mut HashMap::new())?;
        let claim = |(lock, found): (&LockPath, Option<FoundClaim>)| {
            let Some(found) = found else { return Ok(None) };
            let changes = self.changes_of(lock, &found)?;
            Ok(Some(ForeignClaim { holder: found.holder.clone(), changes, found }))
        };
        self.locks.iter().zip(found).map(claim).collect()
    }

    /// Brings what claims recorded to the locks, here and on the branch, and removes the claims, also those
    /// of another branch.
    pub fn release(
        &self,
        stores: &mut [&mut LockStore],
        claims: Vec<Option<ForeignClaim>>,
        message: &str,
    ) -> Result<LockPush, GitError> {
        let mut locks = Vec::new();
        let tip = self.fetch()?;
        for (index, (store, claim)) in stores.iter_mut().zip(claims).enumerate() {
            let lock = &self.locks[index];
            let theirs = self.lock_at(&tip, lock)?;
            let base = self.base(lock, &tip, store.lock())?;
            merge_into(store, &base, &theirs, |_| {})?;
            let Some(ForeignClaim { changes, found, .. }) = claim else { continue };
            store.save(&changes)?;
            let batches = found.batches.len();
            let mut claimed = ClaimedLock::new(lock, found.target, Some(found.value), batches);
            claimed.holder = Some(found.holder);
            locks.push(claimed);
        }
        let mut claimed = Claimed { repository: self.clone(), locks };
        match self.push_with(stores, message, Some(tip.clone()), &claimed.release()) {
            Err(GitError::Remote(RemoteError { failure: RemoteFailure::ClaimLost, .. })) => {
                Err(GitError::ClaimMoved)
            }
            Err(GitError::Remote(error)) if claimed.is_about_claim(&error) => {
                let pushed = self.push_with(stores, message, Some(tip), &[])?;
                claimed.give_up(true)?;
                Ok(pushed)
            }
            other => other,
        }
    }
}
