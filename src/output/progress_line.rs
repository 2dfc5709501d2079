//! State of the progress line, and the width of the terminal.

use std::io::{self, IsTerminal};

/// Clears the rest of a line of the terminal.
pub(super) const CLEAR_TO_END: &str = "\x1b[K";

/// The terminal, if any. Its width in cells is queried each time, since windows change.
#[derive(Debug, Default)]
pub(super) struct ProgressLine {
    /// Whether standard output is the terminal.
    pub(super) out: bool,
    /// Whether standard error is the terminal.
    pub(super) err: bool,
    /// Whether the progress line is displayed.
    pub(super) drawn: bool,
    /// Number of heartbeat messages printed by a run without a terminal.
    pub(super) signs: u32,
    /// The counts that were reported last.
    pub(super) counts: String,
    /// Steps of a run: in total, started and done.
    pub(super) steps: ProgressCounts,
}

/// Progress of a run, in instances.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ProgressCounts {
    pub(crate) total: usize,
    pub(crate) begun: usize,
    pub(crate) done: usize,
}

impl ProgressLine {
    /// Returns the terminal of this process.
    pub(super) fn of_process() -> Self {
        Self {
            out: io::stdout().is_terminal(),
            // A terminal without carriage return support gets plain lines.
            err: io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|t| t != "dumb"),
            ..Self::default()
        }
    }
}

/// Returns the width of the terminal in cells, if any.
pub(super) fn width() -> Option<usize> {
    size().map(|(width, _)| width)
}

/// Returns the width and the height of the terminal in cells, if any.
pub(super) fn size() -> Option<(usize, usize)> {
    terminal_size::terminal_size().map(|(width, height)| (width.0.into(), height.0.into()))
}
