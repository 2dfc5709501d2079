//! What `apply` may do beyond creating. `plan` takes the same flags and shows what follows.

use clap::Args;

/// What is allowed beyond creating.
#[derive(Debug, Args)]
// Each flag is a choice of its own.
#[allow(clippy::struct_excessive_bools)]
pub struct Changes {
    /// Delete this instance, wait until it is gone, and create it again; repeatable
    #[arg(long, value_name = "NAME")]
    pub replace: Vec<String>,
    /// Replace all instances that changed, ended or are gone
    #[arg(long)]
    pub replace_all: bool,
    /// Leave changed instances running
    #[arg(long)]
    pub keep_changed: bool,
    /// Delete what is in the lock and not in the manifest
    #[arg(long)]
    pub prune: bool,
    /// Adopt live instances with the same name that match the manifest
    #[arg(long)]
    pub adopt: bool,
    /// Stop before sending if the new instances need more cards than this
    #[arg(long, value_name = "N")]
    pub max_cards: Option<u64>,
}
