//! The command line of `apply`.

use std::time::Duration;

use clap::Args;

use super::duration::duration;
use super::{Changes, ManifestArgs};

/// Arguments of `apply`.
#[derive(Debug, Args)]
// Each flag is a choice of its own.
#[allow(clippy::struct_excessive_bools)]
pub struct Apply {
    /// What to apply.
    #[command(flatten)]
    pub selection: ManifestArgs,
    /// Do not ask; needed where standard input is no terminal
    #[arg(short, long)]
    pub yes: bool,
    /// Show the plan and the exact requests; open no socket, write no file
    #[arg(long)]
    pub dry_run: bool,
    /// Requests in flight at once, 1 to 64
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u8).range(1..=64))]
    pub parallel: u8,
    /// How long one request may take, such as 30s, 5m, 1h30m
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration)]
    pub request_timeout: Duration,
    /// Unknown outcomes in one run after which nothing new starts
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub max_unknown: usize,
    /// How long to list, after creating, for what was created or is in doubt
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration)]
    pub settle: Duration,
    /// What is allowed beyond creating.
    #[command(flatten)]
    pub changes: Changes,
    /// Ask the platform what ended or is gone of what is unchanged
    #[arg(long)]
    pub refresh: bool,
    /// Wait until all are Running; exits with 8 otherwise
    #[arg(long)]
    pub wait: bool,
    /// How long --wait may take in all
    #[arg(long, value_name = "DURATION", default_value = "30m", value_parser = duration, requires = "wait")]
    pub timeout: Duration,
    /// Let plain HTTP reach hosts other than this machine
    #[arg(long)]
    pub allow_http: bool,
    /// Do without the guard against a second process, on file systems that cannot lock
    #[arg(long)]
    pub no_guard: bool,
}
