//! The public YAML test suite: which texts our parser accepts and rejects, and which values it
//! reads. (`tests/fixtures/yaml-test-suite/LICENSE` names its origin.)

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use instancectl::yaml::{Node, Parsed, Value, parse};
use serde::Deserialize;
use serde_json::Value as Json;

#[derive(Deserialize)]
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) yaml: String,
    /// True if the text is invalid YAML.
    #[serde(default)]
    fail: bool,
    /// Its value, if JSON can represent it: one value per document.
    json: Option<String>,
}

pub(crate) fn cases() -> Vec<Case> {
    let path = "tests/fixtures/yaml-test-suite/cases.json";
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Well-formed texts that are rejected, by reason: all of them on purpose, none by the parser.
const REFUSED: &[(&str, &[&str])] = &[
    (
        "ComplexKey",
        &[
            "4FJ6", "6BFJ", "6PBE", "9MMW", "KK5P", "LX3P", "M2N8-00", "M2N8-01", "M5DY", "Q9WF",
            "RZP5", "SBG9", "V9D5", "X38W", "XW4D",
        ],
    ),
    // Tags that are not in the core schema.
    (
        "Tag",
        &[
            "2XXW", "565N", "5TYM", "6CK3", "6WLZ", "7FWL", "9WXW", "C4HZ", "CC74", "CUP7", "J7PZ",
            "M5C3", "P76L", "UGM3", "Z67P", "Z9M4",
        ],
    ),
    // Two empty keys.
    ("DuplicateKey", &["2JQS"]),
];

/// Invalid YAML that is accepted: the continuation lines of a flow collection or a quoted scalar
/// are indented no deeper than its key (9C9N, QB6E), or with a tab (DK95-01). libyaml accepts the
/// first two too, and users write the first.
const READ_ALL_THE_SAME: &[&str] = &["9C9N", "DK95-01", "QB6E"];

#[test]
fn valid_cases_parse_except_for_the_listed_ones() {
    let expected: BTreeMap<String, &str> = REFUSED
        .iter()
        .flat_map(|(why, ids)| ids.iter().map(move |id| ((*id).to_owned(), *why)))
        .collect();
    let cases: Vec<_> = cases().into_iter().filter(|case| !case.fail).collect();
    let mut refused = BTreeMap::new();
    for case in &cases {
        let parsed = parse(&case.yaml);
        if let Some(error) = parsed.errors.first() {
            let kind = format!("{:?}", error.kind);
            let variant = kind.split([' ', '{', '(']).next().unwrap_or_default().to_owned();
            refused.insert(case.id.clone(), variant);
        } else if parsed.syntax_error.is_some() {
            refused.insert(case.id.clone(), "Syntax".to_owned());
        }
    }
    let refused: BTreeMap<_, _> =
        refused.iter().map(|(id, why)| (id.clone(), why.as_str())).collect();
    assert_eq!(refused, expected);
    assert_eq!((cases.len() - refused.len(), cases.len()), (276, 308));
}

#[test]
fn invalid_cases_are_refused_except_for_the_listed_ones() {
    let broken: Vec<_> = cases().into_iter().filter(|case| case.fail).collect();
    let read: Vec<_> = broken
        .iter()
        .filter(|case| parse(&case.yaml).is_valid())
        .map(|case| case.id.as_str())
        .collect();
    assert_eq!(read, READ_ALL_THE_SAME);
    assert_eq!((broken.len() - read.len(), broken.len()), (91, 94));
}

#[test]
fn parsed_values_match_the_yaml_test_suite() {
    let mut compared = 0;
    for case in cases().iter().filter(|case| !case.fail) {
        let parsed = parse(&case.yaml);
        let (Some(json), true) = (&case.json, parsed.is_valid()) else { continue };
        let expected: Vec<Json> =
            serde_json::Deserializer::from_str(json).into_iter().collect::<Result<_, _>>().unwrap();
        let expected: Vec<Json> =
            expected.into_iter().map(plain).filter(|value| !value.is_null()).collect();
        assert_eq!(documents(&parsed), expected, "{}", case.id);
        compared += 1;
    }
    assert!(compared > 240, "{compared} cases");
}

/// Returns every non-empty document as JSON.
fn documents(parsed: &Parsed<'_>) -> Vec<Json> {
    parsed.documents().map(|(_, root)| json(root)).filter(|value| !value.is_null()).collect()
}

fn json(node: Node<'_>) -> Json {
    match node.value() {
        Value::Null => Json::Null,
        Value::Bool(value) => value.into(),
        #[allow(clippy::cast_precision_loss)]
        Value::Int(value) => (value as f64).into(),
        Value::Float(value) => value.into(),
        Value::Text(text) => text.into(),
        Value::Seq => node.items().map(json).collect(),
        Value::Map => node.pairs().map(|pair| (pair.key.to_owned(), json(pair.value))).collect(),
    }
}

/// Returns the value with all its numbers as floats.
fn plain(value: Json) -> Json {
    match value {
        Json::Number(number) => number.as_f64().into(),
        Json::Array(items) => items.into_iter().map(plain).collect(),
        Json::Object(pairs) => pairs.into_iter().map(|(key, value)| (key, plain(value))).collect(),
        other => other,
    }
}
