//! The body of a response: all of it up to a maximum size, or the wanted part of a file.

use std::ops::Range;
use std::time::Duration;

/// Number of bytes of the beginning of a file that are kept: an error in place of the file is shorter.
const HEAD: usize = 1 << 16;

/// Size limit and timeout of a response.
#[derive(Debug, Clone)]
pub(super) struct Limits {
    /// Bytes.
    pub(super) most: usize,
    /// The part of a file that is wanted: the rest of the file is neither kept nor counted.
    pub(super) part: Option<Range<u64>>,
    /// From the first byte sent to the last byte of the response, including connecting.
    pub(super) time: Duration,
}

/// A part of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FilePart {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Size of the file, if the service stated one that its part does not contradict.
    pub total: Option<u64>,
}

/// A body that is being received.
pub(super) struct Body {
    /// Maximum size, in bytes.
    most: usize,
    /// The part of a file, relative to the beginning of this body.
    wanted: Option<Range<u64>>,
    /// Number of bytes received.
    received: u64,
    bytes: Vec<u8>,
    part: Vec<u8>,
    /// Size of the file, according to `Content-Range`.
    total: Option<u64>,
}

impl Body {
    /// Returns the body of a response with this status and `Content-Range`, and that range if the
    /// response has another part of the file than the wanted one.
    pub(super) fn new(
        status: u16,
        content_range: Option<String>,
        limits: &Limits,
    ) -> (Self, Option<String>) {
        let mut misplaced = None;
        let begins = content_range.as_deref().and_then(first_byte);
        let total = content_range.as_deref().and_then(total);
        let wanted = limits.part.clone().and_then(|part| match status {
            // The whole file, unless the range says that this is the part.
            200 if begins != Some(part.start) => Some(part),
            200 | 206 => {
                misplaced = content_range.filter(|_| begins.is_some_and(|at| at != part.start));
                Some(0..part.end - part.start)
            }
            _ => None,
        });
        let (bytes, part) = (Vec::new(), Vec::new());
        (Self { most: limits.most, wanted, received: 0, bytes, part, total }, misplaced)
    }

    /// Adds bytes; false if the body is too large.
    pub(super) fn push(&mut self, chunk: &[u8]) -> bool {
        let Some(Range { start, end }) = self.wanted else {
            self.bytes.extend_from_slice(chunk);
            return self.bytes.len() <= self.most;
        };
        let at = |offset: u64| {
            let within = usize::try_from(offset.saturating_sub(self.received));
            within.unwrap_or(usize::MAX).min(chunk.len())
        };
        self.part.extend_from_slice(&chunk[at(start)..at(end)]);
        let head = HEAD.saturating_sub(self.bytes.len()).min(chunk.len());
        self.bytes.extend_from_slice(&chunk[..head]);
        self.received += chunk.len() as u64;
        true
    }

    /// Returns whether nothing more is needed.
    pub(super) fn is_complete(&self) -> bool {
        let Some(Range { end, .. }) = self.wanted else { return false };
        self.received >= end && self.bytes.len() >= HEAD
    }

    /// Returns the body, or the beginning of a file, and the wanted part of the file.
    pub(super) fn finish(self) -> (Vec<u8>, FilePart) {
        (self.bytes, FilePart { bytes: self.part, total: self.total })
    }
}

/// Returns the offset of the first byte in `Content-Range: bytes 5-9/20`.
fn first_byte(range: &str) -> Option<u64> {
    let range = range.trim().strip_prefix("bytes")?.trim_start_matches([' ', '=']);
    range.split_once('-')?.0.trim().parse().ok()
}

/// Returns the size of the file in `Content-Range: bytes 5-9/20`.
fn total(range: &str) -> Option<u64> {
    let total: i64 = range.rsplit_once('/')?.1.trim().parse().ok()?;
    u64::try_from(total).ok()
}

#[cfg(test)]
mod tests {
    use std::ops::Range;
    use std::time::Duration;

    use super::{Body, FilePart, HEAD, Limits};

    fn body(status: u16, range: Option<&str>, part: Range<u64>) -> (Body, Option<String>) {
        let limits = Limits { most: 4, part: Some(part), time: Duration::ZERO };
        Body::new(status, range.map(str::to_owned), &limits)
    }

    #[test]
    fn part_with_its_range_is_taken_as_such_under_status_200() {
        let (mut part, misplaced) = body(200, Some("bytes 5-9/20"), 5..10);
        assert!(misplaced.is_none() && part.push(b"56789"));
        assert_eq!(part.part, b"56789");
        let (mut whole, misplaced) = body(200, Some("bytes 0-9/10"), 5..10);
        assert!(misplaced.is_none() && whole.push(b"0123456789"));
        assert_eq!(whole.part, b"56789");
    }

    #[test]
    fn only_the_part_of_a_whole_file_is_kept() {
        let (mut whole, misplaced) = body(200, None, 3..7);
        assert!(misplaced.is_none());
        for chunk in ["01", "234", "56789", "abc"] {
            assert!(whole.push(chunk.as_bytes()));
        }
        assert!(!whole.is_complete(), "a short body may be an error");
        let part = |bytes: &[u8]| FilePart { bytes: bytes.to_vec(), total: None };
        assert_eq!(whole.finish(), (b"0123456789abc".to_vec(), part(b"3456")));
        let (mut large, _) = body(200, None, 0..2);
        assert!(large.push(&vec![b'x'; HEAD + 9]) && large.is_complete());
        assert_eq!(large.finish(), (vec![b'x'; HEAD], part(b"xx")));
    }

    #[test]
    fn part_that_begins_elsewhere_is_noticed() {
        let (mut part, misplaced) = body(206, Some("bytes 3-9/99"), 3..7);
        assert!(misplaced.is_none() && part.push(b"3456789"));
        let part = part.finish().1;
        assert_eq!(part.bytes, b"3456", "longer than what was asked for");
        assert_eq!(part.total, Some(99));
        assert_eq!(body(416, Some("bytes */7"), 9..10).0.finish().1.total, Some(7));
        for unknown in ["bytes 3-6/*", "bytes 3-6/18446744073709551615"] {
            assert_eq!(body(206, Some(unknown), 3..7).0.finish().1.total, None, "{unknown}");
        }
        assert!(body(206, None, 3..7).1.is_none());
        assert_eq!(body(206, Some("bytes 0-3/99"), 3..7).1.as_deref(), Some("bytes 0-3/99"));
    }

    #[test]
    fn error_is_limited_in_size() {
        let (mut error, _) = body(500, None, 0..9);
        assert!(error.push(b"1234") && !error.push(b"5"));
    }
}
