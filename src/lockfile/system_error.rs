//! Errors of the operating system on the files of a lock, with the facts that explain them.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::{fs, io};

use rustix::io::Errno;

/// Error of the operating system on a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemError {
    /// The system's message, with its error number.
    pub message: String,
    /// Its kind.
    pub kind: SystemErrorKind,
}

/// Kind of a [`SystemError`], as far as it determines what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SystemErrorKind {
    /// The process or the system has too many open files.
    TooManyFiles,
    /// The file is the sidecar of a process lock and belongs to another user.
    ForeignSidecar(FileOwner),
    /// The user may not do this to the file.
    NotPermitted(FileOwner),
    /// The user's disk quota is used up.
    QuotaExceeded,
    /// The file would exceed the size limit of the process.
    FileSizeLimit,
    /// The disk has no space left.
    DiskFull,
    /// Any other error.
    Other,
}

/// Owner of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileOwner {
    /// The file does not exist.
    NoFile,
    /// A user.
    User {
        /// The number of the user.
        uid: u32,
        /// The login name, if known.
        name: Option<String>,
    },
}

impl SystemError {
    /// Reads the facts from an error on the file at `path`.
    pub(super) fn new(error: &io::Error, path: &Path) -> Self {
        Self { message: error.to_string(), kind: SystemErrorKind::new(error, path) }
    }
}

impl SystemErrorKind {
    fn new(error: &io::Error, path: &Path) -> Self {
        match Errno::from_io_error(error) {
            Some(Errno::MFILE | Errno::NFILE) => Self::TooManyFiles,
            Some(Errno::ACCESS) if is_sidecar(path) && path.exists() => {
                Self::ForeignSidecar(FileOwner::of(path))
            }
            Some(Errno::PERM | Errno::ACCESS) => Self::NotPermitted(FileOwner::of(path)),
            Some(Errno::DQUOT) => Self::QuotaExceeded,
            Some(Errno::FBIG) => Self::FileSizeLimit,
            Some(Errno::NOSPC) => Self::DiskFull,
            _ => Self::Other,
        }
    }
}

/// Returns whether this is the file that a process locks while it writes a lock.
fn is_sidecar(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "lk")
}

impl FileOwner {
    fn of(path: &Path) -> Self {
        let Ok(found) = fs::symlink_metadata(path) else { return Self::NoFile };
        let uid = found.uid();
        let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let name = users.lines().find_map(|user| {
            let mut fields = user.split(':');
            let name = fields.next()?;
            (fields.nth(1)? == uid.to_string()).then(|| name.to_owned())
        });
        Self::User { uid, name }
    }
}
