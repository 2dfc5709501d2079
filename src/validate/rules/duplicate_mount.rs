//! `duplicate-mount`: two directories mounted at the same path in one instance.

use std::collections::HashMap;

use crate::diagnostics::{DiagnosticKind, LabelKind};
use crate::manifest::document::Instance;
use crate::validate::collector::DiagnosticCollector;
use crate::validate::rules::report::{FieldSpan, report};

pub(super) fn check(instance: &Instance<'_>, found: &mut DiagnosticCollector<'_>) {
    let Some(list) = instance.field_value("mountInfoList") else { return };
    let mut observed = HashMap::new();
    for node in list.items().filter_map(|item| item.get("targetPath")) {
        let Some(target) = node.as_str() else { continue };
        let location = normalize(target);
        if let Some(first) = observed.insert(location, node.span()) {
            let problem = DiagnosticKind::DuplicateMount { target: target.to_owned() };
            let label = Some((first, LabelKind::First));
            let at = FieldSpan { span: node.span(), field: "mountInfoList" };
            report(problem, at, label, instance, found);
        }
    }
}

/// Returns the parts of a path, with `.` and `..` resolved: the paths `/a`, `//a/` and `/b/../a` are
/// the same.
fn normalize(path: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => _ = parts.pop(),
            part => parts.push(part),
        }
    }
    parts
}
