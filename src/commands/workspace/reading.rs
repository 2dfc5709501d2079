//! Workspaces of commands that only read locks, and the state of their instances.

use std::path::Path;

use super::writing::lock_paths;
use super::{Workspace, load_for, platform, read_locks};
use crate::api::client::Client;
use crate::cli::{ConnectionArgs, WorkspaceArgs};
use crate::commands::error::CommandError;
use crate::commands::inputs::find_default_manifest;
use crate::commands::platform::Platform;
use crate::commands::remote;
use crate::ids::TaskId;
use crate::lifecycle::{LockedInstance, ObservedInstance, QueryScope, QueryTargets, query};
use crate::lockfile::Lockfile;
use crate::output::{CommandProblem, Console};
use crate::validate::LintLevels;

impl Workspace<Lockfile> {
    /// Reads the manifests and their locks, and sets up the client; sends and writes nothing.
    pub(in crate::commands) fn read(
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
    pub(in crate::commands) fn with_any_manifests(
        args: &WorkspaceArgs,
        console: &mut Console,
    ) -> Result<Self, CommandError> {
        if args.manifests.files.is_empty() && find_default_manifest()?.is_none() {
            // The sandbox of the working directory.
            let lock = Path::new("instances.sandbox.lock");
            let platform = Platform::from_environment(args.connection, Some(lock))?;
            return Self::new(Vec::new(), Vec::new(), &[], platform);
        }
        Self::read(args, &[], console)
    }

    /// Reads the manifests and their locks, without the platform.
    pub(in crate::commands) fn offline(
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
    pub(in crate::commands) fn at_remote(
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
    pub(in crate::commands) fn set_up_client(
        &mut self,
        args: ConnectionArgs,
    ) -> Result<(), CommandError> {
        self.platform = platform(args, &self.manifests)?;
        Ok(())
    }

    /// Returns the only entry with this name.
    pub(in crate::commands) fn single_entry(
        &self,
        name: &str,
    ) -> Result<LockedInstance, CommandError> {
        let mut entries = self.selected_entries();
        let (Some(locked), true) = (entries.pop(), entries.is_empty()) else {
            let (name, several) = (name.into(), !entries.is_empty());
            let apply = self.manifests[0].args.command("apply");
            return Err(if several {
                CommandProblem::SeveralEntries { name }
            } else {
                CommandProblem::NotInLocks { name, apply }
            }
            .into());
        };
        Ok(locked)
    }

    /// Returns the only entry with this name, its ID, and the client of its region.
    pub(in crate::commands) fn single(
        &mut self,
        name: &str,
    ) -> Result<(LockedInstance, TaskId, Client), CommandError> {
        let locked = self.single_entry(name)?;
        // The name that a glob matched.
        let name = locked.name.clone();
        let Some(id) = locked.entry.task_id.clone() else {
            return Err(CommandProblem::OutcomeUnknown { name, steps: locked.resolve() }.into());
        };
        self.connect_entries(std::slice::from_ref(&locked))?;
        let Some(client) = self.platform.client_for_region(&locked.entry).cloned() else {
            let endpoint = locked.entry.endpoint.clone();
            return Err(CommandProblem::OtherEndpoint { name, endpoint }.into());
        };
        Ok((locked, id, client))
    }

    /// Connects to the regions of the selected entries and queries their status.
    pub(in crate::commands) fn query_status(
        &mut self,
        scope: QueryScope,
    ) -> Result<Vec<ObservedInstance>, CommandError> {
        let (locked, owned) = (self.selected_entries(), self.owned_ids());
        if locked.is_empty() {
            return Ok(Vec::new());
        }
        self.connect_entries(&locked)?;
        let targets = QueryTargets { locked: &locked, missing: &[], owned: &owned };
        let queried = query(self.platform.clients(), targets, scope);
        Ok(self.platform.runtime.block_on(queried)?.instances)
    }
}
