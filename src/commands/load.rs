//! First steps of every command with manifests: reads them, checks them, finds their locks.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::check::check;
use super::error::{CommandError, Exit};
use super::inputs;
use crate::cli;
use crate::ids::InstanceName;
use crate::lockfile::{Lockfile, default_lock_path, is_sandbox_lock};
use crate::manifest::{FileLimits, Limit};
use crate::output::{CommandProblem, Console, PathProblem};
use crate::plan::{CostKind, CostLimit, LimitSource, Selection};
use crate::request::{Request, requests};
use crate::source::SourceFile;
use crate::text::ManifestArgs;
use crate::validate::{LintLevels, closest};

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
    /// Limits of the cost of one run.
    pub(super) limits: FileLimits,
    /// Its text.
    pub(super) source: Arc<SourceFile>,
}

impl LoadedManifest {
    /// Returns the names of its instances.
    pub(super) fn names(&self) -> impl Iterator<Item = &InstanceName> {
        self.requests.iter().map(|request| &request.name)
    }

    /// Returns its limits of the cost of a run.
    pub(super) fn cost_limits(&self) -> impl Iterator<Item = CostLimit> {
        let FileLimits { cards, card_hours } = self.limits;
        let limit = |kind, Limit { value, span }: Limit| {
            let line = self.source.position(span.range().start).line;
            CostLimit {
                kind,
                value,
                source: LimitSource::Manifest { file: self.file.clone(), line },
            }
        };
        let cards = cards.map(|cards| limit(CostKind::Cards, cards));
        cards.into_iter().chain(card_hours.map(|hours| limit(CostKind::CardHours, hours)))
    }

    /// Returns the request of an instance.
    pub(super) fn request(&self, name: &InstanceName) -> Option<&Request> {
        self.requests.iter().find(|request| request.name == *name)
    }
}

/// Reads and checks every manifest. Problems are printed and end the run. The manifests are sorted by
/// the paths of their locks. `others` are the other arguments of the command.
pub(super) fn load(
    args: &cli::ManifestArgs,
    others: &[String],
    levels: &LintLevels,
    sandbox: bool,
    console: &mut Console,
) -> Result<Vec<LoadedManifest>, CommandError> {
    let inputs = if args.files.is_empty() {
        inputs::read(&[inputs::default_manifest(others)?], false)?
    } else {
        inputs::read(&args.files, args.recursive)?
    };
    if let Some(lock) = &args.lock {
        if inputs.len() > 1 {
            return Err(CommandProblem::OneLockForManifests.into());
        }
        check_lock_kind(lock, sandbox)?;
    }
    let (mut loaded, mut reports, mut invalid) = (Vec::new(), Vec::new(), false);
    for input in inputs {
        let path = input.path.clone();
        let default = || path.as_deref().map(|path| default_lock_path(path, sandbox));
        let lock = args.lock.clone().or_else(default).ok_or(CommandProblem::StdinHasNoLock)?;
        let mut report = check(input, levels);
        let Some(manifest) = report.checked.manifest.take() else {
            invalid = true;
            reports.push(report);
            continue;
        };
        console.warnings(&report)?;
        let file = report.source.name().to_owned();
        let name = path.as_deref().and_then(Path::file_name);
        let name = name.map_or_else(|| file.clone(), |name| name.to_string_lossy().into_owned());
        let named = if args.files.is_empty() {
            ManifestArgs::default_manifest()
        } else {
            ManifestArgs::new(if path.is_some() { &file } else { "-" })
        };
        let named = named.sandbox(sandbox).lock(args.lock.as_deref());
        let (limits, requests) = (manifest.limits(), requests(manifest));
        let (args, source) = (named, Arc::clone(&report.source));
        loaded.push(LoadedManifest { file, name, args, lock, requests, limits, source });
        if console.is_json() {
            reports.push(report);
        }
    }
    if invalid {
        console.invalid(reports)?;
        return Err(CommandError::Reported(Exit::Invalid));
    }
    console.keep(reports);
    check_lock_collisions(&loaded)?;
    loaded.sort_by(|one, other| one.lock.cmp(&other.lock));
    Ok(loaded)
}

/// Keeps the sandbox's locks and the real ones apart, regardless of the path that the user gives.
pub(super) fn check_lock_kind(lock: &Path, sandbox: bool) -> Result<(), CommandError> {
    match (is_sandbox_lock(lock), sandbox) {
        (false, true) => Err(CommandError::path(lock, PathProblem::NotSandboxLock)),
        (true, false) => Err(CommandError::path(lock, PathProblem::SandboxLock)),
        _ => Ok(()),
    }
}

/// Refuses manifests whose locks would be the same file, or a lock of the sandbox.
fn check_lock_collisions(loaded: &[LoadedManifest]) -> Result<(), CommandError> {
    let mut locks: HashMap<PathBuf, &str> = HashMap::new();
    for LoadedManifest { file, name, lock, .. } in loaded {
        if name.contains(".sandbox.") {
            return Err(CommandProblem::SandboxManifestName { file: file.clone() }.into());
        }
        if let Some(other) = locks.insert(canonical_lock_path(lock), file) {
            let files = [other.to_owned(), file.clone()];
            return Err(CommandProblem::SharedLock { files, path: lock.clone() }.into());
        }
    }
    Ok(())
}

/// Returns a lock's path with the links in it resolved, so that two paths to one lock are detected.
pub(super) fn canonical_lock_path(lock: &Path) -> PathBuf {
    inputs::absolute_path(lock).unwrap_or_else(|| lock.to_owned())
}

/// Expands the names or globs that the user gave to instance names in the manifests or their locks.
pub(super) fn select<'a>(
    names: &[String],
    manifests: &[LoadedManifest],
    locks: impl IntoIterator<Item = &'a Lockfile>,
) -> Result<Selection, CommandError> {
    if names.is_empty() {
        return Ok(Selection::All);
    }
    let locked = locks.into_iter().flat_map(|lock| lock.instances.keys());
    let known = manifests.iter().flat_map(LoadedManifest::names).chain(locked);
    Ok(Selection::Names(expand(names, known, None)?))
}

/// Returns the names that match names or globs. A name that exists exactly is not treated as a glob.
/// `flag` is the flag with the names, if they are not arguments.
pub(super) fn expand<'a>(
    names: &[String],
    known: impl Iterator<Item = &'a InstanceName>,
    flag: Option<&'static str>,
) -> Result<BTreeSet<InstanceName>, CommandError> {
    let mut found = BTreeSet::new();
    if names.is_empty() {
        return Ok(found);
    }
    let known: BTreeSet<&InstanceName> = known.collect();
    for name in names {
        let exact = InstanceName::from(name.as_str());
        if known.contains(&exact) {
            found.insert(exact);
            continue;
        }
        let pattern = glob::Pattern::new(name).ok();
        let fits = |known: &&InstanceName| {
            pattern.as_ref().is_some_and(|pattern| pattern.matches(known.as_str()))
        };
        let mut fitting = known.iter().copied().filter(fits).cloned().peekable();
        if fitting.peek().is_none() {
            return Err(unknown_instance(name, flag, known.iter().copied()).into());
        }
        found.extend(fitting);
    }
    Ok(found)
}

/// Returns the problem of a name that none of the `known` instances has.
pub(super) fn unknown_instance<'a>(
    name: &str,
    flag: Option<&'static str>,
    known: impl Iterator<Item = &'a InstanceName>,
) -> CommandProblem {
    let known: Vec<&str> = known.map(InstanceName::as_str).collect();
    let near = closest(name, &known).filter(|near| !is_sibling(name, near));
    CommandProblem::UnknownInstance {
        name: name.to_owned(),
        flag,
        is_file: inputs::is_input(name),
        near: near.map(InstanceName::from),
    }
}

/// Checks whether two names differ only in their number or letter, as those of `train-a` and `train-b`:
/// one is not a misspelling of the other.
fn is_sibling(one: &str, other: &str) -> bool {
    let stem = |name: &str| {
        let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
        let letter = stem.char_indices().nth_back(1).filter(|(_, mark)| "-_.".contains(*mark));
        letter.map_or(stem.len(), |(at, _)| at + 1)
    };
    one[..stem(one)] == other[..stem(other)]
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
