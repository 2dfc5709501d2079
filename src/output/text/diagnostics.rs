//! Human-readable text and snippets.

use std::collections::HashMap;
use std::io::{self, Write};

use super::snippet::{self, DiagnosticText, LabelText};
use crate::diagnostics::{Diagnostic, DiagnosticKind, Label, MissingFieldAdvice, Severity};
use crate::language::Language;
use crate::output::file_report::FileReport;
use crate::output::style::Style;

/// Maximum number of equal problems of one file that are rendered; the rest is counted.
const MAX_RENDERED: usize = 20;

/// Writes validation results: a snippet for each problem, then a summary line.
pub(crate) fn validation(
    to: &mut dyn Write,
    files: &[FileReport],
    style: Style,
    quiet: bool,
    words: Language,
) -> io::Result<()> {
    let snippets = SnippetWriter { style, least: Severity::Note, words };
    for file in files {
        snippets.write(to, file)?;
    }
    if quiet {
        return Ok(());
    }
    writeln!(to, "{}", words.validation_summary(files))?;
    let worst =
        files.iter().flat_map(|file| &file.checked.diagnostics).min_by_key(|found| found.severity);
    match worst {
        Some(found) => writeln!(to, "{}", words.explain_hint(found.problem.code())),
        None => Ok(()),
    }
}

/// Writes a snippet for each diagnostic with severity `least` or worse.
pub(crate) struct SnippetWriter {
    pub(crate) style: Style,
    pub(crate) least: Severity,
    pub(crate) words: Language,
}

impl SnippetWriter {
    /// Writes the snippets of one file.
    pub(crate) fn write(&self, to: &mut dyn Write, file: &FileReport) -> io::Result<()> {
        let displayed: Vec<&Diagnostic> =
            file.checked.diagnostics.iter().filter(|found| found.severity <= self.least).collect();
        if displayed.is_empty() {
            // The whole text is scanned before the first line is rendered: a tenth of the time of a clean run.
            return Ok(());
        }
        let lines = snippet::SourceLines::of(&file.source, self.style);
        let mut text = String::new();
        let mut equal: HashMap<(&str, &str), usize> = HashMap::new();
        for group in displayed.chunk_by(|one, next| should_merge(one, next)) {
            let first = group[0];
            let count = equal.entry((first.problem.code(), first.problem.field())).or_default();
            *count += 1;
            if *count > MAX_RENDERED {
                continue;
            }
            text.clear();
            let shown = self.in_words(group);
            if snippet::render(&mut text, &shown, &lines, self.style, self.words).is_err() {
                // Text only, if the snippet cannot be rendered.
                text = format!("  x {}\n", shown.message);
            }
            if file.source.text().is_empty() || first.problem.redacts_source() {
                let location = file.source.position(first.span.range().start);
                writeln!(to, "{}:{location}", lines.name())?;
            }
            writeln!(to, "{}\n", text.trim_end())?;
        }
        let mut more: Vec<_> =
            equal.into_iter().filter(|(_, count)| *count > MAX_RENDERED).collect();
        more.sort_unstable();
        for ((code, field), count) in more {
            let more = self.words.more_diagnostics(count - MAX_RENDERED, code, field);
            writeln!(to, "{}\n", self.words.labelled(lines.name(), &more))?;
        }
        Ok(())
    }

    /// Returns the text of diagnostics that are shown as one.
    fn in_words<'d>(&self, group: &[&'d Diagnostic]) -> DiagnosticText<'d> {
        let first = group[0];
        let (message, help) = match &*first.problem {
            DiagnosticKind::MissingField { owner, advice, .. } if group.len() > 1 => {
                let fields: Vec<&str> = group.iter().map(|found| found.problem.field()).collect();
                let is_shared = |found: &&Diagnostic| {
                    matches!(&*found.problem, DiagnosticKind::MissingField { advice: other, .. }
                        if other == advice)
                };
                let shared = group.iter().all(is_shared);
                let advice = if shared { advice } else { &MissingFieldAdvice::Add };
                self.words.missing_fields(owner, &fields, advice)
            }
            problem => (self.words.diagnostic(problem), self.words.diagnostic_help(problem)),
        };
        let label =
            |label: &Label| LabelText { text: self.words.label(&label.kind), span: label.span };
        let mut labels: Vec<LabelText> = first.labels.iter().map(label).collect();
        if group.len() > 1 && is_conflict(first) {
            let text = self.words.conflicts_in_between(group.len() - 2);
            labels.extend(group.last().map(|last| LabelText { text, span: last.span }));
        } else if let [one, .., last] = &labels[..]
            && labels.len() > 2
            && labels.iter().all(|label| label.text == one.text)
        {
            // Many equal labels are shown as one.
            let text = self.words.labels_in_between(&last.text, labels.len() - 1);
            labels = vec![LabelText { text, span: last.span }];
        }
        DiagnosticText { diagnostic: first, message, help, labels }
    }
}

/// Checks whether two diagnostics are shown as one, such as missing fields of one mapping.
fn should_merge(one: &Diagnostic, next: &Diagnostic) -> bool {
    let missing =
        |found: &Diagnostic| matches!(*found.problem, DiagnosticKind::MissingField { .. });
    missing(one) && missing(next) && one.span == next.span && one.pointer == next.pointer
        || is_conflict(one) && one.labels == next.labels && one.problem == next.problem
}

/// Checks whether a diagnostic is a conflict with something that already exists at its label.
fn is_conflict(found: &Diagnostic) -> bool {
    use DiagnosticKind as P;
    let clash = matches!(
        *found.problem,
        P::DuplicateName { .. } | P::DuplicatePort { .. } | P::DuplicateMount { .. }
    );
    clash && !found.labels.is_empty()
}
