//! User settings for warnings and notes: suppressed by code, or treated as errors.

use std::collections::BTreeSet;

use super::suggest;
use crate::diagnostics::{CODES, Severity};
use crate::validate::result::ValidationResult;

/// Severity settings for warnings and notes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LintLevels {
    deny_warnings: bool,
    allowed: BTreeSet<&'static str>,
}

/// A code that cannot be allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{code}` cannot be suppressed: {why}")]
pub struct UnknownCode {
    code: String,
    why: String,
}

impl LintLevels {
    /// Treats warnings as errors if requested, and suppresses warnings and notes with the given
    /// codes.
    ///
    /// # Errors
    /// If a code is unknown, or that of an error.
    pub fn new(deny_warnings: bool, allowed: &[String]) -> Result<Self, UnknownCode> {
        let allowed = allowed.iter().map(|code| find_code(code)).collect::<Result<_, _>>()?;
        Ok(Self { deny_warnings, allowed })
    }
}

fn find_code(code: &str) -> Result<&'static str, UnknownCode> {
    let refused = |why: String| Err(UnknownCode { code: code.to_owned(), why });
    match CODES.iter().find(|(known, _)| *known == code) {
        Some((_, Severity::Error)) => {
            refused("errors cannot be suppressed; fix the manifest".to_owned())
        }
        Some((known, _)) => Ok(known),
        None => {
            let silent = CODES.iter().filter(|(_, severity)| *severity != Severity::Error);
            let silent: Vec<&str> = silent.map(|(code, _)| *code).collect();
            refused(match suggest::closest(code, &silent) {
                Some(code) => format!("did you mean `{code}`?"),
                None => format!("the codes are {}", suggest::listed(&silent, "and")),
            })
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
