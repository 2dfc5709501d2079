//! The service's clock, from the dates of its responses.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// The time of the last response that had a date, by the service's clock and by this machine's.
#[derive(Default)]
pub(super) struct ServiceClock(Mutex<Option<(SystemTime, SystemTime)>>);

impl ServiceClock {
    /// Records the date of a response that has just arrived.
    pub(super) fn record(&self, date: SystemTime) {
        let times = Some((date, SystemTime::now()));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = times;
    }

    /// Returns the time of the last response by the service's clock.
    pub(super) fn time(&self) -> Option<SystemTime> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).map(|(there, _)| there)
    }

    /// Returns by how many seconds this machine's clock was ahead of the service's at the last
    /// response; negative if it was behind.
    pub(super) fn skew(&self) -> Option<i64> {
        let (there, here) = (*self.0.lock().unwrap_or_else(PoisonError::into_inner))?;
        let seconds = |time: Duration| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
        Some(match here.duration_since(there) {
            Ok(ahead) => seconds(ahead),
            Err(after) => -seconds(after.duration()),
        })
    }
}
