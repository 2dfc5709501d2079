//! Recovery from syntax errors with a safe fix: the rest is read as if the fix had been applied, so
//! that one run reports all problems of a file and not only its first syntax error.

use std::ops::Range;

use crate::diagnostics::{Diagnostic, DiagnosticKind, Fix};
use crate::source::{SourceFile, Span};
use crate::validate::result::ValidationResult;

/// Maximum number of recoveries in one file: each parses the whole file once more.
const MAX_RECOVERIES: usize = 20;

/// Maximum size, in bytes, of a file that is parsed more than once.
const MAX_RECOVERY_BYTES: usize = 4 << 20;

/// Returns the maximum number of recoveries for a file.
pub(super) fn recover(source: &SourceFile) -> usize {
    if source.text().len() > MAX_RECOVERY_BYTES { 0 } else { MAX_RECOVERIES }
}

/// A syntax error and its safe fix.
pub(super) struct AppliedFix {
    fix: Fix,
    reported: Diagnostic,
    kept: Vec<RemappedRange>,
}

/// The end of a line that an edit only reindented: its offset now, its offset before, and the
/// number of unchanged bytes before it.
struct RemappedRange {
    end: usize,
    original_end: usize,
    same: usize,
}

impl AppliedFix {
    pub(super) fn new(source: &SourceFile, fix: Fix, reported: Diagnostic) -> Self {
        let (old, new) = (source.slice(fix.span), fix.text.as_str());
        let start = fix.span.range().start;
        let (mut end, mut before) = (start, start);
        let pairs = new.split_inclusive('\n').zip(old.split_inclusive('\n'));
        let kept = pairs.map(|(new, old)| {
            end += new.len();
            before += old.len();
            let same = new.bytes().rev().zip(old.bytes().rev()).take_while(|(a, b)| a == b);
            RemappedRange { end, original_end: before, same: same.count() }
        });
        let lines = |text: &str| text.matches('\n').count();
        let kept = if lines(new) == lines(old) { kept.collect() } else { Vec::new() };
        Self { fix, reported, kept }
    }

    /// Returns the text with the fix applied.
    pub(super) fn fixed_text(&self, source: &SourceFile) -> SourceFile {
        let range = self.fix.span.range();
        let text = source.text();
        let text = [&text[..range.start], &self.fix.text, &text[range.end..]].concat();
        SourceFile::new(source.name(), text)
    }

    /// Checks whether the fix was ineffective, based on the first syntax error of the fixed text
    /// and on whether that error has a fix too.
    pub(super) fn is_ineffective(&self, next: &Diagnostic, has_fix: bool) -> bool {
        let edited = self.inserted_range();
        // A wrong colon may hide an error on the line above it; otherwise the text before was
        // parsed.
        let least = if has_fix { edited.start } else { 0 };
        let same = self.to_original_span(next.span).start == self.reported.span.start;
        same || (least..edited.end).contains(&next.span.range().start)
    }

    /// Returns the syntax error and the diagnostics of the fixed text, mapped to the original text.
    /// Missing fields from the fix's document on are not reported: a reader who fixes one line may
    /// well see them then. Nothing else is reported at the location of the syntax error.
    pub(super) fn map_diagnostics_back(self, checked: ValidationResult) -> ValidationResult {
        let remains = |found: &Diagnostic| {
            found.document < self.reported.document
                || !matches!(*found.problem, DiagnosticKind::MissingField { .. })
        };
        let found = checked.diagnostics.into_iter().filter(remains);
        let moved = found.map(|found| self.map_span(found));
        let other_region = moved.filter(|found| found.span.start != self.reported.span.start);
        let mut diagnostics: Vec<Diagnostic> = other_region.collect();
        let at = diagnostics.partition_point(|found| found.span <= self.reported.span);
        diagnostics.insert(at, self.reported);
        ValidationResult { manifest: None, diagnostics, ..checked }
    }

    /// Removes the fix of a syntax error that it does not resolve: `--fix` would not apply it.
    pub(super) fn drop_unapplied_fixes(&self, mut checked: ValidationResult) -> ValidationResult {
        let mut found =
            checked.diagnostics.iter_mut().filter(|found| found.span == self.reported.span);
        if let Some(found) = found.find(|found| found.problem == self.reported.problem) {
            found.fix = None;
        }
        checked
    }

    fn map_span(&self, mut found: Diagnostic) -> Diagnostic {
        found.span = self.to_original_span(found.span);
        for label in &mut found.labels {
            label.span = self.to_original_span(label.span);
        }
        // A fix of edited text does not apply to the original text.
        let written = self.inserted_range();
        found.fix = found.fix.filter(|fix| {
            let span = fix.span.range();
            span.end <= written.start || span.start >= written.end
        });
        if let Some(fix) = &mut found.fix {
            fix.span = self.to_original_span(fix.span);
        }
        found
    }

    /// Maps a span of the fixed text to the original text; a position in newly inserted text maps
    /// to the whole replaced range.
    fn to_original_span(&self, span: Span) -> Span {
        let (old, new) = (self.fix.span.range(), self.inserted_range());
        let location = |at: usize, inside: usize| {
            if at <= new.start {
                at
            } else if at >= new.end {
                at - new.end + old.end
            } else {
                let line = self.kept.get(self.kept.partition_point(|line| line.end < at));
                let kept = line.filter(|line| line.end - at <= line.same);
                kept.map_or(inside, |line| line.original_end - (line.end - at))
            }
        };
        let span = span.range();
        Span::new(location(span.start, old.start)..location(span.end, old.end))
    }

    /// Returns the range of the fix's text after it is applied.
    fn inserted_range(&self) -> Range<usize> {
        let start = self.fix.span.range().start;
        start..start + self.fix.text.len()
    }
}

#[cfg(test)]
mod tests {
    use super::{AppliedFix, Fix, Span};
    use crate::diagnostics::DiagnosticKind;
    use crate::source::SourceFile;
    use crate::validate::collector::diagnostic;

    fn applied(source: &SourceFile, span: Span, text: &str) -> AppliedFix {
        let reported = diagnostic(DiagnosticKind::EmptyFile, span, 1, String::new());
        AppliedFix::new(source, Fix { span, text: text.to_owned() }, reported)
    }

    #[test]
    fn spans_after_an_edit_map_back_to_the_original() {
        let source = SourceFile::new("a.yaml", "键：值 end".to_owned());
        let colon = source.text().find('：').unwrap();
        let edit = applied(&source, Span::new(colon..colon + 3), ": ");
        let after = edit.fixed_text(&source);
        assert_eq!(after.text(), "键: 值 end");
        for word in ["键", "值", "end"] {
            let at = after.text().find(word).unwrap();
            let span = edit.to_original_span(Span::new(at..at + word.len()));
            assert_eq!(source.slice(span), word);
        }
        assert_eq!(source.slice(edit.to_original_span(Span::new(colon..colon + 1))), "：");
    }

    #[test]
    fn spans_in_reindented_lines_map_back_to_the_original() {
        let source = SourceFile::new("a.yaml", "k:\n\ta: 1\n\tb: 2\n".to_owned());
        let edit = applied(&source, Span::new(3..10), "  a: 1\n  ");
        let after = edit.fixed_text(&source);
        assert_eq!(after.text(), "k:\n  a: 1\n  b: 2\n");
        for word in ["a", "1", "b", "2"] {
            let at = after.text().find(word).unwrap();
            assert_eq!(source.slice(edit.to_original_span(Span::new(at..at + 1))), word);
        }
    }
}
