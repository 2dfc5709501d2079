//! Errors of reading and writing locks. All of them are exit status 5.

use std::io;
use std::path::{Path, PathBuf};

use super::damage::{Damage, Truncation};
use super::remote::RemoteError;
use super::system_error::SystemError;
use crate::exit_status::ExitClass;
use crate::ids::{InstanceName, TaskId};

/// Error of reading or writing a lock. Nothing is overwritten if one occurs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LockError {
    /// Another process is writing this lock.
    Held {
        /// The lock.
        path: PathBuf,
        /// Its holder.
        holder: LockHolder,
    },
    /// The file system does not support locking.
    CannotLock {
        /// The sidecar.
        path: PathBuf,
        /// The system's error.
        source: SystemError,
    },
    /// A file operation failed.
    Io {
        /// The attempted operation.
        action: FileAction,
        /// The file or directory.
        path: PathBuf,
        /// The system's error.
        source: SystemError,
    },
    /// Another program replaced the lock during every attempt to write it.
    KeepsChanging {
        /// The lock.
        path: PathBuf,
    },
    /// One of the lock's files is not a regular file of its directory.
    Instead {
        /// The lock, its journal, its sidecar or its emergency journal.
        path: PathBuf,
        /// The kind of file found.
        instead: UnexpectedFileType,
    },
    /// The results recorded by a run could not be written to the lock.
    NotFolded {
        /// The lock.
        lock: PathBuf,
        /// The journal.
        journal: PathBuf,
        /// The error of writing the lock.
        source: Box<LockError>,
    },
    /// The lock was removed during a run.
    Removed {
        /// The lock.
        path: PathBuf,
    },
    /// The lock contains git conflict markers.
    Conflict {
        /// The lock.
        path: PathBuf,
        /// Its line, from 1.
        line: usize,
    },
    /// The file was written by a newer program.
    Newer {
        /// The lock or the journal.
        path: PathBuf,
        /// The version found.
        version: NewerVersion,
    },
    /// The lock is truncated.
    Truncated {
        /// The lock.
        path: PathBuf,
        /// The evidence.
        found: Truncation,
    },
    /// The file is not YAML, or not a lock.
    Damaged {
        /// The lock.
        path: PathBuf,
        /// The damage.
        damage: Damage,
    },
    /// The journal is damaged before its end.
    Journal {
        /// The journal.
        path: PathBuf,
        /// Offset of the first unreadable byte.
        offset: u64,
        /// Every ID that is still readable, with its name if that is readable too.
        ids: Vec<(Option<InstanceName>, TaskId)>,
    },
    /// The writer of the journal stopped after an earlier error.
    Poisoned {
        /// The journal.
        path: PathBuf,
        /// That error.
        first: WriterFailure,
    },
    /// The git remote that has to hold the records of this run does not have them.
    Remote(Box<RemoteError>),
    /// The journal's directory has no room for another request and its outcome.
    Full {
        /// The journal.
        path: PathBuf,
        /// The system's error.
        source: SystemError,
    },
}

/// Process that holds a lock, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LockHolder {
    /// It is not known.
    Unknown,
    /// The process that the sidecar names.
    Sidecar {
        /// The text of the sidecar: `process 12 on host`.
        text: String,
    },
    /// The process that the journal names.
    Journal {
        /// Its process ID.
        pid: u32,
        /// Whether it holds no sidecar, because that was removed.
        sidecar_removed: bool,
    },
    /// Any process: the sidecar of this one was removed.
    SidecarRemoved {
        /// The sidecar.
        sidecar: PathBuf,
    },
}

/// File operation that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileAction {
    /// Resolving the path of a lock.
    Find,
    /// Opening a file.
    Open,
    /// Reading a file.
    Read,
    /// Creating a file.
    Create,
    /// Writing or replacing a file.
    Write,
    /// Removing a file.
    Remove,
    /// Reserving space in a directory.
    ReserveSpace,
    /// Starting the thread that writes a journal.
    StartWriter,
}

/// Version of a file that this program cannot read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewerVersion {
    /// The version in the file.
    Exactly(u64),
    /// This one or a later one: the file contains records that this program does not know.
    AtLeast(u32),
}

/// Error after which a journal is not written any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WriterFailure {
    /// A write or sync failed.
    System(SystemError),
    /// The thread has exited.
    Exited,
}

/// Error of writing an ID to the emergency journal.
#[derive(Debug)]
pub enum EmergencyWriteError {
    /// The user has no state directory.
    NoStateDirectory,
    /// A file operation failed.
    Io(io::Error),
}

/// Kind of file found instead of a regular file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnexpectedFileType {
    /// A link to another file, or to nothing.
    Link,
    /// Another file is mounted there.
    Mount,
    /// A directory, a pipe or a device.
    NoFile,
}

impl LockError {
    /// Returns its failure class.
    pub fn class(&self) -> ExitClass {
        match self {
            Self::Remote(error) => error.class(),
            Self::NotFolded { source, .. } => source.class(),
            _ => ExitClass::Lock,
        }
    }

    /// Wraps the system's error of an operation on a path.
    pub(super) fn io(action: FileAction, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |error| {
            let source = SystemError::new(&error, path);
            Self::Io { action, path: path.to_owned(), source }
        }
    }
}
