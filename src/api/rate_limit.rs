//! Shared pace of all create calls of a run. A 429 concerns the account and not the single request,
//! so all creates wait as long as the platform asks and are then spaced further apart.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Interval between two creates after a 429, if no create was accepted in the last second.
const FIRST: Duration = Duration::from_millis(100);
/// Time window in which accepted creates are counted.
const SPAN: Duration = Duration::from_secs(1);
/// Maximum interval between two creates.
const WIDEST: Duration = Duration::from_secs(10);
/// Maximum time without an accepted create, after which waiting is given up.
const GIVE_UP_AFTER: Duration = Duration::from_mins(5);

/// Schedule of the creates.
pub(super) struct RateLimiter(Mutex<State>);

struct State {
    /// Interval between two creates.
    apart: Duration,
    /// Earliest time of the next create.
    next: Instant,
    /// Number of slowdowns; a turn assigned before the last one is no longer valid.
    slowed: u64,
    /// Time of the last slowdown.
    last_slowed: Option<Instant>,
    /// Time of the last accepted create; before that, the time of the first create.
    taken: Option<Instant>,
    /// Times of the creates that were accepted in the last second.
    recent: VecDeque<Instant>,
}

impl Default for RateLimiter {
    fn default() -> Self {
        Self(Mutex::new(State {
            apart: Duration::ZERO,
            next: Instant::now(),
            slowed: 0,
            last_slowed: None,
            taken: None,
            recent: VecDeque::new(),
        }))
    }
}

impl RateLimiter {
    /// Waits until the next create may be sent, and returns that time.
    pub(super) async fn turn(&self) -> Instant {
        loop {
            let (at, slowed) = {
                let mut state = self.state();
                let at = state.next.max(Instant::now());
                state.next = at + state.apart;
                state.taken.get_or_insert(at);
                (at, state.slowed)
            };
            if at > Instant::now() {
                sleep_until(at).await;
            }
            if self.state().slowed == slowed {
                return at;
            }
        }
    }

    /// Records that the platform accepted a create, whatever its response, and shortens the
    /// interval a little.
    pub(super) fn on_accepted(&self) {
        let now = Instant::now();
        let mut state = self.state();
        state.taken = Some(now);
        state.recent.push_back(now);
        state.forget(now);
        let closer = state.apart / 16;
        state.apart -= closer;
    }

    /// Records that a create sent at `sent` was rejected with 429, and the pause that the platform
    /// asked for, if any. Returns false if waiting is pointless: no create was accepted for too
    /// long, or none would have been by the end of that pause.
    pub(super) fn on_throttled(&self, sent: Instant, pause: Option<Duration>) -> bool {
        let now = Instant::now();
        let mut state = self.state();
        // Creates that were sent together are rejected together, and count once.
        if state.last_slowed.is_none_or(|last| sent >= last) {
            state.forget(now);
            state.apart = state.wider();
            state.slowed += 1;
            state.last_slowed = Some(now);
        }
        let pause = pause.unwrap_or(state.apart);
        state.next = state.next.max(now + pause);
        let idle = now + pause - state.taken.unwrap_or(now);
        idle <= GIVE_UP_AFTER
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Drops the creates that were accepted more than a second ago.
    fn forget(&mut self, now: Instant) {
        while self.recent.front().is_some_and(|then| now - *then > SPAN) {
            self.recent.pop_front();
        }
    }

    /// Returns the interval after a rejected create: slightly longer than the rate of the last
    /// second shows to be possible, or one and a half times the current interval.
    fn wider(&self) -> Duration {
        let possible = match u32::try_from(self.recent.len()) {
            Ok(0) | Err(_) => FIRST.max(self.apart * 2),
            Ok(taken) => SPAN * 7 / 5 / taken,
        };
        let wider = if possible > self.apart { possible } else { self.apart * 3 / 2 };
        wider.min(WIDEST)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;
    use std::time::Duration;

    use tokio::time::{Instant, sleep};

    use super::RateLimiter;

    /// Sends `count` creates at once to a platform that accepts `a_second` of them per second.
    /// Returns the elapsed time and the number of rejected creates.
    async fn creates(count: usize, a_second: usize, names_a_pause: bool) -> (Duration, usize) {
        let (pace, begun) = (Rc::new(RateLimiter::default()), Instant::now());
        let taken = Rc::new(RefCell::new(Vec::<Instant>::new()));
        let turned_away = Rc::new(RefCell::new(0));
        let one = || {
            let (pace, taken, turned_away) =
                (Rc::clone(&pace), Rc::clone(&taken), Rc::clone(&turned_away));
            async move {
                loop {
                    let sent = pace.turn().await;
                    let second = Duration::from_secs(1);
                    let recent =
                        taken.borrow().iter().filter(|then| then.elapsed() < second).count();
                    let free = recent < a_second;
                    if free {
                        taken.borrow_mut().push(Instant::now());
                    }
                    sleep(Duration::from_millis(50)).await;
                    if free {
                        return pace.on_accepted();
                    }
                    *turned_away.borrow_mut() += 1;
                    assert!(pace.on_throttled(sent, names_a_pause.then_some(second)));
                }
            }
        };
        let local = tokio::task::LocalSet::new();
        for _ in 0..count {
            local.spawn_local(one());
        }
        local.await;
        let turned_away = *turned_away.borrow();
        (begun.elapsed(), turned_away)
    }

    #[tokio::test(start_paused = true)]
    async fn throttled_creates_all_succeed_with_few_rejections() {
        for names_a_pause in [false, true] {
            for count in [8, 64] {
                let (took, turned_away) = creates(count, 5, names_a_pause).await;
                assert!(took < Duration::from_mins(1), "{count}: {took:?}");
                assert!(turned_away < 3 * count, "{count}: {turned_away}");
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn throttled_create_gives_up_after_five_minutes() {
        let pace = RateLimiter::default();
        let begun = Instant::now();
        loop {
            let sent = pace.turn().await;
            if !pace.on_throttled(sent, None) {
                break;
            }
        }
        let took = begun.elapsed();
        assert!(Duration::from_mins(4) < took && took < Duration::from_mins(6), "{took:?}");
        // A pause beyond the limit is not waited for.
        let pace = RateLimiter::default();
        let sent = pace.turn().await;
        assert!(!pace.on_throttled(sent, Some(Duration::from_mins(10))));
        assert!(pace.on_throttled(sent, Some(Duration::from_mins(4))));
    }
}
