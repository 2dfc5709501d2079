//! One writer of a lock at a time: a locked sidecar, `instances.lock.lk`.
//!
//! The lock itself cannot be what is locked, because it is replaced by rename. The sidecar goes when
//! its holder ends; so whoever locks one looks whether it is still the one at that path.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use super::LockError;
use super::paths::{Paths, file_at};

/// The right to write one lock, until it is dropped.
#[derive(Debug)]
pub(super) struct Guard {
    /// Locked as long as it is open.
    file: File,
    paths: Paths,
}

impl Guard {
    /// Takes the right to write, or says at once who has it.
    pub(super) fn take(paths: &Paths) -> Result<Self, LockError> {
        // A sidecar that was removed between opening and locking is met once in a while, never
        // this often in a row.
        for _ in 0..100 {
            let path = &paths.guard;
            file_at(path)?;
            let mut file = OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .mode(0o600)
                .open(path)
                .map_err(LockError::io("create", path))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    return Err(LockError::Held {
                        path: paths.lock.clone(),
                        holder: holder(&mut file),
                    });
                }
                Err(TryLockError::Error(source)) => {
                    return Err(LockError::CannotLock { path: path.clone(), source });
                }
            }
            if is_still_at(&file, path).map_err(LockError::io("read", path))? {
                // Only for the message above: without it the guard holds as well.
                let _ = file.set_len(0).and_then(|()| file.write_all(who().as_bytes()));
                return Ok(Self { file, paths: paths.clone() });
            }
        }
        Err(LockError::Held { path: paths.lock.clone(), holder: String::new() })
    }
}

impl Guard {
    /// Whether the sidecar is still the one at its path. Somebody who removes it lets others in.
    pub(super) fn holds(&self) -> bool {
        is_still_at(&self.file, &self.paths.guard).unwrap_or(false)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // Removed while it is locked: who opened it meanwhile sees that it is gone. One that somebody
        // put in its place is not ours to remove.
        if self.holds() {
            let _ = fs::remove_file(&self.paths.guard);
        }
    }
}

/// Whether the process that a journal names still runs on this machine: then it is no leftover, even
/// where its sidecar was removed. Where the system does not tell, it counts as ended.
pub(super) fn is_alive(pid: u32, host_then: Option<&str>) -> bool {
    let here = host_then.is_some() && host_then == host().as_deref();
    let name = || fs::read_to_string(format!("/proc/{pid}/comm"));
    here && pid != std::process::id() && name().is_ok_and(|name| name.trim() == "instancectl")
}

fn is_still_at(file: &File, path: &Path) -> io::Result<bool> {
    let ours = file.metadata()?;
    match fs::metadata(path) {
        Ok(there) => Ok((there.dev(), there.ino()) == (ours.dev(), ours.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn who() -> String {
    format!("process {} on {}", std::process::id(), host().unwrap_or_default())
}

/// This machine's name, where the system says it.
pub(super) fn host() -> Option<String> {
    fs::read_to_string("/proc/sys/kernel/hostname").ok().map(|name| name.trim().to_owned())
}

fn holder(file: &mut File) -> String {
    let mut text = String::new();
    match file.take(200).read_to_string(&mut text) {
        Ok(n) if n > 0 => format!(" ({})", text.trim().escape_debug()),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Guard, Paths};
    use crate::lockfile::LockError;

    #[test]
    fn a_second_one_is_refused_at_once_and_told_who_holds_it() {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::of(&folder.path().join("a.lock")).unwrap();
        let first = Guard::take(&paths).unwrap();
        let Err(LockError::Held { holder, .. }) = Guard::take(&paths) else { panic!() };
        assert!(holder.contains(&std::process::id().to_string()), "{holder}");
        drop(first);
        assert!(!paths.guard.exists());
        Guard::take(&paths).unwrap();
    }

    #[test]
    fn two_never_hold_it_at_once() {
        use std::sync::atomic::{AtomicU32, Ordering};
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::of(&folder.path().join("a.lock")).unwrap();
        let (inside, taken) = (AtomicU32::new(0), AtomicU32::new(0));
        std::thread::scope(|threads| {
            for _ in 0..8 {
                threads.spawn(|| {
                    for _ in 0..500 {
                        if let Ok(_guard) = Guard::take(&paths) {
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
