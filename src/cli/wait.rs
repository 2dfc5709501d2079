//! The command line of `wait`.

use std::time::Duration;

use clap::{Args, ValueEnum};

use super::ReadArgs;
use super::duration::duration;

/// Arguments of `wait`.
#[derive(Debug, Args)]
pub struct Wait {
    /// Where.
    #[command(flatten)]
    pub look: ReadArgs,
    /// Instances to wait for, by name or glob; all of the manifest if none is given
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// The status to wait for; a later live status counts
    #[arg(long = "for", value_enum, value_name = "STATUS", default_value_t, ignore_case = true)]
    pub status: WaitStatus,
    /// How long to wait in all
    #[arg(long, value_name = "DURATION", default_value = "30m", value_parser = duration)]
    pub timeout: Duration,
}

/// Statuses that can be waited for, by the platform's own words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "PascalCase")]
pub enum WaitStatus {
    /// Created and queued
    Waiting,
    /// Being set up
    Deploying,
    /// Running
    #[default]
    Running,
    /// Ended by itself or by its time limit
    Completed,
    /// Ended by a failure
    Failed,
    /// Stopped
    Terminated,
}
