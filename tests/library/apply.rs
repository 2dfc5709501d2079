//! Runs against a real server on loopback that answers as each test specifies.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use instancectl::api::auth::credentials::TokenCredentials;
use instancectl::api::client::{self, Client};
use instancectl::apply::{
    AbortReason, ApplyOptions, ApplyReport, ApplyUnit, Event, Outcome, execute,
};
use instancectl::exit_status::ExitClass;
use instancectl::inventory::RegionInventory;
use instancectl::language::Language;
use instancectl::lockfile::{self, EntryState, LockStore, Lockfile, read_with_journal};
use instancectl::plan::{Location, Selection, Target, plan};
use instancectl::request::Request;
use instancectl::text::ManifestArgs;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::watch;

use crate::small_disk::SmallDisk;

/// The platform's reaction to a create call.
#[derive(Clone)]
enum Reply {
    /// Answers with this status and body after this many milliseconds.
    Answer(u64, u16, String),
    /// Creates the instance, with an ID made of `id-` and its name.
    Create(u64),
    /// Reads the request and closes the connection.
    Drop,
    /// Reads the request and never answers.
    Hang,
}

fn code(code: &str) -> Reply {
    Reply::Answer(0, 200, json!({"code": code, "msg": "no", "data": null}).to_string())
}

/// A minimal platform that records the requested names in order.
struct Platform {
    address: String,
    requested: Arc<Mutex<Vec<String>>>,
}

impl Platform {
    fn start(reply: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let requested = Arc::new(Mutex::new(Vec::new()));
        let (observed, reply) = (requested.clone(), Arc::new(reply));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (observed, reply) = (observed.clone(), reply.clone());
                std::thread::spawn(move || serve(&stream.unwrap(), &observed, &*reply));
            }
        });
        Self { address, requested }
    }

    fn asked(&self) -> Vec<String> {
        self.requested.lock().unwrap().clone()
    }
}

fn serve(stream: &TcpStream, observed: &Mutex<Vec<String>>, reply: &dyn Fn(&str) -> Reply) {
    let mut reader = BufReader::new(stream);
    let (mut length, mut line) = (0, String::new());
    while reader.read_line(&mut line).is_ok_and(|n| n > 2) {
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        line.clear();
    }
    let mut body = vec![0; length];
    if reader.read_exact(&mut body).is_err() || body.is_empty() {
        return;
    }
    let body: Value = serde_json::from_slice(&body).unwrap();
    let name = body["instanceServiceName"].as_str().unwrap().to_owned();
    observed.lock().unwrap().push(name.clone());
    let (wait, status, text) = match reply(&name) {
        Reply::Answer(wait, status, text) => (wait, status, text),
        Reply::Create(wait) => {
            (wait, 200, json!({"code": "0", "msg": "ok", "data": format!("id-{name}")}).to_string())
        }
        Reply::Drop => return,
        Reply::Hang => {
            std::thread::sleep(Duration::from_mins(1));
            return;
        }
    };
    std::thread::sleep(Duration::from_millis(wait));
    // The client may already have disconnected.
    let _ = write!(
        &mut &*stream,
        "HTTP/1.1 {status} x\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{text}",
        text.len()
    );
}

/// A lock in a separate directory, and the events emitted while it is written.
struct Scene {
    folder: TempDir,
    lock: PathBuf,
    options: ApplyOptions,
    interrupts: watch::Sender<u8>,
    received: Vec<String>,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            lock: folder.path().join("a.lock"),
            folder,
            options: ApplyOptions::new(|message| Language::English.error_message(message)),
            interrupts: watch::channel(0).0,
            received: Vec::new(),
        }
    }

    fn open(&self) -> LockStore {
        let state = Some(self.folder.path().join("state"));
        LockStore::open(&self.lock, lockfile::OpenOptions { state, ..Default::default() }).unwrap()
    }

    fn apply(&mut self, address: &str, names: &[&str]) -> ApplyReport {
        let options = client::ClientOptions {
            backoff: Duration::from_millis(1),
            request_timeout: Duration::from_secs(5),
            ..client::ClientOptions::default()
        };
        let client =
            Client::new(TokenCredentials::new(address, "t", false).unwrap(), options).unwrap();
        let requests: Vec<_> = names.iter().map(|name| request(name)).collect();
        let target =
            Target::Single(Location { region: None, endpoint: Some(client.endpoint().clone()) });
        let store = self.open();
        let plan = plan(&requests, store.lock(), &target, &Selection::All);
        let (received, interrupts) = (&mut self.received, self.interrupts.subscribe());
        let lock = self.lock.clone();
        let mut observe = |event: Event<'_>| {
            if let Event::Settled(instance) = &event
                && instance.outcome == Some(Outcome::Created)
            {
                // Reported outcomes are durable: a reader of lock and journal finds them now.
                let observed = read_with_journal(&lock, None).ok();
                let entry = observed
                    .as_ref()
                    .and_then(|observed| observed.lock.instances.get(&instance.name));
                let durable = entry.is_some_and(|entry| entry.task_id == instance.task_id);
                let word = if durable { "durable" } else { "NOT DURABLE" };
                received.push(format!("{word} {}", instance.name));
            }
            match event {
                Event::Recovery { name, id, .. } => received.push(format!("RECOVERY {name} {id}")),
                Event::EmergencyWriteFailed { name, .. } => {
                    received.push(format!("rescue failed {name}"));
                }
                Event::Clash { clash, .. } => received.push(format!("clash {}", clash.name)),
                _ => {}
            }
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(execute(
            vec![ApplyUnit { manifest: ManifestArgs::new("a.yaml"), store, plan }],
            &[RegionInventory { client, displayed: None }],
            self.options,
            interrupts,
            &mut observe,
        ))
    }

    fn lock(&self) -> Vec<(String, EntryState)> {
        let Ok(text) = fs::read_to_string(&self.lock) else { return Vec::new() };
        let lock = Lockfile::from_text(&self.lock, &text).unwrap();
        lock.instances.iter().map(|(name, entry)| (name.to_string(), entry.state)).collect()
    }
}

fn request(name: &str) -> Request {
    let body = json!({
        "instanceServiceName": name, "taskType": "ssh", "acceleratorType": "gpu", "version": "v",
        "imagePath": "p:v", "timeoutLimit": "01:00:00", "taskNumber": 1, "resourceGroup": "g",
        "useStartScript": false, "startScriptActionScope": "all", "cpuNumber": 1, "ramSize": 1024,
        "gpuNumber": 1
    });
    Request {
        name: name.into(),
        region: None,
        task: Arc::new(serde_json::from_value(body).unwrap()),
    }
}

fn outcomes(report: &ApplyReport) -> Vec<Option<Outcome>> {
    report.instances.iter().map(|instance| instance.outcome).collect()
}

fn classes(report: &ApplyReport) -> Vec<ExitClass> {
    report.classes.iter().collect()
}

const CREATED: Option<Outcome> = Some(Outcome::Created);
const SKIPPED: Option<Outcome> = Some(Outcome::Skipped);

#[test]
fn second_apply_sends_nothing() {
    let platform = Platform::start(|_| Reply::Create(0));
    let mut scene = Scene::new();
    let report = scene.apply(&platform.address, &["b", "a", "c"]);
    assert_eq!(outcomes(&report), [CREATED; 3]);
    assert_eq!(report.classes.code(), 0);
    assert_eq!(scene.received.len(), 3);
    assert!(scene.received.iter().all(|line| line.starts_with("durable")), "{:?}", scene.received);
    assert_eq!(scene.lock().len(), 3);
    let first = fs::read(&scene.lock).unwrap();
    let report = scene.apply(&platform.address, &["b", "a", "c"]);
    assert_eq!(outcomes(&report), [None; 3]);
    assert_eq!(report.instances[0].task_id.as_ref().unwrap().as_str(), "id-b");
    assert_eq!(platform.asked().len(), 3);
    assert_eq!(fs::read(&scene.lock).unwrap(), first);
}

#[test]
fn refused_instance_does_not_stop_the_others() {
    let platform = Platform::start(|name| match name {
        "b" => code("10004"),
        _ => Reply::Create(0),
    });
    let mut scene = Scene::new();
    let report = scene.apply(&platform.address, &["a", "b", "c"]);
    assert_eq!(outcomes(&report), [CREATED, Some(Outcome::Refused), CREATED]);
    assert_eq!(report.instances[1].code.as_deref(), Some("10004"));
    assert_eq!(classes(&report), [ExitClass::Refused]);
    assert_eq!(scene.lock().len(), 2);
}

#[test]
fn requests_are_sequential_until_the_first_create() {
    let platform = Platform::start(|name| match name {
        "a" | "b" => code("10004"),
        "c" => Reply::Create(50),
        _ => Reply::Create(0),
    });
    let mut scene = Scene::new();
    let report = scene.apply(&platform.address, &["a", "b", "c", "d", "e"]);
    assert_eq!(platform.asked()[..3], ["a", "b", "c"]);
    assert_eq!(classes(&report), [ExitClass::Refused]);
}

#[test]
fn only_one_request_is_sent_if_none_can_succeed() {
    let html = Reply::Answer(0, 404, "<html>".into());
    let cases = [
        (code("10009"), ExitClass::Denied, 1),
        (code("10007"), ExitClass::Denied, 1),
        (html, ExitClass::Refused, 1),
    ];
    for (reply, class, spent) in cases {
        let platform = Platform::start(move |_| reply.clone());
        let mut scene = Scene::new();
        let report = scene.apply(&platform.address, &["a", "b", "c"]);
        assert_eq!(outcomes(&report), [Some(Outcome::Refused), SKIPPED, SKIPPED]);
        assert_eq!(platform.asked().len(), spent);
        assert_eq!(classes(&report), [class]);
        assert_eq!(scene.lock(), []);
    }
}

#[test]
fn unreachable_platform_creates_nothing() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut scene = Scene::new();
    let report = scene.apply(&format!("http://127.0.0.1:{port}"), &["a", "b"]);
    assert_eq!(outcomes(&report), [Some(Outcome::NotSent), SKIPPED]);
    assert!(matches!(report.stop, Some(AbortReason::FirstRequestFailed(_))));
    assert_eq!(classes(&report), [ExitClass::Unreachable]);
    assert!(!scene.lock.exists());
}

#[test]
fn access_denied_mid_run_stops_the_run() {
    let platform = Platform::start(|name| match name {
        "a" => Reply::Create(0),
        _ => Reply::Answer(0, 401, String::new()),
    });
    let mut scene = Scene::new();
    scene.options.parallel = 1;
    let report = scene.apply(&platform.address, &["a", "b", "c"]);
    assert_eq!(outcomes(&report), [CREATED, Some(Outcome::Refused), SKIPPED]);
    assert_eq!(classes(&report), [ExitClass::Denied]);
}

#[test]
fn unknown_outcome_is_recorded_and_never_resent() {
    for reply in [Reply::Drop, code("716865"), code("10001"), Reply::Answer(0, 502, "bad".into())] {
        let platform = Platform::start(move |name| match name {
            "b" => reply.clone(),
            _ => Reply::Create(0),
        });
        let mut scene = Scene::new();
        for _ in 0..2 {
            let report = scene.apply(&platform.address, &["a", "b"]);
            assert_eq!(report.instances[1].outcome, Some(Outcome::Unknown));
            assert!(report.instances[1].note.is_some());
            assert_eq!(classes(&report), [ExitClass::Unknown]);
        }
        assert_eq!(platform.asked(), ["a", "b"]);
        let expected =
            [("a".to_owned(), EntryState::Created), ("b".to_owned(), EntryState::Unknown)];
        assert_eq!(scene.lock(), expected);
    }
}

#[test]
fn too_many_unknown_outcomes_stop_new_requests() {
    let platform = Platform::start(|name| match name {
        "a" => Reply::Create(0),
        _ => Reply::Drop,
    });
    let mut scene = Scene::new();
    scene.options = ApplyOptions { parallel: 1, max_unknown: 2, ..scene.options };
    let report = scene.apply(&platform.address, &["a", "b", "c", "d", "e", "f"]);
    assert_eq!(platform.asked(), ["a", "b", "c", "d"]);
    assert_eq!(outcomes(&report)[4..], [SKIPPED; 2]);
    assert_eq!(report.stop, Some(AbortReason::Unknown(3)));
}

#[test]
fn first_signal_lets_in_flight_requests_finish() {
    let mut scene = Scene::new();
    scene.options.parallel = 2;
    let interrupts = scene.interrupts.clone();
    let platform = Platform::start(move |name| match name {
        "a" => Reply::Create(0),
        "b" => Reply::Create(400),
        _ => {
            interrupts.send_modify(|count| *count += 1);
            Reply::Create(400)
        }
    });
    let report = scene.apply(&platform.address, &["a", "b", "c", "d"]);
    assert_eq!(outcomes(&report), [CREATED, CREATED, CREATED, SKIPPED]);
    assert_eq!(classes(&report), [ExitClass::Interrupted]);
    assert_eq!(scene.lock().len(), 3);
}

#[test]
fn second_signal_makes_in_flight_requests_unknown() {
    let mut scene = Scene::new();
    scene.options.parallel = 2;
    let interrupts = scene.interrupts.clone();
    let platform = Platform::start(move |name| match name {
        "a" => Reply::Create(0),
        "b" => Reply::Hang,
        _ => {
            interrupts.send_modify(|count| *count += 1);
            std::thread::sleep(Duration::from_millis(150));
            interrupts.send_modify(|count| *count += 1);
            Reply::Hang
        }
    });
    let report = scene.apply(&platform.address, &["a", "b", "c", "d"]);
    let unknown = Some(Outcome::Unknown);
    assert_eq!(outcomes(&report), [CREATED, unknown, unknown, SKIPPED]);
    assert_eq!(classes(&report), [ExitClass::Unknown, ExitClass::Interrupted]);
    assert_eq!(scene.lock().len(), 3);
    assert!(!scene.lock.with_file_name("a.lock.journal").exists());
}

#[test]
fn signal_before_the_first_request_sends_nothing() {
    let platform = Platform::start(|_| Reply::Create(0));
    let mut scene = Scene::new();
    scene.interrupts.send_replace(1);
    let report = scene.apply(&platform.address, &["a"]);
    assert_eq!(outcomes(&report), [SKIPPED]);
    assert_eq!(classes(&report), [ExitClass::Interrupted]);
    assert!(platform.asked().is_empty());
}

#[test]
fn journal_is_merged_while_requests_are_in_flight() {
    let lock = Arc::new(Mutex::new(PathBuf::new()));
    let observed = lock.clone();
    let platform = Platform::start(move |name| {
        if name != "a" {
            std::thread::sleep(Duration::from_millis(300));
            let path = observed.lock().unwrap().clone();
            let text = fs::read_to_string(&path).unwrap();
            assert!(text.contains("id-a") && text.contains("unknown"), "{text}");
        }
        Reply::Create(0)
    });
    let mut scene = Scene::new();
    (*lock.lock().unwrap()).clone_from(&scene.lock);
    scene.options.fold_every = Duration::from_millis(50);
    let report = scene.apply(&platform.address, &["a", "b"]);
    assert_eq!(outcomes(&report), [CREATED; 2]);
    assert!(!fs::read_to_string(&scene.lock).unwrap().contains("unknown"));
}

#[test]
fn changed_and_other_region_instances_are_skipped() {
    let platform = Platform::start(|_| Reply::Create(0));
    let mut scene = Scene::new();
    scene.apply(&platform.address, &["a", "b", "z"]);
    let text = fs::read_to_string(&scene.lock).unwrap();
    let text =
        text.replace("\"cpuNumber\": 1, \"ramSize\": 1024, \"gpuNumber\": 1", "\"cpuNumber\": 2");
    fs::write(&scene.lock, text).unwrap();
    let report = scene.apply(&platform.address, &["a", "c"]);
    assert_eq!(outcomes(&report), [SKIPPED, CREATED, None, None]);
    assert_eq!(report.instances[0].changes.len(), 3);
    assert_eq!(classes(&report), [ExitClass::Blocked]);
    let other = Platform::start(|_| Reply::Create(0));
    let report = scene.apply(&other.address, &["a"]);
    assert_eq!(outcomes(&report), [SKIPPED, None, None, None]);
    assert_eq!(classes(&report), [ExitClass::Blocked]);
    assert!(other.asked().is_empty());
}

#[test]
fn two_ids_for_one_name_are_kept_and_reported() {
    let lock = Arc::new(Mutex::new(PathBuf::new()));
    let observed = lock.clone();
    let platform = Platform::start(move |_| {
        // A pull brings the same name while the request is in flight.
        let text =
            "version: 1\ninstances:\n  a: {state: created, taskId: x, endpoint: e, request: {}}\n";
        fs::write(&*observed.lock().unwrap(), text).unwrap();
        Reply::Create(0)
    });
    let mut scene = Scene::new();
    (*lock.lock().unwrap()).clone_from(&scene.lock);
    let report = scene.apply(&platform.address, &["a"]);
    assert_eq!(classes(&report), [ExitClass::Unknown]);
    assert_eq!(scene.received.last().unwrap(), "clash a");
    let text = fs::read_to_string(&scene.lock).unwrap();
    assert!(text.contains("taskId: x\n    candidates: [id-a]\n"), "{text}");
}

#[test]
fn unmergeable_lock_keeps_its_journal_for_the_next_run() {
    let lock = Arc::new(Mutex::new(PathBuf::new()));
    let observed = lock.clone();
    let platform = Platform::start(move |_| {
        fs::write(&*observed.lock().unwrap(), "=======\n").unwrap();
        Reply::Create(0)
    });
    let mut scene = Scene::new();
    (*lock.lock().unwrap()).clone_from(&scene.lock);
    let report = scene.apply(&platform.address, &["a"]);
    assert_eq!(outcomes(&report), [CREATED]);
    assert_eq!(classes(&report), [ExitClass::Lock]);
    assert_eq!(report.errors.len(), 1);
    fs::remove_file(&scene.lock).unwrap();
    assert_eq!(scene.open().lock().instances.len(), 1);
}

#[test]
fn unjournaled_id_is_printed_and_recovered() {
    let Some(disk) = SmallDisk::mount(512) else { return };
    let mut scene = Scene::new();
    scene.lock = disk.path().join("a.lock");
    let journal = disk.path().join("a.lock.journal");
    let disk = Arc::new(disk);
    let full = disk.clone();
    let platform = Platform::start(move |_| {
        fs::File::options().write(true).open(&journal).unwrap().set_len(0).unwrap();
        full.fill();
        Reply::Create(0)
    });
    let report = scene.apply(&platform.address, &["a", "b"]);
    assert_eq!(scene.received, ["RECOVERY a id-a", "NOT DURABLE a"]);
    assert_eq!(outcomes(&report), [CREATED, SKIPPED]);
    assert_eq!(classes(&report), [ExitClass::Lock]);
    assert_eq!(scene.lock(), []);
    fs::remove_file(disk.path().join("filler")).unwrap();
    let store = scene.open();
    let entry = &store.lock().instances["a"];
    assert_eq!(entry.task_id.as_ref().unwrap().as_str(), "id-a");
}
