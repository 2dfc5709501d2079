//! Mistakes inside brackets and braces: missing, extra or full-width indicators.

use std::ops::Range;

use crate::yaml::SyntaxErrorKind as ErrorKind;

use super::SyntaxMistake;
use super::bracket_matching::is_unclosed;
use super::source_line::{SourceLine, looks_like_field};

/// Returns the mistake that explains an error at byte `at`, in the flow collection opened at byte
/// `open`.
pub(super) fn in_brackets(
    kind: &ErrorKind,
    text: &str,
    open: usize,
    at: usize,
) -> Option<SyntaxMistake> {
    use ErrorKind as K;
    if open >= at {
        return None;
    }
    if let Some(mistake) = full_width_comma(text, open, at) {
        return Some(mistake);
    }
    match kind {
        K::InvalidTrailingSingleQuotedScalar | K::InvalidTrailingDoubleQuotedScalar => {
            after_quoted_scalar(text, open, at)
        }
        K::ExpectedFlowMappingSeparator | K::ExpectedFlowSequenceSeparator => {
            missing_comma(text, open, at)
        }
        K::UnexpectedEofFlowMapping
        | K::UnexpectedEofFlowSequence
        | K::UnexpectedEofImplicitFlowMapping => empty_entry(text, open, at),
        _ => None,
    }
}

/// Detects a full-width comma at byte `at`, or before the key that ends there; elsewhere it is part
/// of a text.
fn full_width_comma(text: &str, open: usize, at: usize) -> Option<SyntaxMistake> {
    let wide = |c: char| matches!(c, '，' | '、' | '；');
    let from = text[open..at].rfind([',', '{', '[']).map_or(open, |mark| open + mark);
    let start =
        if text[at..].starts_with(wide) { at } else { from + text[from..at].rfind(wide)? };
    let comma = text[start..].chars().next()?;
    let found = start..start + comma.len_utf8();
    let key = text.get(found.end..at).unwrap_or_default().trim().trim_matches(['"', '\'']);
    if !key.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let spaced = text[found.end..].chars().next().is_none_or(char::is_whitespace);
    let gap = if spaced { "," } else { ", " };
    Some(SyntaxMistake {
        at: found.clone(),
        message: format!("`{comma}` is full-width, expected `,` and a space"),
        help: "separate with `, `, the half-width comma".into(),
        fix: Some((found, gap.to_owned())),
    })
}

/// Detects anything except a separator after quoted text that ends before byte `at`.
fn after_quoted_scalar(text: &str, open: usize, at: usize) -> Option<SyntaxMistake> {
    let end = text[..at].trim_end().len();
    let quote = text[..end].chars().next_back().filter(|c| matches!(c, '"' | '\''))?;
    let start = open + text.get(open..end - 1)?.rfind(quote)?;
    let before = text[..start].trim_end().chars().next_back()?;
    // The parser may not have reported the inner one of two brackets yet.
    let inner = is_unclosed(text, start).filter(|inner| *inner > open).unwrap_or(open);
    let is_key = text[inner..].starts_with('{') && matches!(before, '{' | ',');
    if text[at..].starts_with('：') {
        let wide = at..at + '：'.len_utf8();
        let gap = if text[wide.end..].starts_with(' ') { ":" } else { ": " };
        return is_key.then(|| SyntaxMistake {
            at: wide.clone(),
            message: "`：` is a full-width colon, expected `:` and a space".to_owned(),
            help: "write `key: value`, with the half-width colon".into(),
            fix: Some((wide, gap.to_owned())),
        });
    }
    let begins =
        text[at..].starts_with(['"', '\'', '[', '{']) && matches!(before, '{' | '[' | ',' | ':');
    if !is_key && text[at..].starts_with(';') {
        return Some(semicolon(at));
    }
    let key = &text[start + 1..end - 1];
    if is_key && key.trim_end().ends_with(':') {
        // `"taskType: "ssh"`: the quote that opens the value closed the key.
        let colon = start + 1 + key.rfind(':')?;
        return Some(SyntaxMistake {
            at: start..start + 1,
            message: "unclosed quote".to_owned(),
            help: "close it with the quote that opened it".into(),
            fix: Some((colon..colon, quote.to_string())),
        });
    }
    if is_key && text[at..].starts_with('=') {
        return Some(equals_for_colon(text, end, at));
    }
    let value = |c: char| c.is_alphanumeric() || matches!(c, '"' | '\'' | '[' | '{');
    if let Some(mistake) = separator_inside_quote(text, end..at, quote, is_key).filter(|_| begins) {
        return Some(mistake);
    }
    match (begins || end < at && text[at..].starts_with(value), is_key) {
        (false, _) => None,
        (true, true) => Some(SyntaxMistake {
            message: "expected `:` between a key and its value".to_owned(),
            help: "write `key: value`".into(),
            ..missing_separator(text, ":", end, at)
        }),
        (true, false) => begins.then(|| {
            // In braces a comma separates fields; text that is not a key needs another fix.
            let certain = text[open..].starts_with('[') || begins_key(text, at);
            let mistake = missing_separator(text, ",", end, at);
            SyntaxMistake { fix: mistake.fix.filter(|_| certain), ..mistake }
        }),
    }
}

/// Reports `"key" = ` or `"key" => `: the sign is at byte `at`, and the key ends at byte `end`.
fn equals_for_colon(text: &str, end: usize, at: usize) -> SyntaxMistake {
    let gap = if text[at + 1..].starts_with([' ', '>']) { ":" } else { ": " };
    let mark = at..at + 1 + usize::from(text[at + 1..].starts_with('>'));
    SyntaxMistake {
        at: mark.clone(),
        message: "found `=`, expected `:`".to_owned(),
        help: "write `key: value`".into(),
        fix: Some((end..mark.end, gap.to_owned())),
    }
}

/// Checks whether the quoted text at byte `at` is a key.
fn begins_key(text: &str, at: usize) -> bool {
    let quoted = text[at..].strip_prefix(['"', '\'']);
    let ends = quoted.and_then(|quoted| quoted.split_once(['"', '\'']));
    ends.is_some_and(|(_, after)| after.trim_start().starts_with([':', '=', '：']))
}

/// Detects a colon or a comma on the wrong side of the quote before or after `gap`: `"a"":b"`,
/// `"a," "b"`.
fn separator_inside_quote(
    text: &str,
    gap: Range<usize>,
    quote: char,
    is_key: bool,
) -> Option<SyntaxMistake> {
    let (colon, comma) = (format!("{quote}:"), format!(",{quote}"));
    if is_key && text[gap.end..].starts_with(&colon) {
        return Some(SyntaxMistake {
            message: "expected `:` between a key and its value".to_owned(),
            help: "write `key: value`".into(),
            fix: Some((gap.end..gap.end + colon.len(), format!(":{quote}"))),
            ..missing_separator(text, ":", gap.start, gap.end)
        });
    }
    let inside = !is_key && text[..gap.start].ends_with(&comma);
    let fix = Some((gap.start.saturating_sub(comma.len())..gap.start, format!("{quote},")));
    inside.then(|| SyntaxMistake { fix, ..missing_separator(text, ",", gap.start, gap.end) })
}

/// Detects a value followed by another one without a comma between them.
fn missing_comma(text: &str, open: usize, at: usize) -> Option<SyntaxMistake> {
    let line = text[..at].rfind(['\n', '\r']).map_or(0, |end| end + 1);
    // A value without quotes continues over lines, up to the colon of the key below or after it.
    let next = if text[at..].starts_with(':') {
        let begin = line + text[line..at].len() - text[line..at].trim_start().len();
        let word = text[begin..at].rfind(' ').map(|blank| begin + blank + 1);
        word.filter(|word| looks_like_field(&text[*word..at])).unwrap_or(begin)
    } else {
        at
    };
    let begins = |c: char| c.is_ascii_alphanumeric() || matches!(c, '"' | '\'' | '[' | '{');
    let end = text[..next].trim_end().len();
    if end > open && text[..end].ends_with(';') {
        return Some(semicolon(end - 1));
    }
    let ended = |c: char| c.is_alphanumeric() || matches!(c, '"' | '\'' | ']' | '}');
    let above = text[..end].rfind(['\n', '\r']).map_or(0, |end| end + 1);
    let certain = end > open
        && text[next..].starts_with(begins)
        && text[..end].ends_with(ended)
        && !text[above..end].contains(['#', '\'']);
    let quote = text[..end].chars().next_back().filter(|c| matches!(c, '"' | '\''));
    let comma = quote.and_then(|quote| separator_inside_quote(text, end..next, quote, false));
    if let Some(mistake) = comma.filter(|_| certain) {
        return Some(mistake);
    }
    (certain && end < next).then(|| missing_separator(text, ",", end, next))
}

/// Reports a semicolon at byte `at`, between two values.
fn semicolon(at: usize) -> SyntaxMistake {
    SyntaxMistake {
        at: at..at + 1,
        message: "found `;`, expected `,`".to_owned(),
        help: "separate the values in brackets or braces with commas".into(),
        fix: Some((at..at + 1, ",".to_owned())),
    }
}

/// Reports an indicator missing at byte `end`, detected at byte `at`.
fn missing_separator(text: &str, mark: &str, end: usize, at: usize) -> SyntaxMistake {
    let classes = text[at..].chars().next().map_or(0, char::len_utf8);
    SyntaxMistake {
        at: at..at + classes,
        message: "expected `,` between two values".to_owned(),
        help: "separate the values in brackets or braces with commas".into(),
        fix: Some((end..end, mark.to_owned())),
    }
}

/// Detects a comma with nothing before it.
fn empty_entry(text: &str, open: usize, at: usize) -> Option<SyntaxMistake> {
    let before = text[open..at].trim_end().chars().next_back()?;
    let found: Range<usize> = at..at + 1;
    (text[at..].starts_with(',') && matches!(before, ',' | '[' | '{')).then(|| SyntaxMistake {
        at: found.clone(),
        message: "this comma has no value before it".to_owned(),
        help: "separate two values with one comma".into(),
        fix: Some((found, String::new())),
    })
}

/// Detects a full-width bracket that begins a value, or a parenthesis that begins fields.
pub(super) fn full_width_bracket(line: SourceLine<'_>) -> Option<SyntaxMistake> {
    let begins = |c: char| matches!(c, '｛' | '［' | '【' | '（' | '(');
    let (at, found) = line.text.char_indices().find(|(_, c)| begins(*c))?;
    let (before, after) = (line.text[..at].trim_end(), &line.text[at + found.len_utf8()..]);
    let round = matches!(found, '（' | '(');
    let key = after.trim_start().split(':').next().unwrap_or_default();
    if !before.ends_with([':', '-']) || round && !looks_like_field(key) {
        return None;
    }
    let half = if round || found == '｛' { '{' } else { '[' };
    let at = line.start + at;
    let (message, help) = if found == '(' {
        ("found `(`, expected `{`".to_owned(), "put fields between `{` and `}`")
    } else {
        (
            format!("`{found}` is full-width, expected `{half}`"),
            "use half-width brackets and braces",
        )
    };
    Some(SyntaxMistake { at: at..at + found.len_utf8(), message, help: help.into(), fix: None })
}

/// Detects `- {..},`: a comma after a flow collection that is not inside another one.
pub(super) fn trailing_comma_after_flow(line: SourceLine<'_>) -> Option<SyntaxMistake> {
    let text = line.text.trim_end();
    let value = text.strip_suffix(',').filter(|value| value.ends_with([']', '}']))?;
    let opens = value.find(['[', '{'])?;
    let count = |marks: &[char]| value.matches(marks).count();
    let complete = value[..opens].trim_end().ends_with([':', '-'])
        && count(&['[', '{']) == count(&[']', '}'])
        && !value.contains(['"', '\'', '#']);
    complete.then(|| trailing_separator(line.start + value.len(), ','))
}

/// Reports a comma or semicolon at byte `at`, after a value that needs none.
pub(super) fn trailing_separator(at: usize, mark: char) -> SyntaxMistake {
    SyntaxMistake {
        at: at..at + 1,
        message: format!("`{mark}` after a value that ends with its line"),
        help: "remove it: values are separated only in brackets and braces".into(),
        fix: Some((at..at + 1, String::new())),
    }
}

/// Detects `key: [todo] tune`: a value that begins with a bracket but is not a list.
pub(super) fn text_after_flow(line: SourceLine<'_>) -> Option<SyntaxMistake> {
    let (after, rest) = line.after_key()?;
    let value = rest.strip_prefix(": ")?;
    let mut open = 0_usize;
    let close = value.trim_start().starts_with(['[', '{']).then(|| {
        value.find(|c| {
            open += usize::from(matches!(c, '[' | '{'));
            open -= usize::from(matches!(c, ']' | '}')).min(open);
            open == 0 && matches!(c, ']' | '}')
        })
    })??;
    let rest = &value[close + 1..];
    let gap = rest.len() - rest.trim_start().len();
    let word = rest.split_whitespace().next().filter(|word| !word.starts_with(['#', ',', ':']))?;
    let at = after + ": ".len() + close + 1 + gap;
    Some(SyntaxMistake {
        at: at..at + word.len(),
        message: "text follows the closing bracket".to_owned(),
        help: "if it is text, put the whole value in quotes".into(),
        fix: None,
    })
}
