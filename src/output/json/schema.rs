//! The JSON Schema of the output: generated from the types, and committed.

use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform};
use serde_json::Value;

use super::envelope::Envelope;

/// The committed schema, as `instancectl schema --output` prints it.
pub const TEXT: &str = include_str!("../../../schema/output.schema.json");

/// Generates the text of the schema.
///
/// # Panics
/// Never: it depends only on the types.
pub fn text() -> String {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut schema = generator.into_root_schema_for::<Envelope<'static>>();
    RecursiveTransform(simplify).transform(&mut schema);
    let text = serde_json::to_string_pretty(&schema).expect("a schema is JSON");
    format!("{text}\n")
}

/// Removes number formats, which are specific to Rust, and joins the lines of descriptions.
fn simplify(schema: &mut Schema) {
    schema.remove("format");
    if let Some(Value::String(text)) = schema.get("description") {
        let text = text.replace('\n', " ");
        schema.insert("description".into(), text.into());
    }
}
