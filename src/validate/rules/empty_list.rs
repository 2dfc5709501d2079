//! `empty-list`: a list form without instances.

use crate::diagnostics::DiagnosticKind;
use crate::manifest::document::Document;
use crate::validate::collector::DiagnosticCollector;

/// Checks the list of one document.
pub(super) fn check(document: Document<'_>, found: &mut DiagnosticCollector<'_>) {
    let Some(pair) = document.root.pair("instances") else { return };
    if pair.value.is_seq() && pair.value.items().len() == 0 {
        let pointer = "/instances".to_owned();
        found.push(DiagnosticKind::EmptyList, pair.value.span(), document.number, pointer);
    }
}
