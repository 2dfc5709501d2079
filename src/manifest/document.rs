//! One document of a manifest: its tree, its form, its instances, and lookup by JSON Pointer.

use crate::source::{SourceFile, Span};
use crate::yaml::{Node, Pair, WithDefaults};

/// A document that is well-formed YAML.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    /// Its number in the file, from 1.
    pub number: usize,
    /// Its root.
    pub root: Node<'a>,
    /// True if it has the list form: `instances`, or `defaults`, which only the list form allows.
    pub is_list_form: bool,
}

/// One instance of a document with the defaults that apply to it.
#[derive(Debug, Clone)]
pub struct Instance<'a> {
    /// The instance's own mapping and the document's defaults.
    pub fields: WithDefaults<'a>,
    /// JSON Pointer to the instance in its document.
    pub pointer: String,
    /// Number of its document, from 1.
    pub document: usize,
}

/// A node and its key.
#[derive(Debug, Clone, Copy)]
pub struct Location<'a> {
    /// The node.
    pub node: Node<'a>,
    /// The key and its span, if the node is a mapping's value.
    pub key: Option<(&'a str, Span)>,
}

impl<'a> Document<'a> {
    /// Creates the document with the given number, from 1, and root.
    pub fn new(number: usize, root: Node<'a>) -> Self {
        let is_list_form = ["instances", "defaults"].iter().any(|key| root.get(key).is_some());
        Self { number, root, is_list_form }
    }

    /// Returns the instances of either form that are mappings; others have already been reported.
    pub fn instances(self) -> impl Iterator<Item = Instance<'a>> {
        let list = self.is_list_form;
        let bare = (!list && self.root.is_map()).then_some(self.root);
        let defaults =
            if list { self.root.get("defaults").filter(|node| node.is_map()) } else { None };
        let items = self.root.get("instances").into_iter().flat_map(Node::items).enumerate();
        let items = items
            .filter(move |(_, item)| list && item.is_map())
            .map(move |(at, own)| (WithDefaults { own, defaults }, format!("/instances/{at}")));
        let bare = bare.map(|own| (WithDefaults { own, defaults: None }, String::new()));
        let document = self.number;
        bare.into_iter().chain(items).map(move |(fields, pointer)| Instance {
            fields,
            pointer,
            document,
        })
    }

    /// Resolves a JSON Pointer.
    pub fn resolve_pointer(self, pointer: &str) -> Option<Location<'a>> {
        let mut location = Location { node: self.root, key: None };
        for segment in pointer.split('/').skip(1) {
            let segment = segment.replace("~1", "/").replace("~0", "~");
            location = if location.node.is_seq() {
                Location { node: location.node.item(segment.parse().ok()?)?, key: None }
            } else {
                let pair = location.node.pair(&segment)?;
                Location { node: pair.value, key: Some((pair.key, pair.key_span)) }
            };
        }
        Some(location)
    }
}

impl<'a> Instance<'a> {
    /// Returns the pair of a field: the instance's own, otherwise the default's.
    pub fn field_entry(&self, field: &str) -> Option<Pair<'a>> {
        let own = self.fields.own.pair(field);
        own.or_else(|| self.fields.defaults.and_then(|defaults| defaults.pair(field)))
    }

    /// Returns the value of a field: the instance's own, otherwise the default's.
    pub fn field_value(&self, field: &str) -> Option<Node<'a>> {
        self.field_entry(field).map(|pair| pair.value)
    }
}

/// Returns the span to report for a whole node: its first key if it is a block mapping, otherwise
/// its first line, since a block mapping or sequence spans many lines.
pub fn label_span(node: Node<'_>, source: &SourceFile) -> Span {
    let span = node.span();
    match node.pairs().map(|pair| pair.key_span).min() {
        Some(first) if first.start == span.start => first,
        _ => {
            let first = source.slice(span).lines().next().map_or(0, str::len);
            Span::new(span.range().start..span.range().start + first)
        }
    }
}

/// Appends a segment to a JSON Pointer.
pub fn join(pointer: &str, segment: &str) -> String {
    if segment.contains(['~', '/']) {
        return format!("{pointer}/{}", segment.replace('~', "~0").replace('/', "~1"));
    }
    [pointer, "/", segment].concat()
}
