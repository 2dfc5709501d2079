//! Flow collections: `[..]` and `{..}`.

use super::{Anchor, MAX_KEY, Read, Reader};

impl<'s> Reader<'s> {
    /// Reads the collection that begins at the cursor, and moves after it.
    pub(super) fn flow_collection(&mut self, anchor: Anchor<'s>) -> Read {
        let map = self.byte() == b'{';
        let close = if map { b'}' } else { b']' };
        self.open(map, true, self.at, anchor)?;
        self.at += 1;
        loop {
            self.skip_flow_space()?;
            if self.byte() == close {
                break;
            }
            if map {
                self.flow_key()?;
            }
            self.flow_value()?;
            self.skip_flow_space()?;
            match self.byte() {
                b',' => self.at += 1,
                byte if byte == close => {}
                _ => return None,
            }
        }
        self.at += 1;
        self.builder.close(self.at);
        Some(())
    }

    /// Reads a key and its colon, on one line, and moves to its value.
    fn flow_key(&mut self) -> Read {
        let key = self.scalar(true)?;
        let start = key.span.range().start;
        // As in JSON, the value may follow a quoted key without a space.
        let is_adjacent = !key.is_plain() && self.byte() == b':';
        self.skip_spaces();
        let is_key = self.byte() == b':' && (is_adjacent || self.is_blank_at(self.at + 1));
        if !is_key || self.at - start > MAX_KEY {
            return None;
        }
        self.push(key, None);
        self.at += 1;
        self.skip_flow_space()
    }

    fn flow_value(&mut self) -> Read {
        let anchor = self.anchor()?;
        match self.byte() {
            b'[' | b'{' => self.flow_collection(anchor),
            b'*' if anchor.is_none() => self.alias(),
            _ => {
                let scalar = self.scalar(true)?;
                self.push(scalar, anchor);
                Some(())
            }
        }
    }

    /// Skips spaces, line ends and comments.
    fn skip_flow_space(&mut self) -> Read {
        loop {
            let from = self.at;
            self.skip_spaces();
            match self.byte() {
                _ if self.at == self.text.len() => return None,
                b'\n' => {
                    self.at += 1;
                    self.line = self.at;
                    // A marker of a document, or a directive.
                    if matches!(self.byte(), b'-' | b'.' | b'%') {
                        return None;
                    }
                }
                b'#' if self.at > from => self.skip_line(),
                b'#' => return None,
                _ => return Some(()),
            }
        }
    }
}
