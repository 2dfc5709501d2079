//! The object that every command prints.

use schemars::JsonSchema;
use serde::Serialize;

use super::diagnostic::{DiagnosticRow, Diagnostics};
use super::exit::ExitReport;
use super::fields::CommandFields;
use super::instance_row::InstanceRow;
use super::stream::{EachRow, Rows};
use super::summary::Summary;
use crate::language::Language;
use crate::output::file_report::FileReport;

/// Version of the output.
const VERSION: u32 = 1;

/// Output of `--format json`: one object on standard output for every command and every way to
/// fail. The first six keys are always present; the others belong to single commands and are present
/// if the command has a result.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "instancectl output", extend("additionalProperties" = false))]
pub(crate) struct Envelope<'a> {
    /// Version of this format.
    #[schemars(extend("const" = 1))]
    version: u32,
    /// The command, such as `apply` or `lock verify`; empty if it was not recognized.
    command: &'a str,
    /// Problems of the manifests, in file order.
    #[schemars(with = "Vec<DiagnosticRow<'a>>")]
    diagnostics: Diagnostics<'a>,
    /// The instances that the command is about.
    #[schemars(with = "Vec<InstanceRow<'a>>")]
    instances: Rows<'a>,
    /// Counts.
    summary: Summary,
    /// Exit status.
    exit: ExitReport,
    #[serde(flatten)]
    fields: CommandFields<'a>,
}

impl<'a> Envelope<'a> {
    /// Creates an object without instances.
    pub(crate) fn new(
        command: &'a str,
        files: &'a [FileReport],
        exit: ExitReport,
        words: Language,
    ) -> Self {
        Self {
            version: VERSION,
            command,
            diagnostics: Diagnostics { files, words },
            instances: Rows(&|_| {}),
            summary: Summary::of_files(files),
            exit,
            fields: CommandFields::default(),
        }
    }

    /// Sets the instances and counts them, and the keys of the command.
    #[must_use]
    pub(crate) fn with_result(self, rows: EachRow<'a>, fields: CommandFields<'a>) -> Self {
        let summary = self.summary.with_result(rows, fields.usage);
        Self { instances: Rows(rows), summary, fields, ..self }
    }
}
