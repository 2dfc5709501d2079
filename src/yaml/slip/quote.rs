//! Quotes that are left open, and what stands in them.

use std::ops::Range;

use super::line::Line;
use super::{Slip, in_quotes, is_short};

/// Where the first escape stands that YAML does not have, in the quoted text from byte `open`.
pub(in crate::yaml) fn unknown_escape(text: &str, open: usize) -> Option<usize> {
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

/// Where a quoted text was opened that was never closed on its line, so that the next quote of the
/// file closed it, and what follows that one at byte `at` makes no sense.
pub(in crate::yaml) fn left_open(text: &str, at: usize) -> Option<Range<usize>> {
    let quote = text[..at].chars().rev().find(|c| matches!(c, '"' | '\''))?;
    let mut line = Line::at(text, at);
    while let Some(above) = line.above(text) {
        line = above;
        if line.text.contains(quote) {
            let open = line.start + opener(line, quote)?;
            return Some(open..open + 1);
        }
    }
    None
}

/// A quoted text that is never closed. It surely ends with its line where a key follows on the next.
pub(in crate::yaml) fn unclosed(text: &str, open: usize) -> Slip {
    let line = Line::at(text, open);
    let quote = &text[open..=open];
    let value = line.text[open - line.start..].trim_end().trim_end_matches(',');
    let end = open + value.len();
    let whole = value.len() > 1 && !value[1..].contains(['"', '\'', '\\', '#']);
    let closed = format!("{value}{quote}");
    let help = if whole && is_short(&closed) {
        format!("close it with the quote that opened it: write `{closed}`").into()
    } else {
        "close it with the quote that opened it; a quote inside is doubled ('') or escaped (\\\")"
            .into()
    };
    let ends = whole && line.below(text).is_none_or(Line::begins_key);
    Slip {
        at: open..open + 1,
        message: "this quoted text is never closed".to_owned(),
        help,
        fix: ends.then(|| (end..end, quote.to_owned())),
    }
}

/// Text behind a quoted value: quotes that are part of it, or quotes around a part of it.
pub(in crate::yaml) fn behind_quote(text: &str, at: usize) -> Option<Slip> {
    let line = Line::at(text, at);
    let (behind, rest) = line.behind_key()?;
    let value = rest.strip_prefix(": ")?;
    let start = behind + rest.len() - value.trim_start().len();
    let value = value.trim();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let other = if quote == '"' { '\'' } else { '"' };
    let inner = value.strip_prefix(quote)?.strip_suffix(quote);
    let edit = (start..start + value.len(), format!("{other}{}{other}", inner.unwrap_or(value)));
    let plain = !value.contains([other, '\\', '#']);
    let first = text[at..].chars().next().map_or(0, char::len_utf8);
    plain.then(|| Slip {
        at: at..at + first,
        message: "text follows the closing quote".to_owned(),
        help: in_quotes(Some(&edit)),
        fix: inner.map(|_| edit),
    })
}

/// A value that begins with a character that YAML keeps for itself.
pub(in crate::yaml) fn reserved(text: &str, at: usize) -> Option<Slip> {
    let line = Line::at(text, at);
    let before = text[line.start..at].trim_end();
    let found = text[at..].chars().next().filter(|c| matches!(c, '@' | '`'))?;
    let fix = quoted(text, at).filter(|_| before.ends_with([':', '-']))?;
    let shown = if found == '`' { "a backtick" } else { "`@`" };
    Some(Slip {
        at: at..at + 1,
        message: format!("{shown} cannot begin a value without quotes"),
        help: in_quotes(Some(&fix)),
        fix: Some(fix),
    })
}

/// Where a line opens the quote that it does not close: around its value, or, as in JSON, where its
/// key is in quotes too.
fn opener(line: Line<'_>, quote: char) -> Option<usize> {
    if line.body().starts_with(quote) {
        let odd = line.text.matches(quote).count() % 2 == 1;
        return line.text.rfind(quote).filter(|_| odd && !line.text.contains('\\'));
    }
    let (behind, rest) = line.behind_key()?;
    let value = rest.strip_prefix(':')?;
    let opens = value.trim_start().starts_with(quote) && value.matches(quote).count() == 1;
    value.find(quote).filter(|_| opens).map(|at| behind - line.start + 1 + at)
}

/// The value from byte `start` to the end of its line, in quotes, where they can be put around it.
pub(in crate::yaml) fn quoted(text: &str, start: usize) -> Option<(Range<usize>, String)> {
    let line = Line::at(text, start);
    let value = line.text.get(start - line.start..)?;
    let gap = value.len() - value.trim_start().len();
    let value = value.trim();
    let plain = !value.is_empty() && !value.contains(['"', '\\', '#']) && !value.starts_with('\'');
    plain.then(|| (start + gap..start + gap + value.len(), format!("\"{value}\"")))
}
