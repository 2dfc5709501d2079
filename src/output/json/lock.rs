//! Rows and keys of the commands about locks.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Serialize;

use super::entry_fields::EntryFields;
use super::instance_row::{Candidate, InstanceRow};
use super::vocabulary::{ActionName, OutcomeName};
use crate::ids::{InstanceName, Region, TaskId};
use crate::lockfile::{Entry, EntryState, IdSource, LockIssue};
use crate::output::text::lock::{issue_help, recovery_summary};
use crate::output::words::Words;
use crate::output::{LockSummary, RecoverySummary};

/// A lock.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "lock", extend("additionalProperties" = false))]
pub(crate) struct LockObject<'a> {
    /// The manifest or lock, as the user named it.
    file: &'a str,
    /// Path of the lock.
    lock: Cow<'a, str>,
    #[serde(flatten)]
    inspected: Option<InspectedLock>,
    #[serde(flatten)]
    recovered: Option<RecoveredLock>,
}

/// Result of the inspection of a lock.
#[derive(Debug, Serialize, JsonSchema)]
struct InspectedLock {
    /// `lock list` and `lock verify`: whether the lock exists.
    exists: bool,
    /// `lock list` and `lock verify`: its problems.
    findings: Vec<LockFinding>,
}

/// Result of the recovery of a lock.
#[derive(Debug, Serialize, JsonSchema)]
struct RecoveredLock {
    /// `lock recover`: what was done, or why it failed.
    message: String,
    /// `lock recover`: the next step; null if there is none.
    help: Option<String>,
}

/// A problem of a lock.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "lockFinding", extend("additionalProperties" = false))]
struct LockFinding {
    /// Stable code.
    code: &'static str,
    /// Exit code that it causes in `lock verify`.
    class: u8,
    /// Description of the problem.
    message: String,
    /// The next step.
    help: String,
}

/// Returns every lock with its problems.
pub(crate) fn locks<'a>(locks: &'a [LockSummary], words: &dyn Words) -> Vec<LockObject<'a>> {
    locks.iter().map(|lock| inspected_lock(lock, words)).collect()
}

fn inspected_lock<'a>(lock: &'a LockSummary, words: &dyn Words) -> LockObject<'a> {
    let finding = |finding: &LockIssue| LockFinding {
        code: finding.code(),
        class: finding.class().code(),
        message: words.lock_issue(finding),
        help: issue_help(lock, finding, words),
    };
    let findings = lock.observed.findings.iter().map(finding).collect();
    LockObject {
        file: &lock.file,
        lock: lock.lock.to_string_lossy(),
        inspected: Some(InspectedLock { exists: lock.observed.exists, findings }),
        recovered: None,
    }
}

/// Returns every lock with the result of its recovery.
pub(crate) fn recovered_locks<'a>(
    locks: &'a [RecoverySummary],
    words: &dyn Words,
) -> Vec<LockObject<'a>> {
    locks.iter().map(|lock| recovered_lock(lock, words)).collect()
}

fn recovered_lock<'a>(lock: &'a RecoverySummary, words: &dyn Words) -> LockObject<'a> {
    let (message, help) = recovery_summary(lock, words);
    LockObject {
        file: &lock.file,
        lock: lock.lock.to_string_lossy(),
        inspected: None,
        recovered: Some(RecoveredLock { message, help }),
    }
}

/// Returns an entry of a lock.
pub(crate) fn entry_row<'a>(
    lock: &'a LockSummary,
    name: &'a InstanceName,
    entry: &'a Entry,
) -> InstanceRow<'a> {
    InstanceRow {
        message: entry.why.as_deref().map(Cow::Borrowed),
        state: Some(entry.state.as_str()),
        candidates: Some(
            entry.candidates.iter().map(|id| Candidate::Recorded(id.as_str())).collect(),
        ),
        entry: Some(EntryFields {
            how: entry.how.map(IdSource::as_str),
            region: entry.region.as_ref().map(Region::as_str),
            endpoint: entry.endpoint.as_str(),
            submitted_at: entry.submitted_at.as_deref(),
            pending: lock.observed.pending.contains(name),
        }),
        ..row(&lock.file, name, Some(entry))
    }
}

/// Returns the problem of one instance, if it is about one.
pub(crate) fn issue_row<'a>(
    lock: &'a LockSummary,
    finding: &'a LockIssue,
    words: &dyn Words,
) -> Option<InstanceRow<'a>> {
    let (name, action) = match finding {
        LockIssue::Unknown { name, .. }
        | LockIssue::Deleting { name }
        | LockIssue::Candidates { name, .. } => (name, None),
        LockIssue::IdConflict(clash) => (&clash.name, None),
        LockIssue::Missing { name } => (name, Some(ActionName::Create)),
        LockIssue::Unreadable(_)
        | LockIssue::NotCanonical { .. }
        | LockIssue::Journal { .. }
        | LockIssue::DuplicateId { .. } => return None,
    };
    let message = Some(words.lock_issue(finding).into());
    let entry = lock.observed.lock.instances.get(name);
    Some(InstanceRow { action, message, ..row(&lock.file, name, entry) })
}

/// Returns the entries that a recovery changed.
pub(crate) fn recovered_rows(lock: &RecoverySummary) -> impl Iterator<Item = InstanceRow<'_>> {
    let store = lock.recovered.as_ref().ok().map(|(store, _)| store);
    store.into_iter().flat_map(move |store| {
        store.recovered().merged.iter().map(move |name| {
            let entry = store.lock().instances.get(name);
            let message = entry.and_then(|entry| entry.why.as_deref()).map(Cow::Borrowed);
            InstanceRow { message, ..row(&lock.file, name, entry) }
        })
    })
}

fn row<'a>(file: &'a str, name: &'a InstanceName, entry: Option<&'a Entry>) -> InstanceRow<'a> {
    InstanceRow {
        file,
        name: name.as_str(),
        outcome: entry.and_then(outcome),
        task_id: entry.and_then(|entry| entry.task_id.as_ref()).map(TaskId::as_str),
        ..InstanceRow::default()
    }
}

fn outcome(entry: &Entry) -> Option<OutcomeName> {
    match entry.state {
        EntryState::Created => Some(OutcomeName::Created),
        EntryState::Unknown => Some(OutcomeName::Unknown),
        EntryState::Deleting => None,
    }
}
