//! Errors of reading and writing locks, each with help. All of them are exit status 5.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::io::Errno;

use crate::ids::{InstanceName, TaskId};
use crate::text::shell_quote;

/// Error of reading or writing a lock. Nothing is overwritten if one occurs.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process is writing this lock.
    #[error("`{path}` is locked by another process{holder}")]
    Held {
        /// The lock.
        path: PathBuf,
        /// Its holder, if known: empty, or ` (process 12 on host)`.
        holder: String,
    },
    /// The file system does not support locking.
    #[error("`{path}` cannot be locked on this file system: {source}")]
    CannotLock {
        /// The sidecar.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// A file operation failed.
    #[error("cannot {action} `{path}`: {source}")]
    Io {
        /// The attempted operation: `read`, `write`, ...
        action: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// One of the lock's files is not a regular file of its directory.
    #[error("`{path}` is {instead}; expected a regular file in its directory")]
    Instead {
        /// The lock, its journal, its sidecar or its emergency journal.
        path: PathBuf,
        /// The kind of file found.
        instead: UnexpectedFileType,
    },
    /// The results recorded by a run could not be written to the lock.
    #[error("{source}; the IDs of this run are in the journal `{journal}`")]
    NotFolded {
        /// The lock.
        lock: PathBuf,
        /// The journal.
        journal: PathBuf,
        /// The error of writing the lock.
        source: Box<LockError>,
    },
    /// The lock was removed during a run.
    #[error("`{path}` was removed during this run")]
    Removed {
        /// The lock.
        path: PathBuf,
    },
    /// The lock contains git conflict markers.
    #[error("`{path}` line {line}: found a merge conflict marker")]
    Conflict {
        /// The lock.
        path: PathBuf,
        /// Its line, from 1.
        line: usize,
    },
    /// The file was written by a newer program.
    #[error("`{path}` has version {version}; this program reads version 1")]
    Newer {
        /// The lock or the journal.
        path: PathBuf,
        /// The version found.
        version: String,
    },
    /// The lock is truncated.
    #[error("`{path}` is cut short: {found}")]
    Truncated {
        /// The lock.
        path: PathBuf,
        /// Description of the truncation.
        found: &'static str,
    },
    /// The file is not YAML, or not a lock.
    #[error("`{path}` is damaged: {message}")]
    Damaged {
        /// The lock.
        path: PathBuf,
        /// Description of the damage, with its position.
        message: String,
    },
    /// The journal is damaged before its end.
    #[error("the journal `{path}` is damaged at byte {offset}{}", list_ids(ids))]
    Journal {
        /// The journal.
        path: PathBuf,
        /// Offset of the first unreadable byte.
        offset: u64,
        /// Every ID that is still readable, with its name if that is readable too.
        ids: Vec<(Option<InstanceName>, TaskId)>,
    },
    /// The writer of the journal stopped after an earlier error.
    #[error("the journal `{path}` cannot be written after an earlier error: {first}")]
    Poisoned {
        /// The journal.
        path: PathBuf,
        /// That error.
        first: String,
    },
    /// The journal's directory has no room for another request and its outcome.
    #[error("no space in `{path}` for the record of another request: {source}")]
    Full {
        /// The journal.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

/// Kind of file found instead of a regular file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnexpectedFileType {
    /// A link to another file, or to nothing.
    #[error("a symbolic link")]
    Link,
    /// Another file is mounted there.
    #[error("a mount point")]
    Mount,
    /// A directory, a pipe or a device.
    #[error("not a regular file")]
    NoFile,
}

impl LockError {
    /// Wraps the system's error of an operation on a path.
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { action, path: path.to_owned(), source }
    }

    /// Returns the help text.
    pub fn help(&self) -> String {
        match self {
            Self::Held { .. } => {
                "wait until it exits; if no other `instancectl` uses this lock, try again".into()
            }
            Self::CannotLock { .. } => {
                "make sure that no other process writes this lock, then use `--no-guard`".into()
            }
            Self::Io { path, source, .. } => io_help(path, source),
            Self::NotFolded { lock, source, .. } => format!(
                "{}; then `instancectl lock recover {}` writes the IDs into the lock, as does the \
                 next `apply`; keep the journal until then",
                source.help(),
                shell_quote(&lock.to_string_lossy())
            ),
            Self::Instead { path, instead } => {
                let path = path.display();
                match instead {
                    UnexpectedFileType::Link => format!(
                        "replace it with the file that it points to, which may contain IDs; if it \
                         points to nothing, `rm {path}`"
                    ),
                    UnexpectedFileType::Mount => {
                        "mount its directory instead: a lock is replaced as a whole, and a single \
                         mounted file cannot be replaced"
                            .into()
                    }
                    UnexpectedFileType::NoFile => format!("move `{path}` away"),
                }
            }
            Self::Conflict { path, .. } => merge_again(path),
            Self::Removed { path } => format!(
                "`git checkout -- {0}` restores the committed version; then `instancectl lock \
                 recover {0}` replays the journal, as does the same command",
                shell_quote(&path.to_string_lossy())
            ),
            Self::Truncated { path, .. } | Self::Damaged { path, .. } => format!(
                "keep a copy, it may contain IDs that are recorded nowhere else (`cp -n -p {0} \
                 {1}`); then `git checkout -- {0}` restores the committed version, and \
                 `instancectl lock recover {0}` replays a journal",
                shell_quote(&path.to_string_lossy()),
                shell_quote(&format!("{}.damaged", path.display())),
            ),
            Self::Newer { .. } => "update `instancectl`".into(),
            Self::Journal { path, .. } => format!(
                "write down the IDs above and compare them with the platform; the journal is \
                 kept: move `{}` away once the lock contains all of its IDs",
                path.display()
            ),
            Self::Poisoned { .. } => {
                "free the disk or repair it, then run the same command again".into()
            }
            Self::Full { path, source } => {
                format!("{}, then run the same command again", io_help(path, source))
            }
        }
    }
}

/// Returns help for a failed file operation.
fn io_help(path: &Path, source: &io::Error) -> String {
    match Errno::from_io_error(source) {
        Some(Errno::MFILE | Errno::NFILE) => {
            "too many open files: raise the limit (`ulimit -n`), or select fewer manifests".into()
        }
        Some(Errno::ACCESS) if is_sidecar(path) && path.exists() => format!(
            "`{}` {}; if no `instancectl` of theirs uses this lock, it may be removed",
            path.display(),
            owner(path)
        ),
        Some(Errno::PERM | Errno::ACCESS) => format!(
            "`{}` {}: check its permissions, those of its directory and its attributes \
             (`lsattr`); in a directory with the sticky bit only the owner of a file may replace \
             it",
            path.display(),
            owner(path)
        ),
        Some(Errno::DQUOT) => "free some of your quota".into(),
        Some(Errno::FBIG) => "raise the file size limit (`ulimit -f`)".into(),
        Some(Errno::NOSPC) => format!("free some space on the disk of `{}`", path.display()),
        _ => format!("check the permissions and the free space of `{}`", path.display()),
    }
}

/// Returns help for repeating the merge of a lock that contains git conflict markers. Taking one
/// side would drop the IDs of the other.
fn merge_again(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // A pattern with spaces must be quoted there.
    let pattern =
        if name.contains(char::is_whitespace) { format!("{name:?}") } else { name.into() };
    let attribute = shell_quote(&format!("{pattern} merge=instancectl"));
    let copy = shell_quote(&format!("{}.conflict", path.display()));
    let lock = shell_quote(&path.to_string_lossy());
    format!(
        "both sides contain IDs, so do not take one of them: keep a copy (`cp -n -p {lock} \
         {copy}`), let git merge it entry by entry (`git config merge.instancectl.driver \
         'instancectl lock merge %O %A %B %P'`, `echo {attribute} >> \"$(git rev-parse --git-path \
         info/attributes)\"`, `git checkout -m -- {lock}`), check it (`instancectl lock verify \
         {lock}`), then `git add {lock}` and finish the merge"
    )
}

/// Returns whether this is the file that a process locks while it writes a lock.
fn is_sidecar(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "lk")
}

/// Describes the owner of a file: `belongs to alice (uid 1000)`.
fn owner(path: &Path) -> String {
    let Ok(found) = fs::symlink_metadata(path) else { return "cannot be created".to_owned() };
    let uid = found.uid().to_string();
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let name = users.lines().find_map(|user| {
        let mut fields = user.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == uid).then(|| name.escape_debug().to_string())
    });
    name.map_or_else(
        || format!("belongs to user {uid}"),
        |name| format!("belongs to {name} (uid {uid})"),
    )
}

fn list_ids(ids: &[(Option<InstanceName>, TaskId)]) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    for (name, id) in ids {
        let name = name.as_ref().map_or("?", InstanceName::as_str);
        write!(text, "\n  readable: name={name:?} id={id}").expect("a string takes text");
    }
    text
}
