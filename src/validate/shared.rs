//! A fault in `defaults`, behind an anchor or in a merge is told once, where it is written; how many
//! instances it reaches is told beside it. What an anchor gives to fields of several kinds has no sure
//! edit: what mends one of them breaks another.

use std::collections::{HashMap, HashSet};

use super::DiagnosticCollector;
use crate::diagnostic::Label;
use crate::document::{Document, Instance};
use crate::source::Span;
use crate::yaml::{Node, Pair};

/// Labels the faults that more than one instance of a document shares.
pub(super) fn label_shared_values(documents: &[Document<'_>], found: &mut DiagnosticCollector<'_>) {
    let faulty: HashSet<usize> = found.diagnostics.iter().map(|found| found.document).collect();
    // No two documents share a place.
    let places = found.diagnostics.iter().map(|found| (found.span, Usage::default()));
    let mut uses = UsageCounter { places: places.collect(), lists: HashMap::new(), owners: 0 };
    for document in documents.iter().filter(|document| faulty.contains(&document.number)) {
        document.instances().for_each(|instance| uses.count(&instance));
    }
    let uses = uses.whole_value();
    for found in &mut found.diagnostics {
        let Some(place) = uses.get(&found.span) else { continue };
        if place.count > 1 {
            let message = format!("used by {} instances", place.count);
            found.labels.push(Label { message, span: found.span });
            found.uses = place.count;
        }
        found.fix.take_if(|_| place.mixed);
    }
}

/// How a place is met.
#[derive(Default)]
struct Usage<'a> {
    /// By how many instances.
    count: usize,
    /// The last owner, an instance or a list, that it was counted for.
    owner: usize,
    /// The field that it was met in first.
    field: Option<&'a str>,
    /// Whether it was met in fields of several kinds.
    mixed: bool,
}

/// How often what was found is met.
struct UsageCounter<'a> {
    places: HashMap<Span, Usage<'a>>,
    /// The mounts and ports that instances have: a list in `defaults` is looked through once.
    lists: HashMap<Span, (Node<'a>, usize)>,
    /// How many instances and lists were looked through.
    owners: usize,
}

impl<'a> UsageCounter<'a> {
    fn count(&mut self, instance: &Instance<'a>) {
        let own = instance.fields.own;
        let inherited = instance.fields.defaults.into_iter().flat_map(Node::pairs);
        let inherited = inherited.filter(|pair| own.pair(pair.key).is_none());
        self.owners += 1;
        for pair in own.pairs().chain(inherited) {
            self.bump(pair, 1);
            if pair.value.is_seq() {
                self.lists.entry(pair.value.span()).or_insert((pair.value, 0)).1 += 1;
            }
        }
    }

    fn bump(&mut self, pair: Pair<'a>, times: usize) {
        for span in [pair.key_span, pair.value.span()] {
            let Some(place) = self.places.get_mut(&span) else { continue };
            if place.owner != self.owners {
                place.owner = self.owners;
                place.count += times;
            }
            let first = place.field.get_or_insert(pair.key);
            place.mixed |= *first != pair.key && !(is_integer(first) && is_integer(pair.key));
        }
    }

    fn whole_value(mut self) -> HashMap<Span, Usage<'a>> {
        for (list, times) in std::mem::take(&mut self.lists).into_values() {
            self.owners += 1;
            list.items().flat_map(Node::pairs).for_each(|pair| self.bump(pair, times));
        }
        self.places
    }
}

fn is_integer(field: &str) -> bool {
    matches!(field, "cpuNumber" | "gpuNumber" | "taskNumber" | "containerPort")
}
