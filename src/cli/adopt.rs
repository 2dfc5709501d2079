//! The command line of `adopt`.

use clap::Args;

use super::WriteArgs;

/// Arguments of `adopt`.
#[derive(Debug, Args)]
pub struct Adopt {
    /// Manifests and connection.
    #[command(flatten)]
    pub location: WriteArgs,
    /// The instance's name in the manifest
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Its ID on the platform
    #[arg(value_name = "TASK_ID")]
    pub id: String,
}
