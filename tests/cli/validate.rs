//! `validate` reports every problem, at its location, and accepts valid manifests.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::{self, File};

use serde_json::{Value, json};

use crate::stage::{creates_at, creator, differs_from_stored, files_of, repository};
use crate::support::Cli;

const INVALID: &str = "tests/fixtures/invalid";

/// Every code of severity error in the contract.
const CODES: [&str; 20] = [
    "yaml-syntax",
    "encoding",
    "too-large",
    "too-deep",
    "alias",
    "duplicate-key",
    "unknown-field",
    "missing-field",
    "wrong-type",
    "unknown-value",
    "out-of-range",
    "bad-format",
    "duplicate-name",
    "duplicate-port",
    "duplicate-mount",
    "relative-mount",
    "cards-on-cpu",
    "script-missing",
    "ram-looks-like-gib",
    "empty-file",
];

/// Returns the expected diagnostics of each file of a folder: `code:line:column` each, or several
/// alternatives.
pub(crate) fn expected(folder: &str) -> BTreeMap<String, Vec<String>> {
    let table = fs::read_to_string(repository(folder).join("expected.tsv")).unwrap();
    let row = |line: &str| {
        let (file, found) = line.split_once('\t').unwrap();
        (
            file.to_owned(),
            found.split(' ').filter(|one| !one.is_empty()).map(str::to_owned).collect(),
        )
    };
    table.lines().filter(|line| !line.starts_with('#')).map(row).collect()
}

/// Checks whether a diagnostic of the machine output matches an expected one.
pub(crate) fn fits(wanted: &str, found: &Value) -> bool {
    let start = &found["start"];
    let found = [
        found["code"].as_str().unwrap().to_owned(),
        start["line"].to_string(),
        start["column"].to_string(),
    ];
    wanted.split('|').any(|choice| {
        let parts: Vec<&str> = choice.split(':').collect();
        parts.len() == 3 && parts.iter().zip(&found).all(|(part, is)| *part == "*" || part == is)
    })
}

/// Copies a folder's fixtures into a new folder; also returns their names.
pub(crate) fn fixtures(folder: &str) -> (Cli, Vec<String>) {
    let mut cli = Cli::new();
    let mut names = Vec::new();
    for (name, bytes) in files_of(folder, &[".out", ".tsv"]) {
        cli = cli.file(&name, bytes);
        names.push(name);
    }
    (cli, names)
}

#[test]
fn invalid_fixtures_yield_the_expected_located_errors() {
    let (cli, names) = fixtures(INVALID);
    let expected = expected(INVALID);
    assert_eq!(names, expected.keys().cloned().collect::<Vec<_>>(), "files and table differ");
    let output = cli.args(["validate", "--format", "json"]).args(names).run().code(1).stderr("");
    let report: Value = serde_json::from_str(&output.stdout).unwrap();
    let mut found: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for diagnostic in report["diagnostics"].as_array().unwrap() {
        assert_eq!(diagnostic["severity"], "error");
        found.entry(diagnostic["file"].as_str().unwrap()).or_default().push(diagnostic);
    }
    let mut wrong = String::new();
    for (file, wanted) in &expected {
        let found = found.remove(file.as_str()).unwrap_or_default();
        let right = found.len() == wanted.len()
            && wanted.iter().zip(&found).all(|(wanted, found)| fits(wanted, found));
        if !right {
            writeln!(wrong, "{file}: expected {wanted:?}, found {found:#?}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(found.is_empty(), "errors of files that were not asked for: {found:?}");
}

#[test]
fn invalid_fixtures_match_their_snapshots() {
    let (cli, names) = fixtures(INVALID);
    let mut wrong = String::new();
    for name in names {
        let output =
            cli.clone().env("NO_COLOR", "1").args(["validate", &name]).run().code(1).stderr("");
        let picture = repository(format!("tests/fixtures/invalid/{name}.out"));
        wrong.extend(differs_from_stored(&picture, &output.stdout));
    }
    assert!(wrong.is_empty(), "UPDATE_PICTURES=1 redraws; {wrong}");
}

#[test]
fn every_code_has_a_fixture_of_its_name() {
    let table = expected(INVALID);
    let has = |code: &str| {
        let own = |(file, errors): (&String, &Vec<String>)| {
            let (stem, _) = file.split_once('.').unwrap();
            stem.starts_with(code) && errors.iter().any(|e| e.split(':').next() == Some(code))
        };
        table.iter().any(own)
    };
    // The test of `too-large` creates its own file.
    let without: Vec<&str> =
        CODES.into_iter().filter(|code| *code != "too-large" && !has(code)).collect();
    assert!(without.is_empty(), "codes without a fixture: {without:?}");
    let known: BTreeSet<&str> = CODES.into_iter().collect();
    for errors in table.values().flatten() {
        for choice in errors.split('|') {
            let code = choice.split(':').next().unwrap();
            assert!(known.contains(code), "`{code}` is not a code of the contract");
        }
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
