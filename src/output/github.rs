//! GitHub Actions workflow commands: annotations at their lines.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::validation_report::{FileDiagnostic, ValidationReport, one_line};
use crate::diagnostics::Severity;
use crate::language::Language;

/// Maximum number of annotations of one kind per step; the runner drops the rest.
const MAX_ANNOTATIONS: usize = 10;

/// Maximum number of characters of a message that the runner keeps.
const MAX_MESSAGE_CHARS: usize = 4096;

/// Each severity, worst first, and the command that annotates it.
const LEVELS: [(Severity, &str); 3] =
    [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "notice")];

/// Writes annotations up to GitHub's limit, and the number of omitted ones.
pub(super) fn validation(
    to: &mut dyn Write,
    findings: ValidationReport<'_>,
    words: Language,
) -> io::Result<()> {
    let mut more = Vec::new();
    for (severity, command) in LEVELS {
        let mut of_kind = findings.all().filter(|found| found.diagnostic.severity == severity);
        for found in of_kind.by_ref().take(MAX_ANNOTATIONS) {
            writeln!(to, "::{command} {}::{}", properties(found), message(found, words))?;
        }
        more.push((severity, of_kind.count()));
    }
    more.retain(|(_, count)| *count > 0);
    if more.is_empty() {
        return Ok(());
    }
    writeln!(to, "{}", words.annotations_not_shown(&more, MAX_ANNOTATIONS))
}

/// Returns the location, and the code as the title. Columns are written for single lines only: GitHub
/// rejects others.
fn properties(found: FileDiagnostic<'_>) -> String {
    let FileDiagnostic { path, file, diagnostic } = found;
    let (start, end) = (diagnostic.span.range().start, diagnostic.span.range().end);
    let (start, end) = (file.source.position(start), file.source.position(end));
    let mut text = format!(
        "title={},file={},line={},endLine={}",
        diagnostic.problem.code(),
        property(&path.to_string_lossy()),
        start.line,
        end.line
    );
    if start.line == end.line {
        let _ = write!(text, ",col={},endColumn={}", start.column, end.column);
    }
    text
}

fn message(found: FileDiagnostic<'_>, words: Language) -> String {
    let text = one_line(found.diagnostic, words);
    let cut =
        text.char_indices().nth(MAX_MESSAGE_CHARS - 1).map(|(at, _)| format!("{}…", &text[..at]));
    data(&cut.unwrap_or(text))
}

/// Escapes characters that would end a command or start another.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Also escapes characters that would end a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
