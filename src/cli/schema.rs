//! The command line of `schema`.

use clap::Args;

/// Arguments of `schema`.
#[derive(Debug, Args)]
pub struct Schema {
    /// Print the schema of the output of --format json instead
    #[arg(long)]
    pub output: bool,
}
