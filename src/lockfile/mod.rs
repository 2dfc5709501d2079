//! The lock file: maps instances to tasks, written only by this program, kept in git.
//!
//! - `format`: writes a [`Lockfile`] as text; `reader`: reads it; `damage`: why a text is not a lock
//! - `journal`: the steps of a run since the lock was last written, each made durable as a record
//!   - `record`: the records; `codec`: their bytes; `replay`: the entries that they describe
//!   - `file`: its space; `writer`: the thread that writes it and merges it into the lock; `handle`:
//!     the handles of that thread
//!   - `emergency`: IDs that could not be journaled
//! - `apply_changes`: three-way merge of one entry; `three_way_merge`: of a whole lock, for git
//! - `verify`: contents and problems of a lock
//! - `process_lock`: the process lock, one writer at a time
//! - `paths`: the files of a lock; `descriptors`: file descriptors reserved for the final write
//! - `store`: the lock with all of these around it
//! - `remote`: the copy of a run's records at a git remote
//! - `error`: what can fail; `system_error`: facts about an error of the operating system

mod apply_changes;
mod damage;
mod descriptors;
mod digest;
mod entry;
mod error;
mod format;
mod journal;
mod paths;
mod process_lock;
mod reader;
mod remote;
mod request_body;
mod store;
mod system_error;
mod three_way_merge;
mod verify;

pub use apply_changes::{EntryChange, IdConflict, merge};
pub use damage::{Damage, FieldProblem, LockTextError, Truncation};
pub use descriptors::{Descriptors, raise_limit};
pub use error::{
    EmergencyWriteError, FileAction, LockError, LockHolder, NewerVersion, UnexpectedFileType,
    WriterFailure,
};
pub use journal::handle::{JournalHandle, JournalSender};
pub use journal::record::Record;
pub use journal::replay::JournalState;
pub use paths::{default_lock_path, is_lock, is_sandbox_lock, write_lock};
pub use process_lock::{host, is_alive, release_guards};
pub use remote::{DurablePlace, RemoteError, RemoteFailure};
pub use store::{LockStore, OpenOptions, RecoveredView, Recovery, read_with_journal};
pub use system_error::{FileOwner, SystemError, SystemErrorKind};
pub use three_way_merge::{MergeConflict, MergeResult, MergeSide, merge_locks};
pub use verify::{LockIssue, LockReport, inspect};

pub use digest::digest;
pub use entry::{Entry, EntryState, IdSource, Lockfile, PendingCreate};
pub use request_body::RequestBody;
