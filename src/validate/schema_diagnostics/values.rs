//! Values of the wrong type, form or range for their field.

use jsonschema::JsonType;
use jsonschema::error::{TypeKind, ValidationErrorKind};

use super::SchemaErrorContext;
use crate::diagnostics::{Bound, DiagnosticKind, Found, Subject, ValueAdvice, excerpt};
use crate::manifest::{FieldKind, FieldSpec, MAX_COUNT};
use crate::source::{SourceFile, Span};
use crate::validate::collector::DiagnosticCollector;
use crate::validate::suggest::closest;
use crate::validate::suggest::value::{
    Correction, correct_format, correct_time_limit, integer, list_item, number_advice,
    strip_quotes_and_separator,
};
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
        let spec = FieldKind::of(field);
        let found_text = || self.source_text(found);
        let out_of_range = |bound| DiagnosticKind::OutOfRange { field, found: found_text(), bound };
        match kind {
            ValidationErrorKind::Enum { .. } if node.as_str().is_some() => {
                let (advice, fix) = similar_choice(field, strip_quotes_and_separator(text)).unzip();
                let problem = DiagnosticKind::UnknownValue { field, found: found_text(), advice };
                (problem, fix.flatten())
            }
            ValidationErrorKind::Minimum { .. } => (out_of_range(Bound::Min), None),
            ValidationErrorKind::Maximum { .. } => {
                let region = spec == Some(FieldKind::Region);
                let fix = region.then(|| format!("\"{}\"", found.source.slice(node.span())));
                (out_of_range(Bound::Max), fix)
            }
            ValidationErrorKind::Pattern { .. } if spec == Some(FieldKind::Path) => {
                (DiagnosticKind::RelativeMount { field, found: excerpt(text) }, None)
            }
            ValidationErrorKind::Pattern { .. }
                if spec == Some(FieldKind::PortNumber) && is_decimal(text) =>
            {
                (out_of_range(Bound::Max), None)
            }
            ValidationErrorKind::Pattern { .. } => {
                let correction = spec.and_then(|kind| correct_format(kind, text));
                let (advice, fix) =
                    correction.map(|Correction { advice, fix }| (advice, fix)).unzip();
                (DiagnosticKind::BadFormat { field, found: found_text(), advice }, fix.flatten())
            }
            ValidationErrorKind::MinLength { .. } => {
                (DiagnosticKind::BadFormat { field, found: String::new(), advice: None }, None)
            }
            ValidationErrorKind::Type { kind } => {
                let fix = self.fix_type(kind, found);
                self.wrong_type(fix, found)
            }
            _ => self.wrong_type(None, found),
        }
    }

    /// Returns the value in the expected type, if only its quotes or its brackets are wrong.
    fn fix_type(&self, kind: &TypeKind, found: &DiagnosticCollector<'_>) -> Option<String> {
        let node = self.location.node;
        let TypeKind::Single(expected) = kind else { return None };
        let written = found.source.slice(node.span());
        let spec = FieldKind::of(self.field());
        let least = spec.map_or(1, |kind| i64::from(kind.minimum()));
        let fits = |text: &String| text.parse().is_ok_and(|n| (least..=MAX_COUNT).contains(&n));
        match (expected, node.value()) {
            // An explicit tag stays, whatever value follows it.
            _ if is_tagged(node.span(), found.source) => None,
            (JsonType::Integer, Value::Text(text)) => integer(text).filter(fits),
            // `8.0` is the integer 8 except for its type.
            (JsonType::Integer, Value::Float(_)) => {
                let (complete, rest) = written.split_once('.')?;
                let zeros = !rest.is_empty() && rest.bytes().all(|digit| digit == b'0');
                Some(complete.to_owned())
                    .filter(|complete| zeros && is_decimal(complete) && fits(complete))
            }
            (JsonType::Boolean, Value::Text(text)) => match text.to_lowercase().as_str() {
                "true" | "yes" | "on" => Some("true".to_owned()),
                "false" | "no" | "off" => Some("false".to_owned()),
                _ => None,
            },
            (JsonType::Array, Value::Map) if node.pairs().len() == 0 => Some("[]".to_owned()),
            // One item of a list, without the list; or its dash is not followed by a space, or is
            // doubled.
            (JsonType::Array, Value::Map) => {
                if let Some(alias) = self.alias() {
                    return Some(format!("[{}]", found.source.slice(alias.span)));
                }
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
                Some(format!("\"{written}\""))
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
        excerpt(text.unwrap_or(written))
    }

    fn wrong_type(&self, fix: Option<String>, found: &DiagnosticCollector<'_>) -> ValueDiagnosis {
        let node = self.location.node;
        let subject = match self.location.key {
            Some(_) => Subject::Field(self.field()),
            None if self.pointer.is_empty() => Subject::Document,
            None => Subject::ItemOf(self.field()),
        };
        let in_json = found.source.slice(self.document.root.span()).starts_with(['{', '[']);
        let advice = match &fix {
            Some(text) => Some(corrected_value(text, node)),
            None => self.type_advice(in_json),
        };
        let text = self.source_text(found);
        let found = match node.value() {
            Value::Null if node.span().is_empty() => Found::Nothing,
            Value::Null => Found::Null,
            Value::Bool(_) => Found::Bool(text),
            Value::Int(_) => Found::Integer(text),
            Value::Float(_) => Found::Number(text),
            Value::Text(_) => Found::Text(text),
            Value::Seq => Found::List,
            Value::Map => Found::Fields,
        };
        (DiagnosticKind::WrongType { subject, found, advice }, fix)
    }

    /// Returns the advice for a value of the wrong type that does not follow from the types.
    fn type_advice(&self, in_json: bool) -> Option<ValueAdvice> {
        let node = self.location.node;
        let field = FieldSpec::find(self.field())?;
        let is_item = self.location.key.is_none();
        match (field.kind, node.value()) {
            (_, Value::Null) => None,
            (FieldKind::List, Value::Text(text)) if text.trim_start().starts_with("- ") => {
                Some(ValueAdvice::RemoveBlockIndicator)
            }
            (FieldKind::List, Value::Map) if !is_item => {
                let by_name = node.pairs().all(|pair| pair.value.is_map());
                (field.name == "instances" && by_name).then_some(ValueAdvice::InstancesByName)
            }
            (FieldKind::List, _) if field.is_list_in_instance() => {
                Some(ValueAdvice::Items(list_item(field.name, node.as_str(), in_json)))
            }
            (FieldKind::TimeLimit, Value::Int(seconds @ 1..1_000_000)) => {
                correct_time_limit(&seconds.to_string()).map(|found| found.advice)
            }
            (FieldKind::Count { .. } | FieldKind::Choice(_), Value::Text(text)) => {
                number_advice(text)
            }
            _ => None,
        }
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

/// Returns the advice for a value that is not one of a field's choices, with the one that it clearly
/// means.
fn similar_choice(field: &str, word: &str) -> Option<(ValueAdvice, Option<String>)> {
    let field = FieldSpec::find(field)?;
    let known = field.value_for_alias(word);
    let near = known.or_else(|| closest(word, field.kind.choices()))?.to_owned();
    // `dcu:4` also contains the number of cards, which a fix would lose.
    let counts = known.is_none() && word.contains(|c: char| c.is_ascii_digit());
    Some(if counts && field.name == "acceleratorType" {
        (ValueAdvice::DidYouMeanWithCards(near), None)
    } else {
        (ValueAdvice::DidYouMean(near.clone()), Some(near))
    })
}

/// Checks whether a text is a plain integer: no sign and no leading zero.
fn is_decimal(text: &str) -> bool {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits && (text == "0" || !text.starts_with('0'))
}

/// Returns the advice for a value with a safe replacement.
fn corrected_value(text: &str, node: Node<'_>) -> ValueAdvice {
    let quoted = text.starts_with('"');
    match node.value() {
        Value::Text(was) if was == text => ValueAdvice::Unquote(text.to_owned()),
        Value::Int(_) | Value::Float(_) | Value::Bool(_) if quoted => {
            ValueAdvice::Quote(excerpt(text))
        }
        Value::Map if text.starts_with("- ") => ValueAdvice::OneDash,
        Value::Map if text.starts_with('[') && text != "[]" => {
            let short = text.len() <= 60 && !text.contains('\n');
            ValueAdvice::Brackets(short.then(|| text.to_owned()))
        }
        _ => ValueAdvice::Write(excerpt(text)),
    }
}
