//! What goes wrong on demand: `KIND[:VALUE][@COUNT or @PERCENT%]`.
//!
//! `latency` is about every call, `expire` about every call that a token is for, all others about the create call, whose lost answers
//! are what a client has to be rehearsed for.

use std::cell::Cell;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::str::FromStr;
use std::time::Duration;

use super::call::Call;

/// A fault, as it was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    kind: Kind,
    share: Share,
    met: Cell<u64>,
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// Every call takes so much longer.
    Latency(Duration),
    /// The call is answered with this code and not carried out.
    Code(String),
    /// The call is answered with this HTTP status, without an envelope, and not carried out.
    Status(u16),
    /// The connection ends and nothing is carried out.
    DropBefore,
    /// The call is carried out and the connection ends without an answer.
    DropAfter,
    /// The connection ends without an answer, and the call is carried out so much later.
    Late(Duration),
    /// The call is carried out and so many bytes of its answer arrive.
    Truncate(usize),
    /// The call is carried out and a gateway's page comes with this status instead of the answer.
    Html(u16),
    /// The token is refused.
    Expire,
    /// The call is turned away with 429 and asked to come again after so many seconds.
    Throttle(u64),
}

/// How often.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Share {
    Always,
    First(u64),
    Percent(u64),
}

/// Why a text is no fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no fault: {problem}")]
pub struct NoFault {
    /// The text.
    pub text: String,
    /// What was expected.
    pub problem: &'static str,
}

const KINDS: &str = "expected latency:DURATION, code:CODE, status:STATUS, drop-before, drop-after, \
                     late:DURATION, truncate[:BYTES], html[:STATUS], expire or throttle[:SECONDS], \
                     and then nothing, @COUNT or @PERCENT%";

impl Fault {
    /// What this fault does to a call, where it is its turn. `None` is a call about the account.
    pub(super) fn strike(&self, call: Option<&Call>) -> Option<&Kind> {
        let fits = match self.kind {
            Kind::Latency(_) => true,
            Kind::Expire => call.is_some(),
            _ => call == Some(&Call::Create),
        };
        if !fits {
            return None;
        }
        let met = self.met.get();
        self.met.set(met + 1);
        let struck = match self.share {
            Share::Always => true,
            Share::First(count) => met < count,
            Share::Percent(percent) => RandomState::new().hash_one(met) % 100 < percent,
        };
        struck.then_some(&self.kind)
    }
}

impl FromStr for Fault {
    type Err = NoFault;

    fn from_str(text: &str) -> Result<Self, NoFault> {
        let wrong = || NoFault { text: text.to_owned(), problem: KINDS };
        let (what, share) = match text.split_once('@') {
            Some((what, share)) => (what, share_of(share).ok_or_else(wrong)?),
            None => (text, Share::Always),
        };
        let (word, value) = match what.split_once(':') {
            Some((word, value)) => (word, Some(value)),
            None => (what, None),
        };
        let kind = kind_of(word, value).ok_or_else(wrong)?;
        Ok(Self { kind, share, met: Cell::new(0) })
    }
}

fn share_of(text: &str) -> Option<Share> {
    match text.strip_suffix('%') {
        Some(percent) => {
            percent.parse().ok().filter(|percent| (1..=100).contains(percent)).map(Share::Percent)
        }
        None => text.parse().ok().filter(|count| *count > 0).map(Share::First),
    }
}

fn kind_of(word: &str, value: Option<&str>) -> Option<Kind> {
    let duration = |text: &str| {
        // A bare number says no unit.
        text.parse::<f64>().is_err().then(|| humantime::parse_duration(text).ok()).flatten()
    };
    let status = |text: &str| text.parse().ok().filter(|status: &u16| (200..600).contains(status));
    match (word, value) {
        ("latency", Some(value)) => duration(value).map(Kind::Latency),
        ("late", Some(value)) => duration(value).map(Kind::Late),
        ("code", Some(code)) if !code.is_empty() => Some(Kind::Code(code.to_owned())),
        ("status", Some(value)) => status(value).map(Kind::Status),
        ("html", value) => status(value.unwrap_or("502")).map(Kind::Html),
        ("truncate", value) => value.unwrap_or("10").parse().ok().map(Kind::Truncate),
        ("throttle", value) => value.unwrap_or("1").parse().ok().map(Kind::Throttle),
        ("drop-before", None) => Some(Kind::DropBefore),
        ("drop-after", None) => Some(Kind::DropAfter),
        ("expire", None) => Some(Kind::Expire),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Call, Fault, Kind};

    #[test]
    fn a_fault_says_what_and_how_often() {
        for good in [
            "latency:50ms",
            "code:716865@1",
            "status:503@10%",
            "drop-before",
            "drop-after@2",
            "late:2s@1",
            "truncate",
            "truncate:3",
            "html",
            "html:200",
            "expire@1",
            "throttle:2@3",
        ] {
            assert!(good.parse::<Fault>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "drop",
            "latency",
            "latency:5",
            "code:",
            "status:x",
            "status:99",
            "drop-after:1",
            "code:1@",
            "code:1@0",
            "code:1@101%",
            "code:1@x",
            "late",
        ] {
            assert!(bad.parse::<Fault>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_count_is_of_create_calls_alone() {
        let fault: Fault = "drop-after@2".parse().unwrap();
        let calls = [Call::List, Call::Create, Call::Delete, Call::Create, Call::Create];
        let struck: Vec<bool> =
            calls.iter().map(|call| fault.strike(Some(call)).is_some()).collect();
        assert_eq!(struck, [false, true, false, true, false]);
        let fault: Fault = "latency:1s".parse().unwrap();
        assert!(matches!(fault.strike(Some(&Call::List)), Some(Kind::Latency(_))));
    }
}
