//! The manifest's JSON Schema: generated from the types of [`crate::manifest`], committed, and
//! compiled for any representation of a document.

mod field;
mod rules;
mod texts;
mod validator;

use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform};
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

use crate::language::Language;
use crate::manifest::{InstanceSpec, LIST_KEYS, Limits, REQUIRED, RegionId};

pub use field::{FieldDoc, fields, first_sentence};
pub use validator::validator;

/// The committed schema. `validate` reads it in any language: its texts do not matter there.
const ENGLISH: &str = include_str!("../../schema/manifest.schema.json");
/// The same with Chinese texts.
const CHINESE: &str = include_str!("../../schema/manifest.schema.zh-CN.json");

/// Returns the committed schema with the texts of a language, as `instancectl schema` prints it.
pub fn committed(language: Language) -> &'static str {
    language.either(ENGLISH, CHINESE)
}

/// Generates the schema. It has two forms, distinguished by the key `instances` (a document with
/// `defaults` can only be the list form), and lists the keys of both at its root, so that an editor
/// offers both in an empty file.
///
/// # Panics
/// Never: it depends only on the types.
pub fn generate() -> Value {
    let mut generator = SchemaSettings::draft2020_12().for_deserialize().into_generator();
    let instance = InstanceSpec::json_schema(&mut generator).to_value();
    let region = RegionId::json_schema(&mut generator).to_value();
    let limits = Limits::json_schema(&mut generator).to_value();
    let mut definitions = generator.take_definitions(true);
    definitions.remove("InstanceSpec");
    let fields = instance["properties"].as_object().expect("an instance has fields").clone();
    definitions.insert("instance".into(), instance_definition(&instance, &fields));
    definitions.insert("defaults".into(), defaults_definition(&fields));
    definitions.insert("listForm".into(), list_form());
    definitions.insert("bareForm".into(), single_form(&fields));
    postprocess(json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "manifest",
        "description": "AI container instances to create: a list under `instances` (with \
                        `defaults` for all of them), or the fields of a single instance.",
        "type": "object",
        "defaultSnippets": [
            snippet("one instance", "the fields of a single instance", skeleton()),
            snippet("several instances", "instances with shared defaults", json!({
                "defaults": defaults_skeleton(),
                "instances": [{ "instanceServiceName": "${1:train-a}" }],
            })),
        ],
        "properties": root_properties(region, limits, &fields),
        "patternProperties": { "^x-": { "description": "Ignored: for anchors and notes." } },
        "if": { "required": ["instances"] },
        "then": { "$ref": "#/$defs/listForm" },
        "else": {
            "if": { "required": ["defaults"] },
            "then": { "$ref": "#/$defs/listForm" },
            "else": { "$ref": "#/$defs/bareForm" }
        },
        "allOf": [rules::rules()],
        "$defs": definitions,
    }))
}

fn postprocess(schema: Value) -> Value {
    let mut schema: Schema = schema.try_into().expect("a schema is an object");
    RecursiveTransform(flatten_enum).transform(&mut schema);
    RecursiveTransform(describe).transform(&mut schema);
    schema.to_value()
}

/// Replaces the `oneOf` of constants generated for a documented enum with one `enum`. For `oneOf`,
/// a validator can only report "not valid under any of the schemas", and an editor shows the first
/// constant.
fn flatten_enum(schema: &mut Schema) {
    let Some(Value::Array(variants)) = schema.remove("oneOf") else { return };
    let part = |name: &str| variants.iter().map(|variant| variant[name].clone()).collect();
    let (names, texts): (Vec<Value>, Vec<Value>) = (part("const"), part("description"));
    schema.insert("type".into(), "string".into());
    schema.insert("enum".into(), names.into());
    schema.insert("markdownEnumDescriptions".into(), texts.into());
}

/// Adds the description in Markdown, which editors show on hover, to the plain text shown in
/// completion. Removes number formats, which are specific to Rust and unknown to other validators,
/// and the default `null`, which is specific to `Option` and not a valid value here.
fn describe(schema: &mut Schema) {
    schema.remove("format");
    if schema.get("default").is_some_and(Value::is_null) {
        schema.remove("default");
    }
    if let Some(Value::String(text)) = schema.get("description").cloned() {
        let text = text.replace('\n', " ");
        schema.insert("description".into(), text.replace('`', "").into());
        schema.insert("markdownDescription".into(), text.into());
    }
}

fn instance_definition(instance: &Value, fields: &Map<String, Value>) -> Value {
    json!({
        "description": instance["description"],
        "type": "object",
        "properties": fields,
        "required": ["instanceServiceName"],
        "additionalProperties": false,
    })
}

fn field_references<'a>(names: impl Iterator<Item = &'a String>) -> Map<String, Value> {
    let reference = |name: &str| json!({ "$ref": format!("#/$defs/instance/properties/{name}") });
    names.map(|name| (name.clone(), reference(name))).collect()
}

/// Description of `defaults`.
const DEFAULTS: &str = "Fields that apply to every instance of this document that does not set \
                        them. A value set on an instance replaces the whole default value.";

fn defaults_definition(fields: &Map<String, Value>) -> Value {
    json!({
        "description": DEFAULTS,
        "type": "object",
        "properties": field_references(fields.keys().filter(|name| *name != "instanceServiceName")),
        "additionalProperties": false,
    })
}

fn root_properties(
    region: Value,
    limits: Value,
    fields: &Map<String, Value>,
) -> Map<String, Value> {
    let mut properties = Map::new();
    properties.insert(
        "$schema".into(),
        json!({ "type": "string", "description": "Location of this schema for editors. Ignored." }),
    );
    properties.insert("region".into(), region);
    properties.insert("limits".into(), limits);
    // Their contents are under `allOf`; otherwise an editor would insert every field that has a
    // default. `instances` has no snippet: an editor would offer it inside each item too.
    properties.insert(
        "defaults".into(),
        json!({
            "description": DEFAULTS,
            "type": "object",
            "defaultSnippets": [snippet("defaults", DEFAULTS, defaults_skeleton())],
            "allOf": [{ "$ref": "#/$defs/defaults" }],
        }),
    );
    properties.insert(
        "instances".into(),
        json!({
            "description": "The instances to create, each one create call.",
            "type": "array",
            "allOf": [{ "items": { "$ref": "#/$defs/instance" } }],
        }),
    );
    properties.extend(field_references(fields.keys()));
    properties
}

/// Declares keys that a form allows. Their contents are described at the root, which also suggests
/// them: a second suggestion would insert only the name.
fn declare_without_suggestion<'a>(names: impl Iterator<Item = &'a str>) -> Map<String, Value> {
    let silent = json!({ "doNotSuggest": true });
    ["$schema"].into_iter().chain(names).map(|name| (name.to_owned(), silent.clone())).collect()
}

/// Returns the editor snippet for a new instance: the required fields, each with a placeholder.
fn skeleton() -> Map<String, Value> {
    let fields = json!({
        "instanceServiceName": "${1:train-a}",
        "taskType": "${2|ssh,jupyter,codeserver,rstudio|}",
        "acceleratorType": "${3|dcu,mlu,gpu,cpu|}",
        "resourceGroup": "${4:kshdnormal}",
        "imagePath": "${5:image.ac.com:5000/dcu/admin/base/pytorch:2.3.0-py3.10-dtk24.04.3}",
        "cpuNumber": "${6:8}",
        "gpuNumber": "${7:1}",
        "ramSize": "${8:27GiB}",
        "timeoutLimit": "\"${9:04:00:00}\"",
    });
    fields.as_object().expect("it is one").clone()
}

fn snippet(label: &str, description: &str, body: impl Into<Value>) -> Value {
    json!({ "label": label, "description": description, "body": body.into() })
}

/// Returns the editor snippet for `defaults`: all of these fields except the name.
fn defaults_skeleton() -> Map<String, Value> {
    skeleton().into_iter().skip(1).collect()
}

/// Returns the list form. A required field is required in each instance unless `defaults` has it.
fn list_form() -> Value {
    let mut rules: Vec<Value> = REQUIRED[1..]
        .iter()
        .map(|field| {
            json!({
                "if": {
                    "required": ["defaults"],
                    "properties": { "defaults": { "required": [field] } },
                },
                "else": { "properties": { "instances": { "items": { "required": [field] } } } },
            })
        })
        .collect();
    rules.push(cards_rule());
    json!({
        "type": "object",
        "required": ["instances"],
        "properties": declare_without_suggestion(LIST_KEYS.into_iter()),
        "patternProperties": { "^x-": {} },
        "additionalProperties": false,
        "allOf": rules,
    })
}

/// Makes `gpuNumber` optional if the instance, merged with its defaults, is of type `cpu`.
fn cards_rule() -> Value {
    let without_cards = |has: Value| json!({ "required": ["acceleratorType"], "properties": { "acceleratorType": has } });
    let defaults =
        |has: Value| json!({ "required": ["defaults"], "properties": { "defaults": has } });
    let each = |rule: Value| json!({ "properties": { "instances": { "items": rule } } });
    json!({
        "if": defaults(json!({ "required": ["gpuNumber"] })),
        "else": {
            "if": defaults(without_cards(json!({ "const": "cpu" }))),
            "then": each(json!({
                "if": without_cards(json!({ "enum": ["mlu", "dcu", "gpu"] })),
                "then": { "required": ["gpuNumber"] },
            })),
            "else": each(json!({
                "if": without_cards(json!({ "const": "cpu" })),
                "else": { "required": ["gpuNumber"] },
            })),
        },
    })
}

fn single_form(fields: &Map<String, Value>) -> Value {
    json!({
        "type": "object",
        "required": REQUIRED,
        "properties": declare_without_suggestion(fields.keys().map(String::as_str).chain(["region"])),
        "patternProperties": { "^x-": {} },
        "additionalProperties": false,
        "if": {
            "required": ["acceleratorType"],
            "properties": { "acceleratorType": { "const": "cpu" } },
        },
        "else": { "required": ["gpuNumber"] },
    })
}

/// Returns the generated schema with the texts of a language, as it is committed.
///
/// # Panics
/// Never: see [`generate`].
pub fn text(language: Language) -> String {
    let mut schema = generate();
    texts::with_texts(&mut schema, &|text| language.translate(text).to_owned());
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema is JSON");
    text.push('\n');
    text
}
