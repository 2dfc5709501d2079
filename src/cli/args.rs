//! Argument groups that several commands share: each flag is declared once.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum, ValueHint};

use super::duration::duration;

/// Manifests and their lock.
#[derive(Debug, Clone, Args)]
pub struct ManifestArgs {
    /// Manifest, directory, quoted glob, or - for stdin; repeatable
    #[arg(short = 'f', long = "filename", value_name = "PATH", required = true, value_hint = ValueHint::AnyPath)]
    pub files: Vec<PathBuf>,
    /// Recurse into directories
    #[arg(short = 'R', long)]
    pub recursive: bool,
    /// Path of the lock file [default: next to the manifest]
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub lock: Option<PathBuf>,
}

/// Handling of warnings and notes.
#[derive(Debug, Clone, Default, Args)]
pub struct LintArgs {
    /// Treat warnings as errors
    #[arg(long, value_enum, value_name = "WHAT")]
    pub deny: Option<Deny>,
    /// Suppress warnings and notes with this code; repeatable
    #[arg(long, value_name = "CODE")]
    pub allow: Vec<String>,
}

/// Severities that can be denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Deny {
    /// Warnings
    Warnings,
}

/// Connection to the platform.
#[derive(Debug, Clone, Copy, Args)]
pub struct ConnectionArgs {
    /// Use the built-in sandbox instead of the platform
    #[arg(long)]
    pub sandbox: bool,
    /// Timeout of one request, such as 30s, 5m, 1h30m
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration)]
    pub request_timeout: Duration,
    /// Allow plain HTTP to hosts other than localhost
    #[arg(long)]
    pub allow_http: bool,
}

/// Format of a result.
#[derive(Debug, Args)]
pub struct FormatArgs {
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// Format of a result about instances.
#[derive(Debug, Args)]
pub struct InstanceFormatArgs {
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    pub format: InstanceFormat,
}

/// Output format of a result.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Human-readable text
    #[default]
    Human,
    /// One JSON object
    Json,
}

/// Output format of a result about instances.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum InstanceFormat {
    /// Human-readable text
    #[default]
    Human,
    /// One JSON object
    Json,
    /// One line per instance: its name and task ID, or `-` if it has none
    Name,
}

const GIT_REMOTE: &str =
    "Git remote that has the locks, such as origin [env: INSTANCECTL_GIT_REMOTE]";
const GIT_BRANCH: &str =
    "Branch with the locks [default: the checked-out branch] [env: INSTANCECTL_GIT_BRANCH]";

/// Git remote that has the locks.
#[derive(Debug, Clone, Default, Args)]
pub struct GitArgs {
    /// Git remote that has the locks: a run on any machine finds them and the claims on them.
    #[arg(long, value_name = "REMOTE", conflicts_with = "sandbox", help = GIT_REMOTE)]
    pub git_remote: Option<String>,
    /// Branch with the locks.
    #[arg(long, value_name = "BRANCH", conflicts_with = "sandbox", help = GIT_BRANCH)]
    pub git_branch: Option<String>,
}

/// Manifests, and the platform that has their instances.
#[derive(Debug, Args)]
pub struct WorkspaceArgs {
    /// Manifests.
    #[command(flatten)]
    pub manifests: ManifestArgs,
    /// Git remote of the locks.
    #[command(flatten)]
    pub git: GitArgs,
    /// Connection to the platform.
    #[command(flatten)]
    pub connection: ConnectionArgs,
}

/// Arguments of a command that shows instances.
#[derive(Debug, Args)]
pub struct ReadArgs {
    /// Manifests, and the platform.
    #[command(flatten)]
    pub workspace: WorkspaceArgs,
    /// Output format.
    #[command(flatten)]
    pub output: InstanceFormatArgs,
    /// Instances, by name or glob [default: all in the lock]
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
}

/// Arguments of a command that writes locks.
#[derive(Debug, Args)]
pub struct WriteArgs {
    /// Manifests, and the platform.
    #[command(flatten)]
    pub workspace: WorkspaceArgs,
    /// Handling of warnings.
    #[command(flatten)]
    pub lint: LintArgs,
    /// Process lock.
    #[command(flatten)]
    pub guard: GuardArgs,
    /// Claims at the remote.
    #[command(flatten)]
    pub claim: ClaimArgs,
    /// Output format.
    #[command(flatten)]
    pub output: InstanceFormatArgs,
}

/// Comparison of planned instances with what their region offers.
#[derive(Debug, Clone, Copy, Args)]
pub struct OnlineCheckArgs {
    /// Do not compare new instances with the groups, images, node sizes and mounts of the region
    #[arg(long)]
    pub no_online_check: bool,
}

/// Process lock of a command that writes locks.
#[derive(Debug, Clone, Copy, Args)]
pub struct GuardArgs {
    /// Do not take the process lock (for file systems without locking)
    #[arg(long)]
    pub no_guard: bool,
}

/// Waiting for the claim of another run.
#[derive(Debug, Clone, Copy, Args)]
pub struct ClaimArgs {
    /// With --git-remote: fail if another run has claimed a lock, instead of waiting
    #[arg(long)]
    pub no_wait_claim: bool,
}

/// Confirmation of irreversible actions.
#[derive(Debug, Clone, Copy, Args)]
pub struct ConfirmArgs {
    /// Skip the confirmation prompt (required if stdin is not a terminal)
    #[arg(short, long)]
    pub yes: bool,
}

/// Limits of the changes that a command makes at once.
#[derive(Debug, Clone, Copy, Args)]
pub struct PaceArgs {
    /// Maximum concurrent requests, 1 to 64
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u8).range(1..=64))]
    pub parallel: u8,
    /// How long to poll until the platform shows the changes
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration)]
    pub settle: Duration,
}

/// Changes that `apply` may make in addition to creating; `plan` shows their effect.
#[derive(Debug, Args)]
// Each flag is an independent choice.
#[allow(clippy::struct_excessive_bools)]
pub struct ChangeArgs {
    /// Delete this instance, wait until it no longer exists, and create it again; repeatable
    #[arg(long, value_name = "NAME")]
    pub replace: Vec<String>,
    /// Replace all instances that changed, ended or no longer exist
    #[arg(long)]
    pub replace_all: bool,
    /// Leave changed instances running
    #[arg(long)]
    pub keep_changed: bool,
    /// Delete instances that are in the lock but not in the manifest
    #[arg(long)]
    pub prune: bool,
    /// Adopt live instances with the same name that match the manifest
    #[arg(long)]
    pub adopt: bool,
    /// Stop before sending if the new instances need more cards than this
    #[arg(long, value_name = "N")]
    pub max_cards: Option<u64>,
}
