//! What can be wrong with a manifest, and where.
//!
//! [`Problem`] is the catalogue: one variant a code, facts in the variant, words in its attribute;
//! `help` says the next step for each, and a page in [`PAGES`] explains each at length.

mod codes;
mod help;
mod pages;
mod problem;

use std::fmt;
use std::sync::Arc;

use crate::source::Span;
use crate::text::is_invisible;

pub use codes::CODES;
pub use pages::{PAGES, Page, PageBlock};
pub use problem::DiagnosticKind;

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong; faults that are alike share it, since there may be a million of them.
    pub problem: Arc<DiagnosticKind>,
    /// How bad it is: the problem's own severity, or what a person made of it.
    pub severity: Severity,
    /// The key or the value at fault.
    pub span: Span,
    /// Number of the document in its file, from 1.
    pub document: usize,
    /// JSON Pointer to the value in its document.
    pub pointer: String,
    /// Other places that matter.
    pub labels: Vec<Label>,
    /// The edit that surely mends it.
    pub fix: Option<Fix>,
    /// How many instances share what is at fault: one, where it is written for one.
    pub uses: usize,
}

/// A place that helps to understand a diagnostic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// What is there.
    pub message: String,
    /// Where.
    pub span: Span,
}

/// An edit of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What is replaced.
    pub span: Span,
    /// What comes in its place.
    pub text: String,
}

impl Fix {
    /// Another word in the place of one that is written there, in the quotes that it has: half-width ones.
    pub fn replace_keeping_quotes(span: Span, written: &str, word: &str) -> Self {
        let quote = match written.chars().next() {
            Some('"' | '“' | '”' | '＂' | '‘' | '’') => "\"",
            Some('\'') => "'",
            // Of its quotes only the last was written: what opens with it stays JSON.
            _ if written.ends_with('"') => "\"",
            _ => "",
        };
        Self { span, text: format!("{quote}{word}{quote}") }
    }
}

/// How bad a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The manifest cannot be applied.
    Error,
    /// It can, but likely not as it was meant.
    Warning,
    /// Worth knowing.
    Note,
}

impl Severity {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// A text from a manifest in backticks, safe to print: control characters and those that turn the
/// direction of a line are escaped, and a long text is cut.
pub fn quote(text: &str) -> Quoted<'_> {
    Quoted(text)
}

/// The same without the backticks.
pub fn escaped(text: &str) -> Escaped<'_> {
    Escaped(text)
}

/// Whether a character acts on a terminal instead of being seen: control characters, and those that
/// turn the direction of a line.
pub fn is_terminal_control(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// See [`quote`].
#[derive(Debug, Clone, Copy)]
pub struct Quoted<'a>(&'a str);

/// See [`bare`].
#[derive(Debug, Clone, Copy)]
pub struct Escaped<'a>(&'a str);

/// How many characters of a found value a message shows.
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

/// Text that is safe to print: what acts on a terminal, turns the direction of a line or cannot be
/// seen is escaped.
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
