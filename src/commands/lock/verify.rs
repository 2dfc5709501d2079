//! `lock verify`: checks whether locks are readable, canonical and without open entries.

use std::path::PathBuf;

use crate::cli::{LockVerify as Args, ManifestPaths};
use crate::commands::error::{CommandError, Exit};
use crate::commands::load::{LoadedManifest, prepare, state_dir};
use crate::commands::lock::selection::{SelectedLock, targets};
use crate::exit_status::ExitClasses;
use crate::lockfile::{LockIssue, inspect, is_lock};
use crate::output::CommandProblem;
use crate::output::{Console, LockSummary};

pub(super) fn run(args: Args, console: &mut Console) -> Result<Exit, CommandError> {
    let locks = if args.complete {
        with_missing(args, console)?
    } else {
        targets(&args.which)?.into_iter().map(inspect_all).collect()
    };
    let findings = locks.iter().flat_map(|lock| &lock.observed.findings);
    let classes: ExitClasses = findings.map(LockIssue::class).collect();
    console.verified(&locks, &classes)?;
    Ok(classes.into())
}

fn inspect_all(target: SelectedLock) -> LockSummary {
    let observed = inspect(&target.lock, state_dir().as_deref());
    LockSummary { file: target.file, manifest: target.manifest, lock: target.lock, observed }
}

/// Returns the locks of valid manifests, with the instances that only the manifests have.
fn with_missing(args: Args, console: &mut Console) -> Result<Vec<LockSummary>, CommandError> {
    let Args { which, strictness, .. } = args;
    let files: Vec<PathBuf> = which.paths.into_iter().chain(which.files).collect();
    if files.is_empty() || files.iter().any(|file| is_lock(file)) {
        return Err(CommandError::usage(CommandProblem::CompleteNeedsManifest));
    }
    let paths = ManifestPaths { files, recursive: which.recursive, lock: which.lock };
    let compare = |manifest: LoadedManifest| {
        let LoadedManifest { file, lock, requests, .. } = manifest;
        let mut lock =
            inspect_all(SelectedLock { manifest: Some(PathBuf::from(&file)), file, lock });
        let locked = &lock.observed.lock.instances;
        let missing = requests.into_iter().filter(|request| !locked.contains_key(&request.name));
        let missing = missing.map(|request| LockIssue::Missing { name: request.name });
        let missing: Vec<LockIssue> = missing.collect();
        lock.observed.findings.extend(missing);
        lock
    };
    Ok(prepare(&paths, &strictness, which.sandbox, console)?.into_iter().map(compare).collect())
}
