//! Validates one file: parse, recovery from syntax errors, check, and the proof of the fixes.

use super::check::{ParsedText, check, decode};
use super::result::ValidationResult;
use super::safe_fixes::with_safe_fixes;
use super::{parse_diagnostics, recovery};
use crate::manifest::Manifest;
use crate::source::{EncodingError, SourceFile, Span};

/// Checks one file. `unreadable` is the error that [`SourceFile::from_bytes`] returned for its
/// bytes.
pub fn validate(
    source: &SourceFile,
    unreadable: Option<(EncodingError, Span)>,
) -> ValidationResult {
    check_file(source, unreadable, |text| Some(decode(text)))
}

/// Checks one file as [`validate`] does, only for its diagnostics: the manifest would take more
/// memory than the tree.
pub fn diagnose(
    source: &SourceFile,
    unreadable: Option<(EncodingError, Span)>,
) -> ValidationResult {
    check_file(source, unreadable, |_| None)
}

fn check_file(
    source: &SourceFile,
    unreadable: Option<(EncodingError, Span)>,
    decode: fn(&ParsedText<'_>) -> Option<Manifest>,
) -> ValidationResult {
    if let Some((error, span)) = unreadable {
        let diagnostics = vec![parse_diagnostics::unreadable(error, span)];
        return ValidationResult { manifest: None, diagnostics, instances: 0 };
    }
    let mut text = ParsedText::new(source.text());
    if text.syntax.as_ref().is_none_or(|syntax| syntax.fix.is_none()) {
        let mut checked = check(source, &mut text);
        if checked.is_valid() {
            checked.manifest = decode(&text);
        }
        return with_safe_fixes(source, &text.parsed, checked);
    }
    // Keep only one tree at a time.
    drop(text);
    let recovered = recovery::recover(source);
    let fixed = &recovered.source;
    let mut text = ParsedText::without_fix(fixed.text());
    let checked = check(fixed, &mut text);
    let checked = with_safe_fixes(fixed, &text.parsed, checked);
    drop(text);
    recovered.map_diagnostics_back(checked)
}
