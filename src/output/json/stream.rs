//! Lists whose items are created while they are written: created all at once, the objects of a
//! report would take a hundred times the space of the manifest.

use std::io::{self, Write};

use serde::ser::SerializeSeq as _;
use serde::{Serialize, Serializer};

use super::instance_row::InstanceRow;

/// A list that is written item by item.
pub(crate) struct SerializeWith<F>(pub(crate) F);

impl<F: Fn() -> I, I: Iterator<Item: Serialize>> Serialize for SerializeWith<F> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.0())
    }
}

/// Passes every row of `instances` to a function.
pub(crate) type EachRow<'a> = &'a dyn Fn(&mut dyn FnMut(InstanceRow<'_>));

/// The rows of `instances`.
pub(crate) struct Rows<'a>(pub(crate) EachRow<'a>);

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut list = to.serialize_seq(None)?;
        let mut result = Ok(());
        (self.0)(&mut |row| {
            if result.is_ok() {
                result = list.serialize_element(&row);
            }
        });
        result?;
        list.end()
    }
}

/// Prints one value with a trailing newline.
pub(crate) fn print(to: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *to, value)?;
    writeln!(to)
}
