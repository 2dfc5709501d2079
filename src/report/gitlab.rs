//! A code quality report of GitLab: one JSON array of issues, whole by the specification of Code
//! Climate too, which it comes from.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::findings::{Findings, Fingerprints, Found, sentence};
use super::json::{Streamed, print};
use crate::diagnostic::Severity;

/// Every diagnostic; an empty array where there is none.
pub(super) fn validation(to: &mut dyn Write, findings: Findings<'_>) -> io::Result<()> {
    let issues = || {
        let mut fingerprints = Fingerprints::default();
        findings.all().map(move |found| issue(found, &fingerprints.next(found)))
    };
    print(to, &Streamed(issues))
}

fn issue(found: Found<'_>, fingerprint: &str) -> Value {
    let Found { path, file, diagnostic } = found;
    let line = |byte: usize| file.source.position(byte).line;
    let span = diagnostic.span.range();
    json!({
        "type": "issue",
        "categories": ["Bug Risk"],
        "description": sentence(diagnostic),
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
