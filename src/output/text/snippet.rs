//! Snippets of diagnostics: the lines of the file, with carets. Rendered by miette from our own line
//! index, since miette's scans the file from the start for every label.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::ops::Range;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, Severity as MietteSeverity,
    SourceCode, SourceSpan, SpanContents,
};

use textwrap::{WordSplitter, fill};
use unicode_width::UnicodeWidthStr;

use crate::diagnostics::{Diagnostic, Severity, is_terminal_control};
use crate::language::Language;
use crate::output::style::{HELP, Style};
use crate::source::{SourceFile, Span, contains_rare};
use crate::text::{options, separator};

/// Columns that the snippet's gutter takes next to a line of the file.
const GUTTER_WIDTH: usize = 12;

/// Maximum number of bytes of neighbouring lines that are rendered.
const MAX_LINE_CHARS: usize = 4096;

/// Characters that lay out text in lines and columns.
const LAYOUT: &[char] = &['\t', '\n', '\r'];

/// A diagnostic in words.
#[derive(Debug)]
pub(crate) struct DiagnosticText<'a> {
    pub(crate) diagnostic: &'a Diagnostic,
    pub(crate) message: String,
    pub(crate) help: String,
    pub(crate) labels: Vec<LabelText>,
}

/// Text at a related location.
#[derive(Debug)]
pub(crate) struct LabelText {
    pub(crate) text: String,
    pub(crate) span: Span,
}

/// Renders one diagnostic.
pub(crate) fn render(
    to: &mut String,
    text: &DiagnosticText<'_>,
    lines: &SourceLines<'_>,
    style: Style,
    words: Language,
) -> fmt::Result {
    let theme =
        if style.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(style.width)
        .with_links(false)
        .with_context_lines(1)
        .with_break_words(false)
        // Keep paths and codes unbroken, so that they can be copied.
        .with_word_separator(separator(words))
        .with_word_splitter(WordSplitter::NoHyphenation);
    handler.render_report(to, &SnippetDiagnostic { text, lines, words })?;
    // The renderer has an English label for the help.
    let first = style.paint(HELP, format!("  {}", words.labelled_help("")));
    let options =
        options(style.width - 2, words).initial_indent(&first).subsequent_indent("        ");
    writeln!(to, "{}", fill(&text.help, options))
}

#[derive(Debug)]
struct SnippetDiagnostic<'a> {
    text: &'a DiagnosticText<'a>,
    lines: &'a SourceLines<'a>,
    words: Language,
}

impl fmt::Display for SnippetDiagnostic<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text.message)
    }
}

impl std::error::Error for SnippetDiagnostic<'_> {}

impl miette::Diagnostic for SnippetDiagnostic<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.text.diagnostic.problem.code()))
    }

    fn severity(&self) -> Option<MietteSeverity> {
        Some(match self.text.diagnostic.severity {
            Severity::Error => MietteSeverity::Error,
            Severity::Warning => MietteSeverity::Warning,
            Severity::Note => MietteSeverity::Advice,
        })
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        // An empty file has no line to show, and a secret must not be shown again.
        let problem = &self.text.diagnostic.problem;
        let displayed = !self.lines.text.is_empty() && !problem.redacts_source();
        displayed.then_some(self.lines as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let target = self.text.diagnostic.span;
        // A label of the diagnostic's own span, or one that cannot be rendered next to it, goes under the
        // carets of that span.
        let (own, others): (Vec<_>, Vec<_>) =
            self.text.labels.iter().partition(|label| self.lines.is_far(target, label.span));
        let own = own.first().map(|label| {
            let location = self.lines.file.position(label.span.range().start);
            if label.span == target {
                label.text.clone()
            } else {
                self.words.label_at(&label.text, &location.to_string())
            }
        });
        let target = LabeledSpan::new_primary_with_span(own, self.lines.visible_part(target));
        let others = others.into_iter().map(|label| {
            LabeledSpan::new_with_span(
                Some(label.text.clone()),
                self.lines.visible_part(label.span),
            )
        });
        Some(Box::new(std::iter::once(target).chain(others)))
    }
}

/// The lines of a file as rendered.
#[derive(Debug)]
pub(crate) struct SourceLines<'a> {
    file: &'a SourceFile,
    /// The file's name, safe to print.
    name: Cow<'a, str>,
    /// The file's text, safe to print; byte offsets are the same.
    text: Cow<'a, str>,
    /// Columns available for a line of the file.
    width: usize,
}

impl<'a> SourceLines<'a> {
    /// Prepares a whole file, once for all its diagnostics.
    pub(crate) fn of(file: &'a SourceFile, style: Style) -> Self {
        let name = escape(file.name(), &[]);
        let text = escape(file.text(), LAYOUT);
        Self { file, name, text, width: style.width - GUTTER_WIDTH }
    }

    /// Returns the file's name, safe to print.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

/// Replaces every character that acts on a terminal, except those in `kept`, by one of as many bytes. A
/// kept CR that ends a line without LF becomes LF, which a terminal treats as a line end.
fn escape<'a>(text: &'a str, kept: &[char]) -> Cow<'a, str> {
    let acts = |char: char| is_terminal_control(char) && !kept.contains(&char);
    let kept_plain = !kept.is_empty();
    let is_plain =
        |byte| matches!(byte, b' '..=b'~') | (kept_plain & matches!(byte, b'\n' | b'\t'));
    if !contains_rare(text, is_plain, |char| acts(char) || char == '\r') {
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
        // A neighbouring line that the terminal would wrap hides more than it shows.
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
        let location = file.position(if before == 0 { span.offset() } else { start });
        Ok(Box::new(Snippet {
            data: &self.text.as_bytes()[start..end],
            span: (start, end - start).into(),
            line: location.line - 1,
            column: location.column - 1,
            line_count: to - from + 1,
            name: &self.name,
        }))
    }
}

impl SourceLines<'_> {
    /// Checks whether the terminal would wrap a line.
    fn exceeds_width(&self, line: &str) -> bool {
        // A letter takes at most four bytes, so a line of megabytes is not measured for each problem.
        line.len() > 8 * self.width || line.width() > self.width
    }

    /// Returns the line of a byte, and whether it would wrap.
    fn line(&self, byte: usize) -> (Range<usize>, bool) {
        let line = self.file.line_range(self.file.position(byte).line).unwrap_or(byte..byte);
        let broken = self.exceeds_width(&self.file.text()[line.clone()]);
        (line, broken)
    }

    /// Checks whether a label cannot be rendered next to the span `here`: it is that span, or far from it,
    /// and on the same or a neighbouring line, one of which would wrap.
    fn is_far(&self, target: Span, label: Span) -> bool {
        let (start, other) = (target.range().start, label.range().start);
        let (line, broken) = self.line(start);
        let (adjacent, broken_adjacent) = self.line(other);
        let near = line.start.max(adjacent.start) <= line.end.min(adjacent.end) + 2;
        target == label
            || near && (broken || broken_adjacent) && start.abs_diff(other) > self.width / 2
    }

    /// Returns the part of a span that is rendered: only the start of one that is wider than the terminal.
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

    /// Returns the maximum bytes of a span that are rendered of a line that the terminal would wrap.
    fn max_visible_bytes(&self) -> usize {
        self.width * 3 / 4
    }

    /// Returns the part of the lines from `start` to `end` that is rendered. If the terminal would wrap
    /// the span's own line, carets could not be placed under it: then only the surroundings of the span
    /// are rendered, if the span fits. The same is done for excessively long lines.
    fn crop(&self, start: usize, end: usize, span: &SourceSpan) -> (usize, usize) {
        let text = self.file.text();
        let (line, broken) = self.line(span.offset());
        if !(broken && span.len() <= self.max_visible_bytes()) && end - start <= MAX_LINE_CHARS {
            return (start, end);
        }
        let displayed = span.len().min(self.max_visible_bytes());
        let before = (self.width - displayed) / 3;
        let from = text.floor_char_boundary(span.offset().saturating_sub(before)).max(line.start);
        let to = text.ceil_char_boundary((span.offset() + displayed + before).min(line.end));
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
    fn control_characters_are_replaced_by_equally_long_ones() {
        assert_eq!(escape("a\rb\r\nc\r", LAYOUT), "a\nb\r\nc\n");
        assert_eq!(escape("\u{1b}[1m\u{9b}1m\u{202e}\t中", LAYOUT), "?[1m\u{bf}1m\u{fffd}\t中");
        assert_eq!(escape("a\n\r\u{1b}.yaml", &[]), "a???.yaml");
    }
}
