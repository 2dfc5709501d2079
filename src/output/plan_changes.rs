//! Details of a planned item: old and new values, and line diffs. Secrets are masked.

use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use crate::api::endpoints::create_task::{ContainerPortInfo, MountInfo};
use crate::diagnostics::escape_for_terminal;
use crate::language::Language;
use crate::output::words::shared;
use crate::plan::FieldChange;
use crate::validate::mask_secrets;

/// Number of unchanged lines around a changed one.
const CONTEXT: usize = 2;

/// A detail of a row.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Detail {
    /// A sentence, or a part of a request.
    Text(String),
    /// A field with its old and its new value.
    Change { field: String, old: String, new: String },
    /// A field whose lines or items differ.
    Diff { field: String, lines: Vec<DiffLine> },
}

/// A line of a diff.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct DiffLine {
    /// `-`, `+` or a space.
    pub(super) sign: char,
    pub(super) text: String,
}

impl DiffLine {
    pub(super) fn new(sign: char, text: impl Into<String>) -> Self {
        Self { sign, text: text.into() }
    }
}

/// Returns the old and the new value of a field.
pub(super) fn field_change(change: &FieldChange, words: Language) -> Detail {
    let FieldChange { field, old, new } = change;
    let field = whole(field);
    match (old, new) {
        (Value::Array(old), Value::Array(new)) => {
            Detail::Diff { field, lines: item_diff(old, new, words) }
        }
        _ => match [old, new].map(lines_of) {
            [Some(old), Some(new)] if old.contains('\n') || new.contains('\n') => {
                Detail::Diff { field, lines: line_diff(old, new, words) }
            }
            _ => {
                let [old, new] = [old, new].map(|value| field_value(&field, value, words));
                Detail::Change { field, old, new }
            }
        },
    }
}

fn lines_of(value: &Value) -> Option<&str> {
    if value.is_null() { Some("") } else { value.as_str() }
}

/// Compares lists as sets, as the plan does.
fn item_diff(old: &[Value], new: &[Value], words: Language) -> Vec<DiffLine> {
    let texts = |items: &[Value]| -> Vec<String> {
        items.iter().map(|item| list_item(item, words)).collect()
    };
    let (old, new) = (texts(old), texts(new));
    let removed = old.iter().filter(|text| !new.contains(text));
    let added = new.iter().filter(|text| !old.contains(text));
    let removed = removed.map(|text| DiffLine::new('-', text));
    removed.chain(added.map(|text| DiffLine::new('+', text))).collect()
}

fn list_item(item: &Value, words: Language) -> String {
    if let Ok(mount) = serde_json::from_value::<MountInfo>(item.clone()) {
        return words.mount(&mount);
    }
    match serde_json::from_value::<ContainerPortInfo>(item.clone()) {
        Ok(port) => shared::port(&port),
        Err(_) => whole(&item.to_string()),
    }
}

fn line_diff(old: &str, new: &str, words: Language) -> Vec<DiffLine> {
    // A changed secret is masked on both sides, and its line is still shown as changed.
    let masked = [old, new].map(mask_secrets);
    let [old, new] = [old, new].map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
    let diff = TextDiff::configure().diff_slices(&old, &new);
    let mut lines = Vec::new();
    for hunk in diff.grouped_ops(CONTEXT) {
        if !lines.is_empty() {
            lines.push(DiffLine::new(' ', ".."));
        }
        for change in hunk.iter().flat_map(|op| diff.iter_changes(op)) {
            let (sign, [old, new]) = match change.tag() {
                ChangeTag::Delete => ('-', [change.old_index(), None]),
                ChangeTag::Insert => ('+', [None, change.new_index()]),
                ChangeTag::Equal => (' ', [change.old_index(), None]),
            };
            let line = old.map(|at| &masked[0][at]).or(new.map(|at| &masked[1][at]));
            let line = line.map_or("", String::as_str).replace('\t', "    ");
            lines.push(DiffLine::new(sign, whole(&line)));
            if sign != ' ' && !change.value().ends_with('\n') {
                lines.push(DiffLine::new(' ', words.fixed().no_line_end));
            }
        }
    }
    lines
}

fn field_value(field: &str, value: &Value, words: Language) -> String {
    match value {
        Value::String(text) => format!("`{}`", whole(&mask_secrets(text).join("\n"))),
        Value::Null => words.fixed().no_value.to_owned(),
        Value::Number(number) if field == "ramSize" => {
            number.as_u64().map_or_else(|| number.to_string(), shared::manifest_memory)
        }
        other => whole(&other.to_string()),
    }
}

/// Returns a text that can be printed and is not truncated: its end may be what differs.
fn whole(text: &str) -> String {
    escape_for_terminal(text.chars())
}
