//! Output of a run, human-readable and JSON: with `main`, the only place that writes to standard
//! output or standard error.

mod diff;
mod github;
mod github_log;
mod gitlab;
pub mod json;
mod junit;
mod object;
mod progress;
mod sarif;
mod table;
pub(crate) mod text;
mod validation;
pub mod words;

use std::io::{self, BufRead, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::cli::{Color, InstanceFormat, ReportFormat};
use crate::diagnostics::Severity;
use crate::source::SourceFile;
use crate::validate::{TextEdit, ValidationResult};
use progress::ProgressLine;
use words::{En, Words};

pub use json::ExitReport;
pub use object::InterruptedRun;
pub use text::apply::{AppliedManifests, PlannedManifest};
pub use text::auth::{AccessMethod, AuthProblem, AuthReport, RegionReport, RegionState};
pub use text::catalog::{CatalogKind, CatalogResponse};
pub use text::explain::ExplainBlock;
pub use text::lock::{LockSummary, RecoverySummary};
pub use text::start_stop::ActionReport;
pub use text::status::StatusTable;
pub use text::wait::WaitReport;
pub use validation::{ValidationReport, write_findings};

/// Standard output and standard error, with their output settings.
pub struct Console {
    out: Box<dyn Write>,
    err: Box<dyn Write>,
    style: Style,
    quiet: bool,
    verbose: bool,
    screen: ProgressLine,
    words: &'static dyn Words,
    /// Name of the command, for its object.
    command: &'static str,
    /// Format of the result.
    format: InstanceFormat,
    /// The manifests that were checked, with their diagnostics, for the object.
    files: Vec<FileReport>,
    /// The last error that was printed: the reason of a failure without another one.
    last_error: Option<(String, Option<String>)>,
    /// Whether the object was printed, completely or not.
    has_result: Arc<AtomicBool>,
}

/// Style of rendered text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    /// Whether to write escape sequences for colours.
    pub(crate) color: bool,
    /// Width of the terminal in columns.
    pub(crate) width: usize,
}

/// One file and its validation result.
#[derive(Debug)]
pub struct FileReport {
    /// The file.
    pub source: SourceFile,
    /// The validation result.
    pub checked: ValidationResult,
}

impl Console {
    /// Returns the console of this process.
    pub fn of_process(color: Color, quiet: bool, verbose: bool) -> Self {
        let out = io::stdout();
        let color = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                let forbidden = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
                out.is_terminal() && io::stderr().is_terminal() && !forbidden
            }
        };
        let width = progress::width().unwrap_or(100);
        let screen = ProgressLine::of_process();
        Self {
            out: Box::new(io::BufWriter::with_capacity(1 << 16, out)),
            err: if github_log::reads_commands() {
                Box::new(github_log::WorkflowCommandEscaper::new(io::stderr()))
            } else {
                Box::new(io::stderr())
            },
            style: Style { color, width: width.clamp(40, 120) },
            quiet,
            verbose,
            screen,
            words: &En,
            command: "",
            format: InstanceFormat::Human,
            files: Vec::new(),
            last_error: None,
            has_result: Arc::default(),
        }
    }

    /// Returns the texts of the language of this console.
    pub(crate) fn words(&self) -> &'static dyn Words {
        self.words
    }

    /// Prints validation results, as the command's result.
    pub fn findings(
        &mut self,
        findings: ValidationReport<'_>,
        format: ReportFormat,
    ) -> io::Result<()> {
        let (quiet, style) = (self.quiet, self.style);
        let people = format == ReportFormat::Human;
        self.has_result.store(true, Ordering::SeqCst);
        self.write_result(people, |out| findings.write(out, format, style, quiet))
    }

    /// Prints a one-line summary of the validation, if all its reports went to files.
    pub fn print_validation_summary(&mut self, files: &[FileReport]) -> io::Result<()> {
        self.info(&text::diagnostics::summary(files))
    }

    /// Prints the problems of manifests that a command could not use: to standard error as human-readable
    /// text, or as JSON in place of the result.
    pub fn invalid(&mut self, files: Vec<FileReport>) -> io::Result<()> {
        if self.is_json() {
            self.files = files;
            let exit = json::invalid_exit(&self.files);
            return self.print_failure(exit);
        }
        self.remaining_problems(&files)
    }

    /// Prints the problems of manifests to standard error, as human-readable text.
    pub fn remaining_problems(&mut self, files: &[FileReport]) -> io::Result<()> {
        open(text::diagnostics::validation(&mut self.err, files, self.style, false))
    }

    /// Prints the warnings of a manifest that is used nevertheless.
    pub fn warnings(&mut self, file: &FileReport) -> io::Result<()> {
        if self.quiet {
            return Ok(());
        }
        open(text::diagnostics::render_snippets(&mut self.err, file, self.style, Severity::Warning))
    }

    /// Prints a text as the command's result.
    pub fn result(&mut self, text: &str) -> io::Result<()> {
        self.print(|out| out.write_all(text.as_bytes()))
    }

    /// Prints a diff of the edits in a file, as the command's result.
    pub fn print_diff(&mut self, name: &str, old: &str, new: &str) -> io::Result<()> {
        let style = self.style;
        self.print(|out| diff::print(out, name, old, new, style))
    }

    /// Prints a summary of the fixes of a diff and the remaining problems.
    pub fn would_fix(&mut self, edits: usize, files: &[FileReport]) -> io::Result<()> {
        self.info(&text::diagnostics::fix_summary(edits, files))
    }

    /// Prints the edits made to a file.
    pub fn edits(&mut self, name: &str, edits: &[TextEdit]) -> io::Result<()> {
        edits.iter().try_for_each(|edit| self.info(&text::diagnostics::edit(name, edit)))
    }

    /// Prints an explanation as the command's result.
    pub fn explanation(&mut self, blocks: &[ExplainBlock]) -> io::Result<()> {
        let style = self.style;
        self.print(|out| text::explain::print(out, blocks, style))
    }

    /// Asks for confirmation. Only `y` and `yes` mean yes.
    pub fn confirm(&mut self, question: &str) -> io::Result<bool> {
        write!(self.err, "{question}. Continue? [y/N] ")?;
        self.err.flush()?;
        let mut answer = String::new();
        io::stdin().lock().read_line(&mut answer)?;
        Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
    }

    /// Prints an informational message, unless `--quiet` is set.
    pub fn info(&mut self, text: &str) -> io::Result<()> {
        if self.quiet {
            return Ok(());
        }
        self.clear()?;
        open(writeln!(self.err, "{text}"))
    }

    /// Prints an informational message if `--verbose` is set.
    pub fn verbose(&mut self, text: &str) -> io::Result<()> {
        if self.verbose { self.info(text) } else { Ok(()) }
    }

    /// Prints an error that ends a run.
    pub fn error(&mut self, message: &str, help: Option<&str>) -> io::Result<()> {
        self.last_error = Some((message.to_owned(), help.map(str::to_owned)));
        self.clear()?;
        open(text::diagnostics::error(&mut self.err, message, help, self.style))
    }

    /// Prints a result; in human-readable output, commands for a CI runner are neutralized.
    fn write_result(
        &mut self,
        people: bool,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        if people && github_log::reads_commands() {
            return self.print(|out| write(&mut github_log::WorkflowCommandEscaper::new(out)));
        }
        self.print(write)
    }

    fn print(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        self.clear()?;
        open(write(&mut self.out).and_then(|()| self.out.flush()))
    }
}

/// A closed output is not an error: its reader has read enough.
fn open(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}
