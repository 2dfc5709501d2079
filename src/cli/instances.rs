//! The command lines of the commands about instances.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgGroup, Args, ValueEnum, ValueHint};

use super::args::{
    ChangeArgs, ClaimArgs, ConfirmArgs, Format, FormatArgs, GuardArgs, InstanceFormatArgs,
    LintArgs, OnlineCheckArgs, PaceArgs, ReadArgs, WorkspaceArgs, WriteArgs, formats,
};
use super::duration::duration;
use super::help::{CHECKS, OUTPUT, SAFETY, SELECTION, TIMING};
use crate::ids::{InstanceName, TaskId};

const ALL: &str = "Instances, by name or glob [default: all]";
const ALL_IN_MANIFEST: &str = "Instances, by name or glob [default: all of them]";

const PLAN_FORMAT: &str = "Output format: human, json, name or markdown [default: human]";
const PLAN_FORMATS: &str = "Output format: human, json, name or markdown [default: human]\n\n\
    `name` prints one line per instance: its name and task ID, or - if it has none. `markdown` is for a \
    pull request comment or a step summary.";

/// Arguments of `plan`.
#[derive(Debug, Args)]
#[command(mut_arg("names", |names| names.help(ALL)))]
#[command(mut_arg("format", |flag| {
    flag.value_parser(formats(Format::value_variants())).help(PLAN_FORMAT).long_help(PLAN_FORMATS)
}))]
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
    /// Also ask the platform, as apply does; read-only
    ///
    /// Finds instances that ended, no longer exist or live elsewhere, and checks available resources.
    #[arg(long, help_heading = CHECKS)]
    pub refresh: bool,
    /// Comparison with what the region offers.
    #[command(flatten)]
    pub online: OnlineCheckArgs,
    /// Exit 9 if apply would create or delete instances
    #[arg(long, help_heading = OUTPUT)]
    pub detailed_exitcode: bool,
}

/// Arguments of `apply`.
#[derive(Debug, Args)]
pub struct Apply {
    /// Manifests, and the platform.
    #[command(flatten)]
    pub target: WriteArgs,
    /// Instances, by name or glob [default: all]
    #[arg(value_name = "NAME", help_heading = SELECTION)]
    pub names: Vec<String>,
    /// Confirmation.
    #[command(flatten)]
    pub confirm: ConfirmArgs,
    /// Print plan and requests; send and write nothing
    #[arg(long, help_heading = SAFETY)]
    pub dry_run: bool,
    /// Concurrency and polling.
    #[command(flatten)]
    pub pace: PaceArgs,
    /// Stop creating after this many unknown outcomes
    #[arg(long, value_name = "N", default_value_t = 3, help_heading = SAFETY, hide_short_help = true)]
    pub max_unknown: usize,
    /// Changes that are allowed in addition to creating.
    #[command(flatten)]
    pub changes: ChangeArgs,
    /// Also find unchanged instances that ended or are gone
    #[arg(long, help_heading = CHECKS)]
    pub refresh: bool,
    /// Comparison with what the region offers.
    #[command(flatten)]
    pub online: OnlineCheckArgs,
    /// Wait until all are Running; exit 8 otherwise
    #[arg(long, help_heading = TIMING)]
    pub wait: bool,
    /// Total timeout of --wait
    #[arg(long, value_name = "DURATION", default_value = "30m", value_parser = duration, requires = "wait", help_heading = TIMING)]
    pub timeout: Duration,
}

/// Arguments of `status`.
#[derive(Debug, Args)]
pub struct Status {
    /// Manifests, the platform, and a selection of instances.
    #[command(flatten)]
    pub read: ReadArgs,
    /// Show all columns and whole task IDs
    #[arg(long, help_heading = OUTPUT)]
    pub wide: bool,
    /// Show the access addresses, which contain secrets
    #[arg(long, help_heading = OUTPUT)]
    pub show_urls: bool,
    /// Follow the changes until interrupted
    ///
    /// Redraws the table on a terminal, and prints a line for each change elsewhere.
    #[arg(long, help_heading = OUTPUT)]
    pub watch: bool,
}

/// Arguments of `list`.
#[derive(Debug, Args)]
pub struct List {
    /// Manifests, and the platform.
    #[command(flatten)]
    pub workspace: WorkspaceArgs,
    /// Output format.
    #[command(flatten)]
    pub output: InstanceFormatArgs,
    /// Also list instances that ended
    #[arg(long, help_heading = SELECTION)]
    pub all: bool,
    /// Show all columns and whole task IDs
    #[arg(long, help_heading = OUTPUT)]
    pub wide: bool,
}

/// Arguments of `export`.
#[derive(Debug, Args)]
pub struct Export {
    /// Manifests whose locks are respected, and the platform.
    #[command(flatten)]
    pub workspace: WorkspaceArgs,
    /// Process lock.
    #[command(flatten)]
    pub guard: GuardArgs,
    /// Claims at the remote.
    #[command(flatten)]
    pub claim: ClaimArgs,
    /// Format of the result.
    #[command(flatten)]
    pub format: InstanceFormatArgs,
    /// Manifest to write, a new file [default: stdout]
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
    /// Also write its lock, which has the instances
    #[arg(long, requires = "output")]
    pub adopt: bool,
    /// Instances, by name, glob or task ID [default: all live]
    #[arg(value_name = "NAME or TASK_ID", help_heading = SELECTION)]
    pub names: Vec<String>,
}

/// Arguments of `wait`.
#[derive(Debug, Args)]
#[command(mut_arg("names", |names| names.help(ALL_IN_MANIFEST)))]
pub struct Wait {
    /// Manifests, the platform, and a selection of instances.
    #[command(flatten)]
    pub read: ReadArgs,
    /// Status to wait for; a later live one counts
    ///
    /// Waiting, Deploying, Running, Completed, Failed or Terminated.
    #[arg(long = "for", value_enum, value_name = "STATUS", default_value_t, ignore_case = true)]
    #[arg(hide_possible_values = true, help_heading = TIMING)]
    pub status: WaitStatus,
    /// Total timeout
    #[arg(long, value_name = "DURATION", default_value = "30m", value_parser = duration, help_heading = TIMING)]
    pub timeout: Duration,
    /// End what did not reach it in time: stop or destroy
    ///
    /// Asks after the timeout. The exit code stays 8.
    #[arg(long, value_enum, value_name = "ACTION", hide_possible_values = true, help_heading = TIMING)]
    pub on_timeout: Option<OnTimeout>,
    /// Do not ask (required if stdin is not a terminal)
    #[arg(short, long, requires = "on_timeout", help_heading = SAFETY)]
    pub yes: bool,
    /// Run a shell command for each that arrives or fails
    ///
    /// It has `INSTANCECTL_NAME`, `INSTANCECTL_TASK_ID` and `INSTANCECTL_STATUS`, and no token and no keys;
    /// `INSTANCECTL_TOKEN_FILE` stays. Commands run one after another; their output goes to standard error. A
    /// command that fails is reported, and the wait goes on: exit 8.
    #[arg(long, value_name = "CMD", help_heading = OUTPUT)]
    pub exec: Option<String>,
}

/// Action that ends an instance that did not reach the status in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OnTimeout {
    /// Stop it
    Stop,
    /// Delete it
    Destroy,
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
    /// File with the script, or - for stdin with --yes
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires_if("-", "yes"), help_heading = SELECTION)]
    pub script: PathBuf,
    /// Containers that run the script: all, or header (the first)
    #[arg(long, value_enum, default_value_t, hide_possible_values = true, help_heading = SELECTION)]
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
    /// Name of the instance [default: the manifest's only one]
    #[arg(value_name = "NAME", help_heading = SELECTION)]
    pub name: Option<String>,
}

/// Arguments of `logs`.
#[derive(Debug, Args)]
pub struct Logs {
    /// Manifests, and the platform.
    #[command(flatten)]
    pub workspace: WorkspaceArgs,
    /// Output format.
    #[command(flatten)]
    pub output: FormatArgs,
    /// Name of the instance
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Selection and form of the lines.
    #[command(flatten)]
    pub lines: LogLines,
    /// Number of the container, from 0
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub container: u32,
    /// Print the pull of the image instead
    #[arg(long)]
    pub pull: bool,
    /// Print the output of the run before the last start
    #[arg(long)]
    pub previous: bool,
}

/// Arguments of `why`.
#[derive(Debug, Args)]
pub struct Why {
    /// Manifests, and the platform.
    #[command(flatten)]
    pub workspace: WorkspaceArgs,
    /// Output format.
    #[command(flatten)]
    pub output: FormatArgs,
    /// Name of the instance
    #[arg(value_name = "NAME", help_heading = SELECTION)]
    pub name: String,
}

/// Selection and form of the lines of a log.
#[derive(Debug, Clone, Copy, Args)]
pub struct LogLines {
    /// Print new lines until the instance ends
    #[arg(long)]
    pub follow: bool,
    /// Print only the last lines
    #[arg(long, value_name = "N")]
    pub tail: Option<u64>,
    /// Neither decode nor escape the output in a pipe
    #[arg(long)]
    pub raw: bool,
}

/// Arguments of `destroy`.
#[derive(Debug, Args)]
pub struct Destroy {
    /// Manifests, and the platform.
    #[command(flatten)]
    pub target: WriteArgs,
    /// Instances, by name or glob [default: all in the lock]
    #[arg(value_name = "NAME", help_heading = SELECTION)]
    pub names: Vec<String>,
    /// Delete this candidate of NAME, not its own instance
    #[arg(long, value_name = "TASK_ID", requires = "names", help_heading = SELECTION)]
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
    #[arg(value_name = "NAME", help_heading = SELECTION)]
    pub name: InstanceName,
    /// Its ID on the platform
    #[arg(value_name = "TASK_ID", help_heading = SELECTION)]
    pub id: TaskId,
}

/// Arguments of `resolve`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("decision").args(["absent", "id", "all_unknown"]).required(true).multiple(true)))]
pub struct Resolve {
    /// Manifests, and the platform.
    #[command(flatten)]
    pub target: WriteArgs,
    /// Instances, by name or glob
    #[arg(value_name = "NAME", required_unless_present = "all_unknown", help_heading = SELECTION)]
    pub names: Vec<String>,
    /// All instances with an unknown outcome
    #[arg(long, conflicts_with_all = ["names", "id"], help_heading = SELECTION)]
    pub all_unknown: bool,
    /// The instances were not created, or no longer exist
    #[arg(long, conflicts_with = "id")]
    pub absent: bool,
    /// ID of the instance that was created
    #[arg(long, value_name = "TASK_ID")]
    pub id: Option<TaskId>,
}
