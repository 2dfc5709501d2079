//! One writer of a lock at a time: a locked sidecar, `instances.lock.lk`.
//!
//! The lock itself cannot be what is locked, because it is replaced by rename. The sidecar goes when
//! its holder ends; so whoever locks one looks whether it is still the one at that path.

use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::LockError;
use super::paths::{Paths, regular_file};

/// The sidecars that this process holds, by device, inode and path.
static ACQUIRED: Mutex<Vec<LockedPath>> = Mutex::new(Vec::new());

struct LockedPath {
    file: (u64, u64),
    path: PathBuf,
}

/// Removes the sidecars of this process, which is about to end without unwinding. They are locked
/// until it ends, so that nobody can hold one that is removed here.
pub fn release_guards() {
    for LockedPath { file, path } in
        ACQUIRED.lock().unwrap_or_else(PoisonError::into_inner).drain(..)
    {
        if identity(fs::metadata(&path)).is_ok_and(|there| there == file) {
            let _ = fs::remove_file(path);
        }
    }
}

/// The right to write one lock, until it is dropped.
#[derive(Debug)]
pub(super) struct ProcessLock {
    /// Locked as long as it is open.
    file: File,
    paths: Paths,
}

impl ProcessLock {
    /// Takes the right to write, or says at once who has it.
    pub(super) fn acquire(paths: &Paths) -> Result<Self, LockError> {
        // A sidecar that was removed between opening and locking is met once in a while, never
        // this often in a row.
        for _ in 0..100 {
            let path = &paths.guard;
            regular_file(path)?;
            let mut file = open(path).map_err(LockError::io("open", path))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    return Err(LockError::Held {
                        path: paths.lock.clone(),
                        holder: read_owner(&mut file),
                    });
                }
                Err(TryLockError::Error(source)) => {
                    return Err(LockError::CannotLock { path: path.clone(), source });
                }
            }
            if is_same_file(&file, path).map_err(LockError::io("read", path))? {
                // Only for the message above: without it the guard holds as well.
                let _ =
                    file.set_len(0).and_then(|()| file.write_all(owner_description().as_bytes()));
                if let Ok(file) = identity(file.metadata()) {
                    let mut held = ACQUIRED.lock().unwrap_or_else(PoisonError::into_inner);
                    held.push(LockedPath { file, path: path.clone() });
                }
                return Ok(Self { file, paths: paths.clone() });
            }
        }
        Err(LockError::Held { path: paths.lock.clone(), holder: String::new() })
    }
}

impl ProcessLock {
    /// Whether the sidecar is still the one at its path. Somebody who removes it lets others in.
    pub(super) fn is_current(&self) -> bool {
        is_same_file(&self.file, &self.paths.guard).unwrap_or(false)
    }
}

impl Drop for ProcessLock {
    fn drop(&mut self) {
        // Removed while it is locked: who opened it meanwhile sees that it is gone. One that somebody
        // put in its place is not ours to remove.
        if self.is_current() {
            let _ = fs::remove_file(&self.paths.guard);
        }
        let mut held = ACQUIRED.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|held| held.path != self.paths.guard);
    }
}

/// Whether the process that a journal names still runs on this machine: then it is no leftover, even
/// where its sidecar was removed. Where the system does not tell, it counts as ended.
pub(super) fn is_alive(pid: u32, host_then: Option<&str>) -> bool {
    let here = host_then.is_some() && host_then == host().as_deref();
    let name = || fs::read_to_string(format!("/proc/{pid}/comm"));
    here && pid != std::process::id() && name().is_ok_and(|name| name.trim() == "instancectl")
}

/// Opens the sidecar, with the folder's usual mode: it holds no secret, and colleagues who share the
/// folder need it too. Locking needs no right to write, so one that an earlier run of another user
/// left behind does as well.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    match options.read(true).write(true).create(true).truncate(false).open(path) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            File::open(path).map_err(|_| error)
        }
        opened => opened,
    }
}

/// Device and inode.
fn identity(found: io::Result<Metadata>) -> io::Result<(u64, u64)> {
    found.map(|found| (found.dev(), found.ino()))
}

fn is_same_file(file: &File, path: &Path) -> io::Result<bool> {
    let ours = identity(file.metadata())?;
    match identity(fs::metadata(path)) {
        Ok(there) => Ok(there == ours),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn owner_description() -> String {
    format!("process {} on {}", std::process::id(), host().unwrap_or_default())
}

/// This machine's name, where the system says it.
pub(super) fn host() -> Option<String> {
    fs::read_to_string("/proc/sys/kernel/hostname").ok().map(|name| name.trim().to_owned())
}

fn read_owner(file: &mut File) -> String {
    let mut text = String::new();
    match file.take(200).read_to_string(&mut text) {
        Ok(n) if n > 0 => format!(" ({})", text.trim().escape_debug()),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Paths, ProcessLock};
    use crate::lockfile::LockError;

    #[test]
    fn a_second_one_is_refused_at_once_and_told_who_holds_it() {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::for_lock(&folder.path().join("a.lock")).unwrap();
        let first = ProcessLock::acquire(&paths).unwrap();
        let Err(LockError::Held { holder, .. }) = ProcessLock::acquire(&paths) else { panic!() };
        assert!(holder.contains(&std::process::id().to_string()), "{holder}");
        drop(first);
        assert!(!paths.guard.exists());
        ProcessLock::acquire(&paths).unwrap();
    }

    #[test]
    fn two_never_hold_it_at_once() {
        use std::sync::atomic::{AtomicU32, Ordering};
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::for_lock(&folder.path().join("a.lock")).unwrap();
        let (inside, taken) = (AtomicU32::new(0), AtomicU32::new(0));
        std::thread::scope(|threads| {
            for _ in 0..8 {
                threads.spawn(|| {
                    for _ in 0..500 {
                        if let Ok(_guard) = ProcessLock::acquire(&paths) {
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
}
