//! Expanded size of a manifest. `defaults` and aliases are short but expand to much more: a script
//! of a megabyte there, and a thousand instances that share it, are a gigabyte of requests.

use crate::diagnostics::{DiagnosticKind, Excess};
use crate::manifest::document::{Instance, label_span};
use crate::source::MAX_BYTES;
use crate::validate::collector::DiagnosticCollector;
use crate::yaml::Node;

/// Maximum size of all instances of a file with `defaults` and aliases expanded, in bytes. A
/// hundred thousand instances that share a script of four kilobytes stay below it.
const MAX_EXPANDED_BYTES: usize = 2 * MAX_BYTES;

/// Size of a value in addition to its text.
const FRAME: usize = 16;

/// Expanded size of the instances so far.
#[derive(Default)]
pub(super) struct ExpandedSize {
    bytes: usize,
    /// The document whose `defaults` were measured last, and their size.
    defaults: Option<(usize, usize)>,
}

impl ExpandedSize {
    /// Adds one instance. Returns `false`, and adds a diagnostic, if the limit is exceeded.
    pub(super) fn add(
        &mut self,
        instance: &Instance<'_>,
        found: &mut DiagnosticCollector<'_>,
    ) -> bool {
        let shared = match (self.defaults, instance.fields.defaults) {
            (Some((document, weight)), _) if document == instance.document => weight,
            (_, defaults) => defaults.map_or(0, node_size),
        };
        self.defaults = Some((instance.document, shared));
        self.bytes =
            self.bytes.saturating_add(shared).saturating_add(node_size(instance.fields.own));
        if self.bytes <= MAX_EXPANDED_BYTES {
            return true;
        }
        let problem = DiagnosticKind::TooLarge(Excess::Expanded(MAX_EXPANDED_BYTES >> 20));
        let span = label_span(instance.fields.own, found.source);
        found.push(problem, span, instance.document, instance.pointer.clone());
        false
    }
}

/// Returns the size of a node. Aliases are followed; the number of nodes they expand to is already
/// bounded.
fn node_size(node: Node<'_>) -> usize {
    let text = node.as_str().map_or(0, str::len);
    let items: usize = node.items().map(node_size).fold(0, usize::saturating_add);
    let pairs = node.pairs().map(|pair| node_size(pair.value).saturating_add(pair.key.len()));
    pairs.fold(FRAME.saturating_add(text).saturating_add(items), usize::saturating_add)
}
