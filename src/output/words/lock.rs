//! Sentences about locks.

use std::path::Path;

use crate::lockfile::{
    EmergencyWriteError, Entry, LockError, LockIssue, LockReport, MergeConflict, MergeSide,
    Recovery,
};
use crate::text::ManifestArgs;

/// Sentences about locks.
pub trait LockWords {
    /// Describes an error of reading or writing a lock.
    fn lock_error(&self, error: &LockError) -> String;

    /// Returns what to do about it.
    fn lock_error_help(&self, error: &LockError) -> String;

    /// Warns that the content of a lock may change, because it is held.
    fn lock_may_change(&self, error: &LockError) -> String;

    /// Describes an error of writing an ID to the emergency journal.
    fn emergency_write_error(&self, error: &EmergencyWriteError) -> String;

    /// Describes a problem of a lock.
    fn lock_issue(&self, issue: &LockIssue) -> String;

    /// Returns what to do about a problem of the lock at `lock`, which belongs to `manifest`.
    fn lock_issue_help(&self, issue: &LockIssue, lock: &Path, manifest: &ManifestArgs) -> String;

    /// Labels a remedy.
    fn labelled_help(&self, help: &str) -> String;

    /// Summarizes an inspected lock in one line.
    fn inspected_lock(&self, lock: &Path, report: &LockReport) -> String;

    /// Summarizes all inspected locks in one line.
    fn inspected_locks(&self, locks: usize, problems: usize) -> String;

    /// Returns why the table of a lock is empty.
    fn empty_lock(&self, report: &LockReport) -> &'static str;

    /// Returns the titles of the columns of that table: name, state, task ID, region, endpoint and
    /// time of the request.
    fn lock_columns(&self) -> [&'static str; 6];

    /// Returns the remarks about an entry; `pending` means that it is not in the lock in this form.
    fn entry_remarks(&self, entry: &Entry, pending: bool) -> Vec<String>;

    /// Describes what was recovered; `canonicalized` means that the lock was rewritten only for its
    /// form.
    fn recovery(&self, recovery: &Recovery, canonicalized: bool) -> String;

    /// Says that a recovery removed an entry.
    fn entry_removed(&self) -> &'static str;

    /// Describes a conflict that a merge left to the user.
    fn merge_conflict(&self, conflict: &MergeConflict) -> String;

    /// Returns what to do after a merge with conflicts.
    fn merge_conflicts_help(&self, path: &Path) -> String;

    /// Says that locks were not merged because one of them cannot be read.
    fn not_merged(&self, side: MergeSide, error: &LockError) -> String;

    /// Returns what to do after a merge that wrote conflict markers.
    fn not_merged_help(&self, path: &Path) -> String;
}
