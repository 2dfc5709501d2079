//! Messages about problems of a lock, with remedies.

use std::path::Path;

use super::LockSummary;
use crate::diagnostics::quote;
use crate::ids::{InstanceName, TaskId, listed};
use crate::lockfile::{LockIssue, MergeConflict, default_lock_path};
use crate::resolve::remediation;
use crate::text::{ManifestArgs, shell_quote};

/// Returns the manifest of a lock for use in commands: the named one, otherwise the one that the lock
/// names.
pub(super) fn manifest(named: Option<&Path>, lock: &Path, reason: Option<&str>) -> ManifestArgs {
    let adjacent = || reason.map(|name| lock.with_file_name(name));
    let sandbox = lock.to_string_lossy().ends_with(".sandbox.lock");
    match named.map(Path::to_owned).or_else(adjacent) {
        Some(path) => {
            let other_region = default_lock_path(&path, sandbox) != lock;
            let args = ManifestArgs::new(path.display().to_string()).sandbox(sandbox);
            args.lock(other_region.then_some(lock))
        }
        None => ManifestArgs::new("MANIFEST").sandbox(sandbox),
    }
}

/// Returns the manifest of a lock that was inspected.
pub(super) fn display_manifest(lock: &LockSummary) -> ManifestArgs {
    manifest(lock.manifest.as_deref(), &lock.lock, lock.observed.lock.manifest.as_deref())
}

/// Returns the problem and its remedy.
pub(crate) fn issue_message(lock: &LockSummary, finding: &LockIssue) -> (String, String) {
    let manifest = display_manifest(lock);
    let at = shell_quote(&lock.lock.display().to_string());
    match finding {
        LockIssue::Unreadable(error) => (error.to_string(), error.help()),
        LockIssue::NotCanonical { line } => (
            format!("line {line} is not in canonical form"),
            format!(
                "if it was edited, `git checkout -- {at}` restores the committed version; \
                 `instancectl lock recover {at}` rewrites it with its current content"
            ),
        ),
        LockIssue::Journal { names } if names.is_empty() => (
            "an interrupted run left a journal without new records".to_owned(),
            format!("`instancectl lock recover {at}` removes it"),
        ),
        LockIssue::Journal { names } => (
            format!("an interrupted run left records that are not in the lock: {}", list(names)),
            format!("`instancectl lock recover {at}` replays them, as does the next `apply`"),
        ),
        LockIssue::IdConflict(clash) => (
            format!(
                "two creates for {}: the lock has {}, an interrupted run has {}",
                quote(clash.name.as_str()),
                id_or_unknown(clash.stands.as_ref()),
                id_or_unknown(clash.candidate.as_ref())
            ),
            format!("`instancectl lock recover {at}` keeps both, the second as a candidate"),
        ),
        LockIssue::Unknown { name, why } => {
            let why = why.as_ref().map_or(String::new(), |why| format!(": {why}"));
            let entry = lock.observed.lock.instances.get(name);
            let candidates = entry.map(|entry| &entry.candidates[..]).unwrap_or_default();
            let way_out = remediation(&manifest, name, candidates);
            (format!("{} is unknown{why}", quote(name.as_str())), way_out)
        }
        LockIssue::Deleting { name } => (
            format!("deletion of {} is not confirmed", quote(name.as_str())),
            format!("`{}` finishes it", manifest.command("destroy").value(name.as_str())),
        ),
        LockIssue::Candidates { name, ids } => (
            format!("other instances have the name {}: {}", quote(name.as_str()), listed(ids)),
            format!(
                "`{}` shows which of them are live, and how to delete the duplicate",
                manifest.command("status").value(name.as_str())
            ),
        ),
        LockIssue::DuplicateId { id, names } => (
            format!("{} have the same ID: {id}", list(names)),
            "check on the platform which of them it is; remove the others from the lock by hand"
                .to_owned(),
        ),
        LockIssue::Missing { name } => (
            format!("{} is in the manifest but not in the lock", quote(name.as_str())),
            format!("`{}` creates it; then commit the lock", manifest.command("apply")),
        ),
    }
}

pub(super) fn conflict_message(dispute: &MergeConflict) -> String {
    match dispute {
        MergeConflict::BothCreated { name, stands, other } => format!(
            "two creates have the name {}: {} is kept, {} is {}",
            quote(name.as_str()),
            id_or_unknown(stands.as_ref()),
            id_or_unknown(other.as_ref()),
            if other.is_some() { "its candidate" } else { "not in the lock" }
        ),
        MergeConflict::DeleteModify { name, id } => format!(
            "one side removed {}, the other changed it: it is kept, {}",
            quote(name.as_str()),
            id_or_unknown(id.as_ref())
        ),
        MergeConflict::UnknownKey { name: Some(name), key } => {
            format!("both sides changed {} of {}: ours is kept", quote(key), quote(name.as_str()))
        }
        MergeConflict::UnknownKey { name: None, key } => {
            format!("both sides changed {}: ours is kept", quote(key))
        }
    }
}

fn id_or_unknown(id: Option<&TaskId>) -> String {
    id.map_or_else(|| "one with an unknown outcome".to_owned(), |id| format!("`{id}`"))
}

fn list(names: &[InstanceName]) -> String {
    names.iter().map(|name| quote(name.as_str()).to_string()).collect::<Vec<_>>().join(", ")
}
