//! Parses a YAML stream.

use granit_parser::Parser;

use super::build::Builder;
use super::fast;
use super::parsed::{MAX_DEPTH, Parsed};

/// Reads a whole YAML stream.
pub fn parse(text: &str) -> Parsed<'_> {
    fast::read(text).unwrap_or_else(|| parse_reference(text))
}

/// Reads a whole YAML stream with only the parser: the reference for [`parse`], which tests compare.
pub fn parse_reference(text: &str) -> Parsed<'_> {
    let options = granit_parser::options! {
        emit_unresolved_aliases: true,
        emit_anchor_events: true,
        block_nesting_limit: MAX_DEPTH,
        flow_nesting_limit: MAX_DEPTH,
    };
    let mut builder = Builder::new(text);
    for event in Parser::new_from_str_with_options(text, options) {
        match event.map(|(event, span)| builder.event(event, span)) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return builder.abort_document(error),
            Err(error) => return builder.stop(&error),
        }
    }
    builder.finish()
}
