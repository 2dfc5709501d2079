//! Output of `logs`.

use std::io;

use crate::diagnostics::escape_for_terminal;
use crate::lifecycle::LockedInstance;
use crate::output::Message;
use crate::output::console::{Console, open};
use crate::output::json::{CommandFields, ExitReport, InstanceRow, LogObject};
use crate::run_folder::{LogsProblem, readable};

/// The file that is printed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LogSource<'a> {
    /// Its path.
    pub(crate) path: &'a str,
    /// Whether it is older than the instance: it is of an earlier one of the same name.
    pub(crate) is_older: bool,
}

/// A change of a file that is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogChange {
    /// Another file has the output from now on.
    Moved,
    /// The file became shorter, or has other content.
    Rewritten,
}

impl Console {
    /// Names the file that is printed, and says whether it is not the instance's own.
    pub(crate) fn log_source(&mut self, source: LogSource<'_>) -> io::Result<()> {
        self.info(&self.words().log_source(source.path))?;
        if !source.is_older {
            return Ok(());
        }
        // Also with `--quiet`: the result is not what was asked for.
        self.clear()?;
        open(writeln!(self.err, "{}", self.words.fixed().log_is_older))
    }

    /// Says that a file that is followed could not be read, and will be read again.
    pub(crate) fn log_retry(&mut self, trouble: &Message) -> io::Result<()> {
        self.info(&self.words().log_retry(trouble))
    }

    /// Says what is waited for.
    pub(crate) fn log_awaited(&mut self, problem: &LogsProblem) -> io::Result<()> {
        self.info(&self.words().log_awaited(problem))
    }

    /// Says what happened to the file.
    pub(crate) fn log_changed(&mut self, change: LogChange, place: &str) -> io::Result<()> {
        self.info(&self.words().log_changed(change, place))
    }

    /// Prints lines of a log, as the command's result.
    pub(crate) fn log_lines(
        &mut self,
        lines: &[u8],
        raw: bool,
        redact: impl Fn(&str) -> String,
    ) -> io::Result<()> {
        if lines.is_empty() {
            return Ok(());
        }
        if raw && !self.screen.out {
            return self.print(|out| {
                for line in lines.split_inclusive(|byte| *byte == b'\n') {
                    let text = String::from_utf8_lossy(line);
                    let masked = redact(&text);
                    // A line without a secret is printed byte for byte.
                    out.write_all(if masked == text { line } else { masked.as_bytes() })?;
                }
                Ok(())
            });
        }
        self.write_result(true, |out| {
            for line in lines.split_inclusive(|byte| *byte == b'\n') {
                writeln!(out, "{}", shown(&redact(&readable(line))))?;
            }
            Ok(())
        })
    }

    /// Prints a log as an object.
    pub(crate) fn log_object(
        &mut self,
        locked: &LockedInstance,
        source: LogSource<'_>,
        lines: &[String],
    ) -> io::Result<()> {
        let row = || InstanceRow {
            name: locked.name.as_str(),
            task_id: locked.entry.task_id.as_ref().map(AsRef::as_ref),
            ..InstanceRow::default()
        };
        let LogSource { path, is_older } = source;
        let log = Some(LogObject { path, is_older, lines });
        let fields = CommandFields { log, ..CommandFields::default() };
        self.print_rows(ExitReport::default(), &|each| each(row()), fields)
    }
}

/// Returns a line as it is printed: tabs are kept, other characters that act on a terminal are escaped.
pub(super) fn shown(line: &str) -> String {
    let parts = line.split('\t').map(|part| escape_for_terminal(part.chars()));
    parts.collect::<Vec<_>>().join("\t")
}
