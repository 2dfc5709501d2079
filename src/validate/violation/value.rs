//! Values of another type, form or range than their field takes.

use jsonschema::JsonType;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::Value as Json;

use super::At;
use crate::diagnostic::{Problem, quote};
use crate::validate::Findings;
use crate::validate::meant::{self, Meant};
use crate::validate::suggest::{listed, nearest};
use crate::yaml::Value;

type Judged = (Problem, Option<String>);

impl At<'_> {
    /// What is wrong with a value, and the text that surely mends it.
    pub(super) fn bad_value(&self, kind: &ValidationErrorKind, found: &Findings<'_>) -> Judged {
        let field = self.field();
        let node = self.place.node;
        let text = node.as_str().unwrap_or_default();
        match kind {
            ValidationErrorKind::Enum { options } => {
                let options = options.as_array().map(Vec::as_slice).unwrap_or_default();
                let options: Vec<&str> = options.iter().filter_map(Json::as_str).collect();
                let expected = listed(&options, "or");
                if node.as_str().is_none() {
                    return self.wrong_type(&expected, None);
                }
                let word = meant::bare(text);
                let meant = meant::word(&field, word).or_else(|| nearest(word, &options));
                let meant = meant.map(str::to_owned);
                let help = match &meant {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => "write one of them".to_owned(),
                };
                (Problem::UnknownValue { field, expected, found: text.to_owned(), help }, meant)
            }
            ValidationErrorKind::Minimum { .. } | ValidationErrorKind::Maximum { .. } => {
                let expected = range(&field).to_owned();
                let found = found.source.slice(node.span()).to_owned();
                (Problem::OutOfRange { field, found: quote(&found).to_string(), expected }, None)
            }
            ValidationErrorKind::Pattern { .. }
                if matches!(&*field, "sourcePath" | "targetPath") =>
            {
                (Problem::RelativeMount { field, found: text.to_owned() }, None)
            }
            ValidationErrorKind::Pattern { .. } if field == "containerPort" && is_decimal(text) => {
                let expected = range(&field).to_owned();
                (Problem::OutOfRange { field, found: quote(text).to_string(), expected }, None)
            }
            ValidationErrorKind::Pattern { .. } => Self::bad_format(field, text),
            ValidationErrorKind::MinLength { .. } => {
                let found = "empty text".to_owned();
                let help = format!("write the value of `{field}`");
                (Problem::BadFormat { field, expected: "text".to_owned(), found, help }, None)
            }
            ValidationErrorKind::Type { kind } => {
                let quoted = self.requoted(kind, found);
                self.wrong_type(&self.expected(kind), quoted)
            }
            _ => self.wrong_type("another value", None),
        }
    }

    fn bad_format(field: String, text: &str) -> Judged {
        let meant = meant::value(&field, text);
        let (expected, help) = match &*field {
            "ramSize" => (
                "MB as an integer, or text such as `27GiB`",
                "units are M, MB, MiB, G, GB, GiB, T, TB and TiB; 1024 MB are 1 GiB",
            ),
            "timeoutLimit" => (
                "`HH:MM:SS` or `unlimited`",
                "write hours with two digits or more, in quotes: \"04:00:00\"",
            ),
            "containerPort" => ("a port from 1 to 65535", "write the port as an integer: 8888"),
            "imagePath" => (
                "a path that ends in an image's name",
                "write the whole path: REGISTRY/PATH/NAME:TAG",
            ),
            _ => ("another form", "see the field's description in the schema"),
        };
        let (help, fix) = match meant {
            Some(Meant::Surely(value)) => (format!("write `{value}`"), Some(value)),
            Some(Meant::Perhaps(help)) => (help, None),
            None => (help.to_owned(), None),
        };
        let found = quote(text).to_string();
        (Problem::BadFormat { field, expected: expected.into(), found, help }, fix)
    }

    fn expected(&self, kind: &TypeKind) -> String {
        let field = self.field();
        if self.place.key.is_none() && !self.pointer.is_empty() {
            return "a mapping with fields".to_owned();
        }
        match (&*field, kind) {
            ("", _) => "a mapping: the fields of an instance, or `instances`".to_owned(),
            ("ramSize", _) => "MB as an integer, or text such as `27GiB`".to_owned(),
            ("containerPort", _) => "a port from 1 to 65535".to_owned(),
            ("region", _) => "a region as text or an integer, such as `\"11250\"`".to_owned(),
            ("timeoutLimit", _) => "`\"HH:MM:SS\"` or `unlimited`".to_owned(),
            ("instances", _) => "a list of instances".to_owned(),
            (_, TypeKind::Single(JsonType::Integer)) => format!("an integer, {}", range(&field)),
            (_, TypeKind::Single(JsonType::String)) => "text".to_owned(),
            (_, TypeKind::Single(JsonType::Boolean)) => "`true` or `false`".to_owned(),
            (_, TypeKind::Single(JsonType::Array)) => "a list".to_owned(),
            (_, TypeKind::Single(JsonType::Object)) => "a mapping with fields".to_owned(),
            _ => "another value".to_owned(),
        }
    }

    /// The value as the type that was expected, where only its quotes are wrong.
    fn requoted(&self, kind: &TypeKind, found: &Findings<'_>) -> Option<String> {
        let node = self.place.node;
        let TypeKind::Single(expected) = kind else { return None };
        match (expected, node.value()) {
            // What is written without quotes is text by its tag.
            (JsonType::Integer, Value::Text(text)) => {
                meant::integer(text).filter(|integer| found.source.slice(node.span()) != integer)
            }
            (JsonType::Boolean, Value::Text(text)) => match text.to_lowercase().as_str() {
                "true" | "yes" | "on" => Some("true".to_owned()),
                "false" | "no" | "off" => Some("false".to_owned()),
                _ => None,
            },
            // `-instanceServiceName: a`: an item whose dash has no blank behind it.
            (JsonType::Array, Value::Map) => {
                let written = found.source.slice(node.span());
                let tight = node.pairs().len() == 1 && !written.contains(['\n', '\r']);
                let item = written.strip_prefix('-').filter(|_| tight);
                item.map(|item| format!("- {item}"))
            }
            // A number in quotes is no time and no path.
            (JsonType::String, Value::Int(_) | Value::Float(_) | Value::Bool(_))
                if !matches!(&*self.field(), "timeoutLimit" | "sourcePath" | "targetPath") =>
            {
                Some(format!("\"{}\"", found.source.slice(node.span())))
            }
            _ => None,
        }
    }

    fn wrong_type(&self, expected: &str, fix: Option<String>) -> Judged {
        let field = self.field();
        let (found, null) = match self.place.node.value() {
            Value::Null if self.place.node.span().is_empty() => ("nothing".to_owned(), true),
            Value::Null => ("`null`".to_owned(), true),
            Value::Bool(value) => (format!("`{value}`"), false),
            Value::Int(value) => (format!("the integer {value}"), false),
            Value::Float(value) => (format!("the number {value}"), false),
            Value::Text(text) => (format!("the text {}", quote(text)), false),
            Value::Seq => ("a list".to_owned(), false),
            Value::Map => ("a mapping".to_owned(), false),
        };
        let help = match &fix {
            Some(text) => format!("write `{text}`"),
            None if null && self.place.key.is_none() => {
                "write the item's fields behind its `- `, or remove the `- `".to_owned()
            }
            None if null => {
                "give it a value, or remove the key: `null` is never a value".to_owned()
            }
            None => meant::other_type(&field, self.place)
                .unwrap_or_else(|| format!("give it {expected}")),
        };
        let subject = match self.place.key {
            Some(_) => format!("`{field}`"),
            None if self.pointer.is_empty() => "the document".to_owned(),
            None => format!("an item of `{field}`"),
        };
        (Problem::WrongType { subject, expected: expected.to_owned(), found, help }, fix)
    }
}

/// Whether a text is an integer as everyone writes it: no sign and no leading zero.
fn is_decimal(text: &str) -> bool {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits && (text == "0" || !text.starts_with('0'))
}

fn range(field: &str) -> &'static str {
    match field {
        "containerPort" => "1 to 65535",
        "gpuNumber" => "0 to 2147483647",
        "ramSize" => "1 to 2147483647 MB",
        "region" => "0 to 9007199254740991, or text in quotes",
        _ => "1 to 2147483647",
    }
}
