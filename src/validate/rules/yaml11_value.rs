//! `yaml11-value`: an unquoted value that YAML 1.1 parsers, which are common, read as something
//! else.

use crate::diagnostics::{Diagnostic, DiagnosticKind, Fix};
use crate::manifest::document::{Document, join};
use crate::manifest::is_ignored_key;
use crate::source::Span;
use crate::validate::collector::{DiagnosticCollector, diagnostic};
use crate::yaml::{Node, Value};

/// Checks every value of a document.
pub(in crate::validate) fn check(document: Document<'_>, found: &mut DiagnosticCollector<'_>) {
    let mut search = ScalarWalker { document: document.number, found };
    for pair in document.root.pairs().filter(|pair| !is_ignored_key(pair.key)) {
        search.node(pair.value, &|| join("", pair.key));
    }
}

struct ScalarWalker<'f, 's> {
    document: usize,
    found: &'f mut DiagnosticCollector<'s>,
}

impl ScalarWalker<'_, '_> {
    /// Checks a node recursively. `pointer` is only evaluated for a match, which is rare.
    fn node(&mut self, node: Node<'_>, pointer: &dyn Fn() -> String) {
        match node.value() {
            Value::Map => {
                for pair in node.pairs() {
                    self.node(pair.value, &|| join(&pointer(), pair.key));
                }
            }
            Value::Seq => {
                for (at, item) in node.items().enumerate() {
                    self.node(item, &|| format!("{}/{at}", pointer()));
                }
            }
            Value::Text(text) => {
                // Only a plain scalar has its value as source text.
                if let Some(other) = text_otherwise(text)
                    && self.found.source.slice(node.span()) == text
                {
                    self.report(node.span(), text, other, true, pointer());
                }
            }
            Value::Int(value) => {
                let written = self.found.source.slice(node.span());
                if let Some(other) = integer_otherwise(written, value) {
                    self.report(node.span(), written, other, false, pointer());
                }
            }
            Value::Null | Value::Bool(_) | Value::Float(_) => {}
        }
    }

    fn report(&mut self, span: Span, written: &str, other: String, is_text: bool, pointer: String) {
        if self.found.reported.contains(&span) {
            return;
        }
        let problem = DiagnosticKind::Yaml11Value { written: written.to_owned(), other, is_text };
        let fix = is_text.then(|| Fix { span, text: format!("\"{written}\"") });
        let diagnostic = diagnostic(problem, span, self.document, pointer);
        self.found.push_with(Diagnostic { fix, ..diagnostic });
    }
}

/// Returns the YAML 1.1 meaning of a plain scalar that is text in 1.2.
fn text_otherwise(text: &str) -> Option<String> {
    match text.as_bytes().first()? {
        b'y' | b'Y' | b'n' | b'N' | b'o' | b'O' => {
            let lower = text.to_lowercase();
            let cased = text == lower || text == text.to_uppercase() || {
                let (first, rest) = text.split_at(1);
                first == first.to_uppercase() && rest == rest.to_lowercase()
            };
            match lower.as_str() {
                "y" | "yes" | "on" if cased => Some("`true`".to_owned()),
                "n" | "no" | "off" if cased => Some("`false`".to_owned()),
                _ => None,
            }
        }
        b'0'..=b'9' | b'+' | b'-' => number_otherwise(text),
        _ => None,
    }
}

fn number_otherwise(text: &str) -> Option<String> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if unsigned.contains(':') {
        let mut total = 0_u64;
        for (at, part) in unsigned.split(':').enumerate() {
            let value: u64 = part.parse().ok().filter(|_| digits(part))?;
            if at > 0 && (value > 59 || part.len() > 2) {
                return None;
            }
            total = total.checked_mul(60)?.checked_add(value)?;
        }
        return Some(format!("the integer {total}"));
    }
    if is_date(unsigned) {
        return Some("a date".to_owned());
    }
    let binary = unsigned.strip_prefix("0b").filter(|rest| !rest.is_empty());
    if binary.is_some_and(|rest| rest.bytes().all(|b| matches!(b, b'0' | b'1' | b'_'))) {
        return Some("a binary integer".to_owned());
    }
    let grouped = unsigned.contains('_')
        && unsigned.starts_with(|c: char| c.is_ascii_digit())
        && unsigned.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    grouped.then(|| format!("the integer {}", unsigned.replace('_', "")))
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let digits = |part: &str, least, most| {
        (least..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
    };
    matches!(parts[..], [year, month, day]
        if digits(year, 4, 4) && digits(month, 1, 2) && digits(day, 1, 2))
}

/// Returns the YAML 1.1 meaning of an integer of 1.2.
fn integer_otherwise(written: &str, value: i64) -> Option<String> {
    let unsigned = written.strip_prefix(['+', '-']).unwrap_or(written);
    let rest = unsigned.strip_prefix('0').filter(|rest| !rest.is_empty())?;
    if rest.starts_with('o') {
        return Some(format!("the text {written}"));
    }
    let octal = rest.bytes().all(|b| matches!(b, b'0'..=b'7'));
    let other = i64::from_str_radix(rest, 8).ok().filter(|other| octal && *other != value)?;
    Some(format!("the integer {other}"))
}

#[cfg(test)]
mod tests {
    use super::{integer_otherwise, text_otherwise};

    #[test]
    fn yaml_1_1_interpretations_are_recognized() {
        let text = |text| text_otherwise(text).unwrap_or_default();
        assert_eq!(text("01:00:00"), "the integer 3600");
        assert_eq!(text("yes"), "`true`");
        assert_eq!(text("OFF"), "`false`");
        assert_eq!(text("1_000"), "the integer 1000");
        assert_eq!(text("2026-11-23"), "a date");
        for plain in ["yEs", "nope", "train-a", "12:75", "a:b", "10.0.35.26:5000/x:1", "1-2", "0b2"]
        {
            assert_eq!(text(plain), "", "{plain}");
        }
        let integer = |text, value| integer_otherwise(text, value).unwrap_or_default();
        assert_eq!(integer("010", 10), "the integer 8");
        assert_eq!(integer("0o17", 15), "the text 0o17");
        assert_eq!(integer("08", 8), "");
        assert_eq!(integer("0x1F", 31), "");
        assert_eq!(integer("0", 0), "");
    }
}
