//! Results of `validate`.

use std::io::{self, Write};

use super::envelope::Envelope;
use super::exit::ExitReport;
use super::stream::print;
use crate::diagnostics::Severity;
use crate::exit_status::ExitClasses;
use crate::language::Language;
use crate::output::file_report::FileReport;
use crate::output::validation_report::ValidationReport;

/// Writes validation results.
pub(crate) fn validation(
    to: &mut dyn Write,
    findings: ValidationReport<'_>,
    words: Language,
) -> io::Result<()> {
    let files = findings.files;
    let exit = findings.failure.cloned().unwrap_or_else(|| invalid_exit(files, words));
    print(to, &Envelope::new("validate", files, exit, words))
}

/// Returns the exit status of checked manifests: 1 if one of them is invalid.
pub(crate) fn invalid_exit(files: &[FileReport], words: Language) -> ExitReport {
    let invalid = files.iter().filter(|file| file.checked.count(Severity::Error) > 0).count();
    let reason = (invalid > 0).then(|| words.invalid_manifests(invalid));
    ExitReport::new(u8::from(invalid > 0), &ExitClasses::default()).because(reason)
}
