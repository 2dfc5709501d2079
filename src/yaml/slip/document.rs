//! Slips about where a document begins.

use std::ops::Range;

use super::SyntaxMistake;
use super::line::SourceLine;

/// The slip for what follows a document at byte `at` as no other document does; `root` is what the
/// document holds.
pub(in crate::yaml) fn after_document_end(
    text: &str,
    root: Range<usize>,
    at: usize,
) -> Option<SyntaxMistake> {
    if text[root.clone()].starts_with('{') && text[at..].starts_with('{') {
        return Some(SyntaxMistake {
            at: at..at + 1,
            message: "another document begins here, expected `---` before it".to_owned(),
            help: "part documents with `---` on a line of its own".into(),
            fix: Some((at..at, "---\n".to_owned())),
        });
    }
    indented_first_lines(text, root, at)
}

/// The first lines, indented, where those below them are not: the rest of them is copied without
/// its blanks, or they with blanks too many.
fn indented_first_lines(text: &str, root: Range<usize>, at: usize) -> Option<SyntaxMistake> {
    let (first, here) = (SourceLine::at_offset(text, root.start), SourceLine::at_offset(text, at));
    let indent = root.start.checked_sub(first.start)?;
    let blank = |line: &str| line.chars().all(|c| matches!(c, ' ' | '\t'));
    let begins = indent > 0 && blank(&text[first.start..root.start]);
    if !begins || at != here.start || here.key().is_none_or(|(key, _)| key != at) {
        return None;
    }
    let lines = text[first.start..at].split_inclusive(['\n', '\r']);
    let outdented =
        lines.map(|line| line.get(indent..).filter(|_| blank(&line[..indent])).unwrap_or(line));
    // What holds the fields below it is alone out of step with them.
    let below = first.below(text).filter(|below| below.indent() == indent && below.start < at);
    let holds = first.body() == "defaults:" || first.body().starts_with("x-");
    let fix = match below.filter(|_| holds) {
        Some(_) => (first.start..root.start, String::new()),
        None => (first.start..at, outdented.collect()),
    };
    let fix = Some(fix);
    let help = "begin all fields of a document at the left margin".into();
    if let Some(tab) = text[first.start..root.start].find('\t') {
        let tab = first.start + tab;
        let message = "a tab stands where indentation is expected".to_owned();
        return Some(SyntaxMistake { at: tab..tab + 1, message, help, fix });
    }
    let key = text[root.start..].find(|c: char| !c.is_alphanumeric()).unwrap_or(1);
    Some(SyntaxMistake {
        at: root.start..root.start + key,
        message: "the first lines are indented, and those below them are not".to_owned(),
        help,
        fix,
    })
}
