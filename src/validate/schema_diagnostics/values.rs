//! Values of the wrong type, form or range for their field.

use jsonschema::JsonType;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::Value as Json;

use super::SchemaErrorContext;
use crate::diagnostics::{DiagnosticKind, escaped, quote};
use crate::manifest::{FieldKind, FieldSpec, MAX_COUNT, REQUIRED};
use crate::source::{SourceFile, Span};
use crate::validate::collector::DiagnosticCollector;
use crate::validate::suggest::suggestion::{self, Suggestion};
use crate::validate::suggest::{closest, listed, type_hint, value};
use crate::yaml::{Node, Value};

type ValueDiagnosis = (DiagnosticKind, Option<String>);

impl SchemaErrorContext<'_> {
    /// Returns the diagnostic for a value, and the text that safely fixes it.
    pub(super) fn invalid_value(
        &self,
        kind: &ValidationErrorKind,
        found: &DiagnosticCollector<'_>,
    ) -> ValueDiagnosis {
        let field = self.field();
        let node = self.location.node;
        let text = node.as_str().unwrap_or_default();
        let spec_kind = FieldKind::of(&field);
        match kind {
            ValidationErrorKind::Enum { options } => {
                let options = options.as_array().map(Vec::as_slice).unwrap_or_default();
                let options: Vec<&str> = options.iter().filter_map(Json::as_str).collect();
                let expected = listed(&options, "or");
                if node.as_str().is_none() {
                    return self.wrong_type(&expected, None, found);
                }
                let (help, suggestion) = unknown_enum_value(
                    &field,
                    suggestion::strip_quotes_and_separator(text),
                    &options,
                );
                let found = self.source_text(found);
                (DiagnosticKind::UnknownValue { field, expected, found, help }, suggestion)
            }
            ValidationErrorKind::Minimum { .. } | ValidationErrorKind::Maximum { .. } => {
                let high = matches!(kind, ValidationErrorKind::Maximum { .. });
                let written = found.source.slice(node.span());
                let fix = (field == "region").then(|| format!("\"{written}\""));
                (out_of_range(&field, written, high), fix)
            }
            ValidationErrorKind::Pattern { .. } if spec_kind == Some(FieldKind::Path) => {
                let help = type_hint::absolute(&field, text);
                (DiagnosticKind::RelativeMount { field, found: text.to_owned(), help }, None)
            }
            ValidationErrorKind::Pattern { .. }
                if spec_kind == Some(FieldKind::PortNumber) && is_decimal(text) =>
            {
                (out_of_range(&field, text, true), None)
            }
            ValidationErrorKind::Pattern { .. } => self.invalid_format(field, text, found),
            ValidationErrorKind::MinLength { .. } => {
                let found = "empty text".to_owned();
                let such = FieldSpec::find(&field).map_or("", |field| field.example);
                let help = format!("write it between the quotes, such as `\"{such}\"`");
                (
                    DiagnosticKind::BadFormat { field, expected: "text".to_owned(), found, help },
                    None,
                )
            }
            ValidationErrorKind::Type { kind } => {
                let quoted = self.fix_quotes(kind, found);
                self.wrong_type(&self.expected(kind), quoted, found)
            }
            _ => self.wrong_type("another value", None, found),
        }
    }

    fn invalid_format(
        &self,
        field: String,
        text: &str,
        found: &DiagnosticCollector<'_>,
    ) -> ValueDiagnosis {
        let suggestion = value::value(&field, text);
        let (expected, help) = match FieldKind::of(&field) {
            Some(FieldKind::RamSize) => {
                (RAM_SIZE, "units are M, MB, MiB, G, GB, GiB, T, TB and TiB; 1024 MB are 1 GiB")
            }
            Some(FieldKind::TimeLimit) => (
                "`HH:MM:SS` or `unlimited`",
                "write hours, minutes and seconds in quotes, such as `\"04:00:00\"`",
            ),
            Some(FieldKind::PortNumber) => {
                ("a port from 1 to 65535", "write the number of the port, such as `8888`")
            }
            Some(FieldKind::Text) => (
                "a path that ends with the name of an image",
                "write the whole path, such as `image.ac.com:5000/dcu/admin/base/pytorch:2.3.0`",
            ),
            _ => ("another form", "see the description of the field in the schema"),
        };
        let (help, fix) = match suggestion {
            Some(Suggestion::Fix(value)) => (format!("write `{value}`"), Some(value)),
            Some(Suggestion::Hint(help)) => (help, None),
            None => (help.to_owned(), None),
        };
        let found = self.source_text(found);
        (DiagnosticKind::BadFormat { field, expected: expected.into(), found, help }, fix)
    }

    fn expected(&self, kind: &TypeKind) -> String {
        let field = self.field();
        if self.location.key.is_none() && !self.pointer.is_empty() {
            return FIELDS.to_owned();
        }
        match (&*field, FieldKind::of(&field), kind) {
            ("", ..) => "`instances`, or the fields of an instance".to_owned(),
            ("instances", ..) => "a list of instances".to_owned(),
            (_, Some(FieldKind::RamSize), _) => RAM_SIZE.to_owned(),
            (_, Some(FieldKind::PortNumber), _) => "a port from 1 to 65535".to_owned(),
            (_, Some(FieldKind::Region), _) => {
                "a region as text or an integer, such as `\"11250\"`".to_owned()
            }
            (_, Some(FieldKind::TimeLimit), _) => "`\"HH:MM:SS\"` or `unlimited`".to_owned(),
            (_, Some(spec), TypeKind::Single(JsonType::Integer)) => {
                format!("an integer, {} or more", spec.minimum())
            }
            (_, _, TypeKind::Single(JsonType::String)) => "text".to_owned(),
            (_, _, TypeKind::Single(JsonType::Boolean)) => "`true` or `false`".to_owned(),
            (_, _, TypeKind::Single(JsonType::Array)) => "a list".to_owned(),
            (_, _, TypeKind::Single(JsonType::Object)) => FIELDS.to_owned(),
            _ => "another value".to_owned(),
        }
    }

    /// Returns the value in the expected type, if only its quotes are wrong.
    fn fix_quotes(&self, kind: &TypeKind, found: &DiagnosticCollector<'_>) -> Option<String> {
        let node = self.location.node;
        let TypeKind::Single(expected) = kind else { return None };
        let spec = FieldKind::of(&self.field());
        let least = spec.map_or(1, |kind| i64::from(kind.minimum()));
        let fits = |text: &String| text.parse().is_ok_and(|n| (least..=MAX_COUNT).contains(&n));
        match (expected, node.value()) {
            // An explicit tag stays, whatever value follows it.
            _ if is_tagged(node.span(), found.source) => None,
            (JsonType::Integer, Value::Text(text)) => suggestion::integer(text).filter(fits),
            // `8.0` is the integer 8 except for its type.
            (JsonType::Integer, Value::Float(_)) => {
                let (complete, rest) = found.source.slice(node.span()).split_once('.')?;
                let zeros = !rest.is_empty() && rest.bytes().all(|digit| digit == b'0');
                Some(complete.to_owned())
                    .filter(|complete| zeros && is_decimal(complete) && fits(complete))
            }
            (JsonType::Boolean, Value::Text(text)) => match text.to_lowercase().as_str() {
                "true" | "yes" | "on" => Some("true".to_owned()),
                "false" | "no" | "off" => Some("false".to_owned()),
                _ => None,
            },
            // One item of a list, without the list; or its dash is not followed by a space, or is
            // doubled.
            (JsonType::Array, Value::Map) => {
                let written = found.source.slice(node.span());
                let tight = node.pairs().len() == 1 && !written.contains(['\n', '\r']);
                match written.strip_prefix('-').filter(|_| tight) {
                    Some(item) => Some(format!("- {}", item.trim_start_matches(['-', ' ']))),
                    None => written.starts_with('{').then(|| format!("[{written}]")),
                }
            }
            // A number in quotes is not a time and not a path.
            (JsonType::String, Value::Int(_) | Value::Float(_) | Value::Bool(_))
                if !matches!(spec, Some(FieldKind::TimeLimit | FieldKind::Path)) =>
            {
                Some(format!("\"{}\"", found.source.slice(node.span())))
            }
            _ => None,
        }
    }

    /// Returns a value as written, including quotes, if that is one line.
    fn source_text(&self, found: &DiagnosticCollector<'_>) -> String {
        let node = self.location.node;
        let written = found.source.slice(node.span());
        let lines = |text: &str| text.contains('\n') && !written.starts_with(['"', '\'']);
        let text = node.as_str().filter(|text| written.is_empty() || lines(text));
        quote(text.unwrap_or(written)).to_string()
    }

    fn wrong_type(
        &self,
        expected: &str,
        fix: Option<String>,
        found: &DiagnosticCollector<'_>,
    ) -> ValueDiagnosis {
        let field = self.field();
        let written = self.source_text(found);
        let (found, null) = match self.location.node.value() {
            Value::Null if self.location.node.span().is_empty() => ("nothing".to_owned(), true),
            Value::Null => ("`null`".to_owned(), true),
            Value::Bool(_) => (written, false),
            Value::Int(_) => (format!("integer {written}"), false),
            Value::Float(_) => (format!("number {written}"), false),
            Value::Text(_) => (format!("string {written}"), false),
            Value::Seq => ("a list".to_owned(), false),
            Value::Map => (FIELDS.to_owned(), false),
        };
        let help = match &fix {
            Some(text) => corrected_value(text, self.location.node),
            None if null && self.location.key.is_none() => {
                "write the item's fields after `- `, or remove the `- `".to_owned()
            }
            None if null && REQUIRED.contains(&&*field) => {
                "write its value after the colon: `null` is never a value".to_owned()
            }
            None if null => {
                "give it a value, or remove the key: `null` is never a value".to_owned()
            }
            None => type_hint::other_type(&field, self.location)
                .or_else(|| example(&field).map(|text| format!("write {text}")))
                .unwrap_or_else(|| format!("write {expected}")),
        };
        let subject = match self.location.key {
            Some(_) => format!("`{field}`"),
            None if self.pointer.is_empty() => "the document".to_owned(),
            None => format!("an item of `{field}`"),
        };
        (DiagnosticKind::WrongType { subject, expected: expected.to_owned(), found, help }, fix)
    }
}

/// Checks whether a tag precedes a value. Only the length of a line is searched: text without
/// whitespace may be long.
fn is_tagged(span: Span, source: &SourceFile) -> bool {
    let end = span.range().start;
    let start = source.text().floor_char_boundary(end.saturating_sub(100));
    let mut words = source.text()[start..end].split_whitespace().rev();
    words.find(|word| !word.starts_with('&')).is_some_and(|word| word.starts_with('!'))
}

/// Returns the help for a value that is not in a field's `options`, and the one that it clearly
/// means.
fn unknown_enum_value(field: &str, word: &str, options: &[&str]) -> (String, Option<String>) {
    let known = FieldSpec::find(field).and_then(|field| field.value_for_alias(word));
    let Some(suggestion) = known.or_else(|| closest(word, options)) else {
        return (format!("`instancectl explain {field}` documents its values"), None);
    };
    let help = format!("did you mean `{suggestion}`?");
    // `dcu:4` also contains the number of cards, which a fix would lose.
    let counts = known.is_none() && word.contains(|c: char| c.is_ascii_digit());
    if counts && field == "acceleratorType" {
        return (format!("{help} The number of cards goes into `gpuNumber`"), None);
    }
    (help, Some(suggestion.to_owned()))
}

/// Checks whether a text is a plain integer: no sign and no leading zero.
fn is_decimal(text: &str) -> bool {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits && (text == "0" || !text.starts_with('0'))
}

/// Term for a mapping in messages about found and expected types.
const FIELDS: &str = "fields (`key: value`)";

const RAM_SIZE: &str = "an integer of MB, or a size such as `27GiB`";

/// Describes a safe replacement of a value in words.
fn corrected_value(text: &str, node: Node<'_>) -> String {
    let quoted = text.starts_with('"');
    match node.value() {
        Value::Text(was) if was == text => format!("write it without quotes: `{text}`"),
        Value::Int(_) | Value::Float(_) | Value::Bool(_) if quoted => {
            format!("put it in quotes: `{text}`")
        }
        Value::Map if text.starts_with("- ") => "start it with one dash and a space".to_owned(),
        Value::Map if text.len() > 60 || text.contains('\n') => {
            "put it in brackets: `[{`, and the end `}]`".to_owned()
        }
        Value::Map if text.starts_with('[') => format!("put it in brackets: `{text}`"),
        _ => format!("write `{text}`"),
    }
}

/// Returns the diagnostic for a number below or above the range of its field.
fn out_of_range(field: &str, written: &str, high: bool) -> DiagnosticKind {
    let kind = FieldKind::of(field);
    let unit = if kind == Some(FieldKind::RamSize) { " MB" } else { "" };
    let expected = match kind {
        Some(FieldKind::PortNumber) => "1 to 65535".to_owned(),
        Some(FieldKind::Region) if high => "at most 9007199254740991, or text in quotes".to_owned(),
        _ if high => format!("at most {MAX_COUNT}{unit}"),
        _ => format!("{}{unit} or more", kind.map_or(1, FieldKind::minimum)),
    };
    let help = match kind {
        Some(FieldKind::Region) if high => format!("put it in quotes: `\"{}\"`", escaped(written)),
        _ => example(field).map_or_else(String::new, |text| format!("write {text}")),
    };
    DiagnosticKind::OutOfRange {
        field: field.to_owned(),
        found: quote(written).to_string(),
        expected,
        help,
    }
}

/// Returns the meaning of a field's value, with a typical example.
fn example(field: &str) -> Option<&'static str> {
    Some(match field {
        "cpuNumber" => "the number of CPU cores of each container, such as `8`",
        "gpuNumber" => "the number of cards of each container, such as `1`, or `0` for none",
        "taskNumber" => "the number of containers, usually `1`",
        "ramSize" => "the memory of each container, such as `27GiB`",
        "containerPort" => "the port that the program in the container listens on, such as `8888`",
        "region" => "the region, such as `\"11250\"`",
        _ => return None,
    })
}
