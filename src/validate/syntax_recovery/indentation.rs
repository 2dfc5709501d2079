//! Lines that are misaligned with the lines around them.

use std::ops::Range;

use super::source_line::{SourceLine, contains_field, looks_like_field};
use super::{SyntaxMistake, in_block_scalar, quote_help, quoted, reindent};
use crate::manifest::{INSTANCE_FIELDS, Parent};

/// Detects a line with an indentation that matches nothing: reported at the line that is
/// misaligned.
pub(super) fn diagnose_indentation(
    text: &str,
    target: SourceLine<'_>,
    at: usize,
) -> Option<SyntaxMistake> {
    let Some(above) = target.above(text) else { return colon_in_value(text, target, at) };
    if above.opens_block() && target.indent() <= above.indent() {
        let help = "indent every line of the text, by two spaces more than its key";
        return Some(at_key(text, target, "a line of the text above is not indented", help));
    }
    if let Some((opener, first)) = block_around(text, above, target) {
        if target.is_key() && target.looks_like_field() {
            return misaligned_sibling(text, opener, target);
        }
        let message = "this line is indented less than the text that it belongs to";
        let like = "like the first line of its text, which `|` opened";
        // With a larger difference, the lines above may just as well be too deep.
        let near = first.indent() - target.indent() == 1;
        let fix = near.then(|| reindent_line(target, first.indent()));
        return Some(reindented(
            text,
            target,
            message,
            Alignment { column: first.indent(), neighbour: like },
            fix,
        ));
    }
    if let Some(mistake) =
        colon_in_value(text, target, at).or_else(|| field_at_column_zero(text, target))
    {
        return Some(mistake);
    }
    if target.is_item() {
        if is_among_keys(text, target) {
            let help = "remove the `- `, or put the list below a key";
            return Some(at_key(text, target, "a list item (`- `) among fields", help));
        }
        let message = "this list item is not indented like the lines above it";
        let same = |line: &SourceLine<'_>| line.is_item() && line.field() == target.field();
        let fix = reindent::align_with_siblings(text, target);
        return Some(if let Some(item) = lines_above(text, target).find(same) {
            let where_to = "like the item above, and move its other lines with it";
            reindented(
                text,
                target,
                message,
                Alignment { column: item.indent(), neighbour: where_to },
                fix,
            )
        } else {
            let help = "start all items of a list in one column, below its key";
            SyntaxMistake { fix, ..at_key(text, target, message, help) }
        });
    }
    if let Some(first) = without_colon(text, target) {
        let help = "write `key: value` with a space after the colon";
        return Some(at_key(
            text,
            first,
            "expected `key: value`, found text without a colon",
            help,
        ));
    }
    target.key()?;
    misaligned_sibling(text, above, target)
}

/// Detects a field that does not begin in the column of its siblings.
fn misaligned_sibling(
    text: &str,
    above: SourceLine<'_>,
    target: SourceLine<'_>,
) -> Option<SyntaxMistake> {
    if let Some(mistake) =
        missing_item_dash(text, above).or_else(|| missing_item_dash(text, target))
    {
        return Some(mistake);
    }
    let column = above.indent() + usize::from(above.is_item()) * "- ".len();
    let adjacent = above.above(text).filter(|line| line.indent() == target.indent());
    // A line aligned with the lines of a block scalar may be one of them.
    let in_text = adjacent.is_some_and(|line| in_block_scalar(text, line));
    if column < target.indent() && adjacent.is_some() && !in_text {
        let message = "this line is indented less than its siblings";
        let certain = !above.is_item() && above.is_key();
        let fix = certain.then(|| reindent_line(above, target.indent()));
        return Some(reindented(
            text,
            above,
            message,
            Alignment { column: target.indent(), neighbour: "like its siblings" },
            fix,
        ));
    }
    if let Some(mistake) = dedented_block(text, above, target) {
        return Some(mistake);
    }
    let like = Alignment { column, neighbour: "right below the field above it" };
    if column < target.indent() {
        let message =
            "this line is indented deeper than the field above it, which has a value already";
        let certain = target.is_key() && above.looks_like_field() && !above.is_free_text_field();
        let certain = certain && !in_text && !target.is_top_level_key();
        let fix = certain.then(|| reindent::set_indent(text, target, column));
        return Some(reindented(text, target, message, like, fix));
    }
    if column > target.indent() && target.indent() > 0 {
        let message = "this line is indented less than the fields above it";
        // If the lines below agree with those above, only this line is misaligned.
        let agreed =
            target.below(text).is_some_and(|line| line.is_key() && line.indent() == column);
        let fix = reindent::align_with_siblings(text, target);
        let fix =
            fix.or_else(|| (agreed && target.is_key()).then(|| reindent_line(target, column)));
        return Some(reindented(text, target, message, like, fix));
    }
    None
}

/// Detects dedented fields of `defaults` or of an instance, if the other fields continue in their
/// column.
fn dedented_block(
    text: &str,
    above: SourceLine<'_>,
    target: SourceLine<'_>,
) -> Option<SyntaxMistake> {
    let column = above.indent();
    let among = |line: &SourceLine<'_>| {
        let plain = line.is_key() && !line.is_item() && !line.body().ends_with(':');
        line.indent() == column && plain && !line.is_top_level_key()
    };
    let run: Vec<SourceLine<'_>> =
        std::iter::successors(Some(above), |line| line.above(text)).take_while(among).collect();
    let first = *run.last()?;
    let opener = first.above(text)?;
    let dash = if opener.is_item() { "- ".len() } else { 0 };
    let adjacent = opener.indent() + dash == target.indent() && !in_block_scalar(text, opener);
    let contains = adjacent || opener.body() == "defaults:" || opener.body().starts_with("x-");
    let certain = contains && column <= opener.indent() && column < target.indent();
    if !certain || target.is_top_level_key() || !target.is_key() || target.is_item() {
        return None;
    }
    let range = first.start..above.start + above.text.len();
    let lines = text[range.clone()].split_inclusive('\n').map(|line| {
        let indent = if line.trim().is_empty() { 0 } else { target.indent() };
        [&" ".repeat(indent), line.trim_start_matches(' ')].concat()
    });
    let fix = (range, lines.collect());
    let message = "this line is indented less than its siblings";
    Some(reindented(
        text,
        first,
        message,
        Alignment { column: target.indent(), neighbour: "like its siblings" },
        Some(fix),
    ))
}

/// Detects the first field of an item below other items or below its list, with its dash missing.
fn missing_item_dash(text: &str, target: SourceLine<'_>) -> Option<SyntaxMistake> {
    let (at, key) = target.key().filter(|(_, key)| Parent::of_first_field(key).is_some())?;
    if target.is_item() || !target.is_key() {
        return None;
    }
    let above = lines_above(text, target).find(|line| line.indent() <= target.indent())?;
    let is_like = above.dash() == Some(target.indent()) && above.field() == Some(key);
    let lists = ["instances:", "mountInfoList:", "containerPortInfoList:"];
    let inside = target.indent() + "- ".len();
    let goes_on = target.below(text).is_some_and(|line| line.is_key() && line.indent() == inside);
    if !(is_like || goes_on && lists.contains(&above.body())) {
        return None;
    }
    Some(SyntaxMistake {
        at: at..at + key.len(),
        message: "missing dash before this list item".to_owned(),
        help: "start each item with a dash: write `key: value`".into(),
        fix: goes_on.then(|| (at..at, "- ".to_owned())),
    })
}

/// Detects a field with its contents at the left margin, if the fields of its instance continue
/// below it.
fn field_at_column_zero(text: &str, target: SourceLine<'_>) -> Option<SyntaxMistake> {
    let astray = lines_above(text, target).find(|line| line.indent() == 0)?;
    let column = target.column().filter(|column| target.is_key() && *column == target.indent())?;
    let item = lines_above(text, astray).find(|line| line.is_item() && line.indent() < column)?;
    let of_instance = item.column() == Some(column) && item.field() == Some(INSTANCE_FIELDS[0]);
    let contains = astray.body().ends_with(':') && astray.looks_like_field();
    if !of_instance || astray.is_top_level_key() || !contains || column == 0 {
        return None;
    }
    let lines = text[astray.start..target.start].split_inclusive('\n').map(|line| {
        let indent = if line.trim().is_empty() { 0 } else { column };
        [&" ".repeat(indent), line].concat()
    });
    let fix = (astray.start..target.start, lines.collect());
    let message = "this line is indented less than its siblings";
    let like =
        Alignment { column, neighbour: "like its siblings, and move its nested lines with it" };
    Some(reindented(text, astray, message, like, Some(fix)))
}

type Edit = (Range<usize>, String);

/// Moves only one line, and not those below it.
fn reindent_line(line: SourceLine<'_>, column: usize) -> Edit {
    (line.start..line.start + line.indent(), " ".repeat(column))
}

/// Creates a mistake reported at the key of its line, or at its first character.
fn at_key(text: &str, line: SourceLine<'_>, message: &str, help: &'static str) -> SyntaxMistake {
    let at = line.start + line.indent();
    let first = text[at..].chars().next().map_or(0, char::len_utf8);
    let end = line.key().map_or(at, |(at, key)| at + key.len());
    let at = at..end.max(at + first);
    SyntaxMistake { at, message: message.to_owned(), help: help.into(), fix: None }
}

/// The column, counted from 0, in which a line should begin, and what it is aligned with.
#[derive(Clone, Copy)]
struct Alignment<'a> {
    column: usize,
    neighbour: &'a str,
}

/// Reports a line that should begin in another column, like its siblings.
fn reindented(
    text: &str,
    line: SourceLine<'_>,
    message: &str,
    alignment: Alignment<'_>,
    fix: Option<Edit>,
) -> SyntaxMistake {
    let Alignment { column, neighbour } = alignment;
    let help = match column {
        0 => format!("start it at the left margin, {neighbour}"),
        1 => format!("start it after 1 space, {neighbour}"),
        spaces => format!("start it after {spaces} spaces, {neighbour}"),
    };
    SyntaxMistake { help: help.into(), fix, ..at_key(text, line, message, "") }
}

fn lines_above<'t>(text: &'t str, line: SourceLine<'t>) -> impl Iterator<Item = SourceLine<'t>> {
    std::iter::successors(line.above(text), |line| line.above(text))
}

/// Returns the key that opens the block scalar around a line, and the block's first line, if that
/// is not the line itself.
fn block_around<'t>(
    text: &'t str,
    above: SourceLine<'t>,
    target: SourceLine<'t>,
) -> Option<(SourceLine<'t>, SourceLine<'t>)> {
    let mut first = above;
    for line in lines_above(text, target) {
        if line.indent() < target.indent() {
            return (line.opens_block() && line.start != above.start).then_some((line, first));
        }
        first = line;
    }
    None
}

/// Returns the first of the lines above with the same indentation and no colon: YAML reads them as
/// one text and fails at the line after them.
pub(super) fn without_colon<'t>(text: &'t str, target: SourceLine<'t>) -> Option<SourceLine<'t>> {
    lines_above(text, target)
        .take_while(|line| line.indent() == target.indent())
        .take_while(|line| !line.is_item() && !line.body().contains([':', '：', '"', '\'']))
        .last()
}

/// Checks whether the lines above with the same indentation are keys, and the last of them opens no
/// list.
fn is_among_keys(text: &str, target: SourceLine<'_>) -> bool {
    let mut below = target;
    let mut above = lines_above(text, target).take_while(|line| line.indent() >= target.indent());
    let sibling = above.find(|line| {
        let same = line.indent() == target.indent();
        below = if same { below } else { *line };
        same
    });
    let begins = target.key().is_some_and(|(_, key)| Parent::of_first_field(key).is_some());
    !begins
        && sibling.is_some_and(|line| !line.is_item())
        && (below.start == target.start || !below.is_item())
}

/// Detects two keys on one line: `cpuNumber: 8 gpuNumber: 1`.
fn two_keys_on_line(
    text: &str,
    target: SourceLine<'_>,
    between: Range<usize>,
) -> Option<SyntaxMistake> {
    let (value, key) = text[between.clone()].trim().rsplit_once(' ')?;
    if target.is_free_text_field() {
        return None;
    }
    let at = between.end - key.len()..between.end;
    let known = looks_like_field(key) && target.looks_like_field();
    if known && !value.trim().contains(' ') {
        return move_to_own_line(text, target, at);
    }
    // `source: /a, target: /b`: unknown keys may just as well be words of a text.
    let help =
        "write each key on a separate line; or, if it is text, put the whole value in quotes";
    let split = value.ends_with([',', ';']).then(|| move_to_own_line(text, target, at))??;
    Some(SyntaxMistake { help: help.into(), fix: None, ..split })
}

/// Reports a key, at those bytes, that should be on a separate line.
pub(super) fn move_to_own_line(
    text: &str,
    target: SourceLine<'_>,
    at: Range<usize>,
) -> Option<SyntaxMistake> {
    let ends = text[..at.start].trim_end_matches([' ', ',', ';']).len();
    let gap = format!("\n{}", " ".repeat(target.column()?));
    Some(SyntaxMistake {
        at: at.clone(),
        message: "a second key on this line".to_owned(),
        help: "write each key on a separate line".into(),
        fix: Some((ends..at.start, gap)),
    })
}

const HELP_SPLIT_OR_QUOTE: &str =
    "write each field on a separate line, or put the whole value in quotes";

/// Detects a second `: ` on one line: `description: note: this is mine`.
fn colon_in_value(text: &str, target: SourceLine<'_>, at: usize) -> Option<SyntaxMistake> {
    let first = target.start + target.text.find(": ")?;
    if first >= at || !text[at..].starts_with(':') {
        return None;
    }
    if target.key().is_some_and(|(_, key)| key.bytes().all(|byte| byte.is_ascii_digit())) {
        let help = "remove the line numbers";
        return Some(at_key(text, target, "this line begins with a line number", help));
    }
    if let Some(mistake) = two_keys_on_line(text, target, first + 1..at) {
        return Some(mistake);
    }
    let structure = |c: char| matches!(c, '[' | '{' | '&' | '*' | '!' | '|' | '>');
    let value = target.text[first + 2 - target.start..].trim_start();
    let certain = target.is_free_text_field() && !value.starts_with(structure);
    let quoted = quoted(text, first + 2).filter(|_| certain);
    Some(SyntaxMistake {
        at: at..at + 1,
        message: "`: ` inside a value".to_owned(),
        help: if contains_field(value) {
            HELP_SPLIT_OR_QUOTE.into()
        } else {
            quote_help(quoted.as_ref())
        },
        fix: quoted,
    })
}
