//! The claim of a run on its locks: acquired, kept, given up.

use std::collections::HashMap;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use super::GitError;
use super::acquire::{Attempt, Watched};
use super::found::{FoundClaim, NAMESPACES};
use super::holder::{ClaimWait, minute, patience};
use super::lock_push::{LockPush, differing, merge_into, pause, random};
use super::place::ClaimPlace;
use super::repository::{LockPath, ObjectId, Repository};
use super::writer::{ClaimWriter, milliseconds};
use crate::lockfile::{
    DurablePlace, EntryChange, IdConflict, LockStore, MergeConflict, RemoteError, RemoteFailure,
};

/// Maximum number of attempts that fail although no claim of another run is seen.
const MAX_ATTEMPTS: u32 = 20;

/// The claim of this run on all its locks.
pub struct Claim {
    repository: Repository,
    /// `None` once the claim is given up.
    writer: Option<ClaimWriter>,
    /// The commit of the branch with which the local locks were last merged.
    last: Option<ObjectId>,
    /// Records of runs that died, by lock.
    recorded: Vec<Vec<EntryChange>>,
}

/// Conflicts found while a claim was merged into the local locks.
#[derive(Debug, Default)]
pub struct Synchronized {
    /// Conflicts with the locks of the branch.
    pub conflicts: Vec<(usize, MergeConflict)>,
    /// Conflicts with the records of runs that died.
    pub clashes: Vec<(usize, IdConflict)>,
}

impl Claim {
    /// Claims all locks of the repository. If another run has claimed one, waits until that claim is
    /// given up or does not move any more; without `wait`, fails at once. `guarded` says that this
    /// process has the process locks, so that an earlier run in this work tree has ended.
    pub fn acquire(
        repository: Repository,
        wait: bool,
        guarded: bool,
        observe: &mut dyn FnMut(&ClaimWait),
    ) -> Result<Self, GitError> {
        let mut watched: HashMap<String, Watched> = HashMap::new();
        let (mut space, mut reported, mut known) = (0, None, HashMap::new());
        let mut attempt = 0;
        loop {
            let found = repository.find_claims(&mut known)?;
            let mut held = None;
            for (lock, claim) in repository.locks.iter().zip(&found) {
                let Some(claim) = claim else { continue };
                let is_free =
                    claim.holder.ended || (guarded && repository.is_left_here(lock, claim)?);
                let watched = watched.entry(lock.tracked.clone()).or_default();
                if !is_free && !watched.is_abandoned(&claim.value) {
                    held.get_or_insert((lock, claim));
                }
            }
            if let Some((lock, claim)) = held {
                let (lock, holder) = (lock.file.clone(), claim.holder.clone());
                if !wait {
                    return Err(GitError::Claimed { lock, holder: Box::new(holder) });
                }
                let claim = ClaimWait { lock, holder, patience: patience() };
                if reported.as_ref() != Some(&claim.holder) {
                    observe(&claim);
                    reported = Some(claim.holder);
                }
                thread::sleep(minute() / 20 + Duration::from_millis(random() % 100));
                attempt = 0;
                continue;
            }
            attempt += 1;
            for (lock, claim) in repository.locks.iter().zip(&found) {
                claim.iter().try_for_each(|claim| repository.check_branch(lock, claim))?;
            }
            let changes = |(lock, claim): (&LockPath, &Option<FoundClaim>)| match claim {
                Some(claim) => repository.changes_of(lock, claim),
                None => Ok(Vec::new()),
            };
            let all = repository.locks.iter().zip(&found);
            let recorded = all.map(changes).collect::<Result<_, _>>()?;
            let begun = milliseconds();
            let claimed = repository.claim(found, NAMESPACES[space], guarded)?;
            match claimed {
                Attempt::Done(claimed) => {
                    let writer = Some(ClaimWriter::start(claimed, begun)?);
                    return Ok(Self { repository, writer, last: None, recorded });
                }
                Attempt::Outdated if attempt == MAX_ATTEMPTS => break,
                Attempt::Outdated => pause(attempt.min(10)),
                Attempt::Refused(error) => {
                    space += 1;
                    if space == NAMESPACES.len() {
                        return Err(error.into());
                    }
                }
            }
        }
        Err(GitError::KeepsChanging { branch: repository.branch })
    }

    /// Merges the locks of the branch, and what runs that died had recorded, into the local ones. What
    /// only the local ones have is recorded in the claim, and so is every later change.
    pub fn synchronize(&mut self, stores: &mut [&mut LockStore]) -> Result<Synchronized, GitError> {
        let Some(writer) = &self.writer else { return Ok(Synchronized::default()) };
        let mut result = Synchronized::default();
        let tip = self.repository.fetch()?;
        for (index, store) in stores.iter_mut().enumerate() {
            let lock = &self.repository.locks[index];
            let theirs = self.repository.lock_at(&tip, lock)?;
            let base = self.repository.base(lock, &tip, store.lock())?;
            self.repository.check_in_branch(lock, &tip, &base)?;
            merge_into(store, &base, &theirs, |conflict| result.conflicts.push((index, conflict)))?;
            let clashes = store.save(&self.recorded[index])?;
            result.clashes.extend(clashes.into_iter().map(|clash| (index, clash)));
            let known = theirs.clone().with(self.recorded[index].clone());
            let missing: Vec<EntryChange> = differing(&known, store.lock()).collect();
            let place = ClaimPlace { link: writer.link.clone(), lock: index };
            if !missing.is_empty() {
                place.publish(&missing)?;
            }
            store.attach(Arc::new(place));
        }
        self.last = Some(tip);
        Ok(result)
    }

    /// Brings the locks to the branch and gives the claim up, at once if the remote can do that.
    pub fn finish(
        mut self,
        stores: &mut [&mut LockStore],
        message: &str,
    ) -> Result<LockPush, GitError> {
        let Some(writer) = self.writer.take() else { return Ok(LockPush::default()) };
        let repository = &self.repository;
        let mut claimed = writer.stop();
        for store in stores.iter_mut() {
            store.detach();
        }
        let release = claimed.release();
        let seen = self.last.take();
        let mut result = repository.push_with(stores, message, seen.clone(), &release);
        if matches!(&result, Err(error) if is_lost(error)) && claimed.is_own().unwrap_or(false) {
            // A push whose answer was lost had been carried out.
            result = repository.push_with(stores, message, seen.clone(), &claimed.release());
        }
        let result = match result {
            Err(GitError::Remote(error)) if claimed.is_about_claim(&error) => {
                let pushed = repository.push_with(stores, message, seen, &[]);
                let lost = error.failure == RemoteFailure::ClaimLost;
                match pushed {
                    Ok(_) if lost => Err(error.into()),
                    Ok(pushed) => claimed.give_up(true).map(|()| pushed).map_err(GitError::from),
                    Err(other) => Err(other),
                }
            }
            other => other,
        };
        if result.is_err() {
            // The next run finds what this one could not record on the branch.
            let _ = claimed.give_up(false);
        }
        result
    }
}

fn is_lost(error: &GitError) -> bool {
    let GitError::Remote(RemoteError { failure, .. }) = error else { return false };
    *failure == RemoteFailure::ClaimLost
}

impl Drop for Claim {
    /// Gives the claim up if the run ends before it is finished. What it recorded is for the next run.
    fn drop(&mut self) {
        if let Some(writer) = self.writer.take() {
            let _ = writer.stop().give_up(false);
        }
    }
}
