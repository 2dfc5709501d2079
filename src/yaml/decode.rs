//! Typed values from a tree: a serde `Deserializer` over [`Node`].

use std::fmt;

use serde::de::value::{BorrowedStrDeserializer, MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::tree::{Node, Value};

/// A mapping whose missing keys are looked up in a second one.
#[derive(Debug, Clone, Copy)]
pub struct WithDefaults<'a> {
    /// The mapping itself.
    pub own: Node<'a>,
    /// Mapping that provides the missing keys.
    pub defaults: Option<Node<'a>>,
}

/// Error for a tree that does not fit a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError(String);

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for DecodeError {}

impl serde::de::Error for DecodeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// Decodes a typed value from a mapping and its defaults.
///
/// # Errors
/// If the tree does not fit `T`.
pub fn decode<T: DeserializeOwned>(from: WithDefaults<'_>) -> Result<T, DecodeError> {
    T::deserialize(from)
}

impl<'a> WithDefaults<'a> {
    /// Returns the effective pairs: its own, then the defaults that it does not override.
    fn pairs(self) -> impl Iterator<Item = (&'a str, Node<'a>)> {
        let inherited = self.defaults.into_iter().flat_map(Node::pairs);
        let inherited = inherited.filter(move |pair| self.own.pair(pair.key).is_none());
        self.own.pairs().chain(inherited).map(|pair| (pair.key, pair.value))
    }
}

/// A key that is passed to serde.
struct Key<'a>(&'a str);

impl<'a> IntoDeserializer<'a, DecodeError> for Key<'a> {
    type Deserializer = BorrowedStrDeserializer<'a, DecodeError>;

    fn into_deserializer(self) -> Self::Deserializer {
        BorrowedStrDeserializer::new(self.0)
    }
}

impl<'a> IntoDeserializer<'a, DecodeError> for Node<'a> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for WithDefaults<'de> {
    type Error = DecodeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        if !self.own.is_map() {
            return self.own.deserialize_any(visitor);
        }
        visitor.visit_map(MapDeserializer::new(self.pairs().map(|(key, value)| (Key(key), value))))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier
        ignored_any
    }
}

impl<'de> Deserializer<'de> for Node<'de> {
    type Error = DecodeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.value() {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(value),
            Value::Int(value) => visitor.visit_i64(value),
            Value::Float(value) => visitor.visit_f64(value),
            Value::Text(text) => visitor.visit_borrowed_str(text),
            Value::Seq => visitor.visit_seq(SeqDeserializer::new(self.items())),
            Value::Map => {
                let pairs = self.pairs().map(|pair| (Key(pair.key), pair.value));
                visitor.visit_map(MapDeserializer::new(pairs))
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_some(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        match self.value() {
            Value::Text(text) => {
                BorrowedStrDeserializer::new(text).deserialize_enum(name, variants, visitor)
            }
            _ => self.deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}
