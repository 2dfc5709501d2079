//! Foreign lines: from a web page, a shell or another format.

use super::SyntaxMistake;
use super::source_line::SourceLine;

/// Returns the help for a text that does not begin like a manifest.
pub(in crate::validate) fn foreign_content(text: &str) -> Option<&'static str> {
    let text = text.trim_start();
    Some(if text.starts_with("//") || text.starts_with("/*") || text.starts_with('＃') {
        "a comment starts with `#` and ends with its line"
    } else if text.starts_with("```") {
        "remove the lines that begin with ```: they are Markdown, not YAML"
    } else if text.starts_with("<!") || text.starts_with("<html") || text.starts_with("<?xml") {
        "this is a web page (HTML) or XML: take the raw text of the manifest"
    } else if text.starts_with("{%") || text.starts_with("{{") {
        "render the template before `validate`"
    } else if text.starts_with("$ ") || text.starts_with("#!") || text.starts_with("curl ") {
        "remove it: this is a shell command, not YAML"
    } else {
        return None;
    })
}

/// Reports the first line if it is foreign: the text after it is rarely the mistake.
pub(super) fn at_document_start(text: &str) -> Option<SyntaxMistake> {
    let first = SourceLine::at_offset(text, 0);
    foreign_line(first).filter(|_| !first.body().starts_with('#'))
}

/// Detects a conflict marker on the line of the error or above it.
pub(super) fn conflict(text: &str, at: usize) -> Option<SyntaxMistake> {
    let target = SourceLine::at_offset(text, at);
    let lines = [target.above(text), Some(target)].into_iter().flatten();
    let marks = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];
    let (line, mark) = lines.into_iter().find_map(|line| {
        marks.into_iter().find(|mark| line.text.starts_with(mark)).map(|mark| (line, mark))
    })?;
    // The first marker is further up, where the parser read it as text.
    let opens = "<<<<<<<";
    let before = &text[..line.start];
    let first = before.rfind(&format!("\n{opens}")).map(|end| end + 1);
    let first = first.or_else(|| before.starts_with(opens).then_some(0));
    let (start, mark) = first.map_or((line.start, mark), |start| (start, opens));
    Some(SyntaxMistake {
        at: start..start + mark.len(),
        message: format!("`{mark}` is a git conflict marker"),
        help: "keep one of the two versions, and remove the lines `<<<<<<<`, `=======` and \
             `>>>>>>>`"
            .into(),
        fix: None,
    })
}

/// Detects a line that begins with a template expression, in the braces opened at byte `open`.
pub(super) fn template(text: &str, open: usize) -> Option<SyntaxMistake> {
    let line = SourceLine::at_offset(text, open);
    line.body().starts_with("{{").then(|| foreign_line(line))?
}

/// Detects code around a manifest: `const body = {`, `fetch("..", {`.
fn code(line: SourceLine<'_>) -> Option<SyntaxMistake> {
    let body = line.body();
    let begins = body.starts_with(|c: char| c.is_ascii_alphabetic()) && body.contains(['=', '(']);
    let begins = begins && !line.looks_like_field();
    let at = line.start + line.indent();
    (begins && body.ends_with(['{', '[']) && !body.contains(": ")).then(|| SyntaxMistake {
        at: at..at + body.len(),
        message: "this line is not part of a manifest".to_owned(),
        help: "remove the code around the manifest, which starts at its `{` or `[`".into(),
        fix: None,
    })
}

/// Detects a foreign line, a section header, or a line of dashes that does not separate documents.
pub(super) fn foreign_line(line: SourceLine<'_>) -> Option<SyntaxMistake> {
    let body = line.body();
    let at = line.start + line.text.len() - line.text.trim_start().len();
    let at = at..at + body.len();
    if let Some(help) = foreign_content(body) {
        let message = if help.contains("comment") {
            "expected `key: value`, found a comment of another language"
        } else {
            "this line is not part of a manifest"
        };
        return Some(SyntaxMistake {
            at,
            message: message.to_owned(),
            help: help.into(),
            fix: None,
        });
    }
    if line.indent() > 0 {
        return None;
    }
    if body.starts_with('%') {
        let end = line.start + line.text.len();
        return Some(SyntaxMistake {
            at,
            message: "expected `---` after a directive (`%`)".to_owned(),
            help: "write `---` on a separate line before the document".into(),
            fix: Some((end..end, "\n---".to_owned())),
        });
    }
    let section = body.starts_with('[') && body.ends_with(']') && !body.contains([',', '"', '\'']);
    if section {
        return Some(SyntaxMistake {
            at,
            message: "expected `key: value`, found a section header".to_owned(),
            help: "write `key: value` lines: sections in brackets belong to INI and TOML files"
                .into(),
            fix: None,
        });
    }
    if let Some(mistake) = code(line) {
        return Some(mistake);
    }
    let dashes = body.chars().all(|c| matches!(c, '-' | '—' | '–' | '－' | ' '));
    let count = body.chars().count();
    // A longer line may just as well be a divider within one document.
    let fix = (count <= 4).then(|| (at.clone(), "---".to_owned()));
    (dashes && count > 1 && body != "---").then(|| SyntaxMistake {
        at,
        message: "this line is not `---`, which starts another document".to_owned(),
        help: "write three dashes: `---`".into(),
        fix,
    })
}
