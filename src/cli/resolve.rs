//! The command line of `resolve`.

use clap::Args;

use super::WriteArgs;

/// Arguments of `resolve`.
#[derive(Debug, Args)]
pub struct Resolve {
    /// Where.
    #[command(flatten)]
    pub place: WriteArgs,
    /// Instances, by name or glob
    #[arg(value_name = "NAME", required_unless_present = "all_unknown")]
    pub names: Vec<String>,
    /// All whose outcome is unknown
    #[arg(long, conflicts_with_all = ["names", "id"])]
    pub all_unknown: bool,
    /// They were not created, or are no longer there
    #[arg(long, required_unless_present_any = ["id", "all_unknown"], conflicts_with = "id")]
    pub absent: bool,
    /// It is this instance
    #[arg(long, value_name = "TASK_ID")]
    pub id: Option<String>,
}
