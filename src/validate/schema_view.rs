//! View of the YAML tree for the schema validator, without a copy and without a conversion.

use std::borrow::Cow;

use jsonschema::JsonType;
use jsonschema::json::{Array, Json, JsonNumber, Node as JsonNode, NodeIdentity, Object};
use serde_json::{Map, Number, Value as JsonValue};

use super::chunk::Chunk;
use crate::yaml::{Node, Pair, Value};

/// JSON representation: nodes of a [`crate::yaml::Tree`].
pub(super) struct TreeJson;

/// A value as the validator sees it.
#[derive(Clone, Copy)]
pub(super) enum SchemaNode<'a> {
    Node(Node<'a>),
    /// A document with some of its instances.
    Part(Chunk<'a>),
    /// The `instances` of such a document.
    Instances(Chunk<'a>, Node<'a>),
    /// A key, which has no node.
    Key(&'a str),
}

impl<'a> SchemaNode<'a> {
    /// Returns the node, which may have a hidden part.
    fn node(&self) -> Option<Node<'a>> {
        match self {
            SchemaNode::Node(node) | SchemaNode::Instances(_, node) => Some(*node),
            SchemaNode::Part(part) => Some(part.root),
            SchemaNode::Key(_) => None,
        }
    }

    fn value(&self) -> Value<'a> {
        match self {
            SchemaNode::Key(text) => Value::Text(text),
            _ => self.node().map_or(Value::Null, Node::value),
        }
    }
}

impl Json for TreeJson {
    type Node<'a> = SchemaNode<'a>;
    type PreparedKey = Box<str>;
    type StringBuffer = ();
    /// Mappings are small and searched in order, so one pass over the members is cheaper.
    const KEYS_PER_LOOKUP: usize = 4;
    const ACYCLIC: bool = true;

    fn prepare_key(key: &str) -> Box<str> {
        key.into()
    }

    fn with_string_node<T>((): &mut (), string: &str, f: impl FnOnce(SchemaNode<'_>) -> T) -> T {
        f(SchemaNode::Key(string))
    }
}

impl<'a> JsonNode<'a, TreeJson> for SchemaNode<'a> {
    type Object = Members<'a>;
    type Array = Elements<'a>;
    type Number = TreeNumber;

    fn as_object(&self) -> Option<Members<'a>> {
        let node = self.node().filter(|node| node.is_map())?;
        let part = if let SchemaNode::Part(part) = self { Some(*part) } else { None };
        Some(Members { node, part })
    }

    fn as_array(&self) -> Option<Elements<'a>> {
        let node = self.node().filter(|node| node.is_seq())?;
        Some(match self {
            SchemaNode::Instances(part, _) => Elements { node, visible: Some(part.visible) },
            _ => Elements { node, visible: None },
        })
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        match self.value() {
            Value::Text(text) => Some(Cow::Borrowed(text)),
            _ => None,
        }
    }

    fn as_number(&self) -> Option<TreeNumber> {
        match self.value() {
            Value::Int(value) => Some(TreeNumber::Int(value)),
            Value::Float(value) => Some(TreeNumber::Float(value)),
            _ => None,
        }
    }

    fn as_boolean(&self) -> Option<bool> {
        match self.value() {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    fn is_null(&self) -> bool {
        self.value() == Value::Null
    }

    fn json_type(&self) -> JsonType {
        match self.value() {
            Value::Null => JsonType::Null,
            Value::Bool(_) => JsonType::Boolean,
            Value::Int(_) | Value::Float(_) => JsonType::Number,
            Value::Text(_) => JsonType::String,
            Value::Seq => JsonType::Array,
            Value::Map => JsonType::Object,
        }
    }

    /// Only called for enums and constants, and all of ours are text.
    fn equals_value(&self, expected: &JsonValue) -> bool {
        match (self.as_string(), expected) {
            (Some(text), JsonValue::String(expected)) => text == expected.as_str(),
            _ => *self.to_value() == *expected,
        }
    }

    /// Only called for errors. Omits the content of collections: our diagnostics use the tree, and
    /// a large file must not be copied for an error at its root.
    fn to_value(&self) -> Cow<'a, JsonValue> {
        Cow::Owned(match self.value() {
            Value::Null => JsonValue::Null,
            Value::Bool(value) => value.into(),
            Value::Int(value) => value.into(),
            Value::Float(value) => Number::from_f64(value).into(),
            Value::Text(text) => text.into(),
            Value::Seq => JsonValue::Array(Vec::new()),
            Value::Map => JsonValue::Object(Map::new()),
        })
    }

    /// Our schemas are not recursive, so nodes need no identity.
    fn identity(&self) -> Option<NodeIdentity> {
        None
    }
}

/// A mapping as the validator sees it.
pub(super) struct Members<'a> {
    node: Node<'a>,
    part: Option<Chunk<'a>>,
}

/// Returns a member of a mapping as the validator sees it.
fn member<'a>(part: Option<Chunk<'a>>, key: &str, value: Node<'a>) -> SchemaNode<'a> {
    match part {
        Some(part) if key == "instances" => SchemaNode::Instances(part, value),
        _ => SchemaNode::Node(value),
    }
}

impl<'a> Object<'a, TreeJson> for Members<'a> {
    type Node = SchemaNode<'a>;
    type MemberName = &'a str;
    type MembersIter = Box<dyn Iterator<Item = (&'a str, SchemaNode<'a>)> + 'a>;

    fn len(&self) -> usize {
        self.node.pairs().len()
    }

    fn get(&self, key: &Box<str>) -> Option<SchemaNode<'a>> {
        self.node.get(key).map(|value| member(self.part, key, value))
    }

    fn members(&self) -> Self::MembersIter {
        let part = self.part;
        let observed = move |pair: Pair<'a>| (pair.key, member(part, pair.key, pair.value));
        Box::new(self.node.pairs().map(observed))
    }
}

/// A sequence as the validator sees it.
pub(super) struct Elements<'a> {
    node: Node<'a>,
    /// Indices of the visible ones, if some are hidden.
    visible: Option<&'a [usize]>,
}

impl<'a> Array<'a, TreeJson> for Elements<'a> {
    type Node = SchemaNode<'a>;
    type ElementsIter = Box<dyn Iterator<Item = SchemaNode<'a>> + 'a>;

    fn len(&self) -> usize {
        self.visible.map_or(self.node.items().len(), <[usize]>::len)
    }

    fn elements(&self) -> Self::ElementsIter {
        let Some(visible) = self.visible else {
            return Box::new(self.node.items().map(SchemaNode::Node));
        };
        let node = self.node;
        Box::new(visible.iter().filter_map(move |at| node.item(*at)).map(SchemaNode::Node))
    }
}

/// A number as the validator sees it.
pub(super) enum TreeNumber {
    Int(i64),
    Float(f64),
}

impl JsonNumber for TreeNumber {
    fn as_u64(&self) -> Option<u64> {
        match self {
            Self::Int(value) => u64::try_from(*value).ok(),
            Self::Float(_) => None,
        }
    }

    fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Int(value) => Some(*value),
            Self::Float(_) => None,
        }
    }

    fn as_f64(&self) -> Option<f64> {
        match self {
            // The schema's bounds are below 2^53, so rounding does not change the result.
            #[allow(clippy::cast_precision_loss)]
            Self::Int(value) => Some(*value as f64),
            Self::Float(value) => Some(*value),
        }
    }

    fn as_str(&self) -> Cow<'_, str> {
        Cow::Owned(match self {
            Self::Int(value) => value.to_string(),
            Self::Float(value) => value.to_string(),
        })
    }

    fn to_number(&self) -> Cow<'_, Number> {
        Cow::Owned(match self {
            Self::Int(value) => (*value).into(),
            // JSON has no infinity: the largest number fails the same bounds.
            Self::Float(value) => Number::from_f64(*value).unwrap_or_else(|| {
                Number::from_f64(f64::MAX).expect("the largest float is finite")
            }),
        })
    }

    /// Treats an integer beyond 64 bits as an integer, so that it is out of range rather than of a
    /// wrong type; `1.0` and `1e3` are not integers here: every YAML parser and the service would
    /// have to agree.
    fn is_integer(&self) -> bool {
        match self {
            Self::Int(_) => true,
            Self::Float(value) => {
                value.is_finite() && value.fract() == 0.0 && value.abs() >= 9.2e18
            }
        }
    }

    fn is_written_as_integer(&self) -> bool {
        self.is_integer()
    }
}
