//! What a run has to say, for people and for machines: with `main`, the only place that writes to
//! standard output or standard error.

mod human;
mod json;
mod picture;

use std::io::{self, IsTerminal, Write};

use crate::cli::{Color, Format};
use crate::source::SourceFile;
use crate::validate::Checked;

/// Standard output and standard error, and how to write to them.
pub struct Console {
    out: Box<dyn Write>,
    err: Box<dyn Write>,
    style: Style,
    quiet: bool,
}

/// How text is drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    /// Whether escape sequences for colours are written.
    pub(crate) color: bool,
    /// Width of the terminal in columns.
    pub(crate) width: usize,
}

/// One file and what was found in it.
#[derive(Debug)]
pub struct FileReport {
    /// The file.
    pub source: SourceFile,
    /// What was found.
    pub checked: Checked,
}

impl Console {
    /// The console of this process.
    pub fn of_process(color: Color, quiet: bool) -> Self {
        let out = io::stdout();
        let color = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                let forbidden = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
                out.is_terminal() && io::stderr().is_terminal() && !forbidden
            }
        };
        let width = terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0));
        Self {
            out: Box::new(io::BufWriter::with_capacity(1 << 16, out)),
            err: Box::new(io::stderr()),
            style: Style { color, width: width.clamp(40, 120) },
            quiet,
        }
    }

    /// Prints what validation found, as the command's result.
    pub fn validation(&mut self, files: &[FileReport], format: Format) -> io::Result<()> {
        let (out, quiet, style) = (&mut self.out, self.quiet, self.style);
        match format {
            Format::Human => human::validation(out, files, style, quiet)?,
            Format::Json => json::validation(out, files)?,
        }
        self.out.flush()
    }

    /// Prints what is wrong with manifests that were to be used for something else.
    pub fn invalid(&mut self, files: &[FileReport]) -> io::Result<()> {
        human::validation(&mut self.err, files, self.style, false)
    }

    /// Prints a text as the command's result.
    pub fn result(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())?;
        self.out.flush()
    }

    /// Says something on the way, unless asked to be quiet.
    pub fn note(&mut self, text: &str) -> io::Result<()> {
        if self.quiet { Ok(()) } else { writeln!(self.err, "{text}") }
    }

    /// Says why a run cannot go on.
    pub fn error(&mut self, message: &str, help: Option<&str>) -> io::Result<()> {
        human::error(&mut self.err, message, help, self.style)
    }
}
