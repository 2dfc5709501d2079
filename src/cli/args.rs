//! Argument groups that several commands share: each flag is declared once.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum, ValueHint};

use super::duration::duration;
use super::help::{CHANGES, CHECKS, CONNECTION, GIT, OUTPUT, SAFETY, SELECTION, TIMING};
use crate::text::CommandLine;

/// Manifests and their lock.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = SELECTION)]
pub struct ManifestArgs {
    /// Manifest, directory or glob [default: instances.yaml]
    ///
    /// A file, a directory (its *.yaml and *.yml), a quoted glob, or - for standard input; repeatable.
    /// Default: instances.yaml, instances.yml or instances.json of the working directory.
    #[arg(short = 'f', long = "filename", value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub files: Vec<PathBuf>,
    /// Recurse into directories
    #[arg(short = 'R', long)]
    pub recursive: bool,
    /// Lock file [default: next to the manifest]
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath, hide_short_help = true)]
    pub lock: Option<PathBuf>,
}

/// Handling of warnings and notes.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = CHECKS)]
pub struct LintArgs {
    /// Treat warnings as errors: `--deny warnings`
    #[arg(long, value_enum, value_name = "WHAT", hide_possible_values = true)]
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
#[command(next_help_heading = CONNECTION)]
pub struct ConnectionArgs {
    /// Use the sandbox instead of the platform
    #[arg(long)]
    pub sandbox: bool,
    /// Timeout of one request
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration, hide_short_help = true)]
    pub request_timeout: Duration,
    /// Allow plain HTTP beyond localhost
    #[arg(long, hide_short_help = true)]
    pub allow_http: bool,
}

/// Format of a result.
#[derive(Debug, Args)]
#[command(next_help_heading = OUTPUT)]
pub struct FormatArgs {
    /// Output format: human or json [default: human]
    #[arg(long, value_parser = formats(&[Format::Human, Format::Json]), default_value = "human")]
    #[arg(hide_possible_values = true, hide_default_value = true)]
    pub format: Format,
}

/// Format of a result about instances.
#[derive(Debug, Args)]
#[command(next_help_heading = OUTPUT)]
pub struct InstanceFormatArgs {
    /// Output format: human, json or name [default: human]
    ///
    /// `name` prints one line per instance: its name and task ID, or - if it has none.
    #[arg(long, value_parser = formats(&[Format::Human, Format::Json, Format::Name]))]
    #[arg(default_value = "human", hide_possible_values = true, hide_default_value = true)]
    pub format: Format,
}

/// Output format of a result. Not every command has all of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Human-readable text
    #[default]
    Human,
    /// One JSON object
    Json,
    /// One line per instance: its name and task ID, or `-` if it has none
    Name,
    /// Markdown for a pull request comment
    Markdown,
}

/// Returns the parser of the formats of a command.
pub(super) fn formats(formats: &[Format]) -> impl TypedValueParser<Value = Format> + use<> {
    let values = formats.iter().filter_map(Format::to_possible_value);
    PossibleValuesParser::new(values).try_map(|name| Format::from_str(&name, false))
}

/// Git remote that has the locks.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = GIT)]
pub struct GitArgs {
    /// Git remote that has the locks, such as origin
    ///
    /// Any machine finds them there, and the claims on them: `instancectl explain git`.
    ///
    /// Also set by `INSTANCECTL_GIT_REMOTE`.
    #[arg(long, value_name = "REMOTE", conflicts_with = "sandbox")]
    pub git_remote: Option<String>,
    /// Branch with the locks [default: the current one]
    ///
    /// Also set by `INSTANCECTL_GIT_BRANCH`.
    #[arg(long, value_name = "BRANCH", conflicts_with = "sandbox", hide_short_help = true)]
    pub git_branch: Option<String>,
}

/// Manifests, and the platform that has their instances.
#[derive(Debug, Clone, Args)]
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
    /// Instances, by name or glob [default: all in the lock]
    #[arg(value_name = "NAME", help_heading = SELECTION)]
    pub names: Vec<String>,
    /// Manifests, and the platform.
    #[command(flatten)]
    pub workspace: WorkspaceArgs,
    /// Output format.
    #[command(flatten)]
    pub output: InstanceFormatArgs,
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
    /// Do not compare with what the region offers
    ///
    /// The groups, images, node sizes and mounts of new instances are not checked.
    #[arg(long, help_heading = CHECKS, hide_short_help = true)]
    pub no_online_check: bool,
}

/// Process lock of a command that writes locks.
#[derive(Debug, Clone, Copy, Args)]
pub struct GuardArgs {
    /// Do not take the process lock
    ///
    /// For file systems without locking: no second instancectl may run on the lock.
    #[arg(long, help_heading = SAFETY, hide_short_help = true)]
    pub no_guard: bool,
}

/// Waiting for the claim of another run.
#[derive(Debug, Clone, Copy, Args)]
pub struct ClaimArgs {
    /// Fail if another run has claimed a lock
    #[arg(long, help_heading = GIT, hide_short_help = true)]
    pub no_wait_claim: bool,
}

/// Confirmation of irreversible actions.
#[derive(Debug, Clone, Copy, Args)]
pub struct ConfirmArgs {
    /// Do not ask (required if stdin is not a terminal)
    #[arg(short, long, help_heading = SAFETY)]
    pub yes: bool,
}

/// Limits of the changes that a command makes at once.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = TIMING)]
pub struct PaceArgs {
    /// Maximum concurrent requests, 1 to 64
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u8).range(1..=64), hide_short_help = true)]
    pub parallel: u8,
    /// How long to poll until the platform shows the changes
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration, hide_short_help = true)]
    pub settle: Duration,
}

/// Changes that `apply` may make in addition to creating; `plan` shows their effect.
#[derive(Debug, Args)]
// Each flag is an independent choice.
#[allow(clippy::struct_excessive_bools)]
#[command(next_help_heading = CHANGES)]
pub struct ChangeArgs {
    /// Delete this instance and create it again; repeatable
    ///
    /// Whether it changed or not; the create is sent when the instance no longer exists. NAME may be a
    /// glob.
    #[arg(long, value_name = "NAME")]
    pub replace: Vec<String>,
    /// Replace all that changed, ended or no longer exist
    #[arg(long)]
    pub replace_all: bool,
    /// Change sizes in place, if nothing else changed
    ///
    /// The sizes are `cpuNumber`, `gpuNumber` and `ramSize`. Not every platform has a call for it.
    #[arg(long, hide_short_help = true)]
    pub resize: bool,
    /// Leave changed instances running
    #[arg(long)]
    pub keep_changed: bool,
    /// Delete instances that are not in the manifest any more
    #[arg(long)]
    pub prune: bool,
    /// Adopt live instances that match the manifest
    #[arg(long)]
    pub adopt: bool,
    /// Send nothing if the new instances need more cards
    #[arg(long, value_name = "N", help_heading = SAFETY)]
    pub max_cards: Option<u64>,
    /// Send nothing if they may use more card-hours
    ///
    /// An instance without a time limit counts as more.
    #[arg(long, value_name = "N", help_heading = SAFETY)]
    pub max_card_hours: Option<u64>,
}

impl ChangeArgs {
    /// Adds these flags to a command.
    pub fn on(&self, mut command: CommandLine) -> CommandLine {
        for name in &self.replace {
            command = command.option("--replace", name);
        }
        let flags = [
            ("--replace-all", self.replace_all),
            ("--resize", self.resize),
            ("--keep-changed", self.keep_changed),
            ("--prune", self.prune),
            ("--adopt", self.adopt),
        ];
        for (flag, _) in flags.into_iter().filter(|(_, is_set)| *is_set) {
            command = command.flag(flag);
        }
        let limits = [("--max-cards", self.max_cards), ("--max-card-hours", self.max_card_hours)];
        for (flag, limit) in limits {
            if let Some(limit) = limit {
                command = command.option(flag, &limit.to_string());
            }
        }
        command
    }
}
