//! Changes that `apply` may make in addition to creating. `plan` takes the same flags and shows
//! their effect.

use clap::Args;

/// Changes that are allowed in addition to creating.
#[derive(Debug, Args)]
// Each flag is an independent choice.
#[allow(clippy::struct_excessive_bools)]
pub struct Changes {
    /// Delete this instance, wait until it no longer exists, and create it again; repeatable
    #[arg(long, value_name = "NAME")]
    pub replace: Vec<String>,
    /// Replace all instances that changed, ended or no longer exist
    #[arg(long)]
    pub replace_all: bool,
    /// Leave changed instances running
    #[arg(long)]
    pub keep_changed: bool,
    /// Delete instances that are in the lock but not in the manifest
    #[arg(long)]
    pub prune: bool,
    /// Adopt live instances with the same name that match the manifest
    #[arg(long)]
    pub adopt: bool,
    /// Stop before sending if the new instances need more cards than this
    #[arg(long, value_name = "N")]
    pub max_cards: Option<u64>,
}
