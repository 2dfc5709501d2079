//! The sandbox's instances: in memory, and in a log from which a later run restores them.
//!
//! The log is JSON lines, one per change; the last line for an ID counts. A change is on disk
//! before it is acknowledged, so that killing the sandbox loses nothing that a client has seen. One
//! thread writes all pending lines at once, so that many creates share one sync.

use std::collections::{BTreeMap, HashMap};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, mpsc};
use std::thread::JoinHandle;

use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

use super::task::{Millis, Task};
use crate::api::endpoints::create_task::CreateTask;
use crate::atomic_file;
use crate::ids::TaskId;
use crate::sandbox::error::SandboxError;
use crate::sandbox::random::random_hex;

/// Name of the log in the state directory, and of the lock file that marks the directory as in use.
const LOG: &str = "instances.jsonl";
const LOCK: &str = "lock";

/// Number of log lines that are tolerated beyond twice the number of instances.
const COMPACT_THRESHOLD: usize = 1000;

/// The instances.
pub(super) struct TaskStore {
    tasks: Mutex<Tasks>,
    log: Option<Log>,
    /// Locked until the log is closed: fields are dropped in this order.
    _lock: Option<File>,
}

/// Handle of the thread that writes the log; dropping it waits until everything is written.
struct Log {
    appends: Option<mpsc::Sender<Append>>,
    writer: Option<JoinHandle<()>>,
}

/// The instances in creation order.
#[derive(Default)]
pub(super) struct Tasks {
    in_order: BTreeMap<u64, Task>,
    locations: HashMap<TaskId, u64>,
    next: u64,
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

/// Lines to write, and the channel for the result.
struct Append {
    lines: Vec<u8>,
    done: oneshot::Sender<bool>,
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
        std::fs::create_dir_all(&folder).map_err(failed(&folder))?;
        let lock_path = folder.join(LOCK);
        let lock = File::create(&lock_path).map_err(failed(&lock_path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(SandboxError::InUse { folder }),
            Err(TryLockError::Error(source)) => return Err(failed(&lock_path)(source)),
        }
        let path = folder.join(LOG);
        let (mut file, tasks, lines) = read(&path)?;
        if lines > 2 * tasks.in_order.len() + COMPACT_THRESHOLD {
            file = rewrite(&folder, &tasks).map_err(failed(&path))?;
        }
        let log = Log::start(file).map_err(failed(&path))?;
        Ok(Self { tasks: Mutex::new(tasks), log: Some(log), _lock: Some(lock) })
    }

    /// Returns the instances, for reading.
    pub(super) fn tasks(&self) -> MutexGuard<'_, Tasks> {
        self.tasks.lock().expect("no thread panics while holding the lock")
    }

    /// Creates an instance and returns its ID once it is on disk; `None` if the write failed.
    pub(super) async fn create(&self, request: CreateTask, now: Millis) -> Option<TaskId> {
        let id: TaskId = random_hex().parse().expect("32 hex digits are a task ID");
        let task = Task { id: id.clone(), created: now, queued: now, stopped: None, request };
        self.change(vec![TaskChange::Put(Box::new(task))]).await.then_some(id)
    }

    /// Applies changes. Returns true once all of them are on disk.
    pub(super) async fn change(&self, changes: Vec<TaskChange>) -> bool {
        let written = {
            // The log and the memory have the same order because one lock covers both.
            let mut tasks = self.tasks();
            let written = self.log.as_ref().map(|log| log.append(lines(&changes)));
            for change in changes {
                tasks.apply(change);
            }
            written
        };
        match written {
            Some(written) => written.await.unwrap_or(false),
            None => true,
        }
    }
}

impl Log {
    fn start(file: File) -> io::Result<Self> {
        let (appends, incoming) = mpsc::channel();
        let writer = std::thread::Builder::new()
            .name("sandbox log".to_owned())
            .spawn(move || write_lines(file, &incoming))?;
        Ok(Self { appends: Some(appends), writer: Some(writer) })
    }

    /// Sends lines to the writer. The receiver gets true once they are on disk, otherwise false or
    /// an error.
    fn append(&self, lines: Vec<u8>) -> oneshot::Receiver<bool> {
        let (done, written) = oneshot::channel();
        if let Some(appends) = &self.appends {
            // If the writer is gone, `done` is dropped, which the receiver sees as an error.
            let _ = appends.send(Append { lines, done });
        }
        written
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.appends = None;
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
    }
}

impl Tasks {
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

fn lines(changes: &[TaskChange]) -> Vec<u8> {
    let mut lines = Vec::new();
    for change in changes {
        serde_json::to_writer(&mut lines, change).expect("an instance is text and numbers");
        lines.push(b'\n');
    }
    lines
}

/// Writes incoming lines until the store is dropped. After a failure nothing more is written,
/// because the contents of the file are then unknown.
fn write_lines(mut file: File, incoming: &mpsc::Receiver<Append>) {
    let mut sound = true;
    while let Ok(Append { mut lines, done }) = incoming.recv() {
        let mut waiting = vec![done];
        for Append { lines: more, done } in incoming.try_iter() {
            lines.extend(more);
            waiting.push(done);
        }
        sound = sound && file.write_all(&lines).and_then(|()| file.sync_data()).is_ok();
        for done in waiting {
            // If the client has disconnected, nothing receives this.
            let _ = done.send(sound);
        }
    }
}

/// Reads the log, truncates a torn end, and leaves it open for appending.
fn read(path: &Path) -> Result<(File, Tasks, usize), SandboxError> {
    let failed = |source| SandboxError::State { path: path.to_owned(), source };
    let mut options = OpenOptions::new();
    let mut file =
        options.read(true).write(true).create(true).truncate(false).open(path).map_err(failed)?;
    let mut text = Vec::new();
    file.read_to_end(&mut text).map_err(failed)?;
    // Anything after the last line end was never acknowledged.
    let complete = text.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    let mut tasks = Tasks::default();
    let mut count = 0;
    for line in text[..complete].split_inclusive(|&byte| byte == b'\n') {
        count += 1;
        match serde_json::from_slice(line) {
            Ok(change) => tasks.apply(change),
            Err(error) => {
                let problem = error.to_string();
                return Err(SandboxError::Damaged { path: path.to_owned(), line: count, problem });
            }
        }
    }
    file.set_len(complete as u64).map_err(failed)?;
    file.seek(SeekFrom::Start(complete as u64)).map_err(failed)?;
    Ok((file, tasks, count))
}

/// Writes a log with only the existing instances and replaces the old one with it.
fn rewrite(folder: &Path, tasks: &Tasks) -> io::Result<File> {
    let changes: Vec<_> =
        tasks.iter().map(|task| TaskChange::Put(Box::new(task.clone()))).collect();
    let write = |file: &mut File| file.write_all(&lines(&changes));
    let temporary = folder.join("instances.jsonl.new");
    let new = atomic_file::replace(&folder.join(LOG), temporary, write, || Ok(true))?;
    atomic_file::sync_folder(folder)?;
    Ok(new.expect("the check allows it"))
}
