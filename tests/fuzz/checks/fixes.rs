//! Fixes of any bytes at all: what was read before is read after, and no script changes.

use std::collections::HashMap;

use instancectl::source::SourceFile;
use instancectl::validate::{LintLevels, fix};
use instancectl::yaml::{Node, SyntaxError, parse};

/// Fixes `bytes` as a manifest, and compares what can be read before and after.
pub(crate) fn check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let fixed = fix(SourceFile::new("fuzz.yaml", text), &LintLevels::default());
    if fixed.edits.is_empty() {
        assert_eq!(fixed.source.text(), text, "a change without an edit");
        return;
    }
    let again = fix(SourceFile::new("fuzz.yaml", fixed.source.text()), &LintLevels::default());
    assert!(again.edits.is_empty(), "a second run has edits: {:?}", again.edits);
    keeps(text, fixed.source.text());
}

/// Checks that every script and every field that is read in `before` is read in `after`, if its
/// line is still there.
fn keeps(before: &str, after: &str) {
    let (old, new) = (read(before), read(after));
    for script in &old.scripts {
        assert!(new.scripts.contains(script), "the script {script:?} is lost or changed: {after}");
    }
    for script in new.scripts.iter().filter(|script| !old.scripts.contains(script)) {
        let lines: Vec<&str> = script.lines().filter(|line| !line.trim().is_empty()).collect();
        assert!(is_written(before, &lines), "{script:?} is a new script: {after}");
    }
    let lines: Vec<&str> = after.lines().map(str::trim_ascii).collect();
    for ((field, line), count) in &old.fields {
        let kept = lines.iter().filter(|kept| *kept == line).count();
        let read = new.fields.get(&(field.clone(), line.clone())).copied().unwrap_or(0);
        assert!(read >= kept.min(*count), "{field} of {line:?} is lost: {after}");
    }
}

#[derive(Default)]
struct Read {
    /// Texts of several lines after a `|`.
    scripts: Vec<String>,
    /// Fields with a plain value, by their line.
    fields: HashMap<(String, String), usize>,
}

fn read(text: &str) -> Read {
    let parsed = parse(text);
    // The text right before an error may be part of the mistake.
    let stop = parsed.syntax_error.as_ref().map(|error| match error {
        SyntaxError::Parser { at, .. } => *at,
        SyntaxError::TextAfterAlias { alias } => alias.range().start,
    });
    let end = stop.map_or(text.len(), |at| text[..at].rfind('\n').unwrap_or(0));
    let mut read = Read::default();
    for root in parsed.roots() {
        collect(root, &text[..end], &mut read);
    }
    read
}

fn collect(node: Node<'_>, text: &str, read: &mut Read) {
    for pair in node.pairs() {
        let span = pair.value.span().range();
        let Some(written) = text.get(span.clone()).filter(|written| !written.is_empty()) else {
            collect(pair.value, text, read);
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
            let start = text[..pair.key_span.range().start].rfind('\n').map_or(0, |at| at + 1);
            let line = text[start..].lines().next().unwrap_or_default();
            let field = format!("{}: {:?}", pair.key, pair.value.value());
            if span.end <= start + line.len() {
                *read.fields.entry((field, line.trim_ascii().to_owned())).or_default() += 1;
            }
        }
        collect(pair.value, text, read);
    }
    node.items().for_each(|item| collect(item, text, read));
}

/// Checks whether lines are below each other in a text, with the same indentation relative to
/// each other, except that some of the last ones may be indented less.
fn is_written(text: &str, lines: &[&str]) -> bool {
    let written: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
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
