//! The line that is not in the column of its siblings, by what the fields of a manifest belong to: an
//! error of the parser is often on a later line, which is right.

use super::line::Line;
use crate::manifest::{FieldSpec, Parent, is_ignored_key};

/// Maximum number of lines above the error, and below it, that are read.
const MAX_LINES: usize = 300;

/// A field on its line, and the column of its key.
#[derive(Clone, Copy)]
struct Entry<'t> {
    line: Line<'t>,
    column: usize,
}

/// The fields of one mapping.
struct Group<'t> {
    parent: Parent,
    /// The key of its list, if it is in one of an instance.
    list: Option<Entry<'t>>,
    entries: Vec<Entry<'t>>,
}

/// A line in the wrong column.
pub(super) struct Misplaced<'t> {
    pub(super) line: Line<'t>,
    /// The right column of its key.
    pub(super) column: usize,
    /// The next line that is right, up to which its nested lines are.
    pub(super) end: Option<Line<'t>>,
}

/// Returns the line nearest above the error, or on it, that is not in the column of its siblings.
pub(super) fn misplaced(target: Line<'_>) -> Option<Misplaced<'_>> {
    let groups = groups(target);
    let all = groups.iter().filter_map(|group| {
        let column = group.column(&groups);
        let (entries, is_right) = (&group.entries, |entry: &Entry<'_>| entry.column == column);
        let last = entries
            .iter()
            .rposition(|entry| !is_right(entry) && entry.line.start <= target.start)?;
        // The lines of one mistake are next to each other.
        let run = |entry: &&Entry<'_>| entry.column == entries[last].column;
        let last = last + entries[last + 1..].iter().take_while(run).count();
        let before = entries[..last].iter().rposition(is_right);
        let line = entries[before.map_or(0, |at| at + 1)].line;
        let opens = entries[last].line.body().ends_with([':', '|', '>', '-']);
        let next = entries[last + 1..].iter().find(|entry| is_right(entry));
        let next = if opens { next.map(|entry| entry.line) } else { entries[last].line.below() };
        // Items below an item that is too deep are too deep like it.
        let all = line.is_item() && entries[last].column > column;
        let end = next.filter(|_| !all);
        Some(Misplaced { line, column, end })
    });
    all.max_by_key(|found| found.line.start)
}

impl Group<'_> {
    /// Returns the column of its fields: that of most, and of the other items of its list. Those
    /// below it count if they agree with its first line.
    fn column(&self, all: &[Self]) -> usize {
        let start = |group: &Self| group.list.map(|list| list.line.start);
        let first = self.entries[0];
        let others = all.iter().filter(|other| {
            let same = other.parent == self.parent && start(other) == start(self);
            let above = other.entries[0].line.start < first.line.start;
            let agrees = above || other.entries[0].column == first.column;
            same && agrees && other.is_item() && self.is_item() && !std::ptr::eq(*other, self)
        });
        let others: Vec<usize> = others.map(|other| other.entries[0].column).collect();
        let base = self.list.map_or(0, |list| list.column);
        let weight = |column: usize| {
            let own = self.entries.iter().filter(|entry| entry.column == column).count();
            let usual = [base + 2, base + 4].contains(&column);
            4 * own + 10 * usize::from(others.contains(&column)) + usize::from(usual)
        };
        let own = self.entries.iter().rev().map(|entry| entry.column);
        others.iter().copied().chain(own).max_by_key(|column| weight(*column)).unwrap_or_default()
    }

    fn is_item(&self) -> bool {
        self.entries[0].line.is_item()
    }
}

/// Sorts the fields around the error into the mappings that they belong to.
fn groups(target: Line<'_>) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut current: [Option<usize>; 5] = [None; 5];
    let mut list = None;
    for line in structure(target) {
        if line.body().split(':').next().is_some_and(is_ignored_key) {
            current = [None; 5];
        }
        let Some((name, column)) = line.entry() else { continue };
        let Some(field) = FieldSpec::find(name) else {
            if line.indent() == 0 {
                current = [None; 5];
            }
            continue;
        };
        let parent = field.parent;
        if parent == Parent::Document {
            current = [None; 5];
            continue;
        }
        let open = current[parent as usize].filter(|_| !line.is_item());
        let at = open.unwrap_or_else(|| {
            let list = list.filter(|_| matches!(parent, Parent::Mount | Parent::Port));
            groups.push(Group { parent, list, entries: Vec::new() });
            groups.len() - 1
        });
        groups[at].entries.push(Entry { line, column });
        current[parent as usize] = Some(at);
        if field.is_list_in_instance() {
            list = Some(Entry { line, column });
            current[Parent::Mount as usize] = None;
            current[Parent::Port as usize] = None;
        }
    }
    groups
}

/// Returns the lines around the error that may be fields: no comments, no lines of block texts and
/// none between brackets.
fn structure(target: Line<'_>) -> Vec<Line<'_>> {
    let mark = |line: &Line<'_>| line.text.starts_with("---");
    let above: Vec<Line<'_>> =
        target.all_above().take(MAX_LINES).take_while(|line| !mark(line)).collect();
    let below = target.all_below().take(MAX_LINES).take_while(|line| !mark(line));
    let lines = above.into_iter().rev().chain([target]).chain(below);
    let (mut found, mut text, mut header) = (Vec::new(), None, None);
    let mut open = 0_usize;
    for line in lines.filter(|line| !line.is_comment()) {
        if let Some(key) = header.take() {
            text = Some(line.indent()).filter(|indent| *indent > key);
        }
        text = text.filter(|indent| line.indent() >= *indent);
        let count = |marks: [char; 2]| line.text.matches(marks).count();
        let inside = open > 0;
        if text.is_none() {
            open = (open + count(['[', '{'])).saturating_sub(count([']', '}']));
        }
        if text.is_some() || inside || open > 0 {
            continue;
        }
        header = line.block_header().map(|_| line.indent());
        found.push(line);
    }
    found
}
