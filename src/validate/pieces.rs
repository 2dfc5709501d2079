//! The parts of a text that can be read on their own.

use crate::manifest::{INSTANCE_FIELDS, LIST_KEYS, is_ignored_key};
use crate::source::{SourceMap, Span};

/// Minimum size of a piece, in bytes: smaller ones are joined.
const PIECE: usize = 512;

/// Size, in bytes, below which a text is not worth dividing.
const MIN_DIVIDED: usize = 64 << 10;

/// The beginning of a piece: a document, a key at the left margin, or an item of a list below one.
pub(super) struct Piece {
    pub(super) start: usize,
    pub(super) starts_document: bool,
    item: bool,
}

impl Piece {
    /// Returns the text that makes a piece readable without the text before it.
    pub(super) fn key_of_list(&self) -> &'static str {
        if self.item { "instances:\n" } else { "" }
    }
}

/// Divides a text into pieces, of which each but the last has a minimum size.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = vec![Piece { start: 0, starts_document: true, item: false }];
    for piece in all_pieces(text) {
        if piece.start >= pieces.last().map_or(0, |last| last.start) + PIECE {
            pieces.push(piece);
        }
    }
    pieces
}

/// Returns the lines with which a piece may begin.
fn all_pieces(text: &str) -> impl Iterator<Item = Piece> {
    // Column of the items, as soon as it is known.
    let (mut list, mut column) = (false, None);
    let mut start = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let at = start;
        start += line.len();
        let indent = line.bytes().take_while(|byte| *byte == b' ').count();
        if column.is_some_and(|column| column < indent) {
            return None;
        }
        let body = &line[indent..];
        if indent == 0 {
            let body = body.trim_end();
            if body == "---" || body.starts_with("--- ") {
                list = false;
                return Some(Piece { start: at, starts_document: true, item: false });
            }
            if starts_top_level(body) {
                list = opens_list(body);
                column = None;
                return Some(Piece { start: at, starts_document: false, item: false });
            }
        }
        let item = body.strip_prefix("- ").is_some_and(|rest| {
            rest.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '{' | '"'))
        });
        (list && item && *column.get_or_insert(indent) == indent).then_some(Piece {
            start: at,
            starts_document: false,
            item: true,
        })
    })
}

/// Checks whether a line at the left margin begins with a key of the list form, as opposed to a
/// field that lost its indentation.
fn starts_top_level(body: &str) -> bool {
    let key = body.split(':').next().unwrap_or_default();
    LIST_KEYS.contains(&key) || is_ignored_key(key) || opens_list(body)
}

/// Checks whether a line holds only a key, which may be a misspelled `instances`.
fn opens_list(body: &str) -> bool {
    let key = body.split(" #").next().unwrap_or_default().trim_end().strip_suffix(':');
    key.is_some_and(|key| {
        !INSTANCE_FIELDS.contains(&key) && key.bytes().all(|b| b.is_ascii_alphabetic())
    })
}

/// Returns the text without the instances that contain none of some spans, which are in order, if
/// it is much shorter: what is checked in it holds for a whole text without anchors.
pub(super) fn instances_around(
    text: &str,
    spans: impl Iterator<Item = Span>,
) -> Option<(String, SourceMap)> {
    if text.len() < MIN_DIVIDED {
        return None;
    }
    let mut spans = spans.peekable();
    let mut pieces = all_pieces(text).peekable();
    let mut removed = Vec::new();
    while let Some(piece) = pieces.next() {
        let end = pieces.peek().map_or(text.len(), |next| next.start);
        while spans.next_if(|span| span.range().end < piece.start).is_some() {}
        let contains = spans.peek().is_some_and(|span| span.range().start < end);
        match (piece.item, contains) {
            (true, false) => removed.push(Span::new(piece.start..end)),
            // It may concern all instances.
            (false, true) => return None,
            _ => {}
        }
    }
    let length: usize = removed.iter().map(|span| span.range().len()).sum();
    (length > text.len() / 2)
        .then(|| SourceMap::edit(text, removed.into_iter().map(|span| (span, ""))))
}
