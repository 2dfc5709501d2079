//! The languages, and the texts that each of them has.

use std::borrow::Cow;
use std::io;
use std::path::Path;
use std::time::Duration;

use super::en::En;
use super::fixed::FixedTexts;
use super::zh::Zh;
use crate::api::CredentialsError;
use crate::api::client::{ApiError, ErrorDetail, ErrorMessage};
use crate::api::endpoints::create_task::{CreateTask, MountInfo};
use crate::api::endpoints::detail::Status;
use crate::apply::{AbortReason, DeleteTarget, InstanceNote, NextStep, Outcome};
use crate::diagnostics::{
    CatalogEntry, DiagnosticKind, LabelKind, MissingFieldAdvice, Severity, Subject,
};
use crate::exit_status::ExitClasses;
use crate::export::{InstanceRemark, Remark};
use crate::git::{ClaimWait, ForeignClaim, GitError, GitSetup, LockPush};
use crate::ids::{InstanceName, Region, TaskId};
use crate::inventory::{ListGap, ListLimitation, OfferGap};
use crate::language::Language;
use crate::lifecycle::{
    Action, ActionOutcome, ExecOutcome, LiveState, LockedInstance, SkipReason, SshGap, StatusNote,
    UnrecordedInstance, WaitEnd, WaitFailure,
};
use crate::lockfile::{
    EmergencyWriteError, Entry, IdConflict, LockError, LockIssue, LockReport, MergeConflict,
    MergeSide, Recovery,
};
use crate::output::json::CardCounts;
use crate::output::progress_line::ProgressCounts;
use crate::output::text::account::{AccountTotals, InNoLock};
use crate::output::{
    AuthProblem, AuthReport, CommandProblem, FileReport, LogChange, Message, RegionState,
    ScriptQuestion, UnknownOutcomes, WhyStep,
};
use crate::plan::{PlanItem, PlanNote, Totals};
use crate::resolve::{Remediation, ResolveNote};
use crate::run_folder::LogsProblem;
use crate::text::{CommandLine, ManifestArgs};
use crate::user_command::CommandFailure;
use crate::validate::TextEdit;
use crate::why::{Explanation, Found, Look, Place, Since};

/// Declares the texts: a language without one of them does not compile.
macro_rules! texts {
    ($($(#[$doc:meta])* $visible:vis fn $name:ident($($fact:ident: $type:ty),*) -> $text:ty;)*) => {
        impl Language {
            $($(#[$doc])* $visible fn $name(self, $($fact: $type),*) -> $text {
                match self {
                    Self::English => En::$name($($fact),*),
                    Self::Chinese => Zh::$name($($fact),*),
                }
            })*
        }
    };
}

impl Language {
    /// Returns the texts without facts.
    pub(crate) fn fixed(self) -> &'static FixedTexts {
        match self {
            Self::English => &En::FIXED,
            Self::Chinese => &Zh::FIXED,
        }
    }
}

texts! {
    // Parts of texts.
    /// Returns the sentence of a question, and the request for an answer that follows it.
    pub(crate) fn prompt(question: &str) -> [String; 2];
    pub(crate) fn labelled(label: &str, text: &str) -> String;
    pub(crate) fn labelled_help(help: &str) -> String;
    pub(crate) fn clauses(parts: &[String]) -> String;
    /// Returns each number with what it counts, without those that are 0.
    pub(crate) fn counts(counts: &[(usize, &str)]) -> String;
    /// Formats a duration in its two largest units.
    pub(crate) fn short_duration(time: Duration) -> String;

    // Access to the platform.
    /// Describes an error in the credentials.
    pub fn credentials_error(error: &CredentialsError) -> Message;
    /// Returns the reason that a call failed; empty if the platform gave none.
    pub fn error_message(message: &ErrorMessage) -> String;
    /// Returns the same, followed by the code and the HTTP status in parentheses if there is a code.
    pub fn error_detail(detail: &ErrorDetail) -> String;
    pub(crate) fn query_failed(detail: &ErrorDetail) -> String;
    pub(crate) fn refusal_help(failure: &ApiError) -> Option<&'static str>;
    pub(crate) fn auth_access(report: &AuthReport) -> String;
    pub(crate) fn region_state(state: RegionState) -> &'static str;
    pub(crate) fn auth_problem(problem: &AuthProblem) -> Message;
    pub(crate) fn auth_problem_lines(problem: &AuthProblem) -> String;

    // Runs.
    pub(crate) fn outcome(outcome: Outcome) -> &'static str;
    pub(crate) fn instance_note(note: &InstanceNote) -> Cow<'static, str>;
    pub(crate) fn error_code(code: &str) -> String;
    pub(crate) fn next_step(step: &NextStep) -> String;
    pub(crate) fn remediation(steps: &Remediation) -> String;
    pub(crate) fn unknown_outcomes(unknown: &UnknownOutcomes<'_>) -> String;
    pub(crate) fn abort_reason(reason: &AbortReason) -> Cow<'static, str>;
    pub(crate) fn stopping(reason: &AbortReason) -> Message;
    pub(crate) fn nothing_sent(reason: &AbortReason) -> String;
    pub(crate) fn sending(name: &str) -> String;
    pub(crate) fn not_recorded(name: &InstanceName, error: &EmergencyWriteError) -> Message;
    pub(crate) fn not_yet_listed(count: usize) -> String;
    pub(crate) fn id_conflict(clash: &IdConflict, manifest: &ManifestArgs) -> Message;
    pub(crate) fn more_skipped(count: usize) -> String;
    pub(crate) fn not_started(names: &[String]) -> String;
    pub(crate) fn next_commands(commands: &[CommandLine]) -> String;
    pub(crate) fn run_progress(counts: &ProgressCounts) -> String;
    pub(crate) fn with_exit(done: String, classes: &ExitClasses) -> String;
    pub(crate) fn resolved(name: &str, id: &TaskId) -> String;
    pub(crate) fn resolve_note(note: &ResolveNote) -> Cow<'static, str>;

    // Commands.
    pub(crate) fn command_problem(problem: &CommandProblem) -> Message;
    pub(crate) fn log_source(place: &str) -> String;
    pub(crate) fn log_retry(trouble: &Message) -> String;
    pub(crate) fn log_awaited(problem: &LogsProblem) -> String;
    pub(crate) fn log_changed(change: LogChange, place: &str) -> String;
    /// Returns the state of an instance, and since when it has it.
    pub(crate) fn why_state(name: &str, live: &LiveState, since: Option<&Since>) -> String;
    pub(crate) fn why_reason(explanation: &Explanation, has_script: bool) -> String;
    /// Names a place, with the number of a line if it is one.
    pub(crate) fn why_place(place: &Place, line: Option<u64>) -> String;
    pub(crate) fn why_look(look: &Look) -> String;
    pub(crate) fn why_found(found: &Found) -> String;
    pub(crate) fn why_next(step: &WhyStep<'_>) -> String;
    pub(crate) fn file_written(file: &Path, kept: bool) -> String;
    pub(crate) fn after_init(arguments: &str, has_git: bool) -> String;
    pub(crate) fn delete_question(targets: &[&DeleteTarget], cards: u64) -> String;
    pub(crate) fn action_question(
        action: Action,
        targets: &[&LockedInstance],
        cards: Option<u64>
    ) -> String;
    pub(crate) fn script_question(about: &ScriptQuestion<'_>) -> String;
    pub(crate) fn apply_would_refuse(reason: &str) -> String;
    pub(crate) fn dry_run(question: &str) -> String;
    pub(crate) fn result_unwritable(error: &io::Error) -> String;

    // Validation of manifests.
    /// Describes a problem: what was found, and what was expected.
    pub fn diagnostic(problem: &DiagnosticKind) -> String;
    /// Returns the next step after a problem.
    pub fn diagnostic_help(problem: &DiagnosticKind) -> String;
    pub(crate) fn missing_fields(
        owner: &Subject,
        fields: &[&str],
        advice: &MissingFieldAdvice
    ) -> (String, String);
    pub(crate) fn severity(severity: Severity) -> &'static str;
    pub(crate) fn label(kind: &LabelKind) -> String;
    pub(crate) fn label_at(label: &str, location: &str) -> String;
    pub(crate) fn conflicts_in_between(count: usize) -> String;
    pub(crate) fn labels_in_between(label: &str, count: usize) -> String;
    pub(crate) fn more_diagnostics(count: usize, code: &str, field: &str) -> String;
    pub(crate) fn annotations_not_shown(counts: &[(Severity, usize)], limit: usize) -> String;
    pub(crate) fn validation_summary(files: &[FileReport]) -> String;
    pub(crate) fn explain_hint(code: &str) -> String;
    pub(crate) fn applied_fix(edit: &TextEdit) -> String;
    pub(crate) fn would_fix(edits: usize, after: &[FileReport]) -> String;
    pub(crate) fn invalid_manifests(count: usize) -> String;
    /// Returns a problem and the next step, in one line.
    pub(crate) fn problem_and_help(problem: &str, help: &str) -> String;
    /// Returns the name of the test case of an error.
    pub(crate) fn failed_case(code: &str, location: &str, message: &str) -> String;
    /// Returns the summary of a code, and how to learn more.
    pub(crate) fn code_summary(entry: &CatalogEntry) -> (String, String);
    pub(crate) fn code_heading(entry: &CatalogEntry) -> String;
    pub(crate) fn code_row(severity: &str, meaning: &str) -> String;

    // Live instances.
    pub(crate) fn live_state(live: &LiveState) -> String;
    pub(crate) fn status_note(note: &StatusNote) -> Cow<'static, str>;
    pub(crate) fn status_summary(counts: &str, cards: CardCounts, card_hours: f64) -> String;
    pub(crate) fn unrecorded(unrecorded: &UnrecordedInstance) -> String;
    pub(crate) fn live_unrecorded(count: usize) -> String;
    pub(crate) fn incomplete_list(gap: ListGap, region: Option<&Region>) -> String;
    pub(crate) fn export_remark(remark: Remark<'_>) -> String;
    /// Returns that `export` skips an instance, since the lock of `file` has it.
    pub(crate) fn export_skipped(name: &str, file: &str) -> String;
    pub(crate) fn export_undecided(name: &str, file: &str) -> String;
    /// Returns that `export` writes an instance as a comment.
    pub(crate) fn export_disabled(name: &str, id: &TaskId, reason: InstanceRemark) -> String;
    pub(crate) fn region_heading(region: &Region) -> String;
    pub(crate) fn account_summary(totals: &AccountTotals) -> String;
    /// Returns the number of instances that no lock has, and the command that exports them.
    pub(crate) fn in_no_lock(free: &InNoLock) -> String;
    /// Returns the line below a watched table; `time` is the time of day in UTC.
    pub(crate) fn watch_footer(time: &str, pause: Duration) -> String;
    pub(crate) fn watch_omitted(lines: usize) -> String;
    pub(crate) fn watch_retry(trouble: &Message, pause: Duration) -> String;
    pub(crate) fn failure_hint(why: &CommandLine) -> String;
    pub(crate) fn not_created(count: usize) -> String;
    pub(crate) fn skip_reason(reason: &SkipReason) -> Cow<'static, str>;
    pub(crate) fn action_outcome(action: Action, outcome: &ActionOutcome) -> String;
    /// Returns why the command of `--exec` for an instance did not succeed.
    pub(crate) fn exec_failed(name: &str, failure: &CommandFailure) -> String;
    /// Returns why an instance has no SSH server, or not all of them.
    pub(crate) fn ssh_gap(gap: SshGap, live: &LiveState) -> String;
    pub(crate) fn exec_outcome(outcome: &ExecOutcome) -> String;
    pub(crate) fn exec_summary(count: usize) -> String;
    pub(crate) fn action_summary(action: Action, count: usize) -> String;
    pub(crate) fn wait_failure(failure: &WaitFailure) -> Cow<'static, str>;
    pub(crate) fn still_pending(state: &str, queued: Option<Duration>, since: Duration) -> String;
    /// Returns the progress of a wait: the open instances, their status and time in the queue.
    pub(crate) fn wait_progress(
        open: usize,
        goal: &Status,
        since: Duration,
        counts: &str,
        queued: Option<Duration>
    ) -> String;
    pub(crate) fn wait_summary(reached: usize, all: usize, goal: &Status, took: Duration) -> String;
    /// Returns why a wait ended before all instances had the status `goal`; `status` and `stop` are
    /// commands about the instances that do not have it, the latter if some are queued.
    pub(crate) fn wait_end(
        end: &WaitEnd,
        goal: &Status,
        status: Option<&CommandLine>,
        stop: Option<&CommandLine>
    ) -> Option<Message>;

    // Locks.
    /// Describes an error of reading or writing a lock.
    pub fn lock_error(error: &LockError) -> Message;
    pub(crate) fn lock_may_change(error: &LockError) -> String;
    /// Describes a problem of the lock at `lock`, which belongs to `manifest`.
    pub(crate) fn lock_issue(issue: &LockIssue, lock: &Path, manifest: &ManifestArgs) -> Message;
    pub(crate) fn inspected_lock(lock: &Path, report: &LockReport) -> String;
    pub(crate) fn inspected_locks(locks: usize, problems: usize) -> String;
    /// Returns the title of the column of a field of the catalog.
    pub(crate) fn catalog_title(field: &str) -> String;
    /// Returns the reason that a lock recorded.
    pub(crate) fn recorded(reason: &str) -> Cow<'_, str>;
    pub(crate) fn empty_lock(report: &LockReport) -> &'static str;
    /// Returns the remarks about an entry; `pending` means that it is not in the lock in this form.
    pub(crate) fn entry_remarks(entry: &Entry, pending: bool) -> Vec<String>;
    /// Describes what was recovered; `canonicalized` means that the lock was rewritten only for its
    /// form.
    pub(crate) fn recovery(recovery: &Recovery, canonicalized: bool) -> String;
    pub(crate) fn merge_conflict(conflict: &MergeConflict) -> String;
    pub(crate) fn merge_conflicts_help(path: &Path) -> String;
    pub(crate) fn not_merged(path: &Path, side: MergeSide, error: &LockError) -> Message;

    // Git as the backend.
    pub(crate) fn git_error(error: &GitError) -> Message;
    pub(crate) fn git_set_up(setup: &GitSetup) -> String;
    pub(crate) fn claim_wait(wait: &ClaimWait) -> String;
    pub(crate) fn after_merge_conflict(status: &CommandLine) -> String;
    pub(crate) fn locks_recorded(push: &LockPush) -> String;
    pub(crate) fn lock_pushed(push: &LockPush, index: usize) -> String;
    pub(crate) fn claim_contents(claim: &ForeignClaim) -> String;
    pub(crate) fn release_question(locks: usize) -> String;

    // Plans.
    pub(crate) fn plan_note(note: &PlanNote) -> Cow<'static, str>;
    pub(crate) fn plan_section(file: &str, region: Option<&Region>) -> String;
    /// Returns the action of several instances.
    pub(crate) fn planned_count(action: &str, count: usize) -> String;
    pub(crate) fn plan_action(item: &PlanItem) -> &'static str;
    pub(crate) fn region_not_compared(region: &Region) -> String;
    pub(crate) fn offer_gap(gap: &OfferGap, region: Option<&Region>) -> String;
    pub(crate) fn live_in_no_lock(ids: &[TaskId]) -> String;
    pub(crate) fn plan_remark(item: &PlanItem) -> Option<&'static str>;
    pub(crate) fn unchanged(count: usize) -> String;
    pub(crate) fn create_details(task: &CreateTask) -> Vec<String>;
    pub(crate) fn mount(mount: &MountInfo) -> String;
    pub(crate) fn plan_totals(totals: &Totals) -> String;
    pub(crate) fn plan_question(totals: &Totals, deleted: &[&InstanceName]) -> String;
    pub(crate) fn names(names: &[String]) -> String;
    pub(crate) fn list_limitation(limitation: ListLimitation, region: Option<&Region>) -> String;
}
