//! The manual steps for an outcome that stays unknown.

use crate::ids::{InstanceName, TaskId};
use crate::text::{CommandLine, ManifestArgs};

/// The manual steps for an outcome that stays unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remediation {
    /// The instance.
    pub name: InstanceName,
    /// The live instances that it may be.
    pub candidates: Vec<TaskId>,
    /// The commands that record it as one of the candidates, in their order; without candidates,
    /// one command with a placeholder for the ID.
    pub is: Vec<CommandLine>,
    /// The command that records that it does not exist.
    pub absent: CommandLine,
}

/// Returns the manual steps for an outcome that stays unknown. `candidates` are the live instances
/// that it may be.
pub fn remediation(
    manifest: &ManifestArgs,
    name: &InstanceName,
    candidates: &[TaskId],
) -> Remediation {
    let resolve = || manifest.command("resolve").value(name.as_str());
    let ids = candidates.iter().map(TaskId::as_str);
    let placeholder = candidates.is_empty().then_some("TASK_ID");
    Remediation {
        name: name.clone(),
        candidates: candidates.to_vec(),
        is: ids.chain(placeholder).map(|id| resolve().option("--id", id)).collect(),
        absent: resolve().flag("--absent"),
    }
}
