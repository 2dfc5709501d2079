//! The command line of `status`.

use clap::Args;

use super::{InstanceFormat, ReadArgs};

/// Arguments of `status`.
#[derive(Debug, Args)]
pub struct Status {
    /// Manifests and connection.
    #[command(flatten)]
    pub look: ReadArgs,
    /// Instances to select, by name or glob [default: all in the lock]
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    pub format: InstanceFormat,
}
