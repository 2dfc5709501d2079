//! Unclosed quotes, and the text in them.

use std::ops::Range;

use super::bracket_matching::is_unclosed;
use super::indentation::move_to_own_line;
use super::source_line::{SourceLine, contains_field, looks_like_field};
use super::{SyntaxMistake, flow_separators, is_quotable, quote_help};

/// Returns the offset of the first escape unknown to YAML in the quoted text from byte `open`.
pub(super) fn unknown_escape(text: &str, open: usize) -> Option<usize> {
    let quoted = text.get(open..)?;
    let mut rest = quoted.char_indices();
    while let Some((at, char)) = rest.next() {
        if char != '\\' {
            continue;
        }
        let (name, escape) = rest.next()?;
        let digits = match escape {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            escape if "0abt\tnvfre \"/\\N_LP\r\n".contains(escape) => continue,
            _ => return Some(open + at),
        };
        let code = quoted.get(name + 1..name + 1 + digits);
        let code = code.and_then(|code| u32::from_str_radix(code, 16).ok());
        if code.and_then(char::from_u32).is_none() {
            return Some(open + at);
        }
    }
    None
}

/// Returns the opening quote of a text that was not closed on its line, so that the next quote of
/// the file closed it, and the text after that one at byte `at` is invalid.
pub(super) fn unclosed_to_line_end(text: &str, at: usize) -> Option<Range<usize>> {
    let quote = text[..at].chars().rev().find(|c| matches!(c, '"' | '\''))?;
    let mut line = SourceLine::at_offset(text, at);
    while let Some(above) = line.above(text) {
        line = above;
        if line.text.contains(quote) {
            let open = line.start
                + unclosed_quote(line, quote)
                    .or_else(|| unclosed_quote_in_flow(text, line, quote))?;
            return Some(open..open + 1);
        }
    }
    None
}

/// Reports a quoted text that is never closed.
pub(super) fn unclosed(text: &str, open: usize) -> SyntaxMistake {
    let fix = close_quote_edit(text, open);
    let complete = fix.as_ref().map(|(edit, quote)| text[open..edit.start].to_owned() + quote);
    let help = match complete.filter(|complete| is_quotable(complete)) {
        Some(complete) => {
            format!("close it with the quote that opened it: write `{complete}`").into()
        }
        None => {
            "close it with the quote that opened it; a quote inside is doubled ('') or escaped \
                 (\\\")"
                .into()
        }
    };
    let message = "unclosed quote".to_owned();
    SyntaxMistake { at: open..open + 1, message, help, fix }
}

/// Detects text after a quoted value: quotes that are part of it, or quotes around a part of it.
pub(super) fn after_quote(text: &str, at: usize) -> Option<SyntaxMistake> {
    let line = SourceLine::at_offset(text, at);
    if let Some(mistake) = missing_colon_after_quoted_key(text, line, at)
        .or_else(|| trailing_comma_after_quoted(text, line, at))
    {
        return Some(mistake);
    }
    let (after, rest) = line.after_key()?;
    let value = rest.strip_prefix(": ")?;
    let start = after + rest.len() - value.trim_start().len();
    let value = value.trim();
    if !value.starts_with(['"', '\'']) {
        return None;
    }
    let line_end = line.start + line.text.len();
    if start + value.len() <= at {
        // A no-break space or similar, which YAML reads as a letter.
        return Some(SyntaxMistake {
            at: at..line_end,
            message: "non-ASCII whitespace after the value".to_owned(),
            help: "remove it: web pages and word processors produce such characters".into(),
            fix: Some((at..line_end, String::new())),
        });
    }
    let next = &text[at..];
    let key = &next[..next.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(next.len())];
    if looks_like_field(key) && next[key.len()..].starts_with(": ") {
        return move_to_own_line(text, line, at..at + key.len());
    }
    swap_quotes(text, line, start, value, at)
}

/// Puts a value in other quotes if its own are closed by a quote at byte `at` that is part of it.
fn swap_quotes(
    text: &str,
    line: SourceLine<'_>,
    start: usize,
    value: &str,
    at: usize,
) -> Option<SyntaxMistake> {
    let quote = value.chars().next()?;
    let bare = value.trim_matches(['"', '\'']);
    if bare.is_empty() {
        return None;
    }
    let other = if quote == '"' { '\'' } else { '"' };
    let even = |text: &str| text.matches(quote).count() % 2 == 0;
    // Directly after a quote the enclosing text continues; after a space something else begins.
    let before = text[..at].strip_suffix(quote);
    let too_many = before.is_some() && !bare.contains(['"', '\'']);
    let all = value.strip_prefix(quote)?.strip_suffix(quote);
    // If a quote has no partner, or closes the first one, it is unclear which quotes are part of
    // the text. An apostrophe is, and so is an inner pair.
    let within = before.is_some_and(|before| {
        let in_word = text[at..].starts_with(char::is_alphanumeric);
        let apostrophe = quote == '\'' && in_word && before.ends_with(char::is_alphanumeric);
        let opens = before.ends_with([' ', '=', '(', '[', '{', ':']) && all.is_some_and(even);
        apostrophe || opens
    });
    let inner = all.filter(|_| too_many || within);
    let edit = match inner {
        _ if too_many => format!("{quote}{bare}{quote}"),
        inner => format!("{other}{}{other}", inner.unwrap_or(value)),
    };
    let certain = too_many || line.is_free_text_field() || !line.looks_like_field();
    // Quotes that are already correct were closed by one that was left open further up.
    let plain = !value.contains([other, '\\', '#']) && !contains_field(value) && edit != value;
    let edit = (start..start + value.len(), edit);
    let first = text[at..].chars().next().map_or(0, char::len_utf8);
    (plain && (inner.is_some() || even(value))).then(|| SyntaxMistake {
        at: at..at + first,
        message: "text follows the closing quote".to_owned(),
        help: quote_help(Some(&edit)),
        fix: inner.filter(|_| certain).map(|_| edit),
    })
}

/// Detects a quoted key without a colon after it: `"cpuNumber" 8`.
fn missing_colon_after_quoted_key(
    text: &str,
    line: SourceLine<'_>,
    at: usize,
) -> Option<SyntaxMistake> {
    let start = line.start + line.text.find(['"', '\''])?;
    let quoted = text.get(start..at)?.trim_end();
    let key = quoted.get(1..quoted.len().checked_sub(1)?).filter(|key| looks_like_field(key))?;
    let (end, value) = (start + quoted.len(), text[at..line.start + line.text.len()].trim_end());
    let begins = text[line.start..start].trim_matches([' ', '-']).is_empty();
    (begins && end < at && !value.contains([':', '='])).then(|| SyntaxMistake {
        at: start..end,
        message: format!("missing colon after `{key}`"),
        help: "write `key: value`".into(),
        fix: Some((end..end, ":".to_owned())),
    })
}

/// Detects a comma after a value outside of brackets and braces: `"04:00:00",`.
fn trailing_comma_after_quoted(
    text: &str,
    line: SourceLine<'_>,
    at: usize,
) -> Option<SyntaxMistake> {
    let mark = text[at..].chars().next().filter(|c| matches!(c, ',' | ';'))?;
    let rest = text[at + 1..line.start + line.text.len()].trim();
    if !rest.is_empty() && !rest.starts_with('#') || is_unclosed(text, at).is_some() {
        return None;
    }
    let mistake = flow_separators::trailing_separator(at, mark);
    if line.body().starts_with(['"', '\'']) {
        // All lines of a JSON object have one: only its braces are missing.
        let help = "put `{` above the first field and `}` below the last one, or remove the commas";
        return Some(SyntaxMistake { help: help.into(), fix: None, ..mistake });
    }
    Some(mistake)
}

/// Detects a value that begins with a character reserved by YAML.
pub(super) fn reserved(text: &str, at: usize) -> Option<SyntaxMistake> {
    let line = SourceLine::at_offset(text, at);
    let before = text[line.start..at].trim_end();
    let found = text[at..].chars().next().filter(|c| matches!(c, '@' | '%' | '`'))?;
    let fix = quoted(text, at).filter(|_| before.ends_with([':', '-']))?;
    let displayed = if found == '`' { "a backtick".to_owned() } else { format!("`{found}`") };
    Some(SyntaxMistake {
        at: at..at + 1,
        message: format!("{displayed} cannot begin a value without quotes"),
        help: quote_help(Some(&fix)),
        fix: Some(fix),
    })
}

/// Returns the position of a quote that a line opens and does not close: around its value, also if,
/// as in JSON, its key is in quotes too.
fn unclosed_quote(line: SourceLine<'_>, quote: char) -> Option<usize> {
    if line.body().starts_with(quote) {
        let odd = line.text.matches(quote).count() % 2 == 1;
        return line.text.rfind(quote).filter(|_| odd && !line.text.contains('\\'));
    }
    let (after, rest) = line.after_key()?;
    let value = rest.strip_prefix(':')?;
    let opens = value.trim_start().starts_with(quote) && value.matches(quote).count() == 1;
    value.find(quote).filter(|_| opens).map(|at| after - line.start + 1 + at)
}

/// Returns the same for a quote inside brackets or braces.
fn unclosed_quote_in_flow(text: &str, line: SourceLine<'_>, quote: char) -> Option<usize> {
    let at = line.text.rfind(quote)?;
    let odd = line.text.matches(quote).count() % 2 == 1 && !line.text.contains(['\\', '#']);
    let begins = line.text[..at].trim_end().ends_with([':', ',', '[', '{']);
    (odd && begins && is_unclosed(text, line.start + at).is_some()).then_some(at)
}

/// Returns the edit that closes the quoted text from byte `open` at the end of its line, if the
/// line below belongs to another key.
fn close_quote_edit(text: &str, open: usize) -> Option<(Range<usize>, String)> {
    let quote = text[open..].chars().next()?;
    let line = SourceLine::at_offset(text, open);
    let (before, value) = line.text.split_at(open - line.start);
    let value = value[1..].trim_end();
    if let Some(colon) =
        value.find(':').filter(|at| before.trim().is_empty() && looks_like_field(&value[..*at]))
    {
        // `"cpuNumber: 8,`: a key with its value after the colon.
        return (value.matches(quote).count() == 0)
            .then(|| (open + 1 + colon..open + 1 + colon, quote.to_string()));
    }
    let in_json = line.body().starts_with(['"', '{']);
    let value = if in_json { value.trim_end_matches(',') } else { value };
    let outside =
        |below: SourceLine<'_>| line.column().is_some_and(|column| below.indent() <= column);
    let ends = match line.below(text) {
        None => !in_json,
        Some(below) if in_json => below.body().starts_with(['"', '}', ']']),
        Some(below) => outside(below) && below.is_key_marker_or_comment(),
    };
    let certain = ends
        && before.trim_end().ends_with(':')
        && (in_json || !before.contains(['{', '[']))
        && !value.is_empty()
        && !contains_field(value)
        && !value.contains([quote, '\\', '#', '{', '}', '[', ']']);
    let end = open + 1 + value.len();
    // `"jupyter'`: the other kind of quote is in its place.
    let start = if value.ends_with(['"', '\'']) { end - 1 } else { end };
    certain.then(|| (start..end, quote.to_string()))
}

/// Returns the value from byte `start` to the end of its line, in quotes, if it can be quoted.
pub(in crate::validate) fn quoted(text: &str, start: usize) -> Option<(Range<usize>, String)> {
    let line = SourceLine::at_offset(text, start);
    let value = line.text.get(start - line.start..)?;
    let gap = value.len() - value.trim_start().len();
    let value = value.trim();
    let plain = !value.is_empty() && !value.contains(['"', '\\', '#']) && !value.starts_with('\'');
    (plain && !contains_field(value))
        .then(|| (start + gap..start + gap + value.len(), format!("\"{value}\"")))
}
