//! Three-way merge of one entry.

use crate::entries::{created, deleting, unknown};
use instancectl::lockfile::{Entry, merge};

fn with(entry: Entry, candidate: &str) -> Entry {
    Entry { candidates: vec![candidate.parse().unwrap()], ..entry }
}

#[test]
fn changed_side_wins() {
    let (old, new) = (Some(unknown("1")), Some(created("1", "a")));
    assert_eq!(merge(None, new.clone(), None), (new.clone(), false));
    assert_eq!(merge(old.as_ref(), new.clone(), old.clone()), (new.clone(), false));
    assert_eq!(merge(old.as_ref(), old.clone(), new.clone()), (new.clone(), false));
    assert_eq!(merge(old.as_ref(), None, old.clone()), (None, false));
    assert_eq!(merge(old.as_ref(), old.clone(), None), (None, false));
    assert_eq!(merge(None, new.clone(), new.clone()), (new, false));
}

#[test]
fn id_is_never_dropped() {
    let (unknown, ours) = (unknown("1"), created("1", "a"));
    // The entry was removed from the lock, and our run has since found its ID.
    assert_eq!(merge(Some(&unknown), Some(ours.clone()), None), (Some(ours), false));
    // Our request was refused; another run created an instance.
    let theirs = Some(created("2", "b"));
    assert_eq!(merge(Some(&unknown), None, theirs.clone()), (theirs, false));
}

#[test]
fn id_in_the_lock_wins_and_ours_becomes_a_candidate() {
    let (ours, theirs) = (created("1", "a"), created("2", "b"));
    let merged = merge(None, Some(ours.clone()), Some(theirs.clone()));
    assert_eq!(merged, (Some(with(theirs.clone(), "a")), true));
    // Merging the same again changes nothing.
    let again = merge(None, Some(ours.clone()), merged.0.clone());
    assert_eq!(again.0, merged.0);
    // Their entry has no ID and is a different attempt from ours.
    let lost = unknown("2");
    assert_eq!(merge(None, Some(ours), Some(lost.clone())), (Some(with(lost, "a")), true));
    // Their entry has the ID, and our attempt has an unknown outcome.
    assert_eq!(merge(None, Some(unknown("1")), Some(theirs.clone())), (Some(theirs), true));
}

#[test]
fn known_outcome_replaces_an_unknown_one() {
    let (lost, known) = (unknown("1"), created("1", "a"));
    assert_eq!(merge(None, Some(known.clone()), Some(lost.clone())), (Some(known.clone()), false));
    assert_eq!(merge(None, Some(lost), Some(known.clone())), (Some(known), false));
}

#[test]
fn deleting_entry_is_not_reverted_to_created() {
    let theirs = deleting("1", "a");
    let merged = merge(None, Some(created("1", "a")), Some(theirs.clone()));
    assert_eq!(merged, (Some(theirs), false));
}
