//! Facts about planned items.

use crate::api::client::ErrorDetail;
use crate::ids::{Endpoint, InstanceName, Region, TaskId};
use crate::text::CommandLine;

/// Remark on a planned item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlanNote {
    /// The credentials do not reach the region of its document.
    RegionNotReached(RegionMismatch),
    /// The lock records it for another location.
    RecordedFor {
        /// The region, if the lock has it.
        region: Option<Region>,
        /// The endpoint.
        endpoint: Endpoint,
    },
    /// It is to be deleted and belongs to another location.
    OtherLocation,
    /// Its deletion was started, and is finished first.
    DeletionStarted,
    /// Its deletion was requested, and still is not confirmed.
    DeletionNotConfirmed,
    /// It is unknown whether it was created.
    OutcomeUnknown {
        /// The reason, as stored in the lock.
        why: Option<String>,
        /// Live instances of its name.
        candidates: Vec<TaskId>,
    },
    /// An orphan has a name that looks the same and uses other characters.
    Lookalike {
        /// Its name.
        name: InstanceName,
        /// The name of the orphan.
        orphan: InstanceName,
    },
    /// Only its sizes have changed, and they are changed in place.
    Resize,
    /// It has changed and is left as it is, as the user requested.
    KeptAsIs,
    /// The platform shows something about it.
    Live(LiveNote),
}

/// State of a planned item, or of live instances of its name, on the platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LiveNote {
    /// It ended on the platform.
    Ended {
        /// Its status.
        status: String,
        /// The command that starts it again.
        start: CommandLine,
        /// The command that creates a new one.
        replace: CommandLine,
    },
    /// The platform no longer lists it.
    NotListed {
        /// The command that creates a new one.
        replace: CommandLine,
    },
    /// The platform did not return its status.
    QueryFailed(ErrorDetail),
    /// Instances of its name are live and in no loaded lock.
    LiveUnrecorded {
        /// Their IDs; at least one.
        ids: Vec<TaskId>,
        /// The command that records the first one.
        adopt: CommandLine,
    },
    /// Its own instance ended or is gone, or is to be replaced, and another instance of its name is live.
    AnotherIsLive {
        /// The IDs of the others; at least one.
        ids: Vec<TaskId>,
        /// The command that removes its own from the lock.
        forget: CommandLine,
        /// The command that then records the first other one.
        adopt: CommandLine,
    },
    /// It is live, and so are other instances of its name.
    Duplicates {
        /// Their IDs; at least one.
        ids: Vec<TaskId>,
        /// The command that shows the spare one.
        status: CommandLine,
    },
    /// An instance of its name is live, and the platform shows no detail of it.
    LiveWithoutDetail {
        /// Its ID.
        id: TaskId,
    },
    /// An instance of its name is live and differs from the manifest.
    LiveAndDifferent {
        /// Its ID.
        id: TaskId,
    },
}

/// The credentials do not reach the region of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionMismatch {
    /// The region of the document, if it specifies one.
    pub expected: Option<Region>,
    /// The region of the token, if known.
    pub own: Option<Region>,
}
