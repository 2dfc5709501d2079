//! YAML: the only module that uses the YAML libraries.
//!
//! [`parse()`] reads a whole stream once into a compact [`Tree`] that borrows from the text and
//! records the span of each key and value. The schema check, the rules and the typed decode
//! ([`decode()`]) all read that tree; nothing is parsed twice. Lock files, which the program writes
//! itself, go through `serde_yaml` ([`lock_text`], [`emit`]).

mod build;
mod decode;
pub mod emit;
mod fast;
pub mod lock_text;
mod parse;
mod parsed;
mod scalar;
#[cfg(test)]
mod tests;
mod tree;

pub use decode::{DecodeError, WithDefaults, decode};
pub use parse::{parse, parse_reference};
pub use parsed::{
    MAX_DEPTH, MAX_ERRORS, ParseError, ParseErrorKind, Parsed, SyntaxError, SyntaxErrorKind,
};
pub use tree::{Alias, Node, Pair, Tree, Value};
