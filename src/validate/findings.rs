//! What was found so far in one file.

use std::collections::HashSet;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use crate::diagnostic::{Diagnostic, Problem};
use crate::source::{SourceFile, Span};

/// What was found so far in one file.
pub(super) struct Findings<'s> {
    pub(super) source: &'s SourceFile,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// What was told where, its words as their hash: there may be as many as the file has bytes.
    seen: HashSet<(Span, u64)>,
    /// Values of which enough was said: one mistake is one diagnostic.
    pub(super) told: HashSet<Span>,
    /// Fields that stand in the wrong place, by document: they are not missing as well.
    pub(super) misplaced: HashSet<(usize, String)>,
    /// Scripts that were looked through: one in `defaults` is met with every instance.
    pub(super) scripts: HashSet<Span>,
}

impl<'s> Findings<'s> {
    /// Nothing yet; `told` are values of which the parser said enough.
    pub(super) fn new(source: &'s SourceFile, told: HashSet<Span>) -> Self {
        Self {
            source,
            diagnostics: Vec::new(),
            seen: HashSet::new(),
            told,
            misplaced: HashSet::new(),
            scripts: HashSet::new(),
        }
    }

    pub(super) fn push(&mut self, problem: Problem, span: Span, document: usize, pointer: String) {
        self.push_with(diagnostic(problem, span, document, pointer));
    }

    /// Adds a diagnostic, once: what stands behind an alias or in `defaults` is met many times.
    pub(super) fn push_with(&mut self, diagnostic: Diagnostic) {
        let words = BuildHasherDefault::<DefaultHasher>::default();
        let words = words.hash_one(diagnostic.problem.to_string());
        if self.seen.insert((diagnostic.span, words)) {
            self.diagnostics.push(diagnostic);
        }
    }
}

/// A diagnostic without labels and fix.
pub(super) fn diagnostic(
    problem: Problem,
    span: Span,
    document: usize,
    pointer: String,
) -> Diagnostic {
    let severity = problem.severity();
    Diagnostic { problem, severity, span, document, pointer, labels: Vec::new(), fix: None }
}
