//! The command lines of the commands that plan changes of locks, or make them.

use std::time::Duration;

use clap::{ArgGroup, Args, ValueEnum};

use super::args::{
    ChangeArgs, ConfirmArgs, Format, LintArgs, OnlineCheckArgs, PaceArgs, ReadArgs, WriteArgs,
    formats,
};
use super::duration::duration;
use super::help::{CHECKS, OUTPUT, SAFETY, SELECTION, TIMING};
use crate::ids::{InstanceName, TaskId};

const ALL: &str = "Instances, by name or glob [default: all]";
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
