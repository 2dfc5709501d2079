//! Reads the YAML that most files consist of, without the parser: several times faster, and with the
//! same result.
//!
//! [`read`] gives the [`Builder`] exactly the nodes and spans that the parser's events would give it,
//! or returns `None` at the first character that it does not know, and the parser reads the text from
//! its start. So only the parser decides what is an error. `tests/hostile` compares the two on every
//! text of the tests and on generated ones, and a fuzz target on any text.
//!
//! Known are block mappings and sequences of any depth, flow collections, plain scalars, quoted
//! scalars of one line, literal and folded text, anchors and aliases of values, comments, and
//! documents separated by `---`. Not known are tags, directives, tabs between tokens, complex keys,
//! empty documents, and line ends other than LF.

mod block;
mod flow;
mod scalar;
mod text_block;

use std::collections::HashMap;

use super::build::Builder;
use super::parsed::Parsed;
use crate::source::{Span, contains_rare};

/// The longest key in bytes that is read here. The parser refuses those of more than 1024 characters.
const MAX_KEY: usize = 1000;

/// A text that is being read.
struct Reader<'s> {
    text: &'s str,
    /// The next byte.
    at: usize,
    /// Start of the line of `at`.
    line: usize,
    builder: Builder<'s>,
    /// Number of the last anchor.
    anchors: usize,
    /// Number of the last anchor with each name in this document.
    names: HashMap<&'s str, usize>,
    /// Text of a scalar that is not in the file as it is.
    unfolded: String,
}

/// An anchor in front of a value: its number, name and span.
type Anchor<'s> = Option<(usize, &'s str, Span)>;

/// `None` if the text contains what is not known here.
type Read<T = ()> = Option<T>;

/// Reads a stream that contains only what is known here.
pub(super) fn read(text: &str) -> Read<Parsed<'_>> {
    if !has_only_known_characters(text) {
        return None;
    }
    let mut reader = Reader {
        text,
        at: 0,
        line: 0,
        builder: Builder::new(text),
        anchors: 0,
        names: HashMap::new(),
        unfolded: String::new(),
    };
    reader.stream()?;
    Some(reader.builder.finish())
}

/// Checks for characters that YAML forbids, for byte order marks and for CR.
fn has_only_known_characters(text: &str) -> bool {
    let is_known = |c: char| {
        matches!(c, '\n' | '\t' | ' '..='~' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..)
            && c != '\u{feff}'
    };
    let is_plain = |byte| matches!(byte, b'\n' | b'\t' | b' '..=b'~');
    !contains_rare(text, is_plain, |c| !is_known(c))
}

impl<'s> Reader<'s> {
    fn stream(&mut self) -> Read {
        self.skip_lines();
        if self.is_marker("---") {
            self.at += 3;
            self.end_line()?;
        }
        loop {
            self.names.clear();
            self.builder.start_document();
            if self.is_document_end() {
                return None;
            }
            if matches!(self.byte(), b'[' | b'{') {
                self.flow_collection(None)?;
                self.end_line()?;
            } else {
                self.block_collection(None)?;
            }
            self.builder.end_document();
            if self.at == self.text.len() {
                return Some(());
            }
            if !self.is_marker("---") {
                return None;
            }
            self.at += 3;
            self.end_line()?;
        }
    }

    /// Returns the next byte; the end of the text counts as the end of a line.
    fn byte(&self) -> u8 {
        self.byte_at(self.at)
    }

    fn byte_at(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or(b'\n')
    }

    /// Returns the column of the next byte. All before it on its line is ASCII.
    fn column(&self) -> usize {
        self.at - self.line
    }

    /// Checks for a byte that ends an indicator.
    fn is_blank_at(&self, at: usize) -> bool {
        matches!(self.byte_at(at), b' ' | b'\n')
    }

    fn is_marker(&self, marker: &str) -> bool {
        self.column() == 0
            && self.text.as_bytes()[self.at..].starts_with(marker.as_bytes())
            && matches!(self.byte_at(self.at + 3), b' ' | b'\n' | b'\t')
    }

    /// Checks for the end of the document. The cursor is at the first character of a line.
    fn is_document_end(&self) -> bool {
        self.at == self.text.len() || self.is_marker("---") || self.is_marker("...")
    }

    fn skip_spaces(&mut self) {
        self.at = self.after_spaces(self.at);
    }

    /// Returns the first byte from `at` that is not a space.
    fn after_spaces(&self, mut at: usize) -> usize {
        while self.byte_at(at) == b' ' {
            at += 1;
        }
        at
    }

    /// Moves to the end of the line.
    fn skip_line(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    }

    /// Moves to the end of the line, on which only a comment may follow.
    fn skip_comment(&mut self) -> Read {
        let from = self.at;
        self.skip_spaces();
        match self.byte() {
            b'\n' => {}
            b'#' if self.at > from => self.skip_line(),
            _ => return None,
        }
        Some(())
    }

    /// Moves to the next line with content, if the rest of this one is empty or a comment.
    fn end_line(&mut self) -> Read {
        self.skip_comment()?;
        self.at = self.text.len().min(self.at + 1);
        self.skip_lines();
        Some(())
    }

    /// Moves from the start of a line to the first content; at the end of the text, the column is 0.
    fn skip_lines(&mut self) {
        loop {
            self.line = self.at;
            self.skip_spaces();
            match self.text.as_bytes().get(self.at) {
                Some(b'\n') | None => {}
                Some(b'#') => self.skip_line(),
                Some(_) => return,
            }
            if self.at == self.text.len() {
                self.line = self.at;
                return;
            }
            self.at += 1;
        }
    }

    /// Reads an anchor, if there is one, and the spaces after it.
    fn anchor(&mut self) -> Read<Anchor<'s>> {
        if self.byte() != b'&' {
            return Some(None);
        }
        let (name, span) = self.name()?;
        self.anchors += 1;
        self.names.insert(name, self.anchors);
        if !self.is_blank_at(self.at) {
            return None;
        }
        self.skip_spaces();
        Some(Some((self.anchors, name, span)))
    }

    fn alias(&mut self) -> Read {
        let (name, span) = self.name()?;
        let anchor = *self.names.get(name)?;
        self.builder.alias(anchor, span).ok()
    }

    /// Reads the name of an anchor or alias after its indicator.
    fn name(&mut self) -> Read<(&'s str, Span)> {
        let start = self.at;
        let ends =
            |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b',' | b'[' | b']' | b'{' | b'}');
        let rest = &self.text.as_bytes()[start + 1..];
        self.at = start + 1 + rest.iter().position(ends).unwrap_or(rest.len());
        let name = &self.text[start + 1..self.at];
        (!name.is_empty()).then(|| (name, Span::new(start..self.at)))
    }

    /// Opens a collection that begins at a byte.
    fn open(&mut self, map: bool, flow: bool, start: usize, anchor: Anchor<'s>) -> Read {
        let id = anchor.map_or(0, |(id, ..)| id);
        self.builder.open(map, flow, id, start..start).ok()?;
        self.end_anchor(anchor);
        Some(())
    }

    /// Names an anchor after its node was begun.
    fn end_anchor(&mut self, anchor: Anchor<'s>) {
        if let Some((id, name, span)) = anchor {
            self.builder.anchor(id, name.into(), span);
        }
    }
}
