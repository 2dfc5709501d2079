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
        // A path with and without a trailing slash is the same.
        let location = target.trim_end_matches('/');
        if let Some(first) = observed.insert(location, node.span()) {
            let problem = DiagnosticKind::DuplicateMount { target: target.to_owned() };
            let label = Some((first, LabelKind::First));
            report(
                problem,
                FieldSpan { span: node.span(), field: "mountInfoList" },
                label,
                instance,
                found,
            );
        }
    }
}
