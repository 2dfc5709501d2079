//! Lines that came along from somewhere else: a web page, a shell, another format.

use super::Slip;
use super::line::Line;

/// What to do about a text that begins as no manifest does.
pub fn stranger(text: &str) -> Option<&'static str> {
    let text = text.trim_start();
    Some(if text.starts_with("//") || text.starts_with("/*") || text.starts_with('＃') {
        "a comment begins with `#`, and ends with its line"
    } else if text.starts_with("```") {
        "remove the lines that begin with ```: they are of Markdown, not of the manifest"
    } else if text.starts_with("<!") || text.starts_with("<html") || text.starts_with("<?xml") {
        "this is a web page (HTML) or XML: take the raw text of the manifest"
    } else if text.starts_with("{%") {
        "let your template program fill the file in before `validate`"
    } else if text.starts_with("$ ") || text.starts_with("#!") {
        "remove it: it is a line of a shell, not of a manifest"
    } else {
        return None;
    })
}

/// A line of that kind, a head of a section, or a line of dashes that parts no documents.
pub(super) fn told(line: Line<'_>) -> Option<Slip> {
    let body = line.body();
    let at = line.start + line.text.len() - line.text.trim_start().len();
    let at = at..at + body.len();
    if let Some(help) = stranger(body) {
        let message = if help.contains("comment") {
            "expected `key: value`, found a comment of another language"
        } else {
            "this line is no part of a manifest"
        };
        return Some(Slip { at, message: message.to_owned(), help: help.into(), fix: None });
    }
    if line.indent() > 0 {
        return None;
    }
    let section = body.starts_with('[') && body.ends_with(']') && !body.contains([',', '"', '\'']);
    if section {
        return Some(Slip {
            at,
            message: "expected `key: value`, found the head of a section".to_owned(),
            help: "write `key: value` lines: sections in brackets are of INI and TOML files".into(),
            fix: None,
        });
    }
    let dashes = body.chars().all(|c| matches!(c, '-' | '—' | '–' | '－' | ' '));
    (dashes && body.chars().count() > 1 && body != "---").then(|| Slip {
        at: at.clone(),
        message: "this line is no `---`, which begins another document".to_owned(),
        help: "write three dashes: `---`".into(),
        fix: Some((at, "---".to_owned())),
    })
}
