//! Entries of a lock in each state.

use serde_json::Map;

use instancectl::lockfile::{Entry, EntryState, RequestBody};

/// An entry whose outcome is unknown, submitted at that time.
pub(crate) fn unknown(at: &str) -> Entry {
    Entry {
        state: EntryState::Unknown,
        task_id: None,
        how: None,
        candidates: Vec::new(),
        region: None,
        endpoint: "sandbox".into(),
        submitted_at: Some(at.into()),
        known_ids: None,
        list_watermark: None,
        why: Some("lost".into()),
        request: RequestBody::from_value(&Map::new()),
        extra: Map::new(),
    }
}

/// An entry with this ID.
pub(crate) fn created(at: &str, id: &str) -> Entry {
    let task_id = Some(id.parse().unwrap());
    Entry { state: EntryState::Created, task_id, why: None, ..unknown(at) }
}

/// An entry with this ID that is being deleted.
pub(crate) fn deleting(at: &str, id: &str) -> Entry {
    Entry { state: EntryState::Deleting, ..created(at, id) }
}
