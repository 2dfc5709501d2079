//! The table of the YAML dialect in the crate's documentation, row by row: each row names a text
//! in `tests/fixtures/yaml` and its outcome, and each of those texts has a row.

use std::fs;
use std::path::Path;

use instancectl::language::Language;
use instancectl::source::SourceFile;
use instancectl::validate::validate;
use instancectl::yaml::{Node, Value, parse};

use crate::seeds;

/// Returns the outcome and the fixture of each row.
fn rows() -> Vec<(String, String)> {
    let text = instancectl::diagnostics::Topic::find("yaml").unwrap().page(Language::English);
    let rows = text.lines().filter_map(|line| {
        let cells: Vec<&str> = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ").collect();
        let [_, outcome, fixture] = cells[..] else { panic!("no row of three: {line}") };
        let fixture = fixture.strip_prefix('`')?.strip_suffix('`')?;
        Some((outcome.to_owned(), fixture.to_owned()))
    });
    rows.collect()
}

#[test]
fn every_row_of_the_dialect_table_holds() {
    let rows = rows();
    assert!(rows.len() > 30, "the table is read in part: {} rows", rows.len());
    let mut wrong = Vec::new();
    for (expected, fixture) in &rows {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/yaml").join(fixture);
        let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{fixture}: {error}"));
        let found = outcome(bytes);
        if found != *expected {
            wrong.push(format!("{fixture}: {found}"));
        }
    }
    assert!(wrong.is_empty(), "the table says otherwise:\n{}", wrong.join("\n"));
}

#[test]
fn every_fixture_has_a_table_row() {
    let rows = rows();
    for path in seeds::files("tests/fixtures/yaml", &["yaml"]) {
        let name = path.file_name().unwrap().to_string_lossy();
        assert!(rows.iter().any(|(_, fixture)| *fixture == name), "no row names {name}");
    }
}

/// Returns the outcome of a text, in the notation of the table.
fn outcome(bytes: Vec<u8>) -> String {
    let (source, unreadable) = SourceFile::from_bytes("row", bytes);
    let parsed = parse(source.text());
    if unreadable.is_none() && parsed.is_valid() {
        let documents: Vec<_> =
            parsed.documents().map(|(_, root)| format!("`{}`", shown(root))).collect();
        return documents.join(", ");
    }
    let of_reading =
        ["yaml-syntax", "encoding", "too-deep", "alias", "duplicate-key", "wrong-type"];
    let checked = validate(&source, unreadable);
    let reported: Vec<_> = checked
        .diagnostics
        .iter()
        .filter(|found| of_reading.contains(&found.problem.code()))
        .map(|found| {
            let place = source.position(found.span.range().start);
            format!("`{}` at {place}", found.problem.code())
        })
        .collect();
    reported.join(", ")
}

/// Formats a value on one line: JSON, but with unquoted keys.
fn shown(node: Node<'_>) -> String {
    match node.value() {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => format!("{value:?}"),
        Value::Text(text) => format!("{text:?}"),
        Value::Seq => format!("[{}]", node.items().map(shown).collect::<Vec<_>>().join(", ")),
        Value::Map => {
            let pairs = node.pairs().map(|pair| format!("{}: {}", pair.key, shown(pair.value)));
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
        }
    }
}
