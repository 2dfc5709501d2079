//! The fast reader of common YAML against the parser: equal on any text.

use instancectl::yaml::{parse, parse_reference};

/// Checks that both give the same tree, spans and errors.
pub(crate) fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (found, expected) = (parse(&text), parse_reference(&text));
    assert!(found == expected, "{found:#?}\nis not what the parser reads:\n{expected:#?}");
}
