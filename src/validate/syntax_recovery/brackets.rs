//! Brackets and braces that do not match.

use std::ops::Range;

use super::line::Line;
use super::{Edit, Failure, SyntaxDiagnosis};
use crate::diagnostics::SyntaxMistake as Mistake;
use crate::manifest::FieldKind;
use crate::source::Span;
use crate::yaml::SyntaxErrorKind as ErrorKind;

fn closing(open: char) -> char {
    if open == '[' { ']' } else { '}' }
}

/// Follows the brackets in a part of the text, after those that are `open`, to its end or, with
/// `until_closed`, to the one that closes the last of them.
fn follow(
    text: &str,
    part: Range<usize>,
    open: &mut Vec<usize>,
    until_closed: bool,
) -> Option<usize> {
    let is_before_value =
        |char| matches!(char, '[' | '{' | ',' | ':' | '-' | '\n' | '\r' | '\u{feff}');
    let above = text[..part.start].trim_end_matches(' ');
    let (mut quote, mut before) = (None, above.chars().next_back().unwrap_or('\n'));
    for (at, char) in text[part.clone()].char_indices() {
        match char {
            _ if quote == Some(char) => quote = None,
            _ if quote.is_some() => {}
            '"' | '\'' if is_before_value(before) => quote = Some(char),
            // Outside of brackets, one in a text is a letter.
            '[' | '{' if !open.is_empty() || is_before_value(before) => open.push(part.start + at),
            ']' | '}' => {
                open.pop();
                if until_closed && open.is_empty() {
                    return Some(part.start + at);
                }
            }
            _ => {}
        }
        if char != ' ' {
            before = char;
        }
    }
    None
}

/// Returns the innermost open bracket, from those that the parser has reported and the text in
/// `unread`, which it has not reported yet.
pub(super) fn innermost(text: &str, mut open: Vec<usize>, unread: Range<usize>) -> Option<usize> {
    follow(text, unread, &mut open, false);
    open.pop()
}

/// Returns the bracket, of either kind, that closes the one at byte `open`.
fn closed_by(text: &str, open: usize) -> Option<usize> {
    follow(text, open + 1..text.len(), &mut vec![open], true)
}

/// Checks whether the bracket at byte `open` is closed by one of its kind.
fn is_closed(text: &str, open: usize) -> bool {
    let bracket = text[open..].chars().next().unwrap_or('[');
    closed_by(text, open).is_some_and(|end| text[end..].starts_with(closing(bracket)))
}

/// Recognises list items (`- `) inside a bracket.
pub(super) fn item_inside(failure: &Failure<'_>) -> Option<SyntaxDiagnosis> {
    let (open, at) = (failure.open?, failure.at);
    let item = matches!(failure.kind, ErrorKind::BlockEntryInFlowCollection);
    let deeper = failure.line.indent() > Line::at(failure.text, open).indent();
    let bracket = failure.text[open..].chars().next()?;
    (item && (deeper || is_closed(failure.text, open))).then(|| SyntaxDiagnosis {
        opener: Some(Span::new(open..open + 1)),
        ..SyntaxDiagnosis::new(at..at + 1, Mistake::ItemInBracket(bracket))
    })
}

/// Recognises a bracket that is never closed: the line of the error is below it, and not deeper.
pub(super) fn unclosed(failure: &Failure<'_>) -> Option<SyntaxDiagnosis> {
    let (text, line) = (failure.text, failure.line);
    let own = matches!(failure.kind, ErrorKind::UnclosedFlowCollection { .. });
    let at = Some(failure.at).filter(|at| own && text[*at..].starts_with(['[', '{']));
    let open = failure.open.or(at)?;
    let opener = Line::at(text, open);
    // `defaults: {` above a block mapping: its fields have no commas.
    let above_fields = matches!(failure.kind, ErrorKind::ExpectedFlowMappingSeparator)
        && text[open..].starts_with('{')
        && line.is_key()
        && line.indent() > opener.indent()
        && opener.text.trim_end().len() == open + 1 - opener.start;
    let outside = line.start > open
        && (above_fields || line.indent() <= opener.indent())
        && !line.body().starts_with([']', '}', ',', '#', '[', '{']);
    let item = matches!(failure.kind, ErrorKind::BlockEntryInFlowCollection);
    let bracket = text[open..].chars().next()?;
    (at.is_some() || (outside || item && line.start > open) && !is_closed(text, open)).then(|| {
        if above_fields {
            return SyntaxDiagnosis::new(open..open + 1, Mistake::UnclosedAboveFields);
        }
        let mistake = Mistake::UnclosedBracket(bracket);
        SyntaxDiagnosis::new(open..open + 1, mistake).fix(closing_edit(text, open, bracket))
    })
}

/// Returns the edit that closes a bracket at the end of its line, if the next line begins a new
/// entry.
fn closing_edit(text: &str, open: usize, bracket: char) -> Option<Edit> {
    let line = Line::at(text, open);
    let value = text[open..line.end()].trim_end();
    let count = |marks: &[char]| value.matches(marks).count();
    let new_entry = |below: Line<'_>| {
        below.indent() <= line.indent() && (below.is_item() || below.begins_entry())
    };
    let certain = count(&['[', '{']) == count(&[']', '}']) + 1
        && count(&['"']) % 2 == 0
        && value.len() > 1
        && !value.contains(['#', '\''])
        && !line.body().starts_with(bracket)
        && line.below().is_none_or(new_entry);
    let end = open + value.len();
    certain.then(|| (end..end, closing(bracket).to_string()))
}

/// Recognises a bracket that is closed by one of the other kind.
pub(super) fn mismatched(failure: &Failure<'_>) -> Option<SyntaxDiagnosis> {
    let ErrorKind::MismatchedFlowCollectionEnd { open: bracket, close } = failure.kind else {
        return None;
    };
    let (text, open) = (failure.text, failure.at);
    let end = closed_by(text, open).filter(|end| text[*end..].starts_with(*close))?;
    if let Some(found) = missing_opening(text, end) {
        return Some(found);
    }
    let line = Line::at(text, open);
    let only = line.start == Line::at(text, end).start
        && line.text.matches(['[', '{', ']', '}']).count() == 2
        && line.text.trim_end().ends_with(*close);
    let fix = only.then(|| (end..end + 1, closing(*bracket).to_string()));
    let mistake = Mistake::MismatchedBrackets(*bracket, *close);
    let opener = Some(Span::new(open..open + 1));
    Some(SyntaxDiagnosis { opener, ..SyntaxDiagnosis::new(end..end + 1, mistake).fix(fix) })
}

/// Recognises a closing bracket that closes nothing.
pub(super) fn unmatched(failure: &Failure<'_>) -> Option<SyntaxDiagnosis> {
    let (text, at) = (failure.text, failure.at);
    let close = text[at..].chars().next().filter(|c| matches!(c, ']' | '}'))?;
    let line = failure.line;
    let last = line.text.trim_end().len() == at + 1 - line.start;
    if let Some(found) = missing_opening(text, at) {
        return Some(found);
    }
    let certain = last && text[..at].ends_with([']', '}']);
    let found = SyntaxDiagnosis::new(at..at + 1, Mistake::UnmatchedBracket(close));
    Some(found.fix(certain.then(|| (at..at + 1, String::new()))))
}

/// Recognises `key: {..}, {..}]` at the comma.
pub(super) fn list_without_opening(failure: &Failure<'_>) -> Option<SyntaxDiagnosis> {
    let (text, at) = (failure.text, failure.at);
    let first = text[..at].trim_end().rfind('{').filter(|_| text[at..].starts_with(','))?;
    let mut end = closed_by(text, first)?;
    while let Some(next) = text[end + 1..].trim_start().strip_prefix(',') {
        let next = text.len() - next.trim_start().len();
        end = text[next..].starts_with('{').then(|| closed_by(text, next))??;
    }
    missing_opening(text, text.len() - text[end + 1..].trim_start().len())
}

/// Reports the missing `[` of a list whose `]` is at byte `end`, and which begins with `{`.
fn missing_opening(text: &str, end: usize) -> Option<SyntaxDiagnosis> {
    let line = Line::at(text, end);
    let mut lines = std::iter::once(line).chain(line.all_above());
    let (at, key) = lines.find(|line| line.is_key())?.key()?;
    let value = text[at + key.len()..].strip_prefix(':')?.trim_start();
    let start = text.len() - value.len();
    let is_list = FieldKind::of(key) == Some(FieldKind::List);
    let ends = text[..end].trim_end().ends_with('}') && text[end..].starts_with(']');
    (is_list && ends && value.starts_with('{')).then(|| {
        let found = SyntaxDiagnosis::new(start..start + 1, Mistake::MissingOpeningBracket('['));
        found.replace(start..start, "[")
    })
}

/// Recognises `key: [todo] tune`: a value that begins with a bracket but is not a list.
pub(super) fn text_after(line: Line<'_>) -> Option<SyntaxDiagnosis> {
    let (after, rest) = line.after_key()?;
    let value = rest.strip_prefix(": ")?;
    let start = after + rest.len() - value.trim_start().len();
    if !value.trim_start().starts_with(['[', '{']) {
        return None;
    }
    let close = closed_by(&line.text[start - line.start..], 0)? + start - line.start;
    let rest = &line.text[close + 1..];
    let word = rest.split_whitespace().next().filter(|word| !word.starts_with(['#', ',', ':']))?;
    let at = line.end() - rest.trim_start().len();
    Some(SyntaxDiagnosis::new(at..at + word.len(), Mistake::TextAfterBracket))
}
