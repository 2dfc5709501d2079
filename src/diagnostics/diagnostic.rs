//! Diagnostics for manifests, and their locations.
//!
//! [`DiagnosticKind`] has one variant per code, with the facts about the problem; the output makes
//! the texts. A row of the [`CATALOG`](super::CATALOG) has the severity and the page of each code.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use super::{DiagnosticKind, LabelKind};
use crate::source::Span;
use crate::text::is_invisible;

/// One problem and its location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The problem; equal ones are shared, since there may be a million of them.
    pub problem: Arc<DiagnosticKind>,
    /// The problem's default severity, or the one set by the user.
    pub severity: Severity,
    /// The invalid key or value.
    pub span: Span,
    /// Number of the document in its file, from 1.
    pub document: usize,
    /// JSON Pointer to the value in its document.
    pub pointer: String,
    /// Related locations.
    pub labels: Vec<Label>,
    /// Safe fix, if any.
    pub fix: Option<Fix>,
    /// Number of instances that share the invalid value; 1 if it is written for one instance.
    pub uses: usize,
}

/// A location that helps to understand a diagnostic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Meaning of the location.
    pub kind: LabelKind,
    /// The location.
    pub span: Span,
}

/// An edit of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// Replaced span.
    pub span: Span,
    /// Replacement text.
    pub text: String,
}

impl Fix {
    /// Creates a fix that replaces a written word and keeps its quotes, converted to half-width.
    pub fn replace_keeping_quotes(span: Span, written: &str, word: &str) -> Self {
        let quote = match written.chars().next() {
            Some('"' | '“' | '”' | '＂' | '‘' | '’') => "\"",
            Some('\'') => "'",
            // Only the closing quote was written: with both quotes the text stays JSON.
            _ if written.ends_with('"') => "\"",
            _ => "",
        };
        Self { span, text: format!("{quote}{word}{quote}") }
    }
}

/// Severity of a diagnostic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "severity")]
pub enum Severity {
    /// The manifest cannot be applied.
    Error,
    /// The manifest can be applied, but probably not as intended.
    Warning,
    /// Information only.
    Note,
}

impl Severity {
    /// Returns the name of the severity.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// Quotes text from a manifest in backticks, safe to print: control characters and characters that
/// change the text direction are escaped, and long text is truncated.
pub fn quote(text: &str) -> Quoted<'_> {
    Quoted(text)
}

/// Does the same without the backticks.
pub fn escaped(text: &str) -> Escaped<'_> {
    Escaped(text)
}

/// Checks whether a character controls a terminal instead of being displayed: control characters,
/// and those that change the text direction.
pub fn is_terminal_control(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// See [`quote`].
#[derive(Debug, Clone, Copy)]
pub struct Quoted<'a>(&'a str);

/// See [`escaped`].
#[derive(Debug, Clone, Copy)]
pub struct Escaped<'a>(&'a str);

/// Maximum number of characters of a value shown in a message.
const MAX_QUOTED_CHARS: usize = 60;

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", escaped(self.0))
    }
}

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&escape_for_terminal(self.0.chars().take(MAX_QUOTED_CHARS)))?;
        f.write_str(if self.0.chars().nth(MAX_QUOTED_CHARS).is_some() { "…" } else { "" })
    }
}

/// Returns the part of a value that messages show.
pub fn excerpt(text: &str) -> String {
    // One more character shows that the value continues.
    text.chars().take(MAX_QUOTED_CHARS + 1).collect()
}

/// Returns a path for messages: characters that act on a terminal or would start a new line are
/// escaped.
pub(crate) fn display_path(path: &Path) -> String {
    escape_for_terminal(path.to_string_lossy().chars())
}

/// Escapes text for printing: terminal control characters, characters that change the text
/// direction, and invisible characters.
pub(crate) fn escape_for_terminal(text: impl Iterator<Item = char>) -> String {
    let mut out = String::new();
    for char in text {
        if matches!(char, '\n' | '\r' | '\t') {
            out.extend(char.escape_default());
        } else if is_invisible(char) {
            out.extend(char.escape_unicode());
        } else {
            out.push(char);
        }
    }
    out
}
