//! Proves that fixes are safe: those that are not are never shown.

use std::collections::HashSet;

use super::check::{ParsedText, check};
use super::pieces::instances_around;
use super::reading::Reading;
use super::result::ValidationResult;
use crate::diagnostics::{Diagnostic, Severity};
use crate::source::{SourceFile, SourceMap, Span};
use crate::yaml::{self, Parsed};

/// Removes the fixes that are not proven to be safe: each resolves its diagnostic, and together
/// they introduce no error and keep all that was read.
pub(super) fn with_safe_fixes(
    source: &SourceFile,
    parsed: &Parsed<'_>,
    mut checked: ValidationResult,
) -> ValidationResult {
    let wanted = in_order(&checked.diagnostics);
    if wanted.is_empty() {
        return checked;
    }
    let fixes = || wanted.iter().filter_map(|found| found.fix.as_ref().map(|fix| fix.span));
    // Anchors may be used in any instance.
    let divisible = !parsed.may_have_anchors;
    let part = divisible.then(|| instances_around(source.text(), fixes())).flatten();
    let safe: HashSet<Span> = if let Some((text, map)) = part {
        let part = SourceFile::new(source.name(), text);
        let Checked { reading, diagnostics } = Checked::new(&part);
        let proof = Proof { source: &part, diagnostics: &diagnostics, reading };
        let safe = proof.safe(&in_order(&diagnostics));
        safe.into_iter().map(|span| map.to_old(span)).collect()
    } else {
        let reading = Reading::new(source.text(), &yaml::parse(source.text()));
        let proof = Proof { source, diagnostics: &checked.diagnostics, reading };
        proof.safe(&wanted).into_iter().collect()
    };
    for found in &mut checked.diagnostics {
        found.fix.take_if(|fix| !safe.contains(&fix.span));
    }
    checked
}

/// A text that was checked up to its first syntax error.
struct Checked {
    reading: Reading,
    diagnostics: Vec<Diagnostic>,
}

impl Checked {
    fn new(source: &SourceFile) -> Self {
        let mut text = ParsedText::without_fix(source.text());
        let reading = match text.syntax {
            None => Reading::new(source.text(), &text.parsed),
            // Its diagnosis drops what was misread.
            Some(_) => Reading::new(source.text(), &yaml::parse(source.text())),
        };
        Self { reading, diagnostics: check(source, &mut text).diagnostics }
    }
}

/// A text without the fixes that are to be proven safe.
struct Proof<'a> {
    source: &'a SourceFile,
    diagnostics: &'a [Diagnostic],
    reading: Reading,
}

impl Proof<'_> {
    /// Returns the spans of the safe ones of some fixes. All are tried together, then, if some are
    /// not safe, each half.
    fn safe(&self, wanted: &[&Diagnostic]) -> Vec<Span> {
        if wanted.is_empty() {
            return Vec::new();
        }
        let (text, map) = edited(self.source, wanted.iter().copied());
        let after = SourceFile::new(self.source.name(), text);
        let Checked { reading, diagnostics: after } = Checked::new(&after);
        let fixed = |found: &&Diagnostic| {
            let Some(old) = found.fix.as_ref().map(|fix| fix.span) else { return false };
            let new = map.to_new(old);
            count_at(&after, new, found.severity) < count_at(self.diagnostics, old, found.severity)
        };
        let effective: Vec<&Diagnostic> = wanted.iter().copied().filter(fixed).collect();
        if effective.len() < wanted.len() {
            return self.safe(&effective);
        }
        if errors(&after) <= errors(self.diagnostics)
            && reading.stops_like(&map, &self.reading)
            && self.reading.is_kept_by(&map, &reading)
        {
            return wanted.iter().filter_map(|found| Some(found.fix.as_ref()?.span)).collect();
        }
        let (first, second) = wanted.split_at(wanted.len() / 2);
        if first.is_empty() {
            return Vec::new();
        }
        [self.safe(first), self.safe(second)].concat()
    }
}

/// Counts the errors per instance: an error in a shared value may hide another one in each
/// instance.
fn errors(diagnostics: &[Diagnostic]) -> usize {
    let errors = diagnostics.iter().filter(|found| found.severity == Severity::Error);
    errors.map(|found| found.uses).sum()
}

/// Counts the diagnostics of at least the given severity that begin in a span.
fn count_at(diagnostics: &[Diagnostic], span: Span, worst: Severity) -> usize {
    let from = diagnostics.partition_point(|found| found.span.start < span.start);
    let inside = diagnostics[from..].iter().take_while(|found| found.span.start < span.end);
    inside.filter(|found| found.severity <= worst).count()
}

/// Returns the diagnostics with a fix, in the order of the fixes, except those that overlap an
/// earlier one.
pub(super) fn in_order(diagnostics: &[Diagnostic]) -> Vec<&Diagnostic> {
    let mut found: Vec<(Span, &Diagnostic)> = diagnostics
        .iter()
        .filter_map(|found| found.fix.as_ref().map(|fix| (fix.span, found)))
        .collect();
    found.sort_by_key(|(span, _)| *span);
    let mut end = 0;
    found.retain(|(span, _)| {
        let fits = span.start >= end;
        end = if fits { span.end.max(span.start + 1) } else { end };
        fits
    });
    found.into_iter().map(|(_, found)| found).collect()
}

pub(super) fn edited<'d>(
    source: &SourceFile,
    fixed: impl Iterator<Item = &'d Diagnostic>,
) -> (String, SourceMap) {
    let replaced = fixed.filter_map(|found| found.fix.as_ref());
    SourceMap::edit(source.text(), replaced.map(|fix| (fix.span, &*fix.text)))
}
