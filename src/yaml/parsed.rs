//! Result of parsing a YAML stream: the documents and the errors.

use std::collections::HashSet;

pub use granit_parser::ErrorKind as SyntaxErrorKind;

use super::tree::{Node, Tree};
use crate::source::Span;

/// Maximum nesting depth of collections, with aliases followed. A manifest needs five levels.
pub const MAX_DEPTH: usize = 100;

/// Maximum number of errors reported for one text: ten for each of a hundred thousand instances.
/// Each uses memory, and two bytes of a hostile text are enough for one.
pub const MAX_ERRORS: usize = 1_000_000;

/// A parsed stream: every complete document, and the errors in the text.
#[derive(Debug, PartialEq)]
pub struct Parsed<'s> {
    /// The nodes of all documents.
    pub tree: Tree<'s>,
    /// The errors, in the order in which they were found. After [`ParseErrorKind::TooDeep`] or
    /// [`ParseErrorKind::AliasBudget`] the rest of the text was not read.
    pub errors: Vec<ParseError>,
    /// The syntax error at which parsing stopped.
    pub syntax_error: Option<SyntaxError>,
    /// Spans of values that an error made invalid: nothing more is reported for them.
    pub reported: HashSet<Span>,
    /// Whether it has anchors; if it was not read to its end, whether it may have some.
    pub may_have_anchors: bool,
    pub(super) roots: Vec<u32>,
    /// The part of the document at which parsing stopped.
    pub(super) partial: Option<u32>,
}

impl Parsed<'_> {
    /// Returns the root of each document that is not empty, with the document's number from 0.
    pub fn documents(&self) -> impl Iterator<Item = (usize, Node<'_>)> {
        let nodes = self.roots.iter().map(|&id| self.tree.node(id)).enumerate();
        nodes.filter(|(_, root)| !root.span().is_empty())
    }

    /// Returns the roots of all documents, with the part that was read of the last one.
    pub fn roots(&self) -> impl Iterator<Item = Node<'_>> {
        self.roots.iter().chain(&self.partial).map(|&id| self.tree.node(id))
    }

    /// Returns the number of complete documents, including empty ones.
    pub fn complete_documents(&self) -> usize {
        self.roots.len()
    }

    /// Checks whether the text was read without an error.
    pub fn is_valid(&self) -> bool {
        self.errors.is_empty() && self.syntax_error.is_none()
    }

    /// Drops the last complete document: the text after it shows that it is not one.
    pub fn drop_last_document(&mut self) {
        self.partial = self.roots.pop();
    }
}

/// A text that is not YAML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SyntaxError {
    /// The parser stopped.
    Parser {
        /// The error of the parser.
        kind: SyntaxErrorKind,
        /// Position of the error, in bytes.
        at: usize,
        /// Positions, in bytes, of the open brackets before `read`, the innermost one last.
        open: Vec<usize>,
        /// End of the last value, key or bracket that was read, in bytes.
        read: usize,
        /// The last block text (`|` or `>`) before the error: from its first character to the
        /// first character after it.
        block: Option<Span>,
        /// The document before the error, if the error is content after a complete document.
        document: Option<Span>,
    },
    /// A text begins with `*`, like an alias, and continues as no alias does.
    TextAfterAlias {
        /// The alias.
        alias: Span,
    },
}

/// An error in the text itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// The kind of error.
    pub kind: ParseErrorKind,
    /// The location.
    pub span: Span,
}

/// The kinds of [`ParseError`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParseErrorKind {
    /// Collections nest deeper than [`MAX_DEPTH`].
    TooDeep,
    /// An alias without an anchor before it in its document.
    UndefinedAlias {
        /// The alias's name.
        name: String,
        /// The anchor with that name in an earlier document.
        other_region: Option<Span>,
    },
    /// Text that begins with `&` and is therefore read as an anchor, which no alias uses.
    AmbiguousAnchor {
        /// The anchor's name.
        name: String,
        /// Whether the text ends with the line, so that quotes around it make it text.
        quotable: bool,
    },
    /// An alias inside the node it refers to.
    RecursiveAlias,
    /// Aliases expand to more values than a file of this size may have.
    AliasBudget,
    /// A duplicate key in one mapping.
    DuplicateKey {
        /// The key.
        key: String,
        /// The first occurrence.
        first: Span,
    },
    /// A key that is a collection.
    ComplexKey,
    /// The value of a merge key is neither a mapping nor a sequence of mappings.
    BadMerge {
        /// The anchor of that value, if it is merged by an alias.
        anchor: Option<Span>,
    },
    /// A tag that is not in YAML's core schema, or that does not match its value.
    Tag {
        /// The tag as written.
        tag: String,
    },
}
