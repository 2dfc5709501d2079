//! GitLab code quality report: one JSON array of issues, also complete by the Code Climate
//! specification that it is derived from.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::json::{SerializeWith, print};
use super::validation_report::{FileDiagnostic, Fingerprints, ValidationReport, one_line};
use crate::diagnostics::Severity;
use crate::language::Language;

/// Writes every diagnostic; an empty array if there is none.
pub(super) fn validation(
    to: &mut dyn Write,
    findings: ValidationReport<'_>,
    words: Language,
) -> io::Result<()> {
    let issues = || {
        let mut fingerprints = Fingerprints::default();
        findings.all().map(move |found| issue(found, &fingerprints.next_fingerprint(found), words))
    };
    print(to, &SerializeWith(issues))
}

fn issue(found: FileDiagnostic<'_>, fingerprint: &str, words: Language) -> Value {
    let FileDiagnostic { path, file, diagnostic } = found;
    let line = |byte: usize| file.source.position(byte).line;
    let span = diagnostic.span.range();
    json!({
        "type": "issue",
        "categories": ["Bug Risk"],
        "description": one_line(diagnostic, words),
        "check_name": diagnostic.problem.code(),
        "fingerprint": fingerprint,
        "severity": match diagnostic.severity {
            Severity::Error => "major",
            Severity::Warning => "minor",
            Severity::Note => "info",
        },
        "location": {
            "path": path.to_string_lossy(),
            "lines": { "begin": line(span.start), "end": line(span.end) },
        },
    })
}
