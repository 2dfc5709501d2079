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
    let mut uses: HashMap<Span, usize> =
        found.diagnostics.iter().map(|found| (found.span, 0)).collect();
    for document in documents.iter().filter(|document| faulty.contains(&document.number)) {
        for instance in document.instances() {
            count(&instance, &mut uses);
        }
    }
    for found in &mut found.diagnostics {
        if let Some(count) = uses.get(&found.span).filter(|count| **count > 1) {
            let message = format!("used by {count} instances");
            found.labels.push(Label { message, span: found.span });
        }
    }
}

fn count(instance: &Instance<'_>, uses: &mut HashMap<Span, usize>) {
    let own = instance.fields.own;
    let inherited = instance.fields.defaults.into_iter().flat_map(Node::pairs);
    let inherited = inherited.filter(|pair| own.pair(pair.key).is_none());
    for pair in own.pairs().chain(inherited) {
        bump(pair, uses);
        // The fields of mounts and ports.
        pair.value.items().flat_map(Node::pairs).for_each(|pair| bump(pair, uses));
    }
}

fn bump(pair: Pair<'_>, uses: &mut HashMap<Span, usize>) {
    for span in [pair.key_span, pair.value.span()] {
        if let Some(count) = uses.get_mut(&span) {
            *count += 1;
        }
    }
}
