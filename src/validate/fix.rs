//! Applies the safe fixes; every other byte stays unchanged.
//!
//! A pass applies the fixes of all diagnostics that do not overlap, and the result is checked
//! again. Fixes that do not resolve their diagnostic, or introduce an error, are reverted; the
//! remaining ones go into the next pass, until nothing changes.

use std::ops::Range;

use super::LintLevels;
use crate::diagnostics::{Diagnostic, Severity};
use crate::source::{Position, SourceFile};
use crate::validate::check::validate;
use crate::validate::result::ValidationResult;

/// Minimum of the pass limit. Two passes are enough for fixes that hide each other; the limit
/// prevents fixes that undo each other from looping forever.
const MAX_PASSES: usize = 8;

/// Total bytes read in the passes over a small file, which takes one pass for every few syntax
/// errors that stop the parser.
const MAX_REVALIDATED_BYTES: usize = 8 << 20;

/// A file after its safe fixes.
#[derive(Debug)]
pub struct FixResult {
    /// The file with the fixes applied.
    pub source: SourceFile,
    /// The remaining diagnostics.
    pub checked: ValidationResult,
    /// The edits, in file order within each pass.
    pub edits: Vec<TextEdit>,
}

/// One applied edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextEdit {
    /// Position of the edit. Edits do not change line numbers.
    pub location: Position,
    /// Code of the diagnostic that it fixes.
    pub code: &'static str,
    /// The replaced text.
    pub old: String,
    /// The new text.
    pub new: String,
}

/// Applies the safe fixes to a file that is text.
pub fn fix(source: SourceFile, policy: &LintLevels) -> FixResult {
    let mut checked = validate_text(&source, policy);
    let mut fixed = source;
    let mut edits = Vec::new();
    for _ in 0..MAX_PASSES.max(MAX_REVALIDATED_BYTES / fixed.text().len().max(1)) {
        let expected = non_overlapping(&checked.diagnostics);
        let accepted = retain_effective(&fixed, &checked, &expected, policy);
        if accepted.is_empty() {
            break;
        }
        edits.extend(accepted.iter().map(|found| edit(found, &fixed)));
        fixed = edited(&fixed, &accepted);
        checked = validate_text(&fixed, policy);
    }
    FixResult { source: fixed, checked, edits }
}

fn validate_text(source: &SourceFile, policy: &LintLevels) -> ValidationResult {
    let mut checked = validate(source, None);
    checked.apply(policy);
    checked
}

/// Returns the diagnostics with a fix, except those that overlap an earlier one. Errors that stop
/// the parser come first: other fixes can only be judged in a file that parses completely.
fn non_overlapping(diagnostics: &[Diagnostic]) -> Vec<Diagnostic> {
    let mut expected: Vec<Diagnostic> =
        diagnostics.iter().filter(|found| found.fix.is_some()).cloned().collect();
    if expected.iter().any(|found| found.problem.stops_parsing()) {
        expected.retain(|found| found.problem.stops_parsing());
    }
    expected.sort_by_key(|found| found.fix.as_ref().map(|fix| fix.span));
    let mut end = 0;
    expected.retain(|found| {
        let span = found.fix.as_ref().map_or(found.span, |fix| fix.span);
        let fits = span.start >= end;
        end = if fits { span.end.max(span.start + 1) } else { end };
        fits
    });
    expected
}

/// Returns those of `wanted` that resolve their diagnostic and introduce no error. Fixing an error
/// that stops the parser may reveal errors that it hid.
fn retain_effective(
    source: &SourceFile,
    before: &ValidationResult,
    expected: &[Diagnostic],
    policy: &LintLevels,
) -> Vec<Diagnostic> {
    if expected.is_empty() {
        return Vec::new();
    }
    let after = validate_text(&edited(source, expected), policy);
    match (unparsed(before), unparsed(&after)) {
        (None, None) => {
            let ended = resolved_by(before, &after, expected);
            if ended.len() < expected.len() {
                return retain_effective(source, before, &ended, policy);
            }
            if errors(&after) <= errors(before) {
                return ended;
            }
        }
        (Some(old), new) if new != Some(shift_offset(old, expected)) => return expected.to_vec(),
        // The last syntax error has no fix: then the ones before it must be resolved.
        _ if syntax_mistakes(&after) + expected.len() <= syntax_mistakes(before) => {
            return expected.to_vec();
        }
        _ => {}
    }
    // Bisect to find the ineffective ones.
    let (first, second) = expected.split_at(expected.len() / 2);
    if first.is_empty() {
        return Vec::new();
    }
    let mut kept = retain_effective(source, before, first, policy);
    kept.extend(retain_effective(source, before, second, policy));
    kept
}

/// Counts the errors per instance: an error in a shared value may hide another one in each
/// instance.
fn errors(checked: &ValidationResult) -> usize {
    let errors = checked.diagnostics.iter().filter(|found| found.severity == Severity::Error);
    errors.map(|found| found.uses).sum()
}

/// Counts the errors that stop the parser.
fn syntax_mistakes(checked: &ValidationResult) -> usize {
    checked.diagnostics.iter().filter(|found| found.problem.stops_parsing()).count()
}

/// Returns the offset where parsing stopped.
fn unparsed(checked: &ValidationResult) -> Option<usize> {
    let mut errors = checked.diagnostics.iter().filter(|found| found.problem.stops_parsing());
    errors.next_back().map(|found| found.span.range().start)
}

/// Returns the fixes after which fewer diagnostics of at least their severity remain at their
/// location.
fn resolved_by(
    before: &ValidationResult,
    after: &ValidationResult,
    edits: &[Diagnostic],
) -> Vec<Diagnostic> {
    let ends = |(read, written, worst): (Range<usize>, Range<usize>, Severity)| {
        changed_start(&after.diagnostics, &written, worst)
            < changed_start(&before.diagnostics, &read, worst)
    };
    let kept = edits.iter().zip(edit_sites(edits)).filter(|(_, location)| ends(location.clone()));
    kept.map(|(edit, _)| edit.clone()).collect()
}

/// Maps an offset to its position after the edits.
fn shift_offset(location: usize, edits: &[Diagnostic]) -> usize {
    let before = edit_sites(edits).take_while(|(read, ..)| read.end <= location);
    before.last().map_or(location, |(read, written, _)| location - read.end + written.end)
}

/// Returns the original range of each fix, its range after all fixes, and the severity of its
/// diagnostic.
fn edit_sites(
    edits: &[Diagnostic],
) -> impl Iterator<Item = (Range<usize>, Range<usize>, Severity)> {
    let (mut read, mut written) = (0, 0);
    edits.iter().filter_map(move |found| {
        let fix = found.fix.as_ref()?;
        let old = fix.span.range();
        let start = written + old.start - read;
        (read, written) = (old.end, start + fix.text.len());
        Some((old, start..written, found.severity))
    })
}

/// Counts the diagnostics of at least the given severity that begin in a range of bytes.
fn changed_start(diagnostics: &[Diagnostic], range: &Range<usize>, worst: Severity) -> usize {
    let from = diagnostics.partition_point(|found| found.span.range().start < range.start);
    let inside =
        diagnostics[from..].iter().take_while(|found| found.span.range().start < range.end);
    inside.filter(|found| found.severity <= worst).count()
}

fn edited(source: &SourceFile, edits: &[Diagnostic]) -> SourceFile {
    let mut text = String::with_capacity(source.text().len() + 16 * edits.len());
    let mut at = 0;
    for fix in edits.iter().filter_map(|found| found.fix.as_ref()) {
        let range = fix.span.range();
        text.push_str(&source.text()[at..range.start]);
        text.push_str(&fix.text);
        at = range.end;
    }
    text.push_str(&source.text()[at..]);
    SourceFile::new(source.name(), text)
}

fn edit(found: &Diagnostic, source: &SourceFile) -> TextEdit {
    let fix = found.fix.as_ref().expect("only diagnostics with an edit are accepted");
    TextEdit {
        location: source.position(fix.span.range().start),
        code: found.problem.code(),
        old: source.slice(fix.span).to_owned(),
        new: fix.text.clone(),
    }
}
