//! The body of a create call, as the lock records it.

use crate::ids::InstanceName;
use crate::yaml::emit;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::sync::Arc;

/// The body of a create call, kept as the single line of JSON that is written to the lock: small in
/// memory, shared by its copies, and two equal bodies of one program have equal text.
#[derive(Debug, Clone)]
pub struct RequestBody(Arc<RawValue>);

impl RequestBody {
    /// Returns the body that this value serializes to.
    ///
    /// # Panics
    /// If the value is not a JSON object.
    pub fn from_value<T: Serialize + ?Sized>(value: &T) -> Self {
        let line = emit::to_flow_yaml(value);
        assert!(line.starts_with('{'), "a body is a JSON object");
        Self(RawValue::from_string(line).expect("it was written as JSON").into())
    }

    /// Returns the line of JSON.
    pub fn as_str(&self) -> &str {
        self.0.get()
    }

    /// Returns whether the body belongs to the instance of this name; a body without a name does.
    pub(super) fn is_for(&self, name: &InstanceName) -> bool {
        self.fields().get("instanceServiceName").is_none_or(|own| *own == *name.as_str())
    }

    /// Returns its fields, in the order in which they were sent.
    ///
    /// # Panics
    /// Never: the text is always a JSON object.
    pub fn fields(&self) -> Map<String, Value> {
        serde_json::from_str(self.as_str()).expect("a body is a JSON object")
    }
}

impl PartialEq for RequestBody {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for RequestBody {}

impl Serialize for RequestBody {
    /// Serializes the stored text: building its fields would take ten times as long.
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(to)
    }
}

impl<'de> Deserialize<'de> for RequestBody {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Map::<String, Value>::deserialize(from).map(|fields| Self::from_value(&fields))
    }
}
