//! User settings for warnings and notes: suppressed by code, or treated as errors.

use std::collections::BTreeSet;

use super::suggest::closest;
use crate::diagnostics::{CatalogEntry, Severity, SuppressionFault};
use crate::validate::result::ValidationResult;

/// Severity settings for warnings and notes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LintLevels {
    deny_warnings: bool,
    allowed: BTreeSet<&'static str>,
}

/// A code that cannot be suppressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownCode {
    /// The code as the user wrote it.
    pub code: String,
    /// The reason.
    pub fault: SuppressionFault,
}

impl LintLevels {
    /// Treats warnings as errors if requested, and suppresses warnings and notes with the given
    /// codes.
    ///
    /// # Errors
    /// If a code is unknown, or that of an error.
    pub fn new(deny_warnings: bool, allowed: &[String]) -> Result<Self, UnknownCode> {
        let find = |code: &String| {
            find_code(code).map_err(|fault| UnknownCode { code: code.clone(), fault })
        };
        Ok(Self { deny_warnings, allowed: allowed.iter().map(find).collect::<Result<_, _>>()? })
    }
}

/// Returns the code of a warning or note with this name.
pub(super) fn find_code(code: &str) -> Result<&'static str, SuppressionFault> {
    match CatalogEntry::find(code) {
        Some(entry) if entry.severity == Severity::Error => Err(SuppressionFault::OfError),
        Some(entry) => Ok(entry.code),
        None => {
            let codes: Vec<&str> = CatalogEntry::suppressible().collect();
            Err(SuppressionFault::Unknown { near: closest(code, &codes) })
        }
    }
}

impl ValidationResult {
    /// Applies a policy to the diagnostics. A manifest with denied warnings is discarded.
    pub fn apply(&mut self, policy: &LintLevels) {
        self.diagnostics.retain(|found| !policy.allowed.contains(found.problem.code()));
        if policy.deny_warnings {
            for found in &mut self.diagnostics {
                if found.severity == Severity::Warning {
                    found.severity = Severity::Error;
                    self.manifest = None;
                }
            }
        }
    }

    /// Counts the diagnostics with that severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.diagnostics.iter().filter(|found| found.severity == severity).count()
    }
}
