//! `bad-format` of a name that begins with a typographic quote, which would be part of the name.

use crate::diagnostics::{Diagnostic, DiagnosticKind, Fix, ValueAdvice, excerpt};
use crate::manifest::document::Instance;
use crate::validate::collector::DiagnosticCollector;
use crate::validate::rules::report::{FieldSpan, rule_diagnostic};
use crate::validate::suggest::QUOTES;
use crate::validate::suggest::value::strip_quotes_and_separator;

/// Text fields that never hold a sentence.
const NAMES: [&str; 4] = ["instanceServiceName", "resourceGroup", "imagePath", "version"];

pub(super) fn check(instance: &Instance<'_>, found: &mut DiagnosticCollector<'_>) {
    for field in NAMES {
        let Some(node) = instance.field_value(field) else { continue };
        let Some(text) = node.as_str().filter(|text| text.starts_with(QUOTES)) else { continue };
        // Inside YAML's quotes, such quotes are intended.
        let span = node.span();
        let written = found.source.slice(span);
        if !written.starts_with(QUOTES) {
            continue;
        }
        let inner = strip_quotes_and_separator(text);
        let ends = written.ends_with(QUOTES) || written.ends_with(['"', '\'']);
        let plain = ends && !inner.is_empty() && !inner.contains(['"', '\\', '\n']);
        let fix = plain.then(|| Fix { span, text: format!("\"{inner}\"") });
        let corrected = fix.as_ref().map(|fix| fix.text.clone());
        let problem = DiagnosticKind::BadFormat {
            field,
            found: excerpt(written),
            advice: Some(ValueAdvice::StraightQuotes(corrected)),
        };
        let reported = rule_diagnostic(problem, FieldSpan { span, field }, None, instance);
        found.push_with(Diagnostic { fix, ..reported });
    }
}
