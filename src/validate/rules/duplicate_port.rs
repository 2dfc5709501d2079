//! `duplicate-port`: one port opened twice in one instance.

use std::collections::HashMap;

use super::{Findings, Instance, Problem, tell};
use crate::yaml::Value;

pub(super) fn check(instance: &Instance<'_>, found: &mut Findings<'_>) {
    let Some(list) = instance.field_value("containerPortInfoList") else { return };
    let mut seen = HashMap::new();
    for node in list.items().filter_map(|item| item.get("containerPort")) {
        let port = match node.value() {
            Value::Int(port) => u16::try_from(port).ok(),
            Value::Text(text) => text.parse().ok(),
            _ => None,
        };
        let Some(port) = port else { continue };
        if let Some(first) = seen.insert(port, node.span()) {
            let place = (node.span(), "containerPortInfoList");
            tell(
                Problem::DuplicatePort { port },
                place,
                Some((first, "first here")),
                instance,
                found,
            );
        }
    }
}
