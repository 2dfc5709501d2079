//! A project folder and the platform it is applied to, with the state of both.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use std::{fs, process, thread};

use instancectl::sandbox::{self, CatalogMode, FaultSpec, Handle, Sandbox};
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Cli, Output, Received, Reply, Service};

pub(crate) const LOCK: &str = "a.lock";
pub(crate) const JOURNAL: &str = "a.lock.journal";

/// A project folder and its platform.
pub(crate) struct World {
    cli: Cli,
    platform: Platform,
}

enum Platform {
    /// The sandbox with a durable state, always on one port.
    Sandbox { state: TempDir, port: u16, serving: Option<Handle> },
    /// A platform that can create, but not list or show anything.
    Mute { service: Service, tasks: Arc<Mutex<Vec<Task>>> },
}

/// An instance on the platform.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Task {
    pub(crate) name: String,
    pub(crate) id: String,
}

/// An entry of the lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) state: String,
    pub(crate) id: Option<String>,
    pub(crate) candidates: Vec<String>,
}

impl World {
    /// Creates an empty folder and an empty sandbox.
    pub(crate) fn new() -> Self {
        Self::with(&[])
    }

    /// Creates an empty folder and an empty sandbox with these faults.
    pub(crate) fn with(faults: &[&str]) -> Self {
        let state = tempfile::tempdir().unwrap();
        let mut platform = Platform::Sandbox { state, port: 0, serving: None };
        platform.serve(faults);
        Self { cli: Cli::new(), platform }
    }

    /// Creates an empty folder and a platform that can only create instances.
    pub(crate) fn mute() -> Self {
        let tasks: Arc<Mutex<Vec<Task>>> = Arc::default();
        let creating = Arc::clone(&tasks);
        let service = Service::each(move |asked: &Received| {
            if asked.method != "POST" {
                return Reply::html(404);
            }
            let mut tasks = creating.lock().unwrap();
            let name = asked.json()["instanceServiceName"].as_str().unwrap().to_owned();
            let id = format!("{name}-{}", tasks.len());
            tasks.push(Task { name, id: id.clone() });
            Reply::success(id)
        });
        let platform = Platform::Mute { service, tasks };
        Self { cli: Cli::new(), platform }
    }

    /// Replaces the faults of the sandbox from here on.
    pub(crate) fn faults(&mut self, faults: &[&str]) {
        self.platform.serve(faults);
    }

    /// Waits until everything requested from the platform is done; returns its instances.
    pub(crate) fn end(&mut self) -> Vec<Task> {
        if let Platform::Sandbox { serving, .. } = &mut self.platform {
            drop(serving.take());
        }
        self.tasks()
    }

    /// Returns the instances on the platform, sorted by name.
    pub(crate) fn tasks(&self) -> Vec<Task> {
        let mut tasks = match &self.platform {
            Platform::Sandbox { state, .. } => logged(&state.path().join("instances.jsonl")),
            Platform::Mute { tasks, .. } => tasks.lock().unwrap().clone(),
        };
        tasks.sort();
        tasks
    }

    /// Writes the manifest: a name and number of CPUs of each instance.
    pub(crate) fn manifest<'n>(&self, instances: impl IntoIterator<Item = (&'n str, u32)>) {
        let mut text = "\
defaults:
  taskType: ssh
  acceleratorType: gpu
  resourceGroup: g
  imagePath: r/p:v
  gpuNumber: 1
  ramSize: 1GiB
  timeoutLimit: \"01:00:00\"
instances:
"
        .to_owned();
        for (name, cpus) in instances {
            writeln!(text, "  - {{instanceServiceName: {name}, cpuNumber: {cpus}}}").unwrap();
        }
        fs::write(self.cli.path("a.yaml"), text).unwrap();
    }

    /// Returns a command on the manifest, with the settings that it needs to reach the platform.
    pub(crate) fn command<A: AsRef<str>>(&self, args: impl IntoIterator<Item = A>) -> Cli {
        let (endpoint, token) = match &self.platform {
            Platform::Sandbox { serving, .. } => {
                let serving = serving.as_ref().unwrap();
                (serving.endpoint(), serving.token().to_owned())
            }
            Platform::Mute { service, .. } => (service.url(), "token".to_owned()),
        };
        self.cli
            .clone()
            .env("INSTANCECTL_ENDPOINT", endpoint)
            .env("INSTANCECTL_TOKEN", token)
            .args(args.into_iter().map(|arg| arg.as_ref().to_owned()))
    }

    /// Runs a command to its end.
    pub(crate) fn run<A: AsRef<str>>(&self, args: impl IntoIterator<Item = A>) -> Output {
        self.command(args).run()
    }

    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        self.cli.path(name)
    }

    /// Returns the bytes of the lock file; none if it does not exist.
    pub(crate) fn lock_bytes(&self) -> Vec<u8> {
        fs::read(self.path(LOCK)).unwrap_or_default()
    }

    /// Returns the entries of the lock.
    pub(crate) fn lock(&self) -> BTreeMap<String, Entry> {
        let lock: Value = serde_yaml::from_slice(&self.lock_bytes()).unwrap();
        let Some(entries) = lock["instances"].as_object() else { return BTreeMap::new() };
        let text = |value: &Value| value.as_str().map(str::to_owned);
        entries
            .iter()
            .map(|(name, entry)| {
                let candidates = entry["candidates"].as_array().into_iter().flatten();
                let entry = Entry {
                    state: text(&entry["state"]).unwrap(),
                    id: text(&entry["taskId"]),
                    candidates: candidates.filter_map(text).collect(),
                };
                (name.clone(), entry)
            })
            .collect()
    }

    /// Returns the names with an unknown outcome in the lock.
    pub(crate) fn unknown(&self) -> BTreeSet<String> {
        let lock = self.lock().into_iter();
        lock.filter(|(_, entry)| entry.state == "unknown").map(|(name, _)| name).collect()
    }

    /// Returns all text that survives a crash: lock, journal, emergency journals.
    pub(crate) fn records(&self) -> String {
        let mut records = String::new();
        let rescue = fs::read_dir(self.path(".home/state/instancectl/rescue"));
        let rescue = rescue.into_iter().flatten().map(|file| file.unwrap().path());
        for path in [self.path(LOCK), self.path(JOURNAL)].into_iter().chain(rescue) {
            let bytes = fs::read(path).unwrap_or_default();
            records.push_str(&String::from_utf8_lossy(&bytes));
        }
        records
    }

    /// Returns the files of the project folder.
    pub(crate) fn files(&self) -> BTreeSet<String> {
        let files = fs::read_dir(self.path("")).unwrap();
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
    }
}

impl Platform {
    fn serve(&mut self, faults: &[&str]) {
        let Self::Sandbox { state, port, serving } = self else {
            panic!("only a sandbox has some")
        };
        // Only one sandbox at a time can use the state.
        drop(serving.take());
        let first = *port == 0;
        if first {
            *port = free_port();
        }
        let faults: Vec<FaultSpec> = faults.iter().map(|fault| fault.parse().unwrap()).collect();
        let state = state.path();
        let handle = loop {
            match Sandbox::start_with(
                Some(state.to_owned()),
                *port,
                faults.clone(),
                CatalogMode::Open,
            ) {
                Ok(handle) => break handle,
                Err(sandbox::SandboxError::Listen { .. }) if first => *port = free_port(),
                // A process that another test is just starting still has the old lock file open,
                // and locks contain the port: wait until both are free.
                Err(sandbox::SandboxError::InUse { .. } | sandbox::SandboxError::Listen { .. }) => {
                    thread::sleep(Duration::from_millis(1));
                }
                Err(error) => panic!("{error:?}"),
            }
        };
        *serving = Some(handle);
    }
}

/// Returns a port that no connection of another test takes while this sandbox restarts: systems
/// assign ports from 32768.
fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = process::id() * 61 + NEXT.fetch_add(1, Ordering::Relaxed);
    10_000 + u16::try_from(number % 20_000).unwrap()
}

/// Returns the instances that result from the log of a sandbox.
fn logged(log: &std::path::Path) -> Vec<Task> {
    let mut tasks = BTreeMap::new();
    for line in fs::read_to_string(log).unwrap_or_default().lines() {
        // The last line may be incomplete.
        let Ok(change) = serde_json::from_str::<Value>(line) else { break };
        if let Some(id) = change["gone"].as_str() {
            tasks.remove(id);
        } else {
            let task = &change["put"];
            let name = task["request"]["instanceServiceName"].as_str().unwrap().to_owned();
            tasks.insert(task["id"].as_str().unwrap().to_owned(), name);
        }
    }
    tasks.into_iter().map(|(id, name)| Task { name, id }).collect()
}
