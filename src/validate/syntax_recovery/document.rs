//! Mistakes between documents, and at their start.

use std::ops::Range;

use super::line::{Line, holds_fields, is_odd_blank};
use super::{Failure, SyntaxDiagnosis};
use crate::diagnostics::{DocumentMarkFault as Fault, IndentationFault, SyntaxMistake};
use crate::yaml::{Node, Parsed};

const CONFLICT_MARKS: [&str; 4] = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];

/// Recognises a conflict marker on the line of the error or above it.
pub(super) fn conflict(failure: &Failure<'_>) -> Option<SyntaxDiagnosis> {
    let lines = [failure.line.above(), Some(failure.line)].into_iter().flatten();
    let mark = |line: Line<'_>| CONFLICT_MARKS.into_iter().find(|mark| line.text.starts_with(mark));
    let (line, mark) = lines.into_iter().find_map(|line| Some((line, mark(line)?)))?;
    // The first marker is further up, where the parser read it as text.
    let opens = |line: &Line<'_>| line.text.starts_with(CONFLICT_MARKS[0]);
    let first = std::iter::once(line).chain(line.all_above()).find(opens);
    let (start, mark) = first.map_or((line.start, mark), |line| (line.start, CONFLICT_MARKS[0]));
    Some(SyntaxDiagnosis::new(start..start + mark.len(), SyntaxMistake::Conflict(mark)))
}

/// Recognises a line of dashes that is not `---`, or a directive without a `---` below it.
pub(super) fn mark(line: Line<'_>) -> Option<SyntaxDiagnosis> {
    let body = line.body();
    let at = line.first()..line.first() + body.len();
    let ends = line.below().is_none_or(|below| below.indent() == 0);
    if body == "---" && line.indent() > 0 && ends {
        let mistake = SyntaxMistake::DocumentMark(Fault::Indented);
        return Some(SyntaxDiagnosis::new(at, mistake).replace(line.start..line.first(), ""));
    }
    if line.indent() > 0 {
        return None;
    }
    if body.starts_with('%') {
        let next = line.all_below().find(|line| !line.text.starts_with(['%', '#']));
        let missing = !next.is_some_and(|line| line.text.starts_with("---"));
        let mistake = SyntaxMistake::DocumentMark(Fault::AfterDirective);
        let end = line.end()..line.end();
        return missing.then(|| SyntaxDiagnosis::new(at, mistake).replace(end, "\n---"));
    }
    let rest = body.strip_prefix("---").unwrap_or_default();
    if rest.starts_with('#') || rest.starts_with(' ') && line.is_key() {
        let gap = at.start + 3..at.end - rest.trim_start().len();
        return Some(glued(at.start, gap));
    }
    let dashes = body.chars().all(|c| matches!(c, '-' | '—' | '–' | '－' | ' '));
    let count = body.chars().count();
    // A longer line may just as well be a divider within one document.
    let fix = (count <= 4).then(|| (at.clone(), "---".to_owned()));
    let mistake = SyntaxMistake::DocumentMark(Fault::Misspelt);
    (dashes && count > 1 && body != "---").then(|| SyntaxDiagnosis::new(at, mistake).fix(fix))
}

/// Reports a `---` with a key after it on its line.
pub(super) fn glued(start: usize, gap: Range<usize>) -> SyntaxDiagnosis {
    let mistake = SyntaxMistake::DocumentMark(Fault::Glued);
    SyntaxDiagnosis::new(start..start + 3, mistake).replace(gap, "\n")
}

/// Returns the mistake that explains text after a document at byte `at` that cannot be another
/// document; `root` is the document's content.
pub(super) fn after_end(text: &str, root: Range<usize>, at: usize) -> Option<SyntaxDiagnosis> {
    if text[at..].starts_with("---") {
        return Some(glued(at, at + 3..at + 3));
    }
    if text[root.clone()].starts_with('{') && text[at..].starts_with('{') {
        let mistake = SyntaxMistake::DocumentMark(Fault::Between);
        return Some(SyntaxDiagnosis::new(at..at + 1, mistake).replace(at..at, "---\n"));
    }
    indented_first_lines(text, root, at)
}

/// Recognises indented first lines above lines that are not indented: the rest was copied without
/// its indentation, or the first lines with too much.
fn indented_first_lines(text: &str, root: Range<usize>, at: usize) -> Option<SyntaxDiagnosis> {
    let (first, target) = (Line::at(text, root.start), Line::at(text, at));
    let indent = root.start.checked_sub(first.start)?;
    let blank = |line: &str| line.chars().all(|c| matches!(c, ' ' | '\t'));
    let begins = indent > 0 && blank(&text[first.start..root.start]);
    if !begins || at != target.start || target.key().is_none_or(|(key, _)| key != at) {
        return None;
    }
    let lines = text[first.start..at].split_inclusive(['\n', '\r']);
    let outdented =
        lines.map(|line| line.get(indent..).filter(|_| blank(&line[..indent])).unwrap_or(line));
    // Only the line whose contents are the fields below it is misaligned with them.
    let below = first.below().filter(|below| below.indent() == indent && below.start < at);
    let contains = first.body() == "defaults:" || first.body().starts_with("x-");
    let fix = match below.filter(|_| contains) {
        Some(_) => Some((first.start..root.start, String::new())),
        // In the list form they may be the fields of a missing `defaults`.
        None if holds_fields(target) && !first.is_top_level_key() => None,
        None => Some((first.start..at, outdented.collect())),
    };
    let found = if let Some(tab) = text[first.start..root.start].find('\t') {
        let tab = first.start + tab;
        SyntaxDiagnosis::new(tab..tab + 1, SyntaxMistake::Tab)
    } else {
        let key = text[root.start..].find(|c: char| !c.is_alphanumeric()).unwrap_or(1);
        let mistake = SyntaxMistake::Indentation(IndentationFault::FirstLines, 0);
        SyntaxDiagnosis::new(root.start..root.start + key, mistake)
    };
    Some(found.fix(fix))
}

/// Recognises a key that begins with `---`, and a merge key or a list item with an invisible character
/// in its marks.
pub(super) fn read_as_key(parsed: &Parsed<'_>, text: &str) -> Option<SyntaxDiagnosis> {
    let roots = parsed.documents().map(|(_, root)| root);
    let mut keys = roots.flat_map(|root| {
        let list = root.get("instances").into_iter().flat_map(|all| all.items().chain([all]));
        let mappings = [Some(root), root.get("defaults")].into_iter().flatten().chain(list);
        mappings.flat_map(Node::pairs)
    });
    keys.find_map(|pair| {
        let start = pair.key_span.range().start;
        let name = pair.key.trim_start_matches(|c| matches!(c, '-' | ' ') || is_odd_blank(c));
        let marks = &pair.key[..pair.key.len() - name.len()];
        let at_margin = || Line::at(text, start).start == start;
        if marks == "---" && name.starts_with(char::is_alphabetic) && at_margin() {
            return Some(glued(start, start + 3..start + 3));
        }
        let at = marks.find(is_odd_blank).filter(|_| name == "<<" || marks.starts_with('-'))?;
        let odd = &marks[at..];
        let odd = &odd[..odd.len() - odd.trim_start_matches(is_odd_blank).len()];
        let at = start + at..start + at + odd.len();
        let mistake = SyntaxMistake::Character(odd.chars().next()?, "");
        Some(SyntaxDiagnosis::new(at.clone(), mistake).replace(at, ""))
    })
}
