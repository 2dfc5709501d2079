//! The sandbox's instances: in memory, and in a log from which a later run restores them.
//!
//! The log is JSON lines, one per change; the last line for an ID counts. A change is on disk
//! before it is acknowledged, so that killing the sandbox loses nothing that a client has seen.
//! Changes that arrive during a write share the next one.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

use serde::{Deserialize, Serialize};

use super::task::{Millis, Task};
use crate::api::endpoints::create_task::CreateTask;
use crate::atomic_file;
use crate::ids::TaskId;
use crate::sandbox::error::SandboxError;
use crate::sandbox::random::random_hex;

/// Name of the log in the state directory, and of the lock file that marks the directory as in use.
const LOG: &str = "instances.jsonl";
pub(super) const LOCK: &str = "lock";

/// The instances.
pub(super) struct TaskStore {
    tasks: Mutex<Tasks>,
    log: Option<tokio::sync::Mutex<Log>>,
    /// Locked as long as the store exists.
    _lock: Option<File>,
}

struct Log {
    /// `None` during a write, and after a failed one, because the contents are then unknown.
    file: Option<File>,
    /// The version of the instances that is on disk.
    saved: u64,
}

/// The instances in creation order.
#[derive(Default)]
pub(super) struct Tasks {
    in_order: BTreeMap<u64, Task>,
    locations: HashMap<TaskId, u64>,
    next: u64,
    /// Number of changes.
    version: u64,
    /// The lines of the changes that are not written yet.
    unsaved: Vec<u8>,
}

/// One line of the log.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum TaskChange {
    /// The instance is new or has changed.
    Put(Box<Task>),
    /// The instance was deleted.
    Gone(TaskId),
}

impl TaskStore {
    /// Creates a store that exists only as long as the process.
    pub(super) fn in_memory() -> Self {
        Self { tasks: Mutex::default(), log: None, _lock: None }
    }

    /// Opens a store in a directory, with the instances of an earlier run.
    pub(super) fn open(folder: PathBuf) -> Result<Self, SandboxError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| SandboxError::State { path, source }
        };
        fs::create_dir_all(&folder).map_err(failed(&folder))?;
        let lock_path = folder.join(LOCK);
        let lock = File::create(&lock_path).map_err(failed(&lock_path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(SandboxError::InUse { folder }),
            Err(TryLockError::Error(source)) => return Err(failed(&lock_path)(source)),
        }
        let path = folder.join(LOG);
        let found = match fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            found => found.map_err(failed(&path))?,
        };
        let tasks = Tasks::read(&path, &found)?;
        let text = tasks.text();
        if text != found {
            replace(&path, &text).map_err(failed(&path))?;
        }
        let file = OpenOptions::new().append(true).create(true).open(&path);
        let log = Log { file: Some(file.map_err(failed(&path))?), saved: 0 };
        let log = Some(tokio::sync::Mutex::new(log));
        Ok(Self { tasks: Mutex::new(tasks), log, _lock: Some(lock) })
    }

    /// Returns the instances, for reading.
    pub(super) fn tasks(&self) -> MutexGuard<'_, Tasks> {
        self.tasks.lock().expect("no thread panics while holding the lock")
    }

    /// Creates an instance and returns its ID once it is on disk.
    pub(super) async fn create(&self, request: CreateTask, now: Millis) -> io::Result<TaskId> {
        let id: TaskId = random_hex().parse().expect("32 hex digits are a task ID");
        let task = Task { id: id.clone(), created: now, queued: now, stopped: None, request };
        self.change(vec![TaskChange::Put(Box::new(task))]).await.map(|()| id)
    }

    /// Applies changes and returns once all of them are on disk.
    pub(super) async fn change(&self, changes: Vec<TaskChange>) -> io::Result<()> {
        let version = {
            let mut tasks = self.tasks();
            for change in changes {
                if self.log.is_some() {
                    write_line(&mut tasks.unsaved, &change);
                }
                tasks.apply(change);
            }
            tasks.version += 1;
            tasks.version
        };
        let Some(log) = &self.log else { return Ok(()) };
        let mut log = log.lock().await;
        if log.saved < version {
            let (version, lines) = {
                let mut tasks = self.tasks();
                (tasks.version, std::mem::take(&mut tasks.unsaved))
            };
            let mut file = log.file.take().ok_or(io::ErrorKind::BrokenPipe)?;
            let write = move || {
                file.write_all(&lines)?;
                file.sync_data()?;
                Ok::<_, io::Error>(file)
            };
            log.file = Some(tokio::task::spawn_blocking(write).await??);
            log.saved = version;
        }
        Ok(())
    }
}

impl Tasks {
    /// Reads the lines of a log.
    fn read(path: &Path, text: &[u8]) -> Result<Self, SandboxError> {
        // Anything after the last line end was never acknowledged.
        let complete = text.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        let mut tasks = Self::default();
        for (at, line) in text[..complete].split_inclusive(|&byte| byte == b'\n').enumerate() {
            let change = serde_json::from_slice(line).map_err(|error| {
                let (path, problem) = (path.to_owned(), error.to_string());
                SandboxError::Damaged { path, line: at + 1, problem }
            })?;
            tasks.apply(change);
        }
        Ok(tasks)
    }

    /// Returns the text of a log with only the existing instances.
    fn text(&self) -> Vec<u8> {
        let mut text = Vec::new();
        self.iter().for_each(|task| {
            write_line(&mut text, &TaskChange::Put(Box::new(task.clone())));
        });
        text
    }

    pub(super) fn get(&self, id: &str) -> Option<&Task> {
        self.in_order.get(self.locations.get(id)?)
    }

    /// Iterates over all instances, oldest first.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &Task> {
        self.in_order.values()
    }

    fn apply(&mut self, change: TaskChange) {
        match change {
            TaskChange::Put(task) => {
                let location = *self.locations.entry(task.id.clone()).or_insert(self.next);
                self.next = self.next.max(location + 1);
                self.in_order.insert(location, *task);
            }
            TaskChange::Gone(id) => {
                if let Some(location) = self.locations.remove(&id) {
                    self.in_order.remove(&location);
                }
            }
        }
    }
}

fn write_line(text: &mut Vec<u8>, change: &TaskChange) {
    serde_json::to_writer(&mut *text, change).expect("an instance is text and numbers");
    text.push(b'\n');
}

/// Replaces a file with these bytes, durably.
fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    let write = |file: &mut File| file.write_all(text);
    atomic_file::replace(path, path.with_extension("jsonl.new"), write, || Ok(true))?;
    path.parent().map_or(Ok(()), atomic_file::sync_folder)
}
