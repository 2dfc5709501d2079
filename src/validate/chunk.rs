//! A document in chunks. The validator keeps all schema errors of a value in memory, each a hundred
//! times the size of the smallest value that it can be about: they are collected one chunk at a
//! time.

use std::borrow::Cow;
use std::ops::Range;

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
    /// Indices of the visible instances, from 0.
    pub(super) visible: &'a [usize],
    /// Whether it is the first of the document, with which all outside of the instances is reported.
    is_first: bool,
}

impl<'a> Chunk<'a> {
    /// Returns a document with only those of its instances.
    pub(super) fn new(root: Node<'a>, visible: &'a [usize]) -> Self {
        Self { root, visible, is_first: true }
    }

    /// Splits a document into chunks with those of its instances that may be wrong, except values with
    /// a list that is too long, which is reported. A tenth of the instances in error takes a fifth of
    /// the time that all take.
    pub(super) fn chunks(
        document: Document<'a>,
        suspects: &'a [usize],
        found: &mut DiagnosticCollector<'_>,
    ) -> Vec<Self> {
        let root = document.root;
        let shared = root
            .get("defaults")
            .is_some_and(|all| is_long(all, || "/defaults".to_owned(), document, found));
        if shared || is_long(root, String::new, document, found) {
            return Vec::new();
        }
        let instances = root.get("instances").filter(|list| list.is_seq());
        let mut ranges = vec![Range::default()];
        let mut bytes = 0;
        for (at, item) in instances.into_iter().flat_map(Node::items).enumerate() {
            let long = is_long(item, || format!("/instances/{at}"), document, found);
            if long || bytes > CHUNK_BYTES {
                let first = at + usize::from(long);
                ranges.push(first..first);
                bytes = 0;
            }
            if !long {
                ranges.last_mut().expect("there is a first").end = at + 1;
                bytes += item.span().range().len();
            }
        }
        let before = |index: usize| suspects.partition_point(|suspect| *suspect < index);
        let visible = |range: Range<usize>| &suspects[before(range.start)..before(range.end)];
        let parts = ranges.into_iter().enumerate().map(|(number, range)| Self {
            root,
            visible: visible(range),
            is_first: number == 0,
        });
        parts.filter(|part| part.is_first || !part.visible.is_empty()).collect()
    }

    /// Maps a pointer in this chunk to the whole document; `None` outside of `instances`, which the
    /// first chunk reports.
    pub(super) fn pointer(self, displayed: &str) -> Option<Cow<'_, str>> {
        let Some(rest) = displayed.strip_prefix("/instances/") else {
            return self.is_first.then(|| displayed.into());
        };
        let index = rest.split('/').next()?;
        let at = self.visible.get(index.parse::<usize>().ok()?)?;
        Some(format!("/instances/{at}{}", &rest[index.len()..]).into())
    }
}

/// Checks whether a list of an instance is too long to be checked, and reports it.
fn is_long<'a>(
    instance: Node<'a>,
    pointer: impl Fn() -> String,
    document: Document<'_>,
    found: &mut DiagnosticCollector<'_>,
) -> bool {
    let long = |pair: Pair<'a>| {
        let long = Some(pair).filter(|pair| pair.value.items().len() > MAX_LIST_ITEMS)?;
        let field = FieldSpec::find(long.key).filter(|field| field.is_list_in_instance())?;
        Some((field.name, long))
    };
    let Some((field, list)) = instance.pairs().find_map(long) else { return false };
    let problem = DiagnosticKind::TooLarge(Excess::List(field, MAX_LIST_ITEMS));
    found.push(problem, list.key_span, document.number, join(&pointer(), list.key));
    true
}
