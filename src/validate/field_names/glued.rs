//! Keys that are spelled correctly except for a typing error: a value joined to them, or whitespace
//! before them or quotes around them that YAML reads as letters.

use super::FieldNameChecker;
use crate::diagnostics::{Diagnostic, DiagnosticKind, Fix, SyntaxMistake, escaped};
use crate::source::{SourceFile, Span};
use crate::validate::collector::diagnostic;
use crate::validate::suggest::{QUOTES, value};
use crate::validate::syntax_recovery::is_odd_blank;
use crate::yaml::{Pair, Value};

/// A key that is a field except for such an error.
struct Glued {
    name: &'static str,
    mistake: SyntaxMistake,
    corrected: Option<String>,
    fix: Fix,
    /// The value, if the mistake includes it.
    value: Option<Span>,
}

impl FieldNameChecker<'_, '_> {
    /// Reports a key that is one of `absent` except for such an error, and returns that field.
    pub(super) fn report_glued_key(
        &mut self,
        pair: Pair<'_>,
        absent: &[&'static str],
        at: String,
    ) -> Option<&'static str> {
        let found = with_value(pair, absent)
            .or_else(|| after_whitespace(pair, absent))
            .or_else(|| in_smart_quotes(pair, absent, self.found.source))?;
        if self.names.insert(pair.key_span, found.name).is_none() {
            self.found.reported.extend(found.value);
            let Glued { mistake, corrected, .. } = found;
            let problem = DiagnosticKind::YamlSyntax { mistake, corrected };
            self.found.push_with(Diagnostic {
                fix: Some(found.fix),
                ..diagnostic(problem, pair.key_span, self.document, at)
            });
        }
        Some(found.name)
    }
}

fn known(key: &str, fields: &[&'static str]) -> Option<&'static str> {
    fields.iter().find(|field| **field == key).copied()
}

/// Recognises a key in braces that includes its value, since no space follows the colon:
/// `containerPort:8888`, `containerPort=8888` or `containerPort 8888`.
fn with_value(pair: Pair<'_>, fields: &[&'static str]) -> Option<Glued> {
    if pair.value.value() != Value::Null {
        return None;
    }
    let at = pair.key.find([':', '：', '=']).or_else(|| pair.key.find(' '))?;
    let (key, rest) = pair.key.split_at(at);
    let mark = rest.chars().next()?;
    let name = known(value::strip_quotes_and_separator(key), fields)?;
    let rest = Some(rest[mark.len_utf8()..].trim()).filter(|rest| !rest.is_empty())?;
    let mistake = match mark {
        '：' => SyntaxMistake::Character(mark, ":"),
        '=' => SyntaxMistake::EqualsForColon,
        ' ' => SyntaxMistake::MissingColon(name.to_owned()),
        _ => SyntaxMistake::MissingSpaceAfterColon,
    };
    let corrected = Some(format!("{name}: {}", escaped(rest)));
    let key = Fix::replace_keeping_quotes(pair.key_span, pair.key, name).text;
    let fix = Fix { span: pair.key_span, text: format!("{key}: {rest}") };
    Some(Glued { name, mistake, corrected, fix, value: Some(pair.value.span()) })
}

/// Recognises a key after whitespace that YAML reads as a letter.
fn after_whitespace(pair: Pair<'_>, fields: &[&'static str]) -> Option<Glued> {
    let first = pair.key.chars().next().filter(|first| is_odd_blank(*first))?;
    let name = known(pair.key.trim_start_matches(is_odd_blank), fields)?;
    let fix = Fix { span: pair.key_span, text: name.to_owned() };
    let mistake = SyntaxMistake::Character(first, "");
    Some(Glued { name, mistake, corrected: None, fix, value: None })
}

/// Recognises a key in typographic quotes; those around its value are part of the same mistake.
fn in_smart_quotes(pair: Pair<'_>, fields: &[&'static str], source: &SourceFile) -> Option<Glued> {
    let inside = pair.key.strip_prefix(QUOTES)?;
    let name = known(value::strip_quotes_and_separator(inside), fields)?;
    let straight =
        |span: Span, text: &str| Fix::replace_keeping_quotes(span, source.slice(span), text);
    let mut fix = straight(pair.key_span, name);
    let text = pair.value.as_str().filter(|text| text.starts_with(QUOTES));
    let text = text.map(value::strip_quotes_and_separator);
    let text = text.filter(|text| !text.contains(['"', '\\', '\n']));
    let value = text.map(|text| straight(pair.value.span(), text));
    if let Some(value) = &value {
        let between = pair.key_span.range().end..value.span.range().start;
        fix.text = [&fix.text, &source.text()[between], &value.text].concat();
        fix.span = Span::new(fix.span.range().start..value.span.range().end);
    }
    let mistake = SyntaxMistake::Character(pair.key.chars().next()?, "\"");
    let value = value.map(|value| value.span);
    Some(Glued { name, mistake, corrected: None, fix, value })
}
