//! `unfilled-placeholder`: a variable or a template in a value, which is sent as it is.

use crate::diagnostics::DiagnosticKind;
use crate::validate::collector::DiagnosticCollector;
use crate::validate::rules::scalars::Scalar;

/// Texts that stand for a missing script in other languages and templates.
const NOTHING: [&str; 6] = ["None", "none", "nil", "N/A", "TODO", "undefined"];

/// The placeholders of our own help.
pub(crate) const OWN: [&str; 1] = ["REGISTRY/PATH/NAME:TAG"];

pub(super) fn check(scalar: Scalar<'_>, found: &mut DiagnosticCollector<'_>) -> bool {
    let Some(text) = scalar.node.as_str() else { return false };
    let placeholder = match scalar.field {
        "startScriptContent" => Some(text.trim()).filter(|text| NOTHING.contains(text)),
        _ => placeholder(text),
    };
    let Some(placeholder) = placeholder.map(str::to_owned) else { return false };
    let problem =
        DiagnosticKind::UnfilledPlaceholder { field: scalar.field.to_owned(), placeholder };
    found.push(problem, scalar.node.span(), scalar.document, (scalar.pointer)());
    true
}

/// Returns the placeholder in a value.
fn placeholder(text: &str) -> Option<&str> {
    if OWN.contains(&text) {
        return Some(text);
    }
    // Nearly every text.
    if !text.bytes().any(|byte| matches!(byte, b'$' | b'{')) {
        return None;
    }
    if let Some(at) = text.find("{{") {
        let end = text[at..].find("}}")?;
        return Some(&text[at..at + end + 2]);
    }
    let mut from = 0;
    while let Some(at) = text[from..].find('$').map(|at| from + at) {
        let rest = &text[at + 1..];
        if rest.starts_with('{')
            && let Some(end) = rest.find('}')
        {
            return Some(&text[at..=at + 1 + end]);
        }
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        if end > 0 && !rest.starts_with(|c: char| c.is_ascii_digit()) {
            return Some(&text[at..=at + end]);
        }
        from = at + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::placeholder;

    #[test]
    fn placeholders_are_recognized() {
        for (text, found) in [
            ("train-${USER}", Some("${USER}")),
            ("/public/home/$USER/data", Some("$USER")),
            ("{{ group }}", Some("{{ group }}")),
            ("REGISTRY/PATH/NAME:TAG", Some("REGISTRY/PATH/NAME:TAG")),
            ("costs 5$ a day", None),
            ("$5", None),
            ("a{b}", None),
        ] {
            assert_eq!(placeholder(text), found, "{text}");
        }
    }
}
