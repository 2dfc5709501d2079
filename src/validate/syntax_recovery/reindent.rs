//! Edits that move a line and its contents to another column.

use super::Edit;
use super::line::Line;

/// Moves a key to the only column used by the open lines above that is one space away: no other is as
/// close.
pub(super) fn align_with_siblings(target: Line<'_>) -> Option<Edit> {
    let levels = target.levels();
    let mut near = levels.iter().filter_map(|line| line.column()).filter(|column| {
        column.abs_diff(target.indent()) == 1 && (*column == 0 || !target.is_top_level_key())
    });
    let column = near.next().filter(|_| target.is_key())?;
    near.all(|other| other == column).then(|| set_indent(target, column, None))
}

/// Moves a line, and the lines below it that are not deep enough for its new column, or in step
/// with its old one, up to the line `end`.
pub(super) fn set_indent(target: Line<'_>, column: usize, end: Option<Line<'_>>) -> Edit {
    let from = target.indent();
    let items = if target.is_item() { 2 } else { 0 };
    let below = target.all_below().take_while(|line| end.is_none_or(|end| line.start < end.start));
    let belongs: Vec<Line<'_>> = below.take_while(|line| line.indent() >= from).collect();
    // Lines that are deep enough for the new column stay in place, and so do the items of a list
    // in the column of its key.
    let in_step = |line: &str| {
        let indent = line.len() - line.trim_start_matches(' ').len();
        let nested = items == 0 && column < from && line.trim_start().starts_with("- ");
        indent == from && !nested || indent == from + items
    };
    let stays = belongs.iter().filter(|line| !in_step(line.text)).map(|line| line.indent());
    let opens = usize::from(!target.is_item() && target.body().ends_with(':'));
    let stays = stays.min().is_none_or(|least| least >= column + items + opens);
    let end = belongs.last().copied().unwrap_or(target).end();
    target.change_lines(end, |line| {
        let blanks = line.len() - line.trim_start_matches(' ').len();
        let keeps = stays && !in_step(line);
        let to = if keeps { blanks } else { (blanks + column).saturating_sub(from) };
        [&" ".repeat(to), &line[blanks..]].concat()
    })
}
