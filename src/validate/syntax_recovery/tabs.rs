//! Tabs in the indentation, and the spaces that replace them.

use std::ops::Range;

use super::SyntaxMistake;
use super::source_line::SourceLine;
use crate::manifest::{MOUNT_FIELDS, PORT_FIELDS};

/// Detects a tab in the indentation of the line at `at` or of the next one: it is the cause of any
/// parser error there.
pub(super) fn in_indent(text: &str, at: usize) -> Option<SyntaxMistake> {
    let this = text[..at].rfind(['\n', '\r']).map_or(0, |end| end + 1);
    let next = text[at..].find('\n').map_or(text.len(), |end| at + end + 1);
    let tab = [this, next]
        .into_iter()
        .find_map(|start| leading_whitespace(&text[start..]).find('\t').map(|tab| start + tab))?;
    Some(SyntaxMistake {
        at: tab..tab + 1,
        message: "found a tab, expected spaces for indentation".to_owned(),
        help: "indent with spaces; YAML forbids tabs there".into(),
        fix: with_spaces(text, SourceLine::at_offset(text, tab)),
    })
}

fn leading_whitespace(line: &str) -> &str {
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// Returns a line without its indentation.
fn outdented(line: SourceLine<'_>) -> SourceLine<'_> {
    let indent = leading_whitespace(line.text).len();
    SourceLine { start: line.start + indent, text: &line.text[indent..] }
}

/// Replaces the tabs of a line and of the following lines that have tabs too with spaces, if the
/// lines around them allow only one column.
fn with_spaces(text: &str, first: SourceLine<'_>) -> Option<(Range<usize>, String)> {
    let has_tab = |line: &SourceLine<'_>| leading_whitespace(line.text).contains('\t');
    let lines = std::iter::successors(Some(first), |line| line.below(text));
    let run: Vec<SourceLine<'_>> = lines.take_while(has_tab).collect();
    let (last, above) = (*run.last()?, first.above(text)?);
    if above.opens_block() {
        return tab_indented_block_scalar(text, above, &run);
    }
    let written = |line: &SourceLine<'_>| {
        let line = outdented(*line);
        !line.opens_block() && (line.is_key() || line.is_item() || line.body().starts_with('#'))
    };
    if !above.looks_like_field() || !run.iter().all(written) {
        return None;
    }
    let indent = leading_whitespace(first.text);
    let edit = if above.body().ends_with(':') {
        // Below a key at the margin, tabs are levels; spaces after them align with a dash.
        let levels = run.iter().all(|line| !leading_whitespace(line.text).contains(" \t"));
        let ends = last.below(text).is_none_or(|below| below.indent() == 0);
        let certain = levels && ends && above.indent() == 0 && indent == "\t";
        let width = |blanks: &str| blanks.len() + blanks.matches('\t').count();
        certain.then(|| reindented(text, first, last, width))
    } else {
        let keys = |line: &SourceLine<'_>| {
            let key = outdented(*line);
            leading_whitespace(line.text) == indent
                && !key.is_top_level_key()
                && !key.is_item()
                && is_list_item_field(key) == is_list_item_field(above)
        };
        let column = column(text, above, last).filter(|_| run.iter().all(keys))?;
        Some(reindented(text, first, last, |_| column))
    };
    edit.filter(|(range, _)| !text[range.clone()].replace("\r\n", "").contains('\r'))
}

/// Checks whether its key is a field of a mount or a port: they are deeper than those of an
/// instance.
fn is_list_item_field(line: SourceLine<'_>) -> bool {
    line.field().is_some_and(|field| MOUNT_FIELDS.contains(&field) || PORT_FIELDS.contains(&field))
}

/// Reindents a block scalar that is indented with tabs below its key: the tabs that all lines share
/// are replaced.
fn tab_indented_block_scalar(
    text: &str,
    key: SourceLine<'_>,
    run: &[SourceLine<'_>],
) -> Option<(Range<usize>, String)> {
    let tabs = |line: &SourceLine<'_>| line.text.len() - line.text.trim_start_matches('\t').len();
    let (first, last) = (run.first()?, run.last()?);
    let shared = run.iter().map(tabs).min().filter(|shared| *shared > 0)?;
    let ends = last.below(text).is_none_or(|below| below.indent() <= key.indent());
    let range = first.start..last.start + last.text.len();
    let indent = " ".repeat(key.column()? + "  ".len());
    let lines = text[range.clone()].split_inclusive('\n').map(|line| match line.get(shared..) {
        Some(rest) if line.starts_with('\t') => [&indent, rest].concat(),
        _ => line.to_owned(),
    });
    ends.then(|| (range, lines.collect()))
}

/// Returns the only column, except the margin, in which keys can continue below a line, or the one
/// that the lines above and below agree on.
fn column(text: &str, above: SourceLine<'_>, last: SourceLine<'_>) -> Option<usize> {
    let mut deepest = usize::MAX;
    let mut open = std::iter::successors(Some(above), |line| line.above(text))
        .filter(|line| {
            let open = line.indent() < deepest;
            deepest = deepest.min(line.indent());
            open
        })
        .filter_map(SourceLine::column)
        .filter(|column| *column > 0);
    let nearest = open.next()?;
    let agreed = || last.below(text).is_some_and(|below| below.column() == Some(nearest));
    (open.all(|column| column == nearest) || agreed()).then_some(nearest)
}

/// Reindents the lines from `first` to `last`, each as `width` returns.
fn reindented(
    text: &str,
    first: SourceLine<'_>,
    last: SourceLine<'_>,
    width: impl Fn(&str) -> usize,
) -> (Range<usize>, String) {
    let range = first.start..last.start + leading_whitespace(last.text).len();
    let lines = text[range.clone()].split_inclusive('\n').map(|line| {
        let blanks = leading_whitespace(line);
        let empty = line.trim().is_empty() && line.ends_with('\n');
        let width = if empty { 0 } else { width(blanks) };
        [&" ".repeat(width), &line[blanks.len()..]].concat()
    });
    (range, lines.collect())
}
