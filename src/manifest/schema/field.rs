//! Human-readable reference of each field: type, values, bounds, default, example. Read from the
//! committed schema, so that the doc comments of [`crate::manifest`] are the only source.

use serde_json::Value;

use super::committed;
use crate::language::Language;
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
pub fn fields(language: Language) -> Vec<FieldDoc> {
    let schema: Value =
        serde_json::from_str(committed(language)).expect("the committed schema is JSON");
    let read = Reader { schema: &schema, language };
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
    language: Language,
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
        let (about, default) = self.nested_default(about.unwrap_or_default());
        let named = |english, chinese| self.language.either(english, chinese);
        let mut facts = vec![(named("type", "类型"), self.type_text(node))];
        let unit = self.keyword(node, "x-unit").as_str().map(str::to_owned);
        facts.extend(unit.map(|unit| (named("unit", "单位"), unit)));
        facts.extend(self.range(node).map(|range| (named("range", "范围"), range)));
        facts.extend(self.text_form(key, node).map(|form| (named("form", "格式"), form)));
        facts.push((named("required", "必填"), self.required(list, key).to_owned()));
        facts.extend(default.map(|default| (named("default", "默认值"), default)));
        facts.push((named("allowed", "位置"), self.is_allowed_at(list, key)));
        facts.push((named("platform", "平台"), self.platform_note(list, key)));
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
            Some("string") => self.language.either("text", "文本"),
            Some("integer") => self.language.either("integer", "整数"),
            Some("boolean") => self.language.either("`true` or `false`", "`true` 或 `false`"),
            Some("array") => self.language.either("list", "列表"),
            Some("object") => self.language.either("fields (`key: value`)", "字段（`key: value`）"),
            _ => self.language.either("any value", "任意值"),
        };
        let or = self.language.either(" or ", "或");
        match self.keyword(node, "type") {
            Value::Array(kinds) => kinds.iter().map(word).collect::<Vec<_>>().join(or),
            kind => word(kind).to_owned(),
        }
    }

    fn range(&self, node: &'a Value) -> Option<String> {
        let (least, most) = (self.keyword(node, "minimum"), self.keyword(node, "maximum"));
        let to = self.language.either("to", "到");
        (least.is_number() && most.is_number()).then(|| format!("{least} {to} {most}"))
    }

    /// Returns the form of its text, as editors describe it, except for a port, whose form only repeats
    /// its range.
    fn text_form(&self, key: &str, node: &'a Value) -> Option<String> {
        let message = self.keyword(node, "patternErrorMessage").as_str()?;
        let colon = self.language.either(": ", "：");
        let (_, form) = message.split_once(colon).filter(|_| key != "containerPort")?;
        let form = form.strip_prefix(self.language.either("write ", "应写为 ")).unwrap_or(form);
        Some(form.trim_end_matches(['.', '。']).to_owned())
    }

    fn required(&self, list: &str, key: &str) -> &'static str {
        let lists = |node: &Value| {
            node["required"].as_array().is_some_and(|names| names.iter().any(|name| name == key))
        };
        let bare = &self.schema["$defs"]["bareForm"];
        let item = &self.schema["$defs"]["instance"]["properties"][list]["items"];
        if key == "instances" {
            self.language.either("in the list form", "列表写法中必填")
        } else if list.is_empty() && lists(bare)
            || !list.is_empty() && lists(self.resolve_ref(item))
        {
            self.language.either("yes", "是")
        } else if list.is_empty() && lists(&bare["else"]) {
            self.language.either(
                "yes, unless `acceleratorType` is `cpu`",
                "是，除非 `acceleratorType` 为 `cpu`",
            )
        } else {
            self.language.either("no", "否")
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
        first_sentence(self.keyword(node, "markdownDescription").as_str().unwrap_or_default())
            .to_owned()
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

    /// Splits a description into the text without its default sentence, and the default.
    fn nested_default(&self, text: &str) -> (String, Option<String>) {
        let [label, end, blank] =
            self.language.either(["Default: ", ". ", " "], ["默认值：", "。", ""]);
        let Some((before, after)) = text.split_once(label) else { return (text.into(), None) };
        let (default, after) = after.split_once(end).unwrap_or((after.trim_end_matches('.'), ""));
        let about = [before.trim(), after].join(blank);
        (about.trim().to_owned(), Some(default.to_owned()))
    }

    fn is_allowed_at(&self, list: &str, key: &str) -> String {
        let text = match (list, key) {
            ("", "region" | "defaults" | "instances" | "x-") => {
                self.language.either("at the top level of a document", "文档的顶层")
            }
            ("", "limits") => self.language.either(
                "at the top level of a document with `instances`",
                "有 `instances` 的文档的顶层",
            ),
            ("limits", _) => self.language.either("in `limits`", "`limits` 中"),
            ("", "instanceServiceName") => self.language.either(
                "in an item of `instances`, or at the top level without a list",
                "`instances` 的列表项中；没有列表时在顶层",
            ),
            ("", _) => self.language.either(
                "in an item of `instances` or under `defaults`, or at the top level without a list",
                "`instances` 的列表项或 `defaults` 中；没有列表时在顶层",
            ),
            (list, _) => {
                return self
                    .language
                    .either(format!("in an item of `{list}`"), format!("`{list}` 的列表项中"));
            }
        };
        text.to_owned()
    }

    /// Returns the field's location in the platform's documentation, and any difference there.
    fn platform_note(&self, list: &str, key: &str) -> String {
        const CALL: &str = "`POST /ai/openapi/v2/instance-service/task`";
        let none = "none: used only by this program";
        let more = match key {
            "region" => {
                let text = self.language.either(
                    "`clusterId` in the responses of a login; not in the body",
                    "登录响应中的 `clusterId`；不在请求体中",
                );
                return text.to_owned();
            }
            "limits" | "cards" | "cardHours" | "defaults" | "instances" | "x-" => {
                return self.language.either(none, "无：只供本程序使用").to_owned();
            }
            "instanceServiceName" => {
                self.language.either(", which allows duplicates", "，允许重名")
            }
            "ramSize" => self.language.either(", an integer in MB", "，以 MB 为单位的整数"),
            "containerPort" => self.language.either(
                ", an integer in its table and text in its samples; sent as text",
                "，在其表格中是整数，在示例中是文本；按文本发送",
            ),
            "version" | "taskNumber" | "useStartScript" | "startScriptActionScope" => {
                self.language.either(
                    ", where it is required; the program fills it in",
                    "，在那里必填；由程序填写",
                )
            }
            _ => "",
        };
        let (of, within) = if list.is_empty() {
            (String::new(), "的".to_owned())
        } else {
            (format!("`{list}` of "), format!(" `{list}` 的"))
        };
        self.language.either(
            format!("`{key}` of {of}the create call's body, {CALL}{more}"),
            format!("创建请求（{CALL}）的请求体中{within} `{key}`{more}"),
        )
    }
}

/// Returns the properties of an object's schema.
fn properties(node: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let properties = node["properties"].as_object();
    properties.into_iter().flatten().map(|(key, node)| (key.as_str(), node))
}

/// Returns the first sentence of a description.
pub fn first_sentence(text: &str) -> &str {
    let ends =
        [text.find(". ").map(|end| end + 1), text.find('。').map(|end| end + '。'.len_utf8())];
    ends.into_iter().flatten().min().map_or(text, |end| &text[..end])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::{FieldDoc, Reader, fields};
    use crate::language::Language;
    use crate::manifest::{INSTANCE_FIELDS, LIMIT_FIELDS, LIST_KEYS, MOUNT_FIELDS, PORT_FIELDS};

    #[test]
    fn every_field_has_a_description_and_an_example() {
        for language in [Language::English, Language::Chinese] {
            check(&fields(language));
        }
    }

    fn check(fields: &[FieldDoc]) {
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
        for field in fields {
            assert!(field.about.len() > 3, "{field:#?}");
            assert!(!field.about.contains("Default"), "{field:#?}");
            assert!(!field.about.contains("默认值："), "{field:#?}");
            let key = field.path.rsplit('.').next().unwrap_or_default();
            assert!(field.example.contains(key), "{field:#?}");
        }
    }

    #[test]
    fn default_is_split_from_the_description() {
        let split = |language, text| {
            let schema = Value::Null;
            Reader { schema: &schema, language }.nested_default(text)
        };
        for (text, about, default) in [
            ("Containers. Default: 1. Each.", "Containers. Each.", Some("1")),
            ("Text. Default: empty.", "Text.", Some("empty")),
            ("Text.", "Text.", None),
        ] {
            let expected = (about.to_owned(), default.map(str::to_owned));
            assert_eq!(split(Language::English, text), expected);
        }
        let expected = ("容器数。每个。".to_owned(), Some("1".to_owned()));
        assert_eq!(split(Language::Chinese, "容器数。默认值：1。每个。"), expected);
    }
}
