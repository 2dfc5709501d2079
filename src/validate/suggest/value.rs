//! Suggestions for invalid values: a fix if it is safe, otherwise a hint.

use super::suggestion::{Suggestion, integer, strip_quotes_and_separator};
use crate::manifest::FieldKind;
use crate::validate::suggest::ram_size::suggest_ram_size;
use crate::validate::suggest::timeout::suggest_timeout;
use crate::yaml::{Node, Value};

/// Returns a suggestion for text in the wrong format for its field.
pub(crate) fn value(field: &str, text: &str) -> Option<Suggestion> {
    let text = strip_quotes_and_separator(text);
    match FieldKind::of(field)? {
        FieldKind::TimeLimit => suggest_timeout(text),
        FieldKind::PortNumber => {
            let port = text.trim_start_matches('0').parse::<u16>().ok()?;
            (port > 0).then(|| Suggestion::Fix(port.to_string()))
        }
        FieldKind::RamSize => suggest_ram_size(text),
        _ => None,
    }
}

/// Checks whether a value has the type of its field.
pub(crate) fn matches_type(field: &str, value: Node<'_>) -> bool {
    match (FieldKind::of(field), value.value()) {
        (_, Value::Null) => true,
        (Some(FieldKind::List), kind) => kind == Value::Seq,
        (Some(FieldKind::Fields), kind) => kind == Value::Map,
        (Some(FieldKind::Count { .. } | FieldKind::PortNumber), kind) => match kind {
            Value::Text(text) => integer(text).is_some(),
            kind => matches!(kind, Value::Int(_)),
        },
        (_, kind) => matches!(kind, Value::Text(_) | Value::Int(_) | Value::Float(_)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Suggestion, integer, value};

    #[test]
    fn only_unambiguous_values_are_safe_fixes() {
        let certain = |field: &str, text: &str| match value(field, text) {
            Some(Suggestion::Fix(value)) => value,
            _ => String::new(),
        };
        for (text, suggestion) in [
            ("4h", "\"04:00:00\""),
            ("90m", "\"01:30:00\""),
            ("2天", "\"48:00:00\""),
            ("1h30m", "\"01:30:00\""),
            ("4 hours 30 minutes", "\"04:30:00\""),
            ("4:00:00", "\"04:00:00\""),
            ("“04:00:00”", "\"04:00:00\""),
            ("04：00：00", "\"04:00:00\""),
            ("Unlimited", "unlimited"),
            ("unlimted", "unlimited"),
            ("limited", ""),
            ("4:0:0", "\"04:00:00\""),
            ("04:00", ""),
            ("01:3:00", ""),
            ("01:00:001", ""),
            ("010:00:00", ""),
            ("+4:00:00", ""),
            ("3600", ""),
            ("0h", ""),
            ("1h2h", ""),
            ("30m1h", ""),
            ("00:00:00", ""),
            ("soon", ""),
            ("30M", ""),
        ] {
            assert_eq!(certain("timeoutLimit", text), suggestion, "{text}");
        }
        for (text, suggestion) in [
            ("27Gi", "27GiB"),
            ("27gb", "27GiB"),
            ("27 g", "27GiB"),
            ("512mb", "512MiB"),
            ("27", ""),
            ("27648", "27648"),
            ("27.5GiB", ""),
            ("0GiB", ""),
        ] {
            assert_eq!(certain("ramSize", text), suggestion, "{text}");
        }
        for (text, suggestion) in [
            ("8", Some("8")),
            (" 8", Some("8")),
            ("８", Some("8")),
            ("8;", Some("8")),
            ("08", None),
            ("8 cores", None),
            ("", None),
        ] {
            assert_eq!(integer(text).as_deref(), suggestion, "{text}");
        }
    }
}
