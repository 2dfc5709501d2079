//! The command line of `wait`.

use std::time::Duration;

use clap::{Args, ValueEnum};

use super::args::duration::duration;
use super::{InstanceFormat, ReadArgs};

/// Arguments of `wait`.
#[derive(Debug, Args)]
pub struct Wait {
    /// Manifests and connection.
    #[command(flatten)]
    pub look: ReadArgs,
    /// Instances to wait for, by name or glob [default: all in the manifest]
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// The status to wait for; a later live status counts
    #[arg(long = "for", value_enum, value_name = "STATUS", default_value_t, ignore_case = true)]
    pub status: WaitStatus,
    /// Total timeout
    #[arg(long, value_name = "DURATION", default_value = "30m", value_parser = duration)]
    pub timeout: Duration,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    pub format: InstanceFormat,
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
