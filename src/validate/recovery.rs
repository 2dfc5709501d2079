//! Recovery from syntax errors with a safe fix: the rest is read as if the fix had been applied, so
//! that one run reports all problems of a file and not only its first syntax error.
//!
//! The text is read in pieces, each a few instances of a list, so that the time grows with the
//! size of the text and not with the number of errors in it.

use std::iter;

use super::check::ParsedText;
use super::collector::diagnostic;
use super::parse_diagnostics::syntax_diagnostic;
use super::pieces::{Piece, pieces};
use super::reading::Reading;
use super::result::ValidationResult;
use crate::diagnostics::{Diagnostic, DiagnosticKind, Excess, Fix};
use crate::source::{SourceFile, SourceMap, Span};
use crate::yaml::{SyntaxError, SyntaxErrorKind};

/// Maximum size, in bytes, of a piece that is read more than once.
const MAX_PIECE: usize = 4 << 20;

/// Returns the number of bytes that may be read to recover from the errors of a text. Only a text
/// that cannot be divided, such as JSON, with many errors needs more.
fn budget(text: &str) -> usize {
    ((32 << 20) + 8 * text.len()).min(512 << 20)
}

/// A text whose syntax errors are fixed, up to one that has no safe fix.
pub(super) struct Recovered {
    pub(super) source: SourceFile,
    map: SourceMap,
    /// The fixed errors, with their locations in the text before.
    reported: Vec<Diagnostic>,
    /// True if the limit of bytes was reached.
    limited: bool,
}

/// Fixes the syntax errors of a text, up to one that has no safe fix.
pub(super) fn recover(source: &SourceFile) -> Recovered {
    let text = source.text();
    let pieces = pieces(text);
    let (mut fixed, mut map, mut reported) = (String::new(), SourceMap::default(), Vec::new());
    let mut budget = budget(text);
    let (mut at, mut joined, mut documents) = (0, 1, 0);
    while let Some(piece) = pieces.get(at) {
        let end = pieces.get(at + joined).map_or(text.len(), |piece| piece.start);
        let mut attempt = Attempt::new(piece, &text[piece.start..end], end == text.len());
        attempt.fix_all(&mut budget);
        if !attempt.keeps_all() {
            attempt = Attempt::new(piece, &text[piece.start..end], end == text.len());
        }
        if attempt.is_cut_off() {
            budget = budget.saturating_sub(end - piece.start);
            joined *= 2;
            continue;
        }
        documents -= usize::from(documents > 0 && !piece.starts_document);
        map.append(&attempt.map, attempt.before, [piece.start, fixed.len()]);
        reported.extend(attempt.reported.into_iter().map(|found| Diagnostic {
            document: found.document + documents,
            ..map_spans(found, |span| shifted(span, attempt.before, piece.start))
        }));
        documents += attempt.state.documents;
        fixed.push_str(&attempt.state.reading.text()[attempt.before..]);
        if attempt.state.error.is_some() {
            fixed.push_str(&text[end..]);
            break;
        }
        (at, joined) = (at + joined, 1);
    }
    reported.sort_by_key(|found| found.span);
    Recovered { source: SourceFile::new(source.name(), fixed), map, reported, limited: budget == 0 }
}

impl Recovered {
    /// Maps what was found in the fixed text to the original one, and adds the fixed errors.
    /// Missing fields from the first fix's document on are not reported: a reader who fixes one
    /// line may well see them then. Nothing else is reported at the location of a syntax error.
    pub(super) fn map_diagnostics_back(self, mut checked: ValidationResult) -> ValidationResult {
        if self.limited
            && let Some(last) = stopped_at(&checked.diagnostics)
        {
            checked.diagnostics.push(last);
        }
        let Some(first) = self.reported.first().map(|found| found.document) else { return checked };
        let starts: Vec<u32> = self.reported.iter().map(|found| found.span.start).collect();
        let fixes = self.reported.iter().filter_map(|found| found.fix.as_ref());
        let mut fixes: Vec<Span> = fixes.map(|fix| fix.span).collect();
        fixes.sort_unstable();
        let overlaps = |fix: &Fix| {
            let at = fixes.partition_point(|own| own.end < fix.span.start);
            fixes.get(at).is_some_and(|own| own.start <= fix.span.end)
        };
        let remains = |found: &Diagnostic| {
            found.document < first || !matches!(*found.problem, DiagnosticKind::MissingField { .. })
        };
        let found = checked.diagnostics.into_iter().filter(remains).map(|found| {
            let mut found = map_back(found, &self.map);
            found.fix.take_if(|fix| overlaps(fix));
            found
        });
        let mut diagnostics: Vec<Diagnostic> =
            found.filter(|found| starts.binary_search(&found.span.start).is_err()).collect();
        diagnostics.extend(self.reported);
        diagnostics.sort_by_key(|found| found.span);
        ValidationResult { manifest: None, diagnostics, ..checked }
    }
}

/// Returns the diagnostic for the point at which reading stopped because of the limit.
fn stopped_at(diagnostics: &[Diagnostic]) -> Option<Diagnostic> {
    let last = diagnostics.iter().rfind(|found| found.problem.stops_parsing())?;
    let problem = DiagnosticKind::TooLarge(Excess::SyntaxErrors);
    Some(diagnostic(problem, last.span, last.document, String::new()))
}

/// A piece of the text, with the fixes so far.
struct Attempt {
    state: State,
    /// Length of the text before the piece: the key of its list.
    before: usize,
    /// Whether the piece ends with the text.
    last: bool,
    /// The parts read before the first fix.
    original: Option<Reading>,
    map: SourceMap,
    reported: Vec<Diagnostic>,
}

/// One version of its text.
struct State {
    reading: Reading,
    error: Option<Diagnostic>,
    /// True if the parser read all of it, whether or not that is what is meant.
    complete: bool,
    /// True if the error may be that the text ends too early.
    unfinished: bool,
    documents: usize,
}

impl State {
    /// Reads a text; without an error, its parts are only needed if it was `edited`.
    fn new(text: &str, edited: bool) -> Self {
        let ParsedText { parsed, syntax, .. } = ParsedText::new(text);
        let error = syntax.map(|syntax| syntax_diagnostic(&syntax, &parsed));
        let complete = parsed.syntax_error.is_none();
        let unfinished = parsed.syntax_error.as_ref().is_some_and(|error| ends_early(error, text));
        let documents = parsed.complete_documents();
        let mut reading = if edited || error.is_some() {
            Reading::new(text, &parsed)
        } else {
            Reading::unread(text)
        };
        if let Some(error) = &error {
            reading.stop_at(error.span.range().start);
        }
        Self { reading, error, complete, unfinished, documents }
    }

    /// Applies the fix of an error, if that resolves it and keeps all that was read.
    fn fixed(&self, error: &Diagnostic) -> Option<(Self, SourceMap)> {
        let fix = error.fix.as_ref()?;
        let text = self.reading.text();
        let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        if letters(&text[fix.span.range()]) != letters(&fix.text) {
            return None;
        }
        let (text, map) = SourceMap::edit(text, iter::once((fix.span, &*fix.text)));
        let next = Self::new(&text, true);
        let start = fix.span.range().start;
        let fails_again = next.error.as_ref().is_some_and(|next| {
            // A wrong colon may hide an error on the line above it; otherwise the text before was
            // parsed.
            let least = if next.fix.is_some() { start } else { 0 };
            let edited = least..start + fix.text.len();
            map.to_old(next.span).start == error.span.start
                || edited.contains(&next.span.range().start)
        });
        let reads_on = !self.complete || next.complete;
        let safe = !fails_again && reads_on && self.reading.is_kept_by(&map, &next.reading);
        safe.then_some((next, map))
    }
}

impl Attempt {
    fn new(piece: &Piece, text: &str, last: bool) -> Self {
        let before = piece.key_of_list();
        let state = State::new(&[before, text].concat(), false);
        let (map, reported) = (SourceMap::default(), Vec::new());
        Self { state, before: before.len(), last, original: None, map, reported }
    }

    /// Checks whether the rest of the text may resolve the error: a quote or a bracket may be
    /// closed there.
    fn is_cut_off(&self) -> bool {
        !self.last && self.state.unfinished
    }

    /// Checks that all fixes together keep what was read before the first one.
    fn keeps_all(&self) -> bool {
        let original = self.original.as_ref();
        original.is_none_or(|original| original.is_kept_by(&self.map, &self.state.reading))
    }

    /// Applies the fixes of its errors in turn, while they are safe.
    fn fix_all(&mut self, budget: &mut usize) {
        while let Some(error) = self.state.error.clone().filter(|error| error.fix.is_some()) {
            let size = self.state.reading.text().len();
            *budget = if size > MAX_PIECE { 0 } else { budget.saturating_sub(size) };
            let fix = error.fix.as_ref().filter(|fix| fix.span.range().start >= self.before);
            if self.is_cut_off() || fix.is_none() || *budget == 0 {
                return;
            }
            let Some((next, step)) = self.state.fixed(&error) else { return };
            // An error above may be the cause of this one.
            let above = next.error.clone().filter(|above| {
                let fixed = above.fix.as_ref().map(|own| own.span.end.max(above.span.end));
                fixed.is_some_and(|end| end <= fix.map_or(0, |fix| fix.span.start))
            });
            let first = above.and_then(|above| {
                let (next, step) = self.state.fixed(&above)?;
                let now = next.error.as_ref().map(|now| step.to_old(now.span));
                (now != Some(error.span)).then_some(((next, step), above))
            });
            let ((next, step), error) = first.unwrap_or(((next, step), error));
            let found = map_back(error, &self.map);
            // Fixes may undo each other.
            let same =
                |other: &Diagnostic| (other.span, &other.problem) == (found.span, &found.problem);
            if self.reported.iter().any(same) {
                return;
            }
            self.reported.push(found);
            let fixed = std::mem::replace(&mut self.state, next);
            self.map = self.map.then(&step);
            self.original.get_or_insert(fixed.reading);
        }
    }
}

/// Checks whether parsing stopped because something was open at the end of the text.
fn ends_early(error: &SyntaxError, text: &str) -> bool {
    use SyntaxErrorKind as K;
    let SyntaxError::Parser { kind, at, .. } = error else { return false };
    let unclosed = matches!(
        kind,
        K::UnclosedQuotedScalar
            | K::UnclosedFlowCollection { .. }
            | K::UnexpectedEof
            | K::UnexpectedEofFlowMapping
            | K::UnexpectedEofFlowSequence
            | K::UnexpectedEofImplicitFlowMapping
            | K::UnexpectedEofBlockMapping
            | K::UnexpectedEofBlockSequence
    );
    unclosed || text[*at..].trim().is_empty()
}

/// Maps a diagnostic to the text before the edits. A fix of edited text does not apply there.
fn map_back(mut found: Diagnostic, map: &SourceMap) -> Diagnostic {
    found.fix.take_if(|fix| map.touches_new(fix.span));
    map_spans(found, |span| map.to_old(span))
}

fn map_spans(mut found: Diagnostic, moved: impl Fn(Span) -> Span) -> Diagnostic {
    found.span = moved(found.span);
    for label in &mut found.labels {
        label.span = moved(label.span);
    }
    if let Some(fix) = &mut found.fix {
        fix.span = moved(fix.span);
    }
    found
}

/// Moves a span after a text of length `before` to one after a text of length `to`.
fn shifted(span: Span, before: usize, to: usize) -> Span {
    let at = |at: usize| (at + to).saturating_sub(before);
    Span::new(at(span.range().start)..at(span.range().end))
}
