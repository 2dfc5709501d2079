//! The schema: committed as generated, valid by the standard, and consistent with `validate` in an
//! ordinary validator too, as editors and other programs use it.

// Helper functions are test code too.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use instancectl::language::Language;
use instancectl::manifest::{
    FIELDS, FieldKind, INSTANCE_FIELDS, LIMIT_FIELDS, LIST_KEYS, MOUNT_FIELDS, PORT_FIELDS, Parent,
    REQUIRED, schema,
};
use instancectl::output::json as output;
use serde::Deserialize;
use serde_json::Value;

/// Codes whose problems the schema covers; the others concern the text or several instances.
const SCHEMA_CODES: [&str; 10] = [
    "unknown-field",
    "missing-field",
    "wrong-type",
    "unknown-value",
    "out-of-range",
    "bad-format",
    "relative-mount",
    "cards-on-cpu",
    "script-missing",
    "ram-looks-like-gib",
];

/// Fixtures with such a code that an ordinary parser reads differently, and why.
const READ_OTHERWISE: [(&str, &str); 5] = [
    ("cards-on-cpu-defaults.yaml", "an instance merged with its defaults is checked by a rule"),
    ("script-missing-defaults.yaml", "an instance merged with its defaults is checked by a rule"),
    ("bad-format-quotes-in-names.yaml", "quotes inside a name are checked by a rule"),
    ("wrong-type-null-document.yaml", "null documents are skipped here"),
    ("wrong-type-whole-float.yaml", "to JSON Schema `8.0` is an integer"),
];

/// Valid fixtures that this parser cannot read, although they are YAML.
const UNREAD: [&str; 1] = ["anchors.yaml"];

/// Valid fixtures that this parser reads differently: for it `0b11` is a number, `010` is not, and
/// a tag is a mapping.
const VALID_READ_OTHERWISE: [&str; 3] =
    ["names-that-look-like-something.yaml", "numbers.yaml", "tags.yaml"];

/// The committed schemas.
const LANGUAGES: [(Language, &str); 2] = [
    (Language::English, "schema/manifest.schema.json"),
    (Language::Chinese, "schema/manifest.schema.zh-CN.json"),
];

/// Keywords with texts in a language.
const TEXTS: [&str; 9] = [
    "title",
    "label",
    "markdownDescription",
    "description",
    "markdownEnumDescriptions",
    "patternErrorMessage",
    "errorMessage",
    "deprecationMessage",
    "x-unit",
];

fn root(path: impl AsRef<Path>) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn committed() -> Value {
    let text = fs::read(root("schema/manifest.schema.json")).unwrap();
    serde_json::from_slice(&text).unwrap()
}

/// Returns the manifests of a folder, by name.
fn manifests(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root(folder)).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let is_manifest = [".yaml", ".yml", ".json"].iter().any(|end| name.ends_with(end));
        if is_manifest && name != "expected.json" {
            // The schema does not cover bytes that are not text.
            if let Ok(text) = fs::read_to_string(path) {
                found.push((name, text));
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "{folder} is empty");
    found
}

/// Parses the documents of a file as another program does, with merge keys applied.
fn documents(text: &str) -> Result<Vec<Value>, String> {
    let text = text.trim_start_matches('\u{feff}');
    let mut found = Vec::new();
    for document in serde_yaml::Deserializer::from_str(text) {
        let mut value =
            serde_yaml::Value::deserialize(document).map_err(|error| error.to_string())?;
        // A merged mapping may contain a merge itself.
        for _ in 0..3 {
            value.apply_merge().map_err(|error| error.to_string())?;
        }
        if !value.is_null() {
            found.push(serde_json::to_value(value).map_err(|error| error.to_string())?);
        }
    }
    Ok(found)
}

#[test]
fn committed_schema_equals_the_generated_one() {
    for (language, path) in LANGUAGES {
        if std::env::var_os("UPDATE_SCHEMA").is_some_and(|value| !value.is_empty()) {
            fs::write(root(path), schema::text(language)).unwrap();
            continue;
        }
        let committed = fs::read_to_string(root(path)).unwrap();
        assert!(
            committed == schema::text(language),
            "{path} is stale: the types of src/manifest or src/language say something else"
        );
        assert_eq!(schema::committed(language), committed);
    }
}

#[test]
fn languages_differ_only_in_texts() {
    fn without_texts(value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(without_texts),
            Value::Object(fields) => {
                for (key, value) in fields.iter_mut() {
                    let is_text = TEXTS.contains(&key.as_str())
                        && (value.is_string() || key == "markdownEnumDescriptions");
                    if is_text {
                        *value = Value::Null;
                    } else {
                        without_texts(value);
                    }
                }
            }
            _ => {}
        }
    }
    let [english, chinese] = LANGUAGES.map(|(_, path)| {
        let mut schema = serde_json::from_slice(&fs::read(root(path)).unwrap()).unwrap();
        without_texts(&mut schema);
        schema
    });
    assert_eq!(english, chinese);
}

#[test]
fn schema_is_valid_by_its_meta_schema() {
    let schema = committed();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    if let Err(error) = jsonschema::meta::validate(&schema) {
        panic!("{error} at {}", error.instance_path());
    }
    let mut broken = schema;
    broken["properties"] = 1.into();
    assert!(!jsonschema::meta::is_valid(&broken), "this test cannot fail");
}

#[test]
fn schema_has_no_one_of_any_of_or_format() {
    fn keys(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                for (key, value) in fields {
                    found.insert(key.clone());
                    keys(value, found);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| keys(item, found)),
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    keys(&committed(), &mut found);
    assert!(found.contains("properties"));
    for word in ["oneOf", "anyOf", "format"] {
        assert!(!found.contains(word), "the schema has `{word}`");
    }
}

fn properties(of: &Value) -> BTreeSet<&str> {
    of["properties"].as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn field_lists_match_the_schema() {
    let schema = committed();
    let definitions = &schema["$defs"];
    let set = |names: &[&'static str]| names.iter().copied().collect::<BTreeSet<_>>();
    let instance = &definitions["instance"];
    assert_eq!(properties(instance), set(&INSTANCE_FIELDS));
    let items = |field: &str| {
        let items = &instance["properties"][field]["items"];
        let name = items["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
        &definitions[name]
    };
    assert_eq!(properties(items("mountInfoList")), set(&MOUNT_FIELDS));
    assert_eq!(properties(items("containerPortInfoList")), set(&PORT_FIELDS));
    assert_eq!(properties(&schema["properties"]["limits"]), set(&LIMIT_FIELDS));
    for field in FIELDS {
        let FieldKind::Choice(choices) = field.kind else { continue };
        let parent = match field.parent {
            Parent::Mount => items("mountInfoList"),
            Parent::Port => items("containerPortInfoList"),
            Parent::Limits => &schema["properties"]["limits"],
            Parent::Document | Parent::Instance => instance,
        };
        let property = &parent["properties"][field.name];
        let name = property["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
        assert_eq!(definitions[name]["enum"], serde_json::json!(choices), "{}", field.name);
    }
    let mut defaults = set(&INSTANCE_FIELDS);
    assert!(defaults.remove("instanceServiceName"));
    assert_eq!(properties(&definitions["defaults"]), defaults);
    // In an empty file, the root offers the keys of both forms.
    let root: BTreeSet<_> =
        set(&INSTANCE_FIELDS).into_iter().chain(LIST_KEYS).chain(["$schema"]).collect();
    assert_eq!(properties(&schema), root);
    let required = definitions["bareForm"]["required"].as_array().unwrap();
    let required: Vec<_> = required.iter().map(|name| name.as_str().unwrap()).collect();
    assert_eq!(required, REQUIRED);
}

#[test]
fn every_field_has_a_description_for_editors() {
    let schema = committed();
    for (name, field) in schema["$defs"]["instance"]["properties"].as_object().unwrap() {
        let target =
            field.get("$ref").and_then(Value::as_str).map(|path| path.trim_start_matches('#'));
        let target = target.map_or(field, |path| schema.pointer(path).unwrap());
        for text in ["description", "markdownDescription"] {
            let shown = field.get(text).or_else(|| target.get(text)).and_then(Value::as_str);
            assert!(shown.is_some_and(|shown| shown.len() > 5), "`{name}` has no `{text}`");
        }
    }
}

#[test]
fn valid_manifests_pass_a_generic_validator() {
    let validator = jsonschema::validator_for(&committed()).unwrap();
    let mut unread = Vec::new();
    for (name, text) in manifests("examples").into_iter().chain(manifests("tests/fixtures/valid")) {
        let documents = match (serde_json::from_str(&text), documents(&text)) {
            (Ok(json), _) => vec![json],
            (Err(_), Ok(documents)) => documents,
            (Err(_), Err(_)) => {
                unread.push(name);
                continue;
            }
        };
        assert!(!documents.is_empty(), "{name}");
        for document in documents {
            let errors: Vec<String> =
                validator.iter_errors(&document).map(|error| error.to_string()).collect();
            let known = VALID_READ_OTHERWISE.contains(&name.as_str());
            assert_eq!(errors.is_empty(), !known, "{name}: {errors:?}");
        }
    }
    assert_eq!(unread, UNREAD);
}

#[test]
fn schema_errors_are_found_by_a_generic_validator() {
    let validator = jsonschema::validator_for(&committed()).unwrap();
    let (mut refused, mut wrong) = (0, Vec::new());
    for (name, text) in manifests("tests/fixtures/invalid") {
        let found = instancectl::validate_str(&name, &text).diagnostics;
        if !found.iter().any(|found| SCHEMA_CODES.contains(&found.problem.code())) {
            continue;
        }
        // A file that this parser cannot read counts as rejected.
        let accepted = documents(&text)
            .is_ok_and(|documents| documents.iter().all(|document| validator.is_valid(document)));
        let known = READ_OTHERWISE.iter().any(|(file, _)| *file == name);
        if accepted == known {
            refused += usize::from(!accepted);
        } else {
            wrong.push(format!("{name}: accepted is {accepted}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(refused > 60, "only {refused} fixtures were met");
}

#[test]
fn rule_only_errors_pass_the_schema() {
    let validator = jsonschema::validator_for(&committed()).unwrap();
    let rules = ["duplicate-name", "duplicate-port", "duplicate-mount"];
    let mut met = 0;
    for (name, text) in manifests("tests/fixtures/invalid") {
        if rules.iter().any(|code| name.starts_with(code)) {
            met += 1;
            for document in documents(&text).unwrap() {
                let errors: Vec<String> =
                    validator.iter_errors(&document).map(|error| error.to_string()).collect();
                assert!(errors.is_empty(), "{name}: {errors:?}");
            }
        }
    }
    assert!(met >= rules.len());
}

#[test]
fn warnings_are_no_violations_of_the_schema() {
    let validator = jsonschema::validator_for(&committed()).unwrap();
    for (name, text) in manifests("tests/fixtures/doubtful") {
        // To this parser, `010` is text.
        if name.starts_with("yaml11-value") {
            continue;
        }
        for document in documents(&text).unwrap() {
            let errors: Vec<String> =
                validator.iter_errors(&document).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{name}: {errors:?}");
        }
    }
}

#[test]
fn committed_output_schema_equals_the_generated_one() {
    if std::env::var_os("UPDATE_SCHEMA").is_some_and(|value| !value.is_empty()) {
        fs::write(root("schema/output.schema.json"), output::schema::text()).unwrap();
        return;
    }
    let committed = fs::read_to_string(root("schema/output.schema.json")).unwrap();
    assert!(
        committed == output::schema::text(),
        "schema/output.schema.json is stale: the types of src/output/json say something else"
    );
    assert_eq!(output::schema::TEXT, committed);
    let schema: Value = serde_json::from_str(&committed).unwrap();
    if let Err(error) = jsonschema::meta::validate(&schema) {
        panic!("{error} at {}", error.instance_path());
    }
}
