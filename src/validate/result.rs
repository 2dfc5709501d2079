//! Result of validating one file.

use crate::diagnostics::Diagnostic;
use crate::manifest::Manifest;

/// Result of validating one file.
#[derive(Debug)]
pub struct ValidationResult {
    /// The manifest, if there is no diagnostic with severity error.
    pub manifest: Option<Manifest>,
    /// All diagnostics, in file order.
    pub diagnostics: Vec<Diagnostic>,
    /// Number of instances in the file, checked or not.
    pub instances: usize,
}
