//! `validate` reports every problem, at its location, and accepts valid manifests.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use instancectl::cli::ReportFormat;
use instancectl::diagnostics::{CATALOG, Severity};
use instancectl::language::Language;
use instancectl::output::{FileReport, ValidationReport, write_findings};
use instancectl::source::SourceFile;
use instancectl::validate::{LintLevels, validate};
use serde_json::{Value, json};

use crate::snapshots::with_snapshots;
use crate::stage::{creates_at, creator, files_of, repository};
use crate::support::Cli;

/// Starts of the names of fixtures that are not named after a code.
const OTHER_NAMES: [&str; 2] = ["several-", "allowed."];

/// Returns what `validate` finds in a fixture.
pub(crate) fn report_of(path: &Path) -> FileReport {
    let name = path.file_name().unwrap().to_str().unwrap();
    let (source, unreadable) = SourceFile::from_bytes(name, fs::read(path).unwrap());
    let mut checked = validate(&source, unreadable);
    checked.apply(&LintLevels::default());
    FileReport { source: source.into(), checked }
}

/// Returns what `validate` prints about a file.
pub(crate) fn printed(file: FileReport, format: ReportFormat, language: Language) -> String {
    let paths = [PathBuf::from(file.source.name())];
    let findings = ValidationReport { files: &[file], paths: &paths, failure: None };
    let mut printed = Vec::new();
    write_findings(&mut printed, findings, format, language).unwrap();
    String::from_utf8(printed).unwrap()
}

/// Returns the severities that `validate` reports for a fixture, and what it prints; the code that the
/// file is named after must be among them.
pub(crate) fn check_fixture(path: &Path) -> (Vec<Severity>, String) {
    let file = report_of(path);
    let name = file.source.name();
    let found = &file.checked.diagnostics;
    let codes: Vec<_> = found.iter().map(|found| found.problem.code()).collect();
    let own = CATALOG.iter().map(|entry| entry.code).filter(|code| name.starts_with(code));
    let own = own.max_by_key(|code| code.len());
    let has_own = own.is_some_and(|own| codes.contains(&own));
    let named_otherwise = OTHER_NAMES.iter().any(|start| name.starts_with(start));
    assert!(has_own != named_otherwise, "{name} is not named after {codes:?}");
    let severities = found.iter().map(|found| found.severity).collect();
    (severities, printed(file, ReportFormat::Human, Language::English))
}

/// Checks that each code of a severity, except `but`, has a fixture that is named after it.
#[track_caller]
pub(crate) fn assert_each_code_has_a_fixture(folder: &str, is: fn(Severity) -> bool, but: &str) {
    let files = files_of(folder, &[]);
    for entry in CATALOG.iter().filter(|entry| {
        // The online check needs a platform.
        is(entry.severity) && entry.code != but && !entry.is_online()
    }) {
        let code = entry.code;
        assert!(files.iter().any(|(name, _)| name.starts_with(code)), "{code} has no fixture");
    }
}

#[test]
fn invalid_fixtures_match_their_snapshots() {
    with_snapshots(|| {
        insta::glob!("../fixtures/invalid", "*.*", |path| {
            let (severities, shown) = check_fixture(path);
            let invalid =
                !severities.is_empty() && severities.iter().all(|is| *is == Severity::Error);
            assert!(invalid, "{}: {severities:?}", path.display());
            insta::assert_snapshot!("invalid", shown);
        });
    });
}

#[test]
fn every_error_has_a_fixture_of_its_name() {
    // The test of `too-large` creates its own file.
    let is_error = |severity| severity == Severity::Error;
    assert_each_code_has_a_fixture("tests/fixtures/invalid", is_error, "too-large");
}

#[test]
fn program_prints_what_the_library_renders() {
    for (name, bytes) in files_of("tests/fixtures/invalid", &[]).into_iter().step_by(36) {
        let (_, shown) = check_fixture(&repository("tests/fixtures/invalid").join(&name));
        let cli = Cli::new().file(&name, bytes).args(["validate", &name]);
        let _ = cli.run().is(1, &shown, "");
    }
}

#[test]
fn oversized_file_is_refused_without_reading_it_all() {
    let cli = Cli::new();
    // Sparse, and larger than any memory: reading it to its end would show.
    File::create(cli.path("large.yaml")).unwrap().set_len(1 << 42).unwrap();
    let output = cli.args(["validate", "--format", "json", "large.yaml"]).run().code(1).stderr("");
    let report: Value = serde_json::from_str(&output.stdout).unwrap();
    let found = report["diagnostics"].as_array().unwrap();
    assert_eq!(found.len(), 1, "{report}");
    assert_eq!(found[0]["code"], "too-large");
    assert_eq!(found[0]["message"], "the file is larger than 256 MiB");
}

#[test]
fn valid_fixtures_pass_and_send_the_expected_requests() {
    let table = fs::read(repository("tests/fixtures/valid/expected.json")).unwrap();
    let table: BTreeMap<String, Value> = serde_json::from_slice(&table).unwrap();
    let files = files_of("tests/fixtures/valid", &["expected.json"]);
    for (name, bytes) in &files {
        let service = creator();
        let cli = Cli::new().file(name, bytes).on(&service);
        let checked = cli.clone().args(["validate", "--format", "json", name]).run().code(0);
        let checked: Value = serde_json::from_str(&checked.stdout).unwrap();
        assert_eq!(checked["summary"]["errors"], 0, "{name}: {checked}");
        let dry = cli.clone().args(["apply", "--dry-run", "-f", name]).run().code(0).stdout;
        let output = cli.clone().args(["apply", "--yes", "--parallel", "1", "-f", name]).run();
        let _ = output.code(0);
        let sent: Vec<Value> =
            creates_at(&service).iter().map(super::support::Received::json).collect();
        assert_eq!(requests_in(&dry), sent, "{name}: the dry run shows other requests");
        let wanted = table[name].as_array().unwrap();
        assert_eq!(wanted.len(), sent.len(), "{name}");
        let lock = name.rsplit_once('.').unwrap().0.to_owned() + ".lock";
        let lock = cli.lock(&lock);
        for (wanted, sent) in wanted.iter().zip(&sent) {
            for (field, value) in wanted.as_object().unwrap() {
                let entry = &lock["instances"][sent["instanceServiceName"].as_str().unwrap()];
                let is = match field.as_str() {
                    "region" => entry.get("region").unwrap_or(&Value::Null),
                    field => &sent[field],
                };
                assert_eq!(is, value, "{name}: `{field}` of {sent:#}");
            }
        }
    }
    assert_eq!(files.len() + 1, table.len(), "the table names files that are not there");
}

/// Returns the bodies that a dry run prints.
fn requests_in(shown: &str) -> Vec<Value> {
    let mut parts = shown.split("POST /ai/openapi/v2/instance-service/task\n");
    parts.next();
    parts.map(|part| serde_json::from_str(part).unwrap()).collect()
}

#[test]
fn json_contains_every_part_of_a_diagnostic() {
    let text = "\
# 训练 😀
instances:
  - {instanceServiceName: 甲, taskType: juypter, acceleratorType: cpu, resourceGroup: g, imagePath: i/b:1, cpuNumber: 4, ramSize: 8GiB, timeoutLimit: \"01:00:00\"}
  - {instanceServiceName: 甲, taskType: ssh, acceleratorType: cpu, resourceGroup: g, imagePath: i/b:1, cpuNumber: 4, ramSize: 8GiB, timeoutLimit: \"01:00:00\"}
";
    let output = Cli::new()
        .file("a.yaml", text)
        .args(["validate", "--format", "json", "a.yaml"])
        .run()
        .code(1)
        .stderr("");
    let at = |line: usize, column: usize, byte: usize| json!({"line": line, "column": column, "byte": byte});
    let byte = |part: &str| text.find(part).unwrap();
    let (first, second) = (byte("甲"), text.rfind('甲').unwrap());
    let place = |start: Value, end: Value, mut value: Value| {
        value["start"] = start;
        value["end"] = end;
        value
    };
    let (word, end) = (byte("juypter"), byte("juypter") + 7);
    let unknown = place(
        at(3, 40, word),
        at(3, 47, end),
        json!({
            "code": "unknown-value", "severity": "error", "file": "a.yaml", "document": 1,
            "pointer": "/instances/0/taskType", "labels": [],
            "message": "`taskType`: expected `ssh`, `jupyter`, `codeserver` or `rstudio`, found `juypter`",
            "help": "did you mean `jupyter`?",
            "fix": place(at(3, 40, word), at(3, 47, end), json!({"text": "jupyter"})),
        }),
    );
    let duplicate = place(
        at(4, 27, second),
        at(4, 28, second + 3),
        json!({
            "code": "duplicate-name", "severity": "error", "file": "a.yaml", "document": 1,
            "pointer": "/instances/1/instanceServiceName", "fix": null,
            "message": "duplicate instance name `甲`",
            "help": "use a different name, such as `甲-2`: names identify instances in the lock",
            "labels": [place(at(3, 27, first), at(3, 28, first + 3), json!({"message": "first here"}))],
        }),
    );
    let found: Value = serde_json::from_str(&output.stdout).unwrap();
    let wanted = json!({
        "version": 1,
        "command": "validate",
        "diagnostics": [unknown, duplicate],
        "instances": [],
        "summary": found["summary"],
        "exit": {"code": 1, "classes": [], "message": "1 manifest is invalid", "help": null},
    });
    let counts = [("files", 1), ("instances", 2), ("errors", 2), ("warnings", 0), ("notes", 0)];
    for (key, count) in counts {
        assert_eq!(found["summary"][key], count, "{key}");
    }
    assert_eq!(found, wanted, "found {found:#}");
}

#[test]
fn terminal_control_characters_are_replaced_in_output() {
    for (text, shown) in [
        ("instances: \u{1b}[2J\u{7}\u{7f}", "instances: ?[2J??"),
        ("instances: a\u{9b}31m", "instances: a\u{bf}31m"),
        ("instances: \u{202e}abc", "instances: \u{fffd}abc"),
        ("\u{1b}]0;title\u{7}: 1", "?]0;title?: 1"),
    ] {
        let cli = Cli::new().file("a.yaml", text).args(["validate", "a.yaml"]);
        let output = cli.run().code(1).stderr("").stdout_has(shown);
        for char in ['\u{1b}', '\u{7}', '\u{7f}', '\u{9b}', '\u{202e}'] {
            assert!(!output.stdout.contains(char), "{output:?}");
        }
    }
}

#[test]
fn colors_are_used_only_if_requested() {
    let cli = Cli::new().file("a.yaml", "instances: 1\n");
    let validate = |more: &[&str]| {
        cli.clone().args(["validate", "a.yaml"]).args(more.to_vec()).run().code(1).stdout
    };
    let plain = validate(&[]);
    assert!(!plain.contains('\x1b') && plain.contains("a.yaml:1:12"), "{plain}");
    assert!(validate(&["--color", "always"]).contains('\x1b'));
    assert_eq!(validate(&["--color", "never"]), plain);
}

#[test]
fn quiet_omits_the_summary_but_no_errors() {
    let cli = Cli::new().file("a.yaml", "instances: 1\n");
    let loud = cli.clone().args(["validate", "a.yaml"]).run().code(1).stdout;
    let quiet = cli.args(["validate", "-q", "a.yaml"]).run().code(1).stderr("").stdout;
    let rest = "checked 1 file, 0 instances: 1 error\nfor more information: instancectl explain wrong-type\n";
    assert_eq!(loud, format!("{quiet}{rest}"));
}

#[test]
fn manifest_text_cannot_inject_ci_runner_commands() {
    let text = "instanceServiceName: a\nstartScriptContent: |\n  ::error::a\n  ##[error]b\nx: 1\n";
    let cli = Cli::new().file("::error::one.yaml", "").file("two.yaml", text);
    let cli = cli.args(["validate", "::error::one.yaml", "two.yaml"]);
    let output = cli.clone().env("GITHUB_ACTIONS", "true").run().code(1).stderr("");
    let begins = |line: &str| line.trim_start().starts_with("::");
    assert!(!output.stdout.lines().any(begins), "{}", output.stdout);
    assert!(!output.stdout.contains("##["), "{}", output.stdout);
    assert!(output.stdout.contains("##(error]b"), "{}", output.stdout);
    // Elsewhere the text is printed unchanged.
    let output = cli.run().code(1).stderr("");
    assert!(output.stdout.contains("##[error]b"), "{}", output.stdout);
}

#[test]
fn overlong_line_is_cropped_around_the_error() {
    let fields = "instanceServiceName: a\ntaskType: ssh\nacceleratorType: cpu\nresourceGroup: k\n\
                  imagePath: a/b:1\nramSize: 8GiB\ntimeoutLimit: \"01:00:00\"\n";
    let long = "z".repeat(5000);
    let mount = |at: &str| format!("{{sourcePath: /a, targetPath: /{at}, type: path}}");
    let between = (0..60).map(|at| mount(&at.to_string())).collect::<Vec<_>>().join(", ");
    let duplicates = format!("mountInfoList: [{}, {between}, {}]", mount("m"), mount("m"));
    for (text, drawn) in [
        (
            format!("cpuNumber: {long}"),
            format!(
                "umber: {}
   ·        {}
",
                "z".repeat(73),
                "─".repeat(66)
            ),
        ),
        (format!("cpuNumber: 4\n{duplicates}"), "╰── first here: 9:46\n".to_owned()),
        (format!("x-a: {long}\ncpuNumber: 0\nx-b: {long}"), "]\n 9 │ cpuNumber: 0\n".to_owned()),
    ] {
        let cli = Cli::new().file("a.yaml", format!("{fields}{text}\n"));
        let output = cli.args(["validate", "a.yaml"]).run().code(1);
        let widest = output.stdout.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(100), "{}", output.stdout);
        assert!(output.stdout.contains(&drawn), "{drawn:?} is not in {}", output.stdout);
    }
}
