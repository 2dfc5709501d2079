//! Tabs in the indentation, and the spaces that replace them.

use super::line::Line;
use super::{Edit, Failure, SyntaxDiagnosis};
use crate::diagnostics::SyntaxMistake;
use crate::yaml::SyntaxErrorKind as ErrorKind;

/// Recognises a tab in the indentation of the line of the error, or of the next one, which ends the
/// value above it. Between brackets tabs are allowed.
pub(super) fn in_indentation(failure: &Failure<'_>) -> Option<SyntaxDiagnosis> {
    use ErrorKind as K;
    let own = matches!(
        failure.kind,
        K::TabNotAllowed
            | K::TabInBlockIndentation
            | K::TabInIndentation
            | K::TabAtBlockScalarStart
            | K::TabInPlainScalar
    );
    if failure.open.is_some() && !own {
        return None;
    }
    let lines = [Some(failure.line), failure.line.below().filter(|_| own)];
    let has_tab = |line: &Line<'_>| blanks(line.text).contains('\t');
    let line = lines.into_iter().flatten().find(has_tab)?;
    let at = line.start + blanks(line.text).find('\t')?;
    Some(SyntaxDiagnosis::new(at..at + 1, SyntaxMistake::Tab).fix(with_spaces(line)))
}

fn blanks(line: &str) -> &str {
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// Replaces the tabs of a line and of the following lines that have tabs too with spaces, if the
/// lines around them allow only one column.
fn with_spaces(first: Line<'_>) -> Option<Edit> {
    let has_tab = |line: &Line<'_>| blanks(line.text).contains('\t');
    let mut run = vec![first];
    run.extend(first.all_below().take_while(has_tab));
    let above = first.above()?;
    if above.block_header().is_some() {
        return of_block_text(above, &run);
    }
    let entry = |line: &Line<'_>| {
        let line = line.without_indent();
        let begins = line.is_key() || line.is_item() || line.is_comment();
        begins && line.block_header().is_none()
    };
    if !above.looks_like_field() || !run.iter().all(entry) {
        None
    } else if above.body().ends_with(':') {
        of_levels(above, &run)
    } else {
        of_fields(above, &run)
    }
}

/// Replaces the tabs that all lines of a block text share.
fn of_block_text(key: Line<'_>, run: &[Line<'_>]) -> Option<Edit> {
    let tabs = |line: &Line<'_>| line.text.len() - line.text.trim_start_matches('\t').len();
    let shared = run.iter().map(tabs).min().filter(|shared| *shared > 0)?;
    let (first, last) = (run.first()?, run.last()?);
    let ends = last.below().is_none_or(|below| below.indent() <= key.indent());
    let indent = " ".repeat(key.column()? + 2);
    let change = |line: &str| [&indent, line.get(shared..).unwrap_or(line)].concat();
    ends.then(|| first.change_lines(last.end(), change))
}

/// Replaces tabs below a key at the margin, where they are levels; spaces after them align with a
/// dash.
fn of_levels(key: Line<'_>, run: &[Line<'_>]) -> Option<Edit> {
    let (first, last) = (run.first()?, run.last()?);
    let levels = run.iter().all(|line| !blanks(line.text).contains(" \t"));
    let ends = last.below().is_none_or(|below| below.indent() == 0);
    let certain = levels && ends && key.indent() == 0 && blanks(first.text) == "\t";
    certain.then(|| {
        let width = |blanks: &str| blanks.len() + blanks.matches('\t').count();
        reindented(*first, *last, width)
    })
}

/// Replaces the tabs before fields below one of the same mapping: all have its column.
fn of_fields(above: Line<'_>, run: &[Line<'_>]) -> Option<Edit> {
    let sibling = |line: &Line<'_>| {
        let key = line.without_indent();
        key.parent() == above.parent() && !key.is_item() && blanks(line.text) == blanks(run[0].text)
    };
    let column = above.column().filter(|column| *column > 0 && above.parent().is_some())?;
    run.iter().all(sibling).then(|| reindented(run[0], run[run.len() - 1], |_| column))
}

/// Reindents the lines from `first` to `last`, each as `width` returns.
fn reindented(first: Line<'_>, last: Line<'_>, width: impl Fn(&str) -> usize) -> Edit {
    first.change_lines(last.without_indent().start, |line| {
        let blanks = blanks(line);
        [&" ".repeat(width(blanks)), &line[blanks.len()..]].concat()
    })
}
