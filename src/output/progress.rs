//! The progress line of a terminal, redrawn in place.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::progress_line::line_width;
use super::table;
use crate::apply::{Event, Outcome};
use crate::output::console::{Console, open};

impl Console {
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
}
