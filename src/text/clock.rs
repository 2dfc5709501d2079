//! Durations in the platform's form, `HH:MM:SS`.

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

#[cfg(test)]
mod tests {
    use super::{format_hms, parse_hms};

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
