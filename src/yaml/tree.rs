//! A YAML stream as one arena of nodes with their spans.

use std::collections::{BTreeMap, HashMap};

use crate::source::Span;

/// Every node of a stream. Nodes are numbered; an alias is the number of its anchored node, so that
/// every value is stored once.
#[derive(Debug, PartialEq)]
pub struct Tree<'s> {
    pub(super) texts: Texts<'s>,
    pub(super) nodes: Vec<NodeData>,
    pub(super) items: Vec<u32>,
    pub(super) pairs: Vec<RawPair>,
    /// The aliases, by the number of the node and the start of the key or list that each is a value of.
    pub(super) aliases: HashMap<(u32, u32), Alias>,
}

/// The texts of keys and values.
#[derive(Debug, PartialEq)]
pub(super) struct Texts<'s> {
    source: &'s str,
    /// Those that are not in the source as they are: folded, escaped or renamed.
    others: String,
}

/// A key or value in [`Texts`]: a range of the source, or of the other texts, counted from the end of
/// the source. With this instead of a `Cow`, the tree takes half of the memory.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Text {
    start: u32,
    len: u32,
}

/// An alias of a node.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alias {
    /// The alias: `*name`.
    pub span: Span,
    /// The anchor: `&name`.
    pub anchor: Span,
}

/// One node: its content and its span.
#[derive(Debug, PartialEq)]
pub(super) struct NodeData {
    pub(super) span: Span,
    pub(super) kind: NodeKind,
}

/// Content of a node; the members of a collection are contiguous in the arena. Numbers are bytes,
/// since aligned to 64 bits each node would take four bytes more.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum NodeKind {
    Null,
    Bool(bool),
    Int([u8; 8]),
    Float([u8; 8]),
    Text(Text),
    Seq { start: u32, len: u32 },
    Map { start: u32, len: u32 },
}

/// A key with its span and the number of its value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct RawPair {
    pub(super) key: Text,
    pub(super) key_span: Span,
    pub(super) value: u32,
}

/// A node of a tree: cheap to copy.
#[derive(Debug, Clone, Copy)]
pub struct Node<'a> {
    tree: &'a Tree<'a>,
    id: u32,
}

/// Content of a [`Node`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// `null`, `~` or empty.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer of 64 bits.
    Int(i64),
    /// Any other number, including the infinities and not-a-number.
    Float(f64),
    /// Text.
    Text(&'a str),
    /// A sequence.
    Seq,
    /// A mapping.
    Map,
}

/// A key and its value in a mapping. A merged pair keeps the span where it is written.
#[derive(Debug, Clone, Copy)]
pub struct Pair<'a> {
    /// The key's text.
    pub key: &'a str,
    /// Span of the key.
    pub key_span: Span,
    /// The value.
    pub value: Node<'a>,
}

impl Texts<'_> {
    /// Adds a text, unless it is a part of the source.
    pub(super) fn add(&mut self, text: &str) -> Text {
        let offset = text.as_ptr().addr().wrapping_sub(self.source.as_ptr().addr());
        let in_source = offset <= self.source.len() && text.len() <= self.source.len() - offset;
        let start = if in_source { offset } else { self.source.len() + self.others.len() };
        if !in_source {
            self.others.push_str(text);
        }
        Text { start: number(start), len: number(text.len()) }
    }

    pub(super) fn get(&self, text: Text) -> &str {
        let (start, len) = (text.start as usize, text.len as usize);
        match start.checked_sub(self.source.len()) {
            Some(start) if len > 0 => &self.others[start..start + len],
            _ => &self.source[start.min(self.source.len())..][..len],
        }
    }

    pub(super) fn is(&self, text: Text, other: &str) -> bool {
        text.len as usize == other.len() && self.get(text) == other
    }
}

/// Returns a count or an offset as it is stored.
pub(super) fn number(count: usize) -> u32 {
    u32::try_from(count).expect("a text of 256 MiB has fewer nodes and characters")
}

impl<'s> Tree<'s> {
    /// Creates a tree without nodes of a text.
    pub(super) fn new(source: &'s str) -> Self {
        Self {
            texts: Texts { source, others: String::new() },
            nodes: Vec::new(),
            items: Vec::new(),
            pairs: Vec::new(),
            aliases: HashMap::new(),
        }
    }

    /// Returns the node with that number.
    pub(super) fn node(&self, id: u32) -> Node<'_> {
        Node { tree: self, id }
    }

    /// Renames the keys at those spans, so that validation can continue with the intended fields.
    pub fn rename_keys(&mut self, names: &BTreeMap<Span, &'static str>) {
        for pair in &mut self.pairs {
            if let Some(name) = names.get(&pair.key_span) {
                pair.key = self.texts.add(name);
            }
        }
    }

    /// Returns the spans of all texts, in no order.
    pub fn scalar_spans(&self) -> impl Iterator<Item = Span> + '_ {
        self.nodes
            .iter()
            .filter(|data| matches!(data.kind, NodeKind::Text(_)))
            .map(|data| data.span)
    }

    /// Returns a scalar as it is stored.
    pub(super) fn kind(&mut self, scalar: Value<'_>) -> NodeKind {
        match scalar {
            Value::Bool(value) => NodeKind::Bool(value),
            Value::Int(value) => NodeKind::Int(value.to_ne_bytes()),
            Value::Float(value) => NodeKind::Float(value.to_ne_bytes()),
            Value::Text(text) => NodeKind::Text(self.texts.add(text)),
            Value::Null | Value::Seq | Value::Map => NodeKind::Null,
        }
    }

    pub(super) fn push(&mut self, data: NodeData) -> u32 {
        let id = number(self.nodes.len());
        self.nodes.push(data);
        id
    }
}

impl<'a> Node<'a> {
    fn data(self) -> &'a NodeData {
        &self.tree.nodes[self.id as usize]
    }

    /// Returns the span where the node is written; for an alias, the span of the node it refers to.
    /// The span of a collection or of a block scalar ends with its last character, not with the
    /// line end after it.
    pub fn span(self) -> Span {
        self.data().span
    }

    /// Returns the alias by which the node is the value of a key, or an item of a list, that starts
    /// at `owner`.
    pub fn alias(self, owner: Span) -> Option<Alias> {
        self.tree.aliases.get(&(self.id, owner.start)).copied()
    }

    /// Returns the content of the node.
    pub fn value(self) -> Value<'a> {
        match self.data().kind {
            NodeKind::Null => Value::Null,
            NodeKind::Bool(value) => Value::Bool(value),
            NodeKind::Int(bytes) => Value::Int(i64::from_ne_bytes(bytes)),
            NodeKind::Float(bytes) => Value::Float(f64::from_ne_bytes(bytes)),
            NodeKind::Text(text) => Value::Text(self.tree.texts.get(text)),
            NodeKind::Seq { .. } => Value::Seq,
            NodeKind::Map { .. } => Value::Map,
        }
    }

    /// Returns the text, if the node is text.
    pub fn as_str(self) -> Option<&'a str> {
        match self.value() {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the integer, if the node is an integer.
    pub fn as_int(self) -> Option<i64> {
        match self.value() {
            Value::Int(value) => Some(value),
            _ => None,
        }
    }

    /// Checks whether the node is a mapping.
    pub fn is_map(self) -> bool {
        matches!(self.data().kind, NodeKind::Map { .. })
    }

    /// Checks whether the node is a sequence.
    pub fn is_seq(self) -> bool {
        matches!(self.data().kind, NodeKind::Seq { .. })
    }

    /// Returns the items of a sequence; empty for anything else.
    pub fn items(self) -> impl ExactSizeIterator<Item = Node<'a>> + Clone {
        let ids = match self.data().kind {
            NodeKind::Seq { start, len } => &self.tree.items[start as usize..][..len as usize],
            _ => &[],
        };
        ids.iter().map(move |&id| Node { tree: self.tree, id })
    }

    /// Returns the item at that index, from 0, of a sequence.
    pub fn item(self, index: usize) -> Option<Node<'a>> {
        match self.data().kind {
            NodeKind::Seq { start, len } if index < len as usize => {
                Some(Node { tree: self.tree, id: self.tree.items[start as usize + index] })
            }
            _ => None,
        }
    }

    /// Returns the pairs of a mapping in the order of the file, those of merge keys last; empty for
    /// anything else.
    pub fn pairs(self) -> impl ExactSizeIterator<Item = Pair<'a>> + Clone {
        self.raw_pairs().iter().map(move |pair| self.resolve_pair(pair))
    }

    fn raw_pairs(self) -> &'a [RawPair] {
        match self.data().kind {
            NodeKind::Map { start, len } => &self.tree.pairs[start as usize..][..len as usize],
            _ => &[],
        }
    }

    fn resolve_pair(self, pair: &RawPair) -> Pair<'a> {
        Pair {
            key: self.tree.texts.get(pair.key),
            key_span: pair.key_span,
            value: Node { tree: self.tree, id: pair.value },
        }
    }

    /// Returns the pair with that key in a mapping.
    pub fn pair(self, key: &str) -> Option<Pair<'a>> {
        let found = self.raw_pairs().iter().find(|pair| self.tree.texts.is(pair.key, key));
        found.map(|pair| self.resolve_pair(pair))
    }

    /// Returns the value of that key in a mapping.
    pub fn get(self, key: &str) -> Option<Node<'a>> {
        self.pair(key).map(|pair| pair.value)
    }
}
