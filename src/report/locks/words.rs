//! What is amiss with a lock, in words, and the way out.

use std::path::Path;

use super::SeenLock;
use crate::apply::{shell_word, way_out};
use crate::diagnostic::quote;
use crate::ids::{InstanceName, TaskId};
use crate::lockfile::{Dispute, Finding};

/// The manifest of a lock, to be typed: the one that was named, else the one that the lock names.
pub(super) fn manifest(named: Option<&Path>, lock: &Path, said: Option<&str>) -> String {
    let beside = || said.map(|name| lock.with_file_name(name));
    let path = named.map(Path::to_owned).or_else(beside);
    path.map_or_else(|| "MANIFEST".to_owned(), |path| path.display().to_string())
}

/// What is amiss, and the way out.
pub(super) fn finding_words(lock: &SeenLock, finding: &Finding) -> (String, String) {
    let manifest =
        manifest(lock.manifest.as_deref(), &lock.lock, lock.seen.lock.manifest.as_deref());
    let typed = shell_word(&manifest);
    let at = shell_word(&lock.lock.display().to_string());
    let word = |name: &InstanceName| shell_word(name.as_str());
    match finding {
        Finding::Trouble(error) => (error.to_string(), error.help()),
        Finding::NotCanonical { line } => (
            format!("line {line} is not as the program writes it"),
            format!(
                "where somebody edited it, `git checkout -- {at}` takes back what was committed; \
                 `instancectl lock recover {at}` writes it anew with what it says now"
            ),
        ),
        Finding::Journal { names } if names.is_empty() => (
            "a run that was interrupted left a journal, which says nothing new".to_owned(),
            format!("`instancectl lock recover {at}` removes it"),
        ),
        Finding::Journal { names } => (
            format!("a run that was interrupted left what the lock does not have: {}", list(names)),
            format!("`instancectl lock recover {at}` folds it in; so does the next `apply`"),
        ),
        Finding::Clash(clash) => (
            format!(
                "two creates for {}: the lock has {}, what a run left has {}",
                quote(clash.name.as_str()),
                id_or_unknown(clash.stands.as_ref()),
                id_or_unknown(clash.candidate.as_ref())
            ),
            "look at both on the platform".to_owned(),
        ),
        Finding::Unknown { name, why } => {
            let why = why.as_ref().map_or(String::new(), |why| format!(": {why}"));
            (format!("{} is unknown{why}", quote(name.as_str())), way_out(&manifest, name))
        }
        Finding::Deleting { name } => (
            format!("the delete of {} was asked for and not seen done", quote(name.as_str())),
            format!("`instancectl destroy -f {typed} {}` asks again", word(name)),
        ),
        Finding::Candidates { name, ids } => (
            format!("other instances claim the name {}: {}", quote(name.as_str()), ids_in(ids)),
            format!(
                "look at them on the platform; one that is too many ends with `instancectl destroy \
                 -f {typed} {} --id {}`",
                word(name),
                ids.first().map_or("TASK_ID", TaskId::as_str)
            ),
        ),
        Finding::Shared { id, names } => (
            format!("{} hold one ID: {id}", list(names)),
            "look on the platform whose it is; the others have to be taken out of the lock by hand"
                .to_owned(),
        ),
        Finding::Missing { name } => (
            format!("the manifest has {}, the lock does not", quote(name.as_str())),
            format!("`instancectl apply -f {typed}` creates it; then commit the lock"),
        ),
    }
}

pub(super) fn dispute_words(dispute: &Dispute) -> String {
    match dispute {
        Dispute::Claimed { name, stands, other } => format!(
            "two creates claim the name {}: {} stands, {} is {}",
            quote(name.as_str()),
            id_or_unknown(stands.as_ref()),
            id_or_unknown(other.as_ref()),
            if other.is_some() { "its candidate" } else { "not in the lock" }
        ),
        Dispute::Kept { name, id } => format!(
            "one side removed {}, the other changed it: it stays, {}",
            quote(name.as_str()),
            id_or_unknown(id.as_ref())
        ),
        Dispute::Key { name: Some(name), key } => format!(
            "both sides changed {} of {}: that of ours stands",
            quote(key),
            quote(name.as_str())
        ),
        Dispute::Key { name: None, key } => {
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

pub(super) fn ids_in(ids: &[TaskId]) -> String {
    ids.iter().map(TaskId::as_str).collect::<Vec<_>>().join(", ")
}
