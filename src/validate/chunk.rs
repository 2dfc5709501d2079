//! A document in chunks. The validator keeps all schema errors of a value in memory, each a hundred
//! times the size of the smallest value that it can be about: they are collected one chunk at a
//! time.

use std::borrow::Cow;

use crate::diagnostics::{DiagnosticKind, Excess};
use crate::manifest::FieldSpec;
use crate::manifest::document::{Document, join};
use crate::validate::collector::DiagnosticCollector;
use crate::yaml::{Node, Pair};

/// Size of one chunk of `instances`, in bytes; at least one instance.
const CHUNK_BYTES: usize = 128 << 10;

/// Maximum number of mounts or ports that are checked: the number of existing ports.
const MAX_LIST_ITEMS: usize = 65_535;

/// A document with only some of its instances visible, and none if it has no list of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chunk<'a> {
    pub(super) root: Node<'a>,
    /// Index of the first visible instance, from 0.
    pub(super) first: usize,
    /// Number of visible instances.
    pub(super) count: usize,
}

impl<'a> Chunk<'a> {
    /// Splits a document into chunks, except values with a list that is too long, which is
    /// reported.
    pub(super) fn chunks(document: Document<'a>, found: &mut DiagnosticCollector<'_>) -> Vec<Self> {
        let root = document.root;
        let shared =
            root.get("defaults").is_some_and(|all| is_long(all, "/defaults", document, found));
        if shared || is_long(root, "", document, found) {
            return Vec::new();
        }
        let instances = root.get("instances").filter(|list| list.is_seq());
        let mut parts = vec![Self { root, first: 0, count: 0 }];
        let mut bytes = 0;
        for (at, item) in instances.into_iter().flat_map(Node::items).enumerate() {
            let long = is_long(item, &format!("/instances/{at}"), document, found);
            if long || bytes > CHUNK_BYTES {
                parts.push(Self { root, first: at + usize::from(long), count: 0 });
                bytes = 0;
            }
            if !long {
                parts.last_mut().expect("there is a first").count += 1;
                bytes += item.span().range().len();
            }
        }
        parts
    }

    /// Maps a pointer in this chunk to the whole document; `None` outside of `instances`, which the
    /// first chunk reports.
    pub(super) fn pointer(self, displayed: &str) -> Option<Cow<'_, str>> {
        if self.first == 0 {
            return Some(displayed.into());
        }
        let rest = displayed.strip_prefix("/instances/")?;
        let index = rest.split('/').next()?;
        let at = index.parse::<usize>().ok()? + self.first;
        Some(format!("/instances/{at}{}", &rest[index.len()..]).into())
    }
}

/// Checks whether a list of an instance is too long to be checked, and reports it.
fn is_long<'a>(
    instance: Node<'a>,
    pointer: &str,
    document: Document<'_>,
    found: &mut DiagnosticCollector<'_>,
) -> bool {
    let long = |pair: Pair<'a>| {
        let field = FieldSpec::find(pair.key).filter(|field| field.is_list_in_instance())?;
        (pair.value.items().len() > MAX_LIST_ITEMS).then_some((field.name, pair))
    };
    let Some((field, list)) = instance.pairs().find_map(long) else { return false };
    let problem = DiagnosticKind::TooLarge(Excess::List(field, MAX_LIST_ITEMS));
    found.push(problem, list.key_span, document.number, join(pointer, list.key));
    true
}
