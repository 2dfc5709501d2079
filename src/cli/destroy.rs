//! The command line of `destroy`.

use std::time::Duration;

use clap::Args;

use super::WriteArgs;
use super::args::duration::duration;

/// Arguments of `destroy`.
#[derive(Debug, Args)]
pub struct Destroy {
    /// Manifests and connection.
    #[command(flatten)]
    pub location: WriteArgs,
    /// Instances to delete, by name or glob [default: all in the lock]
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Delete this candidate of NAME instead of NAME's own instance
    #[arg(long, value_name = "TASK_ID", requires = "names")]
    pub id: Option<String>,
    /// Skip the confirmation prompt (required if stdin is not a terminal)
    #[arg(short, long)]
    pub yes: bool,
    /// Maximum concurrent deletions, 1 to 64
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u8).range(1..=64))]
    pub parallel: u8,
    /// How long to wait until each instance no longer exists
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration)]
    pub settle: Duration,
}
