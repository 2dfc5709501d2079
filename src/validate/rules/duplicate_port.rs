//! `duplicate-port`: the same port opened twice in one instance.

use std::collections::HashMap;

use crate::diagnostics::{DiagnosticKind, LabelKind};
use crate::manifest::document::Instance;
use crate::validate::collector::DiagnosticCollector;
use crate::validate::rules::report::{FieldSpan, report};
use crate::yaml::Value;

pub(super) fn check(instance: &Instance<'_>, found: &mut DiagnosticCollector<'_>) {
    let Some(list) = instance.field_value("containerPortInfoList") else { return };
    let mut observed = HashMap::new();
    for node in list.items().filter_map(|item| item.get("containerPort")) {
        let port = match node.value() {
            Value::Int(port) => u16::try_from(port).ok(),
            Value::Text(text) => text.parse().ok(),
            _ => None,
        };
        let Some(port) = port else { continue };
        if let Some(first) = observed.insert(port, node.span()) {
            let location = FieldSpan { span: node.span(), field: "containerPortInfoList" };
            report(
                DiagnosticKind::DuplicatePort { port },
                location,
                Some((first, LabelKind::First)),
                instance,
                found,
            );
        }
    }
}
