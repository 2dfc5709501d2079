//! The fields of a manifest that an instance's detail gives.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::api::endpoints::detail::{Detail, number};
use crate::ids::TaskId;
use crate::manifest::{FieldKind, FieldSpec};
use crate::text::{format_hms, memory, parse_hms};
use crate::yaml::emit::{block_scalar, to_scalar};

/// A live instance as an item of a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedInstance {
    /// Its name on the platform; empty if the detail has none.
    pub name: String,
    /// Its ID.
    pub id: TaskId,
    /// Its start script.
    pub script: String,
    /// Its fields, without those that have their default.
    pub(super) fields: Vec<ExportedField>,
    /// Reason why it is written as a comment, if it is.
    pub disabled: Option<InstanceRemark>,
}

/// A field with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ExportedField {
    pub(super) name: &'static str,
    pub(super) value: FieldValue,
    pub(super) remark: Option<FieldRemark>,
}

/// Value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FieldValue {
    /// A scalar, as written in YAML.
    Scalar(String),
    /// The header and the lines of a block scalar.
    Block(String, Vec<String>),
    /// Items of a list.
    Items(Vec<ExportedItem>),
    /// Nothing can be written.
    Missing,
}

/// An item of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ExportedItem {
    /// The item, as written in YAML.
    pub(super) text: String,
    pub(super) remarks: Vec<FieldRemark>,
}

/// Remark on a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldRemark {
    /// The platform does not show it.
    NotShown,
    /// The platform does not show it; the value is a guess.
    Guessed(&'static str),
    /// The platform runs a start script that it does not show.
    ScriptNotShown,
    /// The platform's value is not one that a manifest can have.
    NotAccepted(String),
}

/// Reason why an instance is written as a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InstanceRemark {
    /// An earlier instance has its name, and names are unique in a manifest.
    SameName,
    /// Its fields are not valid in a manifest.
    NotValid,
}

impl ExportedInstance {
    /// Reads the fields of a detail. The script is written as a block, or in quotes.
    pub fn new(detail: &Detail, quoted_script: bool) -> Self {
        let shown = Shown(detail.fields());
        let script = shown.raw("startScriptContent").unwrap_or_default().to_owned();
        let uses_script = shown.0.get("useStartScript").and_then(Value::as_bool);
        let image = shown.text("imagePath");
        let accelerator = shown.text("acceleratorType");
        let mut fields = Fields(Vec::new());
        fields.required("instanceServiceName", shown.raw("instanceServiceName").map(scalar));
        fields.text("description", shown.raw("description").filter(|text| !text.is_empty()));
        fields.choice("taskType", shown.text("taskType"));
        fields.choice("acceleratorType", accelerator);
        let tag = image.map(|image| image.rsplit('/').next().unwrap_or_default());
        match shown.text("version") {
            Some(version) if Some(version) != tag => fields.text("version", Some(version)),
            Some(_) => {}
            None => fields.add("version", FieldValue::Missing, Some(FieldRemark::NotShown)),
        }
        fields.required("imagePath", image.map(scalar));
        fields.time_limit(shown.text("timeoutLimit"));
        fields.optional("taskNumber", shown.number("taskNumber").filter(|count| *count != 1));
        fields.required("resourceGroup", shown.text("resourceGroup").map(scalar));
        fields.required("cpuNumber", shown.number("cpuNumber").map(|count| count.to_string()));
        let cards = shown.number("gpuNumber");
        if accelerator != Some("cpu") || cards.is_some_and(|cards| cards > 0) {
            fields.required("gpuNumber", cards.map(|count| count.to_string()));
        }
        // With a unit: a bare number may look like GiB.
        fields.required("ramSize", shown.number("ramSize").map(|mb| memory(mb).replace(' ', "")));
        fields.script(uses_script, &script, quoted_script);
        let scope = shown.text("startScriptActionScope").filter(|scope| *scope != "all");
        if scope.is_some() {
            fields.choice("startScriptActionScope", scope);
        }
        fields.items("mountInfoList", shown.0.get("mountInfoList"), mounts);
        fields.items("containerPortInfoList", shown.0.get("containerPortInfoList"), ports);
        Self {
            name: shown.raw("instanceServiceName").unwrap_or_default().to_owned(),
            id: detail.id().clone(),
            script,
            fields: fields.0,
            disabled: None,
        }
    }
}

/// The fields of a detail.
struct Shown<'a>(&'a Map<String, Value>);

impl<'a> Shown<'a> {
    fn raw(&self, key: &str) -> Option<&'a str> {
        self.0.get(key)?.as_str()
    }

    /// Returns a text; the platform writes `--` for a missing value.
    fn text(&self, key: &str) -> Option<&'a str> {
        self.raw(key).filter(|text| !text.is_empty() && *text != "--")
    }

    fn number(&self, key: &str) -> Option<u64> {
        self.0.get(key).and_then(number)
    }
}

/// Collects fields.
struct Fields(Vec<ExportedField>);

impl Fields {
    fn add(&mut self, name: &'static str, value: FieldValue, remark: Option<FieldRemark>) {
        self.0.push(ExportedField { name, value, remark });
    }

    fn required(&mut self, name: &'static str, value: Option<String>) {
        match value {
            Some(value) => self.add(name, FieldValue::Scalar(value), None),
            None => self.add(name, FieldValue::Missing, Some(FieldRemark::NotShown)),
        }
    }

    fn text(&mut self, name: &'static str, value: Option<&str>) {
        if let Some(value) = value {
            self.add(name, FieldValue::Scalar(scalar(value)), None);
        }
    }

    fn optional(&mut self, name: &'static str, value: Option<u64>) {
        if let Some(value) = value {
            self.add(name, FieldValue::Scalar(value.to_string()), None);
        }
    }

    fn choice(&mut self, name: &'static str, value: Option<&str>) {
        let choices = FieldKind::of(name).map_or(&[][..], FieldKind::choices);
        match value {
            Some(value) if !choices.contains(&value) => {
                let remark = FieldRemark::NotAccepted(value.to_owned());
                self.add(name, FieldValue::Missing, Some(remark));
            }
            value => self.required(name, value.map(scalar)),
        }
    }

    /// Adds the time limit in the form of a manifest.
    fn time_limit(&mut self, value: Option<&str>) {
        let name = "timeoutLimit";
        match value {
            Some("unlimited") | None => self.required(name, value.map(scalar)),
            Some(value) => match parse_hms(value) {
                Some(seconds) if seconds > 0 => {
                    self.required(name, Some(scalar(&format_hms(seconds))));
                }
                _ => {
                    let remark = FieldRemark::NotAccepted(value.to_owned());
                    self.add(name, FieldValue::Missing, Some(remark));
                }
            },
        }
    }

    fn script(&mut self, used: Option<bool>, script: &str, quoted: bool) {
        let (flag, content) = ("useStartScript", "startScriptContent");
        if script.is_empty() {
            if used == Some(true) {
                self.add(content, FieldValue::Missing, Some(FieldRemark::ScriptNotShown));
            }
            return;
        }
        if used == Some(false) {
            self.add(flag, FieldValue::Scalar("false".to_owned()), None);
        }
        let value = match block_scalar(script).filter(|_| !quoted) {
            Some((header, lines)) => {
                FieldValue::Block(header, lines.into_iter().map(str::to_owned).collect())
            }
            None => FieldValue::Scalar(scalar(script)),
        };
        self.add(content, value, None);
    }

    /// Adds a list; one that the platform does not show is not known to be empty.
    fn items(
        &mut self,
        name: &'static str,
        list: Option<&Value>,
        read: fn(&[Value]) -> Vec<ExportedItem>,
    ) {
        match list {
            None => self.add(name, FieldValue::Missing, Some(FieldRemark::NotShown)),
            Some(Value::Array(items)) if !items.is_empty() => {
                self.add(name, FieldValue::Items(read(items)), None);
            }
            Some(_) => {}
        }
    }
}

/// Formats text as a scalar.
fn scalar(text: &str) -> String {
    to_scalar(text).into_owned()
}

/// Returns the mounts. If the platform does not show `targetPath`, the source path is taken, made unique
/// by a number.
fn mounts(items: &[Value]) -> Vec<ExportedItem> {
    let text = |item: &Value, key: &str| {
        let text = item.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        Some(text).filter(|text| !text.is_empty())
    };
    let mut targets: BTreeSet<String> =
        items.iter().filter_map(|item| text(item, "targetPath")).collect();
    let kinds = FieldSpec::item_fields("mountInfoList").find(|field| field.name == "type");
    let mount = |item: &Value| {
        let mut remarks = Vec::new();
        let source = text(item, "sourcePath").unwrap_or_default();
        let target = text(item, "targetPath").unwrap_or_else(|| {
            remarks.push(FieldRemark::Guessed("targetPath"));
            let numbered = (2..).map(|number| format!("{source}-{number}"));
            let mut free = std::iter::once(source.clone()).chain(numbered);
            free.find(|path| !targets.contains(path)).unwrap_or_default()
        });
        targets.insert(target.clone());
        let kind = text(item, "type");
        let kind =
            kind.filter(|kind| kinds.is_some_and(|field| field.kind.choices().contains(&&**kind)));
        let kind = kind.unwrap_or_else(|| {
            remarks.push(FieldRemark::Guessed("type"));
            "path".to_owned()
        });
        let (source, target) = (scalar(&source), scalar(&target));
        let text = format!("{{sourcePath: {source}, targetPath: {target}, type: {kind}}}");
        ExportedItem { text, remarks }
    };
    items.iter().map(mount).collect()
}

fn ports(items: &[Value]) -> Vec<ExportedItem> {
    let port = |item: &Value| {
        let number = item.get("containerPort").and_then(number).unwrap_or_default();
        let protocol = item.get("protocolType").and_then(Value::as_str);
        let remarks = match protocol {
            None => vec![FieldRemark::Guessed("protocolType")],
            Some(_) => Vec::new(),
        };
        let protocol = scalar(protocol.unwrap_or("HTTP"));
        let text = format!("{{containerPort: {number}, protocolType: {protocol}}}");
        ExportedItem { text, remarks }
    };
    items.iter().map(port).collect()
}
