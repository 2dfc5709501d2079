//! The YAML tree as the schema validator reads it: without a copy and without a conversion.

use std::borrow::Cow;

use jsonschema::JsonType;
use jsonschema::json::{Array, Json, JsonNumber, Node as JsonNode, NodeIdentity, Object};
use serde_json::{Map, Number, Value as JsonValue};

use crate::yaml::{Node, Pair, Value};

/// The representation: nodes of a [`crate::yaml::Tree`].
pub(super) struct TreeJson;

/// A node as the validator sees it. The second form is a key, which has no node of its own.
#[derive(Clone, Copy)]
pub(super) enum View<'a> {
    Node(Node<'a>),
    Key(&'a str),
}

impl Json for TreeJson {
    type Node<'a> = View<'a>;
    type PreparedKey = Box<str>;
    type StringBuffer = ();
    /// Mappings are small and searched in order, so one pass over the members is the cheaper way.
    const KEYS_PER_LOOKUP: usize = 4;
    const ACYCLIC: bool = true;

    fn prepare_key(key: &str) -> Box<str> {
        key.into()
    }

    fn with_string_node<T>((): &mut (), string: &str, f: impl FnOnce(View<'_>) -> T) -> T {
        f(View::Key(string))
    }
}

impl<'a> JsonNode<'a, TreeJson> for View<'a> {
    type Object = Members<'a>;
    type Array = Elements<'a>;
    type Number = TreeNumber;

    fn as_object(&self) -> Option<Members<'a>> {
        match self {
            View::Node(node) if node.is_map() => Some(Members(*node)),
            _ => None,
        }
    }

    fn as_array(&self) -> Option<Elements<'a>> {
        match self {
            View::Node(node) if node.is_seq() => Some(Elements(*node)),
            _ => None,
        }
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        match self {
            View::Node(node) => node.as_str().map(Cow::Borrowed),
            View::Key(text) => Some(Cow::Borrowed(text)),
        }
    }

    fn as_number(&self) -> Option<TreeNumber> {
        match self {
            View::Node(node) => match node.value() {
                Value::Int(value) => Some(TreeNumber::Int(value)),
                Value::Float(value) => Some(TreeNumber::Float(value)),
                _ => None,
            },
            View::Key(_) => None,
        }
    }

    fn as_boolean(&self) -> Option<bool> {
        match self {
            View::Node(node) => match node.value() {
                Value::Bool(value) => Some(value),
                _ => None,
            },
            View::Key(_) => None,
        }
    }

    fn is_null(&self) -> bool {
        matches!(self, View::Node(node) if node.value() == Value::Null)
    }

    fn json_type(&self) -> JsonType {
        match self {
            View::Key(_) => JsonType::String,
            View::Node(node) => match node.value() {
                Value::Null => JsonType::Null,
                Value::Bool(_) => JsonType::Boolean,
                Value::Int(_) | Value::Float(_) => JsonType::Number,
                Value::Text(_) => JsonType::String,
                Value::Seq => JsonType::Array,
                Value::Map => JsonType::Object,
            },
        }
    }

    /// Only enums and constants ask, and all of ours are text.
    fn equals_value(&self, expected: &JsonValue) -> bool {
        match (self.as_string(), expected) {
            (Some(text), JsonValue::String(expected)) => text == expected.as_str(),
            _ => *self.to_value() == *expected,
        }
    }

    /// Asked for by the errors alone. A collection's content is not: our diagnostics look at the
    /// tree, and a large file must not be copied for an error at its root.
    fn to_value(&self) -> Cow<'a, JsonValue> {
        Cow::Owned(match self {
            View::Key(text) => JsonValue::from(*text),
            View::Node(node) => match node.value() {
                Value::Null => JsonValue::Null,
                Value::Bool(value) => value.into(),
                Value::Int(value) => value.into(),
                Value::Float(value) => Number::from_f64(value).into(),
                Value::Text(text) => text.into(),
                Value::Seq => JsonValue::Array(Vec::new()),
                Value::Map => JsonValue::Object(Map::new()),
            },
        })
    }

    /// No schema of ours refers to itself, so no node need be told from another.
    fn identity(&self) -> Option<NodeIdentity> {
        None
    }
}

/// A mapping as the validator sees it.
pub(super) struct Members<'a>(Node<'a>);

impl<'a> Object<'a, TreeJson> for Members<'a> {
    type Node = View<'a>;
    type MemberName = &'a str;
    type MembersIter = Box<dyn Iterator<Item = (&'a str, View<'a>)> + 'a>;

    fn len(&self) -> usize {
        self.0.pairs().len()
    }

    fn get(&self, key: &Box<str>) -> Option<View<'a>> {
        self.0.get(key).map(View::Node)
    }

    fn members(&self) -> Self::MembersIter {
        let member = |pair: Pair<'a>| (pair.key, View::Node(pair.value));
        Box::new(self.0.pairs().map(member))
    }
}

/// A sequence as the validator sees it.
pub(super) struct Elements<'a>(Node<'a>);

impl<'a> Array<'a, TreeJson> for Elements<'a> {
    type Node = View<'a>;
    type ElementsIter = Box<dyn Iterator<Item = View<'a>> + 'a>;

    fn len(&self) -> usize {
        self.0.items().len()
    }

    fn elements(&self) -> Self::ElementsIter {
        Box::new(self.0.items().map(View::Node))
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
            // The schema's bounds are below 2^53, so the rounding changes no answer.
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

    /// An integer beyond 64 bits is one, so that it is out of range rather than of a wrong type;
    /// `1.0` and `1e3` are none here: every reader of YAML and the service would have to agree.
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
