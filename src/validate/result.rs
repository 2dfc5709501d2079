//! Result of validating one file.

use crate::diagnostics::{Diagnostic, Severity};
use crate::manifest::Manifest;

/// Result of validating one file.
#[derive(Debug)]
pub struct ValidationResult {
    /// The manifest, if it is valid and was not only diagnosed.
    pub manifest: Option<Manifest>,
    /// All diagnostics, in file order.
    pub diagnostics: Vec<Diagnostic>,
    /// Number of instances in the file, checked or not.
    pub instances: usize,
}

impl ValidationResult {
    /// Checks whether no diagnostic has severity error.
    pub fn is_valid(&self) -> bool {
        self.diagnostics.iter().all(|found| found.severity != Severity::Error)
    }
}
