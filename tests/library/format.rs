//! The text of a lock.

use std::path::Path;

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use instancectl::ids::TaskId;
use instancectl::language::Language;
use instancectl::lockfile::{
    Entry, EntryState, IdSource, LockError, Lockfile, NewerVersion, RequestBody,
};

const GOLDEN: &str = include_str!("../fixtures/lock/v1/instances.lock");

fn read(text: &str) -> Result<Lockfile, LockError> {
    Lockfile::from_text(Path::new("instances.lock"), text)
}

/// Returns the fixture without content that no version 1 program wrote itself.
fn known_only() -> Lockfile {
    let mut lock = read(GOLDEN).unwrap();
    lock.extra.clear();
    lock.instances.values_mut().for_each(|entry| entry.extra.clear());
    lock
}

#[test]
fn golden_lock_of_version_1_round_trips_byte_for_byte() {
    let lock = read(GOLDEN).unwrap();
    assert_eq!(lock.to_text(), GOLDEN);
    assert_eq!(lock.manifest.as_deref(), Some("instances.yaml"));
    assert_eq!(lock.extra, *json!({"future": "yes-it-is-kept"}).as_object().unwrap());
    let (a, b, c) =
        (&lock.instances["train-a"], &lock.instances["train-b"], &lock.instances["训练-1"]);
    assert_eq!(a.task_id.as_ref().unwrap().as_str(), "530491fa7c8e47348f01de73e627a6a7");
    assert_eq!(a.region.as_ref().unwrap().as_str(), "11250");
    assert_eq!(a.submitted_at.as_deref(), Some("2026-11-23T06:11:41Z"));
    assert_eq!(a.request.fields()["ramSize"], json!(27648));
    assert_eq!(
        (b.state, &b.task_id, b.known_ids.as_ref().map(Vec::len)),
        (EntryState::Unknown, &None, Some(1))
    );
    assert_eq!(
        (c.state, c.how, c.candidates.len()),
        (EntryState::Deleting, Some(IdSource::Listed), 2)
    );
    assert_eq!(c.extra["x-more"], json!({"a": [1, true, null]}));
}

#[test]
fn equivalent_noncanonical_yaml_reads_the_same() {
    let text = "version: 1\r\ninstances:\r\n  a:\r\n    request:\r\n      instanceServiceName: a\r\n      \
                mountInfoList: []\r\n    endpoint: 'sandbox'\r\n    taskId: \"1\"\r\n    state: created\r\n";
    let lock = read(text).unwrap();
    assert_eq!(
        lock.to_text(),
        "# Written by instancectl. Commit it; do not edit it.\nversion: 1\ninstances:\n\n  a:\n    \
         state: created\n    taskId: \"1\"\n    endpoint: sandbox\n    \
         request: {\"instanceServiceName\": \"a\", \"mountInfoList\": []}\n"
    );
    assert_eq!(read("version: 1\ninstances: {}\n").unwrap(), Lockfile::default());
}

#[test]
fn truncated_lock_is_refused_or_ends_between_entries() {
    let complete = known_only();
    let text = complete.to_text();
    for cut in (0..text.len()).filter(|&cut| text.is_char_boundary(cut)) {
        if let Ok(lock) = read(&text[..cut]) {
            assert!(!lock.instances.is_empty(), "cut at {cut}");
            assert!(lock.instances.iter().all(|(name, entry)| complete.instances[name] == *entry));
            assert!(text[..cut].trim_end().ends_with('}'), "cut at {cut}");
        }
    }
    assert!(matches!(read(""), Err(LockError::Truncated { .. })));
    assert!(matches!(read("# a comment\n"), Err(LockError::Damaged { .. })));
    assert!(matches!(read("version: 1\ninstances:\n"), Err(LockError::Truncated { .. })));
}

#[test]
fn conflict_marker_is_reported_with_its_line() {
    let text = GOLDEN.replacen("\n  train-b:", "\n<<<<<<< HEAD\n  train-b:", 1);
    let Err(LockError::Conflict { line, .. }) = read(&text) else { panic!() };
    assert_eq!(text.lines().nth(line - 1), Some("<<<<<<< HEAD"));
}

#[test]
fn invalid_lock_is_refused_with_its_location() {
    let entry = "    state: created\n    taskId: x\n    endpoint: e\n    request: {}\n";
    let with = |from: &str, to: &str| {
        assert!(entry.contains(from));
        format!("version: 1\ninstances:\n  a:\n{}", entry.replace(from, to))
    };
    read(&with("taskId: x", "taskId: y")).unwrap();
    let cases = [
        (with("state: created", "state: running"), "`a`: `state`"),
        (with("    state: created\n", ""), "`a`: `state`"),
        (with("    taskId: x\n", ""), "`taskId`"),
        (with("taskId: x", "taskId: a/b"), "a task ID is"),
        (with("taskId: x", "taskId: 12"), "`taskId` is `12`"),
        (with("state: created", "state: unknown"), "`taskId`"),
        (with("    endpoint: e\n", ""), "`endpoint` is missing"),
        (with("    request: {}\n", ""), "`request` is missing"),
        (with("request: {}", "request: []"), "`request`"),
        (with("request: {}", "request: {instanceServiceName: b}"), "is for `b`"),
        (with("request: {}", "candidates: x\n    request: {}"), "`candidates`"),
        (with("request: {}", "how: guessed\n    request: {}"), "`how`"),
        (with("taskId: x", "taskId: x\n    taskId: y"), "duplicate"),
        (with("request: {}", "request: {a: 1, a: 2}"), "duplicate"),
        (format!("{}  a:\n{entry}", with("taskId: x", "taskId: y")), "duplicate"),
        (with("request: {}", "request: {}\n    1: x"), "not text"),
        (with("request: {}", "request: !tag {}"), "tag"),
        ("version: 1\ninstances: []\n".into(), "`instances`"),
        ("version: \"1\"\ninstances: {}\n".into(), "`version: 1`"),
        ("instances: {}\n".into(), "`version: 1`"),
        ("version: 1\ninstances:\n  a: created\n".into(), "`a` is not a mapping"),
        ("version: 1\ninstances: {}\n---\nversion: 1\n".into(), "more than one document"),
        ("- a\n".into(), "not a mapping"),
        ("version: [\n".into(), "line"),
    ];
    for (text, expected) in cases {
        let error = read(&text).expect_err(&text);
        let shown = Language::English.lock_error(&error);
        assert!(shown.text.contains(expected), "{text}\n{error:?}");
        assert!(shown.help.unwrap().contains("git checkout"), "{error:?}");
    }
    let newer = read("version: 2\nthings: {}\n").unwrap_err();
    let version = NewerVersion::Exactly(2);
    assert_eq!(newer, LockError::Newer { path: "instances.lock".into(), version });
}

#[test]
fn name_too_long_for_a_plain_key_round_trips() {
    let mut lock = known_only();
    let entry = lock.instances.values().next().unwrap().clone();
    for name in ["n".repeat(1024), "\u{1}".repeat(900), "字".repeat(5000)] {
        let mut fields = entry.request.fields();
        fields.insert("instanceServiceName".into(), json!(name));
        let entry = Entry { request: RequestBody::from_value(&fields), ..entry.clone() };
        lock.instances.insert(name.into(), entry);
    }
    assert_eq!(read(&lock.to_text()).unwrap(), lock);
}

#[test]
fn manifest_name_cannot_break_the_first_line() {
    for name in ["a\nversion: 7", "a\u{2028}b"] {
        let lock = Lockfile { manifest: Some(name.into()), ..known_only() };
        assert!(lock.to_text().starts_with("# Written by instancectl. Commit"));
    }
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[ -~]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(any::<String>(), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn id() -> impl Strategy<Value = TaskId> {
    prop_oneof!["[a-f0-9]{32}", "[0-9]{1,32}", "[0-9]e[0-9]", "[A-Za-z0-9_-]{1,8}", "yes|null|on"]
        .prop_map(|text| text.parse().unwrap())
}

prop_compose! {
    fn entry()(
        state in prop_oneof![Just(EntryState::Created), Just(EntryState::Unknown), Just(EntryState::Deleting)],
        id in id(),
        how in option::of(prop_oneof![Just(IdSource::Listed), Just(IdSource::Manual)]),
        candidates in vec(id(), 0..3),
        known_ids in proptest::option::of(vec(id(), 0..3)),
        (region, endpoint) in (option::of("[0-9]{5}|[a-z]{2}"), "https://[a-z.]{1,9}:[0-9]{4}|sandbox"),
        (at, list_watermark, why) in (
            option::of("20[0-9]{2}-1[0-2]-1[0-9]T0[0-9]:00:00Z|yes|.{0,9}"),
            option::of(any::<String>()),
            option::of(any::<String>()),
        ),
        request in btree_map("[a-zA-Z]{1,9}", json_value(), 0..5),
        extra in btree_map("x-[ -~]{0,4}", json_value(), 0..3),
    ) -> Entry {
        Entry {
            state,
            task_id: (state != EntryState::Unknown).then_some(id),
            how,
            candidates,
            region: region.map(Into::into),
            endpoint: endpoint.into(),
            submitted_at: at,
            known_ids,
            list_watermark,
            why,
            request: RequestBody::from_value(&Map::from_iter(request)),
            extra: extra.into_iter().collect(),
        }
    }
}

fn lock() -> impl Strategy<Value = Lockfile> {
    (btree_map(any::<String>(), entry(), 0..4), option::of(r"[a-z ]{1,9}\.yaml"), any::<bool>())
        .prop_map(|(instances, manifest, sandbox)| Lockfile {
            manifest,
            sandbox,
            instances: instances.into_iter().map(|(name, entry)| (name.into(), entry)).collect(),
            extra: Map::new(),
        })
}

proptest! {
    #[test]
    fn every_lock_round_trips_identically(lock in lock()) {
        let text = lock.to_text();
        let back = read(&text).unwrap();
        prop_assert_eq!(back.to_text(), text);
        prop_assert_eq!(back, lock);
    }

    /// The program's own form has a faster reader, which a blank line at the end switches off.
    #[test]
    fn canonical_reader_agrees_with_the_yaml_reader(lock in lock()) {
        let text = lock.to_text();
        prop_assert_eq!(read(&text).unwrap(), read(&format!("{text}\n")).unwrap());
    }
}
