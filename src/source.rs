//! The text of one file, and positions in it.

use std::fmt;
use std::ops::Range;
use std::str::Utf8Error;
use std::sync::OnceLock;

use schemars::JsonSchema;
use serde::Serialize;

mod map;

pub use map::SourceMap;

/// Maximum size of a manifest, in bytes: 256 MiB. The limit keeps memory bounded, and is three
/// times what 100,000 instances need.
pub const MAX_BYTES: usize = 256 << 20;

/// A half-open range of bytes in a [`SourceFile`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte, from 0.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
}

impl Span {
    /// Creates the span of `range`, which lies in a text of at most [`MAX_BYTES`].
    pub fn new(range: Range<usize>) -> Self {
        let cut = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self { start: cut(range.start), end: cut(range.end) }
    }

    /// Returns the span as a range of byte offsets.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Returns the span's first bytes.
    #[must_use]
    pub fn first(self, bytes: usize) -> Self {
        let range = self.range();
        Self::new(range.start..range.end.min(range.start + bytes))
    }

    /// Checks whether the span is empty: a position, not text.
    pub fn is_empty(self) -> bool {
        self.start >= self.end
    }
}

/// A position in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[schemars(rename = "position", extend("additionalProperties" = false))]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    // A byte order mark takes no column.
    pub column: usize,
    /// Offset in bytes, from 0.
    pub byte: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// Reason why bytes cannot be the text of a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum EncodingError {
    /// More than [`MAX_BYTES`].
    TooLarge,
    /// Not UTF-8, but well-formed in the named encoding.
    Other(&'static str),
    /// Not UTF-8 and no other known encoding: the first invalid byte.
    NotUtf8(u8),
    /// UTF-8 that ends within a character: the first byte of that character.
    CutOff(u8),
    /// A control character that YAML forbids.
    Control(char),
}

/// The text of one manifest with its name and the positions of its lines.
#[derive(Debug)]
pub struct SourceFile {
    name: String,
    text: String,
    /// Built when the first position is requested, so that a file without errors does not pay for
    /// it.
    index: OnceLock<LineIndex>,
}

/// Index for fast position lookup, also in a file of one long line.
#[derive(Debug)]
struct LineIndex {
    /// Offset of the first byte of each line.
    lines: Vec<u32>,
    /// Number of characters that start before each block of [`BLOCK`] bytes.
    characters: Vec<u32>,
}

/// Name of the encoding in which editors on Chinese Windows save text.
const GBK: &str = "GBK";

/// Bytes between two counts of characters.
const BLOCK: usize = 4096;

impl SourceFile {
    /// Creates a file with a name (the path as the user gave it) and a text.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into(), index: OnceLock::new() }
    }

    /// Decodes bytes as text. If they are not text, the file still holds a lossy conversion of
    /// them, and the error is returned with its span.
    pub fn from_bytes(
        name: impl Into<String>,
        bytes: Vec<u8>,
    ) -> (Self, Option<(EncodingError, Span)>) {
        let name = name.into();
        if bytes.len() > MAX_BYTES {
            return (Self::new(name, ""), Some((EncodingError::TooLarge, Span::new(0..0))));
        }
        match String::from_utf8(bytes) {
            Ok(text) => {
                let error = forbidden_control(&text);
                (Self::new(name, text), error)
            }
            Err(error) => {
                let error_at = error.utf8_error();
                let bytes = error.into_bytes();
                let error = classify_invalid_utf8(&bytes, error_at);
                let text = match &error.0 {
                    // Its first character that is not ASCII is at the same place in both texts.
                    EncodingError::Other(GBK) => encoding_rs::GBK.decode(&bytes).0.into_owned(),
                    _ => String::from_utf8_lossy(&bytes).into_owned(),
                };
                let width = text[error.1..].chars().next().map_or(0, char::len_utf8);
                let span = Span::new(error.1..error.1 + width);
                (Self::new(name, text), Some((error.0, span)))
            }
        }
    }

    /// Returns the path as the user gave it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the text at `span`.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Returns the line and column of a byte offset; an offset past the end counts as the end.
    pub fn position(&self, byte: usize) -> Position {
        let byte = byte.min(self.text.len());
        let lines = &self.index().lines;
        let line = lines.partition_point(|&start| start as usize <= byte).max(1);
        let start = lines[line - 1] as usize;
        let mark = usize::from(line == 1 && byte > 0 && self.text.starts_with('\u{feff}'));
        let column = self.chars_before(byte) - self.chars_before(start) - mark + 1;
        Position { line, column, byte }
    }

    /// Returns the byte range of a line (from 1) without its line end, or `None` past the last
    /// line.
    pub fn line_range(&self, line: usize) -> Option<Range<usize>> {
        let lines = &self.index().lines;
        let start = *lines.get(line.checked_sub(1)?)? as usize;
        let end = lines.get(line).map_or(self.text.len(), |&next| next as usize);
        let text = &self.text[start..end];
        Some(start..start + text.trim_end_matches(['\n', '\r']).len())
    }

    /// Returns the number of lines.
    pub fn line_count(&self) -> usize {
        self.index().lines.len()
    }

    fn chars_before(&self, byte: usize) -> usize {
        let block = byte / BLOCK;
        let counted = self.index().characters[block] as usize;
        counted + count_char_starts(&self.text.as_bytes()[block * BLOCK..byte])
    }

    /// A line ends with LF, CR LF or a lone CR, as in YAML.
    fn index(&self) -> &LineIndex {
        self.index.get_or_init(|| {
            let bytes = self.text.as_bytes();
            let cut = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            let ends_line = |at: &usize| bytes[*at] == b'\n' || bytes.get(at + 1) != Some(&b'\n');
            let mut lines = vec![0];
            if self.text.contains('\r') {
                let ends = self.text.match_indices(['\n', '\r']).map(|(at, _)| at);
                lines.extend(ends.filter(ends_line).map(|at| cut(at + 1)));
            } else {
                // The search for one character skips many bytes at a time: a third of the time.
                lines.extend(self.text.match_indices('\n').map(|(at, _)| cut(at + 1)));
            }
            let mut characters = vec![0];
            let mut count = 0;
            for block in bytes.chunks(BLOCK) {
                count += count_char_starts(block);
                characters.push(cut(count));
            }
            LineIndex { lines, characters }
        })
    }
}

/// Counts the characters that start in a fragment of UTF-8. Counts that fit in a byte are added many at
/// a time: a tenth of the time.
fn count_char_starts(bytes: &[u8]) -> usize {
    let is_start = |byte: &u8| u8::from(byte & 0xc0 != 0x80);
    let count = |part: &[u8]| part.iter().map(is_start).sum::<u8>();
    bytes.chunks(128).map(|part| usize::from(count(part))).sum()
}

/// Searches for a character that is not one of the plain bytes, which most texts consist of: they are
/// skipped many at a time.
pub fn contains_rare(
    text: &str,
    is_plain: impl Fn(u8) -> bool,
    is_wanted: impl Fn(char) -> bool + Copy,
) -> bool {
    text.as_bytes().chunks(64).enumerate().any(|(number, chunk)| {
        // From the first character that begins here to the last one that does.
        let range = || {
            let start = number * 64;
            text.ceil_char_boundary(start)..text.ceil_char_boundary(start + chunk.len())
        };
        !chunk.iter().fold(true, |plain, byte| plain & is_plain(*byte))
            && text[range()].contains(is_wanted)
    })
}

/// Finds a control character that YAML forbids: all except tab and line ends. A NUL here is most
/// often the second half of UTF-16.
fn forbidden_control(text: &str) -> Option<(EncodingError, Span)> {
    let bytes = text.as_bytes();
    let is_forbidden = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r');
    // Many bytes at a time: without a branch for each, this takes a tenth of the time.
    let has_one = |block: &[u8]| block.iter().fold(false, |found, byte| found | is_forbidden(byte));
    let start = bytes.chunks(BLOCK).position(has_one)? * BLOCK;
    let at = start + bytes[start..].iter().position(is_forbidden)?;
    let error = match detect_utf16_or_utf32(bytes) {
        Some(encoding) => EncodingError::Other(encoding),
        None => EncodingError::Control(bytes[at] as char),
    };
    Some((error, Span::new(at..at + 1)))
}

/// Returns why bytes are not UTF-8 text, and the offset of the first evidence.
fn classify_invalid_utf8(bytes: &[u8], error: Utf8Error) -> (EncodingError, usize) {
    let at = error.valid_up_to();
    if let Some(encoding) = detect_utf16_or_utf32(bytes) {
        (EncodingError::Other(encoding), 0)
    } else if error.error_len().is_none() {
        // A truncated character can also be valid GBK, but everything before it is UTF-8.
        (EncodingError::CutOff(bytes[at]), at)
    } else if let Some(at) = looks_like_gbk(bytes) {
        (EncodingError::Other(GBK), at)
    } else {
        (EncodingError::NotUtf8(bytes[at]), at)
    }
}

/// Detects an encoding with two or four bytes per character, by its byte order mark or by its
/// zeros.
fn detect_utf16_or_utf32(bytes: &[u8]) -> Option<&'static str> {
    let zeros = |offset: usize| {
        let pairs = bytes.chunks_exact(2).take(64);
        let count = pairs.len();
        count > 0 && pairs.filter(|pair| pair[offset] == 0).count() * 4 >= count * 3
    };
    // With four bytes per character, two are zero for every character, which never happens in
    // UTF-16.
    let halves = |empty: [usize; 2]| {
        let mut quads = bytes.chunks_exact(4).take(64);
        quads.len() > 0 && quads.all(|quad| empty.iter().all(|&at| quad[at] == 0))
    };
    match bytes {
        // A hole in a file, not text.
        _ if bytes.iter().take(256).all(|&byte| byte == 0) => None,
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => Some("UTF-32"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some("UTF-16"),
        _ if halves([2, 3]) || halves([0, 1]) => Some("UTF-32"),
        _ if zeros(1) || zeros(0) => Some("UTF-16"),
        _ => None,
    }
}

/// Returns the offset of the first two-byte character, if all bytes are GBK text with Chinese in
/// it. GB 2312's range for ideographs is required, so that Latin-1 is rarely mistaken for GBK.
fn looks_like_gbk(bytes: &[u8]) -> Option<usize> {
    let mut first = None;
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] < 0x80 {
            at += 1;
            continue;
        }
        let (lead, trail) = (bytes[at], *bytes.get(at + 1)?);
        if !(0x81..=0xfe).contains(&lead) || !(0x40..=0xfe).contains(&trail) || trail == 0x7f {
            return None;
        }
        let ideograph = (0xb0..=0xf7).contains(&lead) && trail >= 0xa1;
        if first.is_none() && !ideograph && !(0xa1..=0xa9).contains(&lead) {
            return None;
        }
        first = first.or(Some(at));
        at += 2;
    }
    first
}

#[cfg(test)]
mod tests {
    use super::{EncodingError, SourceFile};

    #[test]
    fn columns_count_characters_for_any_line_ending() {
        let file = SourceFile::new("a", "\u{feff}ab\r\n名字: 😀x\rz\n");
        let at = |text: &str| file.position(file.text().find(text).expect("in the text"));
        assert_eq!(at("b").to_string(), "1:2");
        assert_eq!(at("x").to_string(), "2:6");
        assert_eq!(at("z").to_string(), "3:1");
        assert_eq!(file.position(999).to_string(), "4:1");
        assert_eq!(&file.text()[file.line_range(2).expect("two lines")], "名字: 😀x");
    }

    #[test]
    fn encoding_errors_are_named_and_located() {
        let gbk = b"a: 1\nname: \xd1\xb5\xc1\xb7\n".to_vec();
        let (file, error) = SourceFile::from_bytes("a", gbk);
        let (error, span) = error.expect("no UTF-8");
        assert_eq!(error, EncodingError::Other("GBK"));
        assert_eq!(file.position(span.range().start).to_string(), "2:7");
        let utf16 = "a: 1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let (_, error) = SourceFile::from_bytes("a", utf16);
        assert_eq!(error.map(|f| f.0), Some(EncodingError::Other("UTF-16")));
        let (_, error) = SourceFile::from_bytes("a", b"caf\xe9 ".to_vec());
        assert_eq!(error.map(|f| f.0), Some(EncodingError::NotUtf8(0xe9)));
        let (file, error) = SourceFile::from_bytes("a", b"a: 1\nb: x\xe4\xb8".to_vec());
        let (error, span) = error.expect("no UTF-8");
        assert_eq!(error, EncodingError::CutOff(0xe4));
        assert_eq!(file.position(span.range().start).to_string(), "2:5");
        let (_, error) = SourceFile::from_bytes("a", b"a: \0".to_vec());
        assert_eq!(error.map(|f| f.0), Some(EncodingError::Control('\0')));
        // The bytes of these two characters are valid GBK too, but the text is valid UTF-8.
        let (_, error) = SourceFile::from_bytes("a", "a: 中文\u{1b}".into());
        assert_eq!(error.map(|f| f.0), Some(EncodingError::Control('\u{1b}')));
    }
}
