//! Block mappings and sequences.

use super::scalar::Scalar;
use super::{Anchor, MAX_KEY, Read, Reader};

impl<'s> Reader<'s> {
    /// Reads the collection that begins at the cursor, and moves to the next line with content. A
    /// collection ends before a line in another column; if no collection around it continues in that
    /// column, the document does not end there and the text is not known here.
    pub(super) fn block_collection(&mut self, anchor: Anchor<'s>) -> Read {
        let column = self.column();
        if self.is_dash() {
            return self.sequence(column, self.at, anchor);
        }
        let key = self.key()?;
        self.mapping(column, key, anchor)
    }

    /// Checks for the indicator of an item.
    fn is_dash(&self) -> bool {
        self.byte() == b'-' && self.is_blank_at(self.at + 1)
    }

    fn key(&mut self) -> Read<Scalar<'s>> {
        let key = self.scalar(false)?;
        self.is_key(&key).then_some(key)
    }

    /// Checks whether a scalar is a key, and moves to its colon.
    pub(super) fn is_key(&mut self, scalar: &Scalar<'s>) -> bool {
        let end = self.at;
        self.skip_spaces();
        let is_key = self.byte() == b':' && self.is_blank_at(self.at + 1);
        if !is_key {
            self.at = end;
        }
        is_key && self.at - scalar.span.range().start <= MAX_KEY
    }

    /// Reads a mapping whose first key was read.
    fn mapping(&mut self, column: usize, mut key: Scalar<'s>, anchor: Anchor<'s>) -> Read {
        self.open(true, false, key.span.range().start, anchor)?;
        loop {
            let colon = self.at;
            self.push(key, None);
            self.at += 1;
            self.skip_spaces();
            let anchor = self.anchor()?;
            if matches!(self.byte(), b'\n' | b'#') {
                self.at = if anchor.is_none() { colon + 1 } else { self.at };
                self.end_line()?;
                self.value_below(column, colon, anchor)?;
            } else {
                self.value(column, false, anchor)?;
            }
            if self.column() != column || self.is_document_end() {
                break;
            }
            key = self.key()?;
        }
        self.builder.close(self.at);
        Some(())
    }

    /// Reads the value of a key below its line.
    fn value_below(&mut self, column: usize, colon: usize, anchor: Anchor<'s>) -> Read {
        if self.column() > column {
            self.block_collection(anchor)
        } else if self.column() == column && self.is_dash() {
            // The parser's span of such a sequence begins at its first item.
            let dash = self.at;
            self.at += 1;
            self.skip_spaces();
            if self.byte() == b'#' {
                self.skip_line();
            }
            let start = std::mem::replace(&mut self.at, dash);
            self.sequence(column, start, anchor)
        } else {
            self.push(Scalar::empty(colon), None);
            anchor.is_none().then_some(())
        }
    }

    fn sequence(&mut self, column: usize, start: usize, anchor: Anchor<'s>) -> Read {
        self.open(false, false, start, anchor)?;
        while self.column() == column && self.is_dash() {
            self.at += 1;
            let dash = self.at;
            self.skip_spaces();
            let anchor = self.anchor()?;
            if matches!(self.byte(), b'\n' | b'#') {
                self.at = if anchor.is_none() { dash } else { self.at };
                self.skip_comment()?;
                let end = self.at;
                self.end_line()?;
                if self.column() > column {
                    self.block_collection(anchor)?;
                } else if anchor.is_none() {
                    self.push(Scalar::empty(end), None);
                } else {
                    return None;
                }
            } else if self.is_dash() && anchor.is_none() {
                self.sequence(self.column(), self.at, None)?;
            } else {
                self.value(column, true, anchor)?;
            }
        }
        self.builder.close(self.at);
        Some(())
    }

    /// Reads a value on the line of its key or dash, and moves to the next line with content. `column`
    /// is that of the collection around it. After a dash, a mapping may begin there.
    fn value(&mut self, column: usize, after_dash: bool, anchor: Anchor<'s>) -> Read {
        match self.byte() {
            b'|' | b'>' => return self.text_block(column, anchor),
            b'[' | b'{' => self.flow_collection(anchor)?,
            b'*' if anchor.is_none() => self.alias()?,
            _ => {
                let start = self.column();
                let scalar = self.scalar(false)?;
                if after_dash && anchor.is_none() && self.is_key(&scalar) {
                    return self.mapping(start, scalar, None);
                }
                let scalar = self.continued(scalar, column)?;
                self.push(scalar, anchor);
            }
        }
        self.end_line()
    }
}
