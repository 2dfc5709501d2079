//! Opens the locks of a workspace for writing, claims them at the git remote, and records them there.

use std::path::PathBuf;

use super::{Workspace, load_for, platform};
use crate::cli::{GuardArgs, WriteArgs};
use crate::commands::check::lint_levels;
use crate::commands::error::CommandError;
use crate::commands::load::{LoadedManifest, state_dir};
use crate::commands::remote::{self, ClaimOptions};
use crate::exit_status::ExitClasses;
use crate::lockfile::{self, LockError, LockStore, OpenOptions};
use crate::output::Console;

impl Workspace<LockStore> {
    /// Reads the manifests, sets up the client, and opens the locks for writing; sends nothing.
    pub(in crate::commands) fn write(
        args: &WriteArgs,
        names: &[String],
        console: &mut Console,
    ) -> Result<Self, CommandError> {
        let manifests = load_for(&args.workspace, names, &lint_levels(&args.lint)?, console)?;
        Self::open(manifests, args, names, console)
    }

    /// Sets up the client for manifests that were read, and opens their locks for writing; sends nothing.
    pub(in crate::commands) fn open(
        manifests: Vec<LoadedManifest>,
        args: &WriteArgs,
        names: &[String],
        console: &mut Console,
    ) -> Result<Self, CommandError> {
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
    pub(in crate::commands) fn record_at_remote(
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

pub(super) fn lock_paths(manifests: &[LoadedManifest]) -> Vec<PathBuf> {
    manifests.iter().map(|manifest| manifest.lock.clone()).collect()
}
