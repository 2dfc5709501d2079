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
    pub(super) fix: Fix,
    pub(super) told: Diagnostic,
}

impl Mend {
    /// The text with the edit made.
    pub(super) fn mended(&self, source: &SourceFile) -> SourceFile {
        mended(source, &self.fix)
    }

    /// Whether the edit was of no use, by the first slip of the text with it, and whether that has an
    /// edit of its own.
    pub(super) fn is_vain(&self, next: &Diagnostic, mends: bool) -> bool {
        let edited = written(&self.fix);
        // A colon that is none may hide one on the line above it; else what is before was read.
        let least = if mends { edited.start } else { 0 };
        let same = before(next.span, &self.fix).start == self.told.span.start;
        same || (least..edited.end).contains(&next.span.range().start)
    }
}

fn mended(source: &SourceFile, fix: &Fix) -> SourceFile {
    let range = fix.span.range();
    let text = source.text();
    let text = [&text[..range.start], &fix.text, &text[range.end..]].concat();
    SourceFile::new(source.name(), text)
}

/// What was found in the text with the edit, at the places of the text without it. What is missing
/// from the edit's document on is not told: a reader who mends one line may well see it then. Nor is
/// more told of the place of the slip.
pub(super) fn back(checked: Checked, fix: &Fix, told: &Diagnostic) -> Checked {
    let stands = |found: &Diagnostic| {
        found.document < told.document || !matches!(*found.problem, Problem::MissingField { .. })
    };
    let found = checked.diagnostics.into_iter().filter(stands);
    let moved = found.map(|found| moved(found, fix));
    let diagnostics = moved.filter(|found| found.span.start != told.span.start).collect();
    Checked { manifest: None, diagnostics, ..checked }
}

fn moved(mut found: Diagnostic, edit: &Fix) -> Diagnostic {
    found.span = before(found.span, edit);
    for label in &mut found.labels {
        label.span = before(label.span, edit);
    }
    // An edit of edited text is none of the text as it stands.
    let written = written(edit);
    found.fix = found.fix.filter(|fix| {
        let span = fix.span.range();
        span.end <= written.start || span.start >= written.end
    });
    if let Some(fix) = &mut found.fix {
        fix.span = before(fix.span, edit);
    }
    found
}

/// Where the edit's text stands once it is made.
fn written(edit: &Fix) -> Range<usize> {
    let start = edit.span.range().start;
    start..start + edit.text.len()
}

/// A span of the edited text in the text before; a place in what the edit wrote is the whole of
/// what it replaced.
fn before(span: Span, edit: &Fix) -> Span {
    let (old, new) = (edit.span.range(), written(edit));
    let place = |at: usize, inside: usize| {
        if at <= new.start {
            at
        } else if at >= new.end {
            at - new.end + old.end
        } else {
            inside
        }
    };
    let span = span.range();
    Span::new(place(span.start, old.start)..place(span.end, old.end))
}

#[cfg(test)]
mod tests {
    use super::{Fix, Span, before, mended};
    use crate::source::SourceFile;

    #[test]
    fn places_after_an_edit_are_those_of_the_text_without_it() {
        let source = SourceFile::new("a.yaml", "键：值 end".to_owned());
        let colon = source.text().find('：').unwrap();
        let fix = Fix { span: Span::new(colon..colon + 3), text: ": ".to_owned() };
        let after = mended(&source, &fix);
        assert_eq!(after.text(), "键: 值 end");
        for word in ["键", "值", "end"] {
            let at = after.text().find(word).unwrap();
            let span = before(Span::new(at..at + word.len()), &fix);
            assert_eq!(source.slice(span), word);
        }
        assert_eq!(source.slice(before(Span::new(colon..colon + 1), &fix)), "：");
    }
}
