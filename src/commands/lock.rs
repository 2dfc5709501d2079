//! `lock`: operations on locks without the platform.

mod merge;
mod push;

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::check::lint_levels;
use super::error::{CommandError, Exit};
use super::inputs;
use super::load::{LoadedManifest, canonical_lock_path, check_lock_kind, load, state_dir};
use super::remote::{self, ClaimOptions};
use crate::cli::{GuardArgs, LockList, LockRecover, LockSelection, LockVerify, ManifestArgs};
use crate::exit_status::{ExitClass, ExitClasses};
use crate::git::{Repository, lacks_merge_driver};
use crate::ids::TaskId;
use crate::lockfile::{
    EntryState, LockError, LockIssue, LockStore, OpenOptions, default_lock_path, inspect, is_lock,
    is_sandbox_lock,
};
use crate::output::{CommandProblem, Console, LockSummary, PathProblem, Recovered};

pub(super) use merge::run as merge;
pub(super) use push::{push, release};

/// `lock list`: prints the contents of locks.
pub(super) fn list(args: &LockList, console: &mut Console) -> Result<Exit, CommandError> {
    let locks: Vec<_> = targets(&args.selection, false)?.into_iter().map(inspected).collect();
    let findings = locks.iter().flat_map(|lock| &lock.result.findings);
    // A run in progress does not affect reading a lock.
    let is_unreadable = |finding: &&LockIssue| matches!(finding, LockIssue::Unreadable(error) if !matches!(error, LockError::Held { .. }));
    let classes = findings.filter(is_unreadable).map(|_| ExitClass::Lock).collect();
    console.locks(&locks, &classes)?;
    Ok(classes.into())
}

/// `lock verify`: checks whether locks are readable, canonical and without open entries.
pub(super) fn verify(args: &LockVerify, console: &mut Console) -> Result<Exit, CommandError> {
    let mut locks: Vec<_> = if args.complete {
        with_missing(args, console)?
    } else {
        targets(&args.selection, false)?.into_iter().map(inspected).collect()
    };
    for LockSummary { lock, result, .. } in &mut locks {
        result.findings.extend(lacks_merge_driver(lock).then_some(LockIssue::NoMergeDriver));
    }
    compare_ids(&mut locks);
    let findings = locks.iter().flat_map(|lock| &lock.result.findings);
    let classes: ExitClasses = findings.filter_map(LockIssue::class).collect();
    console.verified(&locks, &classes)?;
    Ok(classes.into())
}

/// Adds a finding to each entry whose ID an earlier lock has too. Each sandbox has its own instances.
fn compare_ids(locks: &mut [LockSummary]) {
    let mut owners: HashMap<TaskId, String> = HashMap::new();
    for LockSummary { file, lock, result, .. } in locks.iter_mut() {
        let ids = result.lock.instances.iter().filter(|_| !is_sandbox_lock(lock));
        let ids = ids.filter_map(|(name, entry)| Some((name.clone(), entry.task_id.clone()?)));
        for (name, id) in ids.collect::<Vec<_>>() {
            match owners.entry(id) {
                Entry::Vacant(free) => drop(free.insert(file.clone())),
                Entry::Occupied(taken) if taken.get() != file => {
                    let (id, other) = (taken.key().clone(), taken.get().clone());
                    result.findings.push(LockIssue::InOtherLock { name, id, other });
                }
                Entry::Occupied(_) => {}
            }
        }
    }
}

/// Returns the locks of valid manifests, with the instances that only the manifests have.
fn with_missing(
    args: &LockVerify,
    console: &mut Console,
) -> Result<Vec<LockSummary>, CommandError> {
    let (selection, levels) = (&args.selection, lint_levels(&args.lint)?);
    let files = [&selection.paths[..], &selection.manifests.files].concat();
    if files.iter().any(|file| is_lock(file)) {
        return Err(CommandProblem::CompleteNeedsManifest.into());
    }
    let manifests = ManifestArgs { files, ..selection.manifests.clone() };
    let manifests = load(&manifests, &[], &levels, selection.sandbox, console)?;
    let compare = |manifest: LoadedManifest| {
        let LoadedManifest { file, lock, requests, .. } = manifest;
        let manifest = Some(PathBuf::from(&file));
        let mut lock = inspected(LockSummary { file, manifest, lock, result: () });
        let locked = &lock.result.lock.instances;
        let names = requests.into_iter().map(|request| request.name);
        let missing: Vec<_> = names.filter(|name| !locked.contains_key(name)).collect();
        lock.result.findings.extend(missing.into_iter().map(|name| LockIssue::Missing { name }));
        lock
    };
    Ok(manifests.into_iter().map(compare).collect())
}

/// `lock recover`: merges the files that an interrupted run left into locks; with a git remote, also what
/// runs that died had recorded there.
pub(super) fn recover(args: &LockRecover, console: &mut Console) -> Result<Exit, CommandError> {
    let selected = targets(&args.selection, false)?;
    let paths: Vec<PathBuf> = selected.iter().map(|target| target.lock.clone()).collect();
    let repository = remote::repository(&paths, &args.git)?;
    let mut classes = ExitClasses::default();
    let mut locks = Vec::new();
    for lock in selected {
        let recovered = open(&lock, args.guard).and_then(|mut store| {
            let tidied = store.canonicalize()?;
            Ok((store, tidied))
        });
        match &recovered {
            Ok((store, _)) => {
                let unknown = store.recovered().merged.iter().any(|name| {
                    let entry = store.lock().instances.get(name);
                    entry.is_some_and(|entry| entry.state == EntryState::Unknown)
                });
                if unknown || !store.id_conflicts().is_empty() {
                    classes.insert(ExitClass::Unknown);
                }
            }
            Err(_) => classes.insert(ExitClass::Lock),
        }
        locks.push(lock.with(recovered));
    }
    if let Some(repository) = repository.filter(|_| locks.iter().all(|lock| lock.result.is_ok())) {
        recover_at_remote(repository, args, &mut locks, &mut classes, console)?;
    }
    console.recovered(&locks, &classes)?;
    Ok(classes.into())
}

/// Merges into the recovered locks what the git remote has, and records them there.
fn recover_at_remote(
    repository: Repository,
    args: &LockRecover,
    locks: &mut [LockSummary<Recovered>],
    classes: &mut ExitClasses,
    console: &mut Console,
) -> Result<(), CommandError> {
    let arguments = |lock: &LockSummary<Recovered>| crate::text::ManifestArgs::new(&lock.file);
    let manifests: Vec<_> = locks.iter().map(arguments).collect();
    let paths: Vec<PathBuf> = locks.iter().map(|lock| lock.lock.clone()).collect();
    let message = remote::message(&paths, None);
    let stores = locks.iter_mut().filter_map(|lock| lock.result.as_mut().ok());
    let mut stores: Vec<&mut LockStore> = stores.map(|(store, _)| store).collect();
    let claims =
        ClaimOptions { wait: !args.claim.no_wait_claim, guard: args.guard, manifests: &manifests };
    let claim = remote::claim(repository, &mut stores, &claims, classes, console)?;
    let push = claim.finish(&mut stores, &message)?;
    remote::report_push(&push, &manifests, classes, console)
}

/// Opens a lock for writing, with everything that an interrupted run left merged into it.
fn open(lock: &SelectedLock, guard: GuardArgs) -> Result<LockStore, LockError> {
    let manifest = lock.manifest.as_deref().and_then(Path::file_name);
    let manifest = manifest.map(|name| name.to_string_lossy().into_owned());
    let no_guard = guard.no_guard;
    LockStore::open(&lock.lock, OpenOptions { manifest, state: state_dir(), no_guard })
}

/// A lock that the user named, before the command does anything with it.
type SelectedLock = LockSummary<()>;

fn selected(path: PathBuf, sandbox: bool) -> SelectedLock {
    let file = path.display().to_string();
    let (manifest, lock) = if is_lock(&path) {
        (manifest_of(&path), path)
    } else {
        let lock = default_lock_path(&path, sandbox);
        (Some(path), lock)
    };
    SelectedLock { file, manifest, lock, result: () }
}

/// Returns the only manifest next to a lock whose lock it is.
fn manifest_of(lock: &Path) -> Option<PathBuf> {
    let sandbox = is_sandbox_lock(lock);
    let stem = if sandbox { lock.with_extension("") } else { lock.to_owned() };
    let named = ["yaml", "yml", "json"].map(|end| stem.with_extension(end));
    let mut found = named.into_iter().filter(|path| path.is_file());
    found.next().filter(|_| found.next().is_none())
}

fn inspected(lock: SelectedLock) -> LockSummary {
    let found = inspect(&lock.lock, state_dir().as_deref());
    lock.with(found)
}

/// Returns the selected locks, deduplicated and sorted by path. With `at_remote`, a lock may be missing here.
fn targets(selection: &LockSelection, at_remote: bool) -> Result<Vec<SelectedLock>, CommandError> {
    let LockSelection { paths: named, manifests, sandbox } = selection;
    let mut paths = Vec::new();
    for path in named.iter().chain(&manifests.files) {
        let mut journal = path.clone().into_os_string();
        journal.push(".journal");
        // A run that was killed before it first merged its journal leaves a journal and no lock.
        if is_lock(path) && !path.exists() && (at_remote || Path::new(&journal).exists()) {
            paths.push(Some(path.clone()));
        } else {
            paths.extend(inputs::paths(std::slice::from_ref(path), manifests.recursive)?);
        }
    }
    if let Some(lock) = &manifests.lock {
        return Ok(vec![lock_for_manifest(lock, &paths, *sandbox)?]);
    }
    if named.is_empty() && manifests.files.is_empty() {
        paths.push(Some(inputs::default_manifest(&[])?));
    }
    let mut targets = Vec::new();
    for path in paths {
        let path = path.ok_or(CommandProblem::StdinHasNoLock)?;
        targets.push(selected(path, *sandbox));
    }
    targets.sort_by(|one, other| one.lock.cmp(&other.lock));
    let mut observed = HashSet::new();
    targets.retain(|target| observed.insert(canonical_lock_path(&target.lock)));
    Ok(targets)
}

/// Returns the lock that `--lock` names, with the manifest given along with it, if any.
fn lock_for_manifest(
    lock: &Path,
    paths: &[Option<PathBuf>],
    sandbox: bool,
) -> Result<SelectedLock, CommandError> {
    check_lock_kind(lock, sandbox)?;
    let manifest = match paths {
        [] => None,
        [Some(path)] if is_lock(path) => {
            return Err(CommandError::path(path, PathProblem::LockNamedTwice));
        }
        [manifest] => manifest.clone(),
        _ => return Err(CommandProblem::OneLockForManifests.into()),
    };
    let file = manifest.as_deref().unwrap_or(lock).display().to_string();
    Ok(SelectedLock { file, manifest, lock: lock.to_owned(), result: () })
}
