//! Where a lock and the files beside it are, and how a file is replaced whole.

use std::ffi::OsString;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::io::Errno;

use super::error::UnexpectedFileType;
use super::{LockError, Lockfile};

/// The lock of a manifest: beside it, under its name with `.yaml`, `.yml` or `.json` replaced by
/// `.lock`, else with `.lock` added. The sandbox has its own.
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

/// Whether a path is that of a lock rather than of a manifest.
pub fn is_lock(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "lock")
}

/// Replaces a file by these bytes: at every moment it is the old one or the new one, whole. For the
/// files that git gives to be merged, which nobody else writes.
pub fn write_lock(path: &Path, bytes: &[u8]) -> Result<(), LockError> {
    Paths::for_lock(path)?.replace_lock(bytes)
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
    pub(super) fn for_lock(lock: &Path) -> Result<Self, LockError> {
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

    /// Replaces the lock: writes the new text to a file next to it, syncs that, renames it over the
    /// lock and syncs the folder. At every moment the lock is the old one or the new one, whole.
    pub(super) fn replace_lock(&self, text: &[u8]) -> Result<(), LockError> {
        self.replace(text, None).map(drop)
    }

    /// Like [`replace_lock`](Self::replace_lock), but only if the lock is still the version that
    /// `known` was taken of; false if it is not, and then nothing changed.
    pub(super) fn replace_version(&self, text: &[u8], known: Version) -> Result<bool, LockError> {
        self.replace(text, Some(known))
    }

    fn replace(&self, text: &[u8], known: Option<Version>) -> Result<bool, LockError> {
        let old = regular_file(&self.lock)?;
        let write = || {
            let mut next = self.create_temp()?;
            next.write_all(text)?;
            if let Some(old) = &old {
                // Best effort: some file systems have no modes, and the lock of another user has
                // another owner.
                let _ = next.set_permissions(old.permissions());
            }
            next.sync_all()?;
            drop(next);
            // As late as possible: what is written between this look and the rename is lost.
            if known.is_some_and(|known| known != Version::at(&self.lock)) {
                fs::remove_file(&self.next)?;
                return Ok(false);
            }
            fs::rename(&self.next, &self.lock)?;
            self.sync_folder().map(|()| true)
        };
        write().map_err(|source| {
            // Best effort: if this fails too, the next run removes the file.
            let _ = fs::remove_file(&self.next);
            LockError::Io { action: "write", path: self.lock.clone(), source }
        })
    }

    /// Proves that a lock of `size` bytes can be written at the end of a run: writes that much, then
    /// replaces the lock by its own content with the very steps of the final write. A lock that does
    /// not exist yet is created and removed.
    pub(super) fn prove_final_write(&self, size: usize) -> Result<(), LockError> {
        self.check_free_space(size)?;
        let known = Version::at(&self.lock);
        if let Some(text) = read_optional(&self.lock)? {
            // A lock that changed meanwhile was replaced, so it can be.
            return self.replace_version(&text, known).map(drop);
        }
        if !self.replace_version(Lockfile::default().to_text().as_bytes(), known)? {
            return Ok(());
        }
        let removed = fs::remove_file(&self.lock).and_then(|()| self.sync_folder());
        removed.map_err(LockError::io("remove", &self.lock))
    }

    /// Proves that the folder takes a lock of this size.
    fn check_free_space(&self, size: usize) -> Result<(), LockError> {
        let write = || {
            let mut next = self.create_temp()?;
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

    /// Makes what was created, renamed or removed in the folder durable, if its file system can.
    pub(super) fn sync_folder(&self) -> io::Result<()> {
        match File::open(&self.folder)?.sync_all() {
            Err(error) if cannot_sync_folders(&error) => Ok(()),
            synced => synced,
        }
    }

    /// An empty file under the name of the next version; what a killed run left there goes.
    fn create_temp(&self) -> io::Result<File> {
        match fs::remove_file(&self.next) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        OpenOptions::new().write(true).create_new(true).open(&self.next)
    }
}

/// Whether this is the answer of a file system that has no sync for folders: EINVAL or ENOTSUP.
fn cannot_sync_folders(error: &io::Error) -> bool {
    let errno = Errno::from_io_error(error);
    errno.is_some_and(|errno| [Errno::INVAL, Errno::NOTSUP, Errno::NOSYS].contains(&errno))
}

/// What tells one version of a file from another without reading it.
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
    /// The version of the file at a path; a file that cannot be seen counts as missing.
    pub(super) fn at(path: &Path) -> Self {
        Self(fs::symlink_metadata(path).ok().map(|found| FileVersion {
            device: found.dev(),
            inode: found.ino(),
            size: found.size(),
            modified: (found.mtime(), found.mtime_nsec()),
        }))
    }
}

/// The file's content, or `None` where there is no such file.
pub(super) fn read_optional(path: &Path) -> Result<Option<Vec<u8>>, LockError> {
    match regular_file(path)? {
        None => Ok(None),
        Some(_) => fs::read(path).map(Some).map_err(LockError::io("read", path)),
    }
}

/// What is known of the file at a path, or `None` where there is nothing. The lock and every file
/// around it is one of its folder's own: behind a symbolic link it would be another one than the
/// guard speaks of, a mount point cannot be renamed over, and reading a pipe may never end.
pub(super) fn regular_file(path: &Path) -> Result<Option<Metadata>, LockError> {
    let there = match fs::symlink_metadata(path) {
        Ok(there) => there,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(LockError::io("read", path)(error)),
    };
    let instead = match there.file_type() {
        kind if kind.is_symlink() => UnexpectedFileType::Link,
        kind if !kind.is_file() => UnexpectedFileType::NoFile,
        _ if is_mount_point(path) => UnexpectedFileType::Mount,
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
