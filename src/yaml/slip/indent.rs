//! Lines that are out of step with their neighbours.

use std::ops::Range;

use super::Slip;
use super::line::Line;

/// A line whose indentation fits nothing: told at the line that is out of step with the others.
pub(super) fn badly_indented(text: &str, here: Line<'_>, at: usize) -> Option<Slip> {
    let slip = |line: Line<'_>, message: &str, help| {
        let at = line.start + line.indent();
        let end = line.key().map_or(at + 1, |(at, key)| at + key.len());
        Some(Slip { at: at..end.max(at + 1), message: message.to_owned(), help, fix: None })
    };
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
        let message = "this list item is not indented like the lines above it";
        return slip(
            here,
            message,
            "begin all items of a list in one column, below the list's key",
        );
    }
    here.key()?;
    let items = usize::from(above.is_item()) * 2;
    if above.indent() + items < here.indent() {
        let before = above.above(text);
        let out_of_step = before.is_some_and(|line| line.indent() == here.indent());
        let (message, help) = if out_of_step {
            ("this line is indented less than its neighbours", "give it their indentation")
        } else {
            (
                "this line is indented deeper than the one above, which has a value already",
                "give it the indentation of its neighbours; the fields of an item begin in one column",
            )
        };
        return slip(if out_of_step { above } else { here }, message, help);
    }
    if above.indent() + items > here.indent() && here.indent() > 0 {
        let message = "this line is indented less than the fields above it";
        return slip(
            here,
            message,
            "give it their indentation; the fields of an item begin in one column",
        );
    }
    None
}

/// A second `: ` on one line: `description: note: this is mine`.
fn colon_in_value(text: &str, here: Line<'_>, at: usize) -> Option<Slip> {
    let first = here.start + here.text.find(": ")?;
    if first >= at || !text[at..].starts_with(':') {
        return None;
    }
    let quoted =
        plain_value(here, first + 2).map(|range| (range.clone(), format!("\"{}\"", &text[range])));
    Some(Slip {
        at: at..at + 1,
        message: "`: ` stands inside a value".to_owned(),
        help: "put the whole value in quotes",
        fix: quoted,
    })
}

/// The value from `start` to the end of its line, where quotes can be put around it.
fn plain_value(line: Line<'_>, start: usize) -> Option<Range<usize>> {
    let value = line.text.get(start - line.start..)?;
    let gap = value.len() - value.trim_start().len();
    let value = value.trim();
    let plain = !value.contains(['"', '\\', '#'])
        && !value.starts_with(['\'', '[', '{', '&', '*', '!', '|', '>']);
    (plain && !value.is_empty()).then(|| start + gap..start + gap + value.len())
}
