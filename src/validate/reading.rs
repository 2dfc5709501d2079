//! The parts of a text that were read, compared before and after an edit: the proof that a fix is
//! safe.

use std::ops::Range;

use super::suggest::QUOTES;
use crate::source::{SourceMap, Span};
use crate::yaml::{Node, Parsed, SyntaxError, Value};

/// The parts of a text that the parser read, up to where it stopped.
pub(super) struct Reading {
    text: String,
    /// In the order of the text.
    parts: Vec<Part>,
    stop: Option<usize>,
}

/// A key, a value or a collection.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Part {
    start: usize,
    role: Role,
    end: usize,
    /// Start of the key or of the collection that it belongs to.
    owner: usize,
    /// Start of the text between its key and itself, without the colon.
    gap: usize,
    /// The text of a value of several lines or below its key, which depends on its indentation.
    lines: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    Map,
    Seq,
    Key,
    Scalar,
}

impl Reading {
    pub(super) fn new(text: &str, parsed: &Parsed<'_>) -> Self {
        let mut parts = Vec::new();
        for root in parsed.roots() {
            let start = root.span().range().start;
            collect(root, Owner { start, gap: usize::MAX }, text, &mut parts);
        }
        parts.sort_unstable();
        parts.dedup_by_key(|part| (part.start, part.role));
        let stop = parsed.syntax_error.as_ref().map(|error| match error {
            SyntaxError::Parser { at, .. } => *at,
            SyntaxError::TextAfterAlias { alias } => alias.range().start,
        });
        Self { text: text.to_owned(), parts, stop }
    }

    /// Returns a text without its parts, for a text that is not compared.
    pub(super) fn unread(text: &str) -> Self {
        Self { text: text.to_owned(), parts: Vec::new(), stop: None }
    }

    /// Marks the start of a mistake in a text that the parser reads to its end.
    pub(super) fn stop_at(&mut self, at: usize) {
        self.stop.get_or_insert(at);
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Checks that the edits in `map` keep all that was read: every key and value, its place in the
    /// structure, and each line of a script. Only keys and values that an edit touches may differ.
    pub(super) fn is_kept_by(&self, map: &SourceMap, after: &Self) -> bool {
        let stop = self.stop.unwrap_or(usize::MAX);
        // Below the mistake the parser may have read another structure than the one that is meant.
        let certain = if self.stop.is_some() { map.first() } else { usize::MAX };
        let complete = self.stop.map_or(0, |stop| line_start(&self.text, stop));
        let kept = |part: &Part| {
            let touched = part.is_touched(|at| map.touches_old(at));
            // Folded text above the line of the mistake is not a part of it.
            let folded = || part.lines.is_some() && self.block_header(part).is_none();
            if touched && (part.end >= complete || !folded()) {
                return true;
            }
            let Some(now) = after.find(map.start_in_new(part.start), part.role) else {
                return false;
            };
            let placed = now.owner == map.start_in_new(part.owner)
                || map.touches_old(Span::new(part.owner..part.owner));
            let same = matches!(part.role, Role::Map | Role::Seq)
                || !touched && now.is_touched(|at| map.touches_new(at))
                || now.lines == part.lines
                    && (part.lines.is_some() || now.end - now.start == part.end - part.start);
            same && (placed || part.end >= certain)
        };
        let mut read = self.parts.iter().filter(|part| part.end < stop);
        read.all(kept)
            && after.concerned(map, self.stop.is_some()).all(|part| match &part.lines {
                None => is_plausible(&after.text[part.start..part.end]),
                Some(_) => self.has_lines_of(map, after, part),
            })
            && !hides_comment(map, &after.text)
    }

    /// Returns the values that an edit touches, and those after an edit on its line, if they have
    /// several lines or the edit is that of a syntax error.
    fn concerned<'a>(&'a self, map: &'a SourceMap, syntax: bool) -> impl Iterator<Item = &'a Part> {
        let mut lines: Vec<Range<usize>> = Vec::new();
        for edit in map.replacements() {
            if lines.last().is_none_or(|last| last.end < edit.end) {
                let rest = self.text[edit.end..].find('\n');
                lines.push(edit.start..rest.map_or(self.text.len(), |rest| edit.end + rest));
            }
        }
        // Those before the next error may be part of it.
        let stop = self.stop.unwrap_or(usize::MAX);
        let read = self.parts.iter().filter(move |part| part.role == Role::Scalar);
        read.filter(move |part| part.end < stop).filter(move |part| {
            if !syntax && part.lines.is_none() {
                return part.is_touched(|at| map.touches_new(at));
            }
            let line = lines.partition_point(|line| line.end < part.gap);
            lines.get(line).is_some_and(|line| line.start <= part.end)
        })
    }

    /// Checks where parsing stops after an edit that keeps all else.
    pub(super) fn stops_like(&self, map: &SourceMap, before: &Self) -> bool {
        self.stop == before.stop.map(|at| map.start_in_new(at))
    }

    fn find(&self, start: usize, role: Role) -> Option<&Part> {
        let at = self.parts.binary_search_by_key(&(start, role), |part| (part.start, part.role));
        at.ok().map(|at| &self.parts[at])
    }

    /// Checks that a value of several lines holds only lines that were below its key, and that a
    /// script has them indented as they were.
    fn has_lines_of(&self, map: &SourceMap, after: &Self, part: &Part) -> bool {
        let old_owner = map.to_old(Span::new(part.owner..part.owner)).range().start;
        let key = [column(&self.text, old_owner), column(&after.text, part.owner)];
        let block = after.block_header(part);
        let mut columns = Vec::new();
        for line in lines(&after.text, part.start..part.end) {
            let body = after.text[line.clone()].trim_start();
            if body.is_empty() {
                continue;
            }
            let at = line.end - body.len();
            let old = map.to_old(Span::new(at..line.end)).range().start;
            let indent = &self.text[old - column(&self.text, old)..old];
            if !indent.trim().is_empty() {
                // The first line may have been on the line of the key.
                if line.start > part.start || block.is_some() && !begins_script(body) {
                    return false;
                }
            } else if indent.len() <= key[0] && !indent.contains('\t') {
                return false;
            } else {
                columns.push([indent.len(), at - line.start]);
            }
        }
        let Some(header) = block else { return true };
        // A number in the header counts from the column of the key.
        let counted = header.contains(|c: char| c.is_ascii_digit());
        columns.extend(counted.then_some(key));
        let mut shifts: Vec<isize> =
            columns.iter().map(|[old, new]| new.cast_signed() - old.cast_signed()).collect();
        shifts.dedup();
        // The first lines may have been indented otherwise than all lines below them.
        shifts.len() <= if counted { 1 } else { 2 } && after.ends_its_block(part)
    }

    /// Returns the header of a block scalar: `|` or `>`, and the marks after it.
    fn block_header(&self, part: &Part) -> Option<&str> {
        let above = self.text[..part.start].trim_end();
        let word = above.rsplit([' ', '\n']).next().filter(|word| word.starts_with(['|', '>']));
        word.filter(|_| above.len() + column(&self.text, part.start) < part.start)
    }

    /// Checks that the line below a block scalar cannot be one of its lines.
    fn ends_its_block(&self, part: &Part) -> bool {
        let column = column(&self.text, part.owner);
        let below = self.text[part.end..].split('\n').skip(1).find(|line| !line.trim().is_empty());
        below.is_none_or(|line| line.len() - line.trim_start_matches(' ').len() <= column)
    }
}

impl Part {
    /// Checks whether an edit touches it; of a collection, its start.
    fn is_touched(&self, touches: impl Fn(Span) -> bool) -> bool {
        touches(match self.role {
            Role::Map | Role::Seq => Span::new(self.start..self.start),
            Role::Key | Role::Scalar => Span::new(self.gap..self.end),
        })
    }
}

/// Collects a node and what it contains, without empty values; what an alias refers to is collected
/// where it is written.
fn collect(node: Node<'_>, owner: Owner, text: &str, parts: &mut Vec<Part>) {
    let Range { start, end } = node.span().range();
    let role = match node.value() {
        Value::Map => Role::Map,
        Value::Seq => Role::Seq,
        _ => Role::Scalar,
    };
    let own_line = || text[..start].trim_end_matches(' ').ends_with('\n');
    let value = node
        .as_str()
        .filter(|value| value.contains('\n') || text[start..end].contains('\n') || own_line());
    if start < end {
        let lines = value.map(str::to_owned);
        let gap = if owner.gap < start { owner.gap } else { start };
        parts.push(Part { start, role, end, owner: owner.start, gap, lines });
    }
    for pair in node.pairs() {
        let key = pair.key_span.range();
        if key.start >= start && key.end <= end {
            let role = Role::Key;
            parts.push(Part {
                start: key.start,
                role,
                end: key.end,
                owner: start,
                gap: key.start,
                lines: None,
            });
            if pair.value.span().range().start >= key.end {
                collect(pair.value, Owner { start: key.start, gap: key.end + 1 }, text, parts);
            }
        }
    }
    let mut above = start;
    for item in node.items() {
        let span = item.span().range();
        if span.start >= above {
            above = span.end;
            collect(item, Owner { start, gap: usize::MAX }, text, parts);
        }
    }
}

/// The start of a key or collection, and the end of the key with its colon.
#[derive(Clone, Copy)]
struct Owner {
    start: usize,
    gap: usize,
}

/// Checks that a value has no mark at its ends that belongs to the structure around it, and takes in
/// no comment.
fn is_plausible(written: &str) -> bool {
    let inner = written.trim_matches(['"', '\'']);
    let quoted = written.starts_with(['"', '\'']);
    let opened = |close| match close {
        '}' => written.contains('{'),
        ']' => written.contains('['),
        _ => false,
    };
    let ends = |last: char| matches!(last, '}' | ']' | ',' | ';' | '"' | '\'') && !opened(last);
    let mark = !quoted && written.chars().next_back().is_some_and(ends);
    !mark && !inner.starts_with(QUOTES) && !inner.ends_with(QUOTES) && !written.contains(" #")
}

/// Checks whether an edit turns text into a comment.
fn hides_comment(map: &SourceMap, after: &str) -> bool {
    map.replacements().any(|new| {
        after[new.end..].starts_with('#')
            && !after[line_start(after, new.end)..new.end].trim().is_empty()
    })
}

/// Checks whether text on the line of the key of a script is its first line, and not a mistyped `|`.
fn begins_script(text: &str) -> bool {
    !text.starts_with(['|', '｜', '¦', '丨', '>', '》', '〉', '＞', '-', '－', '+'])
        && text.contains(char::is_alphanumeric)
}

/// Returns the lines of a range, each without its line end.
fn lines(text: &str, range: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut at = line_start(text, range.start);
    std::iter::from_fn(move || {
        (at < range.end).then(|| {
            let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
            let line = at..end;
            at = end + 1;
            line
        })
    })
}

fn column(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    at - line_start(text, at)
}

fn line_start(text: &str, at: usize) -> usize {
    text.as_bytes()[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1)
}
