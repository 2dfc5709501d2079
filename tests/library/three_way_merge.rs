//! Three-way merge of a lock, for git.

use proptest::prelude::*;
use serde_json::{Map, json};

use crate::entries::{created, deleting, unknown};
use instancectl::lockfile::{Entry, EntryState, Lockfile, MergeConflict, MergeResult, merge_locks};

fn with(entry: Entry, candidates: &[&str]) -> Entry {
    Entry { candidates: candidates.iter().map(|id| id.parse().unwrap()).collect(), ..entry }
}

fn lock(entry: Option<Entry>) -> Lockfile {
    let instances = entry.into_iter().map(|entry| ("a".into(), entry)).collect();
    Lockfile { instances, ..Lockfile::default() }
}

/// Returns the merged entry and the conflicts: `kept/other`, `kept`.
fn merged(
    base: Option<Entry>,
    ours: Option<Entry>,
    theirs: Option<Entry>,
) -> (Option<Entry>, Vec<String>) {
    let MergeResult { mut lock, conflicts } = merge_locks(&lock(base), &lock(ours), &lock(theirs));
    let word = |conflict: MergeConflict| match conflict {
        MergeConflict::BothCreated { kept, other, .. } => {
            let id =
                |id: Option<instancectl::ids::TaskId>| id.map_or("?".into(), |id| id.to_string());
            format!("{}/{}", id(kept), id(other))
        }
        MergeConflict::DeleteModify { .. } => "kept".to_owned(),
        MergeConflict::UnknownKey { key, .. } => key,
    };
    (lock.instances.remove("a"), conflicts.into_iter().map(word).collect())
}

#[track_caller]
fn clean(sides: [Option<Entry>; 3], expected: Option<Entry>) {
    let [base, ours, theirs] = sides;
    assert_eq!(merged(base.clone(), ours.clone(), theirs.clone()), (expected.clone(), vec![]));
    assert_eq!(merged(base, theirs, ours), (expected, vec![]), "with the sides changed over");
}

#[test]
fn changed_side_wins() {
    let (old, new) = (Some(unknown("1")), Some(created("1", "a")));
    clean([None, new.clone(), None], new.clone());
    clean([old.clone(), new.clone(), old.clone()], new.clone());
    clean([old.clone(), None, old.clone()], None);
    clean([old, new.clone(), new.clone()], new.clone());
    clean([new.clone(), Some(deleting("1", "a")), new], Some(deleting("1", "a")));
}

#[test]
fn more_certain_side_wins() {
    clean([None, Some(unknown("1")), Some(created("1", "a"))], Some(created("1", "a")));
    clean([None, Some(created("1", "a")), Some(deleting("1", "a"))], Some(deleting("1", "a")));
    // One side confirmed the deletion that the other started.
    clean([Some(created("1", "a")), None, Some(deleting("1", "a"))], None);
    // One side replaced the instance for which the other recorded new information.
    let noted = with(created("1", "a"), &["c"]);
    let sides = [Some(created("1", "a")), Some(created("2", "b")), Some(noted)];
    clean(sides, Some(with(created("2", "b"), &["c"])));
    // One side deleted one candidate, and the other found another.
    let sides = [
        Some(with(created("1", "a"), &["c"])),
        Some(created("1", "a")),
        Some(with(created("1", "a"), &["c", "d"])),
    ];
    clean(sides, Some(with(created("1", "a"), &["d"])));
}

#[test]
fn two_creates_for_one_name_keep_both_ids() {
    let (a, b) = (created("1", "a"), created("2", "b"));
    let both = merged(None, Some(a.clone()), Some(b.clone()));
    assert_eq!(both, (Some(with(a.clone(), &["b"])), vec!["a/b".to_owned()]));
    // Both sides replaced the instance.
    let both = merged(Some(created("0", "o")), Some(a.clone()), Some(b.clone()));
    assert_eq!(both, (Some(with(a.clone(), &["b"])), vec!["a/b".to_owned()]));
    // An unknown outcome is kept, whichever side has it.
    let lost = unknown("2");
    let expected = (Some(with(lost.clone(), &["a"])), vec!["?/a".to_owned()]);
    assert_eq!(merged(None, Some(a.clone()), Some(lost.clone())), expected);
    assert_eq!(merged(None, Some(lost), Some(a.clone())), expected);
    // An entry being deleted would remove its candidates too.
    let expected = (Some(with(b.clone(), &["a"])), vec!["b/a".to_owned()]);
    assert_eq!(merged(None, Some(deleting("1", "a")), Some(b)), expected);
    let two = merged(None, Some(unknown("1")), Some(unknown("2")));
    assert_eq!(two, (Some(unknown("1")), vec!["?/?".to_owned()]));
}

#[test]
fn entry_deleted_on_one_side_and_changed_on_other_stays() {
    let kept = |entry: Entry| (Some(entry), vec!["kept".to_owned()]);
    for (base, changed) in [
        (unknown("1"), created("1", "a")),
        (unknown("1"), with(unknown("1"), &["c"])),
        (created("1", "a"), created("2", "b")),
        (created("1", "a"), with(created("1", "a"), &["c"])),
    ] {
        let (base, changed) = (Some(base), changed);
        assert_eq!(merged(base.clone(), None, Some(changed.clone())), kept(changed.clone()));
        assert_eq!(merged(base, Some(changed.clone()), None), kept(changed));
    }
}

#[test]
fn unknown_keys_of_newer_versions_are_merged_individually() {
    let side = |value: serde_json::Value| {
        let serde_json::Value::Object(extra) = value else { panic!() };
        Lockfile { extra, ..Lockfile::default() }
    };
    let base = side(json!({"x": 1, "y": 1, "gone": 1}));
    let ours = side(json!({"x": 2, "y": 1, "mine": 1, "both": 1, "gone": 1}));
    let theirs = side(json!({"x": 1, "y": 2, "yours": 1, "both": 2}));
    let MergeResult { lock, conflicts } = merge_locks(&base, &ours, &theirs);
    let expected = json!({"x": 2, "y": 2, "mine": 1, "both": 1, "yours": 1});
    assert_eq!(serde_json::Value::Object(lock.extra), expected);
    assert_eq!(conflicts, [MergeConflict::UnknownKey { name: None, key: "both".into() }]);
    let keyed = |key: &str| {
        let extra = Map::from_iter([(key.to_owned(), json!(1))]);
        Some(Entry { extra, ..created("1", "a") })
    };
    let (entry, conflicts) = merged(Some(created("1", "a")), keyed("k"), keyed("l"));
    let keys: Vec<_> = entry.unwrap().extra.keys().cloned().collect();
    assert!(keys == ["k", "l"] && conflicts.is_empty(), "{keys:?} {conflicts:?}");
}

/// Generates entries of a few attempts and IDs: attempt N was answered, if at all, with one of the
/// IDs.
fn any_entry() -> impl Strategy<Value = Option<Entry>> {
    let candidates = proptest::collection::btree_set("[x-z]", 0..3);
    let entry = (0..4_u8, 1..4_u8, "[a-c]", candidates).prop_map(|(state, attempt, id, others)| {
        let attempt = attempt.to_string();
        let entry = match state {
            0 => return None,
            1 => unknown(&attempt),
            2 => created(&attempt, &id),
            _ => deleting(&attempt, &id),
        };
        let others: Vec<&str> = others.iter().map(String::as_str).collect();
        Some(with(entry, &others))
    });
    entry.boxed()
}

fn ids(entry: Option<&Entry>) -> Vec<String> {
    let ids = entry.into_iter().flat_map(|entry| entry.candidates.iter().chain(&entry.task_id));
    ids.map(ToString::to_string).collect()
}

proptest! {
    /// An ID that one side has and the base does not is in the merge, or the other side is known to
    /// have deleted it; an unknown outcome that no side resolved is never dropped silently.
    #[test]
    fn no_id_is_dropped_silently(base in any_entry(), ours in any_entry(), theirs in any_entry()) {
        let (entry, conflicts) = merged(base.clone(), ours.clone(), theirs.clone());
        let kept = ids(entry.as_ref());
        let old = ids(base.as_ref());
        for side in [&ours, &theirs] {
            for id in ids(side.as_ref()) {
                prop_assert!(old.contains(&id) || kept.contains(&id), "{id} of {side:?}: {entry:?}");
            }
            let open = side.as_ref().is_some_and(|entry| entry.state == EntryState::Unknown);
            let open = open && base.as_ref().map(|base| &base.submitted_at)
                != side.as_ref().map(|side| &side.submitted_at);
            let kept = |entry: &Entry| entry.submitted_at == side.as_ref().unwrap().submitted_at;
            if open && !entry.as_ref().is_some_and(kept) {
                prop_assert!(!conflicts.is_empty(), "{side:?} became {entry:?}");
            }
        }
        // The merged entry is valid.
        if let Some(entry) = &entry {
            prop_assert!(entry.task_id.is_none() == (entry.state == EntryState::Unknown));
            prop_assert!(entry.task_id.iter().all(|id| !entry.candidates.contains(id)));
        }
    }
}
