//! A fault in `defaults`, behind an anchor or in a merge is told once, where it is written; how many
//! instances it reaches is told beside it.

use std::collections::{HashMap, HashSet};

use super::Findings;
use crate::diagnostic::Label;
use crate::document::{Document, Instance};
use crate::source::Span;
use crate::yaml::{Node, Pair};

/// Labels the faults that more than one instance of a document shares.
pub(super) fn label(documents: &[Document<'_>], found: &mut Findings<'_>) {
    let faulty: HashSet<usize> = found.diagnostics.iter().map(|found| found.document).collect();
    // No two documents share a place.
    let places = found.diagnostics.iter().map(|found| (found.span, 0));
    let mut uses = Uses { places: places.collect(), lists: HashMap::new() };
    for document in documents.iter().filter(|document| faulty.contains(&document.number)) {
        document.instances().for_each(|instance| uses.count(&instance));
    }
    let uses = uses.whole();
    for found in &mut found.diagnostics {
        if let Some(count) = uses.get(&found.span).filter(|count| **count > 1) {
            let message = format!("used by {count} instances");
            found.labels.push(Label { message, span: found.span });
        }
    }
}

/// How often what was found is met.
struct Uses<'a> {
    places: HashMap<Span, usize>,
    /// The mounts and ports that instances have: a list in `defaults` is looked through once.
    lists: HashMap<Span, (Node<'a>, usize)>,
}

impl<'a> Uses<'a> {
    fn count(&mut self, instance: &Instance<'a>) {
        let own = instance.fields.own;
        let inherited = instance.fields.defaults.into_iter().flat_map(Node::pairs);
        let inherited = inherited.filter(|pair| own.pair(pair.key).is_none());
        for pair in own.pairs().chain(inherited) {
            self.bump(pair, 1);
            if pair.value.is_seq() {
                self.lists.entry(pair.value.span()).or_insert((pair.value, 0)).1 += 1;
            }
        }
    }

    fn bump(&mut self, pair: Pair<'_>, times: usize) {
        for span in [pair.key_span, pair.value.span()] {
            if let Some(count) = self.places.get_mut(&span) {
                *count += times;
            }
        }
    }

    fn whole(mut self) -> HashMap<Span, usize> {
        for (list, times) in std::mem::take(&mut self.lists).into_values() {
            list.items().flat_map(Node::pairs).for_each(|pair| self.bump(pair, times));
        }
        self.places
    }
}
