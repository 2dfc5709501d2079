//! Literal and folded text: `|` and `>`.

use std::iter::repeat_n;

use granit_parser::ScalarStyle;

use super::{Anchor, Read, Reader};
use crate::source::Span;

impl<'s> Reader<'s> {
    /// Reads the text whose header begins at the cursor, and moves to the next line with content.
    pub(super) fn text_block(&mut self, column: usize, anchor: Anchor<'s>) -> Read {
        let literal = self.byte() == b'|';
        self.at += 1;
        let chomping = self.byte();
        if matches!(chomping, b'+' | b'-') {
            self.at += 1;
        }
        self.skip_comment()?;
        self.at += 1;
        let breaks = self.skip_empty_lines(0);
        let indent = self.spaces();
        let start = self.at + indent;
        if indent <= column || matches!(self.byte_at(start), b'\n' | b'\t') {
            return None;
        }
        self.at = start;
        let breaks = self.lines(indent, breaks, literal);
        match chomping {
            b'-' => {}
            b'+' => self.unfolded.extend(repeat_n('\n', breaks + 1)),
            _ => self.unfolded.push('\n'),
        }
        let style = if literal { ScalarStyle::Literal } else { ScalarStyle::Folded };
        let end = self.builder.scalar_end(&(start..self.at), style);
        let (id, span) = (anchor.map_or(0, |(id, ..)| id), Span::new(start..end));
        self.builder.scalar(&self.unfolded, style, id, None, span);
        self.end_anchor(anchor);
        self.skip_lines();
        Some(())
    }

    /// Reads the lines of a text from the first content, and moves to the start of the first line
    /// that is not part of it. Returns the number of empty lines at the end.
    fn lines(&mut self, indent: usize, mut breaks: usize, literal: bool) -> usize {
        self.unfolded.clear();
        let (mut is_first, mut was_blank) = (true, false);
        loop {
            let start = self.at;
            self.skip_line();
            let line = &self.text[start..self.at];
            let is_blank = line.starts_with([' ', '\t']);
            if !is_first && (literal || was_blank || is_blank) {
                self.unfolded.push('\n');
            } else if !is_first && breaks == 0 {
                self.unfolded.push(' ');
            }
            self.unfolded.extend(repeat_n('\n', breaks));
            self.unfolded.push_str(line);
            (is_first, was_blank) = (false, is_blank);
            if self.at == self.text.len() {
                return 0;
            }
            self.at += 1;
            breaks = self.skip_empty_lines(indent);
            let spaces = self.spaces();
            if spaces < indent || self.at + indent == self.text.len() {
                return breaks;
            }
            self.at += indent;
        }
    }

    /// Skips lines of at most that many spaces, and returns their number.
    fn skip_empty_lines(&mut self, indent: usize) -> usize {
        let mut count = 0;
        loop {
            let end = self.at + self.spaces().min(indent);
            if end >= self.text.len() || self.byte_at(end) != b'\n' {
                return count;
            }
            self.at = end + 1;
            count += 1;
        }
    }

    /// Returns the number of spaces at the cursor.
    fn spaces(&self) -> usize {
        let rest = &self.text.as_bytes()[self.text.len().min(self.at)..];
        rest.iter().take_while(|byte| **byte == b' ').count()
    }
}
