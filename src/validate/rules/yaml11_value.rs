//! `yaml11-value`: an unquoted value that YAML 1.1 parsers, which are common, read as something
//! else.

use crate::diagnostics::{Diagnostic, DiagnosticKind, Fix, Reading};
use crate::validate::collector::{DiagnosticCollector, diagnostic};
use crate::validate::rules::scalars::Scalar;
use crate::yaml::Value;

pub(super) fn check(scalar: Scalar<'_>, found: &mut DiagnosticCollector<'_>) -> bool {
    let span = scalar.node.span();
    let written = found.source.slice(span);
    let (reading, value) = match scalar.node.value() {
        // Only a plain scalar has its value as source text.
        Value::Text(text) => (text_otherwise(text).filter(|_| written == text), None),
        Value::Int(value) => (integer_otherwise(written, value), Some(value)),
        _ => return false,
    };
    let Some(reading) = reading else { return false };
    let problem = DiagnosticKind::Yaml11Value { written: written.to_owned(), reading, value };
    let fix = value.is_none().then(|| Fix { span, text: format!("\"{written}\"") });
    let diagnostic = diagnostic(problem, span, scalar.document, (scalar.pointer)());
    found.push_with(Diagnostic { fix, ..diagnostic });
    true
}

/// Returns the YAML 1.1 meaning of a plain scalar that is text in 1.2.
fn text_otherwise(text: &str) -> Option<Reading> {
    match text.as_bytes().first()? {
        b'y' | b'Y' | b'n' | b'N' | b'o' | b'O' => {
            let lower = text.to_lowercase();
            let cased = text == lower || text == text.to_uppercase() || {
                let (first, rest) = text.split_at(1);
                first == first.to_uppercase() && rest == rest.to_lowercase()
            };
            match lower.as_str() {
                "y" | "yes" | "on" if cased => Some(Reading::Bool(true)),
                "n" | "no" | "off" if cased => Some(Reading::Bool(false)),
                _ => None,
            }
        }
        b'0'..=b'9' if is_date(text) => Some(Reading::Date),
        b'0'..=b'9' | b'+' | b'-' => number_otherwise(text),
        b'=' if text == "=" => Some(Reading::Special),
        _ => None,
    }
}

fn number_otherwise(text: &str) -> Option<Reading> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if unsigned.contains(':') {
        return base_60(unsigned);
    }
    let is = |digits: &str, allowed: fn(u8) -> bool| {
        !digits.is_empty() && digits.bytes().all(|byte| allowed(byte) || byte == b'_')
    };
    if let Some(digits) = unsigned.strip_prefix("0b") {
        return is(digits, |byte| matches!(byte, b'0' | b'1')).then_some(Reading::Number);
    }
    if !unsigned.contains('_') || !unsigned.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if let Some(digits) = unsigned.strip_prefix("0x") {
        return is(digits, |byte| byte.is_ascii_hexdigit()).then_some(Reading::Number);
    }
    if let Some((whole, fraction)) = unsigned.split_once('.') {
        let digit = |byte: u8| byte.is_ascii_digit();
        let float = is(whole, digit) && (fraction.is_empty() || is(fraction, digit));
        return float.then_some(Reading::Number);
    }
    match unsigned.strip_prefix('0') {
        Some(rest) if !rest.is_empty() => {
            is(rest, |byte| matches!(byte, b'0'..=b'7')).then_some(Reading::Number)
        }
        _ if is(unsigned, |byte| byte.is_ascii_digit()) => {
            unsigned.replace('_', "").parse().ok().map(Reading::Integer)
        }
        _ => None,
    }
}

/// Returns the number that parts between colons are to the base of 60; the last may have a fraction.
fn base_60(text: &str) -> Option<Reading> {
    let (text, is_float) = match text.split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|byte| byte.is_ascii_digit()) => {
            (whole, true)
        }
        Some(_) => return None,
        None => (text, false),
    };
    let mut total = 0_i64;
    for (at, part) in text.split(':').enumerate() {
        let digits = part.bytes().all(|byte| byte.is_ascii_digit());
        let value: i64 = part.parse().ok().filter(|_| digits)?;
        if at > 0 && (value > 59 || part.len() > 2) {
            return None;
        }
        total = total.checked_mul(60)?.checked_add(value)?;
    }
    Some(if is_float { Reading::Number } else { Reading::Integer(total) })
}

/// Checks for a date, or a date and a time, as YAML 1.1 defines timestamps.
fn is_date(text: &str) -> bool {
    let end = text.find(['T', 't', ' ', '\t']).unwrap_or(text.len());
    let (date, time) = text.split_at(end);
    let digits = |part: &str, least, most| {
        (least..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
    };
    let parts: Vec<&str> = date.split('-').collect();
    let [year, month, day] = parts[..] else { return false };
    let least = if time.is_empty() { 2 } else { 1 };
    if !digits(year, 4, 4) || !digits(month, least, 2) || !digits(day, least, 2) {
        return false;
    }
    let time = time.trim_start_matches(['T', 't', ' ', '\t']);
    let clock = time.find(|c: char| !c.is_ascii_digit() && c != ':').unwrap_or(time.len());
    let (clock, zone) = time.split_at(clock);
    let clock: Vec<&str> = clock.split(':').collect();
    time.is_empty()
        || matches!(clock[..], [hour, minute, second]
            if digits(hour, 1, 2) && digits(minute, 2, 2) && digits(second, 2, 2))
            && zone.bytes().all(|b| b.is_ascii_digit() || b".:+-Z \t".contains(&b))
}

/// Returns the YAML 1.1 meaning of an integer of 1.2.
fn integer_otherwise(written: &str, value: i64) -> Option<Reading> {
    let unsigned = written.strip_prefix(['+', '-']).unwrap_or(written);
    let rest = unsigned.strip_prefix('0').filter(|rest| !rest.is_empty())?;
    if rest.starts_with(['x', 'X']) {
        return None;
    }
    if !rest.bytes().all(|byte| matches!(byte, b'0'..=b'7')) {
        return Some(Reading::Text);
    }
    let other = i64::from_str_radix(rest, 8).ok().filter(|other| *other != value)?;
    Some(Reading::Integer(other))
}

#[cfg(test)]
mod tests {
    use super::{Reading, integer_otherwise, text_otherwise};

    #[test]
    fn yaml_1_1_interpretations_are_recognized() {
        for (text, reading) in [
            ("01:00:00", Reading::Integer(3600)),
            ("12:30:45.5", Reading::Number),
            ("yes", Reading::Bool(true)),
            ("OFF", Reading::Bool(false)),
            ("1_000", Reading::Integer(1000)),
            ("1_0.5", Reading::Number),
            ("0x1_F", Reading::Number),
            ("0b11", Reading::Number),
            ("2026-11-23", Reading::Date),
            ("2024-01-01 10:00:00", Reading::Date),
            ("2024-1-1T10:00:00Z", Reading::Date),
            ("=", Reading::Special),
        ] {
            assert_eq!(text_otherwise(text), Some(reading), "{text}");
        }
        for plain in [
            "yEs",
            "nope",
            "train-a",
            "12:75",
            "a:b",
            "10.0.35.26:5000/x:1",
            "1-2",
            "0b2",
            "0_8",
            "2024-1-1",
            "1.2.3",
        ] {
            assert_eq!(text_otherwise(plain), None, "{plain}");
        }
        assert_eq!(integer_otherwise("010", 10), Some(Reading::Integer(8)));
        assert_eq!(integer_otherwise("0o17", 15), Some(Reading::Text));
        assert_eq!(integer_otherwise("08", 8), Some(Reading::Text));
        assert_eq!(integer_otherwise("0x1F", 31), None);
        assert_eq!(integer_otherwise("0", 0), None);
        assert_eq!(integer_otherwise("00", 0), None);
    }
}
