//! How many intents are pushed ahead of their creates.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use super::claim_records::MAX_BATCH;
use crate::ids::InstanceName;
use crate::lockfile::{PendingCreate, Record};

/// Maximum number of intents that are ahead of their creates: this many outcomes may be unknown if the
/// run dies.
const MAX_AHEAD: usize = 16 * MAX_BATCH;

/// A create of one of the locks.
pub(super) type Create = (usize, InstanceName);

/// The intents of a run: those to come, and those at the remote whose creates have not started.
///
/// One batch is enough if the remote answers quickly. If creates start faster than pushes return, more
/// batches travel in one push, so that the next creates find theirs there.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    queue: VecDeque<(usize, PendingCreate)>,
    ready: HashMap<Create, Record>,
    /// Creates started since the last push began.
    started: u32,
    /// When it began, and how long it took.
    last_push: Option<(Instant, Duration)>,
    /// The most creates that started in the time of one push.
    peak: usize,
}

impl Ahead {
    /// Adds creates in the order in which they start.
    pub(super) fn announce(&mut self, lock: usize, creates: Vec<PendingCreate>) {
        self.queue.extend(creates.into_iter().map(|create| (lock, create)));
    }

    /// Returns the intent of a create if it is at the remote, and counts the create as started.
    pub(super) fn start(&mut self, create: &Create) -> Option<Record> {
        let intent = self.ready.remove(create)?;
        self.started += 1;
        Some(intent)
    }

    /// Returns the creates whose intents go with the next push. Those for which a create waits go first.
    pub(super) fn take(
        &mut self,
        waiting: &[(usize, PendingCreate)],
    ) -> Vec<(usize, PendingCreate)> {
        let is_waiting = |(lock, create): &(usize, PendingCreate)| {
            waiting.iter().any(|(other, one)| other == lock && one.name == create.name)
        };
        if !waiting.is_empty() {
            self.queue.retain(|create| !is_waiting(create));
        }
        let mut taken = waiting.to_vec();
        let target = (self.peak * 3).clamp(MAX_BATCH, MAX_AHEAD);
        if !taken.is_empty() || self.ready.len() <= target / 2 {
            let more = target.saturating_sub(self.ready.len() + taken.len());
            taken.extend(self.queue.drain(..more.min(self.queue.len())));
        }
        taken
    }

    /// Begins a push, and measures how many creates started in the time of the one before.
    pub(super) fn begin_push(&mut self, now: Instant) {
        if let Some((begun, took)) = self.last_push {
            let share = took.as_secs_f64() / now.duration_since(begun).as_secs_f64().max(1e-6);
            // At most as many as a run has in flight and ahead, so neither sign nor size is lost.
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let started = (f64::from(self.started) * share.min(1.0)).ceil() as usize;
            self.peak = self.peak.max(started);
        }
        self.started = 0;
        self.last_push = Some((now, Duration::ZERO));
    }

    /// Adds the intents of a push that was carried out.
    pub(super) fn pushed(&mut self, intents: Vec<(Create, Record)>) {
        self.ready.extend(intents);
    }

    /// Ends a push.
    pub(super) fn end_push(&mut self, now: Instant) {
        if let Some((begun, took)) = &mut self.last_push {
            *took = now.duration_since(*begun);
        }
    }

    /// Returns the intents at the remote whose creates never started.
    pub(super) fn unused(&mut self) -> Vec<Create> {
        self.ready.drain().map(|(create, _)| create).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Ahead, MAX_AHEAD, MAX_BATCH};
    use crate::ids::{Endpoint, InstanceName};
    use crate::lockfile::{PendingCreate, Record, RequestBody};

    fn creates(count: usize) -> Vec<PendingCreate> {
        let create = |at: usize| {
            let name = InstanceName::from(format!("i{at}").as_str());
            let body = RequestBody::from_value(&serde_json::json!({}));
            PendingCreate::new(name, None, Endpoint::from("https://a.example"), body)
        };
        (0..count).map(create).collect()
    }

    const PUSH: Duration = Duration::from_millis(200);

    /// Pushes once, for [`PUSH`], while this many creates start; returns how many intents were pushed.
    fn push(ahead: &mut Ahead, now: &mut Instant, starts: usize) -> usize {
        let batch = ahead.take(&[]);
        let pushed = batch.len();
        ahead.begin_push(*now);
        let ready: Vec<_> = ahead.ready.keys().take(starts).cloned().collect();
        for create in ready {
            assert!(ahead.start(&create).is_some());
        }
        let intent = |(lock, create): (usize, PendingCreate)| {
            ((lock, create.name.clone()), Record::intent(create.name))
        };
        ahead.pushed(batch.into_iter().map(intent).collect());
        *now += PUSH;
        ahead.end_push(*now);
        pushed
    }

    #[test]
    fn more_batches_go_ahead_if_creates_start_faster_than_pushes_return() {
        let mut ahead = Ahead::default();
        ahead.announce(0, creates(20_000));
        let mut now = Instant::now();
        assert_eq!(push(&mut ahead, &mut now, 0), MAX_BATCH);
        let pushed: Vec<usize> = (0..20).map(|_| push(&mut ahead, &mut now, 250)).collect();
        assert!(pushed[10..].iter().any(|pushed| *pushed > 250), "{pushed:?}");
        assert!(ahead.ready.len() <= MAX_AHEAD);
    }

    #[test]
    fn slow_creates_have_one_batch_ahead() {
        let mut ahead = Ahead::default();
        ahead.announce(0, creates(1_000));
        let mut now = Instant::now();
        for _ in 0..20 {
            push(&mut ahead, &mut now, 8);
            now += PUSH * 4;
            assert!(ahead.ready.len() <= MAX_BATCH + 8, "{}", ahead.ready.len());
        }
    }

    #[test]
    fn create_that_waits_goes_first_and_once() {
        let mut ahead = Ahead::default();
        ahead.announce(0, creates(100));
        let last = creates(100).pop().expect("there are 100");
        let batch = ahead.take(&[(0, last.clone())]);
        assert_eq!(batch[0].1, last);
        assert_eq!(batch.iter().filter(|(_, create)| *create == last).count(), 1);
        assert_eq!(batch.len(), MAX_BATCH);
    }
}
