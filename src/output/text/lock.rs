//! Locks, as human-readable text and JSON.

mod manifest;
mod table;

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use manifest::{display_manifest, manifest};
use table::table;

use super::plan;
use crate::exit_status::ExitClasses;
use crate::ids::InstanceName;
use crate::lockfile::{
    EntryState, LockError, LockIssue, LockReport, LockStore, Lockfile, MergeResult, MergeSide,
};
use crate::output::console::Console;
use crate::output::json::{self, Envelope, ExitReport, Rows};
use crate::output::words::Words;
use crate::plan::Cost;
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
    pub fn locks(&mut self, locks: &[LockSummary], classes: &ExitClasses) -> io::Result<()> {
        let words = self.words();
        if self.is_human() {
            let width = self.out_width();
            let text: String = locks.iter().map(|lock| table(lock, words, width)).collect();
            self.result(&text)?;
        } else {
            let rows = || {
                locks.iter().flat_map(|lock| {
                    let entries = lock.observed.lock.instances.iter();
                    entries.map(move |(name, entry)| json::entry_row(lock, name, entry))
                })
            };
            let (files, exit) = (self.take_files(), exit(locks, classes, words));
            let object = self.object(&files, exit).with_instances(Rows::new(rows));
            let object = object.with_cost(&cost(locks.iter().map(|lock| &lock.observed.lock)));
            self.print_object(&Envelope { locks: Some(json::locks(locks, words)), ..object })?;
        }
        if self.is_json() {
            return Ok(());
        }
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
    pub fn verified(&mut self, locks: &[LockSummary], classes: &ExitClasses) -> io::Result<()> {
        let words = self.words();
        if !self.is_human() {
            let rows = || {
                locks.iter().flat_map(|lock| {
                    let findings = lock.observed.findings.iter();
                    findings.filter_map(move |finding| json::issue_row(lock, finding, words))
                })
            };
            let (files, exit) = (self.take_files(), exit(locks, classes, words));
            let object = self.object(&files, exit).with_instances(Rows::new(rows));
            let object = object.with_cost(&cost(locks.iter().map(|lock| &lock.observed.lock)));
            return self
                .print_object(&Envelope { locks: Some(json::locks(locks, words)), ..object });
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
    ) -> io::Result<()> {
        let words = self.words();
        if !self.is_human() {
            let failed = locks.iter().find_map(|lock| lock.recovered.as_ref().err());
            let exit = ExitReport::of(classes);
            let exit = match failed {
                Some(error) => {
                    exit.because(words.lock_error(error), Some(&words.lock_error_help(error)))
                }
                None => exit,
            };
            let files = self.take_files();
            let rows = Rows::new(|| locks.iter().flat_map(json::recovered_rows));
            let stores = locks.iter().filter_map(|lock| lock.recovered.as_ref().ok());
            let object = self.object(&files, exit).with_instances(rows);
            let object = object.with_cost(&cost(stores.map(|(store, _)| store.lock())));
            let locks = Some(json::recovered_locks(locks, words));
            return self.print_object(&Envelope { locks, ..object });
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
        for conflict in &merged.conflicts {
            self.error(&self.words().merge_conflict(conflict), None)?;
        }
        if merged.conflicts.is_empty() {
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
}

fn line(text: &mut String, words: &str) {
    writeln!(text, "{words}").expect("a string takes text");
}

pub(crate) fn issue_help(lock: &LockSummary, issue: &LockIssue, words: &dyn Words) -> String {
    words.lock_issue_help(issue, &lock.lock, &display_manifest(lock))
}

/// Returns the exit status, with the first problem that decides it.
fn exit(locks: &[LockSummary], classes: &ExitClasses, words: &dyn Words) -> ExitReport {
    let exit = ExitReport::of(classes);
    let found = |lock: &LockSummary| {
        let mut findings = lock.observed.findings.iter();
        let decisive = findings.find(|finding| finding.class().code() == exit.code)?;
        Some((words.lock_issue(decisive), issue_help(lock, decisive, words)))
    };
    match locks.iter().find_map(found) {
        Some((message, help)) => exit.because(message, Some(&help)),
        None => exit,
    }
}

/// Returns the result of a recovery, and the next step.
pub(crate) fn recovery_summary(
    lock: &RecoverySummary,
    words: &dyn Words,
) -> (String, Option<String>) {
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

fn cost<'a>(locks: impl Iterator<Item = &'a Lockfile>) -> Cost {
    Cost::of_entries(locks.flat_map(|lock| lock.instances.values()))
}
