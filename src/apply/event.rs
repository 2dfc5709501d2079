//! Events emitted while a run executes.

use std::path::Path;

use super::{AbortReason, InstanceReport};
use crate::ids::{InstanceName, TaskId};
use crate::lockfile::{EmergencyWriteError, IdConflict, LockError};

/// Event of a run. A reported outcome is already durable, except for `Recovery`.
#[derive(Debug)]
pub enum Event<'a> {
    /// A request is about to be sent; its intent is durable.
    Sending {
        /// Its job.
        job: usize,
        /// The instance.
        name: &'a InstanceName,
    },
    /// An instance has its outcome.
    Settled(&'a InstanceReport),
    /// Another live instance has the name of one that was just created.
    DuplicateInstance(&'a InstanceReport),
    /// Created instances are not in the platform's list at the end of the settle time.
    NotYetListed {
        /// Number of these instances.
        count: usize,
    },
    /// A received ID could not be journaled; it must be printed at once as
    /// `RECOVERY name=.. id=..`.
    Recovery {
        /// The lock it belongs to.
        lock: &'a Path,
        /// The instance.
        name: &'a InstanceName,
        /// Its ID.
        id: &'a TaskId,
    },
    /// The ID could not be written to the emergency journal either.
    EmergencyWriteFailed {
        /// The instance.
        name: &'a InstanceName,
        /// The system's error.
        error: &'a EmergencyWriteError,
    },
    /// Two IDs conflict for one name; the one in the lock is kept.
    Clash {
        /// The job of the lock.
        job: usize,
        /// The IDs.
        clash: &'a IdConflict,
    },
    /// A lock or its journal cannot be written.
    LockFailed {
        /// The job of the lock.
        job: usize,
        /// The error.
        error: &'a LockError,
    },
    /// No new request starts from now on.
    Stopping(&'a AbortReason),
}
