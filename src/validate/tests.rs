//! Tests that fixtures cannot cover: sizes, and number of a document.

use crate::language::Language;
use crate::source::SourceFile;
use crate::validate::validate;

const FIELDS: &str = "taskType: ssh, acceleratorType: cpu, resourceGroup: g, imagePath: a/b:1, \
                      timeoutLimit: \"01:00:00\", cpuNumber: 1, ramSize: 2GiB";

/// Returns each diagnostic as `code document line:column`.
fn found(text: &str) -> Vec<String> {
    let file = SourceFile::new("test", text);
    let checked = validate(&file, None);
    assert_eq!(checked.manifest.is_some(), checked.diagnostics.is_empty());
    let line = |found: &crate::diagnostics::Diagnostic| {
        let location = file.position(found.span.range().start);
        format!("{} {} {location}", found.problem.code(), found.document)
    };
    checked.diagnostics.iter().map(line).collect()
}

#[test]
fn expansion_of_shared_values_is_limited() {
    let script = "x".repeat(1 << 20);
    let with = |head: String, item: &str, count: usize| {
        let item = |at| format!("- {{instanceServiceName: a{at}{item}}}\n");
        found(&format!("{head}instances:\n{}", (0..count).map(item).collect::<String>()))
    };
    let shared = || format!("defaults: {{{FIELDS}, startScriptContent: {script}}}\n");
    let named = || format!("x-script: &s {script}\ndefaults: {{{FIELDS}}}\n");
    assert_eq!(with(shared(), "", 3), Vec::<String>::new());
    assert_eq!(with(named(), ", startScriptContent: *s", 3), Vec::<String>::new());
    assert_eq!(with(shared(), "", 1000), ["too-large 1 514:3"]);
    assert_eq!(with(named(), ", startScriptContent: *s", 1000), ["too-large 1 515:3"]);
}

#[test]
fn large_manifest_reports_each_error_once_at_its_location() {
    let script = "x".repeat(100 << 10);
    let item =
        |at| format!("- {{instanceServiceName: a{at}, cpuNumber: {at}, ramSize: {script}}}\n");
    let items: String = (0..6).map(item).collect();
    let text = format!("oops: 1\ndefaults: {{{FIELDS}}}\ninstances:\n{items}");
    let checked = validate(&SourceFile::new("test", &text), None);
    let location = |found: &crate::diagnostics::Diagnostic| {
        format!("{} {}", found.problem.code(), found.pointer)
    };
    let reported: Vec<String> = checked.diagnostics.iter().map(location).collect();
    let mut expected = vec!["unknown-field /oops".to_owned()];
    expected.push("out-of-range /instances/0/cpuNumber".to_owned());
    expected.extend((0..6).map(|at| format!("bad-format /instances/{at}/ramSize")));
    assert_eq!(reported, expected);
}

#[test]
fn oversized_list_is_reported_without_checking_its_items() {
    let ports = "0, ".repeat(65_536);
    let list = format!("containerPortInfoList: [{ports}]");
    let own = format!("instances:\n- a: 1\n- {{{list}}}\n- b: 1\n");
    let reported = found(&own);
    assert_eq!(
        reported.iter().filter(|found| *found == "too-large 1 3:4").count(),
        1,
        "{reported:?}"
    );
    assert!(reported.contains(&"unknown-field 1 2:3".to_owned()), "{reported:?}");
    assert!(reported.contains(&"unknown-field 1 4:3".to_owned()), "{reported:?}");
    assert!(reported.len() < 40, "{reported:?}");
    assert_eq!(found(&format!("defaults: {{{list}}}\ninstances: [{{}}]\n")), ["too-large 1 1:12"]);
    assert_eq!(found(&format!("taskType: ssh\n{list}\n")), ["too-large 1 2:1"]);
}

#[test]
fn at_most_a_million_problems_per_file_are_reported() {
    let checked = validate(&SourceFile::new("test", "a: 1\n".repeat(1_000_003)), None);
    let (last, others) = checked.diagnostics.split_last().expect("there are problems");
    assert_eq!(others.len(), 1_000_000);
    assert_eq!((last.problem.code(), last.span.start), ("too-large", 5 * 1_000_001));
    assert!(others.iter().all(|found| found.problem.code() == "duplicate-key"));
}

#[test]
fn large_document_of_another_program_is_one_problem() {
    let keys = (0..100_000).fold(String::new(), |keys, at| keys + &format!("colour{at}: 1\n"));
    assert_eq!(found(&keys), ["missing-field 1 1:1"]);
}

#[test]
fn empty_documents_are_counted() {
    assert_eq!(found("---\n---\n---\na: [\n"), ["yaml-syntax 3 4:4"]);
    assert_eq!(found("---\n---\na: 1\na: 2\n")[0], "missing-field 2 3:1");
}

#[test]
fn messages_contain_no_terminal_control_characters() {
    let file = SourceFile::new("test", "a: *x\u{85}\u{202e}y\n");
    let checked = validate(&file, None);
    let reported: String = checked
        .diagnostics
        .iter()
        .map(|found| Language::English.diagnostic(&found.problem))
        .collect();
    assert!(reported.contains("`&x\\u{85}\\u{202e}y`"), "{reported}");
}

#[test]
fn syntax_error_is_located_at_its_cause() {
    for (text, expected) in [
        ("a: \"x\nb: 1\nc: 2\n", "1:4"),
        ("a: [1, 2\nb: 3\n", "1:4"),
        ("a:\n\tb: 1\n", "2:1"),
        ("a: 1\ncpuNumber:8\nb: 2\n", "2:1"),
        ("a: {\n  b: 1\n  c: 2\n}\n", "3:3"),
    ] {
        let source = SourceFile::new("a.yaml", text);
        let checked = validate(&source, None);
        let mut syntax =
            checked.diagnostics.iter().filter(|found| found.problem.code() == "yaml-syntax");
        let found = syntax.next().expect("a syntax error");
        assert_eq!(source.position(found.span.range().start).to_string(), expected, "{text:?}");
    }
}
