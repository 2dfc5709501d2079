//! Lists whose items are created while they are written: created all at once, the objects of a
//! report would take a hundred times the space of the manifest.

use std::borrow::Cow;
use std::io::{self, Write};
use std::iter;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer};

/// A list that is written item by item, of one type.
pub(crate) struct SerializeWith<F>(pub(crate) F);

impl<F: Fn() -> I, I: Iterator<Item: Serialize>> Serialize for SerializeWith<F> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.0())
    }
}

/// A list that is written item by item, from any source.
pub(crate) struct Rows<'a, T>(Box<dyn Fn() -> Box<dyn Iterator<Item = T> + 'a> + 'a>);

impl<'a, T: 'a> Rows<'a, T> {
    /// Creates a list from a function that returns its items; it is called for each pass over them.
    pub(crate) fn new<I: Iterator<Item = T> + 'a>(rows: impl Fn() -> I + 'a) -> Self {
        Self(Box::new(move || Box::new(rows())))
    }

    /// Returns a list without items.
    pub(crate) fn none() -> Self {
        Self::new(iter::empty)
    }

    /// Iterates over the items.
    pub(crate) fn iter(&self) -> Box<dyn Iterator<Item = T> + 'a> {
        self.0()
    }
}

impl<'a, T: Serialize + 'a> Serialize for Rows<'a, T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.iter())
    }
}

impl<T: JsonSchema> JsonSchema for Rows<'_, T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        Vec::<T>::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Vec::<T>::json_schema(generator)
    }
}

/// Prints one value with a trailing newline.
pub(crate) fn print(to: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *to, value)?;
    writeln!(to)
}
