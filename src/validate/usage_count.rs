//! A problem in `defaults`, in an anchored value or in a merge is reported once, where it is
//! written, with the number of affected instances. A value that an anchor gives to fields of
//! several kinds has no safe fix: a fix for one of them breaks another.

use std::collections::{HashMap, HashSet};

use crate::diagnostics::{Label, LabelKind};
use crate::manifest::FieldKind;
use crate::manifest::document::{Document, Instance};
use crate::source::Span;
use crate::validate::collector::DiagnosticCollector;
use crate::yaml::{Node, Pair};

/// Labels the problems that more than one instance of a document shares. Without anchors, only those in
/// `defaults` are.
pub(super) fn label_shared_values(
    documents: &[Document<'_>],
    may_have_anchors: bool,
    found: &mut DiagnosticCollector<'_>,
) {
    let faulty: HashSet<usize> = found.diagnostics.iter().map(|found| found.document).collect();
    // Two documents never share a span.
    let mut locations: Vec<_> =
        found.diagnostics.iter().map(|found| (found.span, Usage::default())).collect();
    locations.sort_unstable_by_key(|(span, _)| *span);
    locations.dedup_by_key(|(span, _)| *span);
    let mut uses = UsageCounter { locations, may_have_anchors, lists: HashMap::new(), owners: 0 };
    for document in documents.iter().filter(|document| faulty.contains(&document.number)) {
        document.instances().for_each(|instance| uses.count(&instance));
    }
    uses.count_in_lists();
    for found in &mut found.diagnostics {
        let Some(location) = uses.location(found.span) else { continue };
        if location.count > 1 {
            found.labels.push(Label { kind: LabelKind::UsedBy(location.count), span: found.span });
            found.uses = location.count;
        }
        found.fix.take_if(|_| location.mixed);
    }
}

/// Usage of a location.
#[derive(Default)]
struct Usage<'a> {
    /// Number of instances that use it.
    count: usize,
    /// The last owner, an instance or a list, that it was counted for.
    owner: usize,
    /// The first field that uses it.
    field: Option<&'a str>,
    /// True if fields of several kinds use it.
    mixed: bool,
}

/// Usage counter for the locations of diagnostics.
struct UsageCounter<'a> {
    /// In order: most spans are searched in vain, and hashing takes longer.
    locations: Vec<(Span, Usage<'a>)>,
    /// Whether another instance may use an instance's own values: to search those takes a tenth of the
    /// time of a file without errors.
    may_have_anchors: bool,
    /// Mounts and ports of the instances: a list in `defaults` is searched once.
    lists: HashMap<Span, (Node<'a>, usize)>,
    /// Number of instances and lists searched.
    owners: usize,
}

impl<'a> UsageCounter<'a> {
    fn count(&mut self, instance: &Instance<'a>) {
        let own = instance.fields.own;
        let inherited = instance.fields.defaults.into_iter().flat_map(Node::pairs);
        let inherited = inherited.filter(|pair| own.pair(pair.key).is_none());
        self.owners += 1;
        let own_pairs = self.may_have_anchors.then(|| own.pairs()).into_iter().flatten();
        for pair in own_pairs.chain(inherited) {
            self.bump(pair, 1);
            if pair.value.is_seq() {
                self.lists.entry(pair.value.span()).or_insert((pair.value, 0)).1 += 1;
            }
        }
    }

    fn bump(&mut self, pair: Pair<'a>, times: usize) {
        for span in [pair.key_span, pair.value.span()] {
            let owner = self.owners;
            let Some(location) = self.location(span) else { continue };
            if location.owner != owner {
                location.owner = owner;
                location.count += times;
            }
            let first = location.field.get_or_insert(pair.key);
            location.mixed |= *first != pair.key && !(is_integer(first) && is_integer(pair.key));
        }
    }

    fn location(&mut self, span: Span) -> Option<&mut Usage<'a>> {
        let at = self.locations.binary_search_by_key(&span, |(span, _)| *span).ok()?;
        Some(&mut self.locations[at].1)
    }

    fn count_in_lists(&mut self) {
        for (list, times) in std::mem::take(&mut self.lists).into_values() {
            self.owners += 1;
            list.items().flat_map(Node::pairs).for_each(|pair| self.bump(pair, times));
        }
    }
}

fn is_integer(field: &str) -> bool {
    matches!(FieldKind::of(field), Some(FieldKind::Count { .. } | FieldKind::PortNumber))
}
