//! What the fixtures cannot show: sizes, and the number of a document.

use super::validate;
use crate::source::SourceFile;

const FIELDS: &str = "taskType: ssh, acceleratorType: cpu, resourceGroup: g, imagePath: a/b:1, \
                      timeoutLimit: \"01:00:00\", cpuNumber: 1, ramSize: 2GiB";

/// Each diagnostic as `code document line:column`.
fn found(text: &str) -> Vec<String> {
    let file = SourceFile::new("test", text);
    let checked = validate(&file, None);
    assert_eq!(checked.manifest.is_some(), checked.diagnostics.is_empty());
    let line = |found: &crate::diagnostic::Diagnostic| {
        let place = file.position(found.span.range().start);
        format!("{} {} {place}", found.problem.code(), found.document)
    };
    checked.diagnostics.iter().map(line).collect()
}

#[test]
fn what_instances_share_is_bounded_however_little_is_written() {
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
fn documents_that_hold_nothing_are_counted() {
    assert_eq!(found("---\n---\n---\na: [\n"), ["yaml-syntax 3 4:4"]);
    assert_eq!(found("---\n---\na: 1\na: 2\n")[0], "missing-field 2 3:1");
}

#[test]
fn no_message_holds_what_acts_on_a_terminal() {
    let file = SourceFile::new("test", "a: *x\u{85}\u{202e}y\n");
    let checked = validate(&file, None);
    let told: String = checked.diagnostics.iter().map(|found| found.problem.to_string()).collect();
    assert!(told.contains("`&x\\u{85}\\u{202e}y`"), "{told}");
}
