//! The manifests of a command with their locks, and the platform that has their instances.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use super::check::lint_levels;
use super::error::CommandError;
use super::load::{LoadedManifest, load, select, state_dir};
use super::platform::{Platform, Regions};
use super::remote::{self, ClaimOptions};
use crate::api::client::{ApiError, Client};
use crate::cli::{ConnectionArgs, GuardArgs, WorkspaceArgs, WriteArgs};
use crate::exit_status::ExitClasses;
use crate::git::{Claim, RemoteVersion, without_passwords};
use crate::ids::{InstanceName, Region, TaskId};
use crate::inventory::{self, RegionInventory};
use crate::lifecycle::{LockedInstance, ObservedInstance, QueryScope, QueryTargets, query};
use crate::lockfile::{
    self, EntryChange, LockError, LockStore, Lockfile, OpenOptions, read_with_journal,
};
use crate::output::{CommandProblem, Console};
use crate::plan::Selection;
use crate::text::ManifestArgs;
use crate::validate::LintLevels;

/// Names of the manifest that is used if none is given.
const DEFAULT_MANIFESTS: [&str; 3] = ["instances.yaml", "instances.yml", "instances.json"];

/// Manifests and their locks. `L` is [`Lockfile`] in a command that only reads the locks, with the
/// files that an interrupted run left next to them, and [`LockStore`] in one that writes them.
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

/// A lock that was read or opened for writing.
pub(super) trait LockAccess: Sized {
    /// Returns its content.
    fn lock(&self) -> &Lockfile;

    /// Records changes that an earlier run left open: in memory only, unless it is open for writing.
    fn settle(&mut self, changes: Vec<EntryChange>) -> Result<(), LockError>;

    /// Reads it again, and returns whether another program has written it since.
    fn reread(
        &mut self,
        manifest: &LoadedManifest,
        remote: Option<&RemoteVersion>,
    ) -> Result<bool, LockError>;
}

impl LockAccess for Lockfile {
    fn lock(&self) -> &Lockfile {
        self
    }

    fn settle(&mut self, changes: Vec<EntryChange>) -> Result<(), LockError> {
        *self = std::mem::take(self).with(changes);
        Ok(())
    }

    fn reread(
        &mut self,
        manifest: &LoadedManifest,
        remote: Option<&RemoteVersion>,
    ) -> Result<bool, LockError> {
        let local = read(manifest)?;
        let merged = remote.map(|remote| remote.merged(&local));
        let before = std::mem::replace(self, merged.unwrap_or(local));
        Ok(*self != before)
    }
}

impl LockAccess for LockStore {
    fn lock(&self) -> &Lockfile {
        self.lock()
    }

    fn settle(&mut self, changes: Vec<EntryChange>) -> Result<(), LockError> {
        if changes.is_empty() { Ok(()) } else { self.save(&changes).map(drop) }
    }

    fn reread(&mut self, _: &LoadedManifest, _: Option<&RemoteVersion>) -> Result<bool, LockError> {
        self.reread()
    }
}

impl Workspace<Lockfile> {
    /// Reads the manifests and their locks, and sets up the client; sends and writes nothing.
    pub(super) fn read(
        args: &WorkspaceArgs,
        names: &[String],
        console: &mut Console,
    ) -> Result<Self, CommandError> {
        let mut workspace = Self::at_remote(args, &LintLevels::default(), names, console)?;
        workspace.set_up_client(args.connection)?;
        Ok(workspace)
    }

    /// Reads the manifests that are given, or the default one if there is one, and their locks, and sets
    /// up the client; sends and writes nothing.
    pub(super) fn with_any_manifests(
        args: &WorkspaceArgs,
        console: &mut Console,
    ) -> Result<Self, CommandError> {
        let mut args = args.clone();
        if args.manifests.files.is_empty() {
            let there = DEFAULT_MANIFESTS.map(PathBuf::from).into_iter().filter(|it| it.is_file());
            args.manifests.files = there.collect();
        }
        if args.manifests.files.is_empty() {
            let platform =
                Platform::from_environment(args.connection, Some(Path::new("none.lock")))?;
            return Self::new(Vec::new(), Vec::new(), &[], platform);
        }
        Self::read(&args, &[], console)
    }

    /// Reads the manifests and their locks, without the platform.
    pub(super) fn offline(
        args: &WorkspaceArgs,
        levels: &LintLevels,
        names: &[String],
        console: &mut Console,
    ) -> Result<Self, CommandError> {
        let manifests = load_for(args, names, levels, console)?;
        let locks = read_locks(&manifests)?;
        Self::new(manifests, locks, names, Platform::offline(args.connection.sandbox)?)
    }

    /// Reads the manifests and their locks, also those at the git remote, without the platform.
    pub(super) fn at_remote(
        args: &WorkspaceArgs,
        levels: &LintLevels,
        names: &[String],
        console: &mut Console,
    ) -> Result<Self, CommandError> {
        let manifests = load_for(args, names, levels, console)?;
        let mut locks = read_locks(&manifests)?;
        let remote = match remote::repository(&lock_paths(&manifests), &args.git)? {
            Some(repository) => repository.read(&locks)?,
            None => Vec::new(),
        };
        for (lock, version) in locks.iter_mut().zip(&remote) {
            *lock = version.merged(lock);
        }
        let platform = Platform::offline(args.connection.sandbox)?;
        Ok(Self { remote, ..Self::new(manifests, locks, names, platform)? })
    }

    /// Sets up the client, which [`offline`](Self::offline) does not do.
    pub(super) fn set_up_client(&mut self, args: ConnectionArgs) -> Result<(), CommandError> {
        self.platform = platform(args, &self.manifests)?;
        Ok(())
    }

    /// Connects to the regions of the selected entries and queries their status.
    pub(super) fn query_status(
        &mut self,
        duplicates: bool,
    ) -> Result<Vec<ObservedInstance>, CommandError> {
        let (locked, owned) = (self.selected_entries(), self.owned_ids());
        if locked.is_empty() {
            return Ok(Vec::new());
        }
        self.connect_entries(&locked)?;
        let targets = QueryTargets { locked: &locked, missing: &[], owned: &owned };
        let scope = QueryScope { duplicates, ..QueryScope::default() };
        let queried = query(self.platform.clients(), targets, scope);
        Ok(self.platform.runtime.block_on(queried)?.instances)
    }
}

impl Workspace<LockStore> {
    /// Reads the manifests, sets up the client, and opens the locks for writing; sends nothing.
    pub(super) fn write(
        args: &WriteArgs,
        names: &[String],
        console: &mut Console,
    ) -> Result<Self, CommandError> {
        let manifests = load_for(&args.workspace, names, &lint_levels(&args.lint)?, console)?;
        let platform = platform(args.workspace.connection, &manifests)?;
        let mut locks = open_locks(&manifests, args.guard)?;
        let paths = lock_paths(&manifests);
        let mut claim_classes = ExitClasses::default();
        let claim = match remote::repository(&paths, &args.workspace.git)? {
            Some(repository) => {
                let wait = !args.claim.no_wait_claim;
                let manifests: Vec<_> = manifests.iter().map(|one| one.args.clone()).collect();
                let claims = ClaimOptions { wait, guard: args.guard, manifests: &manifests };
                Some(remote::claim(
                    repository,
                    &mut locks.iter_mut().collect::<Vec<_>>(),
                    &claims,
                    &mut claim_classes,
                    console,
                )?)
            }
            None => None,
        };
        Ok(Self { claim, claim_classes, ..Self::new(manifests, locks, names, platform)? })
    }

    /// Brings the locks to the git remote and gives the claim up, if there is one; what fails is
    /// reported and added to the classes. A run that took the locks has released them.
    pub(super) fn record_at_remote(
        &mut self,
        guard: GuardArgs,
        classes: &mut ExitClasses,
        console: &mut Console,
    ) -> Result<(), CommandError> {
        let Some(claim) = self.claim.take() else { return Ok(()) };
        classes.extend(self.claim_classes.iter());
        let taken = self.locks.is_empty();
        if taken {
            match open_locks(&self.manifests, guard) {
                Ok(locks) => self.locks = locks,
                Err(error) => {
                    classes.insert(error.class());
                    return Ok(console.error(console.words().lock_error(&error))?);
                }
            }
        }
        let paths = lock_paths(&self.manifests);
        let message = remote::message(&paths, None);
        match claim.finish(&mut self.locks.iter_mut().collect::<Vec<_>>(), &message) {
            Ok(push) => remote::report_push(&push, &self.manifest_args(), classes, console)?,
            Err(error) => {
                classes.extend(error.class());
                console.error(console.words().git_error(&error))?;
            }
        }
        if taken {
            self.locks.clear();
        }
        Ok(())
    }
}

/// Opens the lock of every manifest for writing.
fn open_locks(manifests: &[LoadedManifest], guard: GuardArgs) -> Result<Vec<LockStore>, LockError> {
    // Each open lock uses a file descriptor.
    lockfile::raise_limit();
    let open = |manifest: &LoadedManifest| {
        let (name, no_guard) = (Some(manifest.name.clone()), guard.no_guard);
        LockStore::open(
            &manifest.lock,
            OpenOptions { manifest: name, state: state_dir(), no_guard },
        )
    };
    manifests.iter().map(open).collect()
}

fn lock_paths(manifests: &[LoadedManifest]) -> Vec<PathBuf> {
    manifests.iter().map(|manifest| manifest.lock.clone()).collect()
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
                let manifest = manifest.args.clone();
                locked.push(LockedInstance { job, manifest, name, entry, orphan });
            }
        }
    }
    locked
}
