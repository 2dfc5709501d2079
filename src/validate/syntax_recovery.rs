//! Finds the mistake that caused a syntax error: the position at which the parser stopped is often
//! not that of the mistake.
//!
//! [`ROWS`] is the table of the mistakes: what the parser was reading, and the function that
//! recognises the mistake, with its facts and possibly a fix. The first row that recognises its
//! mistake wins; [`parser_fault`] says what the parser found if none does. Fixes are only proposed
//! here: `validate` compares what it reads before and after.

mod block_text;
mod brackets;
mod document;
mod foreign;
mod indentation;
mod line;
mod marks;
mod parser_fault;
mod quotes;
mod reindent;
mod separators;
mod siblings;
mod tabs;

use std::ops::Range;

use crate::diagnostics::{Fix, SyntaxMistake};
use crate::source::Span;
use crate::yaml::{Parsed, SyntaxError, SyntaxErrorKind as ErrorKind};
use block_text::BlockText;
use line::Line;
use parser_fault::Stop::{
    self, AfterQuote, BlockHeader, Brackets, Other, Quote, Structure, Values,
};

pub(super) use line::is_odd_blank;
pub(super) use quotes::quoted;

/// A syntax error, located at its cause.
#[derive(Debug)]
pub(super) struct SyntaxDiagnosis {
    pub(super) span: Span,
    pub(super) mistake: SyntaxMistake,
    /// The line or the value as it should be, if the help can show it.
    pub(super) corrected: Option<String>,
    /// Proposed fix, if any.
    pub(super) fix: Option<Fix>,
    /// The bracket that it does not match.
    pub(super) opener: Option<Span>,
}

type Edit = (Range<usize>, String);

/// The position at which the parser stopped, and the reason.
struct Failure<'t> {
    text: &'t str,
    kind: &'t ErrorKind,
    at: usize,
    line: Line<'t>,
    /// The innermost bracket that is open there.
    open: Option<usize>,
    /// The last block text above.
    block: Option<BlockText<'t>>,
}

/// A mistake: what the parser may have been reading, and how it is recognised.
struct Row(&'static [Stop], fn(&Failure<'_>) -> Option<SyntaxDiagnosis>);

const ANY: &[Stop] = &[Structure, BlockHeader, Values, Brackets, AfterQuote, Quote, Other];
const LINES: &[Stop] = &[Structure];

const ROWS: &[Row] = &[
    Row(ANY, document::conflict),
    Row(ANY, foreign::template),
    Row(ANY, tabs::in_indentation),
    Row(&[BlockHeader], block_text::header),
    Row(LINES, block_text::wrong_first_lines),
    Row(LINES, marks::odd_indentation),
    Row(ANY, block_text::left),
    Row(LINES, marks::item_on_key_line),
    Row(ANY, brackets::item_inside),
    Row(ANY, brackets::unclosed),
    Row(&[Values, AfterQuote], separators::between_values),
    Row(&[Brackets], brackets::mismatched),
    Row(&[Brackets], brackets::unmatched),
    Row(&[AfterQuote, Quote], quotes::unclosed_further_up),
    Row(&[Quote], quotes::unclosed),
    Row(&[AfterQuote], quotes::text_after),
    Row(&[Quote], quotes::invalid_escape),
    Row(&[Structure, Other], block_text::missing_indicator),
    Row(LINES, brackets::list_without_opening),
    Row(LINES, marks::missing_colon_above_fields),
    Row(LINES, marks::on_lines),
    Row(LINES, foreign::at_document_start),
    Row(LINES, marks::colon_in_value),
    Row(LINES, indentation::misplaced),
    Row(LINES, quotes::reserved),
];

/// Returns the mistake by which YAML reads the start of a document, or a merge key, as a key.
pub(super) fn read_as_key(parsed: &mut Parsed<'_>, text: &str) -> Option<SyntaxDiagnosis> {
    let found = document::read_as_key(parsed, text)?;
    if parsed.documents().last().is_some_and(|(_, root)| found.span.start < root.span().end) {
        parsed.drop_last_document();
    }
    Some(found.with_effect(text).with_corrected_line(text))
}

/// Diagnoses the syntax error at which parsing stopped, if any.
pub(super) fn diagnose(parsed: &mut Parsed<'_>, text: &str) -> Option<SyntaxDiagnosis> {
    let found = match parsed.syntax_error.clone()? {
        SyntaxError::TextAfterAlias { alias } => {
            let at = alias.range();
            let fix = quoted(text, at.start);
            SyntaxDiagnosis::new(at, SyntaxMistake::TextAfterAlias).shown(fix.as_ref()).fix(fix)
        }
        SyntaxError::Parser { kind, at, open, read, block, document } => {
            let failure = Failure {
                text,
                kind: &kind,
                at,
                line: Line::at(text, at),
                open: brackets::innermost(text, open, read..at),
                block: block.and_then(|span| BlockText::new(text, span.range())),
            };
            let found = document
                .and_then(|document| document::after_end(text, document.range(), at))
                .unwrap_or_else(|| failure.diagnosis());
            let last = parsed.documents().last().map(|(_, root)| root.span());
            if last.is_some_and(|last| found.span.start < last.end || document == Some(last)) {
                parsed.drop_last_document();
            }
            found
        }
    };
    Some(found.with_effect(text).with_corrected_line(text))
}

impl Failure<'_> {
    fn diagnosis(&self) -> SyntaxDiagnosis {
        let (stop, mistake) = parser_fault::of(self);
        let mut rows = ROWS.iter().filter(|Row(stops, _)| stops.contains(&stop));
        rows.find_map(|Row(_, recognise)| recognise(self))
            .unwrap_or_else(|| SyntaxDiagnosis::new(parser_fault::place(self), mistake))
    }
}

impl SyntaxDiagnosis {
    fn new(at: Range<usize>, mistake: SyntaxMistake) -> Self {
        Self { span: Span::new(at), mistake, corrected: None, fix: None, opener: None }
    }

    fn fix(self, edit: Option<Edit>) -> Self {
        let fix = edit.map(|(range, text)| Fix { span: Span::new(range), text });
        Self { fix, ..self }
    }

    /// Proposes to replace some bytes.
    fn replace(self, range: Range<usize>, text: impl Into<String>) -> Self {
        self.fix(Some((range, text.into())))
    }

    /// Shows the new text of an edit in the help, if it is short and printable.
    fn shown(self, edit: Option<&Edit>) -> Self {
        let corrected = edit.map(|(_, text)| text.clone()).filter(|text| is_quotable(text));
        Self { corrected, ..self }
    }

    /// Drops a fix that changes nothing, and lets the span end at characters: a blank that YAML reads as
    /// a letter, such as U+0085, has several bytes.
    fn with_effect(mut self, text: &str) -> Self {
        let Range { start, end } = self.span.range();
        self.span = Span::new(text.floor_char_boundary(start)..text.ceil_char_boundary(end));
        self.fix.take_if(|fix| text.get(fix.span.range()).is_none_or(|old| old == fix.text));
        self
    }

    /// Shows the line with the fix in the help, if it does not show the value.
    fn with_corrected_line(self, text: &str) -> Self {
        use SyntaxMistake as M;
        let value = matches!(
            self.mistake,
            M::UnclosedQuote
                | M::TextAfterQuote
                | M::Reserved(_)
                | M::TextAfterAlias
                | M::ColonInText
        );
        let Some(fix) = self.fix.as_ref().filter(|_| !value) else { return self };
        let edit = fix.span.range();
        let line = Line::at(text, edit.start);
        let before = text.get(line.start..edit.start).unwrap_or_default();
        // An edit of several lines is not shown.
        let after = text.get(edit.end..line.end()).unwrap_or("\n");
        let line = [before, &fix.text, after].concat().trim_matches(' ').to_owned();
        Self { corrected: Some(line).filter(|line| is_quotable(line)), ..self }
    }
}

/// Checks whether the text is short and printable enough to show in a help message.
fn is_quotable(text: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || c == ' ' || c.is_ascii_punctuation() && c != '`';
    text.chars().count() <= 60 && text.chars().all(plain)
}
