//! Durations and times in the platform's forms.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The platform's times are China Standard Time, this much ahead of UTC.
const ZONE: Duration = Duration::from_hours(8);
/// Larger numbers are milliseconds since 1970, smaller ones seconds.
const MAX_SECONDS: u64 = 100_000_000_000;

/// Parses `HH:MM:SS` into seconds. The hours may have any number of digits.
pub fn parse_hms(text: &str) -> Option<u64> {
    let parts: Vec<u64> = text.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let [hours, minutes, seconds] = parts[..] else { return None };
    hours.checked_mul(3600)?.checked_add(minutes.checked_mul(60)?)?.checked_add(seconds)
}

/// Formats seconds as `HH:MM:SS`.
pub fn format_hms(seconds: u64) -> String {
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// Parses a time of the platform: `2022-05-11 19:30:34` without a zone, RFC 3339, or a number of seconds
/// or milliseconds since 1970.
pub fn parse_time(text: &str) -> Option<SystemTime> {
    let text = text.trim();
    if let Ok(number) = text.parse::<u64>() {
        let since = match number {
            0..1_000_000_000 => return None,
            1_000_000_000..MAX_SECONDS => Duration::from_secs(number),
            _ => Duration::from_millis(number),
        };
        return UNIX_EPOCH.checked_add(since);
    }
    let (date, time) = text.split_once([' ', 'T'])?;
    let date = date.replace('/', "-");
    let time = time.replacen(',', ".", 1);
    let at = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let (clock, zone) = time.split_at(at);
    let clock = humantime::parse_rfc3339(&format!("{date}T{}Z", clock.trim())).ok()?;
    let ahead = match zone.split_at_checked(1) {
        None => ZONE,
        Some(("Z", _)) => Duration::ZERO,
        Some((sign, offset)) => {
            let offset: String = offset.chars().filter(char::is_ascii_digit).collect();
            let (hours, minutes) = offset.split_at_checked(2)?;
            let minutes = if minutes.is_empty() { 0 } else { minutes.parse().ok()? };
            let offset = Duration::from_secs(hours.parse::<u64>().ok()? * 3600 + minutes * 60);
            if sign == "-" {
                return clock.checked_add(offset);
            }
            offset
        }
    };
    clock.checked_sub(ahead)
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::{format_hms, parse_hms, parse_time};

    #[test]
    fn time_without_a_zone_is_china_standard_time() {
        let seconds = |text| Some(parse_time(text)?.duration_since(UNIX_EPOCH).unwrap().as_secs());
        let expected = Some(1_652_268_634);
        for text in [
            "2022-05-11 19:30:34",
            "2022/05/11 19:30:34.123",
            "2022-05-11T11:30:34Z",
            "2022-05-11T11:30:34.000+0000",
            "2022-05-11T19:30:34+08:00",
            "2022-05-11T06:30:34-05:00",
            "1652268634",
            "1652268634000",
            "00000001652268634000",
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
        for odd in ["", "--", "yesterday", "2022-05-11", "2022-13-11 19:30:34", "12", "a b+"] {
            assert_eq!(seconds(odd), None, "{odd}");
        }
    }

    #[test]
    fn hours_may_exceed_a_day() {
        assert_eq!(parse_hms("360:00:01"), Some(1_296_001));
        assert_eq!(format_hms(1_296_001), "360:00:01");
    }

    #[test]
    fn other_text_is_not_a_duration() {
        let overflow = format!("0:{}:0", u64::MAX);
        for odd in
            ["", "--", "unlimited", "1天2小时", "1:2", "1:2:3:4", "1:2:x", "-1:00:00", &overflow]
        {
            assert_eq!(parse_hms(odd), None, "{odd}");
        }
    }
}
