//! Builds a [`Tree`] from the parser's events, in one pass.

mod anchor;
mod mapping;
mod scalar;

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use granit_parser::{ErrorKind, Event, ScalarStyle, ScanError, StructureStyle};

use super::parsed::{MAX_DEPTH, MAX_ERRORS, ParseError, ParseErrorKind, Parsed, SyntaxError};
use super::tree::{Alias, NodeData, NodeKind, RawPair, Text, Tree, number};
use crate::source::Span;
use anchor::Anchors;
use scalar::tag_span;

/// A tree under construction.
pub(super) struct Builder<'s> {
    text: &'s str,
    tree: Tree<'s>,
    errors: Vec<ParseError>,
    reported: HashSet<Span>,
    roots: Vec<u32>,
    /// Number of completed documents.
    complete: usize,
    /// The open collections.
    frames: Vec<Frame>,
    /// Members of open collections; each frame records where its own begin.
    items: Vec<u32>,
    pairs: Vec<RawPair>,
    anchors: HashMap<usize, Anchor>,
    named: Anchors<'s>,
    /// Number of nodes that aliases may still expand to.
    budget: usize,
    /// End of the last event.
    read: usize,
    /// The last block text.
    block: Option<Span>,
}

/// The node that an alias refers to.
#[derive(Clone, Copy)]
struct Anchor {
    id: u32,
    size: ExpandedSize,
}

/// Number of nodes in a subtree, including its root, and number of levels.
#[derive(Clone, Copy)]
struct ExpandedSize {
    nodes: usize,
    levels: usize,
}

struct Frame {
    map: bool,
    start: usize,
    /// End of the last member so far.
    end: usize,
    flow: bool,
    anchor: usize,
    first_item: usize,
    first_pair: usize,
    /// The key without a value so far, its span, and whether it is the merge key.
    key: Option<(Text, Span, bool)>,
    /// Merged values: the value, the key, and the span of the value or its alias.
    merges: Vec<(u32, Span, Span)>,
    size: ExpandedSize,
}

type BuildResult = Result<(), ParseError>;

impl<'s> Builder<'s> {
    pub(super) fn new(text: &'s str) -> Self {
        Self {
            text,
            tree: Tree::new(text),
            errors: Vec::new(),
            reported: HashSet::new(),
            roots: Vec::new(),
            complete: 0,
            frames: Vec::new(),
            items: Vec::new(),
            pairs: Vec::new(),
            anchors: HashMap::new(),
            named: Anchors::default(),
            // Aliases may expand to as much as the file itself.
            budget: 10_000 + text.len(),
            read: 0,
            block: None,
        }
    }

    pub(super) fn finish(self) -> Parsed<'s> {
        let may_have_anchors = self.named.has_any();
        let Self { tree, errors, reported, roots, .. } = self;
        let (syntax_error, partial) = (None, None);
        Parsed { tree, errors, syntax_error, reported, may_have_anchors, roots, partial }
    }

    /// Stops at an error: the document that contains it is incomplete.
    pub(super) fn abort_document(mut self, error: ParseError) -> Parsed<'s> {
        self.errors.push(error);
        self.roots.truncate(self.complete);
        let may_have_anchors = self.text.contains('&');
        Parsed { may_have_anchors, ..self.finish() }
    }

    pub(super) fn event(&mut self, event: Event<'s>, span: granit_parser::Span) -> BuildResult {
        let range = span.byte_range().unwrap_or_default();
        self.read = self.read.max(range.end);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let tag = tag.as_deref().map(|tag| (tag, tag_span(&span)));
                if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
                    self.block = Some(Span::new(range.clone()));
                }
                let span = Span::new(range.start..self.scalar_end(&range, style));
                self.scalar(&text, style, anchor, tag, span);
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.collection_tag(tag.as_deref(), "seq", tag_span(&span));
                self.open(false, style == StructureStyle::Flow, anchor, range)?;
            }
            Event::MappingStart(style, anchor, tag) => {
                self.collection_tag(tag.as_deref(), "map", tag_span(&span));
                self.open(true, style == StructureStyle::Flow, anchor, range)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(range.end),
            Event::Alias(anchor) => self.alias(anchor, Span::new(range))?,
            Event::UnresolvedAlias(name) => self.unresolved(name, Span::new(range)),
            Event::Anchor(anchor, name) => self.anchor(anchor, name, Span::new(range)),
            Event::DocumentStart(..) => self.start_document(),
            Event::DocumentEnd => self.end_document(),
            // Start and end of a stream; comments are not requested.
            _ => {}
        }
        Ok(())
    }

    pub(super) fn start_document(&mut self) {
        self.anchors.clear();
    }

    pub(super) fn end_document(&mut self) {
        self.complete = self.roots.len();
        self.end_anchors();
    }

    fn scalar_event(&mut self, kind: NodeKind, anchor: usize, span: Span) {
        let id = self.tree.push(NodeData { span, kind });
        self.attach(id, anchor, span, ExpandedSize { nodes: 1, levels: 0 });
    }

    /// Adds a placeholder node for an invalid value; the error gives the reason.
    fn error_node(&mut self, kind: ParseErrorKind, span: Span) {
        push_error(&mut self.errors, kind, span);
        self.reported.insert(span);
        self.scalar_event(NodeKind::Null, 0, span);
    }

    pub(super) fn open(
        &mut self,
        map: bool,
        flow: bool,
        anchor: usize,
        range: Range<usize>,
    ) -> BuildResult {
        if self.frames.len() >= MAX_DEPTH {
            return Err(ParseError { kind: ParseErrorKind::TooDeep, span: Span::new(range) });
        }
        self.frames.push(Frame {
            map,
            start: range.start,
            end: range.end,
            flow,
            anchor,
            first_item: self.items.len(),
            first_pair: self.pairs.len(),
            key: None,
            merges: Vec::new(),
            size: ExpandedSize { nodes: 1, levels: 1 },
        });
        Ok(())
    }

    pub(super) fn close(&mut self, end: usize) {
        let frame = self.frames.pop().expect("the parser pairs starts and ends");
        let end = if frame.flow { end } else { frame.end };
        let span = Span::new(frame.start..end);
        let frame = Frame { end, ..frame };
        let kind = if frame.map { self.close_map(&frame) } else { self.close_seq(&frame) };
        let id = self.tree.push(NodeData { span, kind });
        self.attach(id, frame.anchor, span, frame.size);
    }

    fn close_seq(&mut self, frame: &Frame) -> NodeKind {
        let start = self.tree.items.len();
        self.tree.items.extend(self.items.drain(frame.first_item..));
        NodeKind::Seq { start: number(start), len: number(self.tree.items.len() - start) }
    }

    pub(super) fn alias(&mut self, anchor: usize, span: Span) -> BuildResult {
        let named = self.anchor_used(anchor);
        let Some(&Anchor { id, size }) = self.anchors.get(&anchor) else {
            self.error_node(ParseErrorKind::RecursiveAlias, span);
            return Ok(());
        };
        if size.nodes > self.budget {
            return Err(ParseError { kind: ParseErrorKind::AliasBudget, span });
        }
        self.budget -= size.nodes;
        if self.frames.len() + size.levels > MAX_DEPTH {
            return Err(ParseError { kind: ParseErrorKind::TooDeep, span });
        }
        if let Some(frame) = self.frames.last_mut()
            && frame.map
            && frame.key.is_none()
            && let NodeKind::Text(text) = self.tree.nodes[id as usize].kind
        {
            frame.key = Some((text, span, false));
            return Ok(());
        }
        if let (Some(anchor), Some(frame)) = (named, self.frames.last()) {
            let owner = frame.key.as_ref().map_or(number(frame.start), |(_, key, _)| key.start);
            self.tree.aliases.entry((id, owner)).or_insert(Alias { span, anchor });
        }
        self.attach(id, 0, span, size);
        Ok(())
    }

    /// Attaches a finished node to the open collection, or as a root. `span` is its location there,
    /// which for an alias differs from where the node is written.
    fn attach(&mut self, id: u32, anchor: usize, span: Span, size: ExpandedSize) {
        if anchor != 0 {
            self.anchors.insert(anchor, Anchor { id, size });
        }
        let Some(frame) = self.frames.last_mut() else {
            self.roots.push(id);
            return;
        };
        frame.size.nodes += size.nodes;
        frame.size.levels = frame.size.levels.max(size.levels + 1);
        frame.end = frame.end.max(span.end as usize);
        if !frame.map {
            self.items.push(id);
            return;
        }
        match frame.key.take() {
            Some((_, key_span, true)) => {
                frame.merges.push((id, key_span, span));
                if let [(_, first, _), _] = frame.merges[..] {
                    let kind = ParseErrorKind::DuplicateKey { key: "<<".to_owned(), first };
                    push_error(&mut self.errors, kind, key_span);
                }
            }
            Some((key, key_span, false)) => {
                frame.end = frame.end.max(key_span.end as usize);
                self.pairs.push(RawPair { key, key_span, value: id });
            }
            None => {
                push_error(&mut self.errors, ParseErrorKind::ComplexKey, span);
                self.reported.insert(span);
                frame.key = Some((self.tree.texts.add("?"), span, false));
            }
        }
    }

    /// Detects text that begins with `*`, like an alias, and continues before byte `at` as no alias
    /// does.
    fn text_starting_with_star(&mut self, at: usize) -> Option<SyntaxError> {
        let (ParseError { kind, span }, text) = (self.errors.last()?, self.text);
        let (named, alias) = (matches!(kind, ParseErrorKind::UndefinedAlias { .. }), *span);
        let end = alias.range().end;
        if !named || at <= end || text[end..at].contains(['\n', '\r', ',']) {
            return None;
        }
        self.errors.pop();
        Some(SyntaxError::TextAfterAlias { alias })
    }

    /// Stops at an error of the parser.
    pub(super) fn stop(mut self, error: &ScanError) -> Parsed<'s> {
        let at = error.marker().byte_offset().unwrap_or(self.text.len()).min(self.text.len());
        if *error.kind() == ErrorKind::RecursionLimitExceeded {
            let span = Span::new(at..at);
            return self.abort_document(ParseError { kind: ParseErrorKind::TooDeep, span });
        }
        let syntax_error = match self.text_starting_with_star(at) {
            Some(error) => error,
            None => self.parser_error(error.kind(), at),
        };
        let partial = self.close_all(at);
        self.roots.truncate(self.complete);
        let may_have_anchors = self.text.contains('&');
        Parsed { syntax_error: Some(syntax_error), partial, may_have_anchors, ..self.finish() }
    }

    /// Closes what is open where parsing stopped, and returns the root of that document.
    fn close_all(&mut self, at: usize) -> Option<u32> {
        let errors = self.errors.len();
        while let Some(frame) = self.frames.last() {
            if frame.key.is_some() {
                self.scalar_event(NodeKind::Null, 0, Span::new(at..at));
            } else {
                self.close(frame.end);
            }
        }
        // An incomplete document lacks no values.
        self.errors.truncate(errors);
        self.roots.get(self.complete).copied()
    }

    fn parser_error(&mut self, kind: &ErrorKind, at: usize) -> SyntaxError {
        let after =
            matches!(kind, ErrorKind::ExpectedDocumentStart | ErrorKind::InvalidDocumentEnd);
        let root = self.roots.last().filter(|_| after).map(|&id| &self.tree.nodes[id as usize]);
        if root.is_some_and(|root| !matches!(root.kind, NodeKind::Map { .. })) {
            // The following text shows that it is not a document: `[section]`, and then lines.
            self.complete = self.complete.saturating_sub(1);
        }
        // A pair without braces in a list is a mapping without a bracket.
        let is_bracket = |at: &usize| self.text[*at..].starts_with(['[', '{']);
        let flow = self.frames.iter().filter(|frame| frame.flow).map(|frame| frame.start);
        let document = root.map(|root| root.span);
        let (read, block) = (self.read.min(at), self.block);
        SyntaxError::Parser {
            kind: kind.clone(),
            at,
            open: flow.filter(is_bracket).collect(),
            read,
            block,
            document,
        }
    }
}

/// Adds an error, up to one more than the limit, which shows that there are more.
fn push_error(errors: &mut Vec<ParseError>, kind: ParseErrorKind, span: Span) {
    if errors.len() <= MAX_ERRORS {
        errors.push(ParseError { kind, span });
    }
}
