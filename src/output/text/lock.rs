//! Locks, as human-readable text and JSON.

mod messages;
mod table;

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use messages::{conflict_message, display_manifest, issue_message, manifest};
use table::table;

use super::plan;
use crate::cli::Format;
use crate::exit_status::{ExitClass, ExitClasses};
use crate::ids::{InstanceName, TaskId};
use crate::lockfile::{
    Entry, EntryState, IdSource, LockError, LockIssue, LockReport, LockStore, MergeResult,
};
use crate::output::Console;
use crate::output::json::results::print;
use crate::resolve::remediation;
use crate::text::plural::count;
use crate::text::shell_quote;

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
        if format == Format::Json {
            let rows = locks.iter().flat_map(|lock| {
                lock.observed
                    .lock
                    .instances
                    .iter()
                    .map(move |(name, entry)| holder_row(lock, name, entry))
            });
            return self.object(&rows.collect::<Vec<_>>(), &summaries(locks), classes);
        }
        let width = self.out_width();
        let text: String = locks.iter().map(|lock| table(lock, width)).collect();
        self.result(&text)?;
        for lock in locks {
            for finding in &lock.observed.findings {
                match finding {
                    LockIssue::Unreadable(error @ LockError::Held { .. }) => {
                        self.info(&format!("{error}: its content may change"))?;
                    }
                    LockIssue::Unreadable(error) => {
                        self.error(&error.to_string(), Some(&error.help()))?;
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
        if format == Format::Json {
            let rows = locks.iter().flat_map(|lock| {
                lock.observed.findings.iter().filter_map(move |finding| issue_row(lock, finding))
            });
            return self.object(&rows.collect::<Vec<_>>(), &summaries(locks), classes);
        }
        let mut text = String::new();
        for lock in locks.iter().filter(|lock| !self.quiet || !lock.observed.findings.is_empty()) {
            let problems = problems(lock.observed.findings.len());
            let contains = match (lock.observed.exists, lock.observed.readable) {
                (true, true) => count(lock.observed.lock.instances.len(), "instance"),
                (true, false) => "not readable".to_owned(),
                (false, _) => "no lock yet".to_owned(),
            };
            line(&mut text, &format!("{}: {contains}, {problems}", lock.lock.display()));
            for found in &lock.observed.findings {
                let (message, help) = issue_message(lock, found);
                line(&mut text, &format!("  {}: {message}", found.code()));
                line(&mut text, &format!("    help: {help}"));
            }
        }
        if !self.quiet {
            let found: usize = locks.iter().map(|lock| lock.observed.findings.len()).sum();
            let (locks, found) = (count(locks.len(), "lock"), problems(found));
            let checked = format!("checked {locks}: {found}");
            line(&mut text, &self.words().with_exit(checked, classes));
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
        if format == Format::Json {
            let rows = locks.iter().flat_map(recovered_rows);
            let summary = |lock: &RecoverySummary| {
                let (message, help) = recovery_summary(lock);
                json!({ "file": lock.file, "lock": lock.lock, "message": message, "help": help })
            };
            let locks: Vec<Value> = locks.iter().map(summary).collect();
            return self.object(&rows.collect::<Vec<_>>(), &locks, classes);
        }
        for lock in locks {
            let (message, help) = recovery_summary(lock);
            let Ok((store, _)) = &lock.recovered else {
                self.error(&message, help.as_deref())?;
                continue;
            };
            let mut text = String::new();
            line(&mut text, &format!("{}: {message}", lock.lock.display()));
            for name in &store.recovered().merged {
                line(&mut text, &format!("  {}", recovered_entries(store, name)));
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
            self.error(&conflict_message(dispute), None)?;
        }
        if merged.disputes.is_empty() {
            return Ok(());
        }
        let path = shell_quote(&path.display().to_string());
        self.info(&format!(
            "{path} is merged and contains every ID of both sides; check these on the platform, \
             then `git add {path}` and continue the merge"
        ))
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

fn problems(found: usize) -> String {
    if found == 0 { "no problems".to_owned() } else { count(found, "problem") }
}

/// Returns every lock with its problems, as JSON.
fn summaries(locks: &[LockSummary]) -> Vec<Value> {
    let finding = |lock: &LockSummary, finding: &LockIssue| {
        let (message, help) = issue_message(lock, finding);
        json!({
            "code": finding.code(),
            "class": finding.class().code(),
            "message": message,
            "help": help,
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
fn issue_row(lock: &LockSummary, finding: &LockIssue) -> Option<Value> {
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
    row["message"] = json!(issue_message(lock, finding).0);
    Some(row)
}

fn recovery_summary(lock: &RecoverySummary) -> (String, Option<String>) {
    let (store, tidied) = match &lock.recovered {
        Ok(recovered) => recovered,
        Err(error) => return (error.to_string(), Some(error.help())),
    };
    let recovered = store.recovered();
    let mut done = Vec::new();
    if !recovered.merged.is_empty() {
        let entries = recovered.merged.len();
        done.push(format!(
            "recovered {entries} entr{} from the journal",
            if entries == 1 { "y" } else { "ies" }
        ));
    } else if recovered.journal {
        done.push("removed a journal without new records".to_owned());
    }
    if *tidied {
        done.push("rewritten in canonical form".to_owned());
    }
    let words = if done.is_empty() { "nothing to recover".to_owned() } else { done.join(", ") };
    (words, None)
}

fn recovered_entries(store: &LockStore, name: &InstanceName) -> String {
    let displayed = plan::escape(name.as_str());
    match store.lock().instances.get(name) {
        None => format!("{displayed}: entry removed"),
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
