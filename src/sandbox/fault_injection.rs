//! Fault injection: `KIND[:VALUE][@COUNT or @PERCENT%]`.
//!
//! `latency` applies to every call, `expire` to every call that needs a token, and all others to
//! the create call, whose lost responses a client must be tested against.

use std::cell::Cell;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::str::FromStr;
use std::time::Duration;

use super::route::Operation;

/// A fault, as requested.
#[derive(Debug, Clone, PartialEq)]
pub struct FaultSpec {
    kind: FaultKind,
    share: FaultRate,
    calls: Cell<u64>,
}

/// Kind of a fault.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum FaultKind {
    /// Every call takes this much longer.
    Latency(Duration),
    /// The call gets this code and is not carried out.
    Code(String),
    /// The call gets this HTTP status, without an envelope, and is not carried out.
    Status(u16),
    /// The connection is closed and nothing is carried out.
    DropBefore,
    /// The call is carried out and the connection is closed without a response.
    DropAfter,
    /// The connection is closed without a response, and the call is carried out after this delay.
    Late(Duration),
    /// The call is carried out and only this many bytes of its response arrive.
    Truncate(usize),
    /// The call is carried out, but the response is a gateway's page with this status.
    Html(u16),
    /// The token is refused.
    Expire,
    /// The call is rejected with 429 and a `Retry-After` of this many seconds.
    Throttle(u64),
}

/// Frequency of a fault.
#[derive(Debug, Clone, Copy, PartialEq)]
enum FaultRate {
    Always,
    First(u64),
    Percent(u64),
}

/// A text that is not a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidFault(pub String);

impl FaultSpec {
    /// Returns the effect of this fault on a call, if it applies this time. `None` is a call about
    /// the account.
    pub(super) fn should_inject(&self, call: Option<&Operation>) -> Option<&FaultKind> {
        let fits = match self.kind {
            FaultKind::Latency(_) => true,
            FaultKind::Expire => call.is_some(),
            _ => call == Some(&Operation::Create),
        };
        if !fits {
            return None;
        }
        let calls = self.calls.get();
        self.calls.set(calls + 1);
        let injected = match self.share {
            FaultRate::Always => true,
            FaultRate::First(count) => calls < count,
            FaultRate::Percent(percent) => RandomState::new().hash_one(calls) % 100 < percent,
        };
        injected.then_some(&self.kind)
    }
}

impl FromStr for FaultSpec {
    type Err = InvalidFault;

    fn from_str(text: &str) -> Result<Self, InvalidFault> {
        let wrong = || InvalidFault(text.to_owned());
        let (what, share) = match text.split_once('@') {
            Some((what, share)) => (what, parse_rate(share).ok_or_else(wrong)?),
            None => (text, FaultRate::Always),
        };
        let (word, value) = match what.split_once(':') {
            Some((word, value)) => (word, Some(value)),
            None => (what, None),
        };
        let kind = parse_kind(word, value).ok_or_else(wrong)?;
        Ok(Self { kind, share, calls: Cell::new(0) })
    }
}

fn parse_rate(text: &str) -> Option<FaultRate> {
    match text.strip_suffix('%') {
        Some(percent) => percent
            .parse()
            .ok()
            .filter(|percent| (1..=100).contains(percent))
            .map(FaultRate::Percent),
        None => text.parse().ok().filter(|count| *count > 0).map(FaultRate::First),
    }
}

fn parse_kind(word: &str, value: Option<&str>) -> Option<FaultKind> {
    let duration = |text: &str| {
        // A bare number has no unit.
        text.parse::<f64>().is_err().then(|| humantime::parse_duration(text).ok()).flatten()
    };
    let status = |text: &str| text.parse().ok().filter(|status: &u16| (200..600).contains(status));
    match (word, value) {
        ("latency", Some(value)) => duration(value).map(FaultKind::Latency),
        ("late", Some(value)) => duration(value).map(FaultKind::Late),
        ("code", Some(code)) if !code.is_empty() => Some(FaultKind::Code(code.to_owned())),
        ("status", Some(value)) => status(value).map(FaultKind::Status),
        ("html", value) => status(value.unwrap_or("502")).map(FaultKind::Html),
        ("truncate", value) => value.unwrap_or("10").parse().ok().map(FaultKind::Truncate),
        ("throttle", value) => value.unwrap_or("1").parse().ok().map(FaultKind::Throttle),
        ("drop-before", None) => Some(FaultKind::DropBefore),
        ("drop-after", None) => Some(FaultKind::DropAfter),
        ("expire", None) => Some(FaultKind::Expire),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{FaultKind, FaultSpec, Operation};

    #[test]
    fn fault_count_applies_only_to_create_requests() {
        let fault: FaultSpec = "drop-after@2".parse().unwrap();
        let calls = [
            Operation::List,
            Operation::Create,
            Operation::Delete,
            Operation::Create,
            Operation::Create,
        ];
        let injected: Vec<bool> =
            calls.iter().map(|call| fault.should_inject(Some(call)).is_some()).collect();
        assert_eq!(injected, [false, true, false, true, false]);
        let fault: FaultSpec = "latency:1s".parse().unwrap();
        assert!(matches!(fault.should_inject(Some(&Operation::List)), Some(FaultKind::Latency(_))));
    }
}
