//! English texts about the validation of manifests.

mod field;
mod help;
mod message;
mod rules;
mod syntax;
mod value;

use super::phrases::listed;
use crate::diagnostics::{
    DiagnosticKind, LabelKind, MissingFieldAdvice, Severity, Subject, SuppressionFault, quote,
};
use crate::output::FileReport;
use crate::output::words::{DiagnosticWords, En};
use crate::text::plural::count;
use crate::validate::TextEdit;

const SEVERITIES: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Note];

impl DiagnosticWords for En {
    fn diagnostic(&self, problem: &DiagnosticKind) -> String {
        message::message(problem)
    }

    fn diagnostic_help(&self, problem: &DiagnosticKind) -> String {
        help::help(problem)
    }

    fn suppression_help(&self, fault: &SuppressionFault) -> String {
        help::suppression(fault)
    }

    fn missing_fields(
        &self,
        owner: &Subject,
        fields: &[&str],
        advice: &MissingFieldAdvice,
    ) -> (String, String) {
        let message = format!("{} has no {}", message::subject(owner), listed(fields, "and"));
        (message, field::missing(fields, advice))
    }

    fn label(&self, kind: &LabelKind) -> String {
        let text = match kind {
            LabelKind::First => "first here",
            LabelKind::Opened => "opened here",
            LabelKind::WriteHere(text) => return format!("write {} here", quote(text)),
            LabelKind::Merged => "merged here",
            LabelKind::AliasedValue => "the value of the alias",
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

    fn conflicts_in_between(&self, count: usize) -> String {
        match count {
            0 => "and here".to_owned(),
            1 => "once in between, and here".to_owned(),
            count => format!("{count} times in between, and here"),
        }
    }

    fn labels_in_between(&self, label: &str, count: usize) -> String {
        format!("{label}, with {count} more between")
    }

    fn more_diagnostics(&self, count: usize, code: &str, field: &str) -> String {
        let of = if field.is_empty() { String::new() } else { format!(" of `{field}`") };
        format!("{count} more of `{code}`{of} (use --format json for all)")
    }

    fn annotations_not_shown(&self, counts: &[(Severity, usize)], limit: usize) -> String {
        let counts = counts.iter().map(|(severity, number)| count(*number, severity.as_str()));
        let more = counts.collect::<Vec<_>>().join(", ");
        format!(
            "{more} not shown: GitHub displays at most {limit} annotations of one level per \
             step (use --format json for all)"
        )
    }

    fn validation_summary(&self, files: &[FileReport]) -> String {
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

    fn explain_hint(&self, code: &str) -> String {
        format!("for more information: instancectl explain {code}")
    }

    fn applied_fix(&self, TextEdit { code, old, new, .. }: &TextEdit) -> String {
        format!("fixed {code}: {} is now {}", quote(old), quote(new))
    }

    fn would_fix(&self, edits: usize, after: &[FileReport]) -> String {
        let after = self.validation_summary(after);
        format!("would fix {}; after that: {after}", count(edits, "problem"))
    }

    fn invalid_manifests(&self, number: usize) -> String {
        let are = if number == 1 { "is" } else { "are" };
        format!("{} {are} invalid", count(number, "manifest"))
    }

    fn code_summary(&self, code: &str) -> (String, String) {
        let words = code.replace('-', " ");
        let (first, rest) = words.split_at(1);
        (
            format!("{}{rest}.", first.to_uppercase()),
            format!("Run `instancectl explain {code}` for details and how to fix it."),
        )
    }
}
