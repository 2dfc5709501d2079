//! Texts about the validation of manifests.

use crate::diagnostics::{
    DiagnosticKind, LabelKind, MissingFieldAdvice, Severity, Subject, SuppressionFault,
};
use crate::output::FileReport;
use crate::validate::TextEdit;

/// Texts about the validation of manifests.
pub trait DiagnosticWords {
    /// Describes a problem: what was found, and what was expected.
    fn diagnostic(&self, problem: &DiagnosticKind) -> String;

    /// Returns the next step.
    fn diagnostic_help(&self, problem: &DiagnosticKind) -> String;

    /// Returns the next step after a code that is not suppressed.
    fn suppression_help(&self, fault: &SuppressionFault) -> String;

    /// Describes several missing fields of one mapping, and returns the next step.
    fn missing_fields(
        &self,
        owner: &Subject,
        fields: &[&str],
        advice: &MissingFieldAdvice,
    ) -> (String, String);

    /// Describes a related location.
    fn label(&self, kind: &LabelKind) -> String;

    /// Returns the label of the last of several conflicts with the same location.
    fn conflicts_in_between(&self, count: usize) -> String;

    /// Returns the label of the last of several equal labels, of which `count` are not shown.
    fn labels_in_between(&self, label: &str, count: usize) -> String;

    /// Counts equal diagnostics of a file that are not shown.
    fn more_diagnostics(&self, count: usize, code: &str, field: &str) -> String;

    /// Counts annotations that GitHub does not show.
    fn annotations_not_shown(&self, counts: &[(Severity, usize)], limit: usize) -> String;

    /// Summarizes the validation of files.
    fn validation_summary(&self, files: &[FileReport]) -> String;

    /// Returns the command that explains a code.
    fn explain_hint(&self, code: &str) -> String;

    /// Describes an applied fix, without its file.
    fn applied_fix(&self, edit: &TextEdit) -> String;

    /// Summarizes the fixes of a diff and the problems after them.
    fn would_fix(&self, edits: usize, after: &[FileReport]) -> String;

    /// Returns the reason that a run failed because of invalid manifests.
    fn invalid_manifests(&self, count: usize) -> String;

    /// Describes a code in one line, and returns how to learn more about it.
    fn code_summary(&self, code: &str) -> (String, String);
}
