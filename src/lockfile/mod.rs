//! The lock file: which instance is which task, written by the program alone, kept in git.
//!
//! - `format`: text to [`Lockfile`] and back
//! - `journal`: what a run did since the lock was last written, durable record by record
//! - `ledger`: what those records mean for the lock
//! - `merge`: three versions of one entry to one; `three_way`: of a whole lock, for git
//! - `inspect`: what a lock holds and what is amiss with it
//! - `guard`: one writer at a time
//! - `descriptors`: file descriptors that are held back for the final write
//! - `rescue`: IDs that the journal could not take
//! - `store`: the lock with all of these around it
//! - `scribe`: the thread that writes the journal and folds it; `writer`: the handles to it

mod descriptors;
mod error;
mod format;
mod guard;
mod inspect;
mod journal;
mod ledger;
mod merge;
mod paths;
mod rescue;
mod scribe;
#[cfg(test)]
pub(crate) mod small_disk;
mod store;
mod three_way;
mod writer;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::ids::{Endpoint, InstanceName, Region, TaskId};
use crate::yaml::emit;

pub use descriptors::{Descriptors, raise_limit};
pub use error::{LockError, UnexpectedFileType};
pub use guard::release_guards;
pub use inspect::{LockIssue, LockReport, inspect};
pub use journal::Record;
pub use merge::{EntryChange, IdConflict, merge};
pub use paths::{default_lock_path, is_lock, write_lock};
pub use store::{LockStore, OpenOptions, RecoveredView, Recovery, read_with_journal};
pub use three_way::{MergeConflict, MergeResult, merge_locks};
pub use writer::{JournalHandle, JournalSender, PendingCreate};

/// What a lock file holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lockfile {
    /// The manifest's file name, as the first line says it.
    pub manifest: Option<String>,
    /// The instances, by name.
    pub instances: BTreeMap<InstanceName, Entry>,
    /// Top-level keys that this program does not know, kept as they are.
    pub extra: Map<String, Value>,
}

/// One instance in a lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What is known of it.
    pub state: EntryState,
    /// Its ID; there is none while the state is [`State::Unknown`].
    pub task_id: Option<TaskId>,
    /// How the ID was learnt, where it was not the answer to our request.
    pub how: Option<IdSource>,
    /// Other live instances of its name.
    pub candidates: Vec<TaskId>,
    /// The region it was sent to, where one was known.
    pub region: Option<Region>,
    /// The address it was sent to.
    pub endpoint: Endpoint,
    /// When its request was about to leave, in UTC, as text; for people, no decision reads it.
    pub submitted_at: Option<String>,
    /// While unknown: IDs of its name that a whole list showed before the request left; `None` where
    /// there was no such list.
    pub known_ids: Option<Vec<TaskId>>,
    /// While unknown: the newest creation time that the platform had shown before that.
    pub list_watermark: Option<String>,
    /// While unknown: what happened.
    pub why: Option<String>,
    /// The body of the create call as it was sent.
    pub request: RequestBody,
    /// Keys that this program does not know, kept as they are.
    pub extra: Map<String, Value>,
}

impl Entry {
    /// The entry of an instance that was there already, and whose ID is known.
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

    /// An unknown entry, now that its ID is known.
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

/// What is known of an instance in a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryState {
    /// It was created, under its `taskId`.
    Created,
    /// Its request left, and nobody knows whether it was created.
    Unknown,
    /// Its deletion was asked for and not yet seen done.
    Deleting,
}

impl EntryState {
    /// The word in the lock.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Unknown => "unknown",
            Self::Deleting => "deleting",
        }
    }
}

/// How an ID was learnt, where it was not the answer to our request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IdSource {
    /// It was found in the platform's list.
    #[serde(rename = "list")]
    Listed,
    /// A person said so.
    #[serde(rename = "told")]
    Manual,
}

impl IdSource {
    /// The word in the lock.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Listed => "list",
            Self::Manual => "told",
        }
    }
}

/// The body of a create call, kept as the one line of JSON that stands in the lock: small in memory,
/// shared by its copies, and two equal bodies of one program are equal text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestBody(Arc<str>);

impl RequestBody {
    /// The body that this value serializes to.
    ///
    /// # Panics
    /// Where the value is no JSON object.
    pub fn from_value<T: Serialize + ?Sized>(value: &T) -> Self {
        let line = emit::to_flow_yaml(value);
        assert!(line.starts_with('{'), "a body is a JSON object");
        Self(line.into())
    }

    /// One line of JSON.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is a body for the instance of this name; one that names none is.
    fn is_for(&self, name: &InstanceName) -> bool {
        self.fields().get("instanceServiceName").is_none_or(|own| *own == *name.as_str())
    }

    /// Its fields, in the order they were sent in.
    ///
    /// # Panics
    /// Never: the text is a JSON object from the beginning.
    pub fn fields(&self) -> Map<String, Value> {
        serde_json::from_str(&self.0).expect("a body is a JSON object")
    }
}

impl Serialize for RequestBody {
    /// As the text that it is: building the fields for it would take ten times as long.
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

/// SHA-256 of a text, in lowercase hex.
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
