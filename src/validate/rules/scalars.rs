//! The scalars of a document, for the rules about single values.

use crate::manifest::document::{Document, join};
use crate::manifest::is_ignored_key;
use crate::yaml::{Node, Value};

/// A scalar and its location.
#[derive(Clone, Copy)]
pub(super) struct Scalar<'a> {
    /// The nearest key above it.
    pub(super) field: &'a str,
    pub(super) node: Node<'a>,
    pub(super) document: usize,
    /// Returns its JSON Pointer; only called for a diagnostic, which is rare.
    pub(super) pointer: &'a dyn Fn() -> String,
}

/// Visits every scalar of a document.
pub(super) fn visit(document: Document<'_>, visitor: &mut dyn FnMut(Scalar<'_>)) {
    let number = document.number;
    for pair in document.root.pairs().filter(|pair| !is_ignored_key(pair.key)) {
        let pointer = || join("", pair.key);
        let scalar =
            Scalar { field: pair.key, node: pair.value, document: number, pointer: &pointer };
        visit_below(scalar, visitor);
    }
}

fn visit_below(parent: Scalar<'_>, visitor: &mut dyn FnMut(Scalar<'_>)) {
    match parent.node.value() {
        Value::Map => {
            for pair in parent.node.pairs() {
                let pointer = || join(&(parent.pointer)(), pair.key);
                let child =
                    Scalar { field: pair.key, node: pair.value, pointer: &pointer, ..parent };
                visit_below(child, visitor);
            }
        }
        Value::Seq => {
            for (at, node) in parent.node.items().enumerate() {
                let pointer = || format!("{}/{at}", (parent.pointer)());
                visit_below(Scalar { node, pointer: &pointer, ..parent }, visitor);
            }
        }
        _ => visitor(parent),
    }
}
