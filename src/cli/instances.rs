//! The command lines of the commands about instances.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum, ValueHint};

use super::args::{
    ClaimArgs, ConfirmArgs, FormatArgs, GuardArgs, InstanceFormatArgs, ReadArgs, WorkspaceArgs,
};
use super::duration::duration;
use super::help::{OUTPUT, SAFETY, SELECTION, TIMING};

const ALL_IN_MANIFEST: &str = "Instances, by name or glob [default: all of them]";

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
