//! Texts about runs: outcomes, faults and next steps.

use std::borrow::Cow;

use crate::apply::{AbortReason, InstanceNote, NextStep, Outcome};
use crate::exit_status::{ExitClass, ExitClasses};
use crate::ids::TaskId;
use crate::inventory::DuplicateRemoval;
use crate::lockfile::{EmergencyWriteError, IdConflict};
use crate::output::progress_line::ProgressCounts;
use crate::resolve::{Contradiction, Remediation, ResolveNote};
use crate::text::CommandLine;

/// Texts about runs.
pub(crate) trait ApplyWords {
    /// Returns an outcome.
    fn outcome(&self, outcome: Outcome) -> &'static str;

    /// Returns what is notable about the result of an instance.
    fn instance_note(&self, note: &InstanceNote) -> Cow<'static, str>;

    /// Returns the reason that replaces an empty message of the platform.
    fn no_message(&self) -> &'static str;

    /// Returns the platform's error code, in parentheses.
    fn error_code(&self, code: &str) -> String;

    /// Returns what only the user can do.
    fn next_step(&self, step: &NextStep) -> String;

    /// Returns the manual steps for an outcome that stays unknown.
    fn remediation(&self, steps: &Remediation) -> String;

    /// Returns how to delete the duplicates of an instance.
    fn duplicate_removal(&self, removal: &DuplicateRemoval) -> String;

    /// Returns why no new request starts.
    fn abort_reason(&self, reason: &AbortReason) -> Cow<'static, str>;

    /// Returns the message that no new request starts.
    fn stopping(&self, reason: &AbortReason) -> String;

    /// Returns the next step after a run that stopped early.
    fn abort_help(&self, reason: &AbortReason) -> Option<&'static str>;

    /// Returns the message that nothing was sent.
    fn nothing_sent(&self, reason: &AbortReason) -> String;

    /// Returns the message that a request is being sent.
    fn sending(&self, name: &str) -> String;

    /// Returns the message that the ID of an instance is recorded nowhere else.
    fn not_recorded(&self, name: &str, error: &EmergencyWriteError) -> String;

    /// Returns the next step for such an ID.
    fn not_recorded_help(&self) -> &'static str;

    /// Returns the message about created instances that the platform does not list yet.
    fn not_yet_listed(&self, count: usize) -> String;

    /// Returns the message about two IDs of one name.
    fn id_conflict(&self, clash: &IdConflict) -> String;

    /// Returns the next step for two IDs of one name: a command that deletes the candidate, or one
    /// that shows the instance if there is no candidate.
    fn id_conflict_help(&self, clash: &IdConflict, command: &CommandLine) -> String;

    /// Returns the number of further instances that were skipped for the same reason.
    fn more_skipped(&self, count: usize) -> String;

    /// Returns the progress of a run.
    fn run_progress(&self, counts: &ProgressCounts) -> String;

    /// Returns the summary of a run without outcomes.
    fn nothing_to_do(&self) -> &'static str;

    /// Returns a failure class of a run.
    fn exit_class(&self, class: ExitClass) -> &'static str;

    /// Returns a summary line with every class of the run.
    fn with_exit(&self, done: String, classes: &ExitClasses) -> String;

    /// Returns the message that an unknown outcome of an earlier run is now known.
    fn resolved(&self, name: &str, id: &TaskId) -> String;

    /// Returns what the platform shows differently, or does not show.
    fn resolve_note(&self, note: &ResolveNote) -> Cow<'static, str>;

    /// Returns why a decision of the user is not accepted.
    fn contradiction(&self, contradiction: &Contradiction) -> Cow<'static, str>;
}
