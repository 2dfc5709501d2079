//! Reads the text of a lock file strictly: any YAML that represents a tree of JSON values.

use serde_json::{Map, Number, Value};
use serde_yaml::Value as Node;

/// Reason why a text is not such a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LockTextError {
    /// It is not one YAML document with unique keys.
    Syntax {
        /// The message of the YAML parser, with its position.
        message: String,
    },
    /// A key is null.
    NullKey,
    /// A key is not text.
    KeyNotText {
        /// The key, if it is a scalar.
        key: Option<String>,
    },
    /// A value has a tag.
    Tag {
        /// The tag.
        tag: String,
    },
    /// JSON cannot represent a number.
    Number {
        /// The number.
        number: String,
    },
}

/// Parses the one document of the text. A duplicate key, a key that is not text, a tag and a number
/// that JSON cannot represent are errors.
pub fn parse(text: &str) -> Result<Value, LockTextError> {
    let node: Node = serde_yaml::from_str(text)
        .map_err(|error| LockTextError::Syntax { message: error.to_string() })?;
    value(node)
}

fn value(node: Node) -> Result<Value, LockTextError> {
    Ok(match node {
        Node::Null => Value::Null,
        Node::Bool(flag) => Value::Bool(flag),
        Node::Number(number) => Value::Number(json_number(&number)?),
        Node::String(text) => Value::String(text),
        Node::Sequence(items) => {
            Value::Array(items.into_iter().map(value).collect::<Result<_, _>>()?)
        }
        Node::Mapping(pairs) => {
            let mut map = Map::with_capacity(pairs.len());
            for (key, item) in pairs {
                map.insert(text_key(key)?, value(item)?);
            }
            Value::Object(map)
        }
        Node::Tagged(tagged) => return Err(LockTextError::Tag { tag: tagged.tag.to_string() }),
    })
}

fn text_key(key: Node) -> Result<String, LockTextError> {
    let key = match key {
        Node::String(key) => return Ok(key),
        Node::Null => return Err(LockTextError::NullKey),
        Node::Bool(key) => Some(key.to_string()),
        Node::Number(key) => Some(key.to_string()),
        _ => None,
    };
    Err(LockTextError::KeyNotText { key })
}

fn json_number(number: &serde_yaml::Number) -> Result<Number, LockTextError> {
    number
        .as_u64()
        .map(Number::from)
        .or_else(|| number.as_i64().map(Number::from))
        .or_else(|| number.as_f64().and_then(Number::from_f64))
        .ok_or_else(|| LockTextError::Number { number: number.to_string() })
}
