//! `lock verify`: checks whether locks are readable, canonical and without open entries.

use std::path::PathBuf;

use crate::cli::{LockVerify as Args, ManifestArgs};
use crate::commands::error::{CommandError, Exit};
use crate::commands::load::{LoadedManifest, load, state_dir};
use crate::commands::lock::selection::{SelectedLock, targets};
use crate::commands::validate::lint_levels;
use crate::exit_status::ExitClasses;
use crate::lockfile::{LockIssue, inspect, is_lock};
use crate::output::{CommandProblem, Console, LockSummary};

pub(in crate::commands) fn run(args: &Args, console: &mut Console) -> Result<Exit, CommandError> {
    let locks = if args.complete {
        with_missing(args, console)?
    } else {
        targets(&args.selection)?.into_iter().map(inspect_all).collect()
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
fn with_missing(args: &Args, console: &mut Console) -> Result<Vec<LockSummary>, CommandError> {
    let (selection, levels) = (&args.selection, lint_levels(&args.lint)?);
    let files = [&selection.paths[..], &selection.manifests.files].concat();
    if files.is_empty() || files.iter().any(|file| is_lock(file)) {
        return Err(CommandProblem::CompleteNeedsManifest.into());
    }
    let manifests = ManifestArgs { files, ..selection.manifests.clone() };
    let manifests = load(&manifests, &levels, selection.sandbox, console)?;
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
    Ok(manifests.into_iter().map(compare).collect())
}
