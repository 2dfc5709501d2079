//! Lines that are not in the column of the lines they belong to.

use super::line::{Line, holds_fields};
use super::marks::{in_block_text, text_without_colon};
use super::siblings::{self, Misplaced};
use super::{Edit, Failure, SyntaxDiagnosis, reindent};
use crate::diagnostics::{IndentationFault as Fault, SyntaxMistake as Mistake};
use crate::manifest::{FieldKind, Parent, is_ignored_key};

/// Recognises a line with an indentation that matches nothing: reported at the line that is in the
/// wrong column, which may be above the error.
pub(super) fn misplaced(failure: &Failure<'_>) -> Option<SyntaxDiagnosis> {
    let target = failure.line;
    let above = target.above()?;
    let misplaced = siblings::misplaced(target);
    if let Some(found) =
        misplaced.and_then(|found| missing_dash(found.line).or_else(|| among_siblings(&found)))
    {
        return Some(found);
    }
    let beyond = above.above().filter(|line| line.column() == Some(target.indent()));
    let beyond = beyond.filter(|line| !in_block_text(*line));
    if beyond.is_some() && above.indent() < target.indent() && !above.is_item() {
        return Some(indented(above, Fault::Less, target.indent(), None));
    }
    if target.is_item() {
        return Some(item(target));
    }
    if let Some(first) = text_without_colon(target) {
        return Some(at_key(first, Mistake::TextWithoutColon));
    }
    target.key().filter(|(at, _)| *at == target.first())?;
    missing_dash(above).or_else(|| missing_dash(target)).or_else(|| field(target))
}

/// Reports a line that is not in the column of its siblings, unless only its dashes are wrong, or
/// it is the first line of a list or mapping.
fn among_siblings(found: &Misplaced<'_>) -> Option<SyntaxDiagnosis> {
    let line = found.line;
    let column = found.column.checked_sub(if line.is_item() { 2 } else { 0 })?;
    let opens = |above: &Line<'_>| {
        let (key, value) = above.body().split_once(':').unwrap_or_default();
        let empty = value.is_empty() || value.starts_with(" &");
        empty && (holds_fields(*above) || is_ignored_key(key))
    };
    // A list may be in the column of its key.
    let least = column + usize::from(line.is_item());
    let first =
        line.above().filter(opens).and_then(Line::column).is_some_and(|above| above >= least);
    if column == line.indent() || first && column < line.indent() {
        return None;
    }
    let after_text = line.above().is_some_and(in_block_text);
    let fault = if after_text && line.indent() > column {
        Fault::FieldAfterText
    } else if line.is_item() {
        Fault::Item
    } else if line.indent() > column {
        Fault::Deeper
    } else {
        Fault::Less
    };
    // A line that is deeper may belong to a text.
    let column_of_text = || {
        let same = line.all_above().find(|above| above.indent() == line.indent());
        same.is_some_and(in_block_text) || line.above().is_some_and(Line::is_free_text)
    };
    let free = line.indent() > column && (after_text || column_of_text());
    let fix = (!free && line.is_key()).then(|| reindent::set_indent(line, column, found.end));
    Some(indented(line, fault, column, fix))
}

fn at_key(line: Line<'_>, mistake: Mistake) -> SyntaxDiagnosis {
    let at = line.first();
    let first = line.body().chars().next().map_or(0, char::len_utf8);
    let end = line.key().map_or(at, |(at, key)| at + key.len());
    SyntaxDiagnosis::new(at..end.max(at + first), mistake)
}

fn indented(line: Line<'_>, fault: Fault, column: usize, fix: Option<Edit>) -> SyntaxDiagnosis {
    at_key(line, Mistake::Indentation(fault, column)).fix(fix)
}

fn item(target: Line<'_>) -> SyntaxDiagnosis {
    let same = |line: &Line<'_>| line.is_item() && line.field() == target.field();
    let other = target.all_above().find(same).map(Line::indent);
    match other.filter(|column| *column != target.indent()) {
        Some(column) => {
            let near = column.abs_diff(target.indent()) == 1;
            let fix = near.then(|| reindent::set_indent(target, column, None));
            indented(target, Fault::Item, column, fix)
        }
        None => at_key(target, Mistake::ItemAmongFields),
    }
}

/// Recognises the first field of an item below other items or below its list, without its dash.
fn missing_dash(target: Line<'_>) -> Option<SyntaxDiagnosis> {
    let (at, key) = target.key().filter(|(_, key)| Parent::of_first_field(key).is_some())?;
    if at != target.first() || !target.is_key() {
        return None;
    }
    let above = target.all_above().find(|line| line.indent() <= target.indent())?;
    let is_like =
        above.is_item() && above.indent() == target.indent() && above.field() == Some(key);
    let list = above.body().strip_suffix(':').and_then(FieldKind::of) == Some(FieldKind::List);
    let inside = target.indent() + "- ".len();
    let goes_on = target.below().is_some_and(|line| line.is_key() && line.indent() == inside);
    (is_like || goes_on && list).then(|| {
        let fix = goes_on.then(|| (at..at, "- ".to_owned()));
        SyntaxDiagnosis::new(at..at + key.len(), Mistake::MissingDash).fix(fix)
    })
}

/// Recognises a field that does not begin in the column of its siblings.
fn field(target: Line<'_>) -> Option<SyntaxDiagnosis> {
    let levels = target.levels();
    let nearest = *levels.first()?;
    let family = |line: &&Line<'_>| target.parent().is_some() && line.parent() == target.parent();
    let sibling = levels.iter().find(family).copied().unwrap_or(nearest);
    let column = sibling.column()?;
    if column < target.indent() {
        // A list or mapping on the line above has another mistake.
        if sibling.start == nearest.start && holds_fields(sibling) {
            return None;
        }
        let fault = Fault::Deeper;
        let in_text = target.all_above().find(|line| line.indent() == target.indent());
        let certain = target.is_key()
            && !in_text.is_some_and(in_block_text)
            && nearest.looks_like_field()
            && nearest.start == target.above()?.start
            && !nearest.is_free_text()
            && !target.is_top_level_key();
        let fix = certain.then(|| reindent::set_indent(target, column, None));
        return Some(indented(target, fault, column, fix));
    }
    if column == target.indent() || target.indent() == 0 {
        return None;
    }
    // If the lines below agree with those above, only this line is misaligned.
    let agreed = target.is_key()
        && target.below().is_some_and(|line| line.is_key() && line.indent() == column);
    let fix = reindent::align_with_siblings(target);
    let only_line = || (target.start..target.first(), " ".repeat(column));
    Some(indented(target, Fault::Less, column, fix.or_else(|| agreed.then(only_line))))
}
