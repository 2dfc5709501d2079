//! The command line of `auth`.

use std::time::Duration;

use clap::{Args, Subcommand};

use super::Format;
use super::duration::duration;

/// Arguments of `auth`.
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub struct Auth {
    /// What to do.
    #[command(subcommand)]
    pub command: AuthCommand,
}

/// What `auth` does.
#[derive(Debug, Subcommand)]
pub enum AuthCommand {
    /// Say which credentials were found, whose they are, where they reach, and what is wrong
    ///
    /// Reads only: logs in where there is an account, and asks each region for a list of one
    /// instance. Shows no secret. Exits 0 where the platform can be used, 7 where the credentials
    /// are missing or refused, 10 where it cannot be reached.
    #[command(after_help = super::ENVIRONMENT)]
    Check(AuthCheck),
}

/// Arguments of `auth check`.
#[derive(Debug, Args)]
pub struct AuthCheck {
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
