//! Unmatched or mismatched brackets and braces.

use std::ops::Range;

use super::SyntaxMistake;
use super::source_line::SourceLine;

/// Maximum number of bytes searched backward for the open bracket.
const MAX_SCAN_BYTES: usize = 1 << 14;

/// Returns the bracket that is open before byte `at`. Quotes and comments are not recognized: the
/// result only shows where to look.
pub(super) fn is_unclosed(text: &str, at: usize) -> Option<usize> {
    let mut closed = 0_usize;
    let from = text.floor_char_boundary(at.saturating_sub(MAX_SCAN_BYTES));
    for (offset, char) in text[from..at].char_indices().rev() {
        match char {
            ']' | '}' => closed += 1,
            '[' | '{' if closed > 0 => closed -= 1,
            '[' | '{' => return Some(from + offset),
            _ => {}
        }
    }
    None
}

/// Returns the bracket, of either kind, that closes the one at byte `open`; quoted text is skipped.
fn matching_bracket(text: &str, open: usize) -> Option<usize> {
    let (mut depth, mut quote, mut before) = (0_usize, None, ' ');
    for (offset, char) in text[open..].char_indices() {
        match char {
            '"' | '\'' if quote == Some(char) => quote = None,
            _ if quote.is_some() => {}
            // Elsewhere a quote is an ordinary character.
            '"' | '\'' if matches!(before, ' ' | '[' | '{' | ',' | ':' | '\n' | '\r') => {
                quote = Some(char);
            }
            '[' | '{' => depth += 1,
            ']' | '}' if depth == 1 => return Some(open + offset),
            ']' | '}' => depth -= 1,
            _ => {}
        }
        before = char;
    }
    None
}

/// Reports a bracket at byte `open` that is never closed. The text after it on its line is its
/// content, if the next line begins a new entry.
pub(super) fn never_closed(text: &str, open: usize) -> SyntaxMistake {
    let (bracket, close) = if text[open..].starts_with('[') { ('[', ']') } else { ('{', '}') };
    let line = SourceLine::at_offset(text, open);
    let locked = text[open..line.start + line.text.len()].trim_end();
    let count = |marks: &[char]| locked.matches(marks).count();
    let rewritten = |below: SourceLine<'_>| {
        below.indent() <= line.indent() && (below.is_item() || below.is_key_marker_or_comment())
    };
    let certain = count(&['[', '{']) == count(&[']', '}']) + 1
        && count(&['"']) % 2 == 0
        && locked.len() > 1
        && !locked.contains(['#', '\''])
        && !line.body().starts_with(bracket)
        && line.below(text).is_none_or(rewritten);
    let end = open + locked.len();
    SyntaxMistake {
        at: open..open + 1,
        message: format!("unclosed `{bracket}`"),
        help: format!("close it with `{close}`").into(),
        fix: certain.then(|| (end..end, close.to_string())),
    }
}

type Edit = (Range<usize>, String);

/// Returns the bracket of the other kind that closes the one at byte `open`, and the fix, if this
/// pair is the only one on its line.
pub(super) fn mismatched(text: &str, open: usize, close: char) -> Option<(usize, Option<Edit>)> {
    let end = matching_bracket(text, open).filter(|end| text[*end..].starts_with(close))?;
    let line = SourceLine::at_offset(text, open);
    let marks = ['[', '{', ']', '}'];
    let alone = SourceLine::at_offset(text, end).start == line.start
        && line.text.matches(marks).count() == 2
        && line.text.trim_end().ends_with(close);
    let right = if text[open..].starts_with('[') { "]" } else { "}" };
    Some((end, alone.then(|| (end..end + 1, right.to_owned()))))
}

/// Reports a bracket at byte `at` that closes nothing, right after the last closing bracket.
pub(super) fn extra(text: &str, at: usize) -> Option<SyntaxMistake> {
    let found = text[at..].chars().next().filter(|c| matches!(c, ']' | '}'))?;
    let line = SourceLine::at_offset(text, at);
    let last = line.text.trim_end().len() == at + 1 - line.start;
    let certain = last && text[..at].ends_with([']', '}']);
    Some(SyntaxMistake {
        at: at..at + 1,
        message: format!("unmatched `{found}`"),
        help: "remove it, or put the text that contains it in quotes".into(),
        fix: certain.then(|| (at..at + 1, String::new())),
    })
}

/// Returns the `[` at the end of a line that is open before byte `at`, as in JSON.
pub(super) fn list_above(text: &str, at: usize) -> Option<usize> {
    let open = is_unclosed(text, at).filter(|open| text[*open..].starts_with('['))?;
    let line = SourceLine::at_offset(text, open);
    line.body().starts_with('"').then_some(())?;
    line.text.trim_end().ends_with('[').then_some(open)
}
