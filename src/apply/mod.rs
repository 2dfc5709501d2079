//! Carries out a [`Plan`]: intent, request, outcome, and the lock at the end. It prints nothing.
//!
//! - `report`: what came of a run, instance by instance, and what is told while it runs
//! - `run`: what starts when, and when nothing starts any more
//! - `create`: one request, between two durable records
//! - `listing`: what the platform shows, and whether that is all of it
//! - `survey`: what is asked of the platform before anything is sent
//! - `told`: what a person says of an instance
//! - `remove`: deletes one instance; `remove_all`: many, and takes them out of their locks
//! - `spare`: which of several live instances of one name is one too many
//! - `search`: looks for the instance that a lost answer may have created

mod create;
mod listing;
mod remove;
mod remove_all;
mod report;
mod run;
mod search;
mod spare;
mod survey;
mod told;

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::LocalSet;

use crate::lockfile::LockStore;
use crate::plan::Plan;
use crate::text::ManifestArgs;

pub use create::wait_for_signals;
pub use listing::InstanceList;
pub use remove_all::{DeleteOptions, DeleteTarget, remove_all};
pub use report::{
    ACCESS_DENIED_HELP, AbortReason, ApplyReport, Event, InstanceReport, Outcome, remediation,
};
pub use spare::{Creation, destroy_duplicate, equal_duplicate};
pub use survey::{
    RegionInventory, ResolvedEntry, block_duplicates, location, owned_ids, refresh, settlements,
};
pub use told::{Resolution, ResolveError, Resolved, adopt, resolve};

/// One manifest's lock and what has to be done about it.
#[derive(Debug)]
pub struct ApplyUnit {
    /// How the user named the manifest.
    pub manifest: ManifestArgs,
    /// The lock, held for writing.
    pub store: LockStore,
    /// What has to be done.
    pub plan: Plan,
}

/// How a plan is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApplyOptions {
    /// Requests in flight, 1 or more.
    pub parallel: usize,
    /// With more unknown outcomes than this nothing new starts.
    pub max_unknown: usize,
    /// How often the journal is folded into the lock while requests are in flight.
    pub fold_every: Duration,
    /// How long the platform's list is asked, after creating, for what was created.
    pub settle: Duration,
}

impl Default for ApplyOptions {
    fn default() -> Self {
        let minute = Duration::from_mins(1);
        Self { parallel: 8, max_unknown: 3, fold_every: minute, settle: minute }
    }
}

/// Carries out the plans of all jobs as one: nothing is sent before every lock is proven writable.
///
/// `sites` are the addresses that can be reached; an instance goes to the one of its place.
/// `interrupts` counts the signals: after the first nothing new starts, after the second what is in
/// flight is recorded as unknown. `observe` is told what happens as soon as it is durable.
pub async fn execute(
    jobs: Vec<ApplyUnit>,
    sites: &[RegionInventory],
    options: ApplyOptions,
    interrupts: watch::Receiver<u8>,
    observe: &mut dyn FnMut(Event<'_>),
) -> ApplyReport {
    let run = run::Run::new(options, interrupts, observe).execute(jobs, sites);
    // One thread is enough for requests that wait, and its tasks need not be able to move.
    LocalSet::new().run_until(run).await
}

#[cfg(test)]
mod tests;
