//! Executes the plans of several manifests as one run.

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::LocalSet;

use super::dispatch;
use super::event::Event;
use super::report::ApplyReport;
use crate::api::client::ErrorMessage;
use crate::inventory::RegionInventory;
use crate::lockfile::LockStore;
use crate::plan::Plan;
use crate::text::ManifestArgs;

/// The lock of one manifest and the plan for it.
#[derive(Debug)]
pub struct ApplyUnit {
    /// The manifest arguments as the user gave them.
    pub manifest: ManifestArgs,
    /// The lock, opened for writing.
    pub store: LockStore,
    /// The plan to execute.
    pub plan: Plan,
}

/// Options for executing a plan.
#[derive(Debug, Clone, Copy)]
pub struct ApplyOptions {
    /// Maximum concurrent requests, 1 or more.
    pub parallel: usize,
    /// Maximum number of unknown outcomes; no new request starts after more than this.
    pub max_unknown: usize,
    /// Interval at which the journal is merged into the lock while requests are in flight.
    pub fold_every: Duration,
    /// Maximum time to poll the platform's list for created instances.
    pub settle: Duration,
    /// Returns the English text of an error message, which the journal and the lock store as `why`.
    pub describe: fn(&ErrorMessage) -> String,
}

impl ApplyOptions {
    /// Returns the usual limits.
    pub fn new(describe: fn(&ErrorMessage) -> String) -> Self {
        let minute = Duration::from_mins(1);
        Self { parallel: 8, max_unknown: 3, fold_every: minute, settle: minute, describe }
    }
}

/// Executes the plans of all jobs as one: nothing is sent before every lock is proven writable.
///
/// `sites` are the reachable endpoints; an instance goes to the one of its location. `interrupts`
/// counts the signals: after the first, no new request starts; after the second, requests in flight
/// are recorded as unknown. `observe` receives each event as soon as it is durable.
pub async fn execute(
    jobs: Vec<ApplyUnit>,
    sites: &[RegionInventory],
    options: ApplyOptions,
    interrupts: watch::Receiver<u8>,
    observe: &mut dyn FnMut(Event<'_>),
) -> ApplyReport {
    let run = dispatch::Run::new(options, interrupts, observe).execute(jobs, sites);
    // One thread is enough for waiting requests, and its tasks need not be `Send`.
    LocalSet::new().run_until(run).await
}
