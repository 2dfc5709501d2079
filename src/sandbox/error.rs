//! Errors of starting a sandbox.

use std::io;
use std::path::PathBuf;

/// The reason that a sandbox cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SandboxError {
    /// The port is not available.
    #[error("the sandbox cannot listen on 127.0.0.1:{port}: {source}")]
    Listen {
        /// The requested port; 0 = any.
        port: u16,
        /// The system's error.
        source: io::Error,
    },
    /// Another process uses the same state directory.
    #[error("another sandbox uses `{}`", folder.display())]
    InUse {
        /// The state directory.
        folder: PathBuf,
    },
    /// The state cannot be read or written.
    #[error("cannot open the sandbox state `{}`: {source}", path.display())]
    State {
        /// The file or directory.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// A line of the state is not in the sandbox's format.
    #[error("the sandbox state `{}` is damaged in line {line}: {problem}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Its line, from 1.
        line: usize,
        /// Description of the error.
        problem: String,
    },
}
