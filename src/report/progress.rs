//! The one line of a terminal that shows how a run goes on, drawn anew over itself.

use std::io::{self, IsTerminal, Write};

use unicode_width::UnicodeWidthStr;

use super::{Console, open, table};
use crate::apply::{Event, Outcome};

/// The terminal, where there is one: cells in a line, asked for each time, since windows change.
#[derive(Debug, Default)]
pub(super) struct ProgressLine {
    /// Whether standard output goes there.
    pub(super) out: bool,
    /// Whether standard error goes there.
    pub(super) err: bool,
    /// Cells of the line that shows how a run goes on, where one stands there now.
    pub(super) drawn: usize,
    /// How often a run that no terminal shows said that it goes on.
    pub(super) signs: u32,
    /// The counts that it told last.
    pub(super) counts: String,
    /// What a run has to do, has begun and has done.
    pub(super) steps: ProgressCounts,
}

/// How far a run is, in instances.
#[derive(Debug, Default)]
pub(super) struct ProgressCounts {
    pub(super) total: usize,
    pub(super) begun: usize,
    pub(super) done: usize,
}

impl ProgressLine {
    /// That of this process.
    pub(super) fn of_process() -> Self {
        Self {
            out: io::stdout().is_terminal(),
            // One that knows no carriage return gets plain lines.
            err: io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|t| t != "dumb"),
            ..Self::default()
        }
    }
}

impl Console {
    /// Cells in a line of standard output, where it is a terminal.
    pub(super) fn out_width(&self) -> Option<usize> {
        if self.screen.out { width() } else { None }
    }

    /// Counts what an event says of how far a run is.
    pub(super) fn step(&mut self, event: &Event<'_>) {
        match event {
            Event::Sending { .. } => self.screen.steps.begun += 1,
            Event::Settled(instance) if instance.outcome != Some(Outcome::Skipped) => {
                self.screen.steps.done += 1;
            }
            _ => {}
        }
    }

    /// Draws how far a run is, where a terminal shows it and something is under way.
    pub(super) fn render_counts(&mut self) -> io::Result<()> {
        let ProgressCounts { total, begun, done } = self.screen.steps;
        if !self.screen.err || total == 0 || done >= total {
            return Ok(());
        }
        let under_way = begun.saturating_sub(done);
        self.render(&format!("{done} of {total} done, {under_way} under way"))
    }

    /// Draws the line that shows how a run goes on, over the one before.
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

    /// Takes that line away.
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

/// Cells in a line of the terminal, where there is one.
pub(super) fn width() -> Option<usize> {
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
}

/// Cells of a line that is drawn anew: one less, so that the terminal does not wrap it.
fn line_width() -> usize {
    width().map_or(79, |width| width.saturating_sub(1))
}
