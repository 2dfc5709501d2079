//! From a checked manifest to the bodies of the create call: the one place that names both sides.

use crate::api::create_task::CreateTask;
use crate::ids::{InstanceName, Region};

/// One instance of a manifest, resolved: the body that its create call sends, and where it belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The instance's identity in its manifest and in the lock.
    pub name: InstanceName,
    /// The region its document names, where it names one.
    pub region: Option<Region>,
    /// The body of the create call.
    pub task: CreateTask,
}
