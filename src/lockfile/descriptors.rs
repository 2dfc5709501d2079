//! File descriptors: those for the final write are reserved, and with many journals, idle ones are
//! closed.

use std::fs::File;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::process::{Resource, getrlimit, setrlimit};

use super::LockError;
use super::system_error::SystemErrorKind;

/// Files open at once during a merge: the lock, its next version, its directory, and one more.
const MIN_DESCRIPTORS: usize = 4;
/// With more journals than this, each is closed between two writes.
const MAX_RESERVED: usize = 64;
/// Maximum number of merge attempts if another thread takes the descriptors in between.
const MAX_ATTEMPTS: usize = 20;
/// Pause between two attempts.
const PAUSE: Duration = Duration::from_millis(100);

/// Raises this process's soft limit of open files to the hard limit, if the system permits it. If
/// the limit is still too low, opening a file fails later.
pub fn raise_limit() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    let _ = setrlimit(Resource::Nofile, limit);
}

/// The file descriptors of one run over one or more locks. Clones share the reserve.
#[derive(Debug, Clone)]
pub struct Descriptors {
    reserve: Arc<Mutex<Vec<File>>>,
    /// Whether journals stay open between two writes.
    pub(super) keep_journals: bool,
}

impl Descriptors {
    /// Reserves the descriptors for one merge. With many journals each is opened for each write: a
    /// run over hundreds of manifests already uses a descriptor for each process lock, and many
    /// systems allow only 1,024.
    pub fn for_journals(journals: usize) -> Self {
        let reserve = Arc::new(Mutex::new(reserve()));
        Self { reserve, keep_journals: journals <= MAX_RESERVED }
    }

    /// Releases the reserved descriptors for `work` and reserves them again afterwards. Short-lived
    /// connections of other threads may take them first, so the work is retried.
    pub(super) fn lend<T>(
        &self,
        mut work: impl FnMut() -> Result<T, LockError>,
    ) -> Result<T, LockError> {
        let mut locked = self.reserve.lock().unwrap_or_else(PoisonError::into_inner);
        locked.clear();
        let mut tries = 1;
        let done = loop {
            match work() {
                Err(LockError::Io { source, .. })
                    if source.kind == SystemErrorKind::TooManyFiles && tries < MAX_ATTEMPTS =>
                {
                    tries += 1;
                    thread::sleep(PAUSE);
                }
                done => break done,
            }
        };
        *locked = reserve();
        done
    }
}

/// Opens as many descriptors as a merge needs, or as many as there are.
fn reserve() -> Vec<File> {
    (0..MIN_DESCRIPTORS).map_while(|_| File::open("/dev/null").ok()).collect()
}
