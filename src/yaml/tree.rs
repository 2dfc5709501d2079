//! A YAML stream as one arena of nodes with their places.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::source::Span;

/// Every node of a stream. Nodes are numbered; an alias is the number of what it names, so that
/// what is written once is held once.
#[derive(Debug, Default)]
pub struct Tree<'s> {
    pub(super) nodes: Vec<NodeData<'s>>,
    pub(super) items: Vec<u32>,
    pub(super) pairs: Vec<RawPair<'s>>,
}

/// One node: what it holds and where it is written.
#[derive(Debug)]
pub(super) struct NodeData<'s> {
    pub(super) span: Span,
    pub(super) kind: NodeKind<'s>,
}

/// What a node holds; the members of collections lie side by side in the arena.
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

/// A key with its place and the number of its value.
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

/// What a [`Node`] holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// `null`, `~` or nothing at all.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer of 64 bits.
    Int(i64),
    /// Any other number, the infinities and not-a-number among them.
    Float(f64),
    /// Text.
    Text(&'a str),
    /// A sequence.
    Seq,
    /// A mapping.
    Map,
}

/// A key and its value in a mapping. A pair that a merge key brought keeps the place where it is
/// written.
#[derive(Debug, Clone, Copy)]
pub struct Pair<'a> {
    /// The key's text.
    pub key: &'a str,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Node<'a>,
}

impl<'s> Tree<'s> {
    /// The node of that number.
    pub(super) fn node(&self, id: u32) -> Node<'_> {
        Node { tree: self, id }
    }

    /// Gives the keys at those places other names, so that what was surely meant can be judged
    /// further.
    pub fn rename_keys(&mut self, names: &HashMap<Span, &'static str>) {
        for pair in &mut self.pairs {
            if let Some(name) = names.get(&pair.key_span) {
                pair.key = Cow::Borrowed(name);
            }
        }
    }

    /// Where every text is written, in no order.
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

    /// Where the node is written; behind an alias, the place it names. The span of a collection
    /// or of a block scalar ends with its last character, not with the line end after it.
    pub fn span(self) -> Span {
        self.data().span
    }

    /// What the node holds.
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

    /// The text, where the node is text.
    pub fn as_str(self) -> Option<&'a str> {
        match self.value() {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The integer, where the node is one.
    pub fn as_int(self) -> Option<i64> {
        match self.value() {
            Value::Int(value) => Some(value),
            _ => None,
        }
    }

    /// Whether the node is a mapping.
    pub fn is_map(self) -> bool {
        matches!(self.data().kind, NodeKind::Map { .. })
    }

    /// Whether the node is a sequence.
    pub fn is_seq(self) -> bool {
        matches!(self.data().kind, NodeKind::Seq { .. })
    }

    /// The items of a sequence; none for anything else.
    pub fn items(self) -> impl ExactSizeIterator<Item = Node<'a>> + Clone {
        let ids = match self.data().kind {
            NodeKind::Seq { start, len } => &self.tree.items[start as usize..][..len as usize],
            _ => &[],
        };
        ids.iter().map(move |&id| Node { tree: self.tree, id })
    }

    /// The item of that number, from 0, of a sequence.
    pub fn item(self, index: usize) -> Option<Node<'a>> {
        match self.data().kind {
            NodeKind::Seq { start, len } if index < len as usize => {
                Some(Node { tree: self.tree, id: self.tree.items[start as usize + index] })
            }
            _ => None,
        }
    }

    /// The pairs of a mapping in the order of the file, those of merge keys last; none for
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

    /// The pair of that key in a mapping.
    pub fn pair(self, key: &str) -> Option<Pair<'a>> {
        self.pairs().find(|pair| pair.key == key)
    }

    /// The value of that key in a mapping.
    pub fn get(self, key: &str) -> Option<Node<'a>> {
        self.pair(key).map(|pair| pair.value)
    }
}
