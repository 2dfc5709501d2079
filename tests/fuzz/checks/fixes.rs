//! Fixes of any bytes at all: what was read before is read after, and no script changes.

use std::collections::{HashMap, HashSet};

use instancectl::source::SourceFile;
use instancectl::validate::{LintLevels, fix, validate};
use instancectl::yaml::{Node, ParseError, ParseErrorKind, SyntaxError, parse};

/// Fixes `bytes` as a manifest, and compares what can be read before and after.
pub(crate) fn check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let source = SourceFile::new("fuzz.yaml", text);
    for fix in validate(&source, None).diagnostics.into_iter().filter_map(|found| found.fix) {
        let mut edited = text.to_owned();
        edited.replace_range(fix.span.range(), &fix.text);
        keeps(text, &edited);
    }
    let fixed = fix(source, &LintLevels::default());
    if fixed.edits.is_empty() {
        assert_eq!(fixed.source.text(), text, "a change without an edit");
        return;
    }
    let again = fix(SourceFile::new("fuzz.yaml", fixed.source.text()), &LintLevels::default());
    // Of brackets within brackets that are not closed, each pass closes one, and a run has few passes.
    let is_deep = text.lines().any(|line| line.matches(['[', '{']).count() > 8);
    assert!(is_deep || again.edits.is_empty(), "a second run has edits: {:?}", again.edits);
    keeps(text, fixed.source.text());
}

/// Checks that every script and every field that is read in `before` is read in `after`, if its
/// line is still there.
fn keeps(before: &str, after: &str) {
    // What a duplicate key contains is not read.
    let duplicate = |error: &ParseError| {
        let (_, line) = line_at(after, error.span.range().start);
        matches!(error.kind, ParseErrorKind::DuplicateKey { .. }) && line.trim_end().ends_with(':')
    };
    if parse(after).errors.iter().any(duplicate) {
        return;
    }
    let (old, new) = (read(before, true), read(after, false));
    for script in &old.scripts {
        assert!(new.scripts.contains(script), "the script {script:?} is lost or changed: {after}");
    }
    for script in new.scripts.iter().filter(|script| !old.scripts.contains(script)) {
        let lines: Vec<&str> = script.lines().filter(|line| !line.trim().is_empty()).collect();
        assert!(is_written(before, &lines), "{script:?} is a new script: {after}");
    }
    let count = |text: &str, line: &str| {
        text.lines().map(str::trim_ascii).filter(|other| *other == line).count()
    };
    for ((field, line), read) in &old.fields {
        let still = new.fields.get(&(field.clone(), line.clone())).copied().unwrap_or(0);
        let (lines, kept) = (count(before, line), count(after, line));
        // Of duplicate keys only the first is read.
        let least = (*read + kept).saturating_sub(lines).min(*read);
        assert!(still >= least, "{field} of {line:?} is lost: {after}");
    }
    // Without the document mark in `---key: value`, two documents are one.
    let glued = before.lines().any(|line| line.starts_with("---") && line.trim_end() != "---");
    let complete = old.owned.iter().filter(|(_, complete)| **complete && !glued);
    for (owned @ (field, line, owner), _) in complete {
        let moved = !new.owned.contains_key(owned)
            && [line, owner].iter().all(|line| count(before, line) == count(after, line));
        assert!(!moved, "{field} of {line:?} leaves the fields of {owner:?}: {after}");
    }
}

#[derive(Default)]
struct Read {
    /// Texts of several lines after a `|`.
    scripts: Vec<String>,
    /// Fields with a plain value, by their line.
    fields: HashMap<(String, String), usize>,
    /// The same, with the first line of the mapping that a field is in, and whether all of that
    /// is read.
    owned: HashMap<(String, String, String), bool>,
    /// Starts of the keys.
    keys: HashSet<usize>,
}

/// Reads a text, up to the line of a syntax error or all that was parsed.
fn read(text: &str, to_error: bool) -> Read {
    let parsed = parse(text);
    // The text right before an error may be part of the mistake.
    let stop = parsed.syntax_error.as_ref().map(|error| match error {
        SyntaxError::Parser { at, .. } => *at,
        SyntaxError::TextAfterAlias { alias } => alias.range().start,
    });
    let end = stop.filter(|_| to_error).map_or(text.len(), |at| line_at(text, at).0);
    let mut read = Read::default();
    for (at, root) in parsed.roots().enumerate() {
        let complete = stop.is_none() || at + 1 < parsed.roots().count();
        collect(root, complete, &text[..end], &mut read);
    }
    read
}

/// Collects what a node contains. It is complete if something is read after it that it cannot
/// contain.
fn collect(node: Node<'_>, complete: bool, text: &str, read: &mut Read) {
    let own = node.span().range();
    let keys =
        || node.pairs().map(|pair| pair.key_span.range().start).filter(|key| own.contains(key));
    let (first, last) = (keys().min().unwrap_or_default(), keys().max().unwrap_or_default());
    for pair in node.pairs() {
        let (key, span) = (pair.key_span.range(), pair.value.span().range());
        // What is merged or referred to is read where it is written.
        if key.end > text.len() || span.start < key.end || !read.keys.insert(key.start) {
            continue;
        }
        let Some(written) = text.get(span.clone()).filter(|written| !written.is_empty()) else {
            collect(pair.value, complete || key.start < last, text, read);
            continue;
        };
        if let Some(script) = pair.value.as_str().filter(|_| written.contains('\n')) {
            // The last one may go on below the mistake.
            let goes_on = text[span.end..].trim().is_empty();
            let above = text[..span.start].trim_end();
            let block = above.trim_end_matches(['-', '+']).ends_with('|');
            if block && !goes_on {
                read.scripts.push(script.to_owned());
            }
        } else if !pair.value.is_map() && !pair.value.is_seq() {
            let (start, line) = line_at(text, key.start);
            let field = format!("{}: {:?}", pair.key, pair.value.value());
            if span.end <= start + line.len() {
                let line = line.trim_ascii().to_owned();
                let owner = line_at(text, first.min(text.len())).1.trim_ascii().to_owned();
                read.owned.insert((field.clone(), line.clone(), owner), complete);
                *read.fields.entry((field, line)).or_default() += 1;
            }
        }
        collect(pair.value, complete || key.start < last, text, read);
    }
    for (at, item) in node.items().enumerate() {
        collect(item, complete || at + 1 < node.items().len(), text, read);
    }
}

/// Returns the start of the line around a byte, and the line.
fn line_at(text: &str, at: usize) -> (usize, &str) {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    (start, text[start..].lines().next().unwrap_or_default())
}

/// Checks whether lines are below each other in a text, with the same indentation relative to
/// each other, except that some of the last ones may be indented less.
fn is_written(text: &str, lines: &[&str]) -> bool {
    // A lone CR ends a line in YAML.
    let written = text.split(['\n', '\r']).filter(|line| !line.trim().is_empty());
    let written: Vec<&str> = written.collect();
    written.windows(lines.len()).any(|window| {
        let mut shifts: Vec<usize> = Vec::new();
        let same = window.iter().zip(lines).all(|(written, line)| {
            let indent = |line: &str| line.len() - line.trim_start().len();
            // The first line may have been on the line of its key.
            let on_key_line = shifts.is_empty() && written.trim_end().ends_with(line.trim());
            shifts.push((indent(written) + 1000).saturating_sub(indent(line)));
            on_key_line || written.trim() == line.trim()
        });
        shifts.remove(0);
        shifts.dedup();
        same && shifts.len() <= 2
    })
}
