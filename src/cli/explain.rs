//! The command line of `explain`.

use clap::Args;

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// A code, such as yaml-syntax, or a field, such as ramSize or mountInfoList.type
    #[arg(value_name = "CODE or FIELD")]
    pub topic: Option<String>,
}
