//! The command line of `url`.

use clap::Args;

use super::ReadArgs;

/// Arguments of `url`.
#[derive(Debug, Args)]
pub struct Url {
    /// Where.
    #[command(flatten)]
    pub look: ReadArgs,
    /// The instance
    #[arg(value_name = "NAME")]
    pub name: String,
}
