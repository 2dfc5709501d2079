//! The command line of `auth`.

use std::time::Duration;

use clap::{Args, Subcommand};

use super::Format;
use super::args::duration::duration;

/// Arguments of `auth`.
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub struct Auth {
    /// Subcommand to run.
    #[command(subcommand)]
    pub command: AuthCommand,
}

/// Subcommands of `auth`.
#[derive(Debug, Subcommand)]
pub enum AuthCommand {
    /// Report which credentials were found, their user, the regions they reach, and any problems
    ///
    /// Read-only: logs in if there is an account, and requests a list of one instance from each region.
    /// Shows no secret. Exits 0 if the platform can be used, 7 if the credentials are missing or
    /// refused, 10 if it cannot be reached.
    #[command(after_help = super::ENVIRONMENT)]
    Check(AuthCheck),
}

/// Arguments of `auth check`.
#[derive(Debug, Args)]
pub struct AuthCheck {
    /// Use the built-in sandbox instead of the platform
    #[arg(long)]
    pub sandbox: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Timeout of one request, such as 30s, 5m, 1h30m
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration)]
    pub request_timeout: Duration,
    /// Allow plain HTTP to hosts other than localhost
    #[arg(long)]
    pub allow_http: bool,
}
