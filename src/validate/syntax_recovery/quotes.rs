//! Quoted texts: not closed, closed too early, or with unknown escapes.

use super::line::{Line, contains_field, looks_like_field};
use super::{Edit, Failure, SyntaxDiagnosis, marks, parser_fault};
use crate::diagnostics::SyntaxMistake as Mistake;
use crate::validate::suggest::QUOTES;
use crate::yaml::SyntaxErrorKind as ErrorKind;

/// Recognises the first backslash in a quoted text that begins no escape.
pub(super) fn invalid_escape(failure: &Failure<'_>) -> Option<SyntaxDiagnosis> {
    let (_, Mistake::InvalidEscape) = parser_fault::of(failure) else { return None };
    let text = &failure.text[failure.at..];
    let mut chars = text.char_indices();
    while let Some((start, _)) = chars.find(|(_, c)| *c == '\\') {
        let (at, name) = chars.next()?;
        let digits = match name {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let code = text.get(at + 1..at + 1 + digits);
        let hex = code.is_some_and(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()));
        if !hex || !"0abt\tnvfre \"/\\N_LPxuU\r\n".contains(name) {
            let at = failure.at + start;
            return Some(SyntaxDiagnosis::new(at..at + 1, Mistake::InvalidEscape));
        }
    }
    None
}

/// Recognises a text above the error that was not closed on its line, so that the next quote of the
/// file closed it.
pub(super) fn unclosed_further_up(failure: &Failure<'_>) -> Option<SyntaxDiagnosis> {
    let quote = failure.text[..failure.at].chars().rev().find(|c| matches!(c, '"' | '\''))?;
    let line = failure.line.all_above().find(|line| line.text.contains(quote))?;
    Some(unclosed_at(failure.text, line.start + unclosed_quote(line, quote)?))
}

/// Recognises a quoted text that is never closed.
pub(super) fn unclosed(failure: &Failure<'_>) -> Option<SyntaxDiagnosis> {
    let own = matches!(failure.kind, ErrorKind::UnclosedQuotedScalar);
    let begins = failure.text[failure.at..].starts_with(['"', '\'']);
    (own && begins).then(|| unclosed_at(failure.text, failure.at))
}

fn unclosed_at(text: &str, open: usize) -> SyntaxDiagnosis {
    if let Some(found) = smart_closing_quote(text, open) {
        return found;
    }
    let fix = closing_edit(text, open);
    let complete =
        fix.as_ref().map(|(edit, new)| (edit.clone(), [&text[open..edit.start], new].concat()));
    let found = SyntaxDiagnosis::new(open..open + 1, Mistake::UnclosedQuote);
    found.shown(complete.as_ref()).fix(fix)
}

/// Recognises a quote of a word processor in place of the closing one.
fn smart_closing_quote(text: &str, open: usize) -> Option<SyntaxDiagnosis> {
    let line = Line::at(text, open);
    let value = text.get(open + 1..line.end())?;
    let (at, found) = value.char_indices().rfind(|(_, c)| QUOTES.contains(c))?;
    let rest = value[at + found.len_utf8()..].trim();
    let ends = rest.is_empty() || rest.starts_with([',', '}', ']', '#', ';', ':']);
    let expected = if text[open..].starts_with('"') { "\"" } else { "'" };
    let at = open + 1 + at;
    let at = at..at + found.len_utf8();
    let mistake = Mistake::Character(found, expected);
    (ends && !value.contains(expected))
        .then(|| SyntaxDiagnosis::new(at.clone(), mistake).replace(at, expected))
}

/// Recognises text after a quoted value: quotes that are part of it, or around a part of it.
pub(super) fn text_after(failure: &Failure<'_>) -> Option<SyntaxDiagnosis> {
    let (text, line, at) = (failure.text, failure.line, failure.at);
    if let Some(found) = missing_colon(failure).or_else(|| trailing_comma(failure)) {
        return Some(found);
    }
    let (after, rest) = line.after_key()?;
    let value = rest.strip_prefix(": ")?;
    let start = after + rest.len() - value.trim_start().len();
    let value = value.trim();
    if !value.starts_with(['"', '\'']) {
        return None;
    }
    if start + value.len() <= at {
        // A no-break space or similar, which YAML reads as a letter.
        let mistake = Mistake::Character(text[at..].chars().next()?, "");
        return Some(SyntaxDiagnosis::new(at..line.end(), mistake).replace(at..line.end(), ""));
    }
    let next = &text[at..];
    let key = &next[..next.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(next.len())];
    if looks_like_field(key) && next[key.len()..].starts_with(": ") {
        return marks::move_to_own_line(failure, at..at + key.len());
    }
    swap_quotes(failure, start, value)
}

/// Puts the value at byte `start` in other quotes if its own are closed by one that is part of it.
fn swap_quotes(failure: &Failure<'_>, start: usize, value: &str) -> Option<SyntaxDiagnosis> {
    let (text, line, at) = (failure.text, failure.line, failure.at);
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
    let certain = too_many || line.is_free_text() || !line.looks_like_field();
    // Quotes that are already correct were closed by one that was left open further up.
    let plain = !value.contains([other, '\\', '#']) && !contains_field(value) && edit != value;
    let edit = (start..start + value.len(), edit);
    let width = text[at..].chars().next().map_or(0, char::len_utf8);
    (plain && (inner.is_some() || even(value))).then(|| {
        let found = SyntaxDiagnosis::new(at..at + width, Mistake::TextAfterQuote);
        found.shown(Some(&edit)).fix(inner.filter(|_| certain).map(|_| edit))
    })
}

/// Recognises a quoted key without a colon after it: `"cpuNumber" 8`.
fn missing_colon(failure: &Failure<'_>) -> Option<SyntaxDiagnosis> {
    let (text, line, at) = (failure.text, failure.line, failure.at);
    let start = line.start + line.text.find(['"', '\''])?;
    let quoted = text.get(start..at)?.trim_end();
    let key = quoted.get(1..quoted.len().checked_sub(1)?).filter(|key| looks_like_field(key))?;
    let (end, value) = (start + quoted.len(), text[at..line.end()].trim_end());
    let begins = text[line.start..start].trim_matches([' ', '-']).is_empty();
    let mistake = Mistake::MissingColon(key.to_owned());
    (begins && end < at && !value.contains([':', '=']))
        .then(|| SyntaxDiagnosis::new(start..end, mistake).replace(end..end, ":"))
}

/// Recognises a comma after a value outside of brackets and braces: `"04:00:00",`.
fn trailing_comma(failure: &Failure<'_>) -> Option<SyntaxDiagnosis> {
    let (line, at) = (failure.line, failure.at);
    let mark = failure.text[at..].chars().next().filter(|c| matches!(c, ',' | ';'))?;
    let rest = failure.text[at + 1..line.end()].trim();
    if !rest.is_empty() && !rest.starts_with('#') || failure.open.is_some() {
        return None;
    }
    let found = marks::trailing_separator(at, mark);
    // All lines of a JSON object have one: only its braces are missing.
    let json = Mistake::TrailingSeparatorInJson(mark);
    let quoted = line.body().starts_with(['"', '\'']);
    Some(if quoted { SyntaxDiagnosis { mistake: json, ..found.fix(None) } } else { found })
}

/// Recognises a value that begins with a character reserved by YAML.
pub(super) fn reserved(failure: &Failure<'_>) -> Option<SyntaxDiagnosis> {
    let (text, line, at) = (failure.text, failure.line, failure.at);
    let before = text[line.start..at].trim_end();
    let found = text[at..].chars().next().filter(|c| matches!(c, '@' | '%' | '`' | '?'))?;
    let fix = quoted(text, at).filter(|_| before.ends_with([':', '-']))?;
    let found = SyntaxDiagnosis::new(at..at + 1, Mistake::Reserved(found));
    Some(found.shown(Some(&fix)).fix(Some(fix)))
}

/// Returns the position of a quote that a line opens and does not close.
fn unclosed_quote(line: Line<'_>, quote: char) -> Option<usize> {
    let at = line.text.rfind(quote)?;
    let before = line.text[..at].trim_end();
    let odd = line.text.matches(quote).count() % 2 == 1;
    let begins = before.is_empty() || before.ends_with([':', ',', '[', '{', '-']);
    (odd && begins && !line.text.contains("\\\"") && !before.contains(" #")).then_some(at)
}

/// Returns the edit that closes the quoted text from byte `open` at the end of its line, if the
/// line below belongs to another key.
fn closing_edit(text: &str, open: usize) -> Option<Edit> {
    let quote = text[open..].chars().next()?;
    let line = Line::at(text, open);
    let (before, value) = line.text.split_at(open - line.start);
    // Blanks at the end of the line may belong to the text.
    let to_end = value.len() == value.trim_end().len();
    let value = value[1..].trim_end();
    if let Some(colon) =
        value.find(':').filter(|at| before.trim().is_empty() && looks_like_field(&value[..*at]))
    {
        // `"cpuNumber: 8,`: a key with its value after the colon.
        let at = open + 1 + colon;
        return (!value.contains(quote)).then(|| (at..at, quote.to_string()));
    }
    let in_json = line.body().starts_with(['"', '{']);
    let value = if in_json { value.trim_end_matches(',') } else { value };
    let outside = |below: Line<'_>| line.column().is_some_and(|column| below.indent() <= column);
    let ends = match line.below() {
        None => !in_json,
        Some(below) if in_json => below.body().starts_with(['"', '}', ']']),
        Some(below) => outside(below) && below.begins_entry(),
    };
    let certain = ends
        && to_end
        && before.trim_end().ends_with(':')
        && (in_json || !before.contains(['{', '[']))
        && !value.is_empty()
        && !contains_field(value)
        && !value.contains(QUOTES)
        && !value.contains([quote, '\\', '#', '{', '}', '[', ']']);
    let end = open + 1 + value.len();
    // `"jupyter'`: the other kind of quote is in its place.
    let start = if value.ends_with(['"', '\'']) { end - 1 } else { end };
    certain.then(|| (start..end, quote.to_string()))
}

/// Returns the value from byte `start` to the end of its line, in quotes, if it can be quoted.
pub(in crate::validate) fn quoted(text: &str, start: usize) -> Option<Edit> {
    let line = Line::at(text, start);
    let value = line.text.get(start - line.start..)?;
    let gap = value.len() - value.trim_start().len();
    let value = value.trim();
    let quote = if !value.contains(['"', '\\']) {
        '"'
    } else if value.contains('\'') || value.starts_with('"') {
        return None;
    } else {
        '\''
    };
    let plain = !value.is_empty() && !value.contains('#') && !value.starts_with('\'');
    (plain && !contains_field(value))
        .then(|| (start + gap..start + gap + value.len(), format!("{quote}{value}{quote}")))
}
