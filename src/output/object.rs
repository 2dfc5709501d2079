//! The result of a command as one JSON object, or as one line per instance.

use std::io::{self, Write};
use std::mem;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::json::{self, CommandFields, EachRow, Envelope, ExitReport};
use crate::apply::AbortReason;
use crate::cli::Format;
use crate::diagnostics::escape_for_terminal;
use crate::exit_status::{ExitClass, ExitClasses};
use crate::language::Language;
use crate::output::console::Console;
use crate::output::file_report::FileReport;

/// Object of a run that a signal ends at once, on another thread than the run.
#[derive(Debug, Clone)]
pub struct InterruptedRun {
    command: String,
    is_json: bool,
    words: Language,
    has_result: Arc<AtomicBool>,
}

impl InterruptedRun {
    /// Prints the object, unless the format has none or the result was printed already.
    pub fn print(&self) {
        if !self.is_json || self.has_result.swap(true, Ordering::SeqCst) {
            return;
        }
        let classes = ExitClasses::from_iter([ExitClass::Interrupted]);
        let reason = self.words.abort_reason(&AbortReason::Interrupted { awaited: 0 });
        let exit = ExitReport::of(&classes).because(Some(reason));
        let mut out = io::stdout().lock();
        // The process ends in any case.
        let _ = json::print(&mut out, &Envelope::new(&self.command, &[], exit, self.words));
        let _ = out.flush();
    }
}

impl Console {
    /// Sets the command and the format of its result.
    pub fn begin(&mut self, command: String, format: Format) {
        self.command = command;
        self.format = format;
    }

    /// Returns what to print if a signal ends the run at once.
    pub fn interrupted_run(&self) -> InterruptedRun {
        InterruptedRun {
            command: self.command.clone(),
            is_json: self.is_json(),
            words: self.words,
            has_result: Arc::clone(&self.has_result),
        }
    }

    /// Checks whether the result is human-readable.
    pub fn is_human(&self) -> bool {
        self.format == Format::Human
    }

    /// Checks whether the result is one JSON object.
    pub fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// Keeps checked manifests, whose diagnostics are part of the object.
    pub fn keep(&mut self, files: Vec<FileReport>) {
        if self.is_json() {
            self.files.extend(files);
        }
    }

    /// Prints the object of a run that ended without a result, unless the format has none or it was
    /// printed already.
    pub fn print_failure(&mut self, exit: ExitReport) -> io::Result<()> {
        if !self.is_json() {
            return Ok(());
        }
        self.print_rows(exit, &|_| {}, CommandFields::default())
    }

    /// Prints the result as an object, or as the names and IDs of its instances.
    pub(super) fn print_rows(
        &mut self,
        exit: ExitReport,
        rows: EachRow<'_>,
        fields: CommandFields<'_>,
    ) -> io::Result<()> {
        if self.format == Format::Name {
            return self.print(|out| {
                let mut result = Ok(());
                rows(&mut |row| {
                    if result.is_ok() {
                        let (name, id) =
                            (escape_for_terminal(row.name.chars()), row.task_id.unwrap_or("-"));
                        result = writeln!(out, "{name} {id}");
                    }
                });
                result
            });
        }
        // One object per run, whatever happens after it.
        if self.has_result.swap(true, Ordering::SeqCst) {
            return Ok(());
        }
        let unexplained = exit.code != 0 && exit.message.is_none();
        let exit = exit.because(self.last_error.clone().filter(|_| unexplained));
        let (files, command) = (mem::take(&mut self.files), mem::take(&mut self.command));
        let object = Envelope::new(&command, &files, exit, self.words);
        let object = object.with_result(rows, fields);
        self.print(|out| json::print(out, &object))
    }
}
