//! The rules of [`crate::validate`] that JSON Schema can express for one instance, for editors and
//! other programs.
//!
//! An error violates the schema. A warning is a `deprecationMessage`, which yaml-language-server
//! shows, and which no program takes for a violation.

use serde_json::{Map, Value, json};

/// A variable, a template, or the placeholder of the help texts.
const PLACEHOLDER: &str = r"\$\{[^}]*\}|\$[A-Za-z_]|\{\{.*\}\}|^REGISTRY/PATH/NAME:TAG$";

/// Invisible characters, outer spaces, or a quote at only one end.
const ODD_TEXT: &str = concat!(
    r"[\u0000-\u001f\u007f-\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f",
    r"\u3000\ufeff\ufff9-\ufffb]|^ | $|",
    "^[\"'“”‘’＂](.*[^\"'“”‘’＂])?$|^[^\"'“”‘’＂](.*[\"'“”‘’＂])$",
);

/// A name that is not safe as the name of a folder.
const UNSAFE_NAME: &str = r#"^[.~-]|[ /\\*?<>|"':;&$`()\[\]{}!#]|^.{201}"#;

/// Text with a unit that is more than [`MAX_COUNT`](crate::manifest::MAX_COUNT) MB; not all of it.
const TOO_MUCH_MEMORY: &str = concat!(
    "^([3-9][0-9]{9}|[1-9][0-9]{10,}) ?M|^([3-9][0-9]{6}|[1-9][0-9]{7,}) ?G|",
    "^([3-9][0-9]{3}|[1-9][0-9]{4,}) ?T",
);

/// Text for a missing script in other languages and templates.
const NO_SCRIPT: &str = r"^\s*(None|none|nil|N/A|TODO|undefined)\s*$";

/// Returns the rules, for the list `allOf` at the root of the schema.
pub(super) fn rules() -> Value {
    let placeholder = "Variables and templates are not filled in: write the value itself.";
    let odd = "An outer space, an invisible character or an unpaired quote.";
    let mut rules = document();
    rules["$defs"] = json!({
        "values": { "properties": values() },
        "fields": { "allOf": fields() },
        "script": missing_script(),
        "placeholder": warn_if(PLACEHOLDER, placeholder),
        "text": with("placeholder", warn_if(ODD_TEXT, odd)),
    });
    rules
}

/// Returns the rules of a document of either form.
fn document() -> Value {
    let instance = json!([reference("values"), reference("fields")]);
    json!({
        "allOf": instance,
        "properties": silent([
            ("region", reference("placeholder")),
            ("defaults", reference("values")),
            ("instances", json!({ "items": { "allOf": instance } })),
        ]),
        "if": {
            "required": ["defaults"],
            "properties": { "defaults": {
                "required": ["startScriptContent"],
                "properties": { "startScriptContent": { "minLength": 1 } },
            } },
        },
        "else": {
            "allOf": [reference("script")],
            "properties": silent([("instances", json!({ "items": reference("script") }))]),
        },
    })
}

/// Returns the rules of single values, by field.
fn values() -> Map<String, Value> {
    let mut name = warn_if(
        UNSAFE_NAME,
        "The platform makes a folder of the name: use letters, digits, `-`, `_` and `.`, and at \
         most 200 bytes.",
    );
    name["else"] = reference("text");
    let mount = silent([
        ("sourcePath", with("text", warn_if(":", "`:` is part of the path here."))),
        (
            "targetPath",
            with(
                "text",
                warn_if(
                    ":|^/+$",
                    "`/` hides all files of the image, and `:` is part of the path here.",
                ),
            ),
        ),
    ]);
    silent([
        ("instanceServiceName", name),
        ("description", reference("placeholder")),
        ("resourceGroup", reference("text")),
        ("version", reference("text")),
        (
            "imagePath",
            json!({
                "if": { "pattern": image_pattern() },
                "then": reference("text"),
                "else": warning("Not an image reference: `REGISTRY[:PORT]/PATH/NAME[:TAG]`."),
            }),
        ),
        ("startScriptContent", warn_if(NO_SCRIPT, "Not a script: remove it.")),
        (
            "timeoutLimit",
            json!({
                "if": { "pattern": "^0+:00:00$" },
                "then": { "pattern": "[1-9]", "patternErrorMessage": "The time must not be zero." },
            }),
        ),
        ("ramSize", memory()),
        ("mountInfoList", json!({ "items": { "properties": mount } })),
    ])
}

/// Returns the pattern of an image reference. Text that is empty or ends with a slash is an error of
/// the field itself.
fn image_pattern() -> String {
    let name = "[A-Za-z0-9_]([A-Za-z0-9._+-]*[A-Za-z0-9_+])?";
    let registry = "[A-Za-z0-9._+-]+:[0-9]+";
    let digest = "[A-Za-z0-9._/@+-]+:[0-9A-Fa-f]{32,}";
    format!("^$|/$|^(({registry}|{name})/)?({name}/)*{name}(:{name})?(@{digest})?$")
}

fn memory() -> Value {
    let number =
        "A bare number is MB, and this is less than 1 GiB: write the unit, such as `27GiB`.";
    json!({
        "if": { "type": "integer", "minimum": 1, "maximum": 1023 },
        "then": { "type": "string", "errorMessage": number },
        "else": {
            "if": { "type": "string", "pattern": TOO_MUCH_MEMORY },
            "then": { "type": "integer", "errorMessage": "More than 2147483647 MB." },
        },
    })
}

/// Returns the rules of two fields of one instance.
fn fields() -> Value {
    let on_cpu = "`gpuNumber` is not 0, but `acceleratorType` is `cpu`.";
    let without_cards = "`gpuNumber` is 0, but `acceleratorType` is not `cpu`.";
    let off = "`useStartScript` is false, so `startScriptContent` does not run.";
    json!([
        {
            "if": fields_with([("acceleratorType", json!({ "const": "cpu" }))]),
            "then": { "properties": silent([
                ("gpuNumber", json!({ "const": 0, "errorMessage": on_cpu })),
            ]) },
        },
        {
            "if": fields_with([
                ("acceleratorType", json!({ "enum": ["mlu", "dcu", "gpu"] })),
                ("gpuNumber", json!({ "const": 0 })),
            ]),
            "then": { "properties": silent([("gpuNumber", warning(without_cards))]) },
        },
        {
            "if": fields_with([
                ("useStartScript", json!({ "const": false })),
                ("startScriptContent", json!({ "type": "string", "minLength": 1 })),
            ]),
            "then": { "properties": silent([("useStartScript", warning(off))]) },
        },
    ])
}

fn missing_script() -> Value {
    let missing = "`useStartScript` is true, but `startScriptContent` is missing or empty.";
    json!({
        "if": {
            "required": ["useStartScript"],
            "properties": {
                "useStartScript": { "const": true },
                "startScriptContent": { "const": "" },
            },
        },
        "then": { "properties": silent([
            ("useStartScript", json!({ "const": false, "errorMessage": missing })),
        ]) },
    })
}

fn reference(name: &str) -> Value {
    with(name, json!({}))
}

/// Adds the rules of a definition to others. The reference is in a list: yaml-language-server moves
/// keywords, such as `doNotSuggest`, away from a bare one.
fn with(name: &str, mut rules: Value) -> Value {
    rules["allOf"] = json!([{ "$ref": format!("#/allOf/0/$defs/{name}") }]);
    rules
}

fn warn_if(pattern: &str, message: &str) -> Value {
    json!({ "if": { "type": "string", "pattern": pattern }, "then": warning(message) })
}

fn warning(message: &str) -> Value {
    json!({ "deprecationMessage": message })
}

/// Returns a schema for mappings that have all of these fields.
fn fields_with<const N: usize>(fields: [(&str, Value); N]) -> Value {
    let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    json!({ "required": names, "properties": Map::from_iter(fields.map(|(name, value)| (name.to_owned(), value))) })
}

/// Returns properties that an editor does not suggest: it does for the fields' own schemas.
fn silent<const N: usize>(fields: [(&str, Value); N]) -> Map<String, Value> {
    let silent = |(name, mut schema): (&str, Value)| {
        schema["doNotSuggest"] = true.into();
        (name.to_owned(), schema)
    };
    fields.into_iter().map(silent).collect()
}
