//! What was found so far in one file.

use std::collections::HashSet;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, DiagnosticKind};
use crate::source::{SourceFile, Span};
use crate::yaml::MAX_ERRORS;

/// What was found so far in one file.
pub(super) struct DiagnosticCollector<'s> {
    pub(super) source: &'s SourceFile,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// What is wrong in at least one place.
    problems: HashSet<Arc<DiagnosticKind>>,
    /// Which of them, by its address, was told where.
    seen: HashSet<(Span, *const DiagnosticKind)>,
    /// Values of which enough was said: one mistake is one diagnostic.
    pub(super) reported: HashSet<Span>,
    /// Fields that stand in the wrong place, by document: they are not missing as well.
    pub(super) relocated_keys: HashSet<(usize, String)>,
    /// Scripts that were looked through: one in `defaults` is met with every instance.
    pub(super) scripts: HashSet<Span>,
}

impl<'s> DiagnosticCollector<'s> {
    /// Nothing yet; `told` are values of which the parser said enough.
    pub(super) fn new(source: &'s SourceFile, reported: HashSet<Span>) -> Self {
        Self {
            source,
            diagnostics: Vec::new(),
            problems: HashSet::new(),
            seen: HashSet::new(),
            reported,
            relocated_keys: HashSet::new(),
            scripts: HashSet::new(),
        }
    }

    /// Whether so much was found that nothing more is told.
    pub(super) fn limit_reached(&self) -> bool {
        self.diagnostics.len() > MAX_ERRORS
    }

    pub(super) fn push(
        &mut self,
        problem: DiagnosticKind,
        span: Span,
        document: usize,
        pointer: String,
    ) {
        self.push_with(diagnostic(problem, span, document, pointer));
    }

    /// Adds a diagnostic, once: what stands behind an alias or in `defaults` is met many times.
    pub(super) fn push_with(&mut self, diagnostic: Diagnostic) {
        let diagnostic = self.shared(diagnostic);
        if !self.limit_reached()
            && self.seen.insert((diagnostic.span, Arc::as_ptr(&diagnostic.problem)))
        {
            self.record(diagnostic);
        }
    }

    /// Adds a diagnostic of a place that is met once.
    pub(super) fn add(&mut self, diagnostic: Diagnostic) {
        if !self.limit_reached() {
            let diagnostic = self.shared(diagnostic);
            self.record(diagnostic);
        }
    }

    fn record(&mut self, mut diagnostic: Diagnostic) {
        if self.diagnostics.len() == MAX_ERRORS {
            diagnostic = self::diagnostic(
                DiagnosticKind::TooLarge {
                    message: format!("the file has more than {MAX_ERRORS} problems"),
                    help: "mend those that are told, then validate it again",
                },
                diagnostic.span,
                diagnostic.document,
                diagnostic.pointer,
            );
        }
        self.diagnostics.push(diagnostic);
    }

    /// The same diagnostic, with a problem that it shares with those that are alike.
    fn shared(&mut self, mut diagnostic: Diagnostic) -> Diagnostic {
        match self.problems.get(&diagnostic.problem) {
            Some(known) => diagnostic.problem = Arc::clone(known),
            None => _ = self.problems.insert(Arc::clone(&diagnostic.problem)),
        }
        diagnostic
    }
}

/// A diagnostic without labels and fix.
pub(super) fn diagnostic(
    problem: DiagnosticKind,
    span: Span,
    document: usize,
    pointer: String,
) -> Diagnostic {
    let severity = problem.severity();
    let problem = Arc::new(problem);
    Diagnostic {
        problem,
        severity,
        span,
        document,
        pointer,
        labels: Vec::new(),
        fix: None,
        uses: 1,
    }
}
