//! Text of another format: a web page, a shell, another language.

use super::line::Line;
use super::{Failure, SyntaxDiagnosis};
use crate::diagnostics::{ForeignContent as Content, SyntaxMistake};

/// The beginnings of texts of other formats.
const BEGINNINGS: [(&[&str], Content); 5] = [
    (&["//", "/*", "＃"], Content::Comment),
    (&["```"], Content::Markdown),
    (&["<!", "<html", "<?xml"], Content::Markup),
    (&["{%", "{{"], Content::Template),
    (&["$ ", "#!", "curl ", "cat ", "EOF"], Content::Shell),
];

/// Returns what a text is that does not begin like a manifest.
fn foreign_content(text: &str) -> Option<Content> {
    let text = text.trim_start();
    let begins = |marks: &[&str]| marks.iter().any(|mark| text.starts_with(mark));
    BEGINNINGS.iter().find(|(marks, _)| begins(marks)).map(|(_, content)| *content)
}

/// Checks whether a line is foreign to scripts too.
pub(super) fn is_foreign_to_scripts(line: Line<'_>) -> bool {
    foreign_content(line.body()).is_some_and(|content| content != Content::Shell)
}

/// Recognises a foreign line: also code around a manifest, and a section header.
pub(super) fn of_line(line: Line<'_>) -> Option<SyntaxDiagnosis> {
    let body = line.body();
    let at = line.end() - line.text.trim_start().len();
    let words = body.starts_with(|c: char| c.is_ascii_alphabetic()) && !line.looks_like_field();
    let code = words && body.contains(['=', '(']) && body.ends_with(['{', '[']);
    let section = body.starts_with('[') && body.ends_with(']') && !body.contains([',', '"', '\'']);
    let content = foreign_content(body).or(match line.indent() {
        0 if section => Some(Content::Section),
        0 if code && !body.contains(": ") => Some(Content::Code),
        _ => None,
    })?;
    Some(SyntaxDiagnosis::new(at..at + body.len(), SyntaxMistake::Foreign(content)))
}

/// Recognises a foreign first line: the text after it is rarely the mistake.
pub(super) fn at_document_start(failure: &Failure<'_>) -> Option<SyntaxDiagnosis> {
    let first = Line::at(failure.text, 0);
    of_line(first).filter(|_| !first.is_comment())
}

/// Recognises a line that begins with a template expression, in braces.
pub(super) fn template(failure: &Failure<'_>) -> Option<SyntaxDiagnosis> {
    let line = Line::at(failure.text, failure.open?);
    line.body().starts_with("{{").then(|| of_line(line))?
}
