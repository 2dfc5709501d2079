//! Git as the backend of locks. Only this module calls the `git` program, and except for `init --git`
//! it touches neither the work tree nor other files than the locks.
//!
//! - `program`: runs git; `error`: what can fail; `remote_error`: why a remote did not do it
//! - `repository`: the repository of a lock, its branch, its commits
//! - `commit`: writes commits without a work tree or index
//! - `push`: pushes that succeed only if the remote is as expected
//! - `lock_push`: brings locks to a branch of the remote; `version`: reads them there
//! - `base`: the version from which a local lock was derived
//! - `checkout`: leaves the checkout as a commit of the locks would
//! - `setup`: the ignored files, the attributes and the merge driver of a repository
//! - `claim`: the claim of a run on its locks; `acquire`: one attempt to get it; `holder`: who has it;
//!   `found`: claims at the remote; `claimed`: the refs of this run; `claim_records`: what they hold;
//!   `writer`: the thread that keeps it; `place`: its use by a run; `interrupted`: given up if a signal
//!   ends the process; `ahead`: how many intents are pushed ahead
//!
//! # The protocol of a claim
//!
//! A *claim* is a ref at the remote, `refs/instancectl/claims/<digest of the lock's path>`, that points
//! to a chain of commits. Each is pushed by compare-and-swap: the remote accepts it only if the ref
//! still has the value that this run gave it, or does not exist. So at any time at most one run can
//! extend a claim, and a run whose claim was taken over learns it at its next push.
//!
//! | step | written | what a crash right after it leaves |
//! |---|---|---|
//! | 1. claim | the ref, with the holder | a claim without records; it is taken over after 3 minutes |
//! | 2. merge | the local lock, from the lock at the branch's tip and, after a takeover, the records of the dead run | the same claim |
//! | 3. what the local lock has and the branch lacks | records in the claim | the entries, in the claim |
//! | 4. intents of a batch of creates, or entries about to be deleted | records in the claim; only then the requests leave | unknown entries, found by the next run's list |
//! | 5. outcomes | the local journal at once; the claim with the next push, at a signal, and every minute | the outcome is not known to the claim: an unknown entry that the list resolves |
//! | 6. end | the merged lock on the branch, and the deletion of the claim, in one atomic push | nothing if it was carried out; everything from 4 and 5 if not |
//!
//! A run that waits for a claim compares its value for 3 minutes by its monotonic clock. A running
//! holder moves it every minute. If the last push that moved all its claims began 2 minutes ago or more,
//! as after a sleep, it checks by a push that they are still its own before it sends anything else. If
//! not, it stops; what it created so far is in its local lock and, unless it died right then, in a commit
//! that merges it into the branch.
//!
//! A request that leaves late all the same, because the process was stopped right before it, has its
//! intent at the remote: for the run that took over, it is an unknown entry, which no run creates again.
//!
//! A push to the branch demands the tip that it was put on, so it does not undo a forced push. If the
//! branch was rewritten during a run, entries count as removed only if a commit that both versions have
//! in common has them.
//!
//! A claim belongs to the path of its lock, whatever the branch. Before a lock is renamed, no claim may be
//! left on it: `lock release -f PATH` brings its records to the lock.
//!
//! Replaying records twice has no effect: they are changes of entries, merged three ways. The lock on
//! the branch can therefore be pushed before its claim is deleted.

mod acquire;
mod ahead;
mod base;
mod checkout;
mod claim;
mod claim_records;
mod claimed;
mod commit;
mod error;
mod found;
mod holder;
mod interrupted;
mod lock_push;
mod place;
mod program;
mod push;
mod remote_error;
mod repository;
mod setup;
mod version;
mod writer;

pub use claim::{Claim, Synchronized};
pub use error::GitError;
pub use found::ForeignClaim;
pub use holder::{ClaimHolder, ClaimWait};
pub use interrupted::give_up_claim;
pub use lock_push::{LockPush, PushedLock};
pub use program::without_passwords;
pub use repository::{LockPath, Repository};
pub use setup::{AddedLines, GitSetup, lacks_merge_driver, set_up_git};
pub use version::RemoteVersion;
