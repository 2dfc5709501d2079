//! Where a lock and the files beside it are, and how a file is replaced whole.

use std::ffi::OsString;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

use super::LockError;
use super::error::Instead;

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

/// A lock and the files beside it. The path is absolute and its folder without symbolic links, so
/// that two ways to one lock meet in one guard.
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
        let (folder, name) = resolve(lock).map_err(LockError::io("find", lock))?;
        let mut hidden = OsString::from(".");
        hidden.push(&name);
        Ok(Self {
            journal: folder.join(suffixed(name.clone(), ".journal")),
            guard: folder.join(suffixed(name.clone(), ".lk")),
            next: folder.join(suffixed(hidden, ".next")),
            lock: folder.join(name),
            folder,
        })
    }

    /// Replaces the lock: written beside it, synced, renamed over it, the folder synced. At every
    /// moment the lock is the old one or the new one, whole.
    pub(super) fn replace_lock(&self, text: &[u8]) -> Result<(), LockError> {
        let old = file_at(&self.lock)?;
        let write = || {
            let mut next = self.create_next()?;
            next.write_all(text)?;
            if let Some(old) = old {
                next.set_permissions(old.permissions())?;
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

/// The file's content, or `None` where there is no such file.
pub(super) fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, LockError> {
    match file_at(path)? {
        None => Ok(None),
        Some(_) => fs::read(path).map(Some).map_err(LockError::io("read", path)),
    }
}

/// What is known of the file at a path, or `None` where there is nothing. The lock and every file
/// around it is one of its folder's own: behind a symbolic link it would be another one than the
/// guard speaks of, a mount point cannot be renamed over, and reading a pipe may never end.
pub(super) fn file_at(path: &Path) -> Result<Option<Metadata>, LockError> {
    let there = match fs::symlink_metadata(path) {
        Ok(there) => there,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(LockError::io("read", path)(error)),
    };
    let instead = match there.file_type() {
        kind if kind.is_symlink() => Instead::Link,
        kind if !kind.is_file() => Instead::NoFile,
        _ if is_mount_point(path) => Instead::Mount,
        _ => return Ok(Some(there)),
    };
    Err(LockError::Instead { path: path.to_owned(), instead })
}

/// Whether a file is on another mount than its folder. Where the system does not tell, it is not.
fn is_mount_point(path: &Path) -> bool {
    let mount = |path: &Path| {
        let open = File::open(path).ok()?;
        let told = fs::read_to_string(format!("/proc/self/fdinfo/{}", open.as_raw_fd())).ok()?;
        told.lines().find_map(|line| line.strip_prefix("mnt_id:")).map(str::to_owned)
    };
    let around = path.parent().and_then(mount);
    around.is_some_and(|around| mount(path).is_some_and(|own| own != around))
}

fn suffixed(mut name: OsString, end: &str) -> OsString {
    name.push(end);
    name
}

/// The folder of a path, absolute and without symbolic links, and the name in it.
fn resolve(path: &Path) -> io::Result<(PathBuf, OsString)> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    Ok((fs::canonicalize(folder.unwrap_or(Path::new(".")))?, name.to_owned()))
}
