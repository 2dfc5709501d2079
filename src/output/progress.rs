//! The progress line of a terminal, redrawn in place.

use std::io::{self, IsTerminal, Write};

use unicode_width::UnicodeWidthStr;

use super::{Console, open, table};
use crate::apply::{Event, Outcome};

/// The terminal, if any. Its width in cells is queried each time, since windows change.
#[derive(Debug, Default)]
pub(super) struct ProgressLine {
    /// Whether standard output is the terminal.
    pub(super) out: bool,
    /// Whether standard error is the terminal.
    pub(super) err: bool,
    /// Width in cells of the progress line that is currently displayed.
    pub(super) drawn: usize,
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

impl Console {
    /// Returns the width of standard output in cells, if it is a terminal.
    pub(super) fn out_width(&self) -> Option<usize> {
        if self.screen.out { width() } else { None }
    }

    /// Updates the progress counts from an event.
    pub(super) fn step(&mut self, event: &Event<'_>) {
        match event {
            Event::Sending { .. } => self.screen.steps.begun += 1,
            Event::Settled(instance) if instance.outcome != Some(Outcome::Skipped) => {
                self.screen.steps.done += 1;
            }
            _ => {}
        }
    }

    /// Draws the progress of a run, if there is a terminal and something is in progress.
    pub(super) fn render_counts(&mut self) -> io::Result<()> {
        let steps = self.screen.steps;
        if !self.screen.err || steps.total == 0 || steps.done >= steps.total {
            return Ok(());
        }
        self.render(&self.words().run_progress(&steps))
    }

    /// Draws the progress line over the previous one.
    pub(super) fn render(&mut self, line: &str) -> io::Result<()> {
        if self.quiet {
            return Ok(());
        }
        let room = line_width();
        let line = table::truncate(line, room);
        let (width, before) = (line.width(), self.screen.drawn.min(room));
        self.screen.drawn = width;
        open(write!(self.err, "\r{line}{}", " ".repeat(before.saturating_sub(width))))?;
        open(self.err.flush())
    }

    /// Clears the progress line.
    pub(super) fn clear(&mut self) -> io::Result<()> {
        if !self.screen.err || self.screen.drawn == 0 {
            return Ok(());
        }
        let blank = " ".repeat(self.screen.drawn.min(line_width()));
        self.screen.drawn = 0;
        open(write!(self.err, "\r{blank}\r"))?;
        open(self.err.flush())
    }
}

/// Returns the width of the terminal in cells, if any.
pub(super) fn width() -> Option<usize> {
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
}

/// Returns the width of the progress line: one cell less, so that the terminal does not wrap it.
fn line_width() -> usize {
    width().map_or(79, |width| width.saturating_sub(1))
}
