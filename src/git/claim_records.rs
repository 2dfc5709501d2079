//! Contents of a claim: the records of its run, in batches.

use std::collections::HashMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::GitError;
use crate::ids::InstanceName;
use crate::lockfile::{Entry, EntryChange, JournalState, Lockfile, Record};

/// Maximum number of intents in one batch.
pub(super) const MAX_BATCH: usize = 64;

/// One record of a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub(super) enum ClaimRecord {
    /// A step of a create, as in a journal.
    Journal(Record),
    /// A change of an entry; both versions as texts of locks.
    Change { name: InstanceName, base: Option<String>, ours: Option<String> },
}

impl ClaimRecord {
    pub(super) fn of_change(change: &EntryChange) -> Self {
        let text = |entry: &Option<Entry>| entry.clone().map(|entry| text(&change.name, entry));
        Self::Change {
            name: change.name.clone(),
            base: text(&change.base),
            ours: text(&change.ours),
        }
    }
}

/// Returns the text of a lock with one entry.
fn text(name: &InstanceName, entry: Entry) -> String {
    let instances = [(name.clone(), entry)].into();
    Lockfile { instances, ..Lockfile::default() }.to_text()
}

/// Encodes a batch: one JSON value a line.
pub(super) fn encode(records: &[ClaimRecord]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for record in records {
        serde_json::to_writer(&mut bytes, record).expect("a record serializes into memory");
        bytes.push(b'\n');
    }
    bytes
}

/// Returns the changes that batches describe, in their order; successive changes of an entry become one,
/// which has no effect on a lock that already has its result.
pub(super) fn changes<'a>(
    lock: &Path,
    target: &str,
    batches: impl IntoIterator<Item = &'a [u8]>,
) -> Result<Vec<EntryChange>, GitError> {
    let mut journal = JournalState::default();
    let mut changes = Changes::default();
    for line in batches.into_iter().flat_map(|batch| batch.split(|byte| *byte == b'\n')) {
        if line.is_empty() {
            continue;
        }
        let record = serde_json::from_slice(line).map_err(|error| GitError::UnreadableClaim {
            target: target.to_owned(),
            cause: error.to_string(),
        })?;
        match record {
            ClaimRecord::Journal(record) => {
                journal.step(&record).into_iter().for_each(|change| changes.add(change));
            }
            ClaimRecord::Change { name, base, ours } => {
                let entry = |text: Option<String>| -> Result<Option<Entry>, GitError> {
                    let Some(text) = text else { return Ok(None) };
                    let read = Lockfile::from_bytes(lock, text.as_bytes()).ok();
                    let entry = read.and_then(|mut lock| lock.instances.remove(&name));
                    let (target, cause) = (target.to_owned(), name.to_string());
                    entry.map(Some).ok_or(GitError::UnreadableClaim { target, cause })
                };
                let (base, ours) = (entry(base)?, entry(ours)?);
                changes.add(EntryChange { name, base, ours });
            }
        }
    }
    Ok(changes.all)
}

/// Changes in their order, and the index of the last one of each entry.
#[derive(Default)]
struct Changes {
    all: Vec<EntryChange>,
    last: HashMap<InstanceName, usize>,
}

impl Changes {
    /// Adds a change, or extends the last one of the same entry by it.
    fn add(&mut self, change: EntryChange) {
        if let Some(last) = self.last.get(&change.name).map(|index| &mut self.all[*index])
            && (last.ours == change.base || last.ours == change.ours)
        {
            last.ours = change.ours;
            return;
        }
        self.last.insert(change.name.clone(), self.all.len());
        self.all.push(change);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ids::Endpoint;
    use crate::lockfile::{EntryState, PendingCreate, RequestBody};

    #[test]
    fn records_of_a_replacement_have_no_effect_on_a_lock_with_its_result() {
        let name = InstanceName::from("a".to_owned());
        let create = |name: &InstanceName| {
            let body = RequestBody::from_value(&json!({"instanceServiceName": "a"}));
            PendingCreate::new(
                name.clone(),
                None,
                Endpoint::from("https://a.test".to_owned()),
                body,
            )
        };
        let entry = |id: &str| create(&name).entry().resolved_as(id.parse().unwrap(), None);
        let deleting = Entry { state: EntryState::Deleting, ..entry("old") };
        let change = |base: Option<Entry>, ours: Option<Entry>| {
            ClaimRecord::of_change(&EntryChange { name: name.clone(), base, ours })
        };
        let records = encode(&[
            change(Some(entry("old")), Some(deleting.clone())),
            change(Some(deleting), None),
            ClaimRecord::Journal(Record::Plan(create(&name))),
            ClaimRecord::Journal(Record::intent(name.clone())),
            ClaimRecord::Journal(Record::Created {
                name: name.clone(),
                id: "new".parse().unwrap(),
                how: None,
            }),
        ]);
        let changes = changes(Path::new("a.lock"), "claim", [&records[..]]).unwrap();
        assert_eq!(changes.len(), 1);
        let lock = |entry: Entry| Lockfile {
            instances: [(name.clone(), entry)].into(),
            ..Lockfile::default()
        };
        let result = lock(entry("old")).with(changes.clone());
        assert_eq!(result.instances[&name].task_id, Some("new".parse().unwrap()));
        assert_eq!(result.clone().with(changes), result);
    }
}
