//! English texts about the validation of manifests.

mod field;
mod help;
mod message;
mod rules;
mod syntax;
mod value;

use super::phrases::listed;
use crate::diagnostics::{
    CatalogEntry, DiagnosticKind, LabelKind, MissingFieldAdvice, Severity, Subject,
    SuppressionFault, quote,
};
use crate::output::FileReport;
use crate::output::words::en::En;
use crate::output::words::fixed::ExplainTexts;
use crate::output::words::shared::SEVERITIES;
use crate::text::plural::count;
use crate::validate::TextEdit;

const COMMENT: &str = "start a comment with `#`, after a space; it ends with its line";

pub(super) const EXPLAIN: ExplainTexts = ExplainTexts {
    reason: "Why",
    correction: "Wrong (-) and right (+)",
    codes: "Diagnostic codes",
    fields: "Manifest fields",
    topics: "Topics",
    values: "Values",
    item_fields: "Fields inside",
    example: "Example",
};

impl En {
    pub(crate) fn diagnostic(problem: &DiagnosticKind) -> String {
        message::message(problem)
    }

    pub(crate) fn diagnostic_help(problem: &DiagnosticKind) -> String {
        help::help(problem)
    }

    pub(crate) fn suppression_help(fault: &SuppressionFault) -> String {
        help::suppression(fault)
    }

    pub(crate) fn missing_fields(
        owner: &Subject,
        fields: &[&str],
        advice: &MissingFieldAdvice,
    ) -> (String, String) {
        let message = format!("{} has no {}", message::subject(owner), listed(fields, "and"));
        (message, field::missing(fields, advice))
    }

    pub(crate) fn severity(severity: Severity) -> &'static str {
        severity.as_str()
    }

    pub(crate) fn label(kind: &LabelKind) -> String {
        let text = match kind {
            LabelKind::First => "first here",
            LabelKind::Opened => "opened here",
            LabelKind::WriteHere(text) => return format!("write {} here", quote(text)),
            LabelKind::Anchor => "defined here",
            LabelKind::DefinedBelow => "it is defined below the alias",
            LabelKind::AndThis => "and this",
            LabelKind::NoCards => "no cards here",
            LabelKind::AcceleratorType => "this accelerator type",
            LabelKind::EmptyScript => "this is empty",
            LabelKind::NotRun => "this does not run",
            LabelKind::Image => "the image",
            LabelKind::UsedBy(count) => return format!("used by {count} instances"),
        };
        text.to_owned()
    }

    pub(crate) fn label_at(label: &str, location: &str) -> String {
        format!("{label}: {location}")
    }

    pub(crate) fn conflicts_in_between(count: usize) -> String {
        match count {
            0 => "and here".to_owned(),
            1 => "once in between, and here".to_owned(),
            count => format!("{count} times in between, and here"),
        }
    }

    pub(crate) fn labels_in_between(label: &str, count: usize) -> String {
        format!("{label}, with {count} more between")
    }

    pub(crate) fn more_diagnostics(count: usize, code: &str, field: &str) -> String {
        let of = if field.is_empty() { String::new() } else { format!(" of `{field}`") };
        format!("{count} more of `{code}`{of} (use --format json for all)")
    }

    pub(crate) fn annotations_not_shown(counts: &[(Severity, usize)], limit: usize) -> String {
        let counts = counts.iter().map(|(severity, number)| count(*number, severity.as_str()));
        let more = counts.collect::<Vec<_>>().join(", ");
        format!(
            "{more} not shown: GitHub displays at most {limit} annotations of one level per \
             step (use --format json for all)"
        )
    }

    pub(crate) fn validation_summary(files: &[FileReport]) -> String {
        let instances: usize = files.iter().map(|file| file.checked.instances).sum();
        let of = |severity| files.iter().map(|file| file.checked.count(severity)).sum::<usize>();
        let found: Vec<String> = SEVERITIES
            .into_iter()
            .filter(|severity| of(*severity) > 0)
            .map(|severity| count(of(severity), severity.as_str()))
            .collect();
        let found = if found.is_empty() { "no problems".to_owned() } else { found.join(", ") };
        format!("checked {}, {}: {found}", count(files.len(), "file"), count(instances, "instance"))
    }

    pub(crate) fn explain_hint(code: &str) -> String {
        format!("for more information: instancectl explain {code}")
    }

    pub(crate) fn applied_fix(TextEdit { code, old, new, .. }: &TextEdit) -> String {
        format!("fixed {code}: {} is now {}", quote(old), quote(new))
    }

    pub(crate) fn would_fix(edits: usize, after: &[FileReport]) -> String {
        let after = Self::validation_summary(after);
        format!("would fix {}; after that: {after}", count(edits, "problem"))
    }

    pub(crate) fn invalid_manifests(number: usize) -> String {
        let are = if number == 1 { "is" } else { "are" };
        format!("{} {are} invalid", count(number, "manifest"))
    }

    pub(crate) fn problem_and_help(problem: &str, help: &str) -> String {
        format!("{problem}; {help}")
    }

    pub(crate) fn failed_case(code: &str, location: &str, message: &str) -> String {
        format!("{code} at {location}: {message}")
    }

    pub(crate) fn code_summary(CatalogEntry { code, .. }: &CatalogEntry) -> (String, String) {
        let words = code.replace('-', " ");
        let (first, rest) = words.split_at(1);
        (
            format!("{}{rest}.", first.to_uppercase()),
            format!("Run `instancectl explain {code}` for details and how to fix it."),
        )
    }

    pub(crate) fn code_heading(entry: &CatalogEntry) -> String {
        format!("{} ({})", entry.code, Self::severity(entry.severity))
    }

    pub(crate) fn code_row(severity: &str, meaning: &str) -> String {
        format!("{severity}: {meaning}")
    }
}
