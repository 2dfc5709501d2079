//! The command line of `destroy`.

use std::time::Duration;

use clap::Args;

use super::WriteArgs;
use super::duration::duration;

/// Arguments of `destroy`.
#[derive(Debug, Args)]
pub struct Destroy {
    /// Where.
    #[command(flatten)]
    pub place: WriteArgs,
    /// Instances to delete, by name or glob; all that the lock holds if none is given
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Delete this candidate of NAME, and leave NAME's own instance alone
    #[arg(long, value_name = "TASK_ID", requires = "names")]
    pub id: Option<String>,
    /// Do not ask; needed where standard input is no terminal
    #[arg(short, long)]
    pub yes: bool,
    /// Deletes in flight at once, 1 to 64
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u8).range(1..=64))]
    pub parallel: u8,
    /// How long to wait for each until it is gone
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration)]
    pub settle: Duration,
}
