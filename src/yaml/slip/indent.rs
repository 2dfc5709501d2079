//! Lines that are out of step with their neighbours.

use std::ops::Range;

use super::line::{Line, names_a_field};
use super::{Slip, quoted, shift};

/// Fields with which an instance, a mount and a port begin.
const BEGINNINGS: [&str; 3] = ["instanceServiceName", "sourcePath", "containerPort"];

/// A line whose indentation fits nothing: told at the line that is out of step with the others.
pub(super) fn badly_indented(text: &str, here: Line<'_>, at: usize) -> Option<Slip> {
    let moved = |line: Line<'_>, message: &str, help, fix| {
        let at = line.start + line.indent();
        let first = text[at..].chars().next().map_or(0, char::len_utf8);
        let end = line.key().map_or(at, |(at, key)| at + key.len());
        Some(Slip { at: at..end.max(at + first), message: message.to_owned(), help, fix })
    };
    let slip = |line, message, help| moved(line, message, help, None);
    let Some(above) = here.above(text) else { return colon_in_value(text, here, at) };
    if above.opens_block() && here.indent() <= above.indent() {
        let help = "indent every line of the text deeper than the key that opens it with `|`";
        return slip(here, "a line of the text above is not indented", help);
    }
    let parent = std::iter::successors(Some(above), |line| line.above(text))
        .find(|line| line.indent() < here.indent());
    if parent.is_some_and(Line::opens_block) && !above.opens_block() {
        let help = "indent it like the first line of its text, which `|` opened";
        return slip(here, "this line is indented less than the text that it belongs to", help);
    }
    if let Some(slip) = colon_in_value(text, here, at) {
        return Some(slip);
    }
    if here.is_item() {
        if is_among_keys(text, here) {
            let help = "remove the `- `, or put the list below a key of its own";
            return slip(here, "a list item (`- `) stands among the keys of a mapping", help);
        }
        let message = "this list item is not indented like the lines above it";
        let help = "begin all items of a list in one column, below the list's key";
        return moved(here, message, help, shift::to_neighbours(text, here));
    }
    if let Some(first) = without_colon(text, here) {
        let help = "write `key: value` with a blank after the colon";
        return slip(first, "expected `key: value`, found text without a colon", help);
    }
    here.key()?;
    let items = usize::from(above.is_item()) * 2;
    if above.indent() + items < here.indent() {
        let before = above.above(text);
        let out_of_step = before.is_some_and(|line| line.indent() == here.indent());
        if out_of_step {
            let message = "this line is indented less than its neighbours";
            let fix = shift::to_column(text, above, here.indent());
            let fix = Some(fix).filter(|_| above.indent() + 1 == here.indent() && !above.is_item());
            return moved(above, message, "give it their indentation", fix);
        }
        let message = "this line is indented deeper than the one above, which has a value already";
        let help =
            "give it the indentation of its neighbours; the fields of an item begin in one column";
        let sure = here.is_key() && above.names_a_field() && !above.is_free_text();
        let column = above.column().filter(|_| sure);
        let fix = column.map(|column| shift::to_column(text, here, column));
        return moved(here, message, help, fix);
    }
    if above.indent() + items > here.indent() && here.indent() > 0 {
        let message = "this line is indented less than the fields above it";
        let help = "give it their indentation; the fields of an item begin in one column";
        return moved(here, message, help, shift::to_neighbours(text, here));
    }
    None
}

/// The first of the lines above that have the same indentation and no colon: to YAML they are one
/// text, and what follows them is what it stumbles over.
pub(super) fn without_colon<'t>(text: &'t str, here: Line<'t>) -> Option<Line<'t>> {
    std::iter::successors(here.above(text), |line| line.above(text))
        .take_while(|line| line.indent() == here.indent())
        .take_while(|line| !line.is_item() && !line.body().contains([':', '：', '"', '\'']))
        .last()
}

/// Whether the lines above with the same indentation are keys, and the last of them opens no list.
fn is_among_keys(text: &str, here: Line<'_>) -> bool {
    let mut below = here;
    let mut above = std::iter::successors(here.above(text), |line| line.above(text))
        .take_while(|line| line.indent() >= here.indent());
    let sibling = above.find(|line| {
        let same = line.indent() == here.indent();
        below = if same { below } else { *line };
        same
    });
    let begins = here.key().is_some_and(|(_, key)| BEGINNINGS.contains(&key));
    !begins
        && sibling.is_some_and(|line| !line.is_item())
        && (below.start == here.start || !below.is_item())
}

/// Two keys on one line: `cpuNumber: 8 gpuNumber: 1`.
fn second_key(text: &str, here: Line<'_>, between: Range<usize>) -> Option<Slip> {
    let (value, key) = text[between.clone()].trim().rsplit_once(' ')?;
    let is_one = names_a_field(key) && !value.trim().contains(' ');
    if !is_one || here.is_free_text() || !here.names_a_field() {
        return None;
    }
    let at = between.end - key.len()..between.end;
    let ends = text[..at.start].trim_end().len();
    let gap = format!("\n{}", " ".repeat(here.column()?));
    Some(Slip {
        at: at.clone(),
        message: "a second key stands on this line".to_owned(),
        help: "write each key on a line of its own",
        fix: Some((ends..at.start, gap)),
    })
}

/// A second `: ` on one line: `description: note: this is mine`.
fn colon_in_value(text: &str, here: Line<'_>, at: usize) -> Option<Slip> {
    let first = here.start + here.text.find(": ")?;
    if first >= at || !text[at..].starts_with(':') {
        return None;
    }
    if let Some(slip) = second_key(text, here, first + 1..at) {
        return Some(slip);
    }
    let structure = |c: char| matches!(c, '[' | '{' | '&' | '*' | '!' | '|' | '>');
    let value = text[first + 2..].trim_start();
    let is_text = here.is_free_text() || !here.names_a_field();
    let quoted = quoted(text, first + 2).filter(|_| is_text && !value.starts_with(structure));
    Some(Slip {
        at: at..at + 1,
        message: "`: ` stands inside a value".to_owned(),
        help: "put the whole value in quotes",
        fix: quoted,
    })
}
