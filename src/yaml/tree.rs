//! A YAML stream as one arena of nodes with their spans.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::source::Span;

/// Every node of a stream. Nodes are numbered; an alias is the number of its anchored node, so that
/// every value is stored once.
#[derive(Debug, Default)]
pub struct Tree<'s> {
    pub(super) nodes: Vec<NodeData<'s>>,
    pub(super) items: Vec<u32>,
    pub(super) pairs: Vec<RawPair<'s>>,
    /// The aliases, by the number of the node and the start of the key or list that each is a value of.
    pub(super) aliases: HashMap<(u32, u32), Alias>,
}

/// An alias of a node.
#[derive(Debug, Clone, Copy)]
pub struct Alias {
    /// The alias: `*name`.
    pub span: Span,
    /// The anchor: `&name`.
    pub anchor: Span,
}

/// One node: its content and its span.
#[derive(Debug)]
pub(super) struct NodeData<'s> {
    pub(super) span: Span,
    pub(super) kind: NodeKind<'s>,
}

/// Content of a node; the members of a collection are contiguous in the arena.
#[derive(Debug)]
pub(super) enum NodeKind<'s> {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(Cow<'s, str>),
    Seq { start: u32, len: u32 },
    Map { start: u32, len: u32 },
}

/// A key with its span and the number of its value.
#[derive(Debug, Clone)]
pub(super) struct RawPair<'s> {
    pub(super) key: Cow<'s, str>,
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

impl<'s> Tree<'s> {
    /// Returns the node with that number.
    pub(super) fn node(&self, id: u32) -> Node<'_> {
        Node { tree: self, id }
    }

    /// Renames the keys at those spans, so that validation can continue with the intended fields.
    pub fn rename_keys(&mut self, names: &HashMap<Span, &'static str>) {
        for pair in &mut self.pairs {
            if let Some(name) = names.get(&pair.key_span) {
                pair.key = Cow::Borrowed(name);
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

    pub(super) fn push(&mut self, data: NodeData<'s>) -> u32 {
        let id = u32::try_from(self.nodes.len()).expect("a text of 256 MiB has fewer nodes");
        self.nodes.push(data);
        id
    }
}

impl<'a> Node<'a> {
    fn data(self) -> &'a NodeData<'a> {
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
        match &self.data().kind {
            NodeKind::Null => Value::Null,
            NodeKind::Bool(value) => Value::Bool(*value),
            NodeKind::Int(value) => Value::Int(*value),
            NodeKind::Float(value) => Value::Float(*value),
            NodeKind::Text(text) => Value::Text(text),
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
        let pairs = match self.data().kind {
            NodeKind::Map { start, len } => &self.tree.pairs[start as usize..][..len as usize],
            _ => &[],
        };
        pairs.iter().map(move |pair| Pair {
            key: &pair.key,
            key_span: pair.key_span,
            value: Node { tree: self.tree, id: pair.value },
        })
    }

    /// Returns the pair with that key in a mapping.
    pub fn pair(self, key: &str) -> Option<Pair<'a>> {
        self.pairs().find(|pair| pair.key == key)
    }

    /// Returns the value of that key in a mapping.
    pub fn get(self, key: &str) -> Option<Node<'a>> {
        self.pair(key).map(|pair| pair.value)
    }
}
