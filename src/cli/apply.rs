//! The command line of `apply`.

use std::time::Duration;

use clap::Args;

use super::args::duration::duration;
use super::{Changes, ManifestArgs};

/// Arguments of `apply`.
#[derive(Debug, Args)]
// Each flag is an independent choice.
#[allow(clippy::struct_excessive_bools)]
pub struct Apply {
    /// Manifests and instances to apply.
    #[command(flatten)]
    pub selection: ManifestArgs,
    /// Skip the confirmation prompt (required if stdin is not a terminal)
    #[arg(short, long)]
    pub yes: bool,
    /// Print the plan and the exact requests without network access or file writes
    #[arg(long)]
    pub dry_run: bool,
    /// Maximum concurrent requests, 1 to 64
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u8).range(1..=64))]
    pub parallel: u8,
    /// Timeout of one request, such as 30s, 5m, 1h30m
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration)]
    pub request_timeout: Duration,
    /// Stop starting requests after this many unknown outcomes
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub max_unknown: usize,
    /// How long to poll the list for created and uncertain instances
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration)]
    pub settle: Duration,
    /// Changes that are allowed in addition to creating.
    #[command(flatten)]
    pub changes: Changes,
    /// Query the platform for unchanged instances that ended or no longer exist
    #[arg(long)]
    pub refresh: bool,
    /// Wait until all instances are Running; exits with 8 otherwise
    #[arg(long)]
    pub wait: bool,
    /// Total timeout of --wait
    #[arg(long, value_name = "DURATION", default_value = "30m", value_parser = duration, requires = "wait")]
    pub timeout: Duration,
    /// Allow plain HTTP to hosts other than localhost
    #[arg(long)]
    pub allow_http: bool,
    /// Do not take the process lock (for file systems without locking)
    #[arg(long)]
    pub no_guard: bool,
}
