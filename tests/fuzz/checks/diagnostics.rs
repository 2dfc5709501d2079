//! From bytes to diagnostics, to their snippets and to JSON: properties that hold for any bytes at
//! all.

use std::path::PathBuf;

use instancectl::cli::ReportFormat;
use instancectl::diagnostics::Severity;
use instancectl::language::Language;
use instancectl::output::{FileReport, ValidationReport, write_findings};
use instancectl::request;
use instancectl::source::{SourceFile, Span};
use instancectl::validate::{LintLevels, validate};
use serde_json::Value;

/// Validates `bytes` as a manifest, reports the diagnostics in every format, and checks the
/// reports.
pub(crate) fn check(bytes: &[u8]) {
    let (source, unreadable) = SourceFile::from_bytes("fuzz.yaml", bytes.to_vec());
    let mut checked = validate(&source, unreadable);
    for found in &checked.diagnostics {
        fits(&source, found.span);
        found.labels.iter().for_each(|label| fits(&source, label.span));
        if let Some(fix) = &found.fix {
            fits(&source, fix.span);
            assert_ne!(source.slice(fix.span), fix.text, "a fix that changes nothing");
        }
        let (message, help) = (
            Language::English.diagnostic(&found.problem),
            Language::English.diagnostic_help(&found.problem),
        );
        assert_ne!(message, "not YAML", "the message does not say what is wrong");
        assert!(!message.is_empty() && !help.is_empty());
        assert!(found.document >= 1, "documents count from 1");
    }
    assert!(checked.diagnostics.is_sorted_by_key(|found| found.span), "not in the file's order");
    let errors = checked.count(Severity::Error);
    assert_eq!(checked.manifest.is_some(), errors == 0, "a manifest where there is no error");
    if let Some(manifest) = checked.manifest.take() {
        assert_eq!(request::requests(manifest.clone()).len(), checked.instances);
        checked.manifest = Some(manifest);
    }
    checked.apply(&LintLevels::default());
    rendered(FileReport { source: source.into(), checked });
}

/// Checks that a span is within the text, ends at a character boundary and has a line and column.
fn fits(source: &SourceFile, span: Span) {
    let range = span.range();
    assert!(source.text().get(range.clone()).is_some(), "{range:?} is not within the text");
    for byte in [range.start, range.end] {
        let place = source.position(byte);
        assert!(place.line >= 1 && place.column >= 1, "{place}");
        assert!(place.line <= source.line_count(), "{place} is past the last line");
    }
}

/// Checks that every format can render the report: human-readable text is safe to print, and JSON
/// has every diagnostic.
fn rendered(report: FileReport) {
    let count = report.checked.diagnostics.len();
    let files = [report];
    let plain = written(&files, ReportFormat::Human);
    let acts = |c: &char| {
        c.is_control() && *c != '\n'
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert_eq!(plain.chars().find(acts), None, "{plain:?}");
    for format in [ReportFormat::Json, ReportFormat::Gitlab, ReportFormat::Sarif] {
        let text = written(&files, format);
        let json: Value = serde_json::from_str(&text).expect("it is JSON");
        let reported = match format {
            ReportFormat::Json => &json["diagnostics"],
            ReportFormat::Sarif => &json["runs"][0]["results"],
            _ => &json,
        };
        assert_eq!(reported.as_array().map(Vec::len), Some(count), "{text}");
    }
    for format in [ReportFormat::Github, ReportFormat::Junit] {
        let text = written(&files, format);
        assert_eq!(text.chars().find(|c| c.is_control() && *c != '\n'), None, "{text:?}");
    }
}

fn written(files: &[FileReport], format: ReportFormat) -> String {
    let mut text = Vec::new();
    let findings = ValidationReport { files, paths: &[PathBuf::from("fuzz.yaml")], failure: None };
    write_findings(&mut text, findings, format, Language::English).expect("memory takes all");
    String::from_utf8(text).expect("what is written is UTF-8")
}
