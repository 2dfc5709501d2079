//! Edits that move a line and its contents to the matching column.

use std::ops::Range;

use super::source_line::SourceLine;

/// Moves a key or an item to the only column used by the open lines above that is one space away:
/// no other is as close.
pub(super) fn align_with_siblings(
    text: &str,
    target: SourceLine<'_>,
) -> Option<(Range<usize>, String)> {
    if !target.is_item() && !target.is_key() {
        return None;
    }
    let mut deepest = usize::MAX;
    let mut near = std::iter::successors(target.above(text), |line| line.above(text))
        .filter(|line| {
            // Only lines above that are still open count: each is indented less than all lines
            // between.
            let open = line.indent() < deepest;
            deepest = deepest.min(line.indent());
            open
        })
        .filter_map(|line| if target.is_item() { line.dash() } else { line.column() })
        .filter(|column| column.abs_diff(target.indent()) == 1)
        .filter(|column| *column == 0 || !target.is_top_level_key());
    let column = near.next()?;
    near.all(|other| other == column).then(|| set_indent(text, target, column))
}

/// Moves a line to a column.
pub(super) fn set_indent(
    text: &str,
    target: SourceLine<'_>,
    column: usize,
) -> (Range<usize>, String) {
    let from = target.indent();
    let items = if target.is_item() { 2 } else { 0 };
    let below = std::iter::successors(target.below(text), |line| line.below(text));
    let belongs: Vec<SourceLine<'_>> = below.take_while(|line| line.indent() >= from).collect();
    // Lines that are deep enough for the new column stay in place.
    let in_step = |indent: usize| indent == from || indent == from + items;
    let stays = belongs.iter().map(|line| line.indent()).filter(|indent| !in_step(*indent));
    let opens = usize::from(!target.is_item() && target.body().ends_with(':'));
    let stays = stays.min().is_none_or(|least| least >= column + items + opens);
    let last = belongs.last().copied().unwrap_or(target);
    let (start, end) = (target.start, last.start + last.indent());
    let moved = text[start..end].split_inclusive('\n').map(|line| {
        let blanks = line.len() - line.trim_start_matches(' ').len();
        let blank = line.trim().is_empty() && line.ends_with('\n');
        let keeps = blank || stays && !in_step(blanks);
        let to = if keeps { blanks } else { (blanks + column).saturating_sub(from) };
        [&" ".repeat(to), &line[blanks..]].concat()
    });
    (start..end, moved.collect())
}
