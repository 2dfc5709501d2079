//! The check of one manifest, with the severity settings of the command line.

use super::error::CommandError;
use super::inputs::Input;
use crate::cli::{Deny, LintArgs};
use crate::output::FileReport;
use crate::validate::{self, LintLevels};

/// Returns the severity settings of the command line.
pub(super) fn lint_levels(args: &LintArgs) -> Result<LintLevels, CommandError> {
    Ok(LintLevels::new(args.deny == Some(Deny::Warnings), &args.allow)?)
}

/// Checks one manifest.
pub(super) fn check(input: Input, levels: &LintLevels) -> FileReport {
    let mut checked = validate::validate(&input.source, input.unreadable);
    checked.apply(levels);
    FileReport { source: input.source.into(), checked }
}
