//! The command line of `url`.

use clap::Args;

use super::{Format, ReadArgs};

/// Arguments of `url`.
#[derive(Debug, Args)]
pub struct Url {
    /// Manifests and connection.
    #[command(flatten)]
    pub look: ReadArgs,
    /// Name of the instance
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}
