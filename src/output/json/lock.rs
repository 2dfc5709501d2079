//! Rows and keys of the commands about locks.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Serialize;

use super::instance_row::{Candidate, EntryFields, InstanceRow};
use super::vocabulary::OutcomeName;
use crate::exit_status::ExitClass;
use crate::git::{GitError, LockPush};
use crate::ids::{InstanceName, Region, TaskId};
use crate::language::Language;
use crate::lockfile::{Entry, EntryState, IdSource, LockIssue, LockStore};
use crate::output::text::lock::{issue, recovery_summary};
use crate::output::{LockSummary, Message, Recovered};
use crate::plan::PlanAction;

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
    done: Option<LockResult>,
}

/// Result of the inspection of a lock.
#[derive(Debug, Serialize, JsonSchema)]
struct InspectedLock {
    /// `lock list` and `lock verify`: whether the lock exists.
    exists: bool,
    /// `lock list` and `lock verify`: its problems.
    findings: Vec<LockFinding>,
}

/// Result of a command that writes a lock.
#[derive(Debug, Serialize, JsonSchema)]
struct LockResult {
    /// `lock recover`, `lock push` and `lock release`: what was done, or why it failed.
    message: String,
    /// `lock recover`, `lock push` and `lock release`: the next step; null if there is none.
    help: Option<String>,
}

/// A problem of a lock.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "lockFinding", extend("additionalProperties" = false))]
struct LockFinding {
    /// Stable code.
    code: &'static str,
    /// Exit code that it causes in `lock verify`; 0 for a note.
    class: u8,
    /// Description of the problem.
    message: String,
    /// The next step.
    help: String,
}

/// Returns every lock with its problems.
pub(crate) fn locks(locks: &[LockSummary], words: Language) -> Vec<LockObject<'_>> {
    let inspected = |lock: &LockSummary| {
        let finding = |finding: &LockIssue| {
            let Message { text: message, help } = issue(lock, finding, words);
            let (code, class) = (finding.code(), finding.class().map_or(0, ExitClass::code));
            LockFinding { code, class, message, help: help.unwrap_or_default() }
        };
        let findings = lock.result.findings.iter().map(finding).collect();
        InspectedLock { exists: lock.result.exists, findings }
    };
    let objects = locks
        .iter()
        .map(|lock| LockObject { inspected: Some(inspected(lock)), ..LockObject::new(lock) });
    objects.collect()
}

impl<'a> LockObject<'a> {
    fn new<T>(lock: &'a LockSummary<T>) -> Self {
        Self { file: &lock.file, lock: lock.lock.to_string_lossy(), inspected: None, done: None }
    }

    fn done<T>(lock: &'a LockSummary<T>, Message { text: message, help }: Message) -> Self {
        Self { done: Some(LockResult { message, help }), ..Self::new(lock) }
    }
}

/// Returns every lock with the result of its recovery.
pub(crate) fn recovered_locks(
    locks: &[LockSummary<Recovered>],
    words: Language,
) -> Vec<LockObject<'_>> {
    locks.iter().map(|lock| LockObject::done(lock, recovery_summary(lock, words))).collect()
}

/// Returns every lock with the result of its push.
pub(crate) fn pushed_locks<'a>(
    locks: &'a [LockSummary<LockStore>],
    push: &Result<LockPush, GitError>,
    words: Language,
) -> Vec<LockObject<'a>> {
    let result = |index| match push {
        Ok(push) => words.lock_pushed(push, index).into(),
        Err(error) => words.git_error(error),
    };
    let all = locks.iter().enumerate();
    all.map(|(index, lock)| LockObject::done(lock, result(index))).collect()
}

/// Passes on the entries of a lock.
pub(crate) fn store_rows(lock: &LockSummary<LockStore>, each: &mut dyn FnMut(InstanceRow<'_>)) {
    for (name, entry) in &lock.result.lock().instances {
        each(row(&lock.file, name, Some(entry)));
    }
}

/// Returns an entry of a lock.
pub(crate) fn entry_row<'a>(
    lock: &'a LockSummary,
    name: &'a InstanceName,
    entry: &'a Entry,
    words: Language,
) -> InstanceRow<'a> {
    InstanceRow {
        message: entry.why.as_deref().map(|why| words.recorded(why)),
        state: Some(entry.state.as_str()),
        candidates: Some(
            entry.candidates.iter().map(|id| Candidate::Recorded(id.as_str())).collect(),
        ),
        entry: Some(EntryFields {
            how: entry.how.map(IdSource::as_str),
            region: entry.region.as_ref().map(Region::as_str),
            endpoint: entry.endpoint.as_str(),
            submitted_at: entry.submitted_at.as_deref(),
            pending: lock.result.pending.contains(name),
        }),
        ..row(&lock.file, name, Some(entry))
    }
}

/// Returns the problem of one instance, if it is about one.
pub(crate) fn issue_row<'a>(
    lock: &'a LockSummary,
    finding: &'a LockIssue,
    words: Language,
) -> Option<InstanceRow<'a>> {
    let (name, action) = match finding {
        LockIssue::Unknown { name, .. }
        | LockIssue::Deleting { name }
        | LockIssue::Candidates { name, .. }
        | LockIssue::InOtherLock { name, .. } => (name, None),
        LockIssue::IdConflict(clash) => (&clash.name, None),
        LockIssue::Missing { name } => (name, Some(PlanAction::Create)),
        LockIssue::Unreadable(_)
        | LockIssue::NotCanonical { .. }
        | LockIssue::Journal { .. }
        | LockIssue::DuplicateId { .. }
        | LockIssue::NoMergeDriver => return None,
    };
    let message = Some(issue(lock, finding, words).text.into());
    let entry = lock.result.lock.instances.get(name);
    Some(InstanceRow { action, message, ..row(&lock.file, name, entry) })
}

/// Passes on the entries that a recovery changed.
pub(crate) fn recovered_rows(
    lock: &LockSummary<Recovered>,
    each: &mut dyn FnMut(InstanceRow<'_>),
    words: Language,
) {
    let Ok((store, _)) = &lock.result else { return };
    for name in &store.recovered().merged {
        let entry = store.lock().instances.get(name);
        let message = entry.and_then(|entry| entry.why.as_deref()).map(|why| words.recorded(why));
        each(InstanceRow { message, ..row(&lock.file, name, entry) });
    }
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
