//! Contents of a lock: the entries of the instances.

use crate::ids::{Endpoint, InstanceName, Region, TaskId};
use crate::lockfile::request_body::RequestBody;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Contents of a lock file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lockfile {
    /// The manifest's file name, from the first line.
    pub manifest: Option<String>,
    /// Whether it is a lock of the sandbox, from the first line.
    pub sandbox: bool,
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
    /// While unknown: IDs with its name in a complete list from before the request; `None` without
    /// such a list.
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

/// An instance that a run may create.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PendingCreate {
    /// The instance.
    pub name: InstanceName,
    /// The region of its request, if known.
    pub region: Option<Region>,
    /// The endpoint of its request.
    pub endpoint: Endpoint,
    /// The body of its request.
    pub body: RequestBody,
    /// IDs with its name in an earlier complete list; `None` without such a list.
    #[serde(default, rename = "before", skip_serializing_if = "Option::is_none")]
    pub known_ids: Option<Vec<TaskId>>,
    /// The newest creation time in that list.
    #[serde(default, rename = "newest", skip_serializing_if = "Option::is_none")]
    pub list_watermark: Option<String>,
}

impl PendingCreate {
    /// Returns the create of a request that is not preceded by a complete list.
    pub fn new(
        name: InstanceName,
        region: Option<Region>,
        endpoint: Endpoint,
        body: RequestBody,
    ) -> Self {
        Self { name, region, endpoint, body, known_ids: None, list_watermark: None }
    }

    /// Returns the entry of this create while its outcome is unknown.
    pub fn entry(self) -> Entry {
        Entry {
            state: EntryState::Unknown,
            task_id: None,
            how: None,
            candidates: Vec::new(),
            region: self.region,
            endpoint: self.endpoint,
            submitted_at: None,
            known_ids: self.known_ids,
            list_watermark: self.list_watermark,
            why: None,
            request: self.body,
            extra: Map::new(),
        }
    }
}

impl Entry {
    /// Returns the create call of this entry.
    pub fn pending_create(&self, name: &InstanceName) -> PendingCreate {
        PendingCreate {
            known_ids: self.known_ids.clone(),
            list_watermark: self.list_watermark.clone(),
            ..PendingCreate::new(
                name.clone(),
                self.region.clone(),
                self.endpoint.clone(),
                self.request.clone(),
            )
        }
    }

    /// Returns this unknown entry with its ID, which is now known. `how` is the source of the ID,
    /// if it was not the answer to our request.
    #[must_use]
    pub fn resolved_as(mut self, id: TaskId, how: Option<IdSource>) -> Self {
        self.candidates.retain(|other| *other != id);
        Self {
            state: EntryState::Created,
            how,
            task_id: Some(id),
            known_ids: None,
            list_watermark: None,
            why: None,
            ..self
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
