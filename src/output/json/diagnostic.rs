//! Diagnostics of manifests.

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use crate::diagnostics::{Diagnostic, Fix, Label, Severity};
use crate::language::Language;
use crate::output::file_report::FileReport;
use crate::source::{Position, SourceFile};

/// A problem of a manifest and its location.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "diagnostic", extend("additionalProperties" = false))]
pub(crate) struct DiagnosticRow<'a> {
    /// Stable code; `instancectl explain CODE` explains it.
    code: &'a str,
    /// Its severity.
    severity: Severity,
    /// Found and expected text.
    message: String,
    /// The next step.
    help: String,
    /// The manifest as the user named it.
    file: &'a str,
    /// Number of the document in its file, from 1.
    document: usize,
    /// JSON Pointer to the value in its document.
    pointer: &'a str,
    /// Start of the key or value at fault.
    start: Position,
    /// Its end, exclusive.
    end: Position,
    /// Related locations.
    labels: Vec<LabelRow>,
    /// A safe edit that fixes it; null if there is none.
    fix: Option<FixRow<'a>>,
}

/// A location that helps to understand a diagnostic.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "label", extend("additionalProperties" = false))]
struct LabelRow {
    /// Text shown at the location.
    message: String,
    /// Start of the location.
    start: Position,
    /// Its end, exclusive.
    end: Position,
}

/// An edit of a file.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "fix", extend("additionalProperties" = false))]
struct FixRow<'a> {
    /// Start of the replaced text.
    start: Position,
    /// Its end, exclusive.
    end: Position,
    /// Replacement text.
    text: &'a str,
}

/// The diagnostics of files, in their order.
pub(crate) struct Diagnostics<'a> {
    pub(crate) files: &'a [FileReport],
    pub(crate) words: Language,
}

impl Serialize for Diagnostics<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.files.iter().flat_map(|file| {
            let found = file.checked.diagnostics.iter();
            found.map(|found| row(found, &file.source, self.words))
        }))
    }
}

fn row<'a>(found: &'a Diagnostic, source: &'a SourceFile, words: Language) -> DiagnosticRow<'a> {
    let at = |byte: u32| source.position(byte as usize);
    let label = |Label { kind, span }: &Label| LabelRow {
        message: words.label(kind),
        start: at(span.start),
        end: at(span.end),
    };
    let fix =
        |Fix { text, span, .. }: &'a Fix| FixRow { start: at(span.start), end: at(span.end), text };
    DiagnosticRow {
        code: found.problem.code(),
        severity: found.severity,
        message: words.diagnostic(&found.problem),
        help: words.diagnostic_help(&found.problem),
        file: source.name(),
        document: found.document,
        pointer: &found.pointer,
        start: at(found.span.start),
        end: at(found.span.end),
        labels: found.labels.iter().map(label).collect(),
        fix: found.fix.as_ref().map(fix),
    }
}
