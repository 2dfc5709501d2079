//! SARIF 2.1.0: the Static Analysis Results Interchange Format, one JSON object.

use std::io::{self, Write};
use std::path::Path;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use serde::Serialize;
use serde_json::{Value, json};

use super::json::{SerializeWith, print};
use super::validation_report::{FileDiagnostic, Fingerprints, ValidationReport, one_line};
use crate::diagnostics::{CATALOG, CatalogEntry, DiagnosticKind, Fix};
use crate::language::Language;
use crate::output::file_report::FileReport;
use crate::source::Span;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Base of relative URIs. Its own URI is omitted: a report is the same wherever the repository is.
const ROOT: &str = "%SRCROOT%";

/// Characters to escape in a URI: all except the unreserved ones of RFC 3986 and the slash.
const IN_PATH: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Writes one run with every rule and every diagnostic.
pub(super) fn validation(
    to: &mut dyn Write,
    findings: ValidationReport<'_>,
    words: Language,
) -> io::Result<()> {
    let results = || {
        let mut fingerprints = Fingerprints::default();
        findings.all().map(move |found| result(found, &fingerprints.next_fingerprint(found), words))
    };
    let version = env!("CARGO_PKG_VERSION");
    let run = SarifRun {
        tool: json!({ "driver": {
            "name": env!("CARGO_PKG_NAME"),
            "version": version,
            "semanticVersion": version,
            "shortDescription": { "text": words.fixed().program },
            "rules": CATALOG.iter().map(|entry| rule(entry, words)).collect::<Vec<_>>(),
        }}),
        original_uri_base_ids: json!({ ROOT: { "description": { "text": words.fixed().repository_root } } }),
        column_kind: "unicodeCodePoints",
        newline_sequences: ["\r\n", "\n", "\r"],
        results: SerializeWith(results),
    };
    print(to, &Log { schema: SCHEMA, version: "2.1.0", runs: [run] })
}

#[derive(Serialize)]
struct Log<L> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [SarifRun<L>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifRun<L> {
    tool: Value,
    original_uri_base_ids: Value,
    /// Columns count code points, and a lone CR ends a line, as in YAML.
    column_kind: &'static str,
    newline_sequences: [&'static str; 3],
    results: L,
}

fn rule(entry: &CatalogEntry, words: Language) -> Value {
    let (summary, help) = words.code_summary(entry);
    json!({
        "id": entry.code,
        "shortDescription": { "text": summary },
        "fullDescription": { "text": summary },
        "help": { "text": help },
        "defaultConfiguration": { "level": entry.severity.as_str() },
    })
}

fn result(found: FileDiagnostic<'_>, fingerprint: &str, words: Language) -> Value {
    let FileDiagnostic { path, file, diagnostic } = found;
    let code = diagnostic.problem.code();
    let mut primary = json!({ "physicalLocation": location(path, file, diagnostic.span) });
    if matches!(*diagnostic.problem, DiagnosticKind::Encoding { .. }) {
        // The text is a placeholder then: of the file's own bytes, only the position of the first is known.
        let region = &mut primary["physicalLocation"]["region"];
        *region = json!({ "startLine": region["startLine"], "startColumn": region["startColumn"] });
    }
    if !diagnostic.pointer.is_empty() {
        primary["logicalLocations"] = json!([{ "fullyQualifiedName": diagnostic.pointer }]);
    }
    let mut value = json!({
        "ruleId": code,
        "ruleIndex": CATALOG.iter().position(|entry| entry.code == code),
        "level": diagnostic.severity.as_str(),
        "message": { "text": escape_markdown_links(&one_line(diagnostic, words)) },
        "locations": [primary],
        "partialFingerprints": { "instancectl/v1": fingerprint },
        "properties": { "document": diagnostic.document },
    });
    let related: Vec<Value> = (1..)
        .zip(&diagnostic.labels)
        .map(|(id, label)| {
            json!({
                "id": id,
                "physicalLocation": location(path, file, label.span),
                "message": { "text": escape_markdown_links(&words.label(&label.kind)) },
            })
        })
        .collect();
    if !related.is_empty() {
        value["relatedLocations"] = related.into();
    }
    if let Some(fix) = &diagnostic.fix {
        value["fixes"] =
            json!([change(path, file, fix, &words.diagnostic_help(&diagnostic.problem))]);
    }
    value
}

fn change(path: &Path, file: &FileReport, fix: &Fix, help: &str) -> Value {
    json!({
        "description": { "text": escape_markdown_links(help) },
        "artifactChanges": [{
            "artifactLocation": artifact(path),
            "replacements": [{
                "deletedRegion": region(file, fix.span),
                "insertedContent": { "text": fix.text },
            }],
        }],
    })
}

fn location(path: &Path, file: &FileReport, span: Span) -> Value {
    json!({ "artifactLocation": artifact(path), "region": region(file, span) })
}

/// Returns the region of a span. Lines and columns count from 1, bytes from 0; ends are exclusive.
fn region(file: &FileReport, span: Span) -> Value {
    let (start, end) =
        (file.source.position(span.range().start), file.source.position(span.range().end));
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
        "byteOffset": start.byte,
        "byteLength": end.byte - start.byte,
    })
}

fn artifact(path: &Path) -> Value {
    let address = percent_encode(path.as_os_str().as_encoded_bytes(), IN_PATH).to_string();
    if path.is_absolute() {
        json!({ "uri": format!("file://{address}") })
    } else {
        json!({ "uri": address, "uriBaseId": ROOT })
    }
}

/// Escapes text that a viewer would treat as a link: `[text](address)` is one in SARIF's plain text.
fn escape_markdown_links(text: &str) -> String {
    if text.contains("](") {
        text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
    } else {
        text.to_owned()
    }
}
