//! The lock file: maps instances to tasks, written only by this program, kept in git.
//!
//! - `format`: converts between text and [`Lockfile`]; `damage`: why a text is not a lock
//! - `journal`: the steps of a run since the lock was last written, each made durable as a record
//!   - `codec`: the records; `replay`: the entries that they describe
//!   - `writer`: the thread that writes the journal and merges it into the lock; `handle`: its
//!     handles
//!   - `emergency`: IDs that could not be journaled
//! - `apply_changes`: three-way merge of one entry; `three_way_merge`: of a whole lock, for git
//! - `verify`: contents and problems of a lock
//! - `process_lock`: the process lock, one writer at a time
//! - `paths`: the files of a lock; `descriptors`: file descriptors reserved for the final write
//! - `store`: the lock with all of these around it
//! - `error`: what can fail; `system_error`: facts about an error of the operating system

mod apply_changes;
mod damage;
mod descriptors;
mod error;
mod format;
mod journal;
mod paths;
mod process_lock;
mod store;
mod system_error;
mod three_way_merge;
#[cfg(test)]
pub(crate) mod tmpfs;
mod verify;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::ids::{Endpoint, InstanceName, Region, TaskId};
use crate::yaml::emit;

pub use apply_changes::{EntryChange, IdConflict, merge};
pub use damage::{Damage, FieldProblem, LockTextError, Truncation};
pub use descriptors::{Descriptors, raise_limit};
pub use error::{
    EmergencyWriteError, FileAction, LockError, LockHolder, NewerVersion, UnexpectedFileType,
    WriterFailure,
};
pub use journal::codec::Record;
pub use journal::handle::{JournalHandle, JournalSender, PendingCreate};
pub use paths::{default_lock_path, is_lock, write_lock};
pub use process_lock::release_guards;
pub use store::{LockStore, OpenOptions, RecoveredView, Recovery, read_with_journal};
pub use system_error::{FileOwner, SystemError, SystemErrorKind};
pub use three_way_merge::{MergeConflict, MergeResult, MergeSide, merge_locks};
pub use verify::{LockIssue, LockReport, inspect};

/// Contents of a lock file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lockfile {
    /// The manifest's file name, from the first line.
    pub manifest: Option<String>,
    /// The instances, by name.
    pub instances: BTreeMap<InstanceName, Entry>,
    /// Unknown top-level keys, kept unchanged.
    pub extra: Map<String, Value>,
}

/// One instance in a lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its state.
    pub state: EntryState,
    /// Its ID; absent while the state is [`EntryState::Unknown`].
    pub task_id: Option<TaskId>,
    /// Source of the ID, if it was not the answer to our request.
    pub how: Option<IdSource>,
    /// Other live instances of its name.
    pub candidates: Vec<TaskId>,
    /// The region of its request, if known.
    pub region: Option<Region>,
    /// The endpoint of its request.
    pub endpoint: Endpoint,
    /// Time at which its request was about to be sent, in UTC, as text; human-readable, no decision
    /// depends on it.
    pub submitted_at: Option<String>,
    /// While unknown: IDs with its name in a complete list from before the request; `None` if there
    /// was no such list.
    pub known_ids: Option<Vec<TaskId>>,
    /// While unknown: the newest creation time that the platform had shown before the request.
    pub list_watermark: Option<String>,
    /// While unknown: description of the problem.
    pub why: Option<String>,
    /// The body of the create call as it was sent.
    pub request: RequestBody,
    /// Unknown keys, kept unchanged.
    pub extra: Map<String, Value>,
}

impl Entry {
    /// Creates the entry of an existing instance whose ID is known.
    pub fn adopted(
        id: TaskId,
        how: IdSource,
        (region, endpoint): (Option<Region>, Endpoint),
        request: RequestBody,
    ) -> Self {
        Self {
            state: EntryState::Created,
            task_id: Some(id),
            how: Some(how),
            candidates: Vec::new(),
            region,
            endpoint,
            submitted_at: None,
            known_ids: None,
            list_watermark: None,
            why: None,
            request,
            extra: Map::new(),
        }
    }

    /// Returns this unknown entry with its ID, which is now known.
    #[must_use]
    pub fn resolved_as(&self, id: TaskId, how: IdSource) -> Self {
        let others = self.candidates.iter().filter(|other| **other != id).cloned().collect();
        Self {
            state: EntryState::Created,
            how: Some(how),
            candidates: others,
            task_id: Some(id),
            known_ids: None,
            list_watermark: None,
            why: None,
            ..self.clone()
        }
    }
}

/// State of an instance in a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryState {
    /// It was created, under its `taskId`.
    Created,
    /// Its request was sent, and it is unknown whether it was created.
    Unknown,
    /// Deletion was requested but not yet confirmed.
    Deleting,
}

impl EntryState {
    /// Returns the value in the lock.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Unknown => "unknown",
            Self::Deleting => "deleting",
        }
    }
}

/// Source of an ID, if it was not the answer to our request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IdSource {
    /// It was found in the platform's list.
    #[serde(rename = "list")]
    Listed,
    /// Set manually with `resolve` or `adopt`.
    #[serde(rename = "told")]
    Manual,
}

impl IdSource {
    /// Returns the value in the lock.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Listed => "list",
            Self::Manual => "told",
        }
    }
}

/// The body of a create call, kept as the single line of JSON that is written to the lock: small in
/// memory, shared by its copies, and two equal bodies of one program have equal text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestBody(Arc<str>);

impl RequestBody {
    /// Returns the body that this value serializes to.
    ///
    /// # Panics
    /// If the value is not a JSON object.
    pub fn from_value<T: Serialize + ?Sized>(value: &T) -> Self {
        let line = emit::to_flow_yaml(value);
        assert!(line.starts_with('{'), "a body is a JSON object");
        Self(line.into())
    }

    /// Returns the line of JSON.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether the body belongs to the instance of this name; a body without a name does.
    fn is_for(&self, name: &InstanceName) -> bool {
        self.fields().get("instanceServiceName").is_none_or(|own| *own == *name.as_str())
    }

    /// Returns its fields, in the order in which they were sent.
    ///
    /// # Panics
    /// Never: the text is always a JSON object.
    pub fn fields(&self) -> Map<String, Value> {
        serde_json::from_str(&self.0).expect("a body is a JSON object")
    }
}

impl Serialize for RequestBody {
    /// Serializes the stored text: building its fields would take ten times as long.
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let text: &RawValue = serde_json::from_str(&self.0).expect("a body is a JSON object");
        text.serialize(to)
    }
}

impl<'de> Deserialize<'de> for RequestBody {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Map::<String, Value>::deserialize(from).map(|fields| Self::from_value(&fields))
    }
}

/// Returns the SHA-256 of a text, in lowercase hex.
///
/// # Panics
/// Never.
pub fn digest(text: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(text).iter().fold(String::with_capacity(64), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a string takes text");
        hex
    })
}
