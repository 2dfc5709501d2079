//! What reading a YAML stream gives, and what can be wrong with one.

use std::borrow::Cow;
use std::collections::HashSet;

use granit_parser::Parser;

use super::build::Builder;
use super::tree::{Node, Tree};
use crate::source::Span;

/// How deeply collections may nest, aliases followed. A manifest needs five levels.
pub const MAX_DEPTH: usize = 100;

/// How many faults of one text are told: ten of each of a hundred thousand instances. Each holds
/// memory, and two bytes of a hostile text are enough for one.
pub const MAX_ERRORS: usize = 1_000_000;

/// A stream that was read: every whole document, and what is wrong with the text.
#[derive(Debug)]
pub struct Parsed<'s> {
    /// The nodes of all documents.
    pub tree: Tree<'s>,
    /// What is wrong, in the order it was met. After a [`FaultKind::Syntax`],
    /// [`FaultKind::TooDeep`] or [`FaultKind::AliasBudget`] the rest of the text was not read.
    pub faults: Vec<ParseError>,
    /// Where values stand that a fault left without a meaning: nothing more is to be said of them.
    pub told: HashSet<Span>,
    pub(super) roots: Vec<u32>,
}

impl Parsed<'_> {
    /// The root of each document that holds anything, with the document's number from 0.
    pub fn documents(&self) -> impl Iterator<Item = (usize, Node<'_>)> {
        let nodes = self.roots.iter().map(|&id| self.tree.node(id)).enumerate();
        nodes.filter(|(_, root)| !root.span().is_empty())
    }

    /// How many documents were read whole, those that hold nothing among them.
    pub fn complete_documents(&self) -> usize {
        self.roots.len()
    }

    /// The syntax fault that ended the reading, and the edit that surely mends it.
    pub fn terminal_syntax_error(&self) -> Option<(&ParseError, Option<(Span, String)>)> {
        let fault =
            self.faults.iter().find(|fault| matches!(fault.kind, ParseErrorKind::Syntax { .. }))?;
        let ParseErrorKind::Syntax { fix, .. } = &fault.kind else { return None };
        Some((fault, fix.clone()))
    }
}

/// Something wrong with the text itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// What is wrong.
    pub kind: ParseErrorKind,
    /// Where.
    pub span: Span,
}

/// The kinds of [`Fault`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParseErrorKind {
    /// The text is not YAML.
    Syntax {
        /// What was found and what was expected.
        message: Cow<'static, str>,
        /// What to do about it.
        help: Cow<'static, str>,
        /// The edit that surely mends it.
        fix: Option<(Span, String)>,
        /// The bracket that it does not fit.
        opener: Option<Span>,
    },
    /// Collections nest deeper than [`MAX_DEPTH`].
    TooDeep,
    /// An alias without an anchor before it in its document.
    UndefinedAlias {
        /// The alias's name.
        name: String,
        /// The anchor of that name in a document before.
        elsewhere: Option<Span>,
    },
    /// Text that begins with `&`, and so names an anchor that no alias uses.
    AmbiguousAnchor {
        /// The anchor's name.
        name: String,
        /// The edit that makes it text.
        fix: Option<(Span, String)>,
    },
    /// An alias inside what it names.
    RecursiveAlias,
    /// Aliases stand for more values than a file of this size may.
    AliasBudget,
    /// A key stands twice in one mapping.
    DuplicateKey {
        /// The key.
        key: String,
        /// Where it stands first.
        first: Span,
    },
    /// A key that is a collection.
    ComplexKey,
    /// The value of a merge key is neither a mapping nor a sequence of mappings.
    BadMerge {
        /// Where that value is written, which for an alias is elsewhere.
        written: Span,
    },
    /// A tag that YAML's core schema does not have, or that its value does not fit.
    Tag {
        /// The tag as it is written.
        tag: String,
    },
}

/// Reads a whole YAML stream.
pub fn parse(text: &str) -> Parsed<'_> {
    let options = granit_parser::options! {
        emit_unresolved_aliases: true,
        emit_anchor_events: true,
        block_nesting_limit: MAX_DEPTH,
        flow_nesting_limit: MAX_DEPTH,
    };
    let mut builder = Builder::new(text);
    for event in Parser::new_from_str_with_options(text, options) {
        let stop = match event {
            Ok((event, span)) => builder.event(event, span),
            Err(error) => Err(builder.syntax_error(&error)),
        };
        if let Err(fault) = stop {
            return builder.abort_document(fault);
        }
    }
    builder.finish()
}
