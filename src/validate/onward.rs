//! Past a slip with a sure edit: what stands after it is read as if the edit was made, so that one
//! run tells all that is wrong with a file and not its first slip alone.

use std::ops::Range;

use super::Checked;
use crate::diagnostic::{Diagnostic, Fix, Problem};
use crate::source::{SourceFile, Span};

/// Slips at most that are read past in one file: each costs one more reading of the whole.
const MOST: usize = 20;

/// Bytes of a file that is read more than once at most.
const LARGEST: usize = 4 << 20;

/// How many slips are read past in a file.
pub(super) fn slips(source: &SourceFile) -> usize {
    if source.text().len() > LARGEST { 0 } else { MOST }
}

/// A slip and its sure edit.
pub(super) struct Mend {
    fix: Fix,
    told: Diagnostic,
    kept: Vec<Kept>,
}

/// The end of a line that an edit only indented anew: where it ends now, where it ended before, and
/// how many bytes of it are the same.
struct Kept {
    end: usize,
    before: usize,
    same: usize,
}

impl Mend {
    pub(super) fn new(source: &SourceFile, fix: Fix, told: Diagnostic) -> Self {
        let (old, new) = (source.slice(fix.span), fix.text.as_str());
        let start = fix.span.range().start;
        let (mut end, mut before) = (start, start);
        let pairs = new.split_inclusive('\n').zip(old.split_inclusive('\n'));
        let kept = pairs.map(|(new, old)| {
            end += new.len();
            before += old.len();
            let same = new.bytes().rev().zip(old.bytes().rev()).take_while(|(a, b)| a == b);
            Kept { end, before, same: same.count() }
        });
        let lines = |text: &str| text.matches('\n').count();
        let kept = if lines(new) == lines(old) { kept.collect() } else { Vec::new() };
        Self { fix, told, kept }
    }

    /// The text with the edit made.
    pub(super) fn mended(&self, source: &SourceFile) -> SourceFile {
        let range = self.fix.span.range();
        let text = source.text();
        let text = [&text[..range.start], &self.fix.text, &text[range.end..]].concat();
        SourceFile::new(source.name(), text)
    }

    /// Whether the edit was of no use, by the first slip of the text with it, and whether that has an
    /// edit of its own.
    pub(super) fn is_vain(&self, next: &Diagnostic, mends: bool) -> bool {
        let edited = self.written();
        // A colon that is none may hide one on the line above it; else what is before was read.
        let least = if mends { edited.start } else { 0 };
        let same = self.before(next.span).start == self.told.span.start;
        same || (least..edited.end).contains(&next.span.range().start)
    }

    /// The slip, and what was found in the text with the edit, at the places of the text without it.
    /// What is missing from the edit's document on is not told: a reader who mends one line may well
    /// see it then. Nor is more told of the place of the slip.
    pub(super) fn back(self, checked: Checked) -> Checked {
        let stands = |found: &Diagnostic| {
            found.document < self.told.document
                || !matches!(*found.problem, Problem::MissingField { .. })
        };
        let found = checked.diagnostics.into_iter().filter(stands);
        let moved = found.map(|found| self.moved(found));
        let elsewhere = moved.filter(|found| found.span.start != self.told.span.start);
        let mut diagnostics: Vec<Diagnostic> = elsewhere.collect();
        let at = diagnostics.partition_point(|found| found.span <= self.told.span);
        diagnostics.insert(at, self.told);
        Checked { manifest: None, diagnostics, ..checked }
    }

    /// What was found with the edit, with no edit for a slip that it does not mend: `--fix` would not
    /// make it.
    pub(super) fn unmade(&self, mut checked: Checked) -> Checked {
        let mut found = checked.diagnostics.iter_mut().filter(|found| found.span == self.told.span);
        if let Some(found) = found.find(|found| found.problem == self.told.problem) {
            found.fix = None;
        }
        checked
    }

    fn moved(&self, mut found: Diagnostic) -> Diagnostic {
        found.span = self.before(found.span);
        for label in &mut found.labels {
            label.span = self.before(label.span);
        }
        // An edit of edited text is none of the text as it stands.
        let written = self.written();
        found.fix = found.fix.filter(|fix| {
            let span = fix.span.range();
            span.end <= written.start || span.start >= written.end
        });
        if let Some(fix) = &mut found.fix {
            fix.span = self.before(fix.span);
        }
        found
    }

    /// A span of the edited text in the text before; a place in what the edit wrote, and did not
    /// find there, is the whole of what it replaced.
    fn before(&self, span: Span) -> Span {
        let (old, new) = (self.fix.span.range(), self.written());
        let place = |at: usize, inside: usize| {
            if at <= new.start {
                at
            } else if at >= new.end {
                at - new.end + old.end
            } else {
                let line = self.kept.get(self.kept.partition_point(|line| line.end < at));
                let kept = line.filter(|line| line.end - at <= line.same);
                kept.map_or(inside, |line| line.before - (line.end - at))
            }
        };
        let span = span.range();
        Span::new(place(span.start, old.start)..place(span.end, old.end))
    }

    /// Where the edit's text stands once it is made.
    fn written(&self) -> Range<usize> {
        let start = self.fix.span.range().start;
        start..start + self.fix.text.len()
    }
}

#[cfg(test)]
mod tests {
    use super::{Fix, Mend, Span};
    use crate::diagnostic::Problem;
    use crate::source::SourceFile;
    use crate::validate::diagnostic;

    fn mend(source: &SourceFile, span: Span, text: &str) -> Mend {
        let told = diagnostic(Problem::EmptyFile, span, 1, String::new());
        Mend::new(source, Fix { span, text: text.to_owned() }, told)
    }

    #[test]
    fn places_after_an_edit_are_those_of_the_text_without_it() {
        let source = SourceFile::new("a.yaml", "键：值 end".to_owned());
        let colon = source.text().find('：').unwrap();
        let edit = mend(&source, Span::new(colon..colon + 3), ": ");
        let after = edit.mended(&source);
        assert_eq!(after.text(), "键: 值 end");
        for word in ["键", "值", "end"] {
            let at = after.text().find(word).unwrap();
            let span = edit.before(Span::new(at..at + word.len()));
            assert_eq!(source.slice(span), word);
        }
        assert_eq!(source.slice(edit.before(Span::new(colon..colon + 1))), "：");
    }

    #[test]
    fn places_in_lines_that_are_indented_anew_are_those_of_the_lines_before() {
        let source = SourceFile::new("a.yaml", "k:\n\ta: 1\n\tb: 2\n".to_owned());
        let edit = mend(&source, Span::new(3..10), "  a: 1\n  ");
        let after = edit.mended(&source);
        assert_eq!(after.text(), "k:\n  a: 1\n  b: 2\n");
        for word in ["a", "1", "b", "2"] {
            let at = after.text().find(word).unwrap();
            assert_eq!(source.slice(edit.before(Span::new(at..at + 1))), word);
        }
    }
}
