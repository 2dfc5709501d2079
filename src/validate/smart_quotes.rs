//! Quotes that YAML reads as letters: those of word processors, and of other input methods.

use super::field_names::FieldNameChecker;
use crate::diagnostics::{Diagnostic, DiagnosticKind, Fix, SyntaxMistake};
use crate::source::Span;
use crate::validate::collector::diagnostic;
use crate::validate::suggest::value;
use crate::yaml::Pair;

pub(super) const QUOTES: [char; 5] = ['“', '”', '‘', '’', '＂'];

/// Returns the field if a key is a field in typographic quotes.
pub(super) fn field(key: &str, fields: &[&'static str]) -> Option<&'static str> {
    let inside = value::strip_quotes_and_separator(key.strip_prefix(QUOTES)?);
    fields.iter().find(|field| **field == inside).copied()
}

impl FieldNameChecker<'_, '_> {
    /// Reports a key in typographic quotes; those around its value are part of the same mistake.
    pub(super) fn report_smart_quotes(&mut self, pair: Pair<'_>, name: &'static str, at: String) {
        if self.names.insert(pair.key_span, name).is_some() {
            return;
        }
        let source = self.found.source;
        let quote = Fix::replace_keeping_quotes(pair.key_span, source.slice(pair.key_span), name);
        let value = pair.value.as_str().filter(|text| text.starts_with(QUOTES));
        let plain = value
            .map(value::strip_quotes_and_separator)
            .filter(|text| !text.contains(['"', '\\', '\n']));
        let fix = match plain {
            Some(text) => {
                let span = pair.value.span();
                let value = Fix::replace_keeping_quotes(span, source.slice(span), text);
                let (start, end) = (pair.key_span.range().end, value.span.range().start);
                let between = &source.text()[start..end];
                self.found.reported.insert(value.span);
                let span = Span::new(pair.key_span.range().start..value.span.range().end);
                Fix { span, text: format!("{}{between}{}", quote.text, value.text) }
            }
            None => quote,
        };
        let found = pair.key.chars().next().unwrap_or_default();
        let mistake = SyntaxMistake::Character(found, "\"");
        let problem = DiagnosticKind::YamlSyntax { mistake, corrected: None };
        self.found.push_with(Diagnostic {
            fix: Some(fix),
            ..diagnostic(problem, pair.key_span, self.document, at)
        });
    }
}
