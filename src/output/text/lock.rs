//! Locks, as human-readable text and JSON.

mod manifest;
mod table;

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use manifest::{display_manifest, manifest};
use table::table;

use super::plan;
use crate::exit_status::{ExitClass, ExitClasses};
use crate::git::{GitError, LockPush};
use crate::ids::InstanceName;
use crate::language::Language;
use crate::lockfile::{
    EntryState, LockError, LockIssue, LockReport, LockStore, Lockfile, MergeResult, MergeSide,
};
use crate::output::Message;
use crate::output::console::Console;
use crate::output::json::{self, CardUsage, CommandFields, EachRow, ExitReport};
use crate::plan::Cost;
use crate::resolve::remediation;

/// A lock that the user named directly or by its manifest, and the result of a command about it.
#[derive(Debug)]
pub struct LockSummary<T = LockReport> {
    /// The path that the user named: a manifest or a lock.
    pub file: String,
    /// The manifest, if it was named.
    pub manifest: Option<PathBuf>,
    /// The lock.
    pub lock: PathBuf,
    /// The result: what an inspection found, unless it was another command.
    pub result: T,
}

impl LockSummary<()> {
    /// Adds the result of a command.
    pub fn with<T>(self, result: T) -> LockSummary<T> {
        let Self { file, manifest, lock, .. } = self;
        LockSummary { file, manifest, lock, result }
    }
}

/// Result of a recovery: the lock in its new state, and whether it was rewritten only for its form.
pub type Recovered = Result<(LockStore, bool), LockError>;

impl Console {
    /// Prints the contents of locks, as the command's result.
    pub fn locks(&mut self, locks: &[LockSummary], classes: &ExitClasses) -> io::Result<()> {
        let words = self.words();
        if self.is_human() {
            let width = self.out_width();
            let text: String = locks.iter().map(|lock| table(lock, words, width)).collect();
            self.result(&text)?;
        } else {
            let rows: EachRow<'_> = &|each| {
                for lock in locks {
                    for (name, entry) in &lock.result.lock.instances {
                        each(json::entry_row(lock, name, entry, words));
                    }
                }
            };
            self.print_rows(exit(locks, classes, words), rows, fields(locks, words))?;
        }
        if self.is_json() {
            return Ok(());
        }
        for lock in locks {
            for finding in &lock.result.findings {
                match finding {
                    LockIssue::Unreadable(error @ LockError::Held { .. }) => {
                        self.info(&words.lock_may_change(error))?;
                    }
                    LockIssue::Unreadable(error) => {
                        self.error(words.lock_error(error))?;
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
            let rows: EachRow<'_> = &|each| {
                for lock in locks {
                    for finding in &lock.result.findings {
                        json::issue_row(lock, finding, words).into_iter().for_each(&mut *each);
                    }
                }
            };
            return self.print_rows(exit(locks, classes, words), rows, fields(locks, words));
        }
        let mut text = String::new();
        for lock in locks.iter().filter(|lock| !self.quiet || !lock.result.findings.is_empty()) {
            line(&mut text, &words.inspected_lock(&lock.lock, &lock.result));
            for found in &lock.result.findings {
                let Message { text: what, help } = issue(lock, found, words);
                let help = words.labelled_help(&help.unwrap_or_default());
                let what = words.labelled(found.code(), &what);
                line(&mut text, &format!("  {what}\n    {help}"));
            }
        }
        if !self.quiet {
            let found: usize = locks.iter().map(|lock| lock.result.problems()).sum();
            let checked = words.inspected_locks(locks.len(), found);
            line(&mut text, &words.with_exit(checked, classes));
        }
        self.result(&text)
    }

    /// Prints the results of a recovery, as the command's result.
    pub fn recovered(
        &mut self,
        locks: &[LockSummary<Recovered>],
        classes: &ExitClasses,
    ) -> io::Result<()> {
        let words = self.words();
        if !self.is_human() {
            let failed = locks.iter().find_map(|lock| lock.result.as_ref().err());
            let exit = ExitReport::of(classes).because(failed.map(|error| words.lock_error(error)));
            let rows: EachRow<'_> =
                &|each| locks.iter().for_each(|lock| json::recovered_rows(lock, each, words));
            let stores = locks.iter().filter_map(|lock| lock.result.as_ref().ok());
            let fields = CommandFields {
                usage: usage(stores.map(|(store, _)| store.lock())),
                locks: Some(json::recovered_locks(locks, words)),
                ..CommandFields::default()
            };
            return self.print_rows(exit, rows, fields);
        }
        for lock in locks {
            let message = recovery_summary(lock, words);
            let Ok((store, _)) = &lock.result else {
                self.error(message)?;
                continue;
            };
            let mut text = String::new();
            line(&mut text, &words.labelled(&lock.lock.display().to_string(), &message.text));
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
                    self.info(&words.labelled(&plan::escape(name.as_str()), &way_out))?;
                }
            }
        }
        Ok(())
    }

    /// Prints what a push brought to the branch, as the command's result; if it failed, the IDs that are
    /// only here.
    pub fn pushed(
        &mut self,
        locks: &[LockSummary<LockStore>],
        push: &Result<LockPush, GitError>,
        classes: &ExitClasses,
    ) -> io::Result<()> {
        let words = self.words();
        if !self.is_human() {
            let error = push.as_ref().err();
            let exit = ExitReport::of(classes).because(error.map(|error| words.git_error(error)));
            let rows: EachRow<'_> =
                &|each| locks.iter().for_each(|lock| json::store_rows(lock, each));
            let stores = locks.iter().map(|lock| lock.result.lock());
            let fields = CommandFields {
                usage: usage(stores),
                locks: Some(json::pushed_locks(locks, push, words)),
                ..CommandFields::default()
            };
            return self.print_rows(exit, rows, fields);
        }
        let mut text = String::new();
        for (index, lock) in locks.iter().enumerate() {
            if let Ok(push) = push {
                let pushed = words.lock_pushed(push, index);
                line(&mut text, &words.labelled(&lock.lock.display().to_string(), &pushed));
                continue;
            }
            line(&mut text, words.labelled(&lock.lock.display().to_string(), "").trim_end());
            for name in lock.result.lock().instances.keys() {
                line(&mut text, &format!("  {}", recovered_entry(&lock.result, name, words)));
            }
        }
        self.result(&text)?;
        match push {
            Err(error) => self.error(words.git_error(error)),
            Ok(_) => Ok(()),
        }
    }

    /// Prints the conflicts that a merge left to the user; prints nothing if there are none, as git
    /// expects.
    pub fn print_merge_conflicts(&mut self, path: &Path, merged: &MergeResult) -> io::Result<()> {
        for conflict in &merged.conflicts {
            self.error(self.words().merge_conflict(conflict))?;
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
        self.error(self.words().not_merged(path, side, error))
    }
}

fn line(text: &mut String, words: &str) {
    let _ = writeln!(text, "{words}");
}

pub(crate) fn issue(lock: &LockSummary, issue: &LockIssue, words: Language) -> Message {
    words.lock_issue(issue, &lock.lock, &display_manifest(lock))
}

fn fields(locks: &[LockSummary], words: Language) -> CommandFields<'_> {
    CommandFields {
        usage: usage(locks.iter().map(|lock| &lock.result.lock)),
        locks: Some(json::locks(locks, words)),
        ..CommandFields::default()
    }
}

/// Returns the cards of all instances in locks.
fn usage<'a>(locks: impl Iterator<Item = &'a Lockfile>) -> CardUsage {
    CardUsage::limit(&Cost::of_entries(locks.flat_map(|lock| lock.instances.values())))
}

/// Returns the exit status, with the first problem that decides it.
fn exit(locks: &[LockSummary], classes: &ExitClasses, words: Language) -> ExitReport {
    let exit = ExitReport::of(classes);
    let found = |lock: &LockSummary| {
        let decides = |found: &&LockIssue| found.class().map(ExitClass::code) == Some(exit.code);
        lock.result.findings.iter().find(decides).map(|found| issue(lock, found, words))
    };
    let reason = locks.iter().find_map(found);
    exit.because(reason)
}

/// Returns the result of a recovery, and the next step.
pub(crate) fn recovery_summary(lock: &LockSummary<Recovered>, words: Language) -> Message {
    match &lock.result {
        Ok((store, tidied)) => words.recovery(store.recovered(), *tidied).into(),
        Err(error) => words.lock_error(error),
    }
}

fn recovered_entry(store: &LockStore, name: &InstanceName, words: Language) -> String {
    let displayed = plan::escape(name.as_str());
    match store.lock().instances.get(name) {
        None => words.labelled(&displayed, words.fixed().entry_removed),
        Some(entry) => {
            let id = entry.task_id.as_ref().map_or(String::new(), |id| format!(" {id}"));
            let text = format!("{}{id}", entry.state.as_str());
            let text = match &entry.why {
                Some(why) => words.labelled(&text, &words.recorded(why)),
                None => text,
            };
            words.labelled(&displayed, &text)
        }
    }
}
