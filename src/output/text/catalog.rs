//! Resources that a region offers, in any shape the platform returns.

use std::io;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::api::endpoints::free_cards::{GroupCards, group_cards};
use crate::ids::Region;
use crate::language::Language;
use crate::output::console::Console;
use crate::output::json::{CommandFields, ExitReport};
use crate::output::table::{Column, Table, escape_cell};
use crate::text::memory;

/// Resources of one kind, in the shape in which the platform returned them.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct CatalogResponse {
    /// `catalog`: whether the list is complete.
    pub whole: bool,
    /// `catalog groups`: the resource groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Value")]
    pub groups: Option<Value>,
    /// `catalog images`: the images.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Value")]
    pub images: Option<Value>,
    /// `catalog limits`: the resources of one node.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Value")]
    pub limits: Option<Value>,
    /// `catalog mounts`: the directories that can be mounted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Value")]
    pub mounts: Option<Value>,
    /// `catalog free`: the cards of the resource groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Value")]
    pub free: Option<Value>,
}

/// Columns that come first, if present.
const LEADING_COLUMNS: [&str; 7] =
    ["resourceGroup", "path", "name", "version", "acceleratorType", "type", "status"];

/// Fields of an image that its path usually contains.
const PARTS_OF_PATH: [&str; 3] = ["name", "version", "tag"];

/// Field of a node with an amount of memory in MB.
const MEMORY: &str = "memorySize";

impl Console {
    /// Prints the resources of the region, as the command's result.
    pub fn print_catalog(
        &mut self,
        offered: &CatalogResponse,
        region: Option<&Region>,
    ) -> io::Result<()> {
        let words = self.words();
        if self.is_human() {
            let CatalogResponse { groups, images, limits, mounts, free, .. } = offered;
            let data = [groups, images, limits, mounts, free].into_iter().flatten().next();
            let cards = free.as_ref().and_then(|free| group_cards(free, region));
            let shown = match cards.filter(|cards| !cards.is_empty()) {
                Some(cards) => cards_text(&cards, self.out_width(), words),
                None => text(data.unwrap_or(&Value::Null), self.out_width(), words),
            };
            self.result(&shown)?;
        } else {
            let fields = CommandFields { catalog: Some(offered), ..CommandFields::default() };
            self.print_rows(ExitReport::default(), &|_| {}, fields)?;
        }
        if offered.whole {
            return Ok(());
        }
        self.info(words.fixed().catalog_incomplete)
    }
}

/// Returns human-readable text: a table of objects, one line per text, or the fields of one object;
/// anything else as JSON.
fn text(data: &Value, width: Option<usize>, words: Language) -> String {
    match inner(data) {
        Value::Null => format!("{}\n", words.fixed().catalog_empty),
        Value::Array(items) if items.is_empty() => format!("{}\n", words.fixed().catalog_empty),
        Value::Array(items) => {
            let objects: Option<Vec<_>> = items.iter().map(Value::as_object).collect();
            match objects {
                Some(objects) => objects_text(&objects, width, words),
                None => lines(items.iter().map(cell)),
            }
        }
        Value::Object(fields) => {
            let [field, value] = words.fixed().field_titles;
            let columns = vec![Column::text(field), Column::text(value).truncate_cell()];
            let mut table = Table::new(columns);
            for (key, value) in fields {
                // The platform shows 0 as the limits of cards that a node does have.
                if !(key.ends_with("Limits") && number(value) == Some(0)) {
                    table.row([key.as_str(), &with_unit(key, value)]);
                }
            }
            table.text(0, width)
        }
        other => format!("{}\n", cell(other)),
    }
}

/// Returns a table of the cards of resource groups.
fn cards_text(groups: &[GroupCards], width: Option<usize>, words: Language) -> String {
    let [group, name, free, all] = words.fixed().card_titles;
    let mut columns = vec![Column::text(group), Column::number(free), Column::number(all)];
    // The name is usually the code.
    let named = groups.iter().any(|group| group.name.is_some());
    columns.extend(named.then(|| Column::text(name).truncate_cell()));
    let mut table = Table::new(columns);
    for GroupCards { group, name, free, all } in groups {
        let all = all.map_or_else(String::new, |all| all.to_string());
        let name = named.then(|| name.clone().unwrap_or_default());
        table.row([group.clone(), free.to_string(), all].into_iter().chain(name));
    }
    table.text(0, width)
}

/// Returns the items of a page, or the response itself.
fn inner(data: &Value) -> &Value {
    let found = ["data", "items", "records", "list"].iter().filter_map(|key| data.get(key));
    found.into_iter().find(|value| value.is_array()).unwrap_or(data)
}

/// Returns a table of the fields, the known ones first, without those that are empty or that the path of
/// an image contains: its name, version and tag. If it does not fit, each object is
/// printed as its first field with the others below it: a truncated path could not be copied.
fn objects_text(items: &[&Map<String, Value>], width: Option<usize>, words: Language) -> String {
    let mut keys: Vec<&str> = Vec::new();
    for (key, value) in items.iter().flat_map(|item| item.iter()) {
        if !value.is_null() && !keys.contains(&key.as_str()) {
            keys.push(key);
        }
    }
    keys.sort_by_key(|key| {
        LEADING_COLUMNS.iter().position(|first| first == key).unwrap_or(LEADING_COLUMNS.len())
    });
    let value = |item: &Map<String, Value>, key: &str| {
        item.get(key).map_or_else(String::new, |value| with_unit(key, value))
    };
    if let Some(&first) = keys.first() {
        let repeats =
            |item: &&Map<String, Value>, key| value(item, first).contains(&value(item, key));
        keys.retain(|key| {
            *key == first
                || !(PARTS_OF_PATH.contains(key) && items.iter().all(|item| repeats(item, key)))
        });
    }
    let mut table =
        Table::new(keys.iter().map(|key| Column::text(&words.catalog_title(key))).collect());
    for item in items {
        table.row(keys.iter().map(|key| value(item, key)));
    }
    if table.fits_width(0, width) {
        return table.text(0, None);
    }
    lines(items.iter().map(|item| {
        let first = keys.first().map_or_else(String::new, |key| value(item, key));
        let rest = keys.iter().skip(1).map(|key| (key, value(item, key)));
        let rest = rest.filter(|(_, value)| !value.is_empty());
        let rest: Vec<String> = rest.map(|(key, value)| format!("{key} {value}")).collect();
        if rest.is_empty() { first } else { format!("{first}\n  {}", rest.join(", ")) }
    }))
}

/// Returns the value of a field, with its unit if that is known.
fn with_unit(key: &str, value: &Value) -> String {
    match number(value) {
        Some(mb) if key == MEMORY => memory(mb),
        _ => cell(value),
    }
}

fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.flat_map(|line| [line, "\n".to_owned()]).collect()
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => escape_cell(text),
        other => escape_cell(&other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::language::Language;

    fn text(data: &Value, width: Option<usize>) -> String {
        super::text(data, width, Language::English)
    }

    #[test]
    fn catalog_data_of_every_shape_is_shown() {
        let groups =
            json!([{"id": 1, "resourceGroup": "低优先"}, {"resourceGroup": "b", "x": null}]);
        assert_eq!(text(&groups, None), "RESOURCE GROUP  ID\n低优先          1\nb\n");
        assert_eq!(text(&json!({"total": 1, "data": ["/a", 5]}), None), "/a\n5\n");
        assert_eq!(text(&json!({"cpu": 8}), None), "FIELD  VALUE\ncpu    8\n");
        assert_eq!(text(&json!("a\u{1b}[2J"), None), "a\\u{1b}[2J\n");
        for nothing in [json!(null), json!([]), json!({"data": []})] {
            assert_eq!(text(&nothing, None), "nothing\n");
        }
        assert_eq!(text(&groups, Some(12)), "低优先\n  id 1\nb\n");
        assert_eq!(text(&json!([[1], {"a": 2}]), None), "[1]\n{\"a\":2}\n");
    }

    #[test]
    fn columns_that_repeat_the_first_one_are_left_out() {
        let images = json!([
            {"name": "i", "version": "i:1", "tag": "1", "path": "r/i:1", "type": "ssh"},
            {"name": "j", "version": "j:2", "tag": "2", "path": "r/j:2", "type": "ssh"},
        ]);
        assert_eq!(text(&images, None), "PATH   TYPE\nr/i:1  ssh\nr/j:2  ssh\n");
        assert_eq!(text(&images, Some(8)), "r/i:1\n  type ssh\nr/j:2\n  type ssh\n");
        assert_eq!(text(&json!([{"name": "a", "free": 1}]), None), "NAME  FREE\na     1\n");
        let other = json!([{"path": "r/i:1", "version": "v"}]);
        assert_eq!(text(&other, None), "PATH   VERSION\nr/i:1  v\n");
    }

    #[test]
    fn node_has_memory_with_a_unit_and_no_empty_limits() {
        let node = json!({"memorySize": 112_640, "dcuLimits": 0, "nvLimits": 2});
        assert_eq!(text(&node, None), "FIELD       VALUE\nmemorySize  110 GiB\nnvLimits    2\n");
    }
}
