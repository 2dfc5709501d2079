//! Helpers of these tests: manifests, services, and parsed results.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant, SystemTime};
use std::{fs, thread};

use serde_json::Value;

use crate::support::{Cli, Received, Reply, Service};

/// A distinctive token that would be noticed in any output.
pub(crate) const TOKEN: &str = "eyJ0.sealed-secret-of-the-test.c2ln";

/// The path of the create call.
pub(crate) const CREATE: &str = "/ai/openapi/v2/instance-service/task";

/// Message about a platform that only supports the create call.
pub(crate) const CANNOT_LIST: &str = "this platform cannot list instances: a live instance with the same \
 name is not detected, and a lost response stays unknown\n";

/// Lines of a plan that describe each instance of [`manifest`].
pub(crate) const DETAILS: &str = "    ssh, 1 dcu card, 8 CPU, 27GiB, group kshdnormal, stops after \
    01:00:00\n    image.ac.com:5000/dcu/base/pytorch:2.3.0\n";

/// Returns a manifest in list form with these instances, each with one card for an hour.
pub(crate) fn manifest<N: AsRef<str>>(names: impl IntoIterator<Item = N>) -> String {
    let mut text = "\
defaults:
  taskType: ssh
  acceleratorType: dcu
  resourceGroup: kshdnormal
  imagePath: image.ac.com:5000/dcu/base/pytorch:2.3.0
  cpuNumber: 8
  gpuNumber: 1
  ramSize: 27GiB
  timeoutLimit: \"01:00:00\"
instances:
"
    .to_owned();
    for name in names {
        writeln!(text, "  - instanceServiceName: {}", name.as_ref()).unwrap();
    }
    text
}

/// Returns `n000`, `n001`, ...
pub(crate) fn numbered(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("n{number:03}")).collect()
}

/// Creates a project with an `instances.yaml` of these instances.
pub(crate) fn project<N: AsRef<str>>(names: impl IntoIterator<Item = N>) -> Cli {
    Cli::new().file("instances.yaml", manifest(names))
}

/// Returns the answer to a create call: an ID that contains the instance's name.
pub(crate) fn created(request: &Received) -> Reply {
    Reply::success(id_of(&name_in(request)))
}

/// Returns the ID under which [`created`] creates an instance.
pub(crate) fn id_of(name: &str) -> String {
    let plain = |char: char| char.is_ascii_alphanumeric() || char == '-';
    let hex = || name.bytes().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    format!("id-{}", if name.chars().all(plain) { name.to_owned() } else { hex() })
}

/// Returns the name in the body of a create call.
pub(crate) fn name_in(request: &Received) -> String {
    request.json()["instanceServiceName"].as_str().unwrap().to_owned()
}

/// Starts a platform that only supports the create call.
pub(crate) fn creator() -> Service {
    creating(created)
}

/// Starts a platform that only supports the create call, which it answers with `reply`.
pub(crate) fn creating(reply: impl Fn(&Received) -> Reply + Send + Sync + 'static) -> Service {
    Service::each(move |request| if is_create(request) { reply(request) } else { Reply::html(404) })
}

/// Checks whether this is a create call.
pub(crate) fn is_create(request: &Received) -> bool {
    request.method == "POST" && request.path == CREATE
}

/// Checks whether this is a list call in either form, or a call of the online check.
fn only_reads(request: &Received) -> bool {
    let path = request.path.split('?').next().unwrap();
    let path = path.strip_prefix("/ai/openapi/v2/").unwrap_or_default();
    let read = ["task", "task/list", "resource-group", "resources", "allowed-mount-dir"];
    match path.strip_prefix("instance-service/") {
        Some(call) => request.method == "GET" && read.contains(&call),
        None => request.method == "POST" && path == "image/images",
    }
}

/// Returns the create calls that a service received, in order; all other requests only read.
#[track_caller]
pub(crate) fn creates_at(service: &Service) -> Vec<Received> {
    let (creates, others): (Vec<_>, Vec<_>) = service.received().into_iter().partition(is_create);
    assert!(others.iter().all(only_reads), "something else than creates and reads: {others:#?}");
    creates
}

/// Returns the names of the create calls that a service received, in order; all other requests
/// only read.
#[track_caller]
pub(crate) fn sent_to(service: &Service) -> Vec<String> {
    creates_at(service).iter().map(name_in).collect()
}

/// Waits until a service received this number of create calls.
#[track_caller]
pub(crate) fn wait_for_creates(service: &Service, creates: usize) {
    service.wait_for_such(creates, is_create);
}

impl Cli {
    /// Adds credentials for a service.
    pub(crate) fn on(self, service: &Service) -> Self {
        self.env("INSTANCECTL_ENDPOINT", service.url()).env("INSTANCECTL_TOKEN", TOKEN)
    }

    /// Builds `apply --yes -f instances.yaml`.
    pub(crate) fn apply(&self) -> Self {
        self.clone().args(["apply", "--yes", "-f", "instances.yaml"])
    }

    /// Parses a lock; the program parses it the same way.
    #[track_caller]
    pub(crate) fn lock(&self, name: &str) -> Value {
        serde_yaml::from_str(&self.read(name)).unwrap()
    }

    /// Returns the state and ID of each entry of `instances.lock`: `created id-a`, `unknown`.
    #[track_caller]
    pub(crate) fn entries(&self) -> BTreeMap<String, String> {
        entries(&self.lock("instances.lock"))
    }

    /// Returns every file below the folder with its content and modification time.
    pub(crate) fn listing(&self) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
        let mut found = BTreeMap::new();
        list(&self.path(""), &mut found);
        found
    }
}

/// Returns the state and ID of each entry of a lock.
#[track_caller]
pub(crate) fn entries(lock: &Value) -> BTreeMap<String, String> {
    let entry = |(name, entry): (&String, &Value)| {
        let id =
            entry.get("taskId").map_or(String::new(), |id| format!(" {}", id.as_str().unwrap()));
        (name.clone(), format!("{}{id}", entry["state"].as_str().unwrap()))
    };
    lock["instances"].as_object().unwrap().iter().map(entry).collect()
}

/// Builds the expected value of `entries`.
pub(crate) fn written<N: Into<String>, E: Into<String>>(
    entries: impl IntoIterator<Item = (N, E)>,
) -> BTreeMap<String, String> {
    entries.into_iter().map(|(name, entry)| (name.into(), entry.into())).collect()
}

fn list(folder: &Path, found: &mut BTreeMap<PathBuf, (Vec<u8>, SystemTime)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.insert(path.clone(), (Vec::new(), SystemTime::UNIX_EPOCH));
            list(&path, found);
        } else {
            let changed = fs::metadata(&path).unwrap().modified().unwrap();
            found.insert(path.clone(), (fs::read(&path).unwrap(), changed));
        }
    }
}

/// Delays answers until it is opened.
#[derive(Default)]
pub(crate) struct Gate(Mutex<bool>, Condvar);

impl Gate {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    pub(crate) fn open(&self) {
        *self.0.lock().unwrap() = true;
        self.1.notify_all();
    }

    pub(crate) fn pass(&self) {
        drop(self.1.wait_while(self.0.lock().unwrap(), |open| !*open).unwrap());
    }
}

/// Starts a platform that creates its first instance at once and the others when the gate opens.
pub(crate) fn gated(gate: &Arc<Gate>, first: &'static str) -> Service {
    let gate = Arc::clone(gate);
    creating(move |request| {
        if name_in(request) != first {
            gate.pass();
        }
        created(request)
    })
}

/// Polls for a condition that nothing signals, such as a file that appears.
#[track_caller]
pub(crate) fn wait_until(there: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_mins(1);
    while !there() {
        assert!(Instant::now() < deadline, "it never came");
        thread::sleep(Duration::from_millis(2));
    }
}

/// Returns the path of a file of this repository.
pub(crate) fn repository(path: impl AsRef<Path>) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Returns the files of a folder of this repository by name, sorted, except those with these
/// suffixes.
pub(crate) fn files_of(folder: &str, but: &[&str]) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(repository(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), path))
        .filter(|(name, _)| !but.iter().any(|end| name.ends_with(end)))
        .map(|(name, path)| (name, fs::read(path).unwrap()))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "{folder} is empty");
    files
}
