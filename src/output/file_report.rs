//! One file and its validation result.

use crate::source::SourceFile;
use crate::validate::ValidationResult;

/// One file and its validation result.
#[derive(Debug)]
pub struct FileReport {
    /// The file.
    pub source: SourceFile,
    /// The validation result.
    pub checked: ValidationResult,
}
