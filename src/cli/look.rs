//! What the commands take that look at what the locks hold.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueHint};

use super::Format;
use super::duration::duration;

/// Which manifests, and how the platform is reached.
#[derive(Debug, Args)]
pub struct Look {
    /// A manifest, folder, glob in quotes, or - for standard input; may be repeated
    #[arg(short = 'f', long = "filename", value_name = "PATH", required = true, value_hint = ValueHint::AnyPath)]
    pub files: Vec<String>,
    /// Go down into folders
    #[arg(short = 'R', long)]
    pub recursive: bool,
    /// Lock file, where it is not beside its manifest
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub lock: Option<PathBuf>,
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
