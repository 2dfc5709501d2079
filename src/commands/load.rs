//! First steps of `plan` and `apply`: read the manifests, check them, and find their locks.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use super::inputs;
use super::validate::{check, policy};
use crate::cli::{LintArgs, ManifestArgs as SelectionArgs, ManifestPaths};
use crate::commands::error::{CommandError, Exit};
use crate::exit_status::ExitClass;
use crate::ids::InstanceName;
use crate::lockfile::{self, LockStore, Lockfile, OpenOptions as StoreOptions, default_lock_path};
use crate::output::Console;
use crate::output::{CommandProblem, PathProblem};
use crate::plan::Selection;
use crate::request::{Request, requests};
use crate::text::ManifestArgs;

/// A checked manifest that can be planned, with the path of its lock.
#[derive(Debug)]
pub(super) struct LoadedManifest {
    /// The manifest as the user named it.
    pub(super) file: String,
    /// The manifest's file name, for the first line of its lock.
    pub(super) name: String,
    /// Arguments with which the user named it, for the commands in messages.
    pub(super) args: ManifestArgs,
    /// Path of its lock.
    pub(super) lock: PathBuf,
    /// Requests of its instances.
    pub(super) requests: Vec<Request>,
}

/// Reads and checks the manifests of `plan` or `apply`.
pub(super) fn prepare_selection(
    args: &SelectionArgs,
    console: &mut Console,
) -> Result<Vec<LoadedManifest>, CommandError> {
    prepare(&args.manifests, &args.strictness, args.sandbox, console)
}

/// Reads and checks every manifest. Problems are printed and end the run. The manifests are sorted by
/// the paths of their locks.
pub(super) fn prepare(
    paths: &ManifestPaths,
    strictness: &LintArgs,
    sandbox: bool,
    console: &mut Console,
) -> Result<Vec<LoadedManifest>, CommandError> {
    let inputs = inputs::read(&paths.files, paths.recursive)?;
    if paths.lock.is_some() && inputs.len() > 1 {
        return Err(CommandError::usage(CommandProblem::OneLockForManifests));
    }
    if let Some(lock) = &paths.lock {
        check_lock_kind(lock, sandbox)?;
    }
    let policy = policy(strictness)?;
    let mut prepared = Vec::new();
    let (mut reports, mut invalid) = (Vec::new(), false);
    for input in inputs {
        let path = input.path.clone();
        let lock = match (&paths.lock, &path) {
            (Some(lock), _) => lock.clone(),
            (None, Some(path)) => default_lock_path(path, sandbox),
            (None, None) => {
                return Err(CommandError::usage(CommandProblem::StdinHasNoLock));
            }
        };
        let mut report = check(input, &policy);
        if let Some(manifest) = report.checked.manifest.take() {
            console.warnings(&report)?;
            let file = report.source.name().to_owned();
            let name = path.as_deref().and_then(Path::file_name);
            let name =
                name.map_or_else(|| file.clone(), |name| name.to_string_lossy().into_owned());
            let typed = path.as_ref().map_or_else(|| "-".to_owned(), |_| file.clone());
            let typed = ManifestArgs::new(typed).sandbox(sandbox);
            let typed = typed.lock(paths.lock.as_deref());
            let requests = requests(manifest);
            prepared.push(LoadedManifest { file, name, args: typed, lock, requests });
            if console.is_json() {
                reports.push(report);
            }
        } else {
            invalid = true;
            reports.push(report);
        }
    }
    if invalid {
        console.invalid(reports)?;
        return Err(CommandError::already_reported(Exit::Invalid));
    }
    console.keep(reports);
    check_lock_collisions(&prepared)?;
    prepared.sort_by(|one, other| one.lock.cmp(&other.lock));
    Ok(prepared)
}

/// Returns the manifests as the user named them, by job index.
pub(super) fn files(prepared: &[LoadedManifest]) -> Vec<&str> {
    prepared.iter().map(|manifest| manifest.file.as_str()).collect()
}

/// Returns the arguments with which the user named the manifests, by job index.
pub(super) fn manifest_args(prepared: &[LoadedManifest]) -> Vec<ManifestArgs> {
    prepared.iter().map(|manifest| manifest.args.clone()).collect()
}

/// Makes the commands in messages repeat `--allow-http`, if the user gave it.
pub(super) fn repeat_allow_http(prepared: &mut [LoadedManifest], allowed: bool) {
    for manifest in prepared.iter_mut().filter(|_| allowed) {
        manifest.args = std::mem::take(&mut manifest.args).flag("--allow-http");
    }
}

/// Keeps the sandbox's locks and the real ones apart, regardless of the path that the user gives.
pub(super) fn check_lock_kind(lock: &Path, sandbox: bool) -> Result<(), CommandError> {
    let name = lock.file_name().unwrap_or_default().to_string_lossy();
    match (name.ends_with(".sandbox.lock"), sandbox) {
        (false, true) => Err(CommandError::path(lock, PathProblem::NotSandboxLock)),
        (true, false) => Err(CommandError::path(lock, PathProblem::SandboxLock)),
        _ => Ok(()),
    }
}

/// Refuses manifests whose locks would be the same file, or a lock of the sandbox.
fn check_lock_collisions(prepared: &[LoadedManifest]) -> Result<(), CommandError> {
    let mut locks: HashMap<PathBuf, &str> = HashMap::new();
    for manifest in prepared {
        if manifest.name.contains(".sandbox.") {
            let problem = CommandProblem::SandboxManifestName { file: manifest.file.clone() };
            return Err(CommandError::with_class(ExitClass::Blocked, problem));
        }
        if let Some(other) = locks.insert(canonical_lock_path(&manifest.lock), &manifest.file) {
            let files = [other.to_owned(), manifest.file.clone()];
            let problem = CommandProblem::SharedLock { files, path: manifest.lock.clone() };
            return Err(CommandError::with_class(ExitClass::Blocked, problem));
        }
    }
    Ok(())
}

/// Returns a lock's path with the links in it resolved, so that two paths to one lock are detected.
pub(super) fn canonical_lock_path(lock: &Path) -> PathBuf {
    let folder = lock.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = std::fs::canonicalize(folder.unwrap_or(Path::new(".")));
    let name = lock.file_name();
    folder.ok().zip(name).map_or_else(|| lock.to_owned(), |(folder, name)| folder.join(name))
}

/// Opens every lock for writing, in the order of their paths.
pub(super) fn open(
    prepared: &[LoadedManifest],
    no_guard: bool,
) -> Result<Vec<LockStore>, CommandError> {
    // Each open lock uses a file descriptor.
    lockfile::raise_limit();
    let open = |manifest: &LoadedManifest| {
        let manifest_name = Some(manifest.name.clone());
        let options = StoreOptions { manifest: manifest_name, state: state_dir(), no_guard };
        Ok(LockStore::open(&manifest.lock, options)?)
    };
    prepared.iter().map(open).collect()
}

/// Expands the names or globs that the user gave to instance names in the manifests or their locks.
pub(super) fn select(
    names: &[String],
    manifests: &[(&LoadedManifest, &Lockfile)],
) -> Result<Selection, CommandError> {
    if names.is_empty() {
        return Ok(Selection::All);
    }
    let known: BTreeSet<&InstanceName> = manifests
        .iter()
        .flat_map(|(manifest, lock)| instance_names(manifest).chain(lock.instances.keys()))
        .collect();
    let mut selected = BTreeSet::new();
    for expected in names {
        let found = matching(expected, &known);
        if found.is_empty() {
            return Err(unknown_name(expected, None));
        }
        selected.extend(found);
    }
    Ok(Selection::Names(selected))
}

/// Returns the names of a manifest's instances.
pub(super) fn instance_names(manifest: &LoadedManifest) -> impl Iterator<Item = &InstanceName> {
    manifest.requests.iter().map(|request| &request.name)
}

/// Returns the names that match a name or glob. A name that exists exactly is not treated as a glob.
pub(super) fn matching(expected: &str, known: &BTreeSet<&InstanceName>) -> Vec<InstanceName> {
    let exact = InstanceName::from(expected);
    if known.contains(&exact) {
        return vec![exact];
    }
    let Ok(pattern) = glob::Pattern::new(expected) else { return Vec::new() };
    let fits = |name: &&&InstanceName| pattern.matches(name.as_str());
    known.iter().filter(fits).map(|name| (*name).clone()).collect()
}

/// Returns the error for an unknown name; `flag` is the flag that gave it, if it was not an argument.
pub(super) fn unknown_name(expected: &str, flag: Option<&'static str>) -> CommandError {
    let (name, is_file) = (expected.to_owned(), Path::new(expected).exists());
    CommandError::usage(CommandProblem::UnknownInstance { name, flag, is_file })
}

/// Returns this program's directory in the user's state directory, if known: `$XDG_STATE_HOME` or
/// `~/.local/state`.
pub(super) fn state_dir() -> Option<PathBuf> {
    let absolute = |name: &str| {
        let path = PathBuf::from(std::env::var_os(name)?);
        path.is_absolute().then_some(path)
    };
    let state = absolute("XDG_STATE_HOME").or_else(|| Some(absolute("HOME")?.join(".local/state")));
    Some(state?.join("instancectl"))
}
