//! The claim of a run on its locks: acquired, kept, given up.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::GitError;
use super::claim_records;
use super::claimed::{Claimed, ClaimedLock, HOLDER_FILE, RECORDS};
use super::lock_push::{LockPush, differing, merge_into, pause, random};
use super::push::{Expected, Pushed, RefUpdate};
use super::repository::{LockPath, ObjectId, Repository};
use super::writer::{ClaimPlace, ClaimWriter};
use crate::lockfile::{
    DurablePlace, EntryChange, IdConflict, LockStore, Lockfile, MergeConflict, RemoteError,
    RemoteFailure, digest, host,
};

/// How often a claim moves, at least.
pub(super) fn heartbeat() -> Duration {
    minute()
}

/// A claim that does not move for this long belongs to a run that died.
fn patience() -> Duration {
    minute() * 3
}

/// After this long without a push, a run checks its claim before it sends anything.
pub(super) fn max_silence() -> Duration {
    minute() * 2
}

/// Returns a minute; tests make it shorter in a debug build.
fn minute() -> Duration {
    if cfg!(debug_assertions)
        && let Ok(text) = std::env::var("INSTANCECTL_TEST_MINUTE")
        && let Ok(short) = text.parse()
    {
        return Duration::from_millis(short);
    }
    Duration::from_mins(1)
}

/// Variables in which CI systems give the address of the job.
const JOB_VARIABLES: &[&str] = &[
    "CI_JOB_URL",
    "BUILD_URL",
    "BUILDKITE_BUILD_URL",
    "CIRCLE_BUILD_URL",
    "DRONE_BUILD_LINK",
    "TRAVIS_BUILD_WEB_URL",
];

/// The run that holds a claim, for other runs to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimHolder {
    version: u32,
    /// Path of the lock in the repository.
    pub lock: String,
    /// The branch.
    pub branch: String,
    /// Host name of its machine, if known.
    pub host: Option<String>,
    /// Its process ID there.
    pub pid: u32,
    /// Address of its CI job, if there is one.
    pub job: Option<String>,
    /// Time of the claim by that machine's clock, in UTC; only for people.
    pub started: String,
    /// Makes claims of the same second differ.
    nonce: String,
    /// Whether the run has ended and gave the claim up.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ended: bool,
}

/// A claim of another run that is waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimWait {
    /// The lock.
    pub lock: PathBuf,
    /// The run that holds it.
    pub holder: ClaimHolder,
    /// How long it is watched before it is taken over if it does not move.
    pub patience: Duration,
}

impl ClaimHolder {
    fn of_this_run(lock: &LockPath, branch: &str) -> Self {
        Self {
            version: 1,
            lock: lock.tracked.clone(),
            branch: branch.to_owned(),
            host: host(),
            pid: std::process::id(),
            job: job_address(),
            started: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
            nonce: format!("{:016x}", random()),
            ended: false,
        }
    }
}

fn job_address() -> Option<String> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    if let (Some(server), Some(repository), Some(run)) =
        (variable("GITHUB_SERVER_URL"), variable("GITHUB_REPOSITORY"), variable("GITHUB_RUN_ID"))
    {
        return Some(format!("{server}/{repository}/actions/runs/{run}"));
    }
    JOB_VARIABLES.iter().find_map(|name| variable(name))
}

/// The namespaces of claims: some hosts take only branches and tags.
const NAMESPACES: [&str; 2] = ["refs/instancectl/claims/", "refs/heads/instancectl/claims/"];

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

/// The claim of this run on all its locks.
pub struct Claim {
    repository: Repository,
    /// `None` once the claim is given up.
    writer: Option<ClaimWriter>,
    /// The branch's locks with which the local ones were last merged.
    bases: Vec<Lockfile>,
    /// What runs that died had recorded, by lock.
    recorded: Vec<Vec<EntryChange>>,
}

/// What a claim brought into the local locks.
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
        let (mut space, mut reported) = (0, None);
        for attempt in 1.. {
            let mut found = Vec::new();
            for lock in &repository.locks {
                found.push(repository.find_claim(lock)?);
            }
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
                continue;
            }
            let recorded = records(&repository.locks, &found)?;
            let claimed = repository.claim(found, NAMESPACES[space])?;
            match claimed {
                Attempt::Done(claimed) => {
                    IDLE.set(&claimed);
                    let writer = ClaimWriter::start(claimed)?;
                    let writer = Some(writer);
                    return Ok(Self { repository, writer, bases: Vec::new(), recorded });
                }
                Attempt::Outdated => pause(attempt.min(10)),
                Attempt::Refused(error) => {
                    space += 1;
                    if space == NAMESPACES.len() {
                        return Err(error.into());
                    }
                }
            }
        }
        unreachable!("the loop has no end")
    }

    /// Merges the locks of the branch, and what runs that died had recorded, into the local ones. What
    /// only the local ones have is recorded in the claim, and so is every later change.
    pub fn synchronize(&mut self, stores: &mut [LockStore]) -> Result<Synchronized, GitError> {
        let Some(writer) = &self.writer else { return Ok(Synchronized::default()) };
        let mut result = Synchronized::default();
        let tip = self.repository.fetch()?;
        for (index, store) in stores.iter_mut().enumerate() {
            let lock = &self.repository.locks[index];
            let theirs = self.repository.lock_at(&tip, lock)?;
            let base = self.repository.base(lock, &tip, store.lock())?;
            merge_into(store, &base, &theirs, |conflict| result.conflicts.push((index, conflict)))?;
            let clashes = store.save(&self.recorded[index])?;
            result.clashes.extend(clashes.into_iter().map(|clash| (index, clash)));
            let missing: Vec<EntryChange> = differing(&theirs, store.lock()).collect();
            let place = ClaimPlace::new(writer, index);
            if !missing.is_empty() {
                place.publish(&missing)?;
            }
            store.attach(Arc::new(place));
            self.bases.push(theirs);
        }
        Ok(result)
    }

    /// Brings the locks to the branch and gives the claim up, at once if the remote can do that.
    pub fn finish(mut self, stores: &mut [LockStore], message: &str) -> Result<LockPush, GitError> {
        let Some(writer) = self.writer.take() else { return Ok(LockPush::default()) };
        let repository = &self.repository;
        let mut claimed = writer.stop();
        stores.iter_mut().for_each(LockStore::detach);
        let release = claimed.release();
        let bases = (!self.bases.is_empty()).then(|| std::mem::take(&mut self.bases));
        let result = match repository.push_with(stores, message, bases.clone(), &release) {
            Err(GitError::Remote(error)) if claimed.is_about_claim(&error) => {
                let pushed = repository.push_with(stores, message, bases, &[]);
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
        IDLE.clear();
        result
    }
}

impl Drop for Claim {
    /// Gives the claim up if the run ends before it is finished. What it recorded is for the next run.
    fn drop(&mut self) {
        if let Some(writer) = self.writer.take() {
            let _ = writer.stop().give_up(false);
            IDLE.clear();
        }
    }
}

/// Returns what the runs of these claims had recorded.
fn records(
    locks: &[LockPath],
    found: &[Option<FoundClaim>],
) -> Result<Vec<Vec<EntryChange>>, GitError> {
    let changes = |(lock, claim): (&LockPath, &Option<FoundClaim>)| match claim {
        Some(FoundClaim { target, batches, .. }) => {
            claim_records::changes(&lock.file, target, batches.iter().map(Vec::as_slice))
        }
        None => Ok(Vec::new()),
    };
    locks.iter().zip(found).map(changes).collect()
}

/// A claim of another run, as it was last seen.
#[derive(Default)]
struct Watched {
    seen: Option<(ObjectId, std::time::Instant)>,
}

impl Watched {
    /// Returns whether the claim has had this value for so long that its run must have died.
    fn is_abandoned(&mut self, value: &str) -> bool {
        match &self.seen {
            Some((seen, since)) if seen == value => since.elapsed() >= patience(),
            _ => {
                self.seen = Some((value.to_owned(), std::time::Instant::now()));
                false
            }
        }
    }
}

/// Result of trying to claim.
enum Attempt {
    Done(Claimed),
    /// Another run was faster.
    Outdated,
    /// The remote does not take refs of this namespace.
    Refused(RemoteError),
}

impl Repository {
    /// Returns whether a claim was left by an earlier run in this work tree. That run has ended: this one
    /// has its process lock.
    fn is_left_here(&self, lock: &LockPath, claim: &FoundClaim) -> Result<bool, GitError> {
        let Some(left) = self.file_at(&ClaimedLock::keep(lock), HOLDER_FILE)? else {
            return Ok(false);
        };
        let left: Option<ClaimHolder> = serde_json::from_slice(&left).ok();
        Ok(left.is_some_and(|left| left.nonce == claim.holder.nonce))
    }

    /// Claims every lock, or none. Claims that were found are taken over, with their records.
    fn claim(&self, found: Vec<Option<FoundClaim>>, space: &str) -> Result<Attempt, GitError> {
        let mut locks = Vec::new();
        let mut updates = Vec::new();
        for (lock, found) in self.locks.iter().zip(found) {
            let holder = ClaimHolder::of_this_run(lock, &self.branch);
            let mut claimed = match found {
                Some(FoundClaim { target, value, batches, .. }) => {
                    ClaimedLock::new(lock, target, Some(value), batches.len())
                }
                None => {
                    let target = format!("{space}{}", digest(lock.tracked.as_bytes()));
                    ClaimedLock::new(lock, target, None, 0)
                }
            };
            let expected = claimed.value.clone().map_or(Expected::Absent, Expected::Value);
            let new = claimed.commit(self, &[(HOLDER_FILE.to_owned(), holder_bytes(&holder))])?;
            let target = claimed.target.clone();
            updates.push(RefUpdate { target, new: Some(new.clone()), expected });
            claimed.value = Some(new);
            claimed.holder = Some(holder);
            locks.push(claimed);
        }
        let claimed = Claimed::new(self.clone(), locks);
        match self.push(&updates, false)? {
            Pushed::Done => self.check_other_namespace(claimed),
            Pushed::Outdated => Ok(Attempt::Outdated),
            Pushed::Refused(error) => Ok(Attempt::Refused(error)),
            Pushed::NotAtomic => self.claim_one_by_one(claimed, &updates),
        }
    }

    /// Claims in the order of the paths; gives everything back if one claim fails.
    fn claim_one_by_one(
        &self,
        claimed: Claimed,
        updates: &[RefUpdate],
    ) -> Result<Attempt, GitError> {
        for (done, update) in updates.iter().enumerate() {
            let pushed = self.push(std::slice::from_ref(update), false)?;
            if pushed == Pushed::Done {
                continue;
            }
            for update in &updates[..done] {
                let expected = Expected::Value(update.new.clone().unwrap_or_default());
                let target = update.target.clone();
                self.push(&[RefUpdate { target, new: None, expected }], false)?;
            }
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

pub(super) fn holder_bytes(holder: &ClaimHolder) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(holder).expect("a holder serializes into memory");
    bytes.push(b'\n');
    bytes
}

/// The claim of this process before it has records: given up if a signal ends the process.
pub(super) struct IdleClaim(Mutex<Option<(Repository, Vec<RefUpdate>)>>);

pub(super) static IDLE: IdleClaim = IdleClaim(Mutex::new(None));

impl IdleClaim {
    fn set(&self, claimed: &Claimed) {
        let claim = (claimed.repository.clone(), claimed.release());
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(claim);
    }

    /// Follows the pushes of a claim that still has no records.
    pub(super) fn follow(&self, claimed: &Claimed) {
        let mut idle = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *idle = idle.take().map(|(repository, _)| (repository, claimed.release()));
    }

    pub(super) fn clear(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Gives up the claim of this process, which is about to exit, if it has recorded nothing yet. What it
/// recorded otherwise is for the next run.
pub fn release_idle_claims() {
    let idle = IDLE.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some((repository, release)) = idle {
        let _ = repository.push(&release, false);
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
        stores: &mut [LockStore],
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
