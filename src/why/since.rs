//! Since when an instance has its status.

use std::time::{Duration, SystemTime};

use crate::api::endpoints::detail::{Detail, Status};
use crate::text::parse_time;

/// Since when an instance has its status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Since {
    /// The time, as the platform writes it.
    pub time: String,
    /// How long ago that is, if the time can be read.
    pub ago: Option<Duration>,
}

impl Since {
    /// Reads the time that belongs to the status. An instance that was started before has no time of its
    /// wait.
    pub fn of(detail: &Detail, now: SystemTime) -> Option<Self> {
        let time = match detail.status()? {
            status if status.has_ended() => detail.end_time(),
            Status::Running => detail.start_time(),
            Status::Waiting if detail.start_time().is_none() => detail.create_time(),
            _ => None,
        }?;
        let then = parse_time(time);
        let ago = then.map(|then| now.duration_since(then).unwrap_or_default());
        Some(Self { time: time.to_owned(), ago })
    }
}
