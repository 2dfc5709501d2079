//! Style of rendered text.

use std::fmt::Display;

use anstyle::{AnsiColor, Style as Paint};

/// Headings.
pub(crate) const HEADING: Paint = Paint::new().bold();
/// Labels of errors.
pub(crate) const ERROR: Paint = AnsiColor::Red.on_default().bold();

/// Labels of the next step.
pub(crate) const HELP: Paint = AnsiColor::Cyan.on_default();

/// Style of rendered text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    /// Whether to write escape sequences for colours.
    pub(crate) color: bool,
    /// Width of the terminal in columns.
    pub(crate) width: usize,
}

impl Style {
    /// Returns text in a colour, if there are colours.
    pub(crate) fn paint(self, paint: Paint, text: impl Display) -> String {
        if self.color { format!("{paint}{text}{paint:#}") } else { text.to_string() }
    }
}
