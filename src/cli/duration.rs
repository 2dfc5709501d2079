//! Durations with units.

use std::fmt;
use std::time::Duration;

use crate::language::Language;

/// Error for text that is not a valid duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DurationError {
    /// The text is not a number and a unit.
    Form,
    /// The duration is zero.
    Zero,
}

impl DurationError {
    pub(super) fn text(self, language: Language) -> &'static str {
        match self {
            Self::Form => language.either(
                "write a duration with its unit, such as 30s, 5m or 1h30m",
                "应写为带单位的时长，如 30s、5m 或 1h30m",
            ),
            Self::Zero => language.either("duration must be greater than zero", "时长必须大于零"),
        }
    }
}

impl fmt::Display for DurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text(Language::English))
    }
}

impl std::error::Error for DurationError {}

/// Parses a duration such as `30s`, `5m` or `1h30m`. A bare number has no unit and is refused.
pub(super) fn duration(text: &str) -> Result<Duration, DurationError> {
    if text.contains(char::is_whitespace) || text.parse::<f64>().is_ok() {
        return Err(DurationError::Form);
    }
    match humantime::parse_duration(text) {
        Ok(Duration::ZERO) => Err(DurationError::Zero),
        Ok(duration) => Ok(duration),
        Err(_) => Err(DurationError::Form),
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
