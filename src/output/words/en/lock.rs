//! Sentences about locks.

mod error;
mod help;

use std::borrow::Cow;
use std::path::Path;

use crate::diagnostics::{escaped, quote};
use crate::ids::{InstanceName, TaskId, listed};
use crate::lockfile::{
    Entry, IdSource, LockError, LockIssue, LockReport, MergeConflict, MergeSide, Recovery,
};
use crate::output::Message;
use crate::output::words::en::En;
use crate::resolve::remediation;
use crate::text::plural::count;
use crate::text::{ManifestArgs, shell_quote};

impl En {
    pub(crate) fn lock_error(error: &LockError) -> Message {
        Message::new(error::message(error), help::help(error))
    }

    pub(crate) fn lock_may_change(error: &LockError) -> String {
        format!("{}: its content may change", error::message(error))
    }

    /// Describes a problem of the lock at `lock`, which belongs to `manifest`.
    pub(crate) fn lock_issue(issue: &LockIssue, lock: &Path, manifest: &ManifestArgs) -> Message {
        Message::new(issue_text(issue), issue_help(issue, lock, manifest))
    }

    pub(crate) fn labelled_help(help: &str) -> String {
        format!("help: {help}")
    }

    pub(crate) fn inspected_lock(lock: &Path, report: &LockReport) -> String {
        let contents = match (report.exists, report.readable) {
            (true, true) => count(report.lock.instances.len(), "instance"),
            _ => Self::empty_lock(report).to_owned(),
        };
        format!("{}: {contents}, {}", lock.display(), problems(report.problems()))
    }

    pub(crate) fn inspected_locks(locks: usize, found: usize) -> String {
        format!("checked {}: {}", count(locks, "lock"), problems(found))
    }

    pub(crate) fn recorded(reason: &str) -> Cow<'_, str> {
        reason.into()
    }

    pub(crate) fn empty_lock(report: &LockReport) -> &'static str {
        match (report.exists, report.readable) {
            (true, true) => "no instances",
            (true, false) => "not readable",
            (false, _) => "no lock yet",
        }
    }

    pub(crate) fn entry_remarks(entry: &Entry, pending: bool) -> Vec<String> {
        let mut remarks = Vec::new();
        if let Some(why) = &entry.why {
            remarks.push(format!("why: {}", escaped(why)));
        }
        match entry.how {
            Some(IdSource::Listed) => remarks.push("found in the platform's list".to_owned()),
            Some(IdSource::Manual) => remarks.push("set manually".to_owned()),
            None => {}
        }
        if !entry.candidates.is_empty() {
            remarks.push(format!("candidates: {}", listed(&entry.candidates)));
        }
        if pending {
            remarks.push("from an interrupted run; not in the lock yet".to_owned());
        }
        remarks
    }

    pub(crate) fn recovery(recovery: &Recovery, canonicalized: bool) -> String {
        let mut done = Vec::new();
        match recovery.merged.len() {
            0 if recovery.journal => done.push("removed a journal without new records".to_owned()),
            0 => {}
            1 => done.push("recovered 1 entry from the journal".to_owned()),
            entries => done.push(format!("recovered {entries} entries from the journal")),
        }
        if canonicalized {
            done.push("rewritten in canonical form".to_owned());
        }
        if done.is_empty() { "nothing to recover".to_owned() } else { done.join(", ") }
    }

    pub(crate) fn merge_conflict(conflict: &MergeConflict) -> String {
        match conflict {
            MergeConflict::BothCreated { name, kept, other } => format!(
                "two creates have the name {}: {} is kept, {} is {}",
                quote(name.as_str()),
                id_or_unknown(kept.as_ref()),
                id_or_unknown(other.as_ref()),
                if other.is_some() { "its candidate" } else { "not in the lock" }
            ),
            MergeConflict::DeleteModify { name, id } => format!(
                "one side removed {}, the other changed it: it is kept, {}",
                quote(name.as_str()),
                id_or_unknown(id.as_ref())
            ),
            MergeConflict::UnknownKey { name: Some(name), key } => {
                let (key, name) = (quote(key), quote(name.as_str()));
                format!("both sides changed {key} of {name}: ours is kept")
            }
            MergeConflict::UnknownKey { name: None, key } => {
                format!("both sides changed {}: ours is kept", quote(key))
            }
        }
    }

    pub(crate) fn merge_conflicts_help(path: &Path) -> String {
        let path = shell_quote(&path.display().to_string());
        format!(
            "{path} is merged and contains every ID of both sides; check these on the platform, \
             then `git add {path}` and continue the merge"
        )
    }

    pub(crate) fn not_merged(path: &Path, side: MergeSide, error: &LockError) -> Message {
        let side = match side {
            MergeSide::Base => "the base version",
            MergeSide::Ours => "our side",
            MergeSide::Theirs => "their side",
        };
        let path = path.display();
        let help = format!(
            "`{path}` contains both versions between conflict markers, and no ID is lost: replace \
             it with the whole lock of one side (`git checkout --ours -- {path}` or `--theirs`), \
             add the entries that only the other side has, then `git add {path}`; or abort with \
             `git merge --abort`"
        );
        Message::new(format!("not merged: {side}: {}", error::message(error)), help)
    }
}

fn issue_text(issue: &LockIssue) -> String {
    match issue {
        LockIssue::Unreadable(error) => error::message(error),
        LockIssue::NotCanonical { line } => format!("line {line} is not in canonical form"),
        LockIssue::Journal { names } if names.is_empty() => {
            "an interrupted run left a journal without new records".to_owned()
        }
        LockIssue::Journal { names } => {
            format!("an interrupted run left records that are not in the lock: {}", list(names))
        }
        LockIssue::IdConflict(clash) => format!(
            "two creates for {}: the lock has {}, an interrupted run has {}",
            quote(clash.name.as_str()),
            id_or_unknown(clash.kept.as_ref()),
            id_or_unknown(clash.candidate.as_ref())
        ),
        LockIssue::Unknown { name, why, .. } => {
            let why = why.as_ref().map_or(String::new(), |why| format!(": {why}"));
            format!("{} is unknown{why}", quote(name.as_str()))
        }
        LockIssue::Deleting { name } => {
            format!("deletion of {} is not confirmed", quote(name.as_str()))
        }
        LockIssue::Candidates { name, ids } => {
            format!("other instances have the name {}: {}", quote(name.as_str()), listed(ids))
        }
        LockIssue::DuplicateId { id, names } => {
            format!("{} have the same ID: {id}", list(names))
        }
        LockIssue::InOtherLock { name, id, other } => {
            format!("{} is also in {other}: {id}", quote(name.as_str()))
        }
        LockIssue::Missing { name } => {
            format!("{} is in the manifest but not in the lock", quote(name.as_str()))
        }
        LockIssue::NoMergeDriver => {
            "the attributes of the lock name a merge driver that this clone does not have: git merges \
             it as text"
                .to_owned()
        }
    }
}

fn issue_help(issue: &LockIssue, lock: &Path, manifest: &ManifestArgs) -> String {
    let at = shell_quote(&lock.display().to_string());
    match issue {
        LockIssue::Unreadable(error) => help::help(error),
        LockIssue::NotCanonical { .. } => format!(
            "if it was edited, `git checkout -- {at}` restores the committed version; \
             `instancectl lock recover {at}` rewrites it with its current content"
        ),
        LockIssue::Journal { names } if names.is_empty() => {
            format!("`instancectl lock recover {at}` removes it")
        }
        LockIssue::Journal { .. } => {
            format!("`instancectl lock recover {at}` replays them, as does the next `apply`")
        }
        LockIssue::IdConflict(_) => {
            format!("`instancectl lock recover {at}` keeps both, the second as a candidate")
        }
        LockIssue::Unknown { name, candidates, .. } => {
            En::remediation(&remediation(manifest, name, candidates))
        }
        LockIssue::Deleting { name } => {
            format!("`{}` finishes it", manifest.command("destroy").value(name.as_str()))
        }
        LockIssue::Candidates { name, .. } => format!(
            "`{}` shows which of them are live, and how to delete the duplicate",
            manifest.command("status").value(name.as_str())
        ),
        LockIssue::DuplicateId { .. } => {
            "check on the platform which of them it is; remove the others from the lock by hand"
                .to_owned()
        }
        LockIssue::InOtherLock { .. } => {
            "remove its entry from one of the locks by hand, and the instance from that manifest: \
             `destroy` and `--prune` would delete it for both"
                .to_owned()
        }
        LockIssue::Missing { .. } => {
            format!("`{}` creates it; then commit the lock", manifest.command("apply"))
        }
        LockIssue::NoMergeDriver => {
            "once in this clone: `git config merge.instancectl.driver 'instancectl lock merge %O %A %B \
             %P'`"
                .to_owned()
        }
    }
}

fn problems(found: usize) -> String {
    if found == 0 { "no problems".to_owned() } else { count(found, "problem") }
}

fn id_or_unknown(id: Option<&TaskId>) -> String {
    id.map_or_else(|| "one with an unknown outcome".to_owned(), |id| format!("`{id}`"))
}

fn list(names: &[InstanceName]) -> String {
    names.iter().map(|name| quote(name.as_str()).to_string()).collect::<Vec<_>>().join(", ")
}
