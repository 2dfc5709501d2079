//! The result of a command as one JSON object, or as one line per instance.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::json::{self, Envelope, ExitReport};
use super::text::plan::escape;
use crate::cli::InstanceFormat;
use crate::exit_status::{ExitClass, ExitClasses};
use crate::output::console::Console;
use crate::output::file_report::FileReport;
use crate::output::words::Words;

/// Object of a run that a signal ends at once, on another thread than the run.
#[derive(Debug, Clone)]
pub struct InterruptedRun {
    command: String,
    is_json: bool,
    words: &'static dyn Words,
    has_result: Arc<AtomicBool>,
}

impl InterruptedRun {
    /// Prints the object, unless the format has none or the result was printed already.
    pub fn print(&self) {
        if !self.is_json || self.has_result.swap(true, Ordering::SeqCst) {
            return;
        }
        let classes = ExitClasses::from_iter([ExitClass::Interrupted]);
        let exit = ExitReport::of(&classes).because("the run was interrupted", None);
        let mut out = io::stdout().lock();
        // The process ends in any case.
        let _ = json::print(&mut out, &Envelope::new(self.command.clone(), &[], exit, self.words));
        let _ = out.flush();
    }
}

impl Console {
    /// Sets the command and the format of its result.
    pub fn begin(&mut self, command: String, format: InstanceFormat) {
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
        self.format == InstanceFormat::Human
    }

    /// Checks whether the result is one JSON object.
    pub fn is_json(&self) -> bool {
        self.format == InstanceFormat::Json
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
        let files = self.take_files();
        let object = self.object(&files, exit);
        self.print_object(&object)
    }

    /// Returns the manifests of the object, which are printed once.
    pub(super) fn take_files(&mut self) -> Vec<FileReport> {
        std::mem::take(&mut self.files)
    }

    /// Returns the object of this command, without instances.
    pub(super) fn object<'a>(&self, files: &'a [FileReport], exit: ExitReport) -> Envelope<'a> {
        let exit = match &self.last_error {
            Some((message, help)) if exit.code != 0 && exit.message.is_none() => {
                exit.because(message, help.as_deref())
            }
            _ => exit,
        };
        Envelope::new(self.command.clone(), files, exit, self.words)
    }

    /// Prints the object, or the names and IDs of its instances.
    pub(super) fn print_object(&mut self, object: &Envelope<'_>) -> io::Result<()> {
        if self.format != InstanceFormat::Name {
            // One object per run, whatever happens after it.
            if self.has_result.swap(true, Ordering::SeqCst) {
                return Ok(());
            }
            return self.print(|out| json::print(out, object));
        }
        self.print(|out| {
            object.instances.iter().try_for_each(|row| {
                writeln!(out, "{} {}", escape(row.name), row.task_id.unwrap_or("-"))
            })
        })
    }
}
