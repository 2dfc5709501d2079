//! Diagnostics found so far in one file.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::diagnostics::{Diagnostic, DiagnosticKind, Excess};
use crate::source::{SourceFile, Span};
use crate::yaml::MAX_ERRORS;

/// Diagnostics found so far in one file.
pub(super) struct DiagnosticCollector<'s> {
    pub(super) source: &'s SourceFile,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Problems reported at least once.
    problems: HashSet<Arc<DiagnosticKind>>,
    /// Reported problems, by span and address of the problem.
    observed: HashSet<(Span, *const DiagnosticKind)>,
    /// Values that need no more diagnostics: one mistake is one diagnostic.
    pub(super) reported: HashSet<Span>,
    /// Misplaced fields, by document: they are not reported as missing too.
    pub(super) relocated_keys: HashSet<(usize, String)>,
    /// Fields in the `defaults` of any document.
    pub(super) shared_fields: HashSet<&'static str>,
    /// Whether some `defaults` are in a document without instances, and instances in another one.
    pub(super) stray_defaults: bool,
    /// Scripts already checked: one in `defaults` is visited for every instance.
    pub(super) scripts: HashSet<Span>,
    /// Names of instances, with the location of the first instance of each.
    pub(super) names: HashMap<String, Span>,
}

impl<'s> DiagnosticCollector<'s> {
    /// Creates an empty collection; `reported` are values that the parser has already reported.
    pub(super) fn new(source: &'s SourceFile, reported: HashSet<Span>) -> Self {
        Self {
            source,
            diagnostics: Vec::new(),
            problems: HashSet::new(),
            observed: HashSet::new(),
            reported,
            relocated_keys: HashSet::new(),
            shared_fields: HashSet::new(),
            stray_defaults: false,
            scripts: HashSet::new(),
            names: HashMap::new(),
        }
    }

    /// Checks whether the limit is reached, after which nothing more is reported.
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

    /// Adds a diagnostic once: values reached through an alias or in `defaults` are visited many
    /// times.
    pub(super) fn push_with(&mut self, diagnostic: Diagnostic) {
        let diagnostic = self.shared(diagnostic);
        if !self.limit_reached()
            && self.observed.insert((diagnostic.span, Arc::as_ptr(&diagnostic.problem)))
        {
            self.record(diagnostic);
        }
    }

    /// Adds a diagnostic for a location that is visited once.
    pub(super) fn add(&mut self, diagnostic: Diagnostic) {
        if !self.limit_reached() {
            let diagnostic = self.shared(diagnostic);
            self.record(diagnostic);
        }
    }

    fn record(&mut self, mut diagnostic: Diagnostic) {
        if self.diagnostics.len() == MAX_ERRORS {
            diagnostic = self::diagnostic(
                DiagnosticKind::TooLarge(Excess::Problems(MAX_ERRORS)),
                diagnostic.span,
                diagnostic.document,
                diagnostic.pointer,
            );
        }
        self.diagnostics.push(diagnostic);
    }

    /// Returns the same diagnostic, with its problem shared among equal ones.
    fn shared(&mut self, mut diagnostic: Diagnostic) -> Diagnostic {
        match self.problems.get(&diagnostic.problem) {
            Some(known) => diagnostic.problem = Arc::clone(known),
            None => _ = self.problems.insert(Arc::clone(&diagnostic.problem)),
        }
        diagnostic
    }
}

/// Creates a diagnostic without labels and fix.
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
