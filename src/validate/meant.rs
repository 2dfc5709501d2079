//! What was meant by a value that does not fit: the edit where it is sure, else a hint.

use super::suggest::nearest;
use crate::diagnostic::bare as shown;
use crate::document::Place;
use crate::manifest::RamSize;
use crate::yaml::{Node, Value, stranger};

/// What a value surely or perhaps means.
pub(super) enum Meant {
    /// The value as it should be written.
    Surely(String),
    /// What to do.
    Perhaps(String),
}

/// What text of another form than its field takes means.
pub(super) fn value(field: &str, text: &str) -> Option<Meant> {
    match field {
        "timeoutLimit" => time(bare(text)),
        "containerPort" => {
            let port = bare(text).trim_start_matches('0').parse::<u16>().ok()?;
            (port > 0).then(|| Meant::Surely(port.to_string()))
        }
        "ramSize" => memory(bare(text)),
        _ => None,
    }
}

/// A text without full-width quotes around it, and without a comma or semicolon at its end.
pub(super) fn bare(text: &str) -> &str {
    let marks = ['“', '”', '‘', '’', '＂', '「', '」', '"', '\''];
    text.trim().trim_end_matches([',', ';', '，', '；', '。']).trim_matches(marks).trim()
}

/// A word of another trade for one of ours.
pub(super) fn word(field: &str, text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    Some(match (field, text.as_str()) {
        ("acceleratorType", "nvidia" | "cuda" | "a100" | "a800" | "h100" | "h800" | "v100") => {
            "gpu"
        }
        ("acceleratorType", "hygon" | "k100" | "z100") => "dcu",
        ("acceleratorType", "cambricon") => "mlu",
        ("acceleratorType", "none") => "cpu",
        ("taskType", "vscode" | "code-server" | "vs code") => "codeserver",
        ("taskType", "notebook" | "jupyterlab") => "jupyter",
        ("protocolType", "https") => "HTTP",
        ("type", "dataset") => "data",
        ("type", "folder" | "dir" | "directory") => "path",
        _ => return None,
    })
}

/// The integer that a text surely stands for: in quotes, full-width, or with a mark behind it.
pub(super) fn integer(text: &str) -> Option<String> {
    let half = |c: char| match c {
        '０'..='９' => {
            char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')).unwrap_or(c)
        }
        c => c,
    };
    let text: String = bare(text).chars().map(half).collect();
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (digits && (text == "0" || !text.starts_with('0')) && text.len() < 11).then_some(text)
}

/// Whether a value is of the kind that a field takes.
pub(super) fn fits(field: &str, value: Node<'_>) -> bool {
    match (field, value.value()) {
        (_, Value::Null) => true,
        ("mountInfoList" | "containerPortInfoList", kind) => kind == Value::Seq,
        ("defaults", kind) => kind == Value::Map,
        ("gpuNumber" | "cpuNumber" | "taskNumber" | "containerPort", kind) => match kind {
            Value::Text(text) => integer(text).is_some(),
            kind => matches!(kind, Value::Int(_)),
        },
        (_, kind) => matches!(kind, Value::Text(_) | Value::Int(_) | Value::Float(_)),
    }
}

fn time(text: &str) -> Option<Meant> {
    // `limited` is as near to it, and says the opposite.
    let begins_so = text.to_lowercase().starts_with("un");
    if begins_so && nearest(text, &["unlimited"]).is_some() {
        return Some(Meant::Surely("unlimited".to_owned()));
    }
    if matches!(
        text.to_lowercase().as_str(),
        "none" | "never" | "infinite" | "forever" | "0" | "-1"
    ) {
        return Some(Meant::Perhaps(
            "write `unlimited` to let it run, and bill, until you stop it".into(),
        ));
    }
    let number = |text: &str| text.trim().parse::<u64>().ok().filter(|n| *n < 1_000_000);
    let clock = |hours: u64, minutes: u64, seconds: u64| {
        let all = hours * 3600 + minutes * 60 + seconds;
        format!("\"{:02}:{:02}:{:02}\"", all / 3600, all / 60 % 60, all % 60)
    };
    let text = text.replace('：', ":");
    let parts: Option<Vec<u64>> = text.split(':').map(number).collect();
    match parts.as_deref() {
        Some([0, 0, 0]) => return None,
        Some([hours, minutes @ 0..60, seconds @ 0..60]) => {
            return Some(Meant::Surely(clock(*hours, *minutes, *seconds)));
        }
        Some([hours, minutes, seconds]) => {
            let clock = clock(*hours, *minutes, *seconds);
            return Some(Meant::Perhaps(format!("minutes and seconds end at 59: write `{clock}`")));
        }
        Some([first, second @ 0..60]) => {
            let (long, short) = (clock(*first, *second, 0), clock(0, *first, *second));
            return Some(Meant::Perhaps(format!(
                "write `{long}` for hours and minutes, or `{short}`"
            )));
        }
        Some([seconds]) => {
            let clock = clock(0, 0, *seconds);
            return Some(Meant::Perhaps(format!("write `{clock}` for {seconds} seconds")));
        }
        _ => {}
    }
    let seconds = spoken(&text).filter(|seconds| *seconds > 0)?;
    Some(Meant::Surely(clock(0, 0, seconds)))
}

/// The seconds of a time as people say it: `4h`, `1h30m`, `4 hours 30 minutes`.
fn spoken(text: &str) -> Option<u64> {
    let mut all = 0;
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (amount, behind) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit())?);
        let amount = amount.parse::<u64>().ok().filter(|amount| *amount < 1_000_000)?;
        let next = behind.find(|c: char| c.is_ascii_digit()).unwrap_or(behind.len());
        let unit = behind[..next].trim();
        let unit = match unit.to_lowercase().as_str() {
            // `1M` may be a month too.
            _ if unit == "M" => return None,
            "h" | "hr" | "hrs" | "hour" | "hours" | "小时" => 3600,
            "m" | "min" | "mins" | "minute" | "minutes" | "分钟" => 60,
            "s" | "sec" | "second" | "seconds" | "秒" => 1,
            "d" | "day" | "days" | "天" => 86_400,
            _ => return None,
        };
        all += amount * unit;
        rest = &behind[next..];
    }
    Some(all)
}

fn memory(text: &str) -> Option<Meant> {
    let (amount, unit) =
        text.split_at(text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len()));
    let unit = unit.trim();
    if unit.is_empty() {
        let whole = integer(amount)?;
        // Nobody means a thousand GiB, where a number of MB was only put in quotes.
        if whole.len() >= 4 && amount == whole {
            return Some(Meant::Surely(whole));
        }
        return Some(Meant::Perhaps(format!(
            "write `{whole}GiB` for {whole} GiB, or `{whole}MB` if that is meant"
        )));
    }
    let unit = match unit.to_lowercase().as_str() {
        "m" | "mb" | "mi" | "mib" | "megabytes" => "MiB",
        "g" | "gb" | "gi" | "gib" | "gigabytes" => "GiB",
        "t" | "tb" | "ti" | "tib" | "terabytes" => "TiB",
        _ => return None,
    };
    let written = format!("{amount}{unit}");
    if matches!(RamSize::from_text(&written), Some(Ok(_))) {
        return Some(Meant::Surely(written));
    }
    let amount: f64 = amount.parse().ok()?;
    let factor = match unit {
        "GiB" => 1024.0,
        "TiB" => 1_048_576.0,
        _ => return None,
    };
    let megabytes = amount * factor;
    let exact = (1.0..2_147_483_647.0).contains(&megabytes);
    exact.then(|| Meant::Perhaps(format!("sizes are whole numbers: write `{megabytes:.0}MB`")))
}

/// What to do about a path that does not begin at the root.
pub(super) fn absolute(field: &str, path: &str) -> String {
    if path.starts_with(['~', '$']) {
        let mark = &path[..1];
        return format!(
            "`{mark}` is not filled in: write the whole path, such as `/public/home/alice/data`"
        );
    }
    match path.trim_start_matches("./") {
        inner if field == "targetPath" && !inner.is_empty() && !inner.starts_with('.') => {
            format!("begin it with `/`: write `/{}`", shown(inner))
        }
        _ => {
            "write the whole path, beginning with `/`, such as `/public/home/alice/data`".to_owned()
        }
    }
}

/// An item of a list, as it is to be written where it stands in the short form of other programs.
pub(super) fn item(list: &str, short: Option<&str>) -> String {
    let parts: Vec<&str> = short.unwrap_or_default().split(':').collect();
    if list == "mountInfoList" {
        let (source, target) = match parts[..] {
            [source, target, ..] if source.starts_with('/') && target.starts_with('/') => {
                (source, target)
            }
            _ => ("/public/home/alice/data", "/mnt/data"),
        };
        let (source, target) = (shown(source), shown(target));
        return format!("- {{sourcePath: {source}, targetPath: {target}, type: path}}");
    }
    let port = parts.last().and_then(|port| port.parse::<u16>().ok()).unwrap_or(8888);
    format!("- {{containerPort: {port}, protocolType: HTTP}}")
}

/// The next step for a value of another type than its field takes.
pub(super) fn other_type(field: &str, place: Place<'_>) -> Option<String> {
    let node = place.node;
    let list = matches!(field, "mountInfoList" | "containerPortInfoList");
    let item = || item(field, node.as_str());
    Some(match (field, node.value()) {
        ("", Value::Seq) => "put `instances:` on a line above the list".to_owned(),
        ("", Value::Text(text)) => whole_text(text),
        ("instances", Value::Map) if node.pairs().all(|pair| pair.value.is_map()) => {
            "`instances` is a list: write each as `- instanceServiceName: NAME`, then its fields".to_owned()
        }
        ("instances", Value::Map) => {
            "`instances` is a list: begin each instance with `- `, and indent its other fields by two more".to_owned()
        }
        ("instances", _) => format!(
            "write each instance below it, beginning with `- instanceServiceName: {}`",
            node.as_str().map_or("train-a".to_owned(), |name| shown(name).to_string())
        ),
        ("defaults", Value::Seq) => "write each shared field below it as `key: value`, without `- `".to_owned(),
        ("defaults", _) => "write each shared field below it as `key: value`, indented".to_owned(),
        (_, Value::Map) if list && place.key.is_some() => {
            "it is a list: begin each of its items with `- `, and indent its other fields by two more".to_owned()
        }
        _ if list => format!("write each of its items as `{}`", item()),
        ("startScriptContent", _) => {
            "write the script as text: `startScriptContent: |`, then its lines, indented".to_owned()
        }
        ("timeoutLimit", Value::Int(seconds @ 1..1_000_000)) => {
            match time(&seconds.to_string()) {
                Some(Meant::Perhaps(help)) => help,
                _ => return None,
            }
        }
        (_, Value::Seq) => match node.items().next().and_then(scalar) {
            Some(first) => format!("write one value, not a list: `{field}: {}`", shown(&first)),
            None => "write one value, not a list".to_owned(),
        },
        (_, Value::Text(text)) if leading_number(text).is_some() => {
            format!("write the number alone: `{}`", leading_number(text)?)
        }
        (_, Value::Text(text)) if text.contains("//") || text.contains('#') => {
            "a comment begins with a space and `#`".to_owned()
        }
        (_, Value::Text(text)) if text.contains('$') => {
            "variables are not filled in: write the value itself".to_owned()
        }
        _ => return None,
    })
}

/// The integer of `8 cores`.
fn leading_number(text: &str) -> Option<&str> {
    let (number, unit) = text.split_once(' ')?;
    let is_word = unit.starts_with(|c: char| c.is_alphabetic());
    integer(number).filter(|integer| integer == number && is_word).map(|_| number)
}

fn scalar(node: Node<'_>) -> Option<String> {
    match node.value() {
        Value::Text(text) => Some(text.to_owned()),
        Value::Int(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Whether a value is `{{ name }}`, which YAML reads as a mapping in a mapping.
pub(super) fn is_template(node: Node<'_>) -> bool {
    node.pairs().len() == 1 && node.pairs().all(|pair| pair.key == "?")
}

fn whole_text(text: &str) -> String {
    let many = |mark: &str| text.split_whitespace().filter(|word| word.contains(mark)).count() > 1;
    if let Some(help) = stranger(text) {
        help.to_owned()
    } else if text.contains('：') {
        "write `key: value`: the colons here are full-width".to_owned()
    } else if many("=") {
        "write `key: value`, not `key = value`".to_owned()
    } else if many(":") {
        "a space is missing after each colon: write `key: value`".to_owned()
    } else {
        "write an instance as `key: value` lines; `instancectl init` makes a starter".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::{Meant, integer, value};

    #[test]
    fn only_what_can_mean_one_thing_is_sure() {
        let sure = |field: &str, text: &str| match value(field, text) {
            Some(Meant::Surely(value)) => value,
            _ => String::new(),
        };
        for (text, meant) in [
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
            ("04:00", ""),
            ("3600", ""),
            ("0h", ""),
            ("00:00:00", ""),
            ("soon", ""),
            ("30M", ""),
        ] {
            assert_eq!(sure("timeoutLimit", text), meant, "{text}");
        }
        for (text, meant) in [
            ("27Gi", "27GiB"),
            ("27gb", "27GiB"),
            ("27 g", "27GiB"),
            ("512mb", "512MiB"),
            ("27", ""),
            ("27648", "27648"),
            ("27.5GiB", ""),
            ("0GiB", ""),
        ] {
            assert_eq!(sure("ramSize", text), meant, "{text}");
        }
        for (text, meant) in [
            ("8", Some("8")),
            (" 8", Some("8")),
            ("８", Some("8")),
            ("8;", Some("8")),
            ("08", None),
            ("8 cores", None),
            ("", None),
        ] {
            assert_eq!(integer(text).as_deref(), meant, "{text}");
        }
    }
}
