//! The check of one manifest, with the severity settings of the command line.

use super::error::CommandError;
use super::inputs::Input;
use crate::cli::{Deny, LintArgs};
use crate::output::FileReport;
use crate::source::SourceFile;
use crate::validate::{self, LintLevels, ValidationResult};

/// Returns the severity settings of the command line.
pub(super) fn lint_levels(args: &LintArgs) -> Result<LintLevels, CommandError> {
    Ok(LintLevels::new(args.deny == Some(Deny::Warnings), &args.allow)?)
}

/// Checks one manifest.
pub(super) fn check(input: Input, levels: &LintLevels) -> FileReport {
    let checked = validate::validate(&input.source, input.unreadable);
    report(input.source, checked, levels)
}

/// Checks one manifest only for its diagnostics.
pub(super) fn diagnose(input: Input, levels: &LintLevels) -> FileReport {
    let checked = validate::diagnose(&input.source, input.unreadable);
    report(input.source, checked, levels)
}

fn report(source: SourceFile, mut checked: ValidationResult, levels: &LintLevels) -> FileReport {
    checked.apply(levels);
    FileReport { source: source.into(), checked }
}
