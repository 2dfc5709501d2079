//! The command line of `stop` and `start`.

use clap::Args;

use super::{InstanceFormat, ReadArgs};

/// Arguments of `stop` and `start`.
#[derive(Debug, Args)]
pub struct Action {
    /// Manifests and connection.
    #[command(flatten)]
    pub look: ReadArgs,
    /// Instances, by name or glob [default: all in the lock]
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Skip the confirmation prompt (required if stdin is not a terminal)
    #[arg(short, long)]
    pub yes: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    pub format: InstanceFormat,
}
