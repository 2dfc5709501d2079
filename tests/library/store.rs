//! A lock with its journal: complete runs, killed runs, other programs, full disks.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{fs, thread};

use instancectl::language::Language;
use instancectl::lockfile::{
    Descriptors, EntryChange, EntryState, JournalHandle, LockError, LockHolder, LockStore,
    Lockfile, OpenOptions, PendingCreate, Record, RecoveredView, RequestBody, read_with_journal,
};
use serde_json::json;
use tempfile::TempDir;

use crate::small_disk::SmallDisk;

/// A directory with a lock that does not exist yet, and a state directory.
struct Place {
    folder: TempDir,
    lock: PathBuf,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let lock = folder.path().join("a.lock");
        Self { folder, lock }
    }

    fn open(&self) -> Result<LockStore, LockError> {
        let state = Some(self.folder.path().join("state"));
        LockStore::open(
            &self.lock,
            OpenOptions { manifest: Some("a.yaml".into()), state, no_guard: false },
        )
    }

    fn begin(&self, names: &[&str]) -> JournalHandle {
        let plan = names.iter().map(|name| planned(name)).collect();
        JournalHandle::start(self.open().unwrap(), plan, Descriptors::for_journals(1)).unwrap()
    }

    fn read(&self) -> Lockfile {
        Lockfile::from_text(&self.lock, &fs::read_to_string(&self.lock).unwrap()).unwrap()
    }

    fn sibling(&self, end: &str) -> PathBuf {
        self.folder.path().join(format!("a.lock{end}"))
    }

    fn effective(&self) -> RecoveredView {
        read_with_journal(&self.lock, Some(&self.folder.path().join("state"))).unwrap()
    }

    /// Ends a run as a kill does: the journal as it is, the lock as last merged.
    fn kill(writer: JournalHandle, lock: &Path) {
        drop(writer);
        // The thread releases the process lock once no handle to it is left.
        while lock.with_file_name("a.lock.lk").exists() {
            std::thread::yield_now();
        }
    }
}

fn planned(name: &str) -> PendingCreate {
    PendingCreate {
        name: name.into(),
        region: Some("11250".into()),
        endpoint: "https://ai.example.cn".into(),
        body: RequestBody::from_value(&json!({"instanceServiceName": name, "cpuNumber": 1})),
        known_ids: None,
        list_watermark: None,
    }
}

fn intent(name: &str) -> Record {
    Record::Intent { name: name.into(), attempt: 1, at: "2026-11-23T06:11:41Z".into() }
}

fn created(name: &str, id: &str) -> Record {
    Record::Created { name: name.into(), id: id.parse().unwrap(), how: None }
}

fn uncertain(name: &str) -> Record {
    Record::Uncertain { name: name.into(), code: None, why: "the connection was reset".into() }
}

fn refused(name: &str) -> Record {
    Record::Refused { name: name.into(), code: Some("10004".into()) }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

async fn append(writer: &JournalHandle, records: impl IntoIterator<Item = Record>) {
    for record in records {
        writer.appender().append(record).await.unwrap();
    }
}

fn states(lock: &Lockfile) -> Vec<(&str, EntryState, Option<&str>)> {
    let entries = lock.instances.iter();
    entries
        .map(|(name, entry)| {
            (name.as_str(), entry.state, entry.task_id.as_ref().map(AsRef::as_ref))
        })
        .collect()
}

#[test]
fn finished_run_leaves_only_its_lock() {
    let location = Place::new();
    run(async {
        let writer = location.begin(&["a", "b", "c", "d", "e"]);
        assert_eq!(
            fs::metadata(location.sibling(".journal")).unwrap().permissions().mode() & 0o777,
            0o600
        );
        append(&writer, ["a", "b", "c"].map(intent)).await;
        append(&writer, [created("a", "id-a"), uncertain("b"), refused("c")]).await;
        append(&writer, [intent("d"), Record::NotSent { name: "d".into() }]).await;
        assert!(writer.finish().await.unwrap().is_empty());
    });
    let lock = location.read();
    assert_eq!(lock.manifest.as_deref(), Some("a.yaml"));
    assert_eq!(
        states(&lock),
        [("a", EntryState::Created, Some("id-a")), ("b", EntryState::Unknown, None)]
    );
    let entry = &lock.instances["a"];
    assert_eq!(entry.region.as_ref().unwrap().as_str(), "11250");
    assert_eq!(entry.submitted_at.as_deref(), Some("2026-11-23T06:11:41Z"));
    assert_eq!(entry.request, planned("a").body);
    assert_eq!(lock.instances["b"].why.as_deref(), Some("the connection was reset"));
    let left: Vec<_> =
        fs::read_dir(location.folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["a.lock"]);
}

#[test]
fn next_run_recovers_the_journal_of_a_killed_one() {
    let location = Place::new();
    run(async {
        let writer = location.begin(&["a", "b", "c", "d"]);
        append(&writer, ["a", "b", "c"].map(intent)).await;
        append(&writer, [created("a", "id-a"), refused("c")]).await;
        Place::kill(writer, &location.lock);
    });
    let expected = [("a", EntryState::Created, Some("id-a")), ("b", EntryState::Unknown, None)];
    // Reading it writes nothing.
    let observed = location.effective();
    assert!(observed.pending && !location.lock.exists() && !location.sibling(".lk").exists());
    assert_eq!(states(&observed.lock), expected);
    let store = location.open().unwrap();
    assert_eq!(states(store.lock()), expected);
    assert_eq!(location.read(), *store.lock());
    assert!(!location.sibling(".journal").exists());
}

#[test]
fn lock_reverted_after_a_merge_loses_nothing() {
    let location = Place::new();
    run(async {
        let writer = location.begin(&["a", "b", "c"]);
        append(&writer, [intent("a"), intent("b"), created("a", "id-a")]).await;
        writer.merge().await.unwrap();
        assert_eq!(
            states(&location.read()),
            [("a", EntryState::Created, Some("id-a")), ("b", EntryState::Unknown, None)]
        );
        append(&writer, [created("b", "id-b"), intent("c")]).await;
        Place::kill(writer, &location.lock);
    });
    // The lock is reverted to its content before the run.
    fs::write(&location.lock, Lockfile::default().to_text()).unwrap();
    assert_eq!(
        states(location.open().unwrap().lock()),
        [
            ("a", EntryState::Created, Some("id-a")),
            ("b", EntryState::Created, Some("id-b")),
            ("c", EntryState::Unknown, None)
        ]
    );
}

#[test]
fn lock_reverted_during_a_run_regains_created_entries() {
    let location = Place::new();
    run(async {
        let writer = location.begin(&["a", "b", "c"]);
        append(&writer, [intent("a"), created("a", "id-a"), intent("b"), created("b", "id-b")])
            .await;
        writer.merge().await.unwrap();
        // The lock of another clone: no `a`, and a different `b`.
        let other = Place::new();
        let theirs = other.begin(&["b"]);
        append(&theirs, [intent("b"), created("b", "id-x")]).await;
        theirs.finish().await.unwrap();
        fs::copy(&other.lock, &location.lock).unwrap();
        let clashes = writer.finish().await.unwrap();
        assert_eq!(clashes.len(), 1);
    });
    let lock = location.read();
    let found =
        [("a", EntryState::Created, Some("id-a")), ("b", EntryState::Created, Some("id-x"))];
    assert_eq!(states(&lock), found);
    assert_eq!(lock.instances["b"].candidates[0].as_str(), "id-b");
}

#[test]
fn journal_of_a_finished_run_restores_nothing() {
    let location = Place::new();
    let journal = location.sibling(".journal");
    run(async {
        let writer = location.begin(&["a"]);
        append(&writer, [intent("a"), created("a", "id-a")]).await;
        // A second hard link: the run removes its own.
        fs::hard_link(&journal, location.sibling(".kept")).unwrap();
        writer.finish().await.unwrap();
    });
    fs::rename(location.sibling(".kept"), &journal).unwrap();
    // Another clone destroyed `a` and committed that; the pull comes before the next run.
    fs::write(&location.lock, Lockfile::default().to_text()).unwrap();
    assert_eq!(states(location.open().unwrap().lock()), []);
}

#[test]
fn refused_create_leaves_the_lock_after_a_merge() {
    let location = Place::new();
    run(async {
        let writer = location.begin(&["a"]);
        append(&writer, [intent("a")]).await;
        writer.merge().await.unwrap();
        assert_eq!(states(&location.read()), [("a", EntryState::Unknown, None)]);
        append(&writer, [refused("a")]).await;
        writer.finish().await.unwrap();
    });
    assert_eq!(states(&location.read()), []);
}

#[test]
fn concurrent_changes_are_kept_and_two_ids_are_reported() {
    let location = Place::new();
    run(async {
        let writer = location.begin(&["a", "b"]);
        append(&writer, [intent("a"), intent("b"), created("a", "id-a"), created("b", "id-b")])
            .await;
        // A pull brings another clone's `a` and `z`.
        let other = Place::new();
        let theirs = other.begin(&["a", "z"]);
        append(&theirs, [intent("a"), intent("z"), created("a", "id-x"), created("z", "id-z")])
            .await;
        theirs.finish().await.unwrap();
        fs::copy(&other.lock, &location.lock).unwrap();
        let clashes = writer.finish().await.unwrap();
        assert_eq!(clashes.len(), 1);
        assert_eq!(clashes[0].kept.as_ref().unwrap().as_str(), "id-x");
        assert_eq!(clashes[0].candidate.as_ref().unwrap().as_str(), "id-a");
    });
    let lock = location.read();
    assert_eq!(
        states(&lock),
        [
            ("a", EntryState::Created, Some("id-x")),
            ("b", EntryState::Created, Some("id-b")),
            ("z", EntryState::Created, Some("id-z"))
        ]
    );
    assert_eq!(lock.instances["a"].candidates[0].as_str(), "id-a");
}

#[test]
fn unreadable_lock_is_not_overwritten_and_journal_stays() {
    let location = Place::new();
    run(async {
        let writer = location.begin(&["a"]);
        append(&writer, [intent("a"), created("a", "id-a")]).await;
        fs::write(&location.lock, "<<<<<<< HEAD\n").unwrap();
        let error = writer.finish().await.unwrap_err();
        let LockError::NotFolded { source, .. } = &error else { panic!("{error:?}") };
        assert!(matches!(**source, LockError::Conflict { line: 1, .. }), "{error:?}");
    });
    assert_eq!(fs::read_to_string(&location.lock).unwrap(), "<<<<<<< HEAD\n");
    assert!(matches!(location.open(), Err(LockError::Conflict { .. })));
    fs::remove_file(&location.lock).unwrap();
    assert_eq!(states(location.open().unwrap().lock()), [("a", EntryState::Created, Some("id-a"))]);
}

#[test]
fn damaged_journal_is_kept_and_its_ids_are_named() {
    let location = Place::new();
    run(async {
        let writer = location.begin(&["a", "b"]);
        append(&writer, [intent("a"), created("a", "id-a"), intent("b"), created("b", "id-b")])
            .await;
        Place::kill(writer, &location.lock);
    });
    let journal = location.sibling(".journal");
    let mut bytes = fs::read(&journal).unwrap();
    let at = bytes.windows(9).position(|w| w == b"\"created\"").unwrap();
    bytes[at] = b'?';
    fs::write(&journal, &bytes).unwrap();
    let error = location.open().unwrap_err();
    let text = Language::English.lock_error(&error).text;
    assert!(text.contains("id=id-a") && text.contains("name=\"b\" id=id-b"), "{text}");
    assert_eq!(fs::read(&journal).unwrap(), bytes);
    assert!(!location.lock.exists() && !location.sibling(".lk").exists());
}

#[test]
fn no_change_writes_no_file() {
    let location = Place::new();
    drop(location.open().unwrap());
    assert!(!location.lock.exists());
    // Not in canonical form, but with the same content.
    let text = "{version: 1, instances: {}}\n";
    fs::write(&location.lock, text).unwrap();
    drop(location.open().unwrap());
    run(async { location.begin(&["a"]).finish().await.unwrap() });
    assert_eq!(fs::read_to_string(&location.lock).unwrap(), text);
}

#[test]
fn replaced_lock_keeps_its_permissions() {
    let location = Place::new();
    let create = |name: &'static str| {
        run(async {
            let writer = location.begin(&[name]);
            append(&writer, [intent(name), created(name, name)]).await;
            writer.finish().await.unwrap();
        });
    };
    create("a");
    fs::set_permissions(&location.lock, fs::Permissions::from_mode(0o640)).unwrap();
    create("b");
    assert_eq!(fs::metadata(&location.lock).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(location.read().instances.len(), 2);
}

#[test]
fn emergency_record_is_recovered_once_and_then_removed() {
    let location = Place::new();
    run(async {
        let writer = location.begin(&["a", "b"]);
        append(&writer, [intent("a")]).await;
        writer.rescue(planned("a"), &[intent("a"), created("a", "id-a")]).unwrap();
        writer.rescue(planned("b"), &[intent("b"), created("b", "id-b")]).unwrap();
        Place::kill(writer, &location.lock);
    });
    let expected =
        [("a", EntryState::Created, Some("id-a")), ("b", EntryState::Created, Some("id-b"))];
    assert_eq!(states(&location.effective().lock), expected);
    assert_eq!(states(location.open().unwrap().lock()), expected);
    let rescue = location.folder.path().join("state/rescue");
    assert_eq!(fs::read_dir(rescue).unwrap().count(), 0);
}

#[test]
fn second_process_is_refused_unless_no_guard_is_set() {
    let location = Place::new();
    let first = location.open().unwrap();
    let Err(LockError::Held { holder, .. }) = location.open() else { panic!() };
    let LockHolder::Sidecar { text } = holder else { panic!("{holder:?}") };
    assert!(text.contains(&std::process::id().to_string()), "{text}");
    LockStore::open(&location.lock, OpenOptions { no_guard: true, ..OpenOptions::default() })
        .unwrap();
    drop(first);
    assert!(!location.sibling(".lk").exists());
    location.open().unwrap();
}

#[test]
fn process_lock_is_mutually_exclusive() {
    let location = Place::new();
    let (inside, taken) = (AtomicU32::new(0), AtomicU32::new(0));
    thread::scope(|threads| {
        for _ in 0..8 {
            threads.spawn(|| {
                for _ in 0..500 {
                    if let Ok(_store) = location.open() {
                        assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                        taken.fetch_add(1, Ordering::SeqCst);
                        inside.fetch_sub(1, Ordering::SeqCst);
                    }
                }
            });
        }
    });
    assert!(taken.into_inner() > 0);
}

#[test]
fn manual_change_is_merged_like_any_other() {
    let location = Place::new();
    run(async {
        let writer = location.begin(&["a"]);
        append(&writer, [intent("a"), uncertain("a")]).await;
        writer.finish().await.unwrap();
    });
    let mut store = location.open().unwrap();
    let base = store.lock().instances.get("a").cloned();
    store.save(&[EntryChange { name: "a".into(), base, ours: None }]).unwrap();
    assert!(store.lock().instances.is_empty());
    assert_eq!(location.read(), *store.lock());
}

#[test]
fn full_disk_fails_at_an_intent_and_never_at_an_outcome() {
    let Some(disk) = SmallDisk::mount(96) else { return };
    let lock = disk.path().join("a.lock");
    let names: Vec<_> = (0..60).map(|n| format!("n{n}")).collect();
    run(async {
        let store = LockStore::open(&lock, OpenOptions::default()).unwrap();
        let writer = JournalHandle::start(
            store,
            names.iter().map(|name| planned(name)).collect(),
            Descriptors::for_journals(1),
        )
        .unwrap();
        let mut sent = Vec::new();
        for name in &names {
            match writer.appender().append(intent(name)).await {
                Ok(()) => sent.push(name),
                Err(error) => assert!(matches!(error, LockError::Full { .. }), "{error:?}"),
            }
        }
        assert!(!sent.is_empty() && sent.len() < names.len(), "{}", sent.len());
        disk.fill();
        for name in &sent {
            writer.appender().append(created(name, name)).await.unwrap();
        }
        // There is no room for the lock either: the journal keeps everything.
        assert!(writer.finish().await.is_err());
        let observed = read_with_journal(&lock, None).unwrap();
        assert_eq!(observed.lock.instances.len(), sent.len());
        assert!(observed.lock.instances.values().all(|entry| entry.state == EntryState::Created));
    });
}

#[test]
fn outcome_missing_from_the_journal_reaches_the_lock() {
    let Some(disk) = SmallDisk::mount(512) else { return };
    let lock = disk.path().join("a.lock");
    run(async {
        let store = LockStore::open(&lock, OpenOptions::default()).unwrap();
        let writer = JournalHandle::start(
            store,
            vec![planned("a"), planned("b")],
            Descriptors::for_journals(1),
        )
        .unwrap();
        append(&writer, [intent("a")]).await;
        // The reserved space is removed: writing the outcome fails.
        let journal = fs::File::options().write(true).open(disk.path().join("a.lock.journal"));
        journal.unwrap().set_len(0).unwrap();
        let filler = disk.fill();
        let appender = writer.appender();
        let first = appender.append(created("a", "id-a")).await.unwrap_err();
        assert!(matches!(first, LockError::Io { .. }), "{first:?}");
        // After that no more records are accepted, even if there is room again.
        fs::remove_file(filler).unwrap();
        let then = appender.append(intent("b")).await.unwrap_err();
        assert!(matches!(then, LockError::Poisoned { .. }), "{then:?}");
        writer.finish().await.unwrap();
    });
    let lock = Lockfile::from_text(&lock, &fs::read_to_string(&lock).unwrap()).unwrap();
    assert_eq!(states(&lock), [("a", EntryState::Created, Some("id-a"))]);
}

#[test]
fn directory_without_room_for_the_lock_is_refused_first() {
    let location = Place::new();
    fs::create_dir(location.folder.path().join(".a.lock.next")).unwrap();
    let store = location.open().unwrap();
    let error =
        JournalHandle::start(store, vec![planned("a")], Descriptors::for_journals(1)).unwrap_err();
    assert!(matches!(error, LockError::Io { .. }), "{error:?}");
    assert!(!location.sibling(".journal").exists());
}
