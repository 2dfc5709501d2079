//! The manual steps for an outcome that stays unknown.

use crate::ids::{InstanceName, TaskId};
use crate::text::{CommandLine, ManifestArgs};

/// The manual steps for an outcome that stays unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remediation {
    /// Its manifest.
    pub manifest: ManifestArgs,
    /// The instance.
    pub name: InstanceName,
    /// The live instances that it may be.
    pub candidates: Vec<TaskId>,
}

impl Remediation {
    /// Returns the command that records it as this instance.
    pub fn is(&self, id: &str) -> CommandLine {
        self.manifest.command("resolve").value(self.name.as_str()).option("--id", id)
    }

    /// Returns the command that records that it does not exist.
    pub fn absent(&self) -> CommandLine {
        self.manifest.command("resolve").value(self.name.as_str()).flag("--absent")
    }
}

/// Returns the manual steps for an outcome that stays unknown. `candidates` are the live instances
/// that it may be.
pub fn remediation(
    manifest: &ManifestArgs,
    name: &InstanceName,
    candidates: &[TaskId],
) -> Remediation {
    let (manifest, name) = (manifest.clone(), name.clone());
    Remediation { manifest, name, candidates: candidates.to_vec() }
}
