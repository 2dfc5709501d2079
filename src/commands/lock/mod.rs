//! `lock`: what can be done with locks without the platform.

mod list;
mod merge;
mod recover;
mod verify;

use std::path::{Path, PathBuf};

use super::prepare::{guard_lock, real};
use super::{Exit, Failure, inputs};
use crate::cli::{LockCommand, LockWhich as Which};
use crate::lockfile::{default_lock_path, is_lock};
use crate::report::Console;

pub(super) fn run(command: LockCommand, console: &mut Console) -> Result<Exit, Failure> {
    match command {
        LockCommand::Verify(args) => verify::run(args, console),
        LockCommand::List(args) => list::run(&args, console),
        LockCommand::Recover(args) => recover::run(&args, console),
        LockCommand::Merge(args) => merge::run(&args, console),
    }
}

/// A lock that the user named, or whose manifest they named.
struct Target {
    /// What they named.
    file: String,
    /// The manifest's path, where that was named.
    manifest: Option<PathBuf>,
    lock: PathBuf,
}

impl Target {
    fn of(path: PathBuf, sandbox: bool) -> Self {
        let file = path.display().to_string();
        if is_lock(&path) {
            Self { file, manifest: None, lock: path }
        } else {
            let lock = default_lock_path(&path, sandbox);
            Self { file, manifest: Some(path), lock }
        }
    }
}

/// The locks that are meant, each once, in the order of their paths.
fn targets(which: &Which) -> Result<Vec<Target>, Failure> {
    let mut paths = Vec::new();
    for path in which.paths.iter().chain(&which.files) {
        let mut journal = path.clone().into_os_string();
        journal.push(".journal");
        // A run that was killed before its first fold leaves a journal and no lock.
        if is_lock(path) && !path.exists() && Path::new(&journal).exists() {
            paths.push(Some(path.clone()));
        } else {
            paths.extend(inputs::paths(std::slice::from_ref(path), which.recursive)?);
        }
    }
    let mut targets = match &which.lock {
        Some(lock) => named(lock, &paths, which.sandbox)?,
        None => paths
            .into_iter()
            .map(|path| match path {
                Some(path) => Ok(Target::of(path, which.sandbox)),
                None => Err(Failure::usage("a manifest from standard input has no lock beside it")
                    .with_help("name one with --lock")),
            })
            .collect::<Result<_, _>>()?,
    };
    targets.sort_by(|one, other| one.lock.cmp(&other.lock));
    let mut seen = std::collections::HashSet::new();
    targets.retain(|target| seen.insert(real(&target.lock)));
    Ok(targets)
}

/// The lock that `--lock` names, of the one manifest beside it.
fn named(lock: &Path, paths: &[Option<PathBuf>], sandbox: bool) -> Result<Vec<Target>, Failure> {
    guard_lock(lock, sandbox)?;
    let manifest = match paths {
        [] => None,
        [Some(path)] if is_lock(path) => {
            let message = format!("{} is a lock itself, and --lock names another", path.display());
            return Err(Failure::usage(message));
        }
        [manifest] => manifest.clone(),
        _ => return Err(Failure::usage("--lock names one lock, and there are several manifests")),
    };
    let file = manifest.as_deref().unwrap_or(lock).display().to_string();
    Ok(vec![Target { file, manifest, lock: lock.to_owned() }])
}
