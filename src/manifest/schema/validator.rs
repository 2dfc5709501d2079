//! The committed schema, compiled.

use std::fmt;

use jsonschema::json::Json;
use jsonschema::{Registry, RegistryBuilder, Validator};
use serde::Deserializer as _;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value, json};

use super::ENGLISH;

/// Compiles the committed schema. Reading its text avoids generating it in every run.
///
/// The library validates the root of a schema against its draft's meta-schema, which it compiles
/// first: a third of the startup time. A test does that for the manifest's schema, so here the root
/// is a reference to it, in the draft with the smallest meta-schema.
///
/// The [`rules`](super::rules), all that is in `allOf` at the root, are skipped: `validate` has its own code for
/// them, which also reads merged instances.
///
/// # Panics
/// Never: tests check the committed schema against the output of [`generate`](super::generate) and against its
/// meta-schema.
pub fn validator<F: Json>() -> Validator<F> {
    const NAME: &str = "manifest.schema.json";
    let schema = serde_json::Deserializer::from_str(ENGLISH).deserialize_map(EnforcedKeywords);
    let schema = schema.expect("the committed schema is a JSON object");
    let registry = Registry::new().add(NAME, &schema).and_then(RegistryBuilder::prepare);
    let registry = registry.expect("the committed schema refers to nothing else");
    let reference = json!({ "$schema": "http://json-schema.org/draft-04/schema#", "$ref": NAME });
    let validator = jsonschema::options_for::<F>().with_registry(&registry).build(&reference);
    validator.expect("the committed schema is a schema")
}

/// Visitor of the schema's root that skips the rules and the snippets: reading them would take a
/// twentieth of the startup time.
struct EnforcedKeywords;

impl<'de> Visitor<'de> for EnforcedKeywords {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut keywords: A) -> Result<Value, A::Error> {
        let mut schema = Map::new();
        while let Some(keyword) = keywords.next_key::<String>()? {
            if matches!(keyword.as_str(), "allOf" | "defaultSnippets") {
                keywords.next_value::<IgnoredAny>()?;
            } else {
                schema.insert(keyword, keywords.next_value()?);
            }
        }
        Ok(Value::Object(schema))
    }
}
