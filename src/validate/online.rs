//! Places the findings of the online check in a manifest: each at its value, where it is written.

use std::collections::BTreeMap;

use super::check::documents;
use super::collector::{DiagnosticCollector, diagnostic};
use super::result::ValidationResult;
use super::{suppressions, usage_count};
use crate::diagnostics::{CatalogEntry, CatalogMismatch};
use crate::ids::InstanceName;
use crate::manifest::document::{Instance, join};
use crate::source::SourceFile;
use crate::yaml::{self, Node};

/// Returns the diagnostics of the online check of a valid manifest: `found` has the mismatches of its
/// instances. Comments in the manifest may allow them.
pub fn locate_mismatches(
    source: &SourceFile,
    found: &BTreeMap<InstanceName, Vec<CatalogMismatch>>,
) -> ValidationResult {
    let parsed = yaml::parse(source.text());
    let documents = documents(&parsed);
    let mut placed = DiagnosticCollector::new(source, parsed.reported.clone());
    let mut instances = 0;
    for instance in documents.iter().flat_map(|document| document.instances()) {
        instances += 1;
        let name = instance.field_value("instanceServiceName").and_then(Node::as_str);
        for mismatch in name.and_then(|name| found.get(name)).into_iter().flatten() {
            place(&instance, mismatch, &mut placed);
        }
    }
    usage_count::label_shared_values(&documents, parsed.may_have_anchors, &mut placed);
    suppressions::apply(&parsed, &documents, &mut placed);
    let mut diagnostics = placed.diagnostics;
    // The offline check reports the comments that suppress nothing.
    diagnostics.retain(|found| {
        CatalogEntry::find(found.problem.code()).is_some_and(CatalogEntry::is_online)
    });
    diagnostics.sort_by_key(|diagnostic| diagnostic.span);
    ValidationResult { manifest: None, diagnostics, instances }
}

fn place(
    instance: &Instance<'_>,
    mismatch: &CatalogMismatch,
    placed: &mut DiagnosticCollector<'_>,
) {
    let CatalogMismatch { problem, mount } = mismatch;
    let field = if mount.is_some() { "mountInfoList" } else { problem.field() };
    let Some(mut node) = instance.field_value(field) else { return };
    let own = instance.fields.own.pair(field).is_some();
    let mut pointer = join(if own { &instance.pointer } else { "/defaults" }, field);
    if let Some(index) = *mount {
        let path = node.item(index).and_then(|item| item.get(problem.field()));
        node = path.unwrap_or(node);
        pointer = join(&join(&pointer, &index.to_string()), problem.field());
    }
    placed.push_with(diagnostic(problem.clone(), node.span(), instance.document, pointer));
}
