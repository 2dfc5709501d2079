//! Anchors by name: those of other documents, and text that was read as an anchor.

use std::borrow::Cow;
use std::collections::HashMap;

use super::Builder;
use crate::source::Span;
use crate::yaml::parsed::{ParseError, ParseErrorKind};

/// The anchors of a stream, in order.
#[derive(Default)]
pub(super) struct Anchors<'s> {
    all: Vec<UnusedAnchor<'s>>,
    /// Index of the last anchor with each name.
    by_name: HashMap<Cow<'s, str>, usize>,
    /// Index of the current document's first anchor.
    document: usize,
}

struct UnusedAnchor<'s> {
    id: usize,
    name: Cow<'s, str>,
    span: Span,
    /// Span of the anchored node, if it is a scalar.
    node: Option<Span>,
    /// True if it is inside brackets or braces.
    in_flow: bool,
    used: bool,
}

impl Anchors<'_> {
    pub(super) fn has_any(&self) -> bool {
        !self.all.is_empty()
    }
}

impl<'s> Builder<'s> {
    /// Records the name of an anchor; its node, or the beginning of it, has already been processed.
    pub(in crate::yaml) fn anchor(&mut self, id: usize, name: Cow<'s, str>, span: Span) {
        let node = self.anchors.get(&id).map(|anchored| self.tree.nodes[anchored.id as usize].span);
        let in_flow = self.frames.iter().any(|frame| frame.flow);
        self.named.by_name.insert(name.clone(), self.named.all.len());
        self.named.all.push(UnusedAnchor { id, name, span, node, in_flow, used: false });
    }

    /// Records that an alias uses an anchor, and returns the anchor.
    pub(super) fn anchor_used(&mut self, id: usize) -> Option<Span> {
        let at = self.named.all.binary_search_by_key(&id, |named| named.id).ok()?;
        self.named.all[at].used = true;
        Some(self.named.all[at].span)
    }

    /// Handles an alias without an anchor in its document.
    pub(super) fn unresolved(&mut self, name: Cow<'s, str>, span: Span) {
        let other_region = self.named.by_name.get(&name).map(|&at| self.named.all[at].span);
        let kind = ParseErrorKind::UndefinedAlias { name: name.into_owned(), other_region };
        self.error_node(kind, span);
    }

    /// Ends a document: text that begins with `&`, is not used by any alias and has an unusual name
    /// for an anchor was intended as text.
    pub(super) fn end_anchors(&mut self) {
        for named in &self.named.all[self.named.document..] {
            let is_odd = |c: char| {
                c.is_ascii_punctuation() && !matches!(c, '-' | '_' | '.' | '/' | ':' | '+')
            };
            if named.used || !named.name.contains(is_odd) {
                continue;
            }
            // The text after it was read as a separate value.
            self.reported.extend(named.node);
            let end = named.node.map_or(named.span.end, |node| node.end.max(named.span.end));
            let range = named.span.range();
            let complete = self.text.get(range.start..end as usize).unwrap_or_default();
            let quotable =
                !named.in_flow && !complete.contains(['\n', '\r']) && !complete.contains(';');
            let kind = ParseErrorKind::AmbiguousAnchor { name: named.name.to_string(), quotable };
            self.errors.push(ParseError { kind, span: named.span });
        }
        self.named.document = self.named.all.len();
    }
}
