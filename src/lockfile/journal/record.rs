//! The journal's records.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::ids::{InstanceName, TaskId};
use crate::lockfile::entry::{IdSource, PendingCreate};

/// Size of a record without its texts: checksum, batch, field names, a time or an ID.
pub(super) const RECORD_OVERHEAD: u64 = 320;
/// Texts in a record are cut to this many characters, so that the reserved space suffices.
const MAX_REASON_BYTES: usize = 400;
/// Maximum number of other instances of a name in one record.
const MAX_CANDIDATES: usize = 64;
/// Maximum size of a character in JSON, in bytes.
const MAX_ESCAPE_FACTOR: u64 = 6;

/// One step of a run. Together with the lock, the records describe the known state without the
/// manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Record {
    /// Starts a journal; the only record of the first batch.
    Head {
        /// The version of the records.
        version: u32,
        /// SHA-256 of the lock's text at the start of the run.
        lock: String,
        /// The process ID.
        pid: u32,
        /// Its host name, if known.
        host: Option<String>,
    },
    /// An instance that may be created. All of a run are written in one batch.
    Plan(PendingCreate),
    /// Its request is about to be sent; durable before that.
    Intent {
        /// The instance.
        name: InstanceName,
        /// Number of the attempt in this run, from 1.
        attempt: u32,
        /// Time in UTC, human-readable.
        at: String,
    },
    /// It was created.
    Created {
        /// The instance.
        name: InstanceName,
        /// Its ID.
        id: TaskId,
        /// Source of the ID, if it was not the answer.
        how: Option<IdSource>,
    },
    /// It is unknown whether it was created.
    #[serde(rename = "doubt")]
    Uncertain {
        /// The instance.
        name: InstanceName,
        /// The platform's error code, if any.
        code: Option<String>,
        /// Description of the problem.
        why: String,
    },
    /// The platform refused it.
    Refused {
        /// The instance.
        name: InstanceName,
        /// The platform's error code, if any.
        code: Option<String>,
    },
    /// The platform never accepted the request.
    NotSent {
        /// The instance.
        name: InstanceName,
    },
    /// Other live instances of its name.
    #[serde(rename = "seen")]
    CandidatesSeen {
        /// The instance.
        name: InstanceName,
        /// Their IDs.
        ids: Vec<TaskId>,
    },
    /// All earlier records are in the lock.
    #[serde(rename = "folded")]
    Merged {
        /// SHA-256 of the lock's text.
        digest: String,
        /// Whether the run is complete and nothing in this journal remains to be done.
        #[serde(default, skip_serializing_if = "is_false")]
        done: bool,
    },
}

// serde's `skip_serializing_if` passes a reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_false(flag: &bool) -> bool {
    !flag
}

impl Record {
    /// Creates the intent of a create whose request is about to be sent.
    pub fn intent(name: InstanceName) -> Self {
        let at = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
        Self::Intent { name, attempt: 1, at }
    }

    /// Returns the instance that it is about.
    pub fn name(&self) -> Option<&InstanceName> {
        match self {
            Self::Plan(create) => Some(&create.name),
            Self::Intent { name, .. }
            | Self::Created { name, .. }
            | Self::Uncertain { name, .. }
            | Self::Refused { name, .. }
            | Self::NotSent { name }
            | Self::CandidatesSeen { name, .. } => Some(name),
            Self::Head { .. } | Self::Merged { .. } => None,
        }
    }

    /// Returns the record with its texts and lists cut, so that the reserved space suffices.
    pub(super) fn truncated(self) -> Self {
        let cut = |text: String| text.chars().take(MAX_REASON_BYTES).collect::<String>();
        match self {
            Record::Uncertain { name, code, why } => {
                Record::Uncertain { name, code: code.map(cut), why: cut(why) }
            }
            Record::Refused { name, code } => Record::Refused { name, code: code.map(cut) },
            Record::CandidatesSeen { name, mut ids } => {
                ids.truncate(MAX_CANDIDATES);
                Record::CandidatesSeen { name, ids }
            }
            other => other,
        }
    }
}

/// Returns an upper bound of the size of an outcome record.
pub(super) fn outcome_reserve(name: &InstanceName) -> u64 {
    RECORD_OVERHEAD + MAX_ESCAPE_FACTOR * (name.as_str().len() + 2 * MAX_REASON_BYTES) as u64
}
