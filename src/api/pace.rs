//! One pace for all create calls of a run. A platform that answers 429 speaks to the account and not
//! to the request: so all creates wait as it asks, and then go further apart.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Between two creates after a 429, if none was taken in the last second.
const FIRST: Duration = Duration::from_millis(100);
/// The span over which creates are counted that were taken.
const SPAN: Duration = Duration::from_secs(1);
/// Creates never go further apart.
const WIDEST: Duration = Duration::from_secs(10);
/// If nothing was taken for so long, waiting is given up.
const GIVE_UP_AFTER: Duration = Duration::from_mins(5);

/// When creates may go.
pub(super) struct RateLimiter(Mutex<State>);

struct State {
    /// The time between two creates.
    apart: Duration,
    /// When the next one may go.
    next: Instant,
    /// How often creates were slowed down; a turn from before that is not a turn any more.
    slowed: u64,
    /// When that was last.
    last_slowed: Option<Instant>,
    /// When the platform last took a create, or the first one went.
    taken: Option<Instant>,
    /// When the creates of the last second were taken.
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
    /// Waits until the next create may go, and gives when that is.
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

    /// The platform took a create, whatever it answered: the next ones go a little closer.
    pub(super) fn on_accepted(&self) {
        let now = Instant::now();
        let mut state = self.state();
        state.taken = Some(now);
        state.recent.push_back(now);
        state.forget(now);
        let closer = state.apart / 16;
        state.apart -= closer;
    }

    /// The platform turned a create away that went at `sent`, and asked for a pause if it named one.
    /// False if nothing was taken for so long, or would be by the end of that pause, that there is
    /// no use in going on.
    pub(super) fn on_throttled(&self, sent: Instant, pause: Option<Duration>) -> bool {
        let now = Instant::now();
        let mut state = self.state();
        // Those that went together are turned away together, and count once.
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
    /// Drops what was taken more than a second ago.
    fn forget(&mut self, now: Instant) {
        while self.recent.front().is_some_and(|then| now - *then > SPAN) {
            self.recent.pop_front();
        }
    }

    /// The time between two creates after one was turned away: somewhat longer than those that were
    /// taken in the last second show to be possible, or half as long again as it is already.
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

    /// Sends `count` creates at once to a platform that takes `a_second` of them a second. Gives how
    /// long it took, and how many were turned away.
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
    async fn all_are_taken_and_few_are_turned_away() {
        for names_a_pause in [false, true] {
            for count in [8, 64] {
                let (took, turned_away) = creates(count, 5, names_a_pause).await;
                assert!(took < Duration::from_mins(1), "{count}: {took:?}");
                assert!(turned_away < 3 * count, "{count}: {turned_away}");
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_given_up_when_nothing_is_taken_for_five_minutes() {
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
        // A pause that is longer than that is not waited for.
        let pace = RateLimiter::default();
        let sent = pace.turn().await;
        assert!(!pace.on_throttled(sent, Some(Duration::from_mins(10))));
        assert!(pace.on_throttled(sent, Some(Duration::from_mins(4))));
    }
}
