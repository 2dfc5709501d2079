//! Converts common notations of durations to `timeoutLimit` values.

use super::suggestion::Suggestion;
use crate::text::format_hms;
use crate::validate::suggest::closest;

pub(crate) fn suggest_timeout(text: &str) -> Option<Suggestion> {
    // `limited` is as close to it, and has the opposite meaning.
    let begins_so = text.to_lowercase().starts_with("un");
    if begins_so && closest(text, &["unlimited"]).is_some() {
        return Some(Suggestion::Fix("unlimited".to_owned()));
    }
    if matches!(
        text.to_lowercase().as_str(),
        "none" | "never" | "infinite" | "forever" | "0" | "-1"
    ) {
        return Some(Suggestion::Hint(
            "write `unlimited` to let it run, and be billed, until you stop it".into(),
        ));
    }
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let number = |text: &str| {
        let text = Some(text.trim()).filter(|text| digits(text))?;
        text.parse::<u64>().ok().filter(|n| *n < 1_000_000)
    };
    let clock = |hours: u64, minutes: u64, seconds: u64| {
        format!("\"{}\"", format_hms(hours * 3600 + minutes * 60 + seconds))
    };
    let text = text.replace('：', ":");
    let parts: Option<Vec<u64>> = text.split(':').map(number).collect();
    match parts.as_deref() {
        Some([0, 0, 0]) => return None,
        Some([hours, minutes @ 0..60, seconds @ 0..60]) => {
            let clock = clock(*hours, *minutes, *seconds);
            return Some(if is_clock(&text) {
                Suggestion::Fix(clock)
            } else {
                Suggestion::Hint(format!("write two digits for each: `{clock}`"))
            });
        }
        Some([hours, minutes, seconds]) => {
            let clock = clock(*hours, *minutes, *seconds);
            return Some(Suggestion::Hint(format!(
                "minutes and seconds are at most 59: write `{clock}`"
            )));
        }
        Some([first, second @ 0..60]) => {
            let (long, short) = (clock(*first, *second, 0), clock(0, *first, *second));
            return Some(Suggestion::Hint(format!(
                "write `{long}` for hours and minutes, or `{short}`"
            )));
        }
        Some([seconds]) => {
            let clock = clock(0, 0, *seconds);
            return Some(Suggestion::Hint(format!("write `{clock}` for {seconds} seconds")));
        }
        _ => {}
    }
    let seconds = parse_human_duration(&text).filter(|seconds| *seconds > 0)?;
    Some(Suggestion::Fix(clock(0, 0, seconds)))
}

/// Checks that a time has no extra digit and none that may be missing: `01:3:00` may be half an
/// hour.
fn is_clock(text: &str) -> bool {
    let mut parts = text.split(':').map(str::trim);
    let hours = parts.next().is_some_and(|hours| hours.len() < 3 || !hours.starts_with('0'));
    hours && parts.all(|part| part.len() == 2 || part == "0")
}

/// Returns the seconds of a human-readable duration: `4h`, `1h30m`, `4 hours 30 minutes`.
fn parse_human_duration(text: &str) -> Option<u64> {
    let (mut all, mut last) = (0, u64::MAX);
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (amount, after) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit())?);
        let amount = amount.parse::<u64>().ok().filter(|amount| *amount < 1_000_000)?;
        let next = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
        let unit = after[..next].trim();
        let unit = match unit.to_lowercase().as_str() {
            // `1M` may also be a month.
            _ if unit == "M" => return None,
            "h" | "hr" | "hrs" | "hour" | "hours" | "小时" => 3600,
            "m" | "min" | "mins" | "minute" | "minutes" | "分钟" => 60,
            "s" | "sec" | "second" | "seconds" | "秒" => 1,
            "d" | "day" | "days" | "天" => 86_400,
            _ => return None,
        };
        // `1h2h` is a different mistake.
        if unit >= last {
            return None;
        }
        last = unit;
        all += amount * unit;
        rest = &after[next..];
    }
    Some(all)
}
