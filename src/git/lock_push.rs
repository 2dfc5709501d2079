//! Brings locks to the branch at the remote: fetch, three-way merge, commit, push, again if another
//! push came first.

use std::hash::{BuildHasher, RandomState};
use std::thread;
use std::time::Duration;

use super::GitError;
use super::commit::NewCommit;
use super::push::{Pushed, RefUpdate};
use super::repository::{ObjectId, Repository};
use crate::lockfile::{
    EntryChange, LockStore, Lockfile, MergeConflict, RemoteError, RemoteFailure, digest,
    merge_locks,
};

/// Maximum number of pushes.
const MAX_PUSHES: u32 = 10;
/// Maximum number of attempts if the remote does not answer.
const MAX_UNREACHABLE: u32 = 3;

/// Result of bringing locks to a branch.
#[derive(Debug, Default)]
pub struct LockPush {
    /// The branch and its remote.
    pub branch: String,
    /// The remote, without a password.
    pub remote: String,
    /// The commit that was pushed; `None` if the branch already had everything.
    pub commit: Option<ObjectId>,
    /// The locks that it changed at the remote.
    pub locks: Vec<PushedLock>,
    /// Conflicts that the user must check, by lock.
    pub conflicts: Vec<(usize, MergeConflict)>,
}

/// A lock that a push changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushedLock {
    /// Its index in the list of locks.
    pub index: usize,
    /// Number of entries that were added, changed or removed.
    pub changes: usize,
}

/// One attempt: the tip, and the locks merged with it.
struct Merged {
    tip: ObjectId,
    /// Locks that differ from the branch's: path and text.
    files: Vec<(String, Vec<u8>)>,
    locks: Vec<PushedLock>,
}

impl Repository {
    /// Merges the locks with those of the branch, here and at the remote, and makes `more` updates in the
    /// same push. `last` is the commit of the branch with which the local locks were last merged, if it is
    /// known.
    pub(super) fn push_with(
        &self,
        stores: &mut [&mut LockStore],
        message: &str,
        mut last: Option<ObjectId>,
        mut more: &[RefUpdate],
    ) -> Result<LockPush, GitError> {
        let mut push =
            LockPush { branch: self.branch.clone(), remote: self.remote(), ..LockPush::default() };
        let mut unreachable = 0;
        for attempt in 1..=MAX_PUSHES {
            let merged = match self.merge(stores, &mut last, &mut push.conflicts) {
                Err(error) => retry_unreachable(error, &mut unreachable)?,
                merged => Some(merged?),
            };
            let Some(Merged { tip, files, locks }) = merged else { continue };
            if files.is_empty() && more.is_empty() {
                self.synchronized(&tip, message);
                return Ok(push);
            }
            let mut updates = more.to_vec();
            let commit = self.commit(&tip, &files, message)?;
            if let Some(new) = commit.clone() {
                let (target, new) = (format!("refs/heads/{}", self.branch), Some(new));
                // An ancestor would not do: commits that a forced push removed would come back.
                let expected = Some(tip.clone());
                updates.insert(0, RefUpdate { target, new, expected });
            }
            match self.push(&updates, true) {
                Ok(Pushed::Done) => {
                    self.synchronized(commit.as_ref().unwrap_or(&tip), message);
                    push.locks = locks;
                    push.commit = commit;
                    return Ok(push);
                }
                Ok(Pushed::Outdated) => {
                    // The push whose answer was lost may have been carried out.
                    if unreachable > 0 && self.are_gone(more)? {
                        more = &[];
                    } else if self.has_moved(more)? {
                        let failure = RemoteFailure::ClaimLost;
                        return Err(RemoteError { remote: self.remote(), failure }.into());
                    }
                    pause(attempt);
                }
                Ok(Pushed::Refused(error)) => return Err(error.into()),
                Ok(Pushed::NotAtomic) => {
                    let failure = RemoteFailure::Refused {
                        target: updates[0].target.clone(),
                        reason: "no atomic push".to_owned(),
                        messages: String::new(),
                    };
                    return Err(RemoteError { remote: self.remote(), failure }.into());
                }
                Err(error) => {
                    retry_unreachable(error, &mut unreachable)?.unwrap_or(());
                }
            }
        }
        Err(GitError::KeepsChanging { branch: self.branch.clone() })
    }

    /// Writes the commit of the locks on top of the tip, if there is one to write.
    fn commit(
        &self,
        tip: &str,
        files: &[(String, Vec<u8>)],
        message: &str,
    ) -> Result<Option<ObjectId>, GitError> {
        if files.is_empty() {
            return Ok(None);
        }
        let keep = format!("refs/worktree/instancectl/push-{}", self.locks_digest());
        let commit = NewCommit { keep: &keep, parent: Some(tip), files, message, clear: false };
        let commit = commit.write_signed(&self.git)?;
        match self.other_change(tip, &commit)? {
            Some(file) => Err(GitError::InTheWay { branch: self.branch.clone(), file }),
            None => Ok(Some(commit)),
        }
    }

    /// Returns whether one of these refs does not have its expected value any more.
    fn has_moved(&self, updates: &[RefUpdate]) -> Result<bool, GitError> {
        let expected = updates.iter().map(|update| &update.expected);
        Ok(!updates.is_empty() && !self.values_of(updates)?.iter().eq(expected))
    }

    /// Returns whether the remote has none of these refs.
    fn are_gone(&self, updates: &[RefUpdate]) -> Result<bool, GitError> {
        Ok(!updates.is_empty() && self.values_of(updates)?.iter().all(Option::is_none))
    }

    /// Brings locks to the branch.
    pub fn push_locks(
        &self,
        stores: &mut [&mut LockStore],
        message: &str,
    ) -> Result<LockPush, GitError> {
        self.push_with(stores, message, None, &[])
    }

    /// Fetches the branch and merges its locks into the local ones.
    fn merge(
        &self,
        stores: &mut [&mut LockStore],
        last: &mut Option<ObjectId>,
        conflicts: &mut Vec<(usize, MergeConflict)>,
    ) -> Result<Merged, GitError> {
        let tip = self.fetch()?;
        let (mut files, mut locks) = (Vec::new(), Vec::new());
        // A forced push removes no entries: if the branch was rewritten since, this is an earlier commit.
        let common = match last {
            Some(last) => self.git.try_text(["merge-base", last, &tip])?,
            None => None,
        };
        for (index, (lock, store)) in self.locks.iter().zip(stores).enumerate() {
            let theirs = self.lock_at(&tip, lock)?;
            let base = match (&common, &last) {
                (Some(common), _) => self.lock_at(common, lock)?,
                (None, Some(_)) => Lockfile::default(),
                (None, None) => {
                    let base = self.base(lock, &tip, store.lock())?;
                    self.check_in_branch(lock, &tip, &base)?;
                    base
                }
            };
            let before = conflicts.len();
            let content = merge_into(store, &base, &theirs, |conflict| {
                if !conflicts[..before].iter().any(|(_, known)| *known == conflict) {
                    conflicts.push((index, conflict));
                }
            })?;
            if content.instances != theirs.instances || content.extra != theirs.extra {
                let changes = differing(&theirs, &content).count();
                locks.push(PushedLock { index, changes });
                files.push((lock.tracked.clone(), content.to_text().into_bytes()));
            }
        }
        // The local locks now contain what the branch has.
        *last = Some(tip.clone());
        Ok(Merged { tip, files, locks })
    }

    /// Returns a short name for the locks of this run.
    fn locks_digest(&self) -> String {
        let names: Vec<&str> = self.locks.iter().map(|lock| lock.tracked.as_str()).collect();
        digest(names.join("\n").as_bytes())[..16].to_owned()
    }
}

/// Merges the branch's lock into the local one, and returns the result.
pub(super) fn merge_into(
    store: &mut LockStore,
    base: &Lockfile,
    theirs: &Lockfile,
    mut conflict: impl FnMut(MergeConflict),
) -> Result<Lockfile, GitError> {
    // A lock that does not exist here says nothing about its entries.
    let ours = if store.exists() { store.lock().clone() } else { base.clone() };
    let merged = merge_locks(base, &ours, theirs);
    merged.conflicts.into_iter().for_each(&mut conflict);
    let changes: Vec<EntryChange> = differing(store.lock(), &merged.lock).collect();
    store.save(&changes)?;
    let mut content = merged.lock;
    content.instances.clone_from(&store.lock().instances);
    Ok(content)
}

/// Returns the changes that lead from one lock to another.
pub(super) fn differing<'a>(
    from: &'a Lockfile,
    to: &'a Lockfile,
) -> impl Iterator<Item = EntryChange> + 'a {
    let added = to.instances.keys().filter(|name| !from.instances.contains_key(*name));
    from.instances.keys().chain(added).filter_map(|name| {
        let (base, ours) = (from.instances.get(name), to.instances.get(name));
        let change =
            || EntryChange { name: name.clone(), base: base.cloned(), ours: ours.cloned() };
        (base != ours).then(change)
    })
}

/// Returns an error unless it is one of a remote that may answer the next time.
fn retry_unreachable<T>(error: GitError, attempts: &mut u32) -> Result<Option<T>, GitError> {
    *attempts += 1;
    let may_answer = matches!(
        &error,
        GitError::Remote(RemoteError { failure: RemoteFailure::Unreachable { .. }, .. })
    );
    if !may_answer || *attempts >= MAX_UNREACHABLE {
        return Err(error);
    }
    pause(*attempts * 5);
    Ok(None)
}

/// Waits a random time that grows with the attempts, so that concurrent pushes spread.
pub(super) fn pause(attempt: u32) {
    let most = u64::from(attempt) * 100;
    thread::sleep(Duration::from_millis(20 + random() % most));
}

/// Returns a random number.
pub(super) fn random() -> u64 {
    RandomState::new().hash_one(0)
}
