//! Help for values of the wrong type or form for their field.

use super::suggestion::{Suggestion, integer};
use super::timeout::suggest_timeout;
use crate::diagnostics::escaped;
use crate::manifest::document::Location;
use crate::manifest::{FieldKind, FieldSpec};
use crate::validate::syntax_recovery::foreign_content;
use crate::yaml::{Node, Value};

/// Returns the help for a path that is not absolute.
pub(in crate::validate) fn absolute(field: &str, path: &str) -> String {
    if path.starts_with(['~', '$']) {
        let mark = &path[..1];
        return format!(
            "`{mark}` is not expanded: write the whole path, such as `/public/home/alice/data`"
        );
    }
    match path.trim_start_matches("./") {
        inner if field == "targetPath" && !inner.is_empty() && !inner.starts_with('.') => {
            format!("start it with `/`: write `/{}`", escaped(inner))
        }
        _ => {
            "write the whole path, starting with `/`, such as `/public/home/alice/data`".to_owned()
        }
    }
}

/// Returns a list item in the form of the manifest, based on the short form of other programs.
pub(in crate::validate) fn item(list: &str, short: Option<&str>) -> String {
    let parts: Vec<&str> = short.unwrap_or_default().split(':').collect();
    if list == "mountInfoList" {
        let (source, target) = match parts[..] {
            [source, target, ..] if source.starts_with('/') && target.starts_with('/') => {
                (source, target)
            }
            _ => ("/public/home/alice/data", "/mnt/data"),
        };
        let (source, target) = (escaped(source), escaped(target));
        return format!("- {{sourcePath: {source}, targetPath: {target}, type: path}}");
    }
    let port = parts.last().and_then(|port| port.parse::<u16>().ok()).unwrap_or(8888);
    format!("- {{containerPort: {port}, protocolType: HTTP}}")
}

/// Returns the help for a value of the wrong type for its field.
pub(in crate::validate) fn other_type(field: &str, location: Location<'_>) -> Option<String> {
    let node = location.node;
    let kind = FieldKind::of(field);
    let list = FieldSpec::find(field).is_some_and(FieldSpec::is_list_in_instance);
    let item = || item(field, node.as_str());
    Some(match (field, node.value()) {
        ("", Value::Seq) => "put `instances:` on a line above the list".to_owned(),
        ("", Value::Text(text)) => quote_whole_value(text),
        (_, Value::Text(text))
            if (list || field == "instances") && text.trim_start().starts_with("- ") =>
        {
            "remove the `|` after its key: the lines below it are read as one text".to_owned()
        }
        ("instances", Value::Map) if node.pairs().all(|pair| pair.value.is_map()) => {
            "`instances` is a list: write each as `- instanceServiceName: NAME`, then its fields"
                .to_owned()
        }
        ("instances", Value::Map) => {
            "`instances` is a list: start each instance with `- `, and indent its other fields by \
             two more spaces"
                .to_owned()
        }
        ("instances", _) => format!(
            "write each instance below it, starting with `- instanceServiceName: {}`",
            node.as_str().map_or("train-a".to_owned(), |name| escaped(name).to_string())
        ),
        ("defaults", Value::Seq) => {
            "write each shared field below it as `key: value`, without `- `".to_owned()
        }
        ("defaults", _) => "write each shared field below it as `key: value`, indented".to_owned(),
        (_, Value::Map) if list && location.key.is_some() => {
            "it is a list: start each item with `- `, and indent its other fields by two more \
             spaces"
                .to_owned()
        }
        _ if list => format!("write each of its items as `{}`", item()),
        ("startScriptContent", _) => {
            "write the script as text: `startScriptContent: |`, then its lines, indented".to_owned()
        }
        (_, Value::Int(seconds @ 1..1_000_000)) if kind == Some(FieldKind::TimeLimit) => {
            match suggest_timeout(&seconds.to_string()) {
                Some(Suggestion::Hint(help)) => help,
                _ => return None,
            }
        }
        (_, Value::Seq) => match node.items().next().and_then(scalar) {
            Some(first) => format!("write one value, not a list: `{field}: {}`", escaped(&first)),
            None => "write one value, not a list".to_owned(),
        },
        (_, Value::Text(text)) => return number_help(text),
        _ => return None,
    })
}

/// Returns the help for text instead of a number.
fn number_help(text: &str) -> Option<String> {
    if let Some(number) = leading_number(text) {
        return Some(format!("write only the number: `{number}`"));
    }
    if text.contains("//") || text.contains('#') {
        return Some("a comment starts with a space and `#`".to_owned());
    }
    let variable = || "variables are not expanded: write the value itself".to_owned();
    text.contains('$').then(variable)
}

/// Returns the integer of `8 cores`.
fn leading_number(text: &str) -> Option<&str> {
    let (number, unit) = text.split_once(' ')?;
    let is_word = unit.starts_with(|c: char| c.is_alphabetic());
    integer(number).filter(|integer| integer == number && is_word).map(|_| number)
}

fn scalar(node: Node<'_>) -> Option<String> {
    match node.value() {
        Value::Text(text) => Some(text.to_owned()),
        Value::Int(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Checks whether a value is `{{ name }}`, which YAML reads as a mapping in a mapping.
pub(in crate::validate) fn is_template(node: Node<'_>) -> bool {
    node.pairs().len() == 1 && node.pairs().all(|pair| pair.key == "?")
}

fn quote_whole_value(text: &str) -> String {
    let many = |mark: &str| text.split_whitespace().filter(|word| word.contains(mark)).count() > 1;
    if let Some(help) = foreign_content(text) {
        help.to_owned()
    } else if text.contains('：') {
        "write `key: value`: the colons here are full-width".to_owned()
    } else if many("=") {
        "write `key: value`, not `key = value`".to_owned()
    } else if many(":") {
        "a space is missing after each colon: write `key: value`".to_owned()
    } else {
        "write an instance as `key: value` lines; `instancectl init` creates a starter file"
            .to_owned()
    }
}
