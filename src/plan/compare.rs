//! Two bodies, field by field. A field that one side lacks counts as its default, ports and mounts
//! are sets, and a number equals its text: so a newer program does not call everything changed.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::FieldChange;
use crate::lockfile::Body;

/// Where the new body differs from the locked one: its own fields in their order, then what only the
/// locked one has.
pub(super) fn changes(locked: &Body, new: &Body) -> Vec<FieldChange> {
    // Nearly always they are the same text, and no field needs a look.
    if locked == new {
        return Vec::new();
    }
    let (mut locked, new) = (locked.fields(), new.fields());
    let scripted = is_scripted(&locked);
    let mut changes = Vec::new();
    for (field, new) in new {
        let old = locked.shift_remove(&field).filter(|old| !old.is_null());
        let old = old.unwrap_or_else(|| default(&field, scripted));
        if !equal(&field, &old, &new) {
            changes.push(FieldChange { field, old, new });
        }
    }
    let only_locked = locked.into_iter().filter(|(_, old)| !is_empty(old));
    changes.extend(only_locked.map(|(field, old)| FieldChange { field, old, new: Value::Null }));
    changes
}

/// What the platform takes for a field that a body lacks.
fn default(field: &str, scripted: bool) -> Value {
    match field {
        "description" | "startScriptContent" => json!(""),
        "useStartScript" => json!(scripted),
        "startScriptActionScope" => json!("all"),
        "taskNumber" => json!(1),
        "mountInfoList" | "containerPortInfoList" => json!([]),
        _ => Value::Null,
    }
}

fn is_scripted(fields: &Map<String, Value>) -> bool {
    fields.get("startScriptContent").and_then(Value::as_str).is_some_and(|text| !text.is_empty())
}

/// Whether a field that we do not send says no more than its absence.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) => false,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
    }
}

fn equal(field: &str, old: &Value, new: &Value) -> bool {
    match (field, old, new) {
        ("mountInfoList" | "containerPortInfoList", Value::Array(old), Value::Array(new)) => {
            let set = |items: &[Value]| items.iter().map(canonical).collect::<BTreeSet<_>>();
            set(old) == set(new)
        }
        _ => old == new || canonical(old) == canonical(new),
    }
}

/// A text that is the same for values that are the same to the platform.
fn canonical(value: &Value) -> String {
    match value {
        // The quotes keep the text `true` apart from the flag, and the brackets of a list from text.
        Value::String(text) => format!("{text:?}"),
        Value::Number(number) => match number.as_f64() {
            Some(float) if float.fract() == 0.0 && !number.is_i64() && !number.is_u64() => {
                format!("\"{float}\"")
            }
            _ => format!("\"{number}\""),
        },
        Value::Array(items) => {
            format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(","))
        }
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields
                .iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(key, value)| format!("{key:?}:{}", canonical(value)))
                .collect();
            fields.sort();
            format!("{{{}}}", fields.join(","))
        }
        other => other.to_string(),
    }
}
