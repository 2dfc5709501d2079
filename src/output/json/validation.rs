//! Results of `validate`.

use std::io::{self, Write};

use super::envelope::Envelope;
use super::exit::ExitReport;
use super::stream::print;
use crate::diagnostics::Severity;
use crate::exit_status::ExitClasses;
use crate::output::file_report::FileReport;
use crate::text::plural::count;

/// Writes validation results; `failure` is the exit status of a run that failed for another reason.
pub(crate) fn validation(
    to: &mut dyn Write,
    files: &[FileReport],
    failure: Option<&ExitReport>,
) -> io::Result<()> {
    let exit = failure.cloned().unwrap_or_else(|| invalid_exit(files));
    print(to, &Envelope::new("validate", files, exit))
}

/// Returns the exit status of checked manifests: 1 if one of them is invalid.
pub(crate) fn invalid_exit(files: &[FileReport]) -> ExitReport {
    let invalid = files.iter().filter(|file| file.checked.count(Severity::Error) > 0).count();
    let none = ExitClasses::default();
    match invalid {
        0 => ExitReport::of(&none),
        1 => ExitReport::new(1, &none).because("1 manifest is invalid", None),
        _ => ExitReport::new(1, &none)
            .because(format!("{} are invalid", count(invalid, "manifest")), None),
    }
}
