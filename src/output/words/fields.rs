//! Parts of texts about manifests that are the same in each language.

use crate::manifest::{FieldSpec, Parent};
use crate::text::memory;

/// Maximum number of offers that a help text names.
pub(super) const MAX_OFFERS: usize = 8;

/// Returns the value of a field that has a number, with its unit.
pub(super) fn sized(field: &str, value: u64) -> String {
    if field == "ramSize" { memory(value) } else { value.to_string() }
}

/// Returns the bracket that closes another one.
pub(super) fn closing(open: char) -> char {
    if open == '[' { ']' } else { '}' }
}

/// Returns the list that a field of its items belongs to, with an example of an item.
pub(super) fn item_example(parent: Parent) -> Option<(&'static str, &'static str)> {
    match parent {
        Parent::Mount => Some((
            "mountInfoList",
            "- {sourcePath: /public/home/alice/data, targetPath: /mnt/data, type: path}",
        )),
        Parent::Port => {
            Some(("containerPortInfoList", "- {containerPort: 8888, protocolType: HTTP}"))
        }
        Parent::Instance | Parent::Document => None,
    }
}

/// Returns an example of the value of a field.
pub(super) fn value_example(field: &str) -> &'static str {
    FieldSpec::find(field).map_or("", |field| field.example)
}
