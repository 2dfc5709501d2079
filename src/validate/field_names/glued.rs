//! Keys that are spelled correctly except for a typing error: a value joined to them, or whitespace
//! before them or quotes around them that YAML reads as letters.

use super::{FieldNameChecker, NON_ASCII_WHITESPACE};
use crate::diagnostics::{DiagnosticKind, Fix, SyntaxMistake, escaped};
use crate::validate::collector::diagnostic;
use crate::validate::smart_quotes;
use crate::validate::suggest::value;
use crate::yaml::{Pair, Value};

impl FieldNameChecker<'_, '_> {
    /// Reports a key that is one of `absent` except for such an error, and returns that field.
    pub(super) fn report_glued_key(
        &mut self,
        pair: Pair<'_>,
        absent: &[&'static str],
        at: String,
    ) -> Option<&'static str> {
        if let Some((name, mark, rest)) = split_glued(pair, absent) {
            self.report_glued_value(pair, name, mark, rest, at);
            return Some(name);
        }
        if let Some((name, blank)) = whitespace_before(pair.key, absent) {
            self.report_stray_whitespace(pair, name, blank, at);
            return Some(name);
        }
        let name = smart_quotes::field(pair.key, absent)?;
        self.report_smart_quotes(pair, name, at);
        Some(name)
    }

    /// Reports a key with whitespace before it that YAML does not treat as whitespace.
    fn report_stray_whitespace(
        &mut self,
        pair: Pair<'_>,
        name: &'static str,
        blank: char,
        at: String,
    ) {
        if self.names.insert(pair.key_span, name).is_some() {
            return;
        }
        let mistake = SyntaxMistake::Character(blank, "");
        let problem = DiagnosticKind::YamlSyntax { mistake, corrected: None };
        let fix = Fix { span: pair.key_span, text: name.to_owned() };
        self.found.push_with(crate::diagnostics::Diagnostic {
            fix: Some(fix),
            ..diagnostic(problem, pair.key_span, self.document, at)
        });
    }

    /// Reports a key in braces that includes its value, since no space follows the colon.
    fn report_glued_value(
        &mut self,
        pair: Pair<'_>,
        name: &'static str,
        mark: char,
        rest: &str,
        pointer: String,
    ) {
        if self.names.insert(pair.key_span, name).is_some() {
            return;
        }
        self.found.reported.insert(pair.value.span());
        let mistake = match mark {
            '：' => SyntaxMistake::Character(mark, ":"),
            '=' => SyntaxMistake::EqualsForColon,
            ' ' => SyntaxMistake::MissingColon(name.to_owned()),
            _ => SyntaxMistake::MissingSpaceAfterColon,
        };
        let corrected = Some(format!("{name}: {}", escaped(rest)));
        let problem = DiagnosticKind::YamlSyntax { mistake, corrected };
        let key = Fix::replace_keeping_quotes(pair.key_span, pair.key, name).text;
        let fix = Fix { span: pair.key_span, text: format!("{key}: {rest}") };
        self.found.push_with(crate::diagnostics::Diagnostic {
            fix: Some(fix),
            ..diagnostic(problem, pair.key_span, self.document, pointer)
        });
    }
}

/// Returns the field and the whitespace if a key is a field with whitespace before it that YAML
/// reads as a letter.
fn whitespace_before(key: &str, fields: &[&'static str]) -> Option<(&'static str, char)> {
    let name =
        fields.iter().find(|field| key.trim_start_matches(NON_ASCII_WHITESPACE) == **field)?;
    key.chars()
        .next()
        .filter(|first| NON_ASCII_WHITESPACE.contains(first))
        .map(|blank| (*name, blank))
}

/// Returns the field, the separator and the value of a key such as `containerPort:8888`,
/// `containerPort=8888` or `containerPort 8888`.
fn split_glued<'k>(
    pair: Pair<'k>,
    fields: &[&'static str],
) -> Option<(&'static str, char, &'k str)> {
    if pair.value.value() != Value::Null {
        return None;
    }
    let at = pair.key.find([':', '：', '=']).or_else(|| pair.key.find(' '))?;
    let (key, rest) = pair.key.split_at(at);
    let mark = rest.chars().next()?;
    let name = fields.iter().find(|field| **field == value::strip_quotes_and_separator(key))?;
    let rest = rest[mark.len_utf8()..].trim();
    (!rest.is_empty()).then_some((*name, mark, rest))
}
