//! The command line of `resolve`.

use clap::Args;

use super::WriteArgs;

/// Arguments of `resolve`.
#[derive(Debug, Args)]
pub struct Resolve {
    /// Manifests and connection.
    #[command(flatten)]
    pub location: WriteArgs,
    /// Instances, by name or glob
    #[arg(value_name = "NAME", required_unless_present = "all_unknown")]
    pub names: Vec<String>,
    /// All instances with an unknown outcome
    #[arg(long, conflicts_with_all = ["names", "id"])]
    pub all_unknown: bool,
    /// The instances were not created, or no longer exist
    #[arg(long, required_unless_present_any = ["id", "all_unknown"], conflicts_with = "id")]
    pub absent: bool,
    /// ID of the instance that was created
    #[arg(long, value_name = "TASK_ID")]
    pub id: Option<String>,
}
