//! Process lock: one writer of a lock at a time, using a locked sidecar, `instances.lock.lk`.
//!
//! The lock itself cannot be locked, because it is replaced by rename. The sidecar is removed when
//! its holder exits, so a process that locks one checks whether it is still the file at that path.

use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::error::{FileAction, LockError, LockHolder};
use super::paths::{Paths, regular_file};
use super::system_error::SystemError;

/// The sidecars that this process holds, by device, inode and path.
static ACQUIRED: Mutex<Vec<LockedPath>> = Mutex::new(Vec::new());

struct LockedPath {
    file: (u64, u64),
    path: PathBuf,
}

/// Removes the sidecars of this process, which is about to exit without unwinding. They stay locked
/// until it exits, so no other process can hold one that is removed here.
pub fn release_guards() {
    for LockedPath { file, path } in
        ACQUIRED.lock().unwrap_or_else(PoisonError::into_inner).drain(..)
    {
        if identity(fs::metadata(&path)).is_ok_and(|there| there == file) {
            let _ = fs::remove_file(path);
        }
    }
}

/// The exclusive right to write one lock, until dropped.
#[derive(Debug)]
pub(super) struct ProcessLock {
    /// Locked while it is open.
    file: File,
    paths: Paths,
}

impl ProcessLock {
    /// Acquires the process lock, or fails immediately with its holder.
    pub(super) fn acquire(paths: &Paths) -> Result<Self, LockError> {
        // A sidecar is occasionally removed between opening and locking, but never this often in a
        // row.
        for _ in 0..100 {
            let path = &paths.guard;
            regular_file(path)?;
            let mut file = open(path).map_err(LockError::io(FileAction::Open, path))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    return Err(LockError::Held {
                        path: paths.lock.clone(),
                        holder: read_owner(&mut file),
                    });
                }
                Err(TryLockError::Error(error)) => {
                    let source = SystemError::new(&error, path);
                    return Err(LockError::CannotLock { path: path.clone(), source });
                }
            }
            if is_same_file(&file, path).map_err(LockError::io(FileAction::Read, path))? {
                // Used only in the error message above; the process lock works without it.
                let _ =
                    file.set_len(0).and_then(|()| file.write_all(owner_description().as_bytes()));
                if let Ok(file) = identity(file.metadata()) {
                    let mut locked = ACQUIRED.lock().unwrap_or_else(PoisonError::into_inner);
                    locked.push(LockedPath { file, path: path.clone() });
                }
                return Ok(Self { file, paths: paths.clone() });
            }
        }
        Err(LockError::Held { path: paths.lock.clone(), holder: LockHolder::Unknown })
    }

    /// Returns whether the sidecar is still the file at its path. If it was removed, other
    /// processes can acquire the lock.
    pub(super) fn is_current(&self) -> bool {
        is_same_file(&self.file, &self.paths.guard).unwrap_or(false)
    }
}

impl Drop for ProcessLock {
    fn drop(&mut self) {
        // Removed while it is locked: a process that opened it meanwhile sees that it is gone. A
        // sidecar that another process put in its place is not removed.
        if self.is_current() {
            let _ = fs::remove_file(&self.paths.guard);
        }
        let mut locked = ACQUIRED.lock().unwrap_or_else(PoisonError::into_inner);
        locked.retain(|locked| locked.path != self.paths.guard);
    }
}

/// Returns whether the process named in a journal still runs on this machine: then the journal is
/// not a leftover, even if its sidecar was removed. If the system does not provide this
/// information, the process counts as ended.
pub fn is_alive(pid: u32, host_then: Option<&str>) -> bool {
    let target = host_then.is_some() && host_then == host().as_deref();
    let name = || fs::read_to_string(format!("/proc/{pid}/comm"));
    target && pid != std::process::id() && name().is_ok_and(|name| name.trim() == "instancectl")
}

/// Opens the sidecar, with the directory's usual mode: it contains no secret, and other users of
/// the directory need it too. Locking needs no write permission, so a sidecar left by an earlier
/// run of another user works as well.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    match options.read(true).write(true).create(true).truncate(false).open(path) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            File::open(path).map_err(|_| error)
        }
        opened => opened,
    }
}

/// Returns device and inode.
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

/// Returns the text of a sidecar, which other versions of the program read too.
fn owner_description() -> String {
    format!("process {} on {}", std::process::id(), host().unwrap_or_default())
}

/// Returns this machine's host name, if the system provides it.
pub fn host() -> Option<String> {
    fs::read_to_string("/proc/sys/kernel/hostname").ok().map(|name| name.trim().to_owned())
}

fn read_owner(file: &mut File) -> LockHolder {
    let mut text = String::new();
    match file.take(200).read_to_string(&mut text) {
        Ok(n) if n > 0 => LockHolder::Sidecar { text: text.trim().to_owned() },
        _ => LockHolder::Unknown,
    }
}
