//! File descriptors: what the final write needs is held back, and journals are closed while they
//! rest if there are many of them.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::io::Errno;
use rustix::process::{Resource, getrlimit, setrlimit};

use super::LockError;

/// Files that a fold has open at once: the lock, its next version, its folder, and one more.
const MIN_DESCRIPTORS: usize = 4;
/// With more journals than this, each is closed between two writes.
const MAX_RESERVED: usize = 64;
/// How often a fold is tried again if another thread took the descriptors in between.
const MAX_ATTEMPTS: usize = 20;
/// The pause between two of these tries.
const PAUSE: Duration = Duration::from_millis(100);

/// Raises this process's soft limit of open files to the hard one, if the system lets it. A limit
/// that is too low all the same shows when a file cannot be opened.
pub fn raise_limit() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    let _ = setrlimit(Resource::Nofile, limit);
}

/// The file descriptors of one run over some locks. Clones share what is held back.
#[derive(Debug, Clone)]
pub struct Descriptors {
    reserve: Arc<Mutex<Vec<File>>>,
    /// Whether journals stay open between two writes.
    pub(super) keep_journals: bool,
}

impl Descriptors {
    /// Holds back what one fold needs. With many journals each is opened for each write: a run over
    /// hundreds of manifests holds a descriptor for each guard already, and 1,024 are all that many
    /// systems allow.
    pub fn for_journals(journals: usize) -> Self {
        let reserve = Arc::new(Mutex::new(reserve()));
        Self { reserve, keep_journals: journals <= MAX_RESERVED }
    }

    /// Gives the descriptors to `work`, and takes them back afterwards. Connections of other threads
    /// may take them first; they come and go, so it is tried again.
    pub(super) fn lend<T>(
        &self,
        mut work: impl FnMut() -> Result<T, LockError>,
    ) -> Result<T, LockError> {
        let mut held = self.reserve.lock().unwrap_or_else(PoisonError::into_inner);
        held.clear();
        let mut tries = 1;
        let done = loop {
            match work() {
                Err(LockError::Io { source, .. })
                    if is_too_many(&source) && tries < MAX_ATTEMPTS =>
                {
                    tries += 1;
                    thread::sleep(PAUSE);
                }
                done => break done,
            }
        };
        *held = reserve();
        done
    }
}

/// As many descriptors as a fold needs, or as there are.
fn reserve() -> Vec<File> {
    (0..MIN_DESCRIPTORS).map_while(|_| File::open("/dev/null").ok()).collect()
}

/// Whether this says that the process or the system has too many open files.
fn is_too_many(error: &io::Error) -> bool {
    let errno = Errno::from_io_error(error);
    errno.is_some_and(|errno| [Errno::MFILE, Errno::NFILE].contains(&errno))
}

/// The journal, open for writing or at rest.
#[derive(Debug)]
pub(super) struct JournalFile {
    path: PathBuf,
    file: Option<File>,
    /// Whether it stays open between two writes.
    keep: bool,
}

impl JournalFile {
    /// Creates the file, which must not exist yet, for its owner only: the requests in it may hold
    /// what others should not read.
    pub(super) fn create(path: &Path, keep: bool) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create_new(true).mode(0o600).open(path)?;
        Ok(Self { path: path.to_owned(), file: Some(file), keep })
    }

    /// The open file.
    pub(super) fn open(&mut self) -> io::Result<&File> {
        match &mut self.file {
            Some(file) => Ok(file),
            closed => {
                let file = OpenOptions::new().read(true).write(true).open(&self.path)?;
                Ok(closed.insert(file))
            }
        }
    }

    /// Closes the file unless it stays open between two writes.
    pub(super) fn remaining(&mut self) {
        if !self.keep {
            self.file = None;
        }
    }
}
