//! Durations with units.

use std::time::Duration;

/// Parses a duration such as `30s`, `5m` or `1h30m`. A bare number has no unit and is refused.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let form = || "write a duration with its unit, such as 30s, 5m or 1h30m".to_owned();
    if text.contains(char::is_whitespace) || text.parse::<f64>().is_ok() {
        return Err(form());
    }
    match humantime::parse_duration(text) {
        Ok(Duration::ZERO) => Err("duration must be greater than zero".to_owned()),
        Ok(duration) => Ok(duration),
        Err(_) => Err(form()),
    }
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn duration_requires_a_unit() {
        assert_eq!(duration("1h30m").map(|d| d.as_secs()), Ok(5400));
        for bad in ["30", "0", "0s", "5 m", "", "-5s", "soon"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }
}
