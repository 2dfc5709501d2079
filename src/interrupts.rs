//! Waiting for the signals that interrupt a run, and polling until one arrives.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

/// Waits for the given number of signals; never returns if they are no longer counted.
pub async fn wait_for_signals(mut interrupts: watch::Receiver<u8>, times: u8) {
    if interrupts.wait_for(|count| *count >= times).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Polling with growing pauses, until a deadline or the first signal.
pub(crate) struct Polling {
    deadline: Instant,
    pause: Duration,
    growth: f64,
    max_pause: Duration,
    interrupts: watch::Receiver<u8>,
}

impl Polling {
    /// Starts polling now. Each pause is `growth` times the one before, from `first` to `max_pause`.
    pub(crate) fn start(
        timeout: Duration,
        first: Duration,
        growth: f64,
        max_pause: Duration,
        interrupts: watch::Receiver<u8>,
    ) -> Self {
        Self { deadline: Instant::now() + timeout, pause: first, growth, max_pause, interrupts }
    }

    /// Returns whether a poll that begins now is the last one.
    pub(crate) fn is_last(&self) -> bool {
        Instant::now() >= self.deadline
    }

    /// Returns the pause before the next poll.
    pub(crate) fn pause(&self) -> Duration {
        self.pause
    }

    /// Waits until the next poll: for the pause, but at most until `latest` or the deadline. Returns
    /// false if a signal arrived.
    pub(crate) async fn next_poll(&mut self, latest: Option<Instant>) -> bool {
        let paused = Instant::now() + self.pause;
        let next = latest.map_or(paused, |latest| paused.min(latest)).min(self.deadline);
        self.pause = self.pause.mul_f64(self.growth).min(self.max_pause);
        tokio::select! {
            () = sleep_until(next) => true,
            () = wait_for_signals(self.interrupts.clone(), 1) => false,
        }
    }
}
