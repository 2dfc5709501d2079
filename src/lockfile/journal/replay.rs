//! Replay of journal records. A run and its later recovery use the same code, so that both produce
//! the same entries.

use std::collections::BTreeMap;

use crate::ids::InstanceName;
use crate::lockfile::entry::Entry;
use crate::lockfile::{EntryChange, Record};

/// `why` of an unknown entry whose request was sent and whose outcome was not recorded: data of the
/// lock, the same in every language.
const NO_OUTCOME: &str = "the request was about to be sent; no outcome was recorded";

/// Changes of a run since the lock was last written.
#[derive(Debug, Default)]
pub struct JournalState(BTreeMap<InstanceName, CreateAttempt>);

#[derive(Debug)]
struct CreateAttempt {
    /// Its entry while the outcome is unknown.
    entry: Entry,
    base: Option<Entry>,
    ours: Option<Entry>,
    /// Whether its request may be in flight.
    open: bool,
}

impl JournalState {
    /// Replays all records of a journal.
    pub(crate) fn replay(records: &[Record]) -> Self {
        let mut state = Self::default();
        for record in records {
            state.apply_record(record);
        }
        state
    }

    /// Replays one more record.
    pub(crate) fn apply_record(&mut self, record: &Record) {
        match record {
            Record::Head { .. } => {}
            Record::Plan(create) => {
                let entry = create.clone().entry();
                let attempt = CreateAttempt { entry, base: None, ours: None, open: false };
                self.0.insert(create.name.clone(), attempt);
            }
            Record::Intent { name, at, .. } => self.update(name, |attempt| {
                attempt.entry.submitted_at = Some(at.clone());
                attempt.open = true;
                attempt.ours = Some(attempt.unknown(NO_OUTCOME));
            }),
            Record::Created { name, id, how } => self.update(name, |attempt| {
                attempt.open = false;
                attempt.ours = Some(attempt.entry.clone().resolved_as(id.clone(), *how));
            }),
            Record::Uncertain { name, why, .. } => self.update(name, |attempt| {
                attempt.open = false;
                attempt.ours = Some(attempt.unknown(why));
            }),
            Record::Refused { name, .. } | Record::NotSent { name } => {
                self.update(name, |attempt| {
                    attempt.open = false;
                    attempt.ours = None;
                });
            }
            Record::CandidatesSeen { name, ids } => self.update(name, |attempt| {
                attempt.entry.candidates.clone_from(ids);
                if let Some(ours) = &mut attempt.ours {
                    ours.candidates.clone_from(ids);
                }
            }),
            // A leftover journal must not restore an entry that is deleted later.
            Record::Merged { done: true, .. } => self.0.clear(),
            Record::Merged { .. } => self.mark_merged(),
        }
    }

    /// Replays one more record, and returns the change that it makes. A plan makes none.
    pub(crate) fn step(&mut self, record: &Record) -> Option<EntryChange> {
        if matches!(record, Record::Plan(_)) {
            self.apply_record(record);
            return None;
        }
        let name = record.name()?.clone();
        let ours = |state: &Self| state.0.get(&name).and_then(|attempt| attempt.ours.clone());
        let base = ours(self);
        self.apply_record(record);
        let ours = ours(self);
        (base != ours).then_some(EntryChange { name, base, ours })
    }

    /// Returns whether the request of this instance may be in flight.
    pub(crate) fn is_open(&self, name: &InstanceName) -> bool {
        self.0.get(name).is_some_and(|attempt| attempt.open)
    }

    /// Returns the changes to the lock. Changes merged earlier are included, since the lock may
    /// have been reverted to an older version meanwhile.
    pub(crate) fn changes(&self) -> impl Iterator<Item = EntryChange> + '_ {
        let reported =
            |(_, attempt): &(_, &CreateAttempt)| attempt.base.is_some() || attempt.ours.is_some();
        self.0.iter().filter(reported).map(|(name, attempt)| EntryChange {
            name: name.clone(),
            base: attempt.base.clone(),
            ours: attempt.ours.clone(),
        })
    }

    fn update(&mut self, name: &InstanceName, with: impl FnOnce(&mut CreateAttempt)) {
        // Every plan is durable before any other record of its instance; without one (a plan of a
        // torn batch) nothing can have been sent.
        if let Some(attempt) = self.0.get_mut(name) {
            with(attempt);
        }
    }

    /// Marks all attempts as merged into the lock.
    fn mark_merged(&mut self) {
        for attempt in self.0.values_mut() {
            attempt.base.clone_from(&attempt.ours);
        }
    }
}

impl CreateAttempt {
    fn unknown(&self, why: &str) -> Entry {
        Entry { why: Some(why.to_owned()), ..self.entry.clone() }
    }
}
