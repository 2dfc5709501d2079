//! The lines of a start script as they are written in the file.

use crate::diagnostics::DiagnosticKind;
use crate::source::Span;
use crate::yaml::Node;

/// A script and its notation.
pub(super) struct Script<'a> {
    /// The text that runs.
    pub(super) text: &'a str,
    pub(super) style: ScriptStyle,
    /// The lines of the file that contain it. For a text in double quotes with escapes, the lines of
    /// the text itself, all with the span of its first line.
    pub(super) lines: Vec<ScriptLine<'a>>,
}

/// The notation of a script.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ScriptStyle {
    /// `|`: its lines are kept.
    Literal,
    /// `>`: its lines are folded.
    Folded,
    Plain,
    SingleQuoted,
    DoubleQuoted,
    /// In double quotes, with escapes.
    Escaped,
}

/// A line without its indentation.
#[derive(Clone, Copy)]
pub(super) struct ScriptLine<'a> {
    pub(super) text: &'a str,
    pub(super) span: Span,
    /// Number of spaces before it in the file.
    pub(super) indent: usize,
}

/// A part of a script that a rule reports.
pub(super) struct ScriptProblem {
    pub(super) problem: DiagnosticKind,
    pub(super) span: Span,
}

impl<'a> Script<'a> {
    pub(super) fn new(node: Node<'a>, source: &'a str) -> Option<Self> {
        let text = node.as_str()?;
        let range = node.span().range();
        let written = source.get(range.clone())?;
        let style = block_style(&source[..range.start]).or(match written.chars().next()? {
            '\'' => Some(ScriptStyle::SingleQuoted),
            '"' if written.contains('\\') => Some(ScriptStyle::Escaped),
            '"' => Some(ScriptStyle::DoubleQuoted),
            _ => None,
        });
        let style = style.unwrap_or(ScriptStyle::Plain);
        let lines = if style == ScriptStyle::Escaped {
            let first = written.lines().next().map_or(0, str::len);
            let span = Span::new(range.start..range.start + first);
            text.lines().map(|text| ScriptLine { text, span, indent: 0 }).collect()
        } else {
            // The span begins after the indentation of the first line.
            let above = source[..range.start].trim_end_matches(' ');
            lines_of(&source[above.len()..range.end], above.len()).collect()
        };
        Some(Self { text, style, lines })
    }
}

/// Returns the style of a block scalar, whose text begins after `above`.
fn block_style(above: &str) -> Option<ScriptStyle> {
    let header = above.trim_end().lines().next_back()?;
    let header = header.split(" #").next().unwrap_or_default();
    let indicator = header.split_whitespace().next_back()?;
    let style = match indicator.chars().next()? {
        '|' => ScriptStyle::Literal,
        '>' => ScriptStyle::Folded,
        _ => return None,
    };
    let is_header = indicator.bytes().skip(1).all(|byte| matches!(byte, b'-' | b'+' | b'1'..=b'9'));
    (is_header && above.ends_with([' ', '\n', '\r'])).then_some(style)
}

/// Returns the lines of a text that begins at byte `start` of the file.
fn lines_of(written: &str, start: usize) -> impl Iterator<Item = ScriptLine<'_>> {
    let mut at = start;
    written.split_inclusive('\n').map(move |line| {
        let indent = line.len() - line.trim_start_matches(' ').len();
        let text = line[indent..].trim_end();
        let from = at + indent;
        at += line.len();
        ScriptLine { text, span: Span::new(from..from + text.len()), indent }
    })
}
