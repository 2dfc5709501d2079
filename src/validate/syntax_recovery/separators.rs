//! Mistakes between the values in brackets and braces: missing, extra or full-width separators.

use std::ops::Range;

use super::brackets::innermost;
use super::line::{Line, looks_like_field};
use super::{Failure, SyntaxDiagnosis};
use crate::diagnostics::SyntaxMistake as Mistake;
use crate::yaml::SyntaxErrorKind as ErrorKind;

/// Recognises what is wrong between two values in brackets.
pub(super) fn between_values(failure: &Failure<'_>) -> Option<SyntaxDiagnosis> {
    use ErrorKind as K;
    let (text, at) = (failure.text, failure.at);
    let open = failure.open.filter(|open| *open < at)?;
    full_width_comma(text, open, at).or_else(|| match failure.kind {
        K::InvalidTrailingSingleQuotedScalar | K::InvalidTrailingDoubleQuotedScalar => {
            after_quoted(text, open, at)
        }
        K::ExpectedFlowMappingSeparator | K::ExpectedFlowSequenceSeparator => {
            missing_comma(text, open, at)
        }
        _ => empty_entry(text, open, at),
    })
}

/// Recognises a full-width comma at byte `at`, or before the key that ends there; elsewhere it is
/// part of a text.
fn full_width_comma(text: &str, open: usize, at: usize) -> Option<SyntaxDiagnosis> {
    let wide = |c: char| matches!(c, '，' | '、' | '；');
    let from = text[open..at].rfind([',', '{', '[']).map_or(open, |mark| open + mark);
    let start =
        if text[at..].starts_with(wide) { at } else { from + text[from..at].rfind(wide)? };
    let found = text[start..].chars().next()?;
    let comma = start..start + found.len_utf8();
    let key = text.get(comma.end..at).unwrap_or_default().trim().trim_matches(['"', '\'']);
    if !key.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let spaced = text[comma.end..].chars().next().is_none_or(char::is_whitespace);
    let gap = if spaced { "," } else { ", " };
    Some(SyntaxDiagnosis::new(comma.clone(), Mistake::Character(found, ",")).replace(comma, gap))
}

/// Recognises what follows a quoted text in brackets, at byte `at`, in place of a separator.
fn after_quoted(text: &str, open: usize, at: usize) -> Option<SyntaxDiagnosis> {
    let end = text[..at].trim_end().len();
    let quote = text[..end].chars().next_back().filter(|c| matches!(c, '"' | '\''))?;
    let start = open + text.get(open..end - 1)?.rfind(quote)?;
    let before = text[..start].trim_end().chars().next_back()?;
    let is_key = text[open..].starts_with('{') && matches!(before, '{' | ',');
    let rest = &text[at..];
    let gap = |mark: &str| if rest[mark.len()..].starts_with([' ', '>']) { ":" } else { ": " };
    let next_is_value = rest.starts_with(['"', '\'', '[', '{']);
    if !is_key {
        if rest.starts_with(';') {
            return Some(semicolon(at));
        }
        let word = rest.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let value = text[start..end - 1].trim_end_matches(' ');
        if looks_like_field(word) && value.ends_with(',') {
            // `"ssh, "cpuNumber": 8`: the quote that opens the next key closed the value.
            let comma = start + value.len() - 1;
            let found = SyntaxDiagnosis::new(start..start + 1, Mistake::UnclosedQuote);
            return Some(found.replace(comma..comma, quote));
        }
        let begins = next_is_value && matches!(before, '[' | ',' | ':');
        // In braces a comma separates fields; text that is not a key needs another fix.
        let found = missing(text, ',', end..at);
        let moved = found.fix.as_ref().is_some_and(|fix| !fix.span.is_empty());
        let certain = moved || text[open..].starts_with('[') || begins_key(rest);
        return begins.then(|| if certain { found } else { found.fix(None) });
    }
    if rest.starts_with('：') {
        let mark = at..at + '：'.len_utf8();
        let found = SyntaxDiagnosis::new(mark.clone(), Mistake::Character('：', ":"));
        return Some(found.replace(mark, gap("：")));
    }
    if text[start..end - 1].trim_end().ends_with(':') {
        // `"taskType: "ssh"`: the quote that opens the value closed the key.
        let colon = start + text[start..end].rfind(':')?;
        let found = SyntaxDiagnosis::new(start..start + 1, Mistake::UnclosedQuote);
        return Some(found.replace(colon..colon, quote));
    }
    if let Some(value) = rest.strip_prefix('=') {
        let mark = at..at + 1 + usize::from(value.starts_with('>'));
        let edit = end..mark.end;
        let found = SyntaxDiagnosis::new(mark, Mistake::EqualsForColon);
        return Some(found.replace(edit, gap("=")));
    }
    if rest.strip_prefix(quote).is_some_and(|value| value.starts_with(':')) {
        // `"key"":value"`: the colon is on the wrong side of the quote.
        return Some(missing(text, ':', end..at).replace(at..at + 2, format!(":{quote}")));
    }
    let next_is_value = next_is_value || end < at && rest.starts_with(char::is_alphanumeric);
    next_is_value.then(|| missing(text, ':', end..at))
}

/// Checks whether a text begins with a quoted key.
fn begins_key(text: &str) -> bool {
    let quoted = text.strip_prefix(['"', '\'']);
    let ends = quoted.and_then(|quoted| quoted.split_once(['"', '\'']));
    ends.is_some_and(|(_, after)| after.trim_start().starts_with([':', '=', '：']))
}

/// Recognises a value followed by another one without a comma between them.
fn missing_comma(text: &str, open: usize, at: usize) -> Option<SyntaxDiagnosis> {
    let line = Line::at(text, at);
    // A value without quotes continues over lines, up to the colon of the key below or after it.
    let next = if text[at..].starts_with(':') {
        let begin = line.end() - line.text.trim_start().len();
        let word = text.get(begin..at)?.rfind(' ').map(|blank| begin + blank + 1);
        word.filter(|word| looks_like_field(&text[*word..at])).unwrap_or(begin)
    } else {
        at
    };
    let end = text[..next].trim_end().len();
    if end <= open {
        return None;
    }
    if text[..end].ends_with(';') {
        return Some(semicolon(end - 1));
    }
    let begins = |c: char| c.is_ascii_alphanumeric() || matches!(c, '"' | '\'' | '[' | '{');
    let ended = |c: char| c.is_alphanumeric() || matches!(c, '"' | '\'' | ']' | '}');
    let above = Line::at(text, end).start;
    let certain = text[next..].starts_with(begins)
        && text[..end].ends_with(ended)
        && !text[above..end].contains(['#', '\'']);
    // The bracket before the value is still open.
    let inside = end < next && innermost(text, vec![open], open + 1..next).is_some();
    (certain && inside).then(|| missing(text, ',', end..next))
}

/// Reports a semicolon at byte `at`, between two values.
fn semicolon(at: usize) -> SyntaxDiagnosis {
    SyntaxDiagnosis::new(at..at + 1, Mistake::WrongSeparator(';')).replace(at..at + 1, ",")
}

/// Reports a separator that is missing at the start of `gap`, at the value after it.
fn missing(text: &str, mark: char, gap: Range<usize>) -> SyntaxDiagnosis {
    let width = text[gap.end..].chars().next().map_or(0, char::len_utf8);
    let found = SyntaxDiagnosis::new(gap.end..gap.end + width, Mistake::MissingSeparator(mark));
    let before = &text[..gap.start];
    if mark == ',' && (before.ends_with(",\"") || before.ends_with(",'")) {
        // `"a," "b"`: the comma is on the wrong side of the quote.
        let quote = &text[gap.start - 1..gap.start];
        return found.replace(gap.start - 2..gap.start, [quote, ","].concat());
    }
    found.replace(gap.start..gap.start, mark)
}

/// Recognises a comma with nothing before it.
fn empty_entry(text: &str, open: usize, at: usize) -> Option<SyntaxDiagnosis> {
    let before = text[open..at].trim_end().chars().next_back()?;
    (text[at..].starts_with(',') && matches!(before, ',' | '[' | '{'))
        .then(|| SyntaxDiagnosis::new(at..at + 1, Mistake::EmptyEntry).replace(at..at + 1, ""))
}
