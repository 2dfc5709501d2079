//! Locks, as human-readable text and JSON.

mod messages;
mod table;

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use messages::{conflict_message, display_manifest, manifest};
use table::table;

pub(crate) use messages::issue_message;

use super::plan;
use crate::exit_status::ExitClasses;
use crate::ids::InstanceName;
use crate::lockfile::{EntryState, LockError, LockIssue, LockReport, LockStore, MergeResult};
use crate::output::Console;
use crate::output::json::{self, Envelope, ExitReport, Rows};
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
    pub fn locks(&mut self, locks: &[LockSummary], classes: &ExitClasses) -> io::Result<()> {
        if self.is_human() {
            let width = self.out_width();
            let text: String = locks.iter().map(|lock| table(lock, width)).collect();
            self.result(&text)?;
        } else {
            let rows = || {
                locks.iter().flat_map(|lock| {
                    let entries = lock.observed.lock.instances.iter();
                    entries.map(move |(name, entry)| json::entry_row(lock, name, entry))
                })
            };
            let files = self.take_files();
            let object = self.object(&files, exit(locks, classes)).with_instances(Rows::new(rows));
            self.print_object(&Envelope { locks: Some(json::locks(locks)), ..object })?;
        }
        if self.is_json() {
            return Ok(());
        }
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
    pub fn verified(&mut self, locks: &[LockSummary], classes: &ExitClasses) -> io::Result<()> {
        if !self.is_human() {
            let rows = || {
                locks.iter().flat_map(|lock| {
                    let findings = lock.observed.findings.iter();
                    findings.filter_map(move |finding| json::issue_row(lock, finding))
                })
            };
            let files = self.take_files();
            let object = self.object(&files, exit(locks, classes)).with_instances(Rows::new(rows));
            return self.print_object(&Envelope { locks: Some(json::locks(locks)), ..object });
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
            line(&mut text, &plan::with_exit(checked, classes));
        }
        self.result(&text)
    }

    /// Prints the results of a recovery, as the command's result.
    pub fn recovered(
        &mut self,
        locks: &[RecoverySummary],
        classes: &ExitClasses,
    ) -> io::Result<()> {
        if !self.is_human() {
            let exit = match locks.iter().find_map(|lock| lock.recovered.as_ref().err()) {
                Some(error) => {
                    ExitReport::of(classes).because(error.to_string(), Some(&error.help()))
                }
                None => ExitReport::of(classes),
            };
            let files = self.take_files();
            let rows = Rows::new(|| locks.iter().flat_map(json::recovered_rows));
            let object = self.object(&files, exit).with_instances(rows);
            return self
                .print_object(&Envelope { locks: Some(json::recovered_locks(locks)), ..object });
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
                    let way_out = remediation(&manifest, name, &entry.candidates);
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
}

fn line(text: &mut String, words: &str) {
    writeln!(text, "{words}").expect("a string takes text");
}

fn problems(found: usize) -> String {
    if found == 0 { "no problems".to_owned() } else { count(found, "problem") }
}

/// Returns the exit status, with the first problem that decides it.
fn exit(locks: &[LockSummary], classes: &ExitClasses) -> ExitReport {
    let exit = ExitReport::of(classes);
    let found = |lock: &LockSummary| {
        let mut findings = lock.observed.findings.iter();
        let decisive = findings.find(|finding| finding.class().code() == exit.code)?;
        Some(issue_message(lock, decisive))
    };
    match locks.iter().find_map(found) {
        Some((message, help)) => exit.because(message, Some(&help)),
        None => exit,
    }
}

/// Returns the result of a recovery, and the next step.
pub(crate) fn recovery_summary(lock: &RecoverySummary) -> (String, Option<String>) {
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
