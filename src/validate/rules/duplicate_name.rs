//! `duplicate-name`: instance names are unique across all documents of a file.

use crate::diagnostics::{DiagnosticKind, LabelKind};
use crate::manifest::document::Instance;
use crate::validate::collector::DiagnosticCollector;
use crate::validate::rules::report::{FieldSpan, report};

pub(super) fn check(instance: &Instance<'_>, found: &mut DiagnosticCollector<'_>) {
    let Some(node) = instance.fields.own.get("instanceServiceName") else { return };
    let Some(name) = node.as_str().filter(|name| !name.is_empty()) else { return };
    let span = node.span();
    let first = *found.names.entry(name.to_owned()).or_insert(span);
    if first != span {
        let problem = DiagnosticKind::DuplicateName { name: name.to_owned() };
        let location = FieldSpan { span, field: "instanceServiceName" };
        report(problem, location, Some((first, LabelKind::First)), instance, found);
    }
}
