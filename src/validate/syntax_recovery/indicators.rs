//! Missing, misplaced or wrong `:` and `-` indicators.

use super::SyntaxMistake;
use super::source_line::SourceLine;
use crate::manifest::FieldKind;

/// Detects a key without its colon that is the only text on its line, above its contents.
pub(super) fn missing_colon_before_block(
    text: &str,
    above: SourceLine<'_>,
    target: SourceLine<'_>,
) -> Option<SyntaxMistake> {
    let (at, key) = above.key()?;
    let deeper = target.indent() > above.indent() || target.is_item();
    if !deeper || !FieldKind::of(key).is_some_and(FieldKind::is_collection) {
        return None;
    }
    let end = at + key.len();
    (word_without_colon(text, at) == key.len()).then(|| SyntaxMistake {
        at: at..end,
        message: format!("missing colon after `{key}`"),
        help: "write `key: value`, and its fields below it, indented".into(),
        fix: Some((end..end, ":".to_owned())),
    })
}

/// Returns the length of the word at byte `at`, if nothing else is on its line, otherwise 0.
pub(super) fn word_without_colon(text: &str, at: usize) -> usize {
    let line = SourceLine::at_offset(text, at);
    match line.key() {
        Some((start, key)) if start == at && line.body().ends_with(key) => key.len(),
        _ => 0,
    }
}

pub(super) fn full_width_colon(line: SourceLine<'_>) -> Option<SyntaxMistake> {
    let (at, rest) = line.after_key()?;
    let wide = '：'.len_utf8();
    let value = rest.strip_prefix('：')?;
    let gap = if value.is_empty() || value.starts_with(' ') { ":" } else { ": " };
    Some(SyntaxMistake {
        at: at..at + wide,
        message: "`：` is a full-width colon, expected `:` and a space".to_owned(),
        help: "write `key: value`, with the half-width colon".into(),
        fix: Some((at..at + wide, gap.to_owned())),
    })
}

pub(super) fn equals(line: SourceLine<'_>) -> Option<SyntaxMistake> {
    let (at, rest) = line.after_key()?;
    let (key_at, _) = line.key()?;
    let value = rest.trim_start().strip_prefix('=').filter(|rest| !rest.starts_with('='))?;
    let end = at + rest.len() - value.len();
    let gap = if value.starts_with(' ') { ":" } else { ": " };
    // In a script `a=b` is an ordinary line, but there it is not one of our keys either.
    Some(SyntaxMistake {
        at: key_at..end,
        message: "found `=`, expected `:`".to_owned(),
        help: "write `key: value`".into(),
        fix: Some((at..end, gap.to_owned())),
    })
}

pub(super) fn missing_space_after_colon(line: SourceLine<'_>) -> Option<SyntaxMistake> {
    let (at, rest) = line.after_key()?;
    let (key_at, key) = line.key()?;
    let value = rest.strip_prefix(':')?;
    // The contents of these fields are below them.
    let kind = FieldKind::of(key);
    let contains =
        kind.is_some_and(FieldKind::is_collection) && !value.starts_with(['[', '{', '*', '&']);
    let tight = value.starts_with(|c: char| !c.is_whitespace() && !matches!(c, '/' | ':'));
    let word = value.find(char::is_whitespace).unwrap_or(value.len());
    // `resourceGrou:p main`: the colon may be too early.
    let rest = value[word..].trim_start();
    let number = value.starts_with(|c: char| c.is_ascii_digit())
        && matches!(kind, Some(FieldKind::RamSize | FieldKind::TimeLimit));
    let begins = value.starts_with(['"', '\'', '[', '{', '&', '*', '!', '|', '>', '=']);
    let early = word <= 3 && !rest.is_empty() && !rest.starts_with('#');
    let early = early && !number && !begins && !line.is_free_text_field();
    // `:=` is one indicator.
    let mark = at..at + 1 + usize::from(value.starts_with('='));
    let gap = if value.starts_with("= ") { ":" } else { ": " };
    tight.then(|| SyntaxMistake {
        at: key_at..at + 1 + word,
        message: "missing space after the colon".to_owned(),
        help: match (contains, early) {
            (true, _) => "write its fields below it, indented",
            (_, true) => "write `: ` between the key and its value, directly after the whole key",
            _ => "write `key: value`",
        }
        .into(),
        fix: (!early && !contains).then(|| (mark, gap.to_owned())),
    })
}

/// Detects a field and its value without a colon between them: `taskType jupyter`.
pub(super) fn missing_colon(line: SourceLine<'_>) -> Option<SyntaxMistake> {
    let (at, rest) = line.after_key()?;
    let (key_at, key) = line.key()?;
    let value = rest.strip_prefix(' ')?.trim();
    let certain = line.looks_like_field() && !value.is_empty() && !value.contains([':', '=']);
    certain.then(|| SyntaxMistake {
        at: key_at..at,
        message: format!("missing colon after `{key}`"),
        help: "write `key: value`".into(),
        fix: Some((at..at, ":".to_owned())),
    })
}

pub(super) fn missing_space_after_dash(line: SourceLine<'_>) -> Option<SyntaxMistake> {
    let body = line.body();
    let dash =
        body.chars().next().filter(|c| matches!(c, '-' | '－' | '—' | '–' | '•' | '·' | '*'))?;
    let rest = &body[dash.len_utf8()..];
    let named =
        rest.trim_start().starts_with(|c: char| c.is_ascii_alphabetic()) && rest.contains(':');
    if !named || dash == '-' && rest.starts_with(' ') {
        return None;
    }
    let at = line.start + line.text.find(dash)?;
    let gap = if rest.starts_with(' ') { "-" } else { "- " };
    let message = match dash {
        '-' => "missing space after the dash".to_owned(),
        dash => format!("`{dash}` does not start a list item, expected `-` and a space"),
    };
    Some(SyntaxMistake {
        at: at..at + dash.len_utf8(),
        message,
        help: "write `key: value`".into(),
        fix: Some((at..at + dash.len_utf8(), gap.to_owned())),
    })
}

/// Detects a list of one item in place of the item: `- - key: value`.
pub(super) fn double_dash(line: SourceLine<'_>) -> Option<SyntaxMistake> {
    let rest = line.body().strip_prefix("- ")?;
    if !rest.starts_with("- ") || !line.after_key()?.1.starts_with(':') {
        return None;
    }
    let at = line.start + line.text.find('-')? + "- ".len();
    Some(SyntaxMistake {
        at: at..at + 1,
        message: "a second dash starts a list inside this item".to_owned(),
        help: "start the item with one dash: write `key: value`".into(),
        fix: Some((at..at + "- ".len(), String::new())),
    })
}
