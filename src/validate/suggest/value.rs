//! Corrections of values in a common notation: a fix if it is safe, otherwise only advice.

use crate::diagnostics::{ValueAdvice, escaped};
use crate::manifest::{FieldKind, RamSize};
use crate::text::format_hms;
use crate::validate::suggest::closest;
use crate::validate::syntax_recovery::is_odd_blank;
use crate::yaml::{Node, Value};

/// A correction of a value.
pub(crate) struct Correction {
    pub(crate) advice: ValueAdvice,
    /// The safe replacement, if any.
    pub(crate) fix: Option<String>,
}

impl Correction {
    fn safe(value: String) -> Self {
        Self { advice: ValueAdvice::Write(value.clone()), fix: Some(value) }
    }
}

impl From<ValueAdvice> for Correction {
    fn from(advice: ValueAdvice) -> Self {
        Self { advice, fix: None }
    }
}

/// Corrects text in the wrong format for its field.
pub(crate) fn correct_format(kind: FieldKind, text: &str) -> Option<Correction> {
    if text.contains("${") {
        return Some(ValueAdvice::Variable.into());
    }
    let text = strip_quotes_and_separator(text);
    match kind {
        FieldKind::TimeLimit => correct_time_limit(text),
        FieldKind::PortNumber => {
            let port = text.trim_start_matches('0').parse::<u16>().ok()?;
            (port > 0).then(|| Correction::safe(port.to_string()))
        }
        FieldKind::RamSize => correct_ram_size(text),
        _ => None,
    }
}

/// Returns advice for text in place of an integer.
pub(crate) fn number_advice(text: &str) -> Option<ValueAdvice> {
    let grouped = text.replace('_', "");
    let first = text.split_once(' ').filter(|(_, unit)| unit.starts_with(char::is_alphabetic));
    if let Some((number, _)) = first
        && integer(number).is_some_and(|plain| plain == number)
    {
        Some(ValueAdvice::Write(number.to_owned()))
    } else if grouped != text && integer(&grouped).is_some() {
        Some(ValueAdvice::Write(grouped))
    } else if text.contains("//") || text.contains('#') {
        Some(ValueAdvice::Comment)
    } else {
        text.contains('$').then_some(ValueAdvice::Variable)
    }
}

/// Checks whether a value has the type of its field.
pub(crate) fn matches_type(kind: Option<FieldKind>, value: Node<'_>) -> bool {
    match (kind, value.value()) {
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

/// Returns a list item in the form of the manifest, based on the short form of other programs; as
/// JSON if it is `in_json`.
pub(crate) fn list_item(list: &str, short: Option<&str>, in_json: bool) -> String {
    let parts: Vec<&str> = short.unwrap_or_default().split(':').collect();
    let text = |text: &str| {
        let text = escaped(text);
        if in_json { format!("\"{text}\"") } else { text.to_string() }
    };
    let pairs = if list == "mountInfoList" {
        let (source, target) = match parts[..] {
            [source, target, ..] if source.starts_with('/') && target.starts_with('/') => {
                (source, target)
            }
            _ => ("/public/home/alice/data", "/mnt/data"),
        };
        vec![("sourcePath", text(source)), ("targetPath", text(target)), ("type", text("path"))]
    } else {
        let port = parts.last().and_then(|port| port.parse::<u16>().ok()).unwrap_or(8888);
        vec![("containerPort", port.to_string()), ("protocolType", text("HTTP"))]
    };
    let key = |key: &str| if in_json { format!("\"{key}\"") } else { key.to_owned() };
    let pairs: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{}: {value}", key(name))).collect();
    format!("{}{{{}}}", if in_json { "" } else { "- " }, pairs.join(", "))
}

/// Strips quotes, including full-width ones, from around a text, and commas or semicolons from its
/// end.
pub(crate) fn strip_quotes_and_separator(text: &str) -> &str {
    let marks = ['“', '”', '‘', '’', '＂', '「', '」', '"', '\''];
    let text = text.trim_matches(|c: char| c.is_whitespace() || is_odd_blank(c));
    text.trim_end_matches([',', ';', '，', '；', '。']).trim_matches(marks).trim()
}

/// Parses an integer that is in quotes, full-width, or followed by a separator.
pub(crate) fn integer(text: &str) -> Option<String> {
    let text: String = super::to_half_width(strip_quotes_and_separator(text)).collect();
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (digits && (text == "0" || !text.starts_with('0')) && text.len() < 11).then_some(text)
}

fn correct_ram_size(text: &str) -> Option<Correction> {
    let end = text.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '_'));
    let (amount, unit) = text.split_at(end.unwrap_or(text.len()));
    if amount.contains('_') && unit.is_empty() {
        return integer(&amount.replace('_', "")).map(|number| ValueAdvice::Write(number).into());
    }
    if unit.trim().is_empty() {
        let complete = integer(amount)?;
        // No instance has a thousand GiB: this is a number of MB in quotes.
        return Some(if complete.len() >= 4 && amount == complete {
            Correction::safe(complete)
        } else {
            ValueAdvice::AddUnit(complete).into()
        });
    }
    let (unit, factor) = match unit.trim().to_lowercase().as_str() {
        "m" | "mb" | "mi" | "mib" | "megabytes" => ("MiB", None),
        "g" | "gb" | "gi" | "gib" | "gigabytes" => ("GiB", Some(1024.0)),
        "t" | "tb" | "ti" | "tib" | "terabytes" => ("TiB", Some(1_048_576.0)),
        _ => return None,
    };
    let written = format!("{amount}{unit}");
    if matches!(RamSize::from_text(&written), Some(Ok(_))) {
        return Some(Correction::safe(written));
    }
    // Sizes are whole numbers.
    let megabytes = amount.parse::<f64>().ok()? * factor?;
    let fits = (1.0..2_147_483_647.0).contains(&megabytes);
    fits.then(|| ValueAdvice::Write(format!("{megabytes:.0}MB")).into())
}

/// Corrects a time limit; a bare number is taken as seconds.
pub(crate) fn correct_time_limit(text: &str) -> Option<Correction> {
    let lower = text.to_lowercase();
    // `limited` is as close to it, and has the opposite meaning.
    if lower.starts_with("un") && closest(text, &["unlimited"]).is_some() {
        return Some(Correction::safe("unlimited".to_owned()));
    }
    if matches!(lower.as_str(), "none" | "never" | "infinite" | "forever" | "0" | "-1") {
        return Some(ValueAdvice::NoLimit.into());
    }
    let number = |text: &str| {
        let digits = text.trim().bytes().all(|byte| byte.is_ascii_digit());
        text.trim().parse::<u64>().ok().filter(|number| digits && *number < 1_000_000)
    };
    let limit = |seconds: u64| format!("\"{}\"", format_hms(seconds));
    let text = text.replace('：', ":");
    // Slurm writes days as `1-00:00:00`.
    let (days, clock) = match text.split_once('-') {
        Some((days, clock)) => (number(days)?, clock),
        None => (0, text.as_str()),
    };
    let parts: Option<Vec<u64>> = clock.split(':').map(number).collect();
    Some(match parts.as_deref() {
        Some([0, 0, 0]) if days == 0 => return None,
        Some([hours, minutes, seconds]) => {
            let written = limit(days * 86_400 + hours * 3600 + minutes * 60 + seconds);
            if days == 0 && is_clock(&text) && *minutes < 60 && *seconds < 60 {
                Correction::safe(written)
            } else {
                ValueAdvice::Write(written).into()
            }
        }
        Some([first, second @ 0..60]) if days == 0 => {
            ValueAdvice::HoursOrMinutes(*first, *second).into()
        }
        Some([seconds]) if days == 0 => ValueAdvice::Seconds(*seconds).into(),
        _ => Correction::safe(limit(parse_duration(&text).filter(|seconds| *seconds > 0)?)),
    })
}

/// Checks that a time has no extra digit and none that may be missing: `01:3:00` may be half an
/// hour.
fn is_clock(text: &str) -> bool {
    let mut parts = text.split(':').map(str::trim);
    let hours = parts.next().is_some_and(|hours| hours.len() < 3 || !hours.starts_with('0'));
    hours && parts.all(|part| part.len() == 2 || part == "0")
}

/// Returns the seconds of a human-readable duration: `4h`, `1h30m`, `4 hours 30 minutes`.
fn parse_duration(text: &str) -> Option<u64> {
    let text = [("天", "d"), ("小时", "h"), ("分钟", "m"), ("秒", "s")]
        .iter()
        .fold(text.to_owned(), |text, (name, unit)| text.replace(name, unit));
    // A capital `M` may also be a month, and `1h2h` is a different mistake.
    let units =
        text.split(|c: char| !c.is_ascii_alphabetic()).filter_map(|unit| unit.chars().next());
    let descending = units.is_sorted_by(|unit, next| unit < next);
    let plain = descending && !text.contains('M');
    let duration = humantime::parse_duration(&text.to_lowercase()).ok().filter(|_| plain)?;
    Some(duration.as_secs()).filter(|seconds| *seconds < 1_000_000 * 3600)
}

#[cfg(test)]
mod tests {
    use super::{correct_format, integer};
    use crate::manifest::FieldKind;

    #[test]
    fn only_unambiguous_values_are_safe_fixes() {
        let certain = |field: &str, text: &str| {
            let kind = FieldKind::of(field).expect("it is a field");
            correct_format(kind, text).and_then(|found| found.fix).unwrap_or_default()
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
