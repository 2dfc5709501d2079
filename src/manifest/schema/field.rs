//! Human-readable reference of each field: type, values, bounds, default, example. Read from the
//! committed schema, so that the doc comments of [`crate::manifest`] are the only source.

use serde_json::Value;

use super::TEXT;
use crate::manifest::{FieldSpec, LIST_KEYS};

/// Reference of one manifest field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldDoc {
    /// Path without `instances` and indices: `ramSize`, `mountInfoList.sourcePath`.
    pub path: String,
    /// Description, in Markdown.
    pub about: String,
    /// Properties by name: type, unit, range, default, allowed location.
    pub facts: Vec<(&'static str, String)>,
    /// Allowed values, each with its meaning.
    pub values: Vec<(String, String)>,
    /// Nested fields, by path.
    pub item_fields: Vec<(String, String)>,
    /// Example of the field.
    pub example: String,
}

/// Returns every field of a manifest: the document's keys, the instance's, and those of mounts and
/// ports.
///
/// # Panics
/// Never: tests check the committed schema against its types.
pub fn fields() -> Vec<FieldDoc> {
    let schema: Value = serde_json::from_str(TEXT).expect("the committed schema is JSON");
    let read = Reader { schema: &schema };
    let root = LIST_KEYS.map(|key| (key, &schema["properties"][key]));
    let ignored = ("x-", &schema["patternProperties"]["^x-"]);
    let instance = properties(&schema["$defs"]["instance"]);
    let mut found = Vec::new();
    for (key, node) in root.into_iter().chain([ignored]).chain(instance) {
        found.push(read.field("", key, node));
        for (inner, node) in properties(read.inner(key, node)) {
            found.push(read.field(key, inner, node));
        }
    }
    found
}

struct Reader<'a> {
    schema: &'a Value,
}

impl<'a> Reader<'a> {
    /// Returns the node itself, or the one it refers to.
    fn resolve_ref(&self, node: &'a Value) -> &'a Value {
        let path = node["$ref"].as_str().and_then(|path| path.strip_prefix('#'));
        path.and_then(|path| self.schema.pointer(path)).unwrap_or(node)
    }

    /// Returns a keyword of a node, or of the node it refers to.
    fn keyword(&self, node: &'a Value, keyword: &str) -> &'a Value {
        node.get(keyword).unwrap_or(&self.resolve_ref(node)[keyword])
    }

    /// Returns the schema of the mappings in a field, except instances, whose fields are listed once, at
    /// the top.
    fn inner(&self, key: &str, node: &'a Value) -> &'a Value {
        match key {
            "instances" | "defaults" => &Value::Null,
            "limits" => node,
            _ => self.resolve_ref(&node["items"]),
        }
    }

    fn field(&self, list: &str, key: &str, node: &'a Value) -> FieldDoc {
        let path = if list.is_empty() { key.to_owned() } else { format!("{list}.{key}") };
        let about = ["markdownDescription", "description"]
            .into_iter()
            .find_map(|name| self.keyword(node, name).as_str());
        let (about, default) = nested_default(about.unwrap_or_default());
        let mut facts = vec![("type", self.type_text(node))];
        let unit = self.keyword(node, "x-unit").as_str().map(str::to_owned);
        facts.extend(unit.map(|unit| ("unit", unit)));
        facts.extend(self.range(node).map(|range| ("range", range)));
        facts.extend(self.text_form(key, node).map(|form| ("form", form)));
        facts.push(("required", self.required(list, key)));
        facts.extend(default.map(|default| ("default", default)));
        facts.push(("allowed", is_allowed_at(list, key)));
        facts.push(("platform", platform_note(list, key)));
        FieldDoc {
            about,
            facts,
            values: self.values(node),
            item_fields: self.item_schema(key, node),
            example: self.example(list, key, node),
            path,
        }
    }

    fn type_text(&self, node: &'a Value) -> String {
        let word = |kind: &Value| match kind.as_str() {
            Some("string") => "text",
            Some("integer") => "integer",
            Some("boolean") => "`true` or `false`",
            Some("array") => "list",
            Some("object") => "fields (`key: value`)",
            _ => "any value",
        };
        match self.keyword(node, "type") {
            Value::Array(kinds) => kinds.iter().map(word).collect::<Vec<_>>().join(" or "),
            kind => word(kind).to_owned(),
        }
    }

    fn range(&self, node: &'a Value) -> Option<String> {
        let (least, most) = (self.keyword(node, "minimum"), self.keyword(node, "maximum"));
        (least.is_number() && most.is_number()).then(|| format!("{least} to {most}"))
    }

    /// Returns the form of its text, as editors describe it, except for a port, whose form only repeats
    /// its range.
    fn text_form(&self, key: &str, node: &'a Value) -> Option<String> {
        let message = self.keyword(node, "patternErrorMessage").as_str()?;
        let (_, form) = message.split_once(": ").filter(|_| key != "containerPort")?;
        let form = form.strip_prefix("write ").unwrap_or(form);
        Some(form.trim_end_matches('.').to_owned())
    }

    fn required(&self, list: &str, key: &str) -> String {
        let lists = |node: &Value| {
            node["required"].as_array().is_some_and(|names| names.iter().any(|name| name == key))
        };
        let bare = &self.schema["$defs"]["bareForm"];
        let item = &self.schema["$defs"]["instance"]["properties"][list]["items"];
        if key == "instances" {
            "in the list form".to_owned()
        } else if list.is_empty() && lists(bare)
            || !list.is_empty() && lists(self.resolve_ref(item))
        {
            "yes".to_owned()
        } else if list.is_empty() && lists(&bare["else"]) {
            "yes, unless `acceleratorType` is `cpu`".to_owned()
        } else {
            "no".to_owned()
        }
    }

    fn values(&self, node: &'a Value) -> Vec<(String, String)> {
        let words = self.keyword(node, "enum").as_array().into_iter().flatten();
        let texts = self.keyword(node, "markdownEnumDescriptions").as_array();
        let texts = texts.into_iter().flatten().filter_map(Value::as_str);
        words.filter_map(Value::as_str).map(str::to_owned).zip(texts.map(str::to_owned)).collect()
    }

    fn item_schema(&self, key: &str, node: &'a Value) -> Vec<(String, String)> {
        let inner = properties(self.inner(key, node));
        inner.map(|(name, node)| (format!("{key}.{name}"), self.summary(node))).collect()
    }

    fn summary(&self, node: &'a Value) -> String {
        sentence(self.keyword(node, "markdownDescription").as_str().unwrap_or_default()).to_owned()
    }

    fn example(&self, list: &str, key: &str, node: &'a Value) -> String {
        let written = match FieldSpec::find(key) {
            Some(field) if field.example.is_empty() => {
                let inner = properties(self.resolve_ref(&node["items"]));
                let inner = inner.map(|(name, node)| self.example("", name, node));
                format!("\n  - {}", inner.collect::<Vec<_>>().join("\n    "))
            }
            Some(field) => field.example.to_owned(),
            None => return "x-owner: alice".to_owned(),
        };
        let gap = if written.starts_with('\n') { "" } else { " " };
        let line = format!("{key}:{gap}{written}");
        match list {
            "" => line,
            "limits" => format!("{list}:\n  {line}"),
            list => format!("{list}:\n  - {line}"),
        }
    }
}

/// Returns the properties of an object's schema.
fn properties(node: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let properties = node["properties"].as_object();
    properties.into_iter().flatten().map(|(key, node)| (key.as_str(), node))
}

/// Returns the first sentence.
fn sentence(text: &str) -> &str {
    text.find(". ").map_or(text, |end| &text[..=end])
}

/// Splits a description into the text without its default sentence, and the default.
fn nested_default(text: &str) -> (String, Option<String>) {
    let Some((before, after)) = text.split_once("Default: ") else { return (text.into(), None) };
    let (default, after) = after.split_once(". ").unwrap_or((after.trim_end_matches('.'), ""));
    let about = [before.trim(), after].join(" ");
    (about.trim().to_owned(), Some(default.to_owned()))
}

fn is_allowed_at(list: &str, key: &str) -> String {
    match (list, key) {
        ("", "region" | "defaults" | "instances" | "x-") => {
            "at the top level of a document".to_owned()
        }
        ("", "limits") => "at the top level of a document with `instances`".to_owned(),
        ("limits", _) => "in `limits`".to_owned(),
        ("", "instanceServiceName") => {
            "in an item of `instances`, or at the top level without a list".to_owned()
        }
        ("", _) => {
            "in an item of `instances` or under `defaults`, or at the top level without a list"
                .to_owned()
        }
        (list, _) => format!("in an item of `{list}`"),
    }
}

/// Returns the field's location in the platform's documentation, and any difference there.
fn platform_note(list: &str, key: &str) -> String {
    const CALL: &str = "the create call's body, `POST /ai/openapi/v2/instance-service/task`";
    let more = match key {
        "region" => return "`clusterId` in the responses of a login; not in the body".to_owned(),
        "limits" | "cards" | "cardHours" | "defaults" | "instances" | "x-" => {
            return "none: used only by this program".to_owned();
        }
        "instanceServiceName" => ", which allows duplicates",
        "ramSize" => ", an integer in MB",
        "containerPort" => ", an integer in its table and text in its samples; sent as text",
        "version" | "taskNumber" | "useStartScript" | "startScriptActionScope" => {
            ", where it is required; the program fills it in"
        }
        _ => "",
    };
    let location = if list.is_empty() { String::new() } else { format!("`{list}` of ") };
    format!("`{key}` of {location}{CALL}{more}")
}

#[cfg(test)]
mod tests {
    use super::{fields, nested_default};
    use std::collections::BTreeSet;

    use crate::manifest::{INSTANCE_FIELDS, LIMIT_FIELDS, LIST_KEYS, MOUNT_FIELDS, PORT_FIELDS};

    #[test]
    fn every_field_has_a_description_and_an_example() {
        let fields = fields();
        let paths: BTreeSet<&str> = fields.iter().map(|field| field.path.as_str()).collect();
        let within = |list: &str, names: &[&str]| -> Vec<String> {
            names.iter().map(|name| format!("{list}.{name}")).collect()
        };
        let mut expected: Vec<String> =
            LIST_KEYS.into_iter().chain(["x-"]).map(str::to_owned).collect();
        expected.extend(within("limits", &LIMIT_FIELDS));
        for name in INSTANCE_FIELDS {
            expected.push(name.to_owned());
            expected.extend(match name {
                "mountInfoList" => within(name, &MOUNT_FIELDS),
                "containerPortInfoList" => within(name, &PORT_FIELDS),
                _ => Vec::new(),
            });
        }
        assert_eq!(paths, expected.iter().map(String::as_str).collect());
        for field in &fields {
            assert!(field.about.len() > 3, "{field:#?}");
            assert!(!field.about.contains("Default"), "{field:#?}");
            let key = field.path.rsplit('.').next().unwrap_or_default();
            assert!(field.example.contains(key), "{field:#?}");
        }
    }

    #[test]
    fn default_is_split_from_the_description() {
        let of = |text| nested_default(text);
        assert_eq!(
            of("Containers. Default: 1. Each."),
            ("Containers. Each.".into(), Some("1".into()))
        );
        assert_eq!(of("Text. Default: empty."), ("Text.".into(), Some("empty".into())));
        assert_eq!(of("Text."), ("Text.".into(), None));
    }
}
