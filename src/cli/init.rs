//! The command line of `init`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

/// Arguments of `init`.
#[derive(Debug, Args)]
pub struct Init {
    /// Manifest to write
    #[arg(default_value = "instances.yaml", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
}
