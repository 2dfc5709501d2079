//! The command line of `status`.

use clap::Args;

use super::Look;

/// Arguments of `status`.
#[derive(Debug, Args)]
pub struct Status {
    /// Where.
    #[command(flatten)]
    pub look: Look,
    /// Instances to look at, by name or glob; all that the lock holds if none is given
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
}
