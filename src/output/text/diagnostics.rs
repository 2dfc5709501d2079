//! Human-readable text and snippets.

use std::collections::HashMap;
use std::io::{self, Write};

use super::snippet;
use crate::diagnostics::{Diagnostic, DiagnosticKind, Label, Severity, escaped, quote};
use crate::output::file_report::FileReport;
use crate::output::style::Style;
use crate::text::plural::count;
use crate::validate::TextEdit;

/// Maximum number of equal problems of one file that are rendered; the rest is counted.
const MAX_RENDERED: usize = 20;

/// Writes validation results: a snippet for each problem, then a summary line.
pub(crate) fn validation(
    to: &mut dyn Write,
    files: &[FileReport],
    style: Style,
    quiet: bool,
) -> io::Result<()> {
    for file in files {
        render_snippets(to, file, style, Severity::Note)?;
    }
    if quiet {
        return Ok(());
    }
    writeln!(to, "{}", summary(files))?;
    let worst =
        files.iter().flat_map(|file| &file.checked.diagnostics).min_by_key(|found| found.severity);
    match worst {
        Some(found) => {
            writeln!(to, "for more information: instancectl explain {}", found.problem.code())
        }
        None => Ok(()),
    }
}

/// Writes a snippet for each diagnostic of one file with severity `least` or worse.
pub(crate) fn render_snippets(
    to: &mut dyn Write,
    file: &FileReport,
    style: Style,
    least: Severity,
) -> io::Result<()> {
    let displayed: Vec<&Diagnostic> =
        file.checked.diagnostics.iter().filter(|found| found.severity <= least).collect();
    if displayed.is_empty() {
        // The whole text is scanned before the first line is rendered: a tenth of the time of a clean run.
        return Ok(());
    }
    let lines = snippet::SourceLines::of(&file.source, style);
    let mut text = String::new();
    let mut equal: HashMap<(&str, &str), usize> = HashMap::new();
    for group in displayed.chunk_by(|one, next| should_merge(one, next)) {
        let joined = merge_missing_fields(group);
        let diagnostic = joined.as_ref().unwrap_or(group[0]);
        let count = equal.entry(grouping_key(&group[0].problem)).or_default();
        *count += 1;
        if *count > MAX_RENDERED {
            continue;
        }
        text.clear();
        if snippet::render(&mut text, diagnostic, &lines, style).is_err() {
            // Text only, if the snippet cannot be rendered.
            text = format!("  x {}\n", diagnostic.problem);
        }
        if file.source.text().is_empty() || diagnostic.problem.redacts_source() {
            let location = file.source.position(diagnostic.span.range().start);
            writeln!(to, "{}:{location}", lines.name())?;
        }
        writeln!(to, "{}\n", text.trim_end())?;
    }
    let mut more: Vec<_> = equal.into_iter().filter(|(_, count)| *count > MAX_RENDERED).collect();
    more.sort_unstable();
    for ((code, field), count) in more {
        let of = if field.is_empty() { String::new() } else { format!(" of `{field}`") };
        let (name, rest) = (lines.name(), count - MAX_RENDERED);
        writeln!(to, "{name}: {rest} more of `{code}`{of} (use --format json for all)\n")?;
    }
    Ok(())
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

/// Returns one diagnostic for several missing fields of one mapping.
fn merge_missing_fields(group: &[&Diagnostic]) -> Option<Diagnostic> {
    let [first, .., last] = group else { return collapse_labels(group.first()?) };
    if is_conflict(first) {
        return Some(merge_conflicts(first, last, group.len()));
    }
    let parts = group.iter().map(|found| match &*found.problem {
        DiagnosticKind::MissingField { field, help, .. } => (field.as_str(), help.as_str()),
        _ => ("", ""),
    });
    let (fields, helps): (Vec<&str>, Vec<&str>) = parts.unzip();
    let (last, others) = fields.split_last()?;
    let field = format!("{}` and `{last}", others.join("`, `"));
    let shared = ", here or under `defaults`";
    let adds: Vec<&str> = helps
        .iter()
        .map(|help| help.strip_prefix("add ").unwrap_or(help))
        .map(|help| help.strip_suffix(shared).unwrap_or(help))
        .collect();
    let location = if helps.iter().all(|help| help.ends_with(shared)) { shared } else { "" };
    let help = format!("add {}{location}", adds.join(", "));
    let DiagnosticKind::MissingField { owner, .. } = &*first.problem else {
        return None;
    };
    let problem = DiagnosticKind::MissingField { field, owner: owner.clone(), help };
    Some(Diagnostic { problem: problem.into(), ..(*first).clone() })
}

/// Returns the diagnostic with its many equal labels merged into one, for readability.
fn collapse_labels(found: &Diagnostic) -> Option<Diagnostic> {
    let [first, .., last] = &found.labels[..] else { return None };
    let equal = found.labels.iter().all(|label| label.message == first.message);
    let count = found.labels.len() - 1;
    let message = format!("{}, with {count} more between", last.message);
    let label = Label { message, span: last.span };
    (equal && count > 1).then(|| Diagnostic { labels: vec![label], ..found.clone() })
}

/// Returns one diagnostic for several conflicts with the same place.
fn merge_conflicts(first: &Diagnostic, last: &Diagnostic, count: usize) -> Diagnostic {
    let message = match count {
        2 => "and here".to_owned(),
        3 => "once in between, and here".to_owned(),
        count => format!("{} times in between, and here", count - 2),
    };
    let mut first = first.clone();
    first.labels.push(Label { message, span: last.span });
    first
}

/// Returns the key of equal problems: the code, and the manifest field that it is about.
fn grouping_key(problem: &DiagnosticKind) -> (&'static str, &str) {
    let field = match problem {
        DiagnosticKind::MissingField { field, .. }
        | DiagnosticKind::UnknownValue { field, .. }
        | DiagnosticKind::OutOfRange { field, .. }
        | DiagnosticKind::BadFormat { field, .. }
        | DiagnosticKind::RelativeMount { field, .. } => field,
        DiagnosticKind::WrongType { subject, .. } => subject.trim_matches('`'),
        _ => "",
    };
    (problem.code(), field)
}

/// Formats one edit with its location.
pub(crate) fn edit(name: &str, edit: &TextEdit) -> String {
    let TextEdit { location, code, old, new } = edit;
    format!("{}:{location}: fixed {code}: {} is now {}", escaped(name), quote(old), quote(new))
}

/// Summarizes the fixes of a diff and the remaining problems.
pub(crate) fn fix_summary(edits: usize, files: &[FileReport]) -> String {
    format!("would fix {}; after that: {}", count(edits, "problem"), summary(files))
}

pub(crate) fn summary(files: &[FileReport]) -> String {
    let instances: usize = files.iter().map(|file| file.checked.instances).sum();
    let of = |severity| files.iter().map(|file| file.checked.count(severity)).sum::<usize>();
    let found: Vec<String> = [Severity::Error, Severity::Warning, Severity::Note]
        .into_iter()
        .filter(|severity| of(*severity) > 0)
        .map(|severity| count(of(severity), severity.as_str()))
        .collect();
    let checked =
        format!("checked {}, {}", count(files.len(), "file"), count(instances, "instance"));
    if found.is_empty() {
        format!("{checked}: no problems")
    } else {
        format!("{checked}: {}", found.join(", "))
    }
}

/// Writes an error that ends a run, and the next step.
pub(crate) fn error(
    to: &mut dyn Write,
    message: &str,
    help: Option<&str>,
    style: Style,
) -> io::Result<()> {
    let (red, plain) = if style.color { ("\x1b[1;31m", "\x1b[0m") } else { ("", "") };
    writeln!(to, "{red}error{plain}: {message}")?;
    match help {
        Some(help) => writeln!(to, "  help: {help}"),
        None => Ok(()),
    }
}
