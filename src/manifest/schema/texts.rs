//! The texts of the schema in another language.

use serde_json::Value;

/// Keywords whose value is a text, or several, in a language.
const KEYWORDS: [&str; 9] = [
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

/// Labels and names that are code.
fn is_code(text: &str) -> bool {
    matches!(text, "defaults" | "unlimited") || text.starts_with('"')
}

/// Replaces each text of a schema with that of `translate`. A plain description is that in Markdown
/// without its backticks.
pub(super) fn with_texts(schema: &mut Value, translate: &impl Fn(&str) -> String) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(|item| with_texts(item, translate)),
        Value::Object(fields) => {
            let markdown = fields.get("markdownDescription").and_then(Value::as_str);
            let plain = markdown.map(|text| translate(text).replace('`', ""));
            for (key, value) in fields.iter_mut() {
                let is_text = KEYWORDS.contains(&key.as_str());
                match value {
                    Value::String(text) if is_text && !is_code(text) => {
                        let plain = plain.clone().filter(|_| key == "description");
                        *text = plain.unwrap_or_else(|| translate(text));
                    }
                    Value::Array(items) if is_text => {
                        for item in items {
                            if let Value::String(text) = item {
                                *text = translate(text);
                            }
                        }
                    }
                    other => with_texts(other, translate),
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::collections::BTreeSet;

    use super::with_texts;
    use crate::language::schema_texts;
    use crate::manifest::schema::generate;

    #[test]
    fn each_text_of_the_schema_has_a_translation_and_no_other_has() {
        let found = RefCell::new(BTreeSet::new());
        with_texts(&mut generate(), &|text| {
            found.borrow_mut().insert(text.to_owned());
            text.to_owned()
        });
        let found = found.into_inner();
        let translated: BTreeSet<String> =
            schema_texts().map(|(english, _)| english.to_owned()).collect();
        let missing: Vec<_> = found.difference(&translated).collect();
        let unused: Vec<_> = translated.difference(&found).collect();
        assert!(missing.is_empty(), "without Chinese: {missing:#?}");
        assert!(unused.is_empty(), "not in the schema: {unused:#?}");
        assert_eq!(schema_texts().count(), translated.len(), "a text has two translations");
    }
}
