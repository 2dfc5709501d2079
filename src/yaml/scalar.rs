//! Resolution of plain scalars: the core schema of YAML 1.2.2, chapter 10.3.

use super::tree::Value;

/// Resolves a plain scalar without a tag.
pub(super) fn resolve_plain(text: &str) -> Value<'_> {
    let Some(first) = text.bytes().next() else { return Value::Null };
    // Most scalars are words, which the first byte identifies.
    let value = match first {
        b'~' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' => keyword(text),
        b'0'..=b'9' | b'+' | b'-' | b'.' => number(text),
        _ => None,
    };
    value.unwrap_or(Value::Text(text))
}

/// Resolves a scalar with one of the core schema's tags; returns `None` if the text does not match
/// it.
pub(super) fn tagged<'s>(tag: &str, text: &'s str) -> Option<Value<'s>> {
    match tag {
        "str" => Some(Value::Text(text)),
        "null" if text.is_empty() => Some(Value::Null),
        "null" | "bool" => {
            keyword(text).filter(|value| matches!(value, Value::Null) == (tag == "null"))
        }
        "int" => number(text).filter(|value| matches!(value, Value::Int(_))),
        "float" => match number(text)? {
            // Precision beyond 2^53 is lost as in every float parser.
            #[allow(clippy::cast_precision_loss)]
            Value::Int(value) => Some(Value::Float(value as f64)),
            value => Some(value),
        },
        _ => None,
    }
}

fn keyword<'s>(text: &str) -> Option<Value<'s>> {
    match text {
        "~" | "null" | "Null" | "NULL" => Some(Value::Null),
        "true" | "True" | "TRUE" => Some(Value::Bool(true)),
        "false" | "False" | "FALSE" => Some(Value::Bool(false)),
        _ => None,
    }
}

fn number<'s>(text: &str) -> Option<Value<'s>> {
    let radix = |digits: &str, radix| {
        let all = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
        // Beyond 64 bits it is still a number, and only its size is wrong.
        all.then(|| i64::from_str_radix(digits, radix).map_or(Value::Float(f64::MAX), Value::Int))
    };
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8);
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16);
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if unsigned.bytes().all(|b| b.is_ascii_digit()) {
        if unsigned.is_empty() {
            return None;
        }
        // An integer beyond 64 bits is still a number; no field here takes one.
        let float = |_| text.parse::<f64>().map(|n| Value::Float(n.clamp(f64::MIN, f64::MAX)));
        return text.parse().map(Value::Int).or_else(float).ok();
    }
    match unsigned {
        ".inf" | ".Inf" | ".INF" => {
            let infinite = if text.starts_with('-') { f64::NEG_INFINITY } else { f64::INFINITY };
            return Some(Value::Float(infinite));
        }
        ".nan" | ".NaN" | ".NAN" if unsigned.len() == text.len() => {
            return Some(Value::Float(f64::NAN));
        }
        _ => {}
    }
    // Rust's float grammar is the core schema's, except for its names of infinity.
    let decimal = unsigned
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'));
    let digit = unsigned.trim_start_matches('.').starts_with(|c: char| c.is_ascii_digit());
    if decimal && digit { text.parse().map(Value::Float).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::resolve_plain;

    #[test]
    fn plain_scalars_follow_yaml_1_2() {
        let table = [
            ("", "Null"),
            ("~", "Null"),
            ("NULL", "Null"),
            ("nULL", "Text(\"nULL\")"),
            ("true", "Bool(true)"),
            ("yes", "Text(\"yes\")"),
            ("010", "Int(10)"),
            ("0o17", "Int(15)"),
            ("0x1F", "Int(31)"),
            ("0b11", "Text(\"0b11\")"),
            ("-3", "Int(-3)"),
            ("+12", "Int(12)"),
            ("1_000", "Text(\"1_000\")"),
            ("1e3", "Float(1000.0)"),
            (".5", "Float(0.5)"),
            ("5.", "Float(5.0)"),
            ("1.2.3", "Text(\"1.2.3\")"),
            ("-", "Text(\"-\")"),
            (".", "Text(\".\")"),
            ("..5", "Text(\"..5\")"),
            ("-.inf", "Float(-inf)"),
            (".nan", "Float(NaN)"),
            ("+.nan", "Text(\"+.nan\")"),
            ("01:00:00", "Text(\"01:00:00\")"),
            ("2026-11-23", "Text(\"2026-11-23\")"),
            ("99999999999999999999", "Float(1e20)"),
            ("0xffffffffffffffffff", "Float(1.7976931348623157e308)"),
            ("infinity", "Text(\"infinity\")"),
        ];
        for (text, meaning) in table {
            assert_eq!(format!("{:?}", resolve_plain(text)), meaning, "{text:?}");
        }
    }
}
