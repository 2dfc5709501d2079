//! Applies the safe fixes; every other byte stays unchanged.

use super::LintLevels;
use super::file::validate;
use super::result::ValidationResult;
use super::safe_fixes::{edited, in_order};
use crate::diagnostics::Diagnostic;
use crate::source::{Position, SourceFile};

/// Maximum number of passes. Two are enough for fixes that hide each other; the limit prevents
/// fixes that undo each other from looping forever.
const MAX_PASSES: usize = 8;

/// A file after its safe fixes.
#[derive(Debug)]
pub struct FixResult {
    /// The file with the fixes applied.
    pub source: SourceFile,
    /// The remaining diagnostics.
    pub checked: ValidationResult,
    /// The edits, in file order within each pass.
    pub edits: Vec<TextEdit>,
}

/// One applied edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextEdit {
    /// Position of the edit in the text that its pass began with.
    pub location: Position,
    /// Code of the diagnostic that it fixes.
    pub code: &'static str,
    /// The replaced text.
    pub old: String,
    /// The new text.
    pub new: String,
}

/// Applies the safe fixes to a file that is text.
pub fn fix(source: SourceFile, policy: &LintLevels) -> FixResult {
    let mut result = FixResult { checked: allowed(&source, policy), source, edits: Vec::new() };
    for _ in 0..MAX_PASSES {
        let fixed: Vec<&Diagnostic> = in_order(&result.checked.diagnostics);
        if fixed.is_empty() {
            break;
        }
        let (text, _) = edited(&result.source, fixed.iter().copied());
        result.edits.extend(fixed.into_iter().filter_map(|found| edit(found, &result.source)));
        result.source = SourceFile::new(result.source.name(), text);
        result.checked = allowed(&result.source, policy);
    }
    result
}

fn allowed(source: &SourceFile, policy: &LintLevels) -> ValidationResult {
    let mut checked = validate(source, None);
    checked.apply(policy);
    checked
}

fn edit(found: &Diagnostic, source: &SourceFile) -> Option<TextEdit> {
    let fix = found.fix.as_ref()?;
    Some(TextEdit {
        location: source.position(fix.span.range().start),
        code: found.problem.code(),
        old: source.slice(fix.span).to_owned(),
        new: fix.text.clone(),
    })
}
