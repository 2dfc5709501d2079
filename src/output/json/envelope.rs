//! The object that every command prints.

use schemars::JsonSchema;
use serde::Serialize;

use super::diagnostic::{self, DiagnosticRow};
use super::exit::ExitReport;
use super::fields::{AuthFields, CatalogFields, StatusFields, Waited};
use super::instance_row::InstanceRow;
use super::lock::LockObject;
use super::stream::Rows;
use super::summary::Summary;
use crate::output::file_report::FileReport;
use crate::output::words::Words;
use crate::plan::Cost;

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
    pub(crate) version: u32,
    /// The command, such as `apply` or `lock verify`; empty if it was not recognized.
    pub(crate) command: String,
    /// Problems of the manifests, in file order.
    pub(crate) diagnostics: Rows<'a, DiagnosticRow<'a>>,
    /// The instances that the command is about.
    pub(crate) instances: Rows<'a, InstanceRow<'a>>,
    /// Counts.
    pub(crate) summary: Summary,
    /// Exit status.
    pub(crate) exit: ExitReport,
    #[serde(flatten)]
    pub(crate) status: Option<StatusFields>,
    /// `wait`: the wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Waited<'a>")]
    pub(crate) waited: Option<Waited<'a>>,
    /// `lock list`, `lock verify` and `lock recover`: the locks.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<LockObject<'a>>")]
    pub(crate) locks: Option<Vec<LockObject<'a>>>,
    #[serde(flatten)]
    pub(crate) auth: Option<AuthFields<'a>>,
    #[serde(flatten)]
    pub(crate) catalog: Option<CatalogFields<'a>>,
}

impl<'a> Envelope<'a> {
    /// Creates an object without instances.
    pub(crate) fn new(
        command: impl Into<String>,
        files: &'a [FileReport],
        exit: ExitReport,
        words: &'static dyn Words,
    ) -> Self {
        Self {
            version: VERSION,
            command: command.into(),
            diagnostics: diagnostic::rows(files, words),
            instances: Rows::none(),
            summary: Summary::of_files(files),
            exit,
            status: None,
            waited: None,
            locks: None,
            auth: None,
            catalog: None,
        }
    }

    /// Sets the cards and the most card-hours of instances.
    #[must_use]
    pub(crate) fn with_cost(self, cost: &Cost) -> Self {
        Self { summary: self.summary.with_cost(cost), ..self }
    }

    /// Sets the instances and counts them.
    #[must_use]
    pub(crate) fn with_instances(self, instances: Rows<'a, InstanceRow<'a>>) -> Self {
        let summary = self.summary.with_rows(&instances);
        Self { instances, summary, ..self }
    }
}
