//! Lines of a growing file.

use encoding_rs::GBK;

/// Maximum size of a line that is held back until it is complete, in bytes.
const MAX_LINE: usize = 1 << 20;

/// Splits the parts of a file into whole lines.
#[derive(Debug, Default)]
pub struct Lines {
    rest: Vec<u8>,
}

impl Lines {
    /// Adds the next part, and returns the lines that are complete now, each with its line end.
    pub fn push(&mut self, part: &[u8]) -> Vec<u8> {
        self.rest.extend_from_slice(part);
        let end = match self.rest.iter().rposition(|byte| *byte == b'\n') {
            Some(end) => end + 1,
            None if self.rest.len() > MAX_LINE => self.rest.len(),
            None => 0,
        };
        let after = self.rest.split_off(end);
        std::mem::replace(&mut self.rest, after)
    }

    /// Returns the last line, which has no end.
    pub fn finish(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.rest)
    }
}

/// Returns a line as text: UTF-8, or else GBK, or else with replacement characters. What a terminal would
/// have overwritten, such as earlier states of a progress bar, is left out.
pub fn readable(line: &[u8]) -> String {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let shown = line.rsplit(|byte| *byte == b'\r').find(|part| !part.is_empty()).unwrap_or(line);
    match str::from_utf8(shown) {
        Ok(text) => text.to_owned(),
        Err(_) => GBK
            .decode_without_bom_handling_and_without_replacement(shown)
            .unwrap_or_else(|| String::from_utf8_lossy(shown))
            .into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Lines, readable};

    #[test]
    fn line_is_returned_once_it_is_whole() {
        let mut lines = Lines::default();
        assert_eq!(lines.push(b"a\nb"), b"a\n");
        assert_eq!(lines.push(b"c"), b"");
        assert_eq!(lines.push(b"\nd"), b"bc\n");
        assert_eq!(lines.finish(), b"d");
    }

    #[test]
    fn line_is_decoded_and_shows_the_last_state_of_a_progress_bar() {
        assert_eq!(readable(b"10%\r50%\r100%\r\n"), "100%");
        assert_eq!(readable("训练".as_bytes()), "训练");
        assert_eq!(readable(b"\xd1\xb5\xc1\xb7\n"), "训练");
        assert_eq!(readable(b"\xff\xff\n"), "\u{fffd}\u{fffd}");
    }
}
