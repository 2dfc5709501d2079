//! Comparison of two bodies, field by field. A missing field counts as its default, ports and
//! mounts are sets, and a number equals its text, so that a newer program does not report
//! everything as changed.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::FieldChange;
use crate::lockfile::RequestBody;

/// Lists the differences between the new body and the locked one: the new body's fields in their
/// order, then those only in the locked body.
pub(super) fn changes(locked: &RequestBody, new: &RequestBody) -> Vec<FieldChange> {
    // They are usually the same text, and no field has to be compared.
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

/// Lists the differences between an instance shown by the platform and its request. All fields that
/// were sent and are shown are compared; image, group and sizes in any case. Empty equals missing;
/// line end styles, final line ends, and additions of the platform to a port or mount are ignored.
pub fn differences(sent: &RequestBody, displayed: &Map<String, Value>) -> Vec<FieldChange> {
    let mut differences = Vec::new();
    for (field, sent) in sent.fields() {
        let found = displayed.get(&field);
        let needed = REQUIRED.contains(&field.as_str());
        if found.is_none() && !needed {
            continue;
        }
        let found = found.unwrap_or(&Value::Null);
        if !platform_equal(&sent, found) {
            differences.push(FieldChange { field, old: without_server_fields(found), new: sent });
        }
    }
    differences
}

/// Returns the platform's value reduced to the keys of ports and mounts that can be sent: an access
/// URL contains a secret.
fn without_server_fields(displayed: &Value) -> Value {
    let mut displayed = displayed.clone();
    for item in displayed.as_array_mut().into_iter().flatten() {
        if let Value::Object(fields) = item {
            fields.retain(|key, _| SENT_IN_ITEMS.contains(&key.as_str()));
        }
    }
    displayed
}

const SENT_IN_ITEMS: [&str; 5] =
    ["containerPort", "protocolType", "sourcePath", "targetPath", "type"];

/// Fields without which an instance cannot be distinguished from another one of its name.
const REQUIRED: [&str; 6] =
    ["instanceServiceName", "imagePath", "resourceGroup", "cpuNumber", "ramSize", "gpuNumber"];

/// Returns whether the sent and the shown value are the same to the platform.
fn platform_equal(sent: &Value, displayed: &Value) -> bool {
    match (sent, displayed) {
        (Value::Array(sent), Value::Array(displayed)) => same_items(sent, displayed),
        (Value::String(sent), Value::String(displayed)) => normalize(sent) == normalize(displayed),
        _ => canonical(sent) == canonical(displayed) || is_blank(sent) && is_blank(displayed),
    }
}

/// Returns whether each sent item is shown once, in any order. Only keys that both sides have are
/// compared.
fn same_items(sent: &[Value], displayed: &[Value]) -> bool {
    let same_item = |sent: &Value, displayed: &Value| match (sent, displayed) {
        (Value::Object(sent), Value::Object(displayed)) => {
            let named = |key: &String| displayed.get(key).filter(|value| !is_blank(value));
            let mut common = sent.iter().filter_map(|(key, sent)| Some((sent, named(key)?)));
            common.clone().count() > 0
                && common.all(|(sent, displayed)| platform_equal(sent, displayed))
        }
        _ => platform_equal(sent, displayed),
    };
    let mut left: Vec<&Value> = displayed.iter().collect();
    sent.len() == displayed.len()
        && sent.iter().all(|sent| {
            let found = left.iter().position(|displayed| same_item(sent, displayed));
            found.map(|at| left.swap_remove(at)).is_some()
        })
}

fn normalize(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").trim_end_matches('\n').to_owned()
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => normalize(text).is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// Returns the platform's default for a missing field.
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

/// Returns whether a field that we do not send is equivalent to a missing one.
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

/// Returns a text that is equal for values that are the same to the platform.
fn canonical(value: &Value) -> String {
    match value {
        // The quotes distinguish the text `true` from the flag, and text with brackets from a list.
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
