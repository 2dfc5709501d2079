//! Deletion of instances, for the commands that delete.

use tokio::sync::watch;

use super::workspace::Workspace;
use crate::api::client::Client;
use crate::apply::{self, ApplyReport, DeleteOptions, DeleteTarget, Event};
use crate::cli::PaceArgs;
use crate::lockfile::LockStore;
use crate::output::Console;

/// Deletes instances and removes them from their locks.
pub(super) fn delete(
    workspace: &mut Workspace<LockStore>,
    targets: Vec<DeleteTarget>,
    options: &DeleteOptions,
    console: &mut Console,
) -> ApplyReport {
    let manifests = workspace.manifest_args();
    let mut observe = |event: Event<'_>| console.event(&event, &manifests);
    let mut grouped: Vec<(Client, Vec<DeleteTarget>)> = Vec::new();
    for target in targets {
        let entry = workspace.locks[target.job].lock().instances.get(&target.name);
        // The instances of a region that is not connected are skipped.
        let client = entry.and_then(|entry| workspace.platform.client_for_region(entry));
        let Some(client) = client else { continue };
        match grouped.iter_mut().find(|(other, _)| other.location() == client.location()) {
            Some((_, targets)) => targets.push(target),
            None => grouped.push((client.clone(), vec![target])),
        }
    }
    let mut report = ApplyReport::default();
    for (client, targets) in grouped {
        let (locks, options) = (&mut workspace.locks, options.clone());
        let delete = apply::remove_all(locks, targets, &client, options, &mut observe);
        report.merge(workspace.platform.runtime.block_on(delete));
    }
    report
}

pub(super) fn delete_options(pace: PaceArgs, interrupts: watch::Receiver<u8>) -> DeleteOptions {
    let PaceArgs { parallel, settle } = pace;
    DeleteOptions { parallel: usize::from(parallel), timeout: settle, interrupts }
}
