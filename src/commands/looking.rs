//! What commands begin with that look at what the locks hold: locks read and not held, and the way to
//! the platform.

use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;
use std::time::Duration;

use tokio::runtime::Runtime;

use super::plan::place as place_of;
use super::prepare::{Prepared, prepare, select, state_folder};
use super::reach::{client, met, reach};
use super::{Exit, Failure};
use crate::api::client::Failure as CallFailure;
use crate::apply;
use crate::cli::{Format, Look, Selection as SelectionArgs, Strictness};
use crate::ids::{InstanceName, TaskId};
use crate::life::{Held, Reached, Seen, look};
use crate::lockfile::{Lockfile, read_effective};
use crate::plan::Selection;
use crate::report::Console;
use crate::sandbox::Handle;

/// Locks as they are read, and the platform.
pub(super) struct Looking {
    pub(super) prepared: Vec<Prepared>,
    pub(super) locks: Vec<Lockfile>,
    pub(super) sites: Vec<Reached>,
    pub(super) runtime: Runtime,
    pub(super) format: Format,
    selection: Selection,
    _sandbox: Option<Handle>,
}

impl Looking {
    /// Reads the manifests and their locks, and sets the client up; nothing is sent or written.
    pub(super) fn begin(
        args: Look,
        names: &[String],
        console: &mut Console,
    ) -> Result<Result<Self, Exit>, Failure> {
        let Look { files, recursive, lock, sandbox, format, request_timeout, allow_http } = args;
        let strictness = Strictness::default();
        let none = Vec::new();
        let args =
            SelectionArgs { files, names: none, recursive, lock, strictness, sandbox, format };
        let prepared = match prepare(&args, console)? {
            Ok(prepared) => prepared,
            Err(exit) => return Ok(Err(exit)),
        };
        let locks = read_locks(&prepared)?;
        let selection = select(names, &prepared.iter().zip(&locks).collect::<Vec<_>>())?;
        let (sites, handle) = sites(sandbox, allow_http, request_timeout, &prepared)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let looking = Self { prepared, locks, sites, runtime, format, selection, _sandbox: handle };
        Ok(Ok(looking))
    }

    /// The selected entries of all locks.
    pub(super) fn held(&self) -> Vec<Held> {
        held(&self.prepared, &self.locks, &self.selection)
    }

    /// The selected instances of the manifests that no lock holds, with their job.
    pub(super) fn missing(&self) -> Vec<(usize, InstanceName)> {
        let mut missing = Vec::new();
        for (job, (manifest, lock)) in self.prepared.iter().zip(&self.locks).enumerate() {
            let names = manifest.requests.iter().map(|request| &request.name);
            let absent = names.filter(|name| !lock.instances.contains_key(*name));
            missing.extend(
                absent.filter(|name| self.selection.holds(name)).map(|name| (job, name.clone())),
            );
        }
        missing
    }

    /// Whether instances were named.
    pub(super) fn is_selective(&self) -> bool {
        self.selection != Selection::All
    }

    /// The IDs that the locks hold as their own.
    pub(super) fn owned(&self) -> BTreeSet<TaskId> {
        apply::owned(&self.locks)
    }

    /// Looks at the selected entries.
    pub(super) fn look(&self, twins: bool) -> Result<Vec<Seen>, Failure> {
        let (held, owned) = (self.held(), self.owned());
        let looked = look(&self.sites, &held, &owned, twins);
        self.runtime.block_on(looked).map_err(unasked)
    }

    /// The manifests as the user named them, by the number of their job.
    pub(super) fn files(&self) -> Vec<&str> {
        self.prepared.iter().map(|manifest| manifest.file.as_str()).collect()
    }
}

/// Every manifest's lock, with what an interrupted run left beside it.
pub(super) fn read_locks(prepared: &[Prepared]) -> Result<Vec<Lockfile>, Failure> {
    let state: Option<PathBuf> = state_folder();
    let read = |manifest: &Prepared| Ok(read_effective(&manifest.lock, state.as_deref())?.lock);
    prepared.iter().map(read).collect()
}

/// The selected entries of locks: those of each manifest in its order, then the orphans.
pub(super) fn held(prepared: &[Prepared], locks: &[Lockfile], selection: &Selection) -> Vec<Held> {
    let mut held = Vec::new();
    for (job, (manifest, lock)) in prepared.iter().zip(locks).enumerate() {
        let wanted: Vec<&InstanceName> =
            manifest.requests.iter().map(|request| &request.name).collect();
        let named: HashSet<&InstanceName> = wanted.iter().copied().collect();
        let orphans = lock.instances.keys().filter(|name| !named.contains(name));
        for name in wanted.into_iter().chain(orphans).filter(|name| selection.holds(name)) {
            if let Some(entry) = lock.instances.get(name) {
                let (name, entry, orphan) = (name.clone(), entry.clone(), !named.contains(name));
                held.push(Held { job, name, entry, orphan });
            }
        }
    }
    held
}

/// The addresses that the credentials at hand reach, and the sandbox where that is one of them.
pub(super) fn sites(
    sandbox: bool,
    allow_http: bool,
    request_timeout: Duration,
    prepared: &[Prepared],
) -> Result<(Vec<Reached>, Option<Handle>), Failure> {
    let (access, handle) = reach(sandbox, allow_http, prepared)?;
    let place = place_of(&access);
    let client = client(access, request_timeout)?;
    Ok((vec![Reached { place, client }], handle))
}

/// Ends a command that could not ask the platform.
pub(super) fn unasked(failure: CallFailure) -> Failure {
    let (class, fault) = met(failure);
    Failure::met(class, format!("the platform could not be asked: {fault}"))
}
