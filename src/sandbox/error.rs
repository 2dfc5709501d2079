//! Errors of starting a sandbox.

use std::io;
use std::path::PathBuf;

/// The reason that a sandbox cannot start.
#[derive(Debug)]
pub enum SandboxError {
    /// The port is not available.
    Listen {
        /// The requested port; 0 = any.
        port: u16,
        /// The system's error.
        source: io::Error,
    },
    /// Another process uses the same state directory.
    InUse {
        /// The state directory.
        folder: PathBuf,
    },
    /// The state cannot be read or written.
    State {
        /// The file or directory.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// A line of the state is not in the sandbox's format.
    Damaged {
        /// The file.
        path: PathBuf,
        /// Its line, from 1.
        line: usize,
        /// The decoder's message.
        problem: String,
    },
}
