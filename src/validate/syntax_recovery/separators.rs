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
            AfterQuoted::new(text, open, at)?.diagnosis()
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

/// A quoted text in brackets, and what follows it in place of a separator.
struct AfterQuoted<'t> {
    text: &'t str,
    /// The bracket.
    open: usize,
    quote: char,
    /// The text without its quotes.
    inner: Range<usize>,
    /// The bracket or the separator before the text.
    before: char,
    is_key: bool,
    /// The position of what follows.
    at: usize,
}

impl<'t> AfterQuoted<'t> {
    fn new(text: &'t str, open: usize, at: usize) -> Option<Self> {
        let end = text[..at].trim_end().len();
        let quote = text[..end].chars().next_back().filter(|c| matches!(c, '"' | '\''))?;
        let start = open + text.get(open..end - 1)?.rfind(quote)?;
        let before = text[..start].trim_end().chars().next_back()?;
        let is_key = text[open..].starts_with('{') && matches!(before, '{' | ',');
        Some(Self { text, open, quote, inner: start + 1..end - 1, before, is_key, at })
    }

    fn diagnosis(self) -> Option<SyntaxDiagnosis> {
        let Self { text, at, is_key, .. } = self;
        let (rest, end) = (&text[at..], self.inner.end + 1);
        let gap = |mark: &str| if rest[mark.len()..].starts_with([' ', '>']) { ":" } else { ": " };
        let key = &text[self.inner.clone()];
        if rest.starts_with('：') {
            let mark = at..at + '：'.len_utf8();
            let found = SyntaxDiagnosis::new(mark.clone(), Mistake::Character('：', ":"));
            return is_key.then(|| found.replace(mark, gap("：")));
        }
        if !is_key && rest.starts_with(';') {
            return Some(semicolon(at));
        }
        if is_key && key.trim_end().ends_with(':') {
            // `"taskType: "ssh"`: the quote that opens the value closed the key.
            let (start, colon) = (self.inner.start, self.inner.start + key.rfind(':')?);
            let found = SyntaxDiagnosis::new(start - 1..start, Mistake::UnclosedQuote);
            return Some(found.replace(colon..colon, self.quote));
        }
        if is_key && rest.starts_with('=') {
            let mark = at..at + 1 + usize::from(rest[1..].starts_with('>'));
            let edit = end..mark.end;
            let found = SyntaxDiagnosis::new(mark, Mistake::EqualsForColon);
            return Some(found.replace(edit, gap("=")));
        }
        let opens = rest.starts_with(['"', '\'', '[', '{']);
        let begins = opens && matches!(self.before, '{' | '[' | ',' | ':');
        let next_is_value = opens || end < at && rest.starts_with(char::is_alphanumeric);
        if is_key {
            let found = missing(text, ':', end..at);
            let misplaced = format!("{}:", self.quote);
            if begins && rest.starts_with(&misplaced) {
                let edit = at..at + misplaced.len();
                return Some(found.replace(edit, format!(":{}", self.quote)));
            }
            return next_is_value.then_some(found);
        }
        // In braces a comma separates fields; text that is not a key needs another fix.
        let certain = text[self.open..].starts_with('[') || begins_key(rest);
        begins.then(|| {
            comma_in_quotes(text, end..at, self.quote).unwrap_or_else(|| {
                let found = missing(text, ',', end..at);
                if certain { found } else { found.fix(None) }
            })
        })
    }
}

/// Checks whether a text begins with a quoted key.
fn begins_key(text: &str) -> bool {
    let quoted = text.strip_prefix(['"', '\'']);
    let ends = quoted.and_then(|quoted| quoted.split_once(['"', '\'']));
    ends.is_some_and(|(_, after)| after.trim_start().starts_with([':', '=', '：']))
}

/// Recognises a comma on the wrong side of the quote before `gap`: `"a," "b"`.
fn comma_in_quotes(text: &str, gap: Range<usize>, quote: char) -> Option<SyntaxDiagnosis> {
    let start = gap.start.checked_sub(2)?;
    let edit = start..gap.start;
    let inside = text[..gap.start].ends_with(&format!(",{quote}"));
    inside.then(|| missing(text, ',', gap).replace(edit, format!("{quote},")))
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
    let quote = text[..end].chars().next_back().filter(|c| matches!(c, '"' | '\''));
    let comma = quote.and_then(|quote| comma_in_quotes(text, end..next, quote));
    comma.filter(|_| certain).or_else(|| {
        // The bracket before the value is still open.
        let inside = end < next && innermost(text, vec![open], open + 1..next).is_some();
        (certain && inside).then(|| missing(text, ',', end..next))
    })
}

/// Reports a semicolon at byte `at`, between two values.
fn semicolon(at: usize) -> SyntaxDiagnosis {
    SyntaxDiagnosis::new(at..at + 1, Mistake::WrongSeparator(';')).replace(at..at + 1, ",")
}

/// Reports a separator that is missing at the start of `gap`, at the value after it.
fn missing(text: &str, mark: char, gap: Range<usize>) -> SyntaxDiagnosis {
    let width = text[gap.end..].chars().next().map_or(0, char::len_utf8);
    SyntaxDiagnosis::new(gap.end..gap.end + width, Mistake::MissingSeparator(mark))
        .replace(gap.start..gap.start, mark)
}

/// Recognises a comma with nothing before it.
fn empty_entry(text: &str, open: usize, at: usize) -> Option<SyntaxDiagnosis> {
    let before = text[open..at].trim_end().chars().next_back()?;
    (text[at..].starts_with(',') && matches!(before, ',' | '[' | '{'))
        .then(|| SyntaxDiagnosis::new(at..at + 1, Mistake::EmptyEntry).replace(at..at + 1, ""))
}
