//! Age, time left and card-hours of an instance, from the platform's detail.

use std::time::{Duration, SystemTime};

use crate::api::endpoints::detail::{Detail, Status};
use crate::text::{parse_hms, parse_time};

/// The most card-seconds that an instance can use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsageLimit {
    /// Until its time limit.
    CardSeconds(u128),
    /// It has no time limit.
    Unlimited,
}

/// Returns the time since an instance was created. It is for display: no decision depends on a clock.
pub fn age(detail: &Detail, now: SystemTime) -> Option<Duration> {
    // With a small clock skew the age is zero rather than wrong.
    Some(now.duration_since(parse_time(detail.create_time()?)?).unwrap_or_default())
}

/// Returns the seconds until the time limit: from the platform, otherwise computed from the limit.
pub fn remaining_seconds(detail: &Detail) -> Option<u64> {
    if detail.status().is_none_or(|status| status.has_ended()) {
        return None;
    }
    let computed =
        || parse_hms(detail.timeout_limit()?)?.checked_sub(parse_hms(detail.duration()?)?);
    detail.remaining_time().and_then(parse_hms).or_else(computed)
}

/// Returns the card-seconds that an instance with this number of cards has used; a queued one has used none.
pub fn card_seconds(detail: &Detail, cards: u64) -> Option<u128> {
    let seconds = match detail.duration() {
        Some(duration) => parse_hms(duration)?,
        None if matches!(detail.status(), Some(Status::Waiting | Status::Deploying)) => 0,
        None => return None,
    };
    Some(u128::from(cards) * u128::from(seconds))
}

/// Returns the most card-seconds that an instance with this number of cards can use, if known.
pub fn usage_limit(detail: &Detail, cards: u64) -> Option<UsageLimit> {
    if detail.status().is_some_and(|status| status.has_ended()) {
        return card_seconds(detail, cards).map(UsageLimit::CardSeconds);
    }
    match detail.timeout_limit()? {
        _ if cards == 0 => Some(UsageLimit::CardSeconds(0)),
        "unlimited" => Some(UsageLimit::Unlimited),
        limit => {
            let seconds = parse_hms(limit)?;
            Some(UsageLimit::CardSeconds(u128::from(cards) * u128::from(seconds)))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use serde_json::{Value, json};

    use super::{Detail, UsageLimit, age, card_seconds, remaining_seconds, usage_limit};

    fn detail(fields: &Value) -> Detail {
        let mut all = json!({"id": "a1", "status": "Running"});
        for (key, value) in fields.as_object().unwrap() {
            all[key] = value.clone();
        }
        let Value::Object(all) = all else { unreachable!() };
        Detail::from_value(all).unwrap()
    }

    #[test]
    fn age_counts_from_the_creation_in_china_standard_time() {
        let now = UNIX_EPOCH + Duration::from_hours(1);
        let created = |time: &str| age(&detail(&json!({"createTime": time})), now);
        assert_eq!(created("1970-01-01 08:59:00"), Some(Duration::from_mins(1)));
        assert_eq!(created("1970-01-01 09:00:03"), Some(Duration::ZERO), "clock skew");
        assert_eq!(created("yesterday"), None);
    }

    #[test]
    fn limit_of_a_running_instance_is_its_time_limit() {
        let running = detail(&json!({"timeoutLimit": "02:00:00", "duration": "00:30:00"}));
        assert_eq!(remaining_seconds(&running), Some(5400));
        assert_eq!(card_seconds(&running, 2), Some(3600));
        assert_eq!(usage_limit(&running, 2), Some(UsageLimit::CardSeconds(14_400)));
        let endless = detail(&json!({"timeoutLimit": "unlimited", "duration": "--"}));
        assert_eq!(card_seconds(&endless, 2), None);
        assert_eq!(usage_limit(&endless, 2), Some(UsageLimit::Unlimited));
        assert_eq!(usage_limit(&endless, 0), Some(UsageLimit::CardSeconds(0)));
        let ended = detail(&json!({"status": "Failed", "duration": "00:01:00"}));
        assert_eq!(usage_limit(&ended, 2), Some(UsageLimit::CardSeconds(120)));
    }
}
