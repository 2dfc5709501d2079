//! Mistakes at the start of a document.

use std::ops::Range;

use super::SyntaxMistake;
use super::source_line::SourceLine;

/// Returns the mistake that explains text after a document at byte `at` that cannot be another
/// document; `root` is the document's content.
pub(super) fn after_document_end(
    text: &str,
    root: Range<usize>,
    at: usize,
) -> Option<SyntaxMistake> {
    if text[root.clone()].starts_with('{') && text[at..].starts_with('{') {
        return Some(SyntaxMistake {
            at: at..at + 1,
            message: "another document starts here, expected `---` before it".to_owned(),
            help: "separate documents with `---` on a separate line".into(),
            fix: Some((at..at, "---\n".to_owned())),
        });
    }
    indented_first_lines(text, root, at)
}

/// Detects indented first lines above lines that are not indented: the rest was copied without its
/// indentation, or the first lines with too much.
fn indented_first_lines(text: &str, root: Range<usize>, at: usize) -> Option<SyntaxMistake> {
    let (first, target) =
        (SourceLine::at_offset(text, root.start), SourceLine::at_offset(text, at));
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
    let below = first.below(text).filter(|below| below.indent() == indent && below.start < at);
    let contains = first.body() == "defaults:" || first.body().starts_with("x-");
    let fix = match below.filter(|_| contains) {
        Some(_) => (first.start..root.start, String::new()),
        None => (first.start..at, outdented.collect()),
    };
    let fix = Some(fix);
    let help = "start all top-level fields in column 1".into();
    if let Some(tab) = text[first.start..root.start].find('\t') {
        let tab = first.start + tab;
        let message = "found a tab, expected spaces for indentation".to_owned();
        return Some(SyntaxMistake { at: tab..tab + 1, message, help, fix });
    }
    let key = text[root.start..].find(|c: char| !c.is_alphanumeric()).unwrap_or(1);
    Some(SyntaxMistake {
        at: root.start..root.start + key,
        message: "inconsistent indentation: the first lines are indented, the following lines are \
                  not"
        .to_owned(),
        help,
        fix,
    })
}
