//! A diagnostic as a picture: the lines of the file, with carets. Drawn by miette from our own
//! line index, since its own walks the file from the start for every label.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, Severity as MietteSeverity,
    SourceCode, SourceSpan, SpanContents,
};

use textwrap::{WordSeparator, WordSplitter};
use unicode_width::UnicodeWidthStr;

use super::Style;
use crate::diagnostic::{Diagnostic, Severity, is_terminal_control};
use crate::source::{SourceFile, Span};

/// Columns that the picture's frame takes beside a line of the file.
const GUTTER_WIDTH: usize = 12;

/// Bytes of neighbouring lines that are drawn at most.
const MAX_LINE_CHARS: usize = 4096;

/// What lays a text out in lines and columns.
const LAYOUT: &[char] = &['\t', '\n', '\r'];

/// Draws one diagnostic.
pub(super) fn render(
    to: &mut String,
    diagnostic: &Diagnostic,
    lines: &SourceLines<'_>,
    style: Style,
) -> fmt::Result {
    let theme =
        if style.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(style.width)
        .with_links(false)
        .with_context_lines(1)
        .with_break_words(false)
        // A path and a code stay whole, to be copied.
        .with_word_separator(WordSeparator::AsciiSpace)
        .with_word_splitter(WordSplitter::NoHyphenation);
    handler.render_report(to, &SnippetDiagnostic { diagnostic, lines })
}

#[derive(Debug)]
struct SnippetDiagnostic<'a> {
    diagnostic: &'a Diagnostic,
    lines: &'a SourceLines<'a>,
}

impl fmt::Display for SnippetDiagnostic<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.diagnostic.problem.fmt(f)
    }
}

impl std::error::Error for SnippetDiagnostic<'_> {}

impl miette::Diagnostic for SnippetDiagnostic<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.diagnostic.problem.code()))
    }

    fn severity(&self) -> Option<MietteSeverity> {
        Some(match self.diagnostic.severity {
            Severity::Error => MietteSeverity::Error,
            Severity::Warning => MietteSeverity::Warning,
            Severity::Note => MietteSeverity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.diagnostic.problem.help()))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        // An empty file has no line to show, and a secret is not shown once more.
        let shown = !self.lines.text.is_empty() && !self.diagnostic.problem.redacts_source();
        shown.then_some(self.lines as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let here = self.diagnostic.span;
        // What is said of the place itself, or of one that cannot be drawn beside it, stands under
        // its own carets.
        let (own, others): (Vec<_>, Vec<_>) =
            self.diagnostic.labels.iter().partition(|label| self.lines.is_far(here, label.span));
        let own = own.first().map(|label| {
            let place = self.lines.file.position(label.span.range().start);
            if label.span == here {
                label.message.clone()
            } else {
                format!("{}: {place}", label.message)
            }
        });
        let here = LabeledSpan::new_primary_with_span(own, self.lines.visible_part(here));
        let others = others.into_iter().map(|label| {
            LabeledSpan::new_with_span(
                Some(label.message.clone()),
                self.lines.visible_part(label.span),
            )
        });
        Some(Box::new(std::iter::once(here).chain(others)))
    }
}

/// The lines of a file as they are drawn.
#[derive(Debug)]
pub(super) struct SourceLines<'a> {
    file: &'a SourceFile,
    /// The file's name, safe to print.
    name: Cow<'a, str>,
    /// The file's text, safe to print; the same bytes are at the same places.
    text: Cow<'a, str>,
    /// Columns for a line of the file.
    width: usize,
}

impl<'a> SourceLines<'a> {
    /// Of a whole file, once for all its diagnostics.
    pub(super) fn of(file: &'a SourceFile, style: Style) -> Self {
        let name = escape(file.name(), &[]);
        let text = escape(file.text(), LAYOUT);
        Self { file, name, text, width: style.width - GUTTER_WIDTH }
    }

    /// The file's name, safe to print.
    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

/// A text in which every character that acts on a terminal, but for those that are kept, is replaced by
/// something of as many bytes. A kept CR that ends a line alone becomes the LF that a terminal takes for a line end.
fn escape<'a>(text: &'a str, kept: &[char]) -> Cow<'a, str> {
    let acts = |char: char| is_terminal_control(char) && !kept.contains(&char);
    if !text.contains(|char| acts(char) || char == '\r') {
        return Cow::Borrowed(text);
    }
    let mut after = text.chars().skip(1);
    let stand_in = |char: char| match (after.next(), char.len_utf8()) {
        (next, _) if char == '\r' && !acts(char) => {
            if next == Some('\n') {
                '\r'
            } else {
                '\n'
            }
        }
        _ if !acts(char) => char,
        (_, 1) => '?',
        (_, 2) => '\u{bf}',
        _ => char::REPLACEMENT_CHARACTER,
    };
    Cow::Owned(text.chars().map(stand_in).collect())
}

impl SourceCode for SourceLines<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let file = self.file;
        let first = file.position(span.offset()).line;
        let last = file.position(span.offset() + span.len().saturating_sub(1)).line;
        // A neighbour that the terminal would break hides more than it shows.
        let broken = |line: usize| {
            file.line_range(line).is_some_and(|line| self.exceeds_width(&file.text()[line]))
        };
        let from = first.saturating_sub(before).max(1);
        let from = if from < first && broken(from) { first } else { from };
        let to = (last + after).min(file.line_count());
        let to = if to > last && broken(to) { last } else { to };
        let (Some(start), Some(end)) = (file.line_range(from), file.line_range(to)) else {
            return Err(MietteError::OutOfBounds);
        };
        let (start, end) = self.crop(start.start, end.end, span);
        let place = file.position(if before == 0 { span.offset() } else { start });
        Ok(Box::new(Snippet {
            data: &self.text.as_bytes()[start..end],
            span: (start, end - start).into(),
            line: place.line - 1,
            column: place.column - 1,
            line_count: to - from + 1,
            name: &self.name,
        }))
    }
}

impl SourceLines<'_> {
    /// Whether the terminal would break a line.
    fn exceeds_width(&self, line: &str) -> bool {
        // Letters take four bytes at most: a line of megabytes is not measured for each fault.
        line.len() > 8 * self.width || line.width() > self.width
    }

    /// The line of a byte, and whether it is broken.
    fn line(&self, byte: usize) -> (Range<usize>, bool) {
        let line = self.file.line_range(self.file.position(byte).line).unwrap_or(byte..byte);
        let broken = self.exceeds_width(&self.file.text()[line.clone()]);
        (line, broken)
    }

    /// Whether a label cannot be drawn beside the place `here`: it is that place, or far from it on
    /// a line that is broken, or on a neighbouring one.
    fn is_far(&self, here: Span, label: Span) -> bool {
        let (start, other) = (here.range().start, label.range().start);
        let (line, broken) = self.line(start);
        let (beside, broken_beside) = self.line(other);
        let near = line.start.max(beside.start) <= line.end.min(beside.end) + 2;
        here == label || near && (broken || broken_beside) && start.abs_diff(other) > self.width / 2
    }

    /// What of a span is drawn: of one that is longer than the terminal is wide, its beginning.
    fn visible_part(&self, span: Span) -> SourceSpan {
        let range = span.range();
        let (line, broken) = self.line(range.start);
        let end = range.end.min(line.end.max(range.start));
        let end = if broken {
            self.file.text().floor_char_boundary(end.min(range.start + self.max_visible_bytes()))
        } else {
            range.end
        };
        (range.start, end - range.start).into()
    }

    /// Bytes of a span that are drawn of a line that the terminal would break.
    fn max_visible_bytes(&self) -> usize {
        self.width * 3 / 4
    }

    /// The part of the lines from `start` to `end` that is drawn. Where the terminal would break
    /// the span's own line, carets could not stand under it: then the span's neighbourhood alone
    /// is drawn, if the span fits, as it is where the lines are beyond all measure.
    fn crop(&self, start: usize, end: usize, span: &SourceSpan) -> (usize, usize) {
        let text = self.file.text();
        let (line, broken) = self.line(span.offset());
        if !(broken && span.len() <= self.max_visible_bytes()) && end - start <= MAX_LINE_CHARS {
            return (start, end);
        }
        let shown = span.len().min(self.max_visible_bytes());
        let before = (self.width - shown) / 3;
        let from = text.floor_char_boundary(span.offset().saturating_sub(before)).max(line.start);
        let to = text.ceil_char_boundary((span.offset() + shown + before).min(line.end));
        (from, to.max(from))
    }
}

#[derive(Debug)]
struct Snippet<'a> {
    data: &'a [u8],
    span: SourceSpan,
    line: usize,
    column: usize,
    line_count: usize,
    name: &'a str,
}

impl<'a> SpanContents<'a> for Snippet<'a> {
    fn data(&self) -> &'a [u8] {
        self.data
    }

    fn span(&self) -> &SourceSpan {
        &self.span
    }

    fn line(&self) -> usize {
        self.line
    }

    fn column(&self) -> usize {
        self.column
    }

    fn line_count(&self) -> usize {
        self.line_count
    }

    fn name(&self) -> Option<&str> {
        Some(self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::{LAYOUT, escape};

    #[test]
    fn what_acts_on_a_terminal_is_replaced_byte_for_byte() {
        assert_eq!(escape("a\rb\r\nc\r", LAYOUT), "a\nb\r\nc\n");
        assert_eq!(escape("\u{1b}[1m\u{9b}1m\u{202e}\t中", LAYOUT), "?[1m\u{bf}1m\u{fffd}\t中");
        assert_eq!(escape("a\n\r\u{1b}.yaml", &[]), "a???.yaml");
    }
}
