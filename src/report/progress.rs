//! The one line of a terminal that shows how a run goes on, drawn anew over itself.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::{Console, Steps, open, table};
use crate::apply::{Event, Outcome};

impl Console {
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
    pub(super) fn draw_steps(&mut self) -> io::Result<()> {
        let Steps { total, begun, done } = self.screen.steps;
        if !self.screen.err || total == 0 || done >= total {
            return Ok(());
        }
        let under_way = begun.saturating_sub(done);
        self.draw(&format!("{done} of {total} done, {under_way} under way"))
    }

    /// Draws the line that shows how a run goes on, over the one before.
    pub(super) fn draw(&mut self, line: &str) -> io::Result<()> {
        if self.quiet {
            return Ok(());
        }
        let room = width().map_or(79, |width| width.saturating_sub(1));
        let line = table::shorten(line, room);
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
        let room = width().map_or(79, |width| width.saturating_sub(1));
        let blank = " ".repeat(self.screen.drawn.min(room));
        self.screen.drawn = 0;
        open(write!(self.err, "\r{blank}\r"))?;
        open(self.err.flush())
    }
}

/// Cells in a line of the terminal, where there is one.
pub(super) fn width() -> Option<usize> {
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
}
