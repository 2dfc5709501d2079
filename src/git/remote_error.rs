//! Why a remote could not be reached, or did not take a push.

use super::program::Output;
use crate::lockfile::{RemoteError, RemoteFailure};

/// Texts of git and of its helpers about credentials that do not work.
const DENIED: &[&str] = &[
    "Authentication failed",
    "could not read Username",
    "could not read Password",
    "terminal prompts disabled",
    "Permission denied (",
    "Invalid username or password",
    "HTTP Basic: Access denied",
    "The requested URL returned error: 401",
    "The requested URL returned error: 403",
    "Host key verification failed",
];

/// Returns the error of a fetch or push that failed as a whole.
pub(super) fn remote_error(remote: &str, output: &Output) -> RemoteError {
    let cause = output.cause();
    let failure = if output.timed_out {
        RemoteFailure::TimedOut
    } else if let Some(line) = output.stderr.lines().find(|line| is_denial(line)) {
        let mut line = line.trim();
        for prefix in ["fatal: ", "remote: ", "error: "] {
            line = line.strip_prefix(prefix).unwrap_or(line);
        }
        RemoteFailure::Denied { cause: line.to_owned() }
    } else {
        RemoteFailure::Unreachable { cause }
    };
    RemoteError { remote: remote.to_owned(), failure }
}

fn is_denial(line: &str) -> bool {
    DENIED.iter().any(|text| line.contains(text))
}

/// Returns the messages of the server in the output of a push, such as those of its hooks.
pub(super) fn server_messages(stderr: &str) -> String {
    let lines = stderr.lines().filter_map(|line| line.strip_prefix("remote:"));
    // That a hook declined is the reason itself.
    let says = |line: &&str| !line.is_empty() && !line.starts_with("error: hook declined");
    let lines: Vec<&str> = lines.map(str::trim).filter(says).collect();
    lines.join("; ")
}
