//! The command line of `status`.

use clap::Args;

use super::ReadArgs;

/// Arguments of `status`.
#[derive(Debug, Args)]
pub struct Status {
    /// Where.
    #[command(flatten)]
    pub look: ReadArgs,
    /// Instances to look at, by name or glob; all that the lock holds if none is given
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
}
