//! Output of `export`.

use std::io;

use crate::export::ExportedInstance;
use crate::output::console::Console;
use crate::output::json::{CommandFields, EachRow, ExitReport, InstanceRow};

/// Result of `export` without a file.
#[derive(Debug)]
pub struct ExportReport<'a> {
    /// The text of the manifest.
    pub text: &'a str,
    /// The file that it was written to; empty if it is printed.
    pub file: &'a str,
    /// Its instances.
    pub instances: &'a [&'a ExportedInstance],
}

impl Console {
    /// Prints a manifest, or the instances of one that was written to a file.
    pub fn print_export(&mut self, report: &ExportReport<'_>) -> io::Result<()> {
        if self.is_human() {
            return if report.file.is_empty() { self.result(report.text) } else { Ok(()) };
        }
        let rows: EachRow<'_> = &|each| {
            for instance in report.instances {
                each(InstanceRow {
                    file: report.file,
                    name: &instance.name,
                    task_id: Some(instance.id.as_str()),
                    ..InstanceRow::default()
                });
            }
        };
        let fields = CommandFields { manifest: Some(report.text), ..CommandFields::default() };
        self.print_rows(ExitReport::default(), rows, fields)
    }
}
