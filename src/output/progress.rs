//! The progress line of a terminal, redrawn in place.

use std::io::{self, Write};

use super::progress_line::{CLEAR_TO_END, width};
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
        self.screen.drawn = true;
        // One cell less than the terminal has, so that it does not wrap the line.
        let line = table::truncate(line, width().unwrap_or(80).saturating_sub(1));
        open(write!(self.err, "\r{line}{CLEAR_TO_END}").and_then(|()| self.err.flush()))
    }
}
