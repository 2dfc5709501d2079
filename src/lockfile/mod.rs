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
pub use error::{Instead, LockError};
pub use guard::release_guards;
pub use inspect::{Finding, Inspection, inspect};
pub use journal::Record;
pub use merge::{Change, Clash, merge};
pub use paths::{is_lock, lock_beside, write_lock};
pub use store::{Effective, Options, Recovered, Store, read_effective};
pub use three_way::{Dispute, Merged, merge_locks};
pub use writer::{Appender, Planned, Writer};

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
    pub state: State,
    /// Its ID; there is none while the state is [`State::Unknown`].
    pub task_id: Option<TaskId>,
    /// How the ID was learnt, where it was not the answer to our request.
    pub how: Option<How>,
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
    pub before: Option<Vec<TaskId>>,
    /// While unknown: the newest creation time that the platform had shown before that.
    pub newest: Option<String>,
    /// While unknown: what happened.
    pub why: Option<String>,
    /// The body of the create call as it was sent.
    pub request: Body,
    /// Keys that this program does not know, kept as they are.
    pub extra: Map<String, Value>,
}

impl Entry {
    /// The entry of an instance that was there already, and whose ID is known.
    pub fn taken_over(
        id: TaskId,
        how: How,
        (region, endpoint): (Option<Region>, Endpoint),
        request: Body,
    ) -> Self {
        Self {
            state: State::Created,
            task_id: Some(id),
            how: Some(how),
            candidates: Vec::new(),
            region,
            endpoint,
            submitted_at: None,
            before: None,
            newest: None,
            why: None,
            request,
            extra: Map::new(),
        }
    }

    /// An unknown entry, now that its ID is known.
    #[must_use]
    pub fn found(&self, id: TaskId, how: How) -> Self {
        let others = self.candidates.iter().filter(|other| **other != id).cloned().collect();
        Self {
            state: State::Created,
            how: Some(how),
            candidates: others,
            task_id: Some(id),
            before: None,
            newest: None,
            why: None,
            ..self.clone()
        }
    }
}

/// What is known of an instance in a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It was created, under its `taskId`.
    Created,
    /// Its request left, and nobody knows whether it was created.
    Unknown,
    /// Its deletion was asked for and not yet seen done.
    Deleting,
}

impl State {
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
pub enum How {
    /// It was found in the platform's list.
    #[serde(rename = "list")]
    List,
    /// A person said so.
    #[serde(rename = "told")]
    Told,
}

impl How {
    /// The word in the lock.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Told => "told",
        }
    }
}

/// The body of a create call, kept as the one line of JSON that stands in the lock: small in memory,
/// shared by its copies, and two equal bodies of one program are equal text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body(Arc<str>);

impl Body {
    /// The body that this value serializes to.
    ///
    /// # Panics
    /// Where the value is no JSON object.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Self {
        let line = emit::to_flow_yaml(value);
        assert!(line.starts_with('{'), "a body is a JSON object");
        Self(line.into())
    }

    /// One line of JSON.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is a body for the instance of this name; one that names none is.
    fn is_of(&self, name: &InstanceName) -> bool {
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

impl Serialize for Body {
    /// As the text that it is: building the fields for it would take ten times as long.
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let text: &RawValue = serde_json::from_str(&self.0).expect("a body is a JSON object");
        text.serialize(to)
    }
}

impl<'de> Deserialize<'de> for Body {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Map::<String, Value>::deserialize(from).map(|fields| Self::of(&fields))
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
