//! Reads the text of a lock file strictly: any YAML that represents a tree of JSON values.

use serde_json::{Map, Number, Value};
use serde_yaml::Value as Node;

/// Error for text that is not such a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockTextError {
    /// Line and column, from 1, if known.
    pub location: Option<(usize, usize)>,
    /// The error message.
    pub message: String,
}

/// Parses the one document of the text. A duplicate key, a key that is not text, a tag and a number
/// that JSON cannot represent are errors.
pub fn parse(text: &str) -> Result<Value, LockTextError> {
    let node: Node = serde_yaml::from_str(text).map_err(|error| LockTextError {
        location: error.location().map(|location| (location.line(), location.column())),
        message: error.to_string(),
    })?;
    value(node).map_err(|message| LockTextError { location: None, message })
}

fn value(node: Node) -> Result<Value, String> {
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
                let key = match key {
                    Node::String(key) => key,
                    Node::Null => return Err("a key is null, expected text in quotes".to_owned()),
                    Node::Bool(key) => {
                        return Err(format!("the key {key} is not text; it needs quotes"));
                    }
                    Node::Number(key) => {
                        return Err(format!("the key {key} is not text; it needs quotes"));
                    }
                    _ => return Err("a key is not text".to_owned()),
                };
                map.insert(key, value(item)?);
            }
            Value::Object(map)
        }
        Node::Tagged(tagged) => return Err(format!("found the tag `{}`", tagged.tag)),
    })
}

fn json_number(number: &serde_yaml::Number) -> Result<Number, String> {
    number
        .as_u64()
        .map(Number::from)
        .or_else(|| number.as_i64().map(Number::from))
        .or_else(|| number.as_f64().and_then(Number::from_f64))
        .ok_or_else(|| format!("the number {number} cannot be stored in a lock"))
}
