//! The command lines of the commands about instances.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum, ValueHint};

use super::args::{
    ChangeArgs, ConfirmArgs, FormatArgs, LintArgs, OnlineCheckArgs, PaceArgs, ReadArgs,
    WorkspaceArgs, WriteArgs,
};
use super::duration::duration;
use crate::ids::{InstanceName, TaskId};

const ALL: &str = "Instances, by name or glob [default: all]";
const ALL_IN_MANIFEST: &str = "Instances, by name or glob [default: all in the manifest]";

/// Arguments of `plan`.
#[derive(Debug, Args)]
#[command(mut_arg("names", |names| names.help(ALL)))]
#[command(mut_arg("allow_http", |flag| flag.requires("refresh")))]
#[command(mut_arg("request_timeout", |flag| flag.requires("refresh")))]
pub struct Plan {
    /// Manifests, the platform, and a selection of instances.
    #[command(flatten)]
    pub read: ReadArgs,
    /// Handling of warnings.
    #[command(flatten)]
    pub lint: LintArgs,
    /// Changes that `apply` would be allowed to make in addition to creating.
    #[command(flatten)]
    pub changes: ChangeArgs,
    /// Query the platform for ended or missing instances and available resources; read-only
    #[arg(long)]
    pub refresh: bool,
    /// Comparison with what the region offers.
    #[command(flatten)]
    pub online: OnlineCheckArgs,
    /// Exit 9 if `apply` with the same flags would create or delete instances
    #[arg(long)]
    pub detailed_exitcode: bool,
}

/// Arguments of `apply`.
#[derive(Debug, Args)]
pub struct Apply {
    /// Manifests, and the platform.
    #[command(flatten)]
    pub target: WriteArgs,
    /// Instances, by name or glob [default: all]
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Confirmation.
    #[command(flatten)]
    pub confirm: ConfirmArgs,
    /// Print the plan and the exact requests without network access or file writes
    #[arg(long)]
    pub dry_run: bool,
    /// Concurrency and polling.
    #[command(flatten)]
    pub pace: PaceArgs,
    /// Stop starting requests after this many unknown outcomes
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub max_unknown: usize,
    /// Changes that are allowed in addition to creating.
    #[command(flatten)]
    pub changes: ChangeArgs,
    /// Query the platform for unchanged instances that ended or no longer exist
    #[arg(long)]
    pub refresh: bool,
    /// Comparison with what the region offers.
    #[command(flatten)]
    pub online: OnlineCheckArgs,
    /// Wait until all instances are Running; exits with 8 otherwise
    #[arg(long)]
    pub wait: bool,
    /// Total timeout of --wait
    #[arg(long, value_name = "DURATION", default_value = "30m", value_parser = duration, requires = "wait")]
    pub timeout: Duration,
}

/// Arguments of `wait`.
#[derive(Debug, Args)]
#[command(mut_arg("names", |names| names.help(ALL_IN_MANIFEST)))]
pub struct Wait {
    /// Manifests, the platform, and a selection of instances.
    #[command(flatten)]
    pub read: ReadArgs,
    /// The status to wait for; a later live status counts
    #[arg(long = "for", value_enum, value_name = "STATUS", default_value_t, ignore_case = true)]
    pub status: WaitStatus,
    /// Total timeout
    #[arg(long, value_name = "DURATION", default_value = "30m", value_parser = duration)]
    pub timeout: Duration,
}

/// Statuses that can be waited for, named as on the platform.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "PascalCase")]
pub enum WaitStatus {
    /// Created and queued
    Waiting,
    /// Being deployed
    Deploying,
    /// Running
    #[default]
    Running,
    /// Ended on its own or at its time limit
    Completed,
    /// Ended by a failure
    Failed,
    /// Stopped
    Terminated,
}

/// Arguments of `stop` and `start`.
#[derive(Debug, Args)]
pub struct StartStop {
    /// Manifests, the platform, and a selection of instances.
    #[command(flatten)]
    pub read: ReadArgs,
    /// Confirmation.
    #[command(flatten)]
    pub confirm: ConfirmArgs,
}

/// Arguments of `exec`.
#[derive(Debug, Args)]
#[command(mut_arg("names", |names| names.help("Instances, by name or glob").required(true)))]
pub struct Exec {
    /// Manifests, the platform, and a selection of instances.
    #[command(flatten)]
    pub read: ReadArgs,
    /// File with the script, or - for stdin (then --yes is required)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires_if("-", "yes"))]
    pub script: PathBuf,
    /// Containers that run the script
    #[arg(long, value_enum, default_value_t)]
    pub scope: ScriptScope,
    /// Confirmation.
    #[command(flatten)]
    pub confirm: ConfirmArgs,
}

/// Containers that run a script.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ScriptScope {
    /// All containers of the instance
    #[default]
    All,
    /// The first container
    Header,
}

/// Arguments of `url`.
#[derive(Debug, Args)]
pub struct Url {
    /// Manifests, and the platform.
    #[command(flatten)]
    pub workspace: WorkspaceArgs,
    /// Output format.
    #[command(flatten)]
    pub output: FormatArgs,
    /// Name of the instance
    #[arg(value_name = "NAME")]
    pub name: String,
}

/// Arguments of `destroy`.
#[derive(Debug, Args)]
pub struct Destroy {
    /// Manifests, and the platform.
    #[command(flatten)]
    pub target: WriteArgs,
    /// Instances, by name or glob [default: all in the lock]
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Delete this candidate of NAME instead of NAME's own instance
    #[arg(long, value_name = "TASK_ID", requires = "names")]
    pub id: Option<TaskId>,
    /// Confirmation.
    #[command(flatten)]
    pub confirm: ConfirmArgs,
    /// Concurrency and polling.
    #[command(flatten)]
    pub pace: PaceArgs,
}

/// Arguments of `adopt`.
#[derive(Debug, Args)]
pub struct Adopt {
    /// Manifests, and the platform.
    #[command(flatten)]
    pub target: WriteArgs,
    /// The instance's name in the manifest
    #[arg(value_name = "NAME")]
    pub name: InstanceName,
    /// Its ID on the platform
    #[arg(value_name = "TASK_ID")]
    pub id: TaskId,
}

/// Arguments of `resolve`.
#[derive(Debug, Args)]
pub struct Resolve {
    /// Manifests, and the platform.
    #[command(flatten)]
    pub target: WriteArgs,
    /// Instances, by name or glob
    #[arg(value_name = "NAME", required_unless_present = "all_unknown")]
    pub names: Vec<String>,
    /// All instances with an unknown outcome
    #[arg(long, conflicts_with_all = ["names", "id"])]
    pub all_unknown: bool,
    /// The instances were not created, or no longer exist
    #[arg(long, required_unless_present_any = ["id", "all_unknown"], conflicts_with = "id")]
    pub absent: bool,
    /// ID of the instance that was created
    #[arg(long, value_name = "TASK_ID")]
    pub id: Option<TaskId>,
}
