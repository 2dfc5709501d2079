//! Missing, misplaced or wrong marks on a line outside of brackets: `:`, `-`, spaces, and the
//! characters that look like them.

use std::iter;
use std::ops::Range;

use super::line::{Line, contains_field, is_odd_blank, looks_like_field};
use super::{Failure, SyntaxDiagnosis, brackets, document, foreign, quoted};
use crate::diagnostics::SyntaxMistake as Mistake;
use crate::manifest::FieldKind;
use crate::validate::suggest::field_for_word;

/// Maximum number of lines above the error that are searched.
const MAX_LINES: usize = 50;

/// Recognisers of mistakes on one line, in the order in which they are tried.
const MARKS: &[fn(Line<'_>) -> Option<SyntaxDiagnosis>] = &[
    foreign::of_line,
    document::mark,
    odd_blank,
    equals_or_full_width_colon,
    full_width_colon_after_word,
    full_width_bracket,
    missing_space_after_colon,
    missing_colon,
    missing_space_after_dash,
    double_dash,
    trailing_comma,
    brackets::text_after,
];

/// Looks at the lines on which the mistake may be: the first of a text without a colon, the line
/// above the error and its own.
pub(super) fn on_lines(failure: &Failure<'_>) -> Option<SyntaxDiagnosis> {
    let target = failure.line;
    let above = target.above().filter(|line| !in_block_text(*line));
    let first = text_without_colon(target).and_then(foreign::of_line);
    let of = |line: Line<'_>| MARKS.iter().find_map(|mark| mark(line));
    first.or_else(|| [above, Some(target)].into_iter().flatten().find_map(of))
}

/// Recognises a line above the error whose indentation contains a character that YAML does not know
/// as a space.
pub(super) fn odd_indentation(failure: &Failure<'_>) -> Option<SyntaxDiagnosis> {
    let odd = |line: &Line<'_>| line.text[line.indent()..].starts_with(is_odd_blank);
    let lines = iter::once(failure.line).chain(failure.line.all_above()).take(MAX_LINES);
    lines.filter(odd).find(|line| !in_block_text(*line)).and_then(odd_blank)
}

/// Returns the first of the lines above with the same indentation and no colon: YAML reads them as
/// one text and fails at the line after them.
pub(super) fn text_without_colon(target: Line<'_>) -> Option<Line<'_>> {
    let same = target.all_above().take_while(|line| line.indent() == target.indent());
    same.take_while(|line| !line.is_item() && !line.body().contains([':', '：', '"', '\''])).last()
}

/// Checks whether a line belongs to a block text.
pub(super) fn in_block_text(line: Line<'_>) -> bool {
    let opener = line.all_above().find(|above| above.indent() < line.indent());
    opener.is_some_and(|line| line.block_header().is_some())
}

/// Recognises a list that begins on the line of its key.
pub(super) fn item_on_key_line(failure: &Failure<'_>) -> Option<SyntaxDiagnosis> {
    let (line, at) = (failure.line, failure.at);
    let before = failure.text.get(line.start..at)?.trim_end();
    let item = failure.text[at..].starts_with("- ") && before.ends_with(':') && line.is_key();
    item.then(|| SyntaxDiagnosis::new(at..at + 1, Mistake::ItemOnKeyLine))
}

/// Recognises a key without its colon that is the only text on its line, above its contents.
pub(super) fn missing_colon_above_fields(failure: &Failure<'_>) -> Option<SyntaxDiagnosis> {
    let own = failure.line.below().map(|below| (failure.line, below));
    let above = failure.line.above().map(|above| (above, failure.line));
    [above, own].into_iter().flatten().find_map(|(line, below)| {
        let (at, key) = line.key()?;
        let deeper = below.indent() > line.indent() || below.is_item();
        let holds_fields = FieldKind::of(key).is_some_and(FieldKind::is_collection);
        let (end, mistake) = (at + key.len(), Mistake::MissingColonAboveFields(key.to_owned()));
        (deeper && holds_fields && line.body().ends_with(key))
            .then(|| SyntaxDiagnosis::new(at..end, mistake).replace(end..end, ":"))
    })
}

/// Recognises a character that YAML does not know as a space, where a space or nothing belongs: in
/// the indentation, after a dash or a colon, or as the only one of its line.
fn odd_blank(line: Line<'_>) -> Option<SyntaxDiagnosis> {
    let begin = line.text.find(|c: char| !matches!(c, ' ' | '-') && !is_odd_blank(c));
    let before = line.text[..begin.unwrap_or(line.text.len())].find(is_odd_blank);
    let after = || {
        let value = line.after_key()?.1.strip_prefix(':')?.trim_start_matches(' ');
        value.starts_with(is_odd_blank).then(|| line.text.len() - value.len())
    };
    let at = before.or_else(after)?;
    let (before, rest) = line.text.split_at(at);
    let found = rest.chars().next()?;
    let after_mark = before.trim_end().ends_with([':', '-']);
    let nothing = begin.is_none() || !found.is_whitespace();
    let at = line.start + at;
    let gap = at..line.end() - rest.trim_start_matches(|c| c == ' ' || is_odd_blank(c)).len();
    let new = if nothing || before.ends_with(' ') { "" } else { " " };
    let mistake = Mistake::Character(found, if nothing { "" } else { " " });
    let found = SyntaxDiagnosis::new(at..at + found.len_utf8(), mistake);
    Some(found.fix((nothing || after_mark).then(|| (gap, new.to_owned()))))
}

/// Recognises `=` or a full-width colon after a key. (In a script `a=b` is an ordinary line.)
fn equals_or_full_width_colon(line: Line<'_>) -> Option<SyntaxDiagnosis> {
    let ((start, _), (end, rest)) = (line.key()?, line.after_key()?);
    let colon = rest.strip_prefix('：');
    let equals = || rest.trim_start().strip_prefix('=').filter(|rest| !rest.starts_with('='));
    let value = colon.or_else(equals)?;
    let mark = end..line.end() - value.len();
    let tight = !value.starts_with(' ') && (colon.is_none() || !value.is_empty());
    let found = match colon {
        Some(_) => SyntaxDiagnosis::new(mark.clone(), Mistake::Character('：', ":")),
        None => SyntaxDiagnosis::new(start..mark.end, Mistake::EqualsForColon),
    };
    Some(found.replace(mark, if tight { ": " } else { ":" }))
}

/// Recognises a full-width colon after a field's name in another language.
fn full_width_colon_after_word(line: Line<'_>) -> Option<SyntaxDiagnosis> {
    let (word, value) = line.text.trim_start_matches([' ', '-']).split_once('：')?;
    field_for_word(word)?;
    let end = line.end() - value.len();
    let mark = end - '：'.len_utf8()..end;
    let colon = if value.is_empty() || value.starts_with(' ') { ":" } else { ": " };
    let found = SyntaxDiagnosis::new(mark.clone(), Mistake::Character('：', ":"));
    Some(found.replace(mark, colon))
}

/// Recognises a full-width bracket that begins a value, or a parenthesis that begins fields.
fn full_width_bracket(line: Line<'_>) -> Option<SyntaxDiagnosis> {
    let begins = |c: char| matches!(c, '｛' | '［' | '【' | '（' | '(');
    let (at, found) = line.text.char_indices().find(|(_, c)| begins(*c))?;
    let (before, after) = (line.text[..at].trim_end(), &line.text[at + found.len_utf8()..]);
    let round = matches!(found, '（' | '(');
    let key = after.trim_start().split(':').next().unwrap_or_default();
    let mistake = Mistake::Character(found, if round || found == '｛' { "{" } else { "[" });
    let at = line.start + at;
    (before.ends_with([':', '-']) && !line.is_free_text() && (!round || looks_like_field(key)))
        .then(|| SyntaxDiagnosis::new(at..at + found.len_utf8(), mistake))
}

fn missing_space_after_colon(line: Line<'_>) -> Option<SyntaxDiagnosis> {
    let ((start, key), (at, rest)) = (line.key()?, line.after_key()?);
    let value = rest.strip_prefix(':')?;
    let kind = FieldKind::of(key);
    // `https://host` is a text, but a field of a manifest is not a protocol.
    let is_text = value.starts_with([':', '/']) && (kind.is_none() || value.starts_with("//"));
    if is_text || value.starts_with(':') || !value.starts_with(|c: char| !c.is_whitespace()) {
        return None;
    }
    let opens = value.starts_with(['[', '{', '*', '&']);
    let word = value.find(char::is_whitespace).unwrap_or(value.len());
    // `resourceGrou:p main`: the colon may be too early.
    let rest = value[word..].trim_start();
    let number = value.starts_with(|c: char| c.is_ascii_digit())
        && matches!(kind, Some(FieldKind::RamSize | FieldKind::TimeLimit));
    let begins = opens || number || value.starts_with(['"', '\'', '!', '|', '>', '=']);
    let early = word <= 3 && !rest.is_empty() && !rest.starts_with('#');
    let mistake = if !opens && kind.is_some_and(FieldKind::is_collection) {
        Mistake::ValueForFields
    } else if early && !begins && !line.is_free_text() {
        Mistake::ColonInKey
    } else {
        Mistake::MissingSpaceAfterColon
    };
    // `:=` is one mark.
    let mark = at..at + 1 + usize::from(value.starts_with('='));
    let new = if value.starts_with("= ") { ":" } else { ": " };
    let fix = (mistake == Mistake::MissingSpaceAfterColon).then(|| (mark, new.to_owned()));
    Some(SyntaxDiagnosis::new(start..at + 1 + word, mistake).fix(fix))
}

/// Recognises a field and its value without a colon between them: `taskType jupyter`.
fn missing_colon(line: Line<'_>) -> Option<SyntaxDiagnosis> {
    let ((start, key), (at, rest)) = (line.key()?, line.after_key()?);
    let value = rest.strip_prefix(' ')?.trim();
    let quoted = value.starts_with(['"', '\'']) && value.ends_with(['"', '\'']);
    let plain = quoted || !value.is_empty() && !value.contains([':', '=']);
    let certain = line.looks_like_field() && plain;
    let mistake = Mistake::MissingColon(key.to_owned());
    certain.then(|| SyntaxDiagnosis::new(start..at, mistake).replace(at..at, ":"))
}

fn missing_space_after_dash(line: Line<'_>) -> Option<SyntaxDiagnosis> {
    let dashes = ['-', '－', '—', '–', '•', '·', '*'];
    let dash = line.body().chars().next().filter(|c| dashes.contains(c))?;
    let rest = &line.body()[dash.len_utf8()..];
    let letter = rest.trim_start().starts_with(|c: char| c.is_ascii_alphabetic());
    let spaced = rest.starts_with(' ');
    let at = line.start + line.text.find(dash)?;
    let at = at..at + dash.len_utf8();
    let mistake = match dash {
        '-' => Mistake::MissingSpaceAfterDash,
        found => Mistake::Character(found, "-"),
    };
    (letter && rest.contains(':') && !(dash == '-' && spaced)).then(|| {
        SyntaxDiagnosis::new(at.clone(), mistake).replace(at, if spaced { "-" } else { "- " })
    })
}

/// Recognises a list of one item in place of the item: `- - key: value`.
fn double_dash(line: Line<'_>) -> Option<SyntaxDiagnosis> {
    let double = line.body().starts_with("- - ") && line.is_key();
    let at = line.first() + 2;
    double.then(|| SyntaxDiagnosis::new(at..at + 1, Mistake::DoubleDash).replace(at..at + 2, ""))
}

/// Recognises `- {..},`: a comma after brackets that are not inside other ones.
fn trailing_comma(line: Line<'_>) -> Option<SyntaxDiagnosis> {
    let value = line.text.trim_end().strip_suffix(',')?;
    let opens = value.find(['[', '{'])?;
    let count = |marks: &[char]| value.matches(marks).count();
    let complete = value.ends_with([']', '}'])
        && value[..opens].trim_end().ends_with([':', '-'])
        && count(&['[', '{']) == count(&[']', '}'])
        && !value.contains(['"', '\'', '#']);
    complete.then(|| trailing_separator(line.start + value.len(), ','))
}

/// Reports a comma or semicolon at byte `at`, after a value that needs none.
pub(super) fn trailing_separator(at: usize, mark: char) -> SyntaxDiagnosis {
    SyntaxDiagnosis::new(at..at + 1, Mistake::TrailingSeparator(mark)).replace(at..at + 1, "")
}

/// Recognises a second `: ` on one line: `description: note: this is mine`.
pub(super) fn colon_in_value(failure: &Failure<'_>) -> Option<SyntaxDiagnosis> {
    let (line, text, at) = (failure.line, failure.text, failure.at);
    let first = line.start + line.text.find(": ")?;
    if first >= at || !text[at..].starts_with(':') {
        return None;
    }
    let (start, key) = line.key()?;
    if key.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(SyntaxDiagnosis::new(start..start + key.len(), Mistake::LineNumber));
    }
    if let Some(found) = second_key(failure, first + 1) {
        return Some(found);
    }
    let value = text[first + 2..line.end()].trim_start();
    let certain = line.is_free_text() && !value.starts_with(['[', '{', '&', '*', '!', '|', '>']);
    let fix = quoted(text, first + 2).filter(|_| certain);
    let mistake = if contains_field(value) { Mistake::FieldInText } else { Mistake::ColonInText };
    Some(SyntaxDiagnosis::new(at..at + 1, mistake).shown(fix.as_ref()).fix(fix))
}

/// Recognises two keys on one line: `cpuNumber: 8 gpuNumber: 1`, with the second colon at the error.
fn second_key(failure: &Failure<'_>, start: usize) -> Option<SyntaxDiagnosis> {
    let (line, at) = (failure.line, failure.at);
    let (value, key) = failure.text[start..at].trim().rsplit_once(' ')?;
    let known = looks_like_field(key) && line.looks_like_field() && !value.trim().contains(' ');
    let key = at - key.len()..at;
    let count = |mark: char| line.text.matches(mark).count();
    if line.is_free_text() {
        None
    } else if known && line.body().ends_with('}') && count('{') < count('}') {
        let start = line.key()?.0;
        Some(SyntaxDiagnosis::new(start..start + 1, Mistake::MissingOpeningBracket('{')))
    } else if known {
        move_to_own_line(failure, key)
    } else {
        // `source: /a, target: /b`: unknown keys may just as well be words of a text.
        let found = || SyntaxDiagnosis::new(key, Mistake::SecondUnknownKey);
        value.ends_with([',', ';']).then(found)
    }
}

/// Reports a key, at those bytes, that should be on a separate line.
pub(super) fn move_to_own_line(
    failure: &Failure<'_>,
    key: Range<usize>,
) -> Option<SyntaxDiagnosis> {
    let ends = failure.text[..key.start].trim_end_matches([' ', ',', ';']).len();
    let gap = format!("\n{}", " ".repeat(failure.line.column()?));
    let edit = ends..key.start;
    Some(SyntaxDiagnosis::new(key, Mistake::SecondField).replace(edit, gap))
}
