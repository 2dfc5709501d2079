//! What the commands take that look at what the locks hold.

use std::time::Duration;

use clap::Args;

use super::duration::duration;
use super::{Format, ManifestPaths};

/// Which manifests, and how the platform is reached.
#[derive(Debug, Args)]
pub struct ReadArgs {
    /// Which manifests.
    #[command(flatten)]
    pub manifests: ManifestPaths,
    /// Use the sandbox inside this program instead of the platform
    #[arg(long)]
    pub sandbox: bool,
    /// How to print the result
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// How long one request may take, such as 30s, 5m, 1h30m
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration)]
    pub request_timeout: Duration,
    /// Let plain HTTP reach hosts other than this machine
    #[arg(long)]
    pub allow_http: bool,
}
