//! What several commands take: which manifests, and how the platform is reached.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum, ValueHint};

use super::duration::duration;

/// How warnings and notes are taken.
#[derive(Debug, Default, Args)]
pub struct LintArgs {
    /// Take warnings for errors
    #[arg(long, value_enum, value_name = "WHAT")]
    pub deny: Option<Deny>,
    /// Say nothing of warnings and notes of this code; may be repeated
    #[arg(long, value_name = "CODE")]
    pub allow: Vec<String>,
}

/// What can be denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Deny {
    /// Warnings
    Warnings,
}

/// Which manifests, and their lock.
#[derive(Debug, Args)]
pub struct ManifestPaths {
    /// A manifest, folder, glob in quotes, or - for standard input; may be repeated
    #[arg(short = 'f', long = "filename", value_name = "PATH", required = true, value_hint = ValueHint::AnyPath)]
    pub files: Vec<PathBuf>,
    /// Go down into folders
    #[arg(short = 'R', long)]
    pub recursive: bool,
    /// Lock file, where it is not beside its manifest
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub lock: Option<PathBuf>,
}

/// Which manifests, and which instances of them.
#[derive(Debug, Args)]
pub struct ManifestArgs {
    /// Which manifests.
    #[command(flatten)]
    pub manifests: ManifestPaths,
    /// Instances to look at, by name or glob; all if none is given
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// How warnings are taken.
    #[command(flatten)]
    pub strictness: LintArgs,
    /// Use the sandbox inside this program instead of the platform
    #[arg(long)]
    pub sandbox: bool,
    /// How to print the result
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// How the platform is reached.
#[derive(Debug, Args)]
pub struct ConnectionArgs {
    /// How long one request may take, such as 30s, 5m, 1h30m
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration)]
    pub request_timeout: Duration,
    /// Let plain HTTP reach hosts other than this machine
    #[arg(long)]
    pub allow_http: bool,
    /// Do without the guard against a second process, on file systems that cannot lock
    #[arg(long)]
    pub no_guard: bool,
}

/// Which manifests, and how the platform is reached.
#[derive(Debug, Args)]
pub struct WriteArgs {
    /// Which manifests.
    #[command(flatten)]
    pub manifests: ManifestPaths,
    /// How warnings are taken.
    #[command(flatten)]
    pub strictness: LintArgs,
    /// Use the sandbox inside this program instead of the platform
    #[arg(long)]
    pub sandbox: bool,
    /// How to print the result
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// How the platform is reached.
    #[command(flatten)]
    pub reach: ConnectionArgs,
}

/// How a result is printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Human,
    /// One JSON object
    Json,
}
