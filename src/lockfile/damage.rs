//! Reasons why a text is not a lock.

use crate::ids::InvalidTaskId;

use crate::lockfile::entry::EntryState;

pub use crate::yaml::lock_text::LockTextError;

/// Evidence that the end of a lock is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truncation {
    /// The file is empty.
    Empty,
    /// Nothing follows the key `instances`.
    NoInstances,
    /// The last line has no line break.
    NoLineBreak,
}

/// Reason why a file is not a lock. Values found are quoted as JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Damage {
    /// It is not UTF-8.
    NotUtf8 {
        /// Offset of the first invalid byte.
        offset: usize,
    },
    /// It is not YAML, or not a tree of JSON values.
    Text(LockTextError),
    /// The document is not a mapping.
    NotMapping,
    /// It has no version, or one that is not a positive integer.
    Version {
        /// The value, if there is one.
        found: Option<String>,
    },
    /// `instances` is missing or not a mapping.
    NoInstances,
    /// An instance is not a mapping.
    EntryNotMapping {
        /// The instance.
        name: String,
    },
    /// A field of an instance is missing or wrong.
    Field {
        /// The instance.
        name: String,
        /// The problem of the field.
        problem: FieldProblem,
    },
}

/// Problem of a field of an entry. Values found are quoted as JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldProblem {
    /// The state is missing or unknown.
    State {
        /// The text, if there is one.
        found: Option<String>,
    },
    /// The entry of an unknown outcome has an ID, or that of another state lacks one.
    TaskIdOfState(EntryState),
    /// The source of the ID is unknown.
    IdSource {
        /// The text.
        found: String,
    },
    /// The endpoint is missing.
    NoEndpoint,
    /// The value is not text.
    NotText {
        /// The key.
        key: &'static str,
        /// The value.
        found: String,
    },
    /// The value is not a list of IDs.
    NotIds {
        /// The key.
        key: &'static str,
        /// The value, or its first item that is not text.
        found: String,
    },
    /// The text is not an ID.
    TaskId(InvalidTaskId),
    /// `request` is missing or not a mapping.
    NoRequest,
    /// The request is for another instance.
    ForeignRequest {
        /// The name in the request: the text itself, or another value.
        name: String,
    },
}
