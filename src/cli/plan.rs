//! The command line of `plan`.

use clap::Args;

use super::{Changes, ManifestArgs};

/// Arguments of `plan`.
#[derive(Debug, Args)]
pub struct Plan {
    /// What to plan.
    #[command(flatten)]
    pub selection: ManifestArgs,
    /// What `apply` would be allowed beyond creating.
    #[command(flatten)]
    pub changes: Changes,
    /// Ask the platform what ended or is gone, and whether it has what is asked for; reads only
    #[arg(long)]
    pub refresh: bool,
    /// Let plain HTTP reach hosts other than this machine
    #[arg(long, requires = "refresh")]
    pub allow_http: bool,
    /// Exit 9 if `apply` with the same flags would create or delete something
    #[arg(long)]
    pub detailed_exitcode: bool,
}
