//! Plain and quoted scalars.

use std::borrow::Cow;

use granit_parser::ScalarStyle;

use super::{Anchor, Read, Reader};
use crate::source::Span;

/// A scalar that was read.
pub(super) struct Scalar<'s> {
    pub(super) text: Cow<'s, str>,
    pub(super) style: ScalarStyle,
    pub(super) span: Span,
}

/// Bytes at which a plain scalar may end, and those at which one in a flow collection may.
const BLOCK_ENDS: [bool; 256] = table(b"\n\t:#");
const FLOW_ENDS: [bool; 256] = table(b"\n\t:#,[]{}");

const fn table(bytes: &[u8]) -> [bool; 256] {
    let (mut table, mut at) = ([false; 256], 0);
    while at < bytes.len() {
        table[bytes[at] as usize] = true;
        at += 1;
    }
    table
}

impl Scalar<'_> {
    /// The value of a key or item without one.
    pub(super) fn empty(at: usize) -> Self {
        let span = Span::new(at..at);
        Self { text: Cow::Borrowed(""), style: ScalarStyle::Plain, span }
    }

    pub(super) fn is_plain(&self) -> bool {
        self.style == ScalarStyle::Plain
    }
}

impl<'s> Reader<'s> {
    /// Adds a scalar to the tree.
    pub(super) fn push(&mut self, scalar: Scalar<'s>, anchor: Anchor<'s>) {
        let Scalar { text, style, span } = scalar;
        self.builder.scalar(&text, style, anchor.map_or(0, |(id, ..)| id), None, span);
        self.end_anchor(anchor);
    }

    /// Reads a scalar on this line, and moves after it.
    pub(super) fn scalar(&mut self, flow: bool) -> Read<Scalar<'s>> {
        match self.byte() {
            b'"' => self.quoted(ScalarStyle::DoubleQuoted),
            b'\'' => self.quoted(ScalarStyle::SingleQuoted),
            b'-' if !self.is_plain_dash(flow) => None,
            b'\n' | b'\t' | b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'|'
            | b'>' | b'%' | b'@' | b'`' | b'?' | b':' => None,
            _ => self.plain(flow),
        }
    }

    fn is_plain_dash(&self, flow: bool) -> bool {
        let next = self.byte_at(self.at + 1);
        let ends = matches!(next, b' ' | b'\t' | b'\n') || flow && FLOW_ENDS[usize::from(next)];
        !ends
    }

    fn plain(&mut self, flow: bool) -> Read<Scalar<'s>> {
        let start = self.at;
        let end = self.plain_end(flow)?;
        let text = Cow::Borrowed(&self.text[start..end]);
        Some(Scalar { text, style: ScalarStyle::Plain, span: Span::new(start..end) })
    }

    /// Moves to the end of a plain scalar on this line, and returns its end without the spaces after
    /// it.
    fn plain_end(&mut self, flow: bool) -> Read<usize> {
        let (bytes, start) = (self.text.as_bytes(), self.at);
        let ends = if flow { &FLOW_ENDS } else { &BLOCK_ENDS };
        let mut at = start;
        loop {
            let rest = &bytes[at..];
            at += rest.iter().position(|byte| ends[usize::from(*byte)]).unwrap_or(rest.len());
            match (self.byte_at(at), self.byte_at(at + 1)) {
                (b'\t', _) | (b':', b'\t') => return None,
                (b':', b',' | b'[' | b']' | b'{' | b'}') if flow => return None,
                (b':', b' ' | b'\n') => break,
                (b'#', _) if bytes[at - 1] == b' ' => break,
                (b':' | b'#', _) => at += 1,
                _ => break,
            }
        }
        self.at = start + bytes[start..at].trim_ascii_end().len();
        Some(self.at)
    }

    /// Reads the lines of a plain scalar below its first one: those deeper than `column`.
    pub(super) fn continued(&mut self, scalar: Scalar<'s>, column: usize) -> Read<Scalar<'s>> {
        if !scalar.is_plain() {
            return Some(scalar);
        }
        let start = scalar.span.range().start;
        let mut end = scalar.span.range().end;
        self.unfolded.clear();
        while let Some((breaks, below)) = self.line_below(column) {
            if self.unfolded.is_empty() {
                self.unfolded.push_str(&scalar.text);
            }
            match breaks {
                0 => self.unfolded.push(' '),
                _ => self.unfolded.extend(std::iter::repeat_n('\n', breaks)),
            }
            self.at = below;
            end = self.plain_end(false)?;
            self.unfolded.push_str(&self.text[below..end]);
        }
        if self.unfolded.is_empty() {
            return Some(scalar);
        }
        let text = Cow::Owned(self.unfolded.as_str().to_owned());
        Some(Scalar { text, span: Span::new(start..end), ..scalar })
    }

    /// Returns the start of the next line of a plain scalar, if there is one, and the number of empty
    /// lines before it.
    fn line_below(&self, column: usize) -> Option<(usize, usize)> {
        let (mut at, mut breaks) = (self.after_spaces(self.at), 0);
        loop {
            if at >= self.text.len() || self.byte_at(at) != b'\n' {
                return None;
            }
            let line = at + 1;
            at = self.after_spaces(line);
            match self.byte_at(at) {
                b'\n' => breaks += 1,
                b'#' => return None,
                _ => return (at - line > column).then_some((breaks, at)),
            }
        }
    }

    /// Reads a quoted scalar of one line.
    fn quoted(&mut self, style: ScalarStyle) -> Read<Scalar<'s>> {
        let (bytes, start) = (self.text.as_bytes(), self.at);
        let quote = bytes[start];
        let (mut from, mut at) = (start + 1, start + 1);
        self.unfolded.clear();
        loop {
            at += bytes[at..]
                .iter()
                .position(|byte| matches!(*byte, b'\\' | b'\n') || *byte == quote)?;
            let (character, length) = match bytes[at] {
                b'\n' => return None,
                b'\\' if quote == b'"' => escape(&self.text[at + 1..])?,
                b'\'' if self.byte_at(at + 1) == b'\'' => ('\'', 1),
                b'\\' => {
                    at += 1;
                    continue;
                }
                _ => break,
            };
            self.unfolded.push_str(&self.text[from..at]);
            self.unfolded.push(character);
            at += 1 + length;
            from = at;
        }
        let text = if from == start + 1 {
            Cow::Borrowed(&self.text[from..at])
        } else {
            self.unfolded.push_str(&self.text[from..at]);
            Cow::Owned(self.unfolded.as_str().to_owned())
        };
        self.at = at + 1;
        Some(Scalar { text, style, span: Span::new(start..self.at) })
    }
}

/// Reads the escape after a backslash: its character, and its length in bytes.
fn escape(text: &str) -> Read<(char, usize)> {
    let character = match text.bytes().next()? {
        b'n' => '\n',
        b't' => '\t',
        b'r' => '\r',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'e' => '\u{1b}',
        b'0' => '\0',
        byte @ (b'"' | b'\\' | b'/') => char::from(byte),
        b'u' => {
            let digits =
                text.get(1..5).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
            // Not half of a pair of surrogates.
            let character = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
            return Some((character, 5));
        }
        _ => return None,
    };
    Some((character, 1))
}
