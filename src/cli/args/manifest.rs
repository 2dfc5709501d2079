//! Arguments shared by several commands: manifests, and connection to the platform.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum, ValueHint};

use super::duration::duration;
use crate::cli::InstanceFormat;

/// Handling of warnings and notes.
#[derive(Debug, Default, Args)]
pub struct LintArgs {
    /// Treat warnings as errors
    #[arg(long, value_enum, value_name = "WHAT")]
    pub deny: Option<Deny>,
    /// Suppress warnings and notes with this code; repeatable
    #[arg(long, value_name = "CODE")]
    pub allow: Vec<String>,
}

/// Severities that can be denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Deny {
    /// Warnings
    Warnings,
}

/// Manifests and their lock.
#[derive(Debug, Args)]
pub struct ManifestPaths {
    /// Manifest, directory, quoted glob, or - for stdin; repeatable
    #[arg(short = 'f', long = "filename", value_name = "PATH", required = true, value_hint = ValueHint::AnyPath)]
    pub files: Vec<PathBuf>,
    /// Recurse into directories
    #[arg(short = 'R', long)]
    pub recursive: bool,
    /// Path of the lock file [default: next to the manifest]
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub lock: Option<PathBuf>,
}

/// Manifests, and a selection of their instances.
#[derive(Debug, Args)]
pub struct ManifestArgs {
    /// Manifests.
    #[command(flatten)]
    pub manifests: ManifestPaths,
    /// Instances to select, by name or glob [default: all]
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Handling of warnings.
    #[command(flatten)]
    pub strictness: LintArgs,
    /// Use the built-in sandbox instead of the platform
    #[arg(long)]
    pub sandbox: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    pub format: InstanceFormat,
}

/// Connection to the platform.
#[derive(Debug, Args)]
pub struct ConnectionArgs {
    /// Timeout of one request, such as 30s, 5m, 1h30m
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration)]
    pub request_timeout: Duration,
    /// Allow plain HTTP to hosts other than localhost
    #[arg(long)]
    pub allow_http: bool,
    /// Do not take the process lock (for file systems without locking)
    #[arg(long)]
    pub no_guard: bool,
}

/// Manifests, and connection to the platform.
#[derive(Debug, Args)]
pub struct WriteArgs {
    /// Manifests.
    #[command(flatten)]
    pub manifests: ManifestPaths,
    /// Handling of warnings.
    #[command(flatten)]
    pub strictness: LintArgs,
    /// Use the built-in sandbox instead of the platform
    #[arg(long)]
    pub sandbox: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    pub format: InstanceFormat,
    /// Connection to the platform.
    #[command(flatten)]
    pub reach: ConnectionArgs,
}
