//! Where a lock and the files beside it are, and how a file is replaced whole.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::LockError;

/// The lock of a manifest: beside it, under its name with `.yaml`, `.yml` or `.json` replaced by
/// `.lock`, else with `.lock` added. The sandbox has its own.
pub fn lock_beside(manifest: &Path, sandbox: bool) -> PathBuf {
    let known = manifest
        .extension()
        .is_some_and(|end| ["yaml", "yml", "json"].iter().any(|known| end == *known));
    let end = if sandbox { "sandbox.lock" } else { "lock" };
    if known {
        manifest.with_extension(end)
    } else {
        let name = manifest.file_name().unwrap_or_default().to_owned();
        manifest.with_file_name(suffixed(name, &format!(".{end}")))
    }
}

/// Whether a path is that of a lock rather than of a manifest.
pub fn is_lock(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "lock")
}

/// Replaces a file by these bytes: at every moment it is the old one or the new one, whole. For the
/// files that git gives to be merged, which nobody else writes.
pub fn write_lock(path: &Path, bytes: &[u8]) -> Result<(), LockError> {
    Paths::of(path)?.replace_lock(bytes)
}

/// A lock and the files beside it. The path is absolute and no symbolic link, so that a rename
/// replaces the file and not the link, and so that two ways to one lock meet in one guard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Paths {
    pub(super) lock: PathBuf,
    pub(super) folder: PathBuf,
    pub(super) journal: PathBuf,
    pub(super) guard: PathBuf,
    /// Where the next version of the lock is written before it takes the lock's place.
    pub(super) next: PathBuf,
}

impl Paths {
    /// Resolves the path of a lock that need not exist yet; its folder must.
    pub(super) fn of(lock: &Path) -> Result<Self, LockError> {
        let lock = resolve(lock).map_err(LockError::io("find", lock))?;
        let folder = lock.parent().expect("a resolved path has a folder").to_owned();
        let name = lock.file_name().expect("a resolved path has a name").to_owned();
        let mut hidden = OsString::from(".");
        hidden.push(&name);
        Ok(Self {
            journal: folder.join(suffixed(name.clone(), ".journal")),
            guard: folder.join(suffixed(name, ".lk")),
            next: folder.join(suffixed(hidden, ".next")),
            lock,
            folder,
        })
    }

    /// Replaces the lock: written beside it, synced, renamed over it, the folder synced. At every
    /// moment the lock is the old one or the new one, whole.
    pub(super) fn replace_lock(&self, text: &[u8]) -> Result<(), LockError> {
        let write = || {
            let mut next = self.create_next()?;
            next.write_all(text)?;
            match fs::metadata(&self.lock) {
                Ok(old) => next.set_permissions(old.permissions())?,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
            next.sync_all()?;
            fs::rename(&self.next, &self.lock)?;
            self.sync_folder()
        };
        write().map_err(|source| {
            // Half a file helps nobody; where even this fails the next run does it.
            let _ = fs::remove_file(&self.next);
            LockError::Io { action: "write", path: self.lock.clone(), source }
        })
    }

    /// Shows that the folder takes a lock of this size.
    pub(super) fn prove_room(&self, size: usize) -> Result<(), LockError> {
        let write = || {
            let mut next = self.create_next()?;
            let zeros = vec![0; size.min(1 << 20)];
            let mut left = size;
            while left > 0 {
                let part = left.min(zeros.len());
                next.write_all(&zeros[..part])?;
                left -= part;
            }
            // Some file systems find out only now that the disk is full.
            next.sync_data()
        };
        let written = write();
        let _ = fs::remove_file(&self.next);
        written.map_err(LockError::io("make room in", &self.folder))
    }

    /// Makes what was created, renamed or removed in the folder durable.
    pub(super) fn sync_folder(&self) -> io::Result<()> {
        File::open(&self.folder)?.sync_all()
    }

    /// An empty file under the name of the next version; what a killed run left there goes.
    fn create_next(&self) -> io::Result<File> {
        match fs::remove_file(&self.next) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        OpenOptions::new().write(true).create_new(true).open(&self.next)
    }
}

/// The file's content, or `None` where there is no such file. A pipe or a device in its place is
/// refused: reading one may never end.
pub(super) fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, LockError> {
    let regular = |path: &Path| {
        let is_file = fs::metadata(path)?.is_file();
        if is_file { fs::read(path) } else { Err(io::Error::other("it is no regular file")) }
    };
    match regular(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(LockError::Io { action: "read", path: path.to_owned(), source }),
    }
}

fn suffixed(mut name: OsString, end: &str) -> OsString {
    name.push(end);
    name
}

/// Follows symbolic links to the end, also where the last one points to nothing yet.
fn resolve(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    // As many as Linux follows.
    for _ in 0..40 {
        let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let found = fs::canonicalize(folder)?.join(name);
        match fs::read_link(&found) {
            Ok(target) => path = found.parent().expect("just joined").join(target),
            Err(_) => return Ok(found),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}
