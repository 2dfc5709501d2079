//! Messages about problems of a lock, with remedies.

use std::path::Path;

use super::LockSummary;
use crate::apply::remediation;
use crate::diagnostic::quote;
use crate::ids::{InstanceName, TaskId, listed};
use crate::lockfile::{LockIssue, MergeConflict, default_lock_path};
use crate::text::{ManifestArgs, shell_quote};

/// Returns the manifest of a lock for use in commands: the named one, otherwise the one that the lock
/// names.
pub(super) fn manifest(named: Option<&Path>, lock: &Path, said: Option<&str>) -> ManifestArgs {
    let beside = || said.map(|name| lock.with_file_name(name));
    let sandbox = lock.to_string_lossy().ends_with(".sandbox.lock");
    match named.map(Path::to_owned).or_else(beside) {
        Some(path) => {
            let elsewhere = default_lock_path(&path, sandbox) != lock;
            let args = ManifestArgs::new(path.display().to_string()).sandbox(sandbox);
            args.lock(elsewhere.then_some(lock))
        }
        None => ManifestArgs::new("MANIFEST").sandbox(sandbox),
    }
}

/// Returns the manifest of a lock that was inspected.
pub(super) fn display_manifest(lock: &LockSummary) -> ManifestArgs {
    manifest(lock.manifest.as_deref(), &lock.lock, lock.seen.lock.manifest.as_deref())
}

/// Returns the problem and its remedy.
pub(super) fn issue_message(lock: &LockSummary, finding: &LockIssue) -> (String, String) {
    let manifest = display_manifest(lock);
    let at = shell_quote(&lock.lock.display().to_string());
    match finding {
        LockIssue::Unreadable(error) => (error.to_string(), error.help()),
        LockIssue::NotCanonical { line } => (
            format!("line {line} is not as the program writes it"),
            format!(
                "where somebody edited it, `git checkout -- {at}` takes back what was committed; \
                 `instancectl lock recover {at}` writes it anew with what it says now"
            ),
        ),
        LockIssue::Journal { names } if names.is_empty() => (
            "a run that was interrupted left a journal, which says nothing new".to_owned(),
            format!("`instancectl lock recover {at}` removes it"),
        ),
        LockIssue::Journal { names } => (
            format!("a run that was interrupted left what the lock does not have: {}", list(names)),
            format!("`instancectl lock recover {at}` folds it in; so does the next `apply`"),
        ),
        LockIssue::IdConflict(clash) => (
            format!(
                "two creates for {}: the lock has {}, what a run left has {}",
                quote(clash.name.as_str()),
                id_or_unknown(clash.stands.as_ref()),
                id_or_unknown(clash.candidate.as_ref())
            ),
            format!("`instancectl lock recover {at}` keeps both, the second as a candidate"),
        ),
        LockIssue::Unknown { name, why } => {
            let why = why.as_ref().map_or(String::new(), |why| format!(": {why}"));
            let entry = lock.seen.lock.instances.get(name);
            let candidates = entry.map(|entry| &entry.candidates[..]).unwrap_or_default();
            let way_out = remediation(&manifest, name, candidates);
            (format!("{} is unknown{why}", quote(name.as_str())), way_out)
        }
        LockIssue::Deleting { name } => (
            format!("the deletion of {} is not confirmed", quote(name.as_str())),
            format!("`{}` finishes it", manifest.command("destroy").value(name.as_str())),
        ),
        LockIssue::Candidates { name, ids } => (
            format!("other instances claim the name {}: {}", quote(name.as_str()), listed(ids)),
            format!(
                "`{}` shows which of them are live, and how to end the spare one",
                manifest.command("status").value(name.as_str())
            ),
        ),
        LockIssue::DuplicateId { id, names } => (
            format!("{} hold one ID: {id}", list(names)),
            "look on the platform whose it is; the others have to be taken out of the lock by hand"
                .to_owned(),
        ),
        LockIssue::Missing { name } => (
            format!("the manifest has {}, the lock does not", quote(name.as_str())),
            format!("`{}` creates it; then commit the lock", manifest.command("apply")),
        ),
    }
}

pub(super) fn conflict_message(dispute: &MergeConflict) -> String {
    match dispute {
        MergeConflict::BothCreated { name, stands, other } => format!(
            "two creates claim the name {}: {} stands, {} is {}",
            quote(name.as_str()),
            id_or_unknown(stands.as_ref()),
            id_or_unknown(other.as_ref()),
            if other.is_some() { "its candidate" } else { "not in the lock" }
        ),
        MergeConflict::DeleteModify { name, id } => format!(
            "one side removed {}, the other changed it: it stays, {}",
            quote(name.as_str()),
            id_or_unknown(id.as_ref())
        ),
        MergeConflict::UnknownKey { name: Some(name), key } => format!(
            "both sides changed {} of {}: that of ours stands",
            quote(key),
            quote(name.as_str())
        ),
        MergeConflict::UnknownKey { name: None, key } => {
            format!("both sides changed {}: that of ours stands", quote(key))
        }
    }
}

fn id_or_unknown(id: Option<&TaskId>) -> String {
    id.map_or_else(|| "one whose outcome is unknown".to_owned(), |id| format!("`{id}`"))
}

fn list(names: &[InstanceName]) -> String {
    names.iter().map(|name| quote(name.as_str()).to_string()).collect::<Vec<_>>().join(", ")
}
