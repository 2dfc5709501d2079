//! `validate --fix` of manifests with one mistake: it writes what was meant, or nothing.

use std::collections::BTreeMap;
use std::{fs, iter};

use instancectl::diagnostics::{Diagnostic, Severity};
use instancectl::language::Language;
use instancectl::manifest::Manifest;
use instancectl::source::{SourceFile, SourceMap, Span};
use instancectl::validate::{LintLevels, fix, validate};

use crate::fuzz::fixes::check;
use crate::mutation::mistakes;
use crate::seeds;

fn manifest(text: &str) -> Option<Manifest> {
    validate(&SourceFile::new("a.yaml", text), None).manifest
}

#[test]
fn fix_of_one_mistake_writes_what_was_meant_or_nothing() {
    let (mut tried, mut restored, mut wrong) = (0, 0, Vec::new());
    for (path, bytes) in seeds::manifests() {
        let Ok(text) = String::from_utf8(bytes) else { continue };
        let Some(meant) = manifest(&text).filter(|_| text.len() < 4096) else { continue };
        let lines: Vec<&str> = text.lines().collect();
        for at in 0..lines.len() {
            // A quarter of them takes long enough.
            for mistake in mistakes(&lines[at..]).into_iter().skip(at % 4).step_by(4) {
                // Two lines of a script in one are another script.
                if ["joined", "glued"].contains(&mistake.what) {
                    continue;
                }
                let broken = mistake.made(&lines, at);
                let fixed = fix(SourceFile::new("a.yaml", &*broken), &LintLevels::default());
                if fixed.edits.is_empty() || manifest(&broken).is_some() {
                    continue;
                }
                tried += 1;
                match fixed.checked.manifest {
                    Some(written) if written != meant => {
                        wrong.push(format!(
                            "{}:{}: {}: {:?}",
                            path.display(),
                            at + 1,
                            mistake.what,
                            fixed.edits
                        ));
                    }
                    Some(_) => restored += 1,
                    None => {}
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(restored > 1000, "only {restored} of {tried} are restored");
}

/// Counts the errors and warnings of a text by their codes, without some.
fn counts(
    source: &SourceFile,
    without: impl Fn(&Diagnostic) -> bool,
) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    let found = validate(source, None).diagnostics.into_iter().filter(|found| !without(found));
    // A fixed value may be one that has a note, like `unlimited`.
    for found in found.filter(|found| found.severity != Severity::Note) {
        *counts.entry(found.problem.code()).or_default() += 1;
    }
    counts
}

#[test]
fn each_fix_of_a_fixture_removes_its_problem_and_adds_none() {
    let folders = ["tests/fixtures/invalid", "tests/fixtures/doubtful"];
    let (mut applied, mut wrong) = (0, Vec::new());
    for path in folders.iter().flat_map(|folder| seeds::files(folder, &["yaml", "json"])) {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        check(text.as_bytes());
        let source = SourceFile::new("a.yaml", text);
        let before = counts(&source, |_| false);
        for found in validate(&source, None).diagnostics {
            let Some(fix) = &found.fix else { continue };
            let (text, map) = SourceMap::edit(source.text(), iter::once((fix.span, &*fix.text)));
            let code = found.problem.code();
            // A syntax error hides missing fields, and other mistakes on its line.
            let line = |span: Span| source.position(span.range().start).line;
            let hidden = |other: &Diagnostic| {
                let missing = other.problem.code() == "missing-field";
                let same_line = line(map.to_old(other.span)) == line(found.span);
                code == "yaml-syntax" && (missing || same_line)
            };
            let after = counts(&SourceFile::new("a.yaml", text), hidden);
            let added = after.iter().any(|(code, count)| before.get(code) < Some(count));
            if added || after.get(code) >= before.get(code) {
                let fixed = format!("{fix:?} of {code}: {before:?}, {after:?}");
                wrong.push(format!("{}: {fixed}", path.display()));
            }
            applied += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(applied > 150, "only {applied} fixes");
}

#[test]
fn fixes_end_and_leave_what_is_in_place() {
    // Fixes that undo each other.
    check(b"- instanceServiceName: a\n  ---taskType: ssh\n  resourceGroup: g\nimagePath: a/b:1\t1\n  ---\n");
    for text in [
        // Dashes that are neither an item nor a document mark.
        "instances:\n  - mountInfoList:\n      ---- sourcePath：/a\n        type: path\n",
        "defaults:\n  ---taskType: ssh\n  cpuNumber: 1\ninstances:\n  - instanceServiceName: a\n",
        // Fields of `defaults`, whose line has a mistake.
        "# defaults:\n  taskType: ssh\n  cpuNumber: 1\ninstances:\n  - instanceServiceName: a\n",
        "  taskType: ssh\ndefaults:\n  cpuNumber: 1\ninstances:\n  - instanceServiceName: a\n",
    ] {
        check(text.as_bytes());
        let found = validate(&SourceFile::new("a.yaml", text), None).diagnostics;
        let moves = |found: &Diagnostic| {
            found.fix.as_ref().is_some_and(|fix| fix.text.trim() == text[fix.span.range()].trim())
        };
        assert!(!found.iter().any(moves), "{text}");
    }
    // The help for an item at the margin does not name the margin.
    let text = "instanceServiceName: a\ntaskType: ssh\n- cpuNumber: 1\nramSize: 1GiB\n";
    let found = validate(&SourceFile::new("a.yaml", text), None).diagnostics;
    let help = Language::English.diagnostic_help(&found[0].problem);
    assert!(help.contains("remove the `- `"), "{help}");
}
