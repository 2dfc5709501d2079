//! The manifests of a command with their locks, and the platform that has their instances.

mod access;
mod reading;
mod writing;

use std::collections::{BTreeSet, HashSet};

use super::error::CommandError;
use super::load::{LoadedManifest, load, select, state_dir};
use super::platform::{Platform, Regions};
use crate::api::client::{ApiError, Client};
use crate::cli::{ConnectionArgs, WorkspaceArgs};
use crate::exit_status::ExitClasses;
use crate::git::{Claim, RemoteVersion, without_passwords};
use crate::ids::{InstanceName, Region, TaskId};
use crate::inventory::{self, RegionInventory};
use crate::lifecycle::LockedInstance;
use crate::lockfile::{LockError, Lockfile, read_with_journal};
use crate::output::{CommandProblem, Console};
use crate::plan::Selection;
use crate::text::ManifestArgs;
use crate::validate::LintLevels;

pub(super) use access::LockAccess;

/// Manifests and their locks. `L` is [`Lockfile`] in a command that only reads the locks, with the
/// files that an interrupted run left next to them, and
/// [`LockStore`](crate::lockfile::LockStore) in one that writes them.
pub(super) struct Workspace<L> {
    pub(super) manifests: Vec<LoadedManifest>,
    /// The lock of each manifest.
    pub(super) locks: Vec<L>,
    /// The instances that the user named.
    pub(super) selection: Selection,
    pub(super) platform: Platform,
    /// Contents of the git remote when the locks were read.
    remote: Vec<RemoteVersion>,
    /// The claim on the locks at the git remote.
    pub(super) claim: Option<Claim>,
    /// Classes of what was found while they were claimed.
    claim_classes: ExitClasses,
}

impl<L: LockAccess> Workspace<L> {
    fn new(
        manifests: Vec<LoadedManifest>,
        locks: Vec<L>,
        names: &[String],
        platform: Platform,
    ) -> Result<Self, CommandError> {
        let selection = select(names, &manifests, locks.iter().map(L::lock))?;
        let (remote, claim, claim_classes) = (Vec::new(), None, ExitClasses::default());
        Ok(Self { manifests, locks, selection, platform, remote, claim, claim_classes })
    }

    /// Returns the contents of the locks.
    pub(super) fn lockfiles(&self) -> Vec<&Lockfile> {
        self.locks.iter().map(L::lock).collect()
    }

    /// Reads the locks again, and returns whether another program has written one since.
    pub(super) fn reread(&mut self) -> Result<bool, LockError> {
        let mut changed = false;
        for (job, (lock, manifest)) in self.locks.iter_mut().zip(&self.manifests).enumerate() {
            changed |= lock.reread(manifest, self.remote.get(job))?;
        }
        Ok(changed)
    }

    /// Selects the instances that names or globs match now.
    pub(super) fn select(&mut self, names: &[String]) -> Result<(), CommandError> {
        self.selection = select(names, &self.manifests, self.locks.iter().map(L::lock))?;
        Ok(())
    }

    /// Selects the only instance of the manifests, for a command that needs one and was given none.
    pub(super) fn select_only(&mut self) -> Result<String, CommandError> {
        let names: Vec<_> = self.manifests.iter().flat_map(LoadedManifest::names).collect();
        let [name] = names[..] else {
            let names = names.into_iter().cloned().collect();
            return Err(CommandProblem::NameNeeded { names }.into());
        };
        let name = name.to_string();
        self.select(std::slice::from_ref(&name))?;
        Ok(name)
    }

    /// Checks whether the user named instances.
    pub(super) fn is_selective(&self) -> bool {
        self.selection != Selection::All
    }

    /// Returns the selected entries of all locks: for each manifest in its order, then the orphans.
    pub(super) fn selected_entries(&self) -> Vec<LockedInstance> {
        selected_entries(&self.manifests, &self.lockfiles(), &self.selection)
    }

    /// Returns the selected instances of the manifests that are in no lock, with their job.
    pub(super) fn missing(&self) -> Vec<(usize, InstanceName)> {
        let all = self.manifests.iter().zip(&self.locks).enumerate();
        let missing = all.flat_map(|(job, (manifest, lock))| {
            let absent = manifest.names().filter(|name| {
                !lock.lock().instances.contains_key(*name) && self.selection.contains(name)
            });
            absent.map(move |name| (job, name.clone()))
        });
        missing.collect()
    }

    /// Returns the manifests as the user named them, by job index.
    pub(super) fn files(&self) -> Vec<&str> {
        self.manifests.iter().map(|manifest| manifest.file.as_str()).collect()
    }

    /// Returns the arguments with which the user named the manifests, by job index.
    pub(super) fn manifest_args(&self) -> Vec<ManifestArgs> {
        self.manifests.iter().map(|manifest| manifest.args.clone()).collect()
    }

    /// Returns the IDs that the locks record as their own.
    pub(super) fn owned_ids(&self) -> BTreeSet<TaskId> {
        inventory::owned_ids(self.lockfiles())
    }

    /// Connects to the regions of entries. Entries of a region that is not reached are reported as
    /// elsewhere.
    pub(super) fn connect_entries(
        &mut self,
        locked: &[LockedInstance],
    ) -> Result<(), CommandError> {
        let optional = locked.iter().map(|locked| self.region(locked)).collect();
        self.platform.connect(Regions::new(), &optional)
    }

    /// Returns the region of an entry: that of the lock, otherwise that of the manifest.
    pub(super) fn region(&self, locked: &LockedInstance) -> Option<Region> {
        let request = || self.manifests[locked.job].request(&locked.name)?.region.clone();
        locked.entry.region.clone().or_else(request)
    }

    /// Lists the existing instances of a region.
    pub(super) fn list(&self, client: &Client) -> Result<RegionInventory, ApiError> {
        let locks = self.lockfiles();
        self.platform.runtime.block_on(RegionInventory::list_regions(client.clone(), &locks))
    }
}

fn load_for(
    args: &WorkspaceArgs,
    others: &[String],
    levels: &LintLevels,
    console: &mut Console,
) -> Result<Vec<LoadedManifest>, CommandError> {
    let ConnectionArgs { sandbox, allow_http, .. } = args.connection;
    let mut manifests = load(&args.manifests, others, levels, sandbox, console)?;
    // The commands in messages repeat the flags.
    for manifest in &mut manifests {
        let named = std::mem::take(&mut manifest.args);
        let named = if allow_http { named.flag("--allow-http") } else { named };
        let remote = args.git.git_remote.as_deref().map(without_passwords);
        let named = named.option("--git-remote", remote.as_deref());
        manifest.args = named.option("--git-branch", args.git.git_branch.as_deref());
    }
    Ok(manifests)
}

fn platform(args: ConnectionArgs, manifests: &[LoadedManifest]) -> Result<Platform, CommandError> {
    Platform::from_environment(args, manifests.first().map(|manifest| manifest.lock.as_path()))
}

/// Reads the lock of every manifest, with the files that an interrupted run left next to it.
pub(super) fn read_locks(manifests: &[LoadedManifest]) -> Result<Vec<Lockfile>, LockError> {
    manifests.iter().map(read).collect()
}

fn read(manifest: &LoadedManifest) -> Result<Lockfile, LockError> {
    Ok(read_with_journal(&manifest.lock, state_dir().as_deref())?.lock)
}

/// Returns the selected entries of locks: for each manifest in its order, then the orphans.
pub(super) fn selected_entries(
    manifests: &[LoadedManifest],
    locks: &[&Lockfile],
    selection: &Selection,
) -> Vec<LockedInstance> {
    let mut locked = Vec::new();
    for (job, (manifest, lock)) in manifests.iter().zip(locks).enumerate() {
        let named: HashSet<&InstanceName> = manifest.names().collect();
        let orphans = lock.instances.keys().filter(|name| !named.contains(name));
        for name in manifest.names().chain(orphans).filter(|name| selection.contains(name)) {
            if let Some(entry) = lock.instances.get(name) {
                let (name, entry, orphan) = (name.clone(), entry.clone(), !named.contains(name));
                let (file, manifest) = (manifest.file.clone(), manifest.args.clone());
                locked.push(LockedInstance { job, file, manifest, name, entry, orphan });
            }
        }
    }
    locked
}
