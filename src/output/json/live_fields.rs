//! Keys of the live state of an instance.

use std::borrow::Cow;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use crate::api::endpoints::detail::{Detail, PortAddress, Status};
use crate::lifecycle::{
    LiveState, ObservedInstance, UsageLimit, card_seconds, remaining_seconds, usage_limit,
};
use crate::text::format_hms;

/// Live state of an instance.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LiveFields<'a> {
    /// Its status, in the platform's words; null if the platform did not return one.
    #[schemars(with = "Option<String>")]
    status: Option<Cow<'a, str>>,
    /// Cards of all its containers.
    cards: Option<u64>,
    /// When it was created, in RFC 3339 with the platform's time zone.
    created_at: Option<String>,
    /// Seconds since its request was sent.
    age_seconds: Option<u64>,
    /// Seconds until its time limit; null if it has none, has not started or has ended.
    remaining_seconds: Option<u64>,
    /// Card-hours it has used so far; null if unknown.
    card_hours: Option<f64>,
    /// The most card-hours that it can use until its time limit; null if it has none or is unknown.
    max_card_hours: Option<f64>,
    /// When it was created, as the platform writes it.
    create_time: Option<&'a str>,
    /// When it started, as the platform writes it.
    start_time: Option<&'a str>,
    /// When it ended, as the platform writes it.
    end_time: Option<&'a str>,
    /// How long it has run, as the platform writes it.
    duration: Option<&'a str>,
    /// Time until its time limit, as the platform writes it; `no end` if it has none.
    time_left: Option<String>,
    /// Its time limit: `HH:MM:SS` or `unlimited`.
    timeout_limit: Option<&'a str>,
}

impl LiveFields<'_> {
    /// Returns the fields without those that change with the status.
    pub(super) fn without_status(self) -> Self {
        Self { status: None, remaining_seconds: None, time_left: None, end_time: None, ..self }
    }
}

/// Access address of an opened port.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "address", extend("additionalProperties" = false))]
pub(crate) struct AddressRow<'a> {
    /// The port inside the container.
    port: Cow<'a, str>,
    /// `HTTP` or `SSH`.
    protocol: Cow<'a, str>,
    /// The address. It may contain a secret.
    url: Cow<'a, str>,
}

/// Cards by use.
#[derive(Debug, Clone, Copy, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "cardCounts", extend("additionalProperties" = false))]
pub(crate) struct CardCounts {
    /// Cards of instances that run or are being deployed.
    pub(crate) in_use: u64,
    /// Cards that queued instances wait for.
    pub(crate) queued: u64,
    /// Cards of instances that may run: the platform did not show their state.
    pub(crate) unknown: u64,
}

/// Returns the addresses of an instance. They may contain secrets, so only the output of `status`
/// includes them.
pub(crate) fn address_rows(observed: &ObservedInstance) -> Vec<AddressRow<'static>> {
    let addresses = observed.live.detail().and_then(Detail::addresses).unwrap_or_default();
    let row = |at: PortAddress| AddressRow {
        url: at.url.expose().to_owned().into(),
        port: at.port.into(),
        protocol: at.protocol.into(),
    };
    addresses.into_iter().map(row).collect()
}

/// Returns the cards of instances by use.
pub(crate) fn card_counts<'a>(observed: impl Iterator<Item = &'a ObservedInstance>) -> CardCounts {
    let mut counts = CardCounts::default();
    for observed in observed {
        let sum = match (&observed.live, observed.status()) {
            (LiveState::Gone, _) => continue,
            (LiveState::Present(_), Some(Status::Waiting)) => &mut counts.queued,
            (LiveState::Present(_), Some(status)) if status.has_ended() => continue,
            (LiveState::Present(_), _) => &mut counts.in_use,
            (LiveState::Unknown | LiveState::OtherRegion | LiveState::QueryFailed(_), _) => {
                &mut counts.unknown
            }
        };
        *sum = sum.saturating_add(observed.cards().unwrap_or(0));
    }
    counts
}

/// Returns the card-hours that these instances have used so far, as far as known.
pub(crate) fn card_hours<'a>(observed: impl Iterator<Item = &'a ObservedInstance>) -> f64 {
    let used =
        |observed: &ObservedInstance| card_seconds(observed.live.detail()?, observed.cards()?);
    let seconds = observed.filter_map(used).fold(0, u128::saturating_add);
    hours(seconds / 36)
}

/// Returns the live state of an instance.
pub(super) fn live_fields(observed: &ObservedInstance) -> LiveFields<'_> {
    detail_fields(observed.live.detail(), observed.cards(), observed.age)
}

/// Returns the state that the platform shows of an instance with this number of cards.
pub(super) fn detail_fields(
    detail: Option<&Detail>,
    cards: Option<u64>,
    age: Option<Duration>,
) -> LiveFields<'_> {
    let max_card_hours = match detail.and_then(|detail| usage_limit(detail, cards?)) {
        Some(UsageLimit::CardSeconds(seconds)) => Some(hours(seconds / 36)),
        Some(UsageLimit::Unlimited) | None => None,
    };
    LiveFields {
        status: detail.and_then(Detail::status).map(|status| status.raw().to_owned().into()),
        cards,
        created_at: detail.and_then(Detail::create_time).and_then(with_zone),
        age_seconds: age.map(|age| age.as_secs()),
        remaining_seconds: detail.and_then(remaining_seconds),
        card_hours: detail
            .and_then(|detail| card_seconds(detail, cards?))
            .map(|seconds| hours(seconds / 36)),
        max_card_hours,
        create_time: detail.and_then(Detail::create_time),
        start_time: detail.and_then(Detail::start_time),
        end_time: detail.and_then(Detail::end_time),
        duration: detail.and_then(Detail::duration),
        time_left: detail.and_then(time_left),
        timeout_limit: detail.and_then(Detail::timeout_limit),
    }
}

/// Converts a time of the platform, such as `2022-05-11 19:30:34`, to RFC 3339: the platform runs on
/// China Standard Time.
fn with_zone(time: &str) -> Option<String> {
    let (date, clock) = time.trim().split_once(' ')?;
    let time = format!("{date}T{clock}");
    // The parser accepts UTC only, so it checks the fields.
    humantime::parse_rfc3339(&format!("{time}Z")).ok()?;
    Some(format!("{time}+08:00"))
}

/// Converts hundredths of an hour. Beyond 2^53 of them the result is rounded.
#[allow(clippy::cast_precision_loss)]
pub(crate) fn hours(hundredths: u128) -> f64 {
    hundredths as f64 / 100.0
}

/// Returns the remaining run time of an instance: as the platform shows it, otherwise computed from its
/// limit.
fn time_left(detail: &Detail) -> Option<String> {
    if detail.status().is_none_or(|status| status.has_ended()) {
        return None;
    }
    if let Some(left) = detail.remaining_time() {
        return Some(left.to_owned());
    }
    match detail.timeout_limit()? {
        "unlimited" => Some("no end".to_owned()),
        _ => remaining_seconds(detail).map(format_hms),
    }
}

#[cfg(test)]
mod tests {
    use super::with_zone;

    #[test]
    fn platform_time_gets_its_zone() {
        assert_eq!(with_zone("2022-05-11 19:30:34").unwrap(), "2022-05-11T19:30:34+08:00");
        for odd in ["", "--", "2022-05-11", "2022-13-11 19:30:34", "yesterday 19:30", "1652268634"]
        {
            assert_eq!(with_zone(odd), None, "{odd}");
        }
    }
}
