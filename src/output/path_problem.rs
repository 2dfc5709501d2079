//! Files and directories that cannot be used.

use std::io;

/// The reason why a file or directory cannot be used.
#[derive(Debug)]
pub(crate) enum PathProblem {
    /// It cannot be read. Git may have quoted its path.
    Unreadable { error: io::Error, quoted_by_git: bool },
    /// It is a directory that cannot be read.
    DirectoryUnreadable(io::Error),
    /// It is a list of paths that cannot be read.
    ListUnreadable(io::Error),
    /// It is a directory without a manifest.
    HasNoManifest { recursive: bool },
    /// `export` writes YAML only.
    ExportIsNotYaml,
    /// `export` does not overwrite a file.
    ExportExists,
    /// `export --adopt` does not change a lock that exists.
    LockExists,
    /// It cannot be written.
    Unwritable(io::Error),
    /// The fixed manifest cannot be written; it is unchanged.
    FixUnwritable(FixFault),
    /// It is not the name of a YAML file, as a starter file needs.
    StarterIsNotYaml,
    /// A starter file would overwrite it.
    StarterExists,
    /// A report would overwrite this manifest.
    ReportOverwritesManifest,
    /// A report would overwrite this lock.
    ReportOverwritesLock,
    /// Two reports would go to it.
    ReportsCollide,
    /// It is not a sandbox lock, which `--sandbox` needs.
    NotSandboxLock,
    /// It is a sandbox lock, which needs `--sandbox`.
    SandboxLock,
    /// It is a lock, and `--lock` names another.
    LockNamedTwice,
    /// It is not a script that can be sent.
    Script(ScriptFault),
}

/// The reason why a fixed manifest cannot be written.
#[derive(Debug)]
pub(crate) enum FixFault {
    /// It is not a regular file.
    NotRegularFile,
    /// It was changed after it was read.
    Changed,
    /// It cannot be written.
    System(io::Error),
}

impl From<io::Error> for FixFault {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}

/// A fault of a glob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GlobFault {
    /// A `[` is not closed, or nothing is between it and its `]`.
    UnclosedBracket,
    /// More than two stars follow one another.
    ThreeStars,
    /// `**` is next to another character than `/`.
    StarsInName,
}

/// The reason why a script cannot be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ScriptFault {
    /// It has no text.
    Empty,
    /// It is larger than 1 MiB.
    TooLarge,
    /// It contains a NUL byte.
    Nul,
    /// It is not UTF-8.
    NotUtf8,
}
