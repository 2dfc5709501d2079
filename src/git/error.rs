//! Errors of git as the backend.

use std::path::PathBuf;

use super::holder::ClaimHolder;
use crate::exit_status::ExitClass;
use crate::lockfile::{LockError, RemoteError};

/// Error of an operation with git.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GitError {
    /// The `git` program is not installed.
    Missing,
    /// The `git` program is too old.
    TooOld {
        /// Its version.
        found: String,
    },
    /// The `git` program cannot be started.
    CannotRun {
        /// The system's error.
        cause: String,
    },
    /// A local git command failed.
    Command {
        /// The command, such as `fast-import`.
        command: String,
        /// Its message.
        cause: String,
    },
    /// Lines cannot be added to `.gitignore` or `.gitattributes`.
    SettingsUnwritable {
        /// The file.
        file: PathBuf,
        /// The system's error.
        cause: String,
    },
    /// A lock is in no repository.
    NotInRepository {
        /// The lock.
        lock: PathBuf,
    },
    /// The locks of one run are in several repositories.
    SeveralRepositories {
        /// A lock in each of two.
        locks: [PathBuf; 2],
    },
    /// No branch is checked out, and no CI system names one.
    NoBranch,
    /// The repository has no remote of this name.
    UnknownRemote {
        /// The name.
        remote: String,
    },
    /// The remote has several addresses to push to, which cannot be changed at once.
    SeveralPushAddresses {
        /// The remote.
        remote: String,
    },
    /// The remote does not have the branch.
    NoRemoteBranch {
        /// The remote.
        remote: String,
        /// The branch.
        branch: String,
    },
    /// A name that git does not allow for a branch.
    InvalidBranch {
        /// The name.
        branch: String,
    },
    /// On the branch, a file has the name of a directory of a lock.
    InTheWay {
        /// The branch.
        branch: String,
        /// The file.
        file: String,
    },
    /// The remote could not be reached, or did not take a push.
    Remote(RemoteError),
    /// A lock at the remote cannot be read.
    RemoteLock {
        /// The branch.
        branch: String,
        /// The error.
        source: Box<LockError>,
    },
    /// The branch no longer has a lock that this checkout has.
    LockRemoved {
        /// The branch.
        branch: String,
        /// The lock, by its path in the repository.
        lock: String,
    },
    /// A lock cannot be read or written here.
    Lock(Box<LockError>),
    /// Other pushes came first in every attempt.
    KeepsChanging {
        /// The branch.
        branch: String,
    },
    /// Another run has claimed a lock.
    Claimed {
        /// The lock.
        lock: PathBuf,
        /// That run.
        holder: Box<ClaimHolder>,
    },
    /// A claim has the records of a run that died on another branch.
    ClaimOfBranch {
        /// The lock.
        lock: PathBuf,
        /// That branch.
        branch: String,
    },
    /// The path of a lock is not UTF-8.
    NotUtf8 {
        /// The lock.
        lock: PathBuf,
    },
    /// A claim that was to be given up has moved: its run still works.
    ClaimMoved,
    /// A claim cannot be read.
    UnreadableClaim {
        /// The ref at the remote.
        target: String,
        /// The problem, in the words of a library.
        cause: String,
    },
}

impl GitError {
    /// Returns its failure class; `None` for wrong usage.
    pub fn class(&self) -> Option<ExitClass> {
        match self {
            Self::NoBranch
            | Self::SettingsUnwritable { .. }
            | Self::NotInRepository { .. }
            | Self::NotUtf8 { .. }
            | Self::SeveralRepositories { .. }
            | Self::UnknownRemote { .. }
            | Self::SeveralPushAddresses { .. }
            | Self::InvalidBranch { .. } => None,
            Self::Remote(error) => Some(error.class()),
            Self::Lock(error) => Some(error.class()),
            Self::Missing
            | Self::TooOld { .. }
            | Self::CannotRun { .. }
            | Self::Command { .. }
            | Self::NoRemoteBranch { .. }
            | Self::InTheWay { .. }
            | Self::RemoteLock { .. }
            | Self::LockRemoved { .. }
            | Self::KeepsChanging { .. }
            | Self::Claimed { .. }
            | Self::ClaimMoved
            | Self::ClaimOfBranch { .. }
            | Self::UnreadableClaim { .. } => Some(ExitClass::Lock),
        }
    }
}

impl From<RemoteError> for GitError {
    fn from(error: RemoteError) -> Self {
        Self::Remote(error)
    }
}

impl From<LockError> for GitError {
    fn from(error: LockError) -> Self {
        Self::Lock(Box::new(error))
    }
}
