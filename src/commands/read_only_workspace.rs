//! Setup of the commands that query the instances in the locks: locks read without the process
//! lock, and the connection to the platform.

use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;

use tokio::runtime::Runtime;

use super::load::{LoadedManifest, files, prepare, repeat_allow_http, select, state_dir};
use super::platform::{Platform, RequestedRegions, query_failed};
use crate::api::client::Client;
use crate::cli::{LintArgs, ReadArgs};
use crate::commands::error::CommandError;
use crate::commands::runtime::runtime;
use crate::ids::{InstanceName, TaskId};
use crate::inventory;
use crate::lifecycle::{LockedInstance, ObservedInstance, query};
use crate::lockfile::{Lockfile, read_with_journal};
use crate::output::Console;
use crate::plan::Selection;

/// Contents of the locks, and the platform.
pub(super) struct ReadOnlyWorkspace {
    pub(super) prepared: Vec<LoadedManifest>,
    pub(super) locks: Vec<Lockfile>,
    pub(super) clients: Vec<Client>,
    pub(super) runtime: Runtime,
    platform: Platform,
    selection: Selection,
}

impl ReadOnlyWorkspace {
    /// Reads the manifests and their locks, and sets up the client; sends and writes nothing.
    pub(super) fn open(
        args: ReadArgs,
        names: &[String],
        console: &mut Console,
    ) -> Result<Self, CommandError> {
        let ReadArgs { manifests, sandbox, request_timeout, allow_http } = args;
        let mut prepared = prepare(&manifests, &LintArgs::default(), sandbox, console)?;
        repeat_allow_http(&mut prepared, allow_http);
        let locks = read_locks(&prepared)?;
        let selection = select(names, &prepared.iter().zip(&locks).collect::<Vec<_>>())?;
        let platform = Platform::from_environment(sandbox, allow_http, request_timeout, &prepared)?;
        let runtime = runtime()?;
        let clients = Vec::new();
        Ok(Self { prepared, locks, clients, runtime, platform, selection })
    }

    /// Reads the locks again, and returns whether another program has written one since.
    pub(super) fn reread(&mut self) -> Result<bool, CommandError> {
        let now = read_locks(&self.prepared)?;
        let changed = now != self.locks;
        self.locks = now;
        Ok(changed)
    }

    /// Returns the selected entries of all locks.
    pub(super) fn selected_entries(&self) -> Vec<LockedInstance> {
        selected_entries(&self.prepared, &self.locks, &self.selection)
    }

    /// Connects to the regions of these entries; with an account, this logs in.
    pub(super) fn connect(&mut self, locked: &[LockedInstance]) -> Result<(), CommandError> {
        self.clients = reach(&mut self.platform, &self.runtime, &self.prepared, locked)?;
        Ok(())
    }

    /// Returns the selected instances of the manifests that are in no lock, with their job.
    pub(super) fn missing(&self) -> Vec<(usize, InstanceName)> {
        let mut missing = Vec::new();
        for (job, (manifest, lock)) in self.prepared.iter().zip(&self.locks).enumerate() {
            let names = manifest.requests.iter().map(|request| &request.name);
            let absent = names.filter(|name| !lock.instances.contains_key(*name));
            missing.extend(
                absent.filter(|name| self.selection.contains(name)).map(|name| (job, name.clone())),
            );
        }
        missing
    }

    /// Checks whether instance names were given.
    pub(super) fn is_selective(&self) -> bool {
        self.selection != Selection::All
    }

    /// Returns the IDs that the locks record as their own.
    pub(super) fn owned_ids(&self) -> BTreeSet<TaskId> {
        inventory::owned_ids(&self.locks)
    }

    /// Queries the status of the selected entries.
    pub(super) fn query_status(
        &mut self,
        duplicates: bool,
    ) -> Result<Vec<ObservedInstance>, CommandError> {
        let (locked, owned) = (self.selected_entries(), self.owned_ids());
        self.connect(&locked)?;
        let polled = query(&self.clients, &locked, &owned, duplicates);
        self.runtime.block_on(polled).map_err(query_failed)
    }

    /// Returns the manifests as the user named them, by job index.
    pub(super) fn files(&self) -> Vec<&str> {
        files(&self.prepared)
    }
}

/// Reads the lock of every manifest, with the files that an interrupted run left next to it.
pub(super) fn read_locks(prepared: &[LoadedManifest]) -> Result<Vec<Lockfile>, CommandError> {
    let state: Option<PathBuf> = state_dir();
    let read =
        |manifest: &LoadedManifest| Ok(read_with_journal(&manifest.lock, state.as_deref())?.lock);
    prepared.iter().map(read).collect()
}

/// Returns the selected entries of the locks: for each manifest in its order, then the orphans.
pub(super) fn selected_entries(
    prepared: &[LoadedManifest],
    locks: &[Lockfile],
    selection: &Selection,
) -> Vec<LockedInstance> {
    let mut locked = Vec::new();
    for (job, (manifest, lock)) in prepared.iter().zip(locks).enumerate() {
        let expected: Vec<&InstanceName> =
            manifest.requests.iter().map(|request| &request.name).collect();
        let named: HashSet<&InstanceName> = expected.iter().copied().collect();
        let orphans = lock.instances.keys().filter(|name| !named.contains(name));
        for name in expected.into_iter().chain(orphans).filter(|name| selection.contains(name)) {
            if let Some(entry) = lock.instances.get(name) {
                let (name, entry, orphan) = (name.clone(), entry.clone(), !named.contains(name));
                let manifest = manifest.args.clone();
                locked.push(LockedInstance { job, manifest, name, entry, orphan });
            }
        }
    }
    locked
}

/// Connects to the regions of entries: that of the lock, otherwise that of the manifest. Entries of a
/// region that is not reached are reported as elsewhere.
pub(super) fn reach(
    platform: &mut Platform,
    runtime: &Runtime,
    prepared: &[LoadedManifest],
    locked: &[LockedInstance],
) -> Result<Vec<Client>, CommandError> {
    let region = |locked: &LockedInstance| {
        let requests = &prepared[locked.job].requests;
        let request = || requests.iter().find(|request| request.name == locked.name);
        locked.entry.region.clone().or_else(|| request()?.region.clone())
    };
    let expected = locked.iter().map(region).collect();
    platform
        .connect(runtime, RequestedRegions { optional: expected, ..RequestedRegions::default() })?;
    Ok(platform.clients().to_vec())
}
