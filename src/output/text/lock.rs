//! Locks, as human-readable text and JSON.

mod manifest;
mod table;

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use manifest::{display_manifest, manifest};
use table::table;

use super::plan;
use crate::cli::Format;
use crate::exit_status::{ExitClass, ExitClasses};
use crate::ids::{InstanceName, TaskId};
use crate::lockfile::{
    Entry, EntryState, IdSource, LockError, LockIssue, LockReport, LockStore, MergeResult,
    MergeSide,
};
use crate::output::Console;
use crate::output::json::results::print;
use crate::output::words::Words;
use crate::resolve::remediation;

/// A lock that was inspected.
#[derive(Debug)]
pub struct LockSummary {
    /// The path that the user named: a manifest or a lock.
    pub file: String,
    /// The manifest, if it was named.
    pub manifest: Option<PathBuf>,
    /// The lock.
    pub lock: PathBuf,
    /// Result of the inspection.
    pub observed: LockReport,
}

/// A lock that was recovered.
#[derive(Debug)]
pub struct RecoverySummary {
    /// The path that the user named: a manifest or a lock.
    pub file: String,
    /// The manifest, if it was named.
    pub manifest: Option<PathBuf>,
    /// The lock.
    pub lock: PathBuf,
    /// The lock in its new state, and whether it was rewritten only for its form.
    pub recovered: Result<(LockStore, bool), LockError>,
}

impl Console {
    /// Prints the contents of locks, as the command's result.
    pub fn locks(
        &mut self,
        locks: &[LockSummary],
        classes: &ExitClasses,
        format: Format,
    ) -> io::Result<()> {
        let words = self.words();
        if format == Format::Json {
            let rows = locks.iter().flat_map(|lock| {
                lock.observed
                    .lock
                    .instances
                    .iter()
                    .map(move |(name, entry)| holder_row(lock, name, entry))
            });
            return self.object(&rows.collect::<Vec<_>>(), &summaries(locks, words), classes);
        }
        let width = self.out_width();
        let text: String = locks.iter().map(|lock| table(lock, words, width)).collect();
        self.result(&text)?;
        for lock in locks {
            for finding in &lock.observed.findings {
                match finding {
                    LockIssue::Unreadable(error @ LockError::Held { .. }) => {
                        self.info(&words.lock_may_change(error))?;
                    }
                    LockIssue::Unreadable(error) => {
                        let help = words.lock_error_help(error);
                        self.error(&words.lock_error(error), Some(&help))?;
                    }
                    LockIssue::IdConflict(clash) => {
                        self.print_id_conflict(clash, &display_manifest(lock))?;
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Prints the problems of locks, as the command's result.
    pub fn verified(
        &mut self,
        locks: &[LockSummary],
        classes: &ExitClasses,
        format: Format,
    ) -> io::Result<()> {
        let words = self.words();
        if format == Format::Json {
            let rows = locks.iter().flat_map(|lock| {
                let findings = lock.observed.findings.iter();
                findings.filter_map(move |finding| issue_row(lock, finding, words))
            });
            return self.object(&rows.collect::<Vec<_>>(), &summaries(locks, words), classes);
        }
        let mut text = String::new();
        for lock in locks.iter().filter(|lock| !self.quiet || !lock.observed.findings.is_empty()) {
            line(&mut text, &words.inspected_lock(&lock.lock, &lock.observed));
            for found in &lock.observed.findings {
                let help = words.labelled_help(&issue_help(lock, found, words));
                line(&mut text, &format!("  {}: {}", found.code(), words.lock_issue(found)));
                line(&mut text, &format!("    {help}"));
            }
        }
        if !self.quiet {
            let found: usize = locks.iter().map(|lock| lock.observed.findings.len()).sum();
            let checked = words.inspected_locks(locks.len(), found);
            line(&mut text, &words.with_exit(checked, classes));
        }
        self.result(&text)
    }

    /// Prints the results of a recovery, as the command's result.
    pub fn recovered(
        &mut self,
        locks: &[RecoverySummary],
        classes: &ExitClasses,
        format: Format,
    ) -> io::Result<()> {
        let words = self.words();
        if format == Format::Json {
            let rows = locks.iter().flat_map(recovered_rows);
            let summary = |lock: &RecoverySummary| {
                let (message, help) = recovery_summary(lock, words);
                json!({ "file": lock.file, "lock": lock.lock, "message": message, "help": help })
            };
            let locks: Vec<Value> = locks.iter().map(summary).collect();
            return self.object(&rows.collect::<Vec<_>>(), &locks, classes);
        }
        for lock in locks {
            let (message, help) = recovery_summary(lock, words);
            let Ok((store, _)) = &lock.recovered else {
                self.error(&message, help.as_deref())?;
                continue;
            };
            let mut text = String::new();
            line(&mut text, &format!("{}: {message}", lock.lock.display()));
            for name in &store.recovered().merged {
                line(&mut text, &format!("  {}", recovered_entry(store, name, words)));
            }
            self.result(&text)?;
            let manifest =
                manifest(lock.manifest.as_deref(), &lock.lock, store.lock().manifest.as_deref());
            for clash in store.id_conflicts() {
                self.print_id_conflict(clash, &manifest)?;
            }
            for name in &store.recovered().merged {
                let entry = store.lock().instances.get(name);
                if let Some(entry) = entry.filter(|entry| entry.state == EntryState::Unknown) {
                    let steps = remediation(&manifest, name, &entry.candidates);
                    let way_out = self.words().remediation(&steps);
                    self.info(&format!("{}: {way_out}", plan::escape(name.as_str())))?;
                }
            }
        }
        Ok(())
    }

    /// Prints the conflicts that a merge left to the user; prints nothing if there are none, as git
    /// expects.
    pub fn print_merge_conflicts(&mut self, path: &Path, merged: &MergeResult) -> io::Result<()> {
        for dispute in &merged.disputes {
            self.error(&self.words().merge_conflict(dispute), None)?;
        }
        if merged.disputes.is_empty() {
            return Ok(());
        }
        self.info(&self.words().merge_conflicts_help(path))
    }

    /// Prints that a merge only wrote conflict markers, and why.
    pub fn print_not_merged(
        &mut self,
        path: &Path,
        side: MergeSide,
        error: &LockError,
    ) -> io::Result<()> {
        let words = self.words();
        self.error(&words.not_merged(side, error), Some(&words.not_merged_help(path)))
    }

    fn object(&mut self, rows: &[Value], locks: &[Value], classes: &ExitClasses) -> io::Result<()> {
        let codes: Vec<u8> = classes.iter().map(ExitClass::code).collect();
        let object = json!({
            "version": 1,
            "instances": rows,
            "locks": locks,
            "exit": { "code": classes.code(), "classes": codes },
        });
        self.print(|out| print(out, &object))
    }
}

fn line(text: &mut String, words: &str) {
    writeln!(text, "{words}").expect("a string takes text");
}

fn issue_help(lock: &LockSummary, issue: &LockIssue, words: &dyn Words) -> String {
    words.lock_issue_help(issue, &lock.lock, &display_manifest(lock))
}

/// Returns every lock with its problems, as JSON.
fn summaries(locks: &[LockSummary], words: &dyn Words) -> Vec<Value> {
    let finding = |lock: &LockSummary, finding: &LockIssue| {
        json!({
            "code": finding.code(),
            "class": finding.class().code(),
            "message": words.lock_issue(finding),
            "help": issue_help(lock, finding, words),
        })
    };
    let summary = |lock: &LockSummary| {
        let findings = lock.observed.findings.iter().map(|found| finding(lock, found));
        json!({
            "file": lock.file,
            "lock": lock.lock,
            "exists": lock.observed.exists,
            "findings": findings.collect::<Vec<_>>(),
        })
    };
    locks.iter().map(summary).collect()
}

/// Returns a row of the documented shape.
fn row(file: &str, name: &InstanceName, outcome: Option<&str>, id: Option<&TaskId>) -> Value {
    json!({
        "file": file,
        "name": name,
        "action": null,
        "outcome": outcome,
        "taskId": id,
        "code": null,
        "message": null,
        "changes": [],
    })
}

fn outcome(entry: &Entry) -> Option<&'static str> {
    match entry.state {
        EntryState::Created => Some("created"),
        EntryState::Unknown => Some("unknown"),
        EntryState::Deleting => None,
    }
}

fn holder_row(lock: &LockSummary, name: &InstanceName, entry: &Entry) -> Value {
    let mut row = row(&lock.file, name, outcome(entry), entry.task_id.as_ref());
    row["message"] = json!(entry.why);
    row["state"] = json!(entry.state.as_str());
    row["how"] = json!(entry.how.map(IdSource::as_str));
    row["region"] = json!(entry.region);
    row["endpoint"] = json!(entry.endpoint);
    row["submittedAt"] = json!(entry.submitted_at);
    row["candidates"] = json!(entry.candidates);
    row["pending"] = json!(lock.observed.pending.contains(name));
    row
}

/// Returns the problem of one instance, in the documented shape.
fn issue_row(lock: &LockSummary, finding: &LockIssue, words: &dyn Words) -> Option<Value> {
    let (name, action) = match finding {
        LockIssue::Unknown { name, .. }
        | LockIssue::Deleting { name }
        | LockIssue::Candidates { name, .. } => (name, None),
        LockIssue::IdConflict(clash) => (&clash.name, None),
        LockIssue::Missing { name } => (name, Some("create")),
        LockIssue::Unreadable(_)
        | LockIssue::NotCanonical { .. }
        | LockIssue::Journal { .. }
        | LockIssue::DuplicateId { .. } => return None,
    };
    let entry = lock.observed.lock.instances.get(name);
    let id = entry.and_then(|entry| entry.task_id.as_ref());
    let mut row = row(&lock.file, name, entry.and_then(outcome), id);
    row["action"] = json!(action);
    row["message"] = json!(words.lock_issue(finding));
    Some(row)
}

fn recovery_summary(lock: &RecoverySummary, words: &dyn Words) -> (String, Option<String>) {
    match &lock.recovered {
        Ok((store, tidied)) => (words.recovery(store.recovered(), *tidied), None),
        Err(error) => (words.lock_error(error), Some(words.lock_error_help(error))),
    }
}

fn recovered_entry(store: &LockStore, name: &InstanceName, words: &dyn Words) -> String {
    let displayed = plan::escape(name.as_str());
    match store.lock().instances.get(name) {
        None => format!("{displayed}: {}", words.entry_removed()),
        Some(entry) => {
            let id = entry.task_id.as_ref().map_or(String::new(), |id| format!(" {id}"));
            let why = entry.why.as_ref().map_or(String::new(), |why| format!(": {why}"));
            format!("{displayed}: {}{id}{why}", entry.state.as_str())
        }
    }
}

fn recovered_rows(lock: &RecoverySummary) -> Vec<Value> {
    let Ok((store, _)) = &lock.recovered else { return Vec::new() };
    let of = |name: &InstanceName| {
        let entry = store.lock().instances.get(name);
        let id = entry.and_then(|entry| entry.task_id.as_ref());
        let mut row = row(&lock.file, name, entry.and_then(outcome), id);
        row["message"] = json!(entry.and_then(|entry| entry.why.as_deref()));
        row
    };
    store.recovered().merged.iter().map(of).collect()
}
