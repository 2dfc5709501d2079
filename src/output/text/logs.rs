//! Output of `logs`.

use std::io;

use crate::diagnostics::escape_for_terminal;
use crate::lifecycle::LockedInstance;
use crate::output::LogsProblem;
use crate::output::console::Console;
use crate::output::json::{CommandFields, ExitReport, InstanceRow, LogObject};
use crate::run_folder::readable;

/// A change of a file that is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogChange {
    /// Another file has the output from now on.
    Moved,
    /// The file became shorter.
    Shrank,
}

impl Console {
    /// Names the file that is printed.
    pub(crate) fn log_source(&mut self, place: &str) -> io::Result<()> {
        self.info(&self.words().log_source(place))
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
            return self.print(|out| out.write_all(lines));
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
        path: &str,
        lines: &[String],
    ) -> io::Result<()> {
        let row = || InstanceRow {
            name: locked.name.as_str(),
            task_id: locked.entry.task_id.as_ref().map(AsRef::as_ref),
            ..InstanceRow::default()
        };
        let log = Some(LogObject { path, lines });
        let fields = CommandFields { log, ..CommandFields::default() };
        self.print_rows(ExitReport::default(), &|each| each(row()), fields)
    }
}

/// Returns a line as it is printed: tabs are kept, other characters that act on a terminal are escaped.
fn shown(line: &str) -> String {
    let parts = line.split('\t').map(|part| escape_for_terminal(part.chars()));
    parts.collect::<Vec<_>>().join("\t")
}
