//! The command line of `plan`.

use clap::Args;

use super::{Changes, ManifestArgs};

/// Arguments of `plan`.
#[derive(Debug, Args)]
pub struct Plan {
    /// Manifests and instances to plan.
    #[command(flatten)]
    pub selection: ManifestArgs,
    /// Changes that `apply` would be allowed to make in addition to creating.
    #[command(flatten)]
    pub changes: Changes,
    /// Query the platform for ended or missing instances and available resources; read-only
    #[arg(long)]
    pub refresh: bool,
    /// Allow plain HTTP to hosts other than localhost
    #[arg(long, requires = "refresh")]
    pub allow_http: bool,
    /// Exit 9 if `apply` with the same flags would create or delete instances
    #[arg(long)]
    pub detailed_exitcode: bool,
}
