//! One file and its validation result.

use std::sync::Arc;

use crate::diagnostics::Severity;
use crate::source::SourceFile;
use crate::validate::ValidationResult;

/// One file and its validation result.
#[derive(Debug)]
pub struct FileReport {
    /// The file.
    pub source: Arc<SourceFile>,
    /// The validation result.
    pub checked: ValidationResult,
}

impl FileReport {
    /// Adds the diagnostics of another check of the same manifest; one with errors discards it.
    pub(crate) fn merge(&mut self, other: ValidationResult) {
        if other.count(Severity::Error) > 0 {
            self.checked.manifest = None;
        }
        self.checked.diagnostics.extend(other.diagnostics);
        self.checked.diagnostics.sort_by_key(|found| found.span);
    }
}
