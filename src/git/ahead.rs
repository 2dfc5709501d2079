//! How many intents are pushed ahead of their creates.

use std::collections::{HashMap, VecDeque};

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
    started: usize,
    /// The most that started during one push.
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

    /// Counts the creates that start during a push from now on.
    pub(super) fn begin_push(&mut self) {
        self.started = 0;
    }

    /// Adds the intents of a push that was carried out.
    pub(super) fn pushed(&mut self, intents: Vec<(Create, Record)>) {
        self.ready.extend(intents);
    }

    /// Updates the rate, after the creates that waited for the push have started.
    pub(super) fn end_push(&mut self, waited: usize) {
        self.peak = self.peak.max(self.started).max(waited);
    }

    /// Returns the intents at the remote whose creates never started.
    pub(super) fn unused(&mut self) -> Vec<Create> {
        self.ready.drain().map(|(create, _)| create).collect()
    }
}
