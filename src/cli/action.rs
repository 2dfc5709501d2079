//! The command line of `stop` and `start`.

use clap::Args;

use super::ReadArgs;

/// Arguments of `stop` and `start`.
#[derive(Debug, Args)]
pub struct Action {
    /// Where.
    #[command(flatten)]
    pub look: ReadArgs,
    /// Instances, by name or glob; all that the lock holds if none is given
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Do not ask; needed where standard input is no terminal
    #[arg(short, long)]
    pub yes: bool,
}
