//! Paths of a lock and its related files, the replacement of a lock, and the proof that it can be
//! replaced.

use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::LockError;
use super::error::{FileAction, UnexpectedFileType};
use crate::atomic_file;
use crate::lockfile::entry::Lockfile;

/// Returns the lock path of a manifest: next to it, with `.yaml`, `.yml` or `.json` replaced by
/// `.lock`, otherwise with `.lock` added. The sandbox has a separate lock.
pub fn default_lock_path(manifest: &Path, sandbox: bool) -> PathBuf {
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

/// Returns whether a path is that of a lock rather than of a manifest.
pub fn is_lock(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "lock")
}

/// Returns whether the path of a lock is that of one of the sandbox.
pub fn is_sandbox_lock(lock: &Path) -> bool {
    lock.to_string_lossy().ends_with(".sandbox.lock")
}

/// Atomically replaces a file with these bytes: at every moment it is either the old or the new
/// one, complete. Used for the files that git passes to a merge driver, which nothing else writes.
pub fn write_lock(path: &Path, bytes: &[u8]) -> Result<(), LockError> {
    Paths::for_lock(path)?.replace_lock(bytes)
}

/// Paths of a lock and its related files. The path is absolute and its directory contains no
/// symbolic links, so that all paths to one lock share one process lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Paths {
    pub(super) lock: PathBuf,
    pub(super) folder: PathBuf,
    pub(super) journal: PathBuf,
    pub(super) guard: PathBuf,
    /// Path of the next version of the lock before it replaces the lock.
    pub(super) next: PathBuf,
}

impl Paths {
    /// Resolves the path of a lock that need not exist yet; its directory must exist.
    pub(super) fn for_lock(lock: &Path) -> Result<Self, LockError> {
        let (folder, name) = resolve(lock).map_err(LockError::io(FileAction::Find, lock))?;
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

    /// Atomically replaces the lock: writes the new text to a file next to it, syncs that, renames
    /// it over the lock and syncs the directory. At every moment the lock is either the old or the
    /// new one, complete.
    pub(super) fn replace_lock(&self, text: &[u8]) -> Result<(), LockError> {
        self.replace(text, None).map(drop)
    }

    /// Like [`replace_lock`](Self::replace_lock), but only if the lock is still the version in
    /// `known`; returns false, without any change, if it is not.
    pub(super) fn replace_version(&self, text: &[u8], known: Version) -> Result<bool, LockError> {
        self.replace(text, Some(known))
    }

    fn replace(&self, text: &[u8], known: Option<Version>) -> Result<bool, LockError> {
        regular_file(&self.lock)?;
        // As late as possible: a write between this check and the rename is lost.
        let is_known = || Ok(known.is_none_or(|known| known == Version::at(&self.lock)));
        let write = |next: &mut File| next.write_all(text);
        let replaced = atomic_file::replace(&self.lock, self.next.clone(), write, is_known)
            .and_then(
                |new| if new.is_some() { self.sync_folder().map(|()| true) } else { Ok(false) },
            );
        replaced.map_err(LockError::io(FileAction::Write, &self.lock))
    }

    /// Checks that a lock of `size` bytes can be written at the end of a run: writes that much,
    /// then replaces the lock with its own content in the same steps as the final write. A lock
    /// that does not exist yet is created and removed.
    pub(super) fn prove_final_write(&self, size: usize) -> Result<(), LockError> {
        self.check_free_space(size)?;
        let known = Version::at(&self.lock);
        if let Some(text) = read_optional(&self.lock)? {
            // A lock that changed meanwhile was replaced, so it is replaceable.
            return self.replace_version(&text, known).map(drop);
        }
        if !self.replace_version(Lockfile::default().to_text().as_bytes(), known)? {
            return Ok(());
        }
        let removed = fs::remove_file(&self.lock).and_then(|()| self.sync_folder());
        removed.map_err(LockError::io(FileAction::Remove, &self.lock))
    }

    /// Checks that the directory has room for a lock of this size.
    fn check_free_space(&self, size: usize) -> Result<(), LockError> {
        let write = || {
            let mut next = atomic_file::create(self.next.clone(), 0o600)?;
            let zeros = vec![0; size.min(1 << 20)];
            let mut left = size;
            while left > 0 {
                let part = left.min(zeros.len());
                next.write_all(&zeros[..part])?;
                left -= part;
            }
            // Some file systems report a full disk only now.
            next.as_file().sync_data()
        };
        write().map_err(LockError::io(FileAction::ReserveSpace, &self.folder))
    }

    /// Makes files created, renamed or removed in the directory durable, if its file system
    /// supports that.
    pub(super) fn sync_folder(&self) -> io::Result<()> {
        atomic_file::sync_folder(&self.folder)
    }
}

/// Identity of a file version, obtained without reading the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Version(Option<FileVersion>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FileVersion {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, i64),
}

impl Version {
    /// Returns the version of the file at a path; an inaccessible file counts as missing.
    pub(super) fn at(path: &Path) -> Self {
        Self(fs::symlink_metadata(path).ok().map(|found| FileVersion {
            device: found.dev(),
            inode: found.ino(),
            size: found.size(),
            modified: (found.mtime(), found.mtime_nsec()),
        }))
    }
}

/// Returns the file's content, or `None` if the file does not exist.
pub(super) fn read_optional(path: &Path) -> Result<Option<Vec<u8>>, LockError> {
    match regular_file(path)? {
        None => Ok(None),
        Some(_) => fs::read(path).map(Some).map_err(LockError::io(FileAction::Read, path)),
    }
}

/// Returns the metadata of the file at a path, or `None` if there is nothing. The lock and its
/// related files must be regular files of their directory: a symbolic link would lead to a file
/// that the process lock does not cover, a mount point cannot be renamed over, and reading a pipe
/// may never end.
pub(super) fn regular_file(path: &Path) -> Result<Option<Metadata>, LockError> {
    let there = match fs::symlink_metadata(path) {
        Ok(there) => there,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(LockError::io(FileAction::Read, path)(error)),
    };
    let instead = match there.file_type() {
        kind if kind.is_symlink() => UnexpectedFileType::Link,
        kind if !kind.is_file() => UnexpectedFileType::NoFile,
        _ if is_mount_point(path) => UnexpectedFileType::Mount,
        _ => return Ok(Some(there)),
    };
    Err(LockError::Instead { path: path.to_owned(), instead })
}

/// Returns whether a file is on another mount than its directory; false if the system does not
/// provide this.
fn is_mount_point(path: &Path) -> bool {
    let mount = |path: &Path| {
        let open = File::open(path).ok()?;
        let reported =
            fs::read_to_string(format!("/proc/self/fdinfo/{}", open.as_raw_fd())).ok()?;
        reported.lines().find_map(|line| line.strip_prefix("mnt_id:")).map(str::to_owned)
    };
    let around = path.parent().and_then(mount);
    around.is_some_and(|around| mount(path).is_some_and(|own| own != around))
}

fn suffixed(mut name: OsString, end: &str) -> OsString {
    name.push(end);
    name
}

/// Returns the directory of a path, absolute and without symbolic links, and the file name in it.
fn resolve(path: &Path) -> io::Result<(PathBuf, OsString)> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    Ok((fs::canonicalize(folder.unwrap_or(Path::new(".")))?, name.to_owned()))
}
