//! Arguments of the commands that query the instances in the locks.

use std::time::Duration;

use clap::Args;

use super::duration::duration;
use crate::cli::ManifestPaths;

/// Manifests, and connection to the platform.
#[derive(Debug, Args)]
pub struct ReadArgs {
    /// Manifests.
    #[command(flatten)]
    pub manifests: ManifestPaths,
    /// Use the built-in sandbox instead of the platform
    #[arg(long)]
    pub sandbox: bool,
    /// Timeout of one request, such as 30s, 5m, 1h30m
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration)]
    pub request_timeout: Duration,
    /// Allow plain HTTP to hosts other than localhost
    #[arg(long)]
    pub allow_http: bool,
}
