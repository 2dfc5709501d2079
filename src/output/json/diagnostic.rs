//! Diagnostics of manifests.

use schemars::JsonSchema;
use serde::Serialize;

use super::stream::Rows;
use super::vocabulary::SeverityName;
use crate::diagnostics::{Diagnostic, Fix, Label};
use crate::output::file_report::FileReport;
use crate::output::words::Words;
use crate::source::{SourceFile, Span};

/// A problem of a manifest and its location.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "diagnostic", extend("additionalProperties" = false))]
pub(crate) struct DiagnosticRow<'a> {
    /// Stable code; `instancectl explain CODE` explains it.
    code: &'a str,
    /// Its severity.
    severity: SeverityName,
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
    start: FilePosition,
    /// Its end, exclusive.
    end: FilePosition,
    /// Related locations.
    labels: Vec<LabelRow>,
    /// A safe edit that fixes it; null if there is none.
    fix: Option<FixRow<'a>>,
}

/// A position in a file.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "position", extend("additionalProperties" = false))]
pub(crate) struct FilePosition {
    /// Line, from 1.
    line: usize,
    /// Column in characters, from 1.
    column: usize,
    /// Offset in bytes, from 0.
    byte: usize,
}

/// A location that helps to understand a diagnostic.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "label", extend("additionalProperties" = false))]
struct LabelRow {
    /// Text shown at the location.
    message: String,
    /// Start of the location.
    start: FilePosition,
    /// Its end, exclusive.
    end: FilePosition,
}

/// An edit of a file.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "fix", extend("additionalProperties" = false))]
struct FixRow<'a> {
    /// Start of the replaced text.
    start: FilePosition,
    /// Its end, exclusive.
    end: FilePosition,
    /// Replacement text.
    text: &'a str,
}

/// Returns the diagnostics of files, in their order.
pub(crate) fn rows<'a>(
    files: &'a [FileReport],
    words: &'static dyn Words,
) -> Rows<'a, DiagnosticRow<'a>> {
    Rows::new(move || {
        files.iter().flat_map(move |file| {
            let found = file.checked.diagnostics.iter();
            found.map(move |found| row(found, &file.source, words))
        })
    })
}

fn row<'a>(found: &'a Diagnostic, source: &'a SourceFile, words: &dyn Words) -> DiagnosticRow<'a> {
    let (start, end) = range(source, found.span);
    DiagnosticRow {
        code: found.problem.code(),
        severity: found.severity.into(),
        message: words.diagnostic(&found.problem),
        help: words.diagnostic_help(&found.problem),
        file: source.name(),
        document: found.document,
        pointer: &found.pointer,
        start,
        end,
        labels: found.labels.iter().map(|label| label_row(label, source, words)).collect(),
        fix: found.fix.as_ref().map(|fix| fix_row(fix, source)),
    }
}

fn label_row(label: &Label, source: &SourceFile, words: &dyn Words) -> LabelRow {
    let (start, end) = range(source, label.span);
    LabelRow { message: words.label(&label.kind), start, end }
}

fn fix_row<'a>(fix: &'a Fix, source: &SourceFile) -> FixRow<'a> {
    let (start, end) = range(source, fix.span);
    FixRow { start, end, text: &fix.text }
}

fn range(source: &SourceFile, span: Span) -> (FilePosition, FilePosition) {
    let position = |byte: u32| {
        let found = source.position(byte as usize);
        FilePosition { line: found.line, column: found.column, byte: found.byte }
    };
    (position(span.start), position(span.end))
}
