//! The machine-readable reports of `validate`: each is checked against its schema or parsed as its
//! consumer parses it, and agrees with `--format json`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use serde_json::{Value, json};

use crate::stage::{files_of, manifest, repository};
use crate::support::{Cli, Output};

/// Creates a project with all manifest fixtures, one folder per kind: invalid, doubtful and valid.
fn all_fixtures() -> Cli {
    let mut cli = Cli::new();
    for folder in ["invalid", "doubtful", "valid"] {
        for (name, bytes) in files_of(&format!("tests/fixtures/{folder}"), &["expected.json"]) {
            cli = cli.file(format!("{folder}/{name}"), bytes);
        }
    }
    cli.args(["validate", "invalid", "doubtful", "valid"])
}

fn value(output: &Output) -> Value {
    serde_json::from_str(&output.stdout).unwrap()
}

fn in_format(cli: &Cli, format: &str) -> Output {
    cli.clone().args(["--format", format]).run()
}

fn diagnostics(cli: &Cli) -> Vec<Value> {
    value(&in_format(cli, "json"))["diagnostics"].as_array().unwrap().clone()
}

#[track_caller]
fn assert_fits(schema: &str, report: &Value) {
    let text = fs::read_to_string(repository("tests/fixtures/schemas").join(schema)).unwrap();
    let schema = serde_json::from_str(&text).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let wrong: Vec<_> = validator
        .iter_errors(report)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// An annotation, as the runner parses it from a line.
#[derive(Debug, PartialEq)]
struct Annotation {
    command: String,
    properties: BTreeMap<String, String>,
    message: String,
}

/// Parses a line as GitHub's runner does: `::name key=value,key=value::message`, with different
/// escapes in each part. A line of the old form, `##[name]`, is a command at any position.
fn annotation(line: &str) -> Option<Annotation> {
    assert!(!line.contains("##[") || line.starts_with("::"), "a command of the old form: {line}");
    let rest = line.trim_start().strip_prefix("::")?;
    let (head, message) = rest.split_once("::").unwrap();
    let (command, properties) = head.split_once(' ').unwrap();
    let data = |text: &str| text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%");
    let property = |text: &str| {
        let text = text.replace("%0D", "\r").replace("%0A", "\n");
        text.replace("%3A", ":").replace("%2C", ",").replace("%25", "%")
    };
    let pair = |pair: &str| {
        let (key, value) = pair.split_once('=').unwrap();
        (key.to_owned(), property(value))
    };
    Some(Annotation {
        command: command.to_owned(),
        properties: properties.split(',').map(pair).collect(),
        message: data(message),
    })
}

fn annotations(output: &Output) -> Vec<Annotation> {
    output.stdout.split(['\n', '\r']).filter_map(annotation).collect()
}

fn sentence(diagnostic: &Value) -> String {
    let text = |key: &str| diagnostic[key].as_str().unwrap().to_owned();
    format!("{}; {}", text("message"), text("help"))
}

#[test]
fn valid_manifest_yields_an_empty_report_in_every_format() {
    let cli = Cli::new().file("a.yaml", manifest(["a"])).args(["validate", "a.yaml"]);
    let _ = in_format(&cli, "github").is(0, "", "");
    let _ = in_format(&cli, "gitlab").is(0, "[]\n", "");
    let junit = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="instancectl validate" tests="1" failures="0" errors="0" time="0">
  <testsuite name="a.yaml" tests="1" failures="0" errors="0" skipped="0" time="0">
    <testcase classname="a.yaml" name="valid" time="0"/>
  </testsuite>
</testsuites>
"#;
    let _ = in_format(&cli, "junit").is(0, junit, "");
    let sarif = value(&in_format(&cli, "sarif").code(0).stderr(""));
    assert_fits("sarif-2.1.0.json", &sarif);
    assert_eq!(sarif["runs"][0]["results"], json!([]));
    // A report is also written if there are no manifests.
    let none = Cli::new().args(["validate", "--files-from", "-"]);
    let _ = in_format(&none, "gitlab").is(0, "[]\n", "");
    assert_fits("sarif-2.1.0.json", &value(&in_format(&none, "sarif").code(0)));
    let _ = in_format(&none, "junit").code(0).stdout_has("tests=\"0\"");
}

#[test]
fn sarif_matches_its_schema_and_has_every_diagnostic() {
    let cli = all_fixtures();
    let sarif = value(&in_format(&cli, "sarif").code(1).stderr(""));
    assert_fits("sarif-2.1.0.json", &sarif);
    let run = &sarif["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    let found = diagnostics(&cli);
    assert_eq!(results.len(), found.len());
    let mut prints = BTreeSet::new();
    for (result, found) in results.iter().zip(&found) {
        assert_eq!(result["ruleId"], found["code"]);
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], found["code"]);
        assert_eq!(result["level"], found["severity"]);
        let text = result["message"]["text"].as_str().unwrap();
        assert_eq!(text.replace("\\[", "[").replace("\\]", "]"), sentence(found));
        let region = &result["locations"][0]["physicalLocation"]["region"];
        assert_eq!(region["startLine"], found["start"]["line"]);
        assert_eq!(region["startColumn"], found["start"]["column"]);
        let labels = found["labels"].as_array().unwrap();
        let related = result["relatedLocations"].as_array().map_or(0, Vec::len);
        assert_eq!(related, labels.len());
        assert_eq!(result.get("fixes").is_some(), !found["fix"].is_null());
        assert!(prints.insert(result["partialFingerprints"]["instancectl/v1"].to_string()));
    }
}

/// Returns the characters between two positions of a text, with line ends as in SARIF's
/// `newlineSequences`.
fn between(text: &str, region: &Value) -> String {
    let at = |line: &str, column: &str| {
        let number = |key: &str| usize::try_from(region[key].as_u64().unwrap()).unwrap();
        let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
        for _ in 1..number(line) {
            let end = rest.find(['\n', '\r']).unwrap();
            let width = if rest[end..].starts_with("\r\n") { 2 } else { 1 };
            rest = &rest[end + width..];
        }
        let skip = rest.char_indices().nth(number(column) - 1).map_or(rest.len(), |(at, _)| at);
        text.len() - rest.len() + skip
    };
    text[at("startLine", "startColumn")..at("endLine", "endColumn")].to_owned()
}

#[test]
fn sarif_regions_agree_by_line_and_by_byte() {
    let cli = all_fixtures();
    let sarif = value(&in_format(&cli, "sarif").code(1));
    let mut fixes = 0;
    for result in sarif["runs"][0]["results"].as_array().unwrap() {
        let place = &result["locations"][0]["physicalLocation"];
        let Ok(text) = String::from_utf8(
            fs::read(cli.path(place["artifactLocation"]["uri"].as_str().unwrap())).unwrap(),
        ) else {
            assert!(place["region"].get("byteLength").is_none(), "{place}");
            continue;
        };
        let mut regions = vec![place["region"].clone()];
        for related in result["relatedLocations"].as_array().into_iter().flatten() {
            regions.push(related["physicalLocation"]["region"].clone());
        }
        for fix in result["fixes"].as_array().into_iter().flatten() {
            regions.push(fix["artifactChanges"][0]["replacements"][0]["deletedRegion"].clone());
            fixes += 1;
        }
        for region in regions.iter().filter(|region| region.get("byteLength").is_some()) {
            let number = |key: &str| usize::try_from(region[key].as_u64().unwrap()).unwrap();
            let start = number("byteOffset");
            let by_bytes = &text[start..start + number("byteLength")];
            assert_eq!(between(&text, region), by_bytes, "{place}");
        }
    }
    assert!(fixes > 0, "no fixture has a fix");
}

#[test]
fn sarif_escapes_uris_and_markdown_links() {
    let name = "训练 一/a b:c%20#?.yaml";
    let text = manifest(["a"]) + "    \"[here](https://example.com)\": 1\n";
    let cli = Cli::new().file(name, text).args(["validate", name]);
    let sarif = value(&in_format(&cli, "sarif").code(1));
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(
        result["locations"][0]["physicalLocation"]["artifactLocation"],
        json!({
            "uri": "%E8%AE%AD%E7%BB%83%20%E4%B8%80/a%20b%3Ac%2520%23%3F.yaml",
            "uriBaseId": "%SRCROOT%",
        }),
    );
    let text = result["message"]["text"].as_str().unwrap();
    assert!(text.starts_with("unknown field `\\[here\\](https://example.com)`;"), "{text}");
}

#[test]
fn gitlab_matches_its_schema_and_has_every_diagnostic() {
    let cli = all_fixtures();
    let report = value(&in_format(&cli, "gitlab").code(1).stderr(""));
    assert_fits("gitlab-code-quality.json", &report);
    let (issues, found) = (report.as_array().unwrap(), diagnostics(&cli));
    assert_eq!(issues.len(), found.len());
    for (issue, found) in issues.iter().zip(&found) {
        assert_eq!(issue["check_name"], found["code"]);
        assert_eq!(issue["description"], sentence(found));
        assert_eq!(issue["location"]["path"], found["file"]);
        assert_eq!(issue["location"]["lines"]["begin"], found["start"]["line"]);
        assert_eq!(issue["location"]["lines"]["end"], found["end"]["line"]);
        let severity = match found["severity"].as_str().unwrap() {
            "error" => "major",
            "warning" => "minor",
            _ => "info",
        };
        assert_eq!(issue["severity"], severity);
    }
    let prints: BTreeSet<_> = issues.iter().map(|issue| issue["fingerprint"].as_str()).collect();
    assert_eq!(prints.len(), issues.len());
}

#[test]
fn fingerprint_is_stable_if_lines_and_instances_move() {
    let faulty = manifest(["b", "c"]) + "    cpuNumbr: 1\n    ramSize: 27\n    cpuNumber: 0\n";
    let moved = format!(
        "# one\n\n{}",
        faulty.replace("instances:\n", "instances:\n  - instanceServiceName: a\n")
    );
    let prints = |text: String| -> Vec<(String, u64)> {
        let cli = Cli::new().file("a.yaml", text).args(["validate", "a.yaml"]);
        let report = value(&in_format(&cli, "gitlab").code(1));
        let one = |issue: &Value| {
            let print = issue["fingerprint"].as_str().unwrap().to_owned();
            (print, issue["location"]["lines"]["begin"].as_u64().unwrap())
        };
        report.as_array().unwrap().iter().map(one).collect()
    };
    let (before, after) = (prints(faulty), prints(moved));
    assert_eq!(before.len(), 3);
    for ((before, line), (after, later)) in before.iter().zip(&after) {
        assert_eq!(before, after);
        assert_eq!(line + 3, *later);
    }
}

/// A suite of a `JUnit` report: its name, its cases with the type of their failure, and its
/// output.
#[derive(Debug, Default)]
struct Suite {
    counts: (usize, usize),
    cases: Vec<(String, Option<String>)>,
    printed: String,
}

fn attribute(element: &BytesStart<'_>, name: &str) -> String {
    let found = element.try_get_attribute(name).unwrap().unwrap();
    found.normalized_value(XmlVersion::Implicit1_0).unwrap().into_owned()
}

/// Parses a `JUnit` report with a parser that rejects invalid XML.
fn suites(text: &str) -> Vec<(String, Suite)> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut suites: Vec<(String, Suite)> = Vec::new();
    let mut inside = String::new();
    loop {
        let event = reader.read_event().unwrap();
        if let Event::Start(element) | Event::Empty(element) = &event {
            element.name().as_ref().clone_into(&mut inside);
            match inside.as_str() {
                "testsuite" => {
                    let count = |name: &str| attribute(element, name).parse().unwrap();
                    let counts = (count("tests"), count("failures"));
                    suites.push((attribute(element, "name"), Suite { counts, ..Suite::default() }));
                }
                "testcase" => {
                    let (suite, cases) = suites.last_mut().map(|(n, s)| (n, &mut s.cases)).unwrap();
                    assert_eq!(attribute(element, "classname"), *suite);
                    cases.push((attribute(element, "name"), None));
                }
                "failure" => {
                    let cases = &mut suites.last_mut().unwrap().1.cases;
                    cases.last_mut().unwrap().1 = Some(attribute(element, "type"));
                }
                _ => {}
            }
        }
        match event {
            Event::Text(text) if inside == "system-out" => {
                suites.last_mut().unwrap().1.printed += &text.xml_content(XmlVersion::Implicit1_0);
            }
            Event::Eof => return suites,
            _ => {}
        }
    }
}

#[test]
fn junit_has_one_suite_per_file_and_one_failure_per_error() {
    let cli = all_fixtures();
    let output = in_format(&cli, "junit").code(1).stderr("");
    let suites = suites(&output.stdout);
    let mut by_file: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for found in diagnostics(&cli) {
        by_file.entry(found["file"].as_str().unwrap().to_owned()).or_default().push(found);
    }
    let mut clean = 0;
    for (name, suite) in &suites {
        let found = by_file.remove(name).unwrap_or_default();
        let (errors, rest): (Vec<&Value>, Vec<&Value>) =
            found.iter().partition(|found| found["severity"] == "error");
        let failed: Vec<_> = suite.cases.iter().filter_map(|(_, kind)| kind.clone()).collect();
        let codes: Vec<_> =
            errors.iter().map(|error| error["code"].as_str().unwrap().to_owned()).collect();
        assert_eq!(failed, codes, "{name}");
        assert_eq!(suite.counts, (codes.len().max(1), codes.len()), "{name}");
        assert_eq!(suite.cases.len(), suite.counts.0, "{name}");
        let names: BTreeSet<_> = suite.cases.iter().map(|(case, _)| case).collect();
        assert_eq!(names.len(), suite.cases.len(), "cases of one name: {suite:?}");
        for found in rest {
            let code = format!("[{}]", found["code"].as_str().unwrap());
            assert!(suite.printed.contains(&code), "{name}: {suite:?}");
        }
        clean += usize::from(codes.is_empty());
    }
    assert!(clean > 0 && by_file.is_empty(), "files without a suite: {by_file:?}");
}

#[test]
fn junit_replaces_characters_invalid_in_xml() {
    let name = "a&<\"'\u{1}\u{1b}]]>\n名.yaml";
    let cli = Cli::new().file(name, "instances: 1\n").args(["validate", name]);
    let output = in_format(&cli, "junit").code(1).stderr("");
    assert!(!output.stdout.contains(['\u{1}', '\u{1b}']), "{output:?}");
    let suites = suites(&output.stdout);
    assert_eq!(suites[0].0, "a&<\"'\u{fffd}\u{fffd}]]>\n名.yaml");
}

#[test]
fn github_annotates_each_diagnostic_at_its_location() {
    let text = "# 训练 😀\ninstances:\n  - instanceServiceName: 100%\n    taskTyp: ssh\n    cpuNumber: |\n      1\n";
    let cli = Cli::new().file("m/a.yaml", text).args(["validate", "m/a.yaml"]);
    let output = in_format(&cli, "github").code(1).stderr("");
    let annotations = annotations(&output);
    let found = diagnostics(&cli);
    assert_eq!(annotations.len(), found.len());
    for (annotation, found) in annotations.iter().zip(&found) {
        assert_eq!(annotation.command, "error");
        assert_eq!(annotation.message, sentence(found));
        let mut wanted = BTreeMap::from([
            ("file", "m/a.yaml".to_owned()),
            ("line", found["start"]["line"].to_string()),
            ("endLine", found["end"]["line"].to_string()),
            ("title", found["code"].as_str().unwrap().to_owned()),
        ]);
        if wanted["line"] == wanted["endLine"] {
            wanted.insert("col", found["start"]["column"].to_string());
            wanted.insert("endColumn", found["end"]["column"].to_string());
        }
        let is: BTreeMap<_, _> = annotation
            .properties
            .iter()
            .map(|(key, value)| (key.as_str(), value.clone()))
            .collect();
        assert_eq!(is, wanted);
    }
}

#[test]
fn manifest_text_cannot_inject_github_commands() {
    let name = "a,line=9::x%0A\r\n::set-output name=x::y ##[error].yaml";
    let text = "\"::error::x\\n::stop-commands::y\\r##[error]z %0A::warning::w\": 1\n";
    let cli = Cli::new().file(name, text).args(["validate", name]);
    let output = in_format(&cli, "github").code(1).stderr("");
    let annotations = annotations(&output);
    assert_eq!(annotations.len(), diagnostics(&cli).len());
    for annotation in &annotations {
        assert_eq!(annotation.properties["file"], name);
        assert_eq!(annotation.properties["line"], "1");
        assert_eq!(annotation.command, "error");
    }
    assert_eq!(output.stdout.lines().count(), annotations.len(), "{output:?}");
}

#[test]
fn github_shows_ten_per_level_and_counts_the_rest() {
    let mut text = "instances:\n".to_owned();
    for number in 0..12 {
        writeln!(text, "  - {{instanceServiceName: n{number}, taskType: ssh, acceleratorType: dcu, resourceGroup: g, imagePath: \"i/b:latest\", cpuNumber: 4, gpuNumber: 0, ramSize: 8GiB, timeoutLimit: \"0\"}}").unwrap();
    }
    let cli = Cli::new().file("a.yaml", text).args(["validate", "a.yaml"]);
    let output = in_format(&cli, "github").code(1).stderr("");
    let annotations = annotations(&output);
    for kind in ["error", "notice", "warning"] {
        assert_eq!(annotations.iter().filter(|one| one.command == kind).count(), 10, "{kind}");
    }
    let last = output.stdout.lines().last().unwrap();
    assert_eq!(
        last,
        "2 errors, 2 warnings, 2 notes not shown: GitHub displays at most 10 annotations of one level per step (use --format json for all)",
    );
}

#[test]
fn denied_warnings_are_errors_in_every_machine_format() {
    let text = manifest(["a"]).replace("gpuNumber: 1", "gpuNumber: 0");
    let cli = Cli::new().file("a.yaml", text).args(["validate", "a.yaml", "--deny", "warnings"]);
    assert_eq!(annotations(&in_format(&cli, "github").code(1))[0].command, "error");
    assert_eq!(value(&in_format(&cli, "gitlab").code(1))[0]["severity"], "major");
    let sarif = value(&in_format(&cli, "sarif").code(1));
    assert_eq!(sarif["runs"][0]["results"][0]["level"], "error");
    let _ = in_format(&cli, "junit").code(1).stdout_has("failures=\"1\"");
}

/// Returns the path of the only finding in GitLab's report.
fn reported_path(cli: &Cli, name: &str) -> String {
    let report = value(&in_format(&cli.clone().args(["validate", name]), "gitlab").code(1));
    report[0]["location"]["path"].as_str().unwrap().to_owned()
}

#[test]
fn report_paths_are_relative_to_the_repository_root() {
    let outside = Cli::new().file("out.yaml", "instances: 1\n");
    let cli = Cli::new()
        .file("repo/.git/HEAD", "")
        .file("repo/team/m/a.yaml", "instances: 1\n")
        .file("repo/b.yaml", "instances: 1\n")
        .within("repo/team");
    symlink(outside.path("out.yaml"), cli.path("repo/team/link.yaml")).unwrap();
    for (name, expected) in [
        ("m/a.yaml", "team/m/a.yaml"),
        ("./m/../m/a.yaml", "team/m/a.yaml"),
        ("../b.yaml", "b.yaml"),
        ("link.yaml", "team/link.yaml"),
    ] {
        assert_eq!(reported_path(&cli, name), expected);
    }
    let absolute = fs::canonicalize(cli.path("repo/b.yaml")).unwrap();
    assert_eq!(reported_path(&cli, absolute.to_str().unwrap()), "b.yaml");
    // Outside of the repository only the absolute path is possible.
    let far = fs::canonicalize(outside.path("out.yaml")).unwrap();
    let far = far.to_str().unwrap();
    assert_eq!(reported_path(&cli, far), far);
    let sarif = value(&in_format(&cli.clone().args(["validate", far]), "sarif").code(1));
    let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"], json!({ "uri": format!("file://{far}") }));
    // Without a repository, paths are relative to the working folder.
    let cli = Cli::new().file("w/a.yaml", "instances: 1\n").within("w");
    assert_eq!(reported_path(&cli, "a.yaml"), "a.yaml");
}

#[test]
fn stdin_has_a_name_in_every_format() {
    let cli = Cli::new().args(["validate", "-"]).stdin("instances: 1\n");
    assert_eq!(annotations(&in_format(&cli, "github").code(1))[0].properties["file"], "<stdin>");
    assert_eq!(value(&in_format(&cli, "gitlab").code(1))[0]["location"]["path"], "<stdin>");
    assert_eq!(suites(&in_format(&cli, "junit").code(1).stdout)[0].0, "<stdin>");
    let sarif = value(&in_format(&cli, "sarif").code(1));
    assert_fits("sarif-2.1.0.json", &sarif);
    let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "%3Cstdin%3E");
}

#[test]
fn several_reports_are_written_in_one_run() {
    let cli = Cli::new().file("a.yaml", "instances: 1\n").args(["validate", "a.yaml"]);
    let human = cli.run().code(1).stdout;
    let all = "--format sarif --output a.sarif --format human --format gitlab --output=g.json --format junit --output j.xml";
    let _ = cli.clone().args(all.split(' ')).run().is(1, &human, "");
    for (file, format) in [("a.sarif", "sarif"), ("g.json", "gitlab"), ("j.xml", "junit")] {
        assert_eq!(cli.read(file), in_format(&cli, format).stdout, "{format}");
    }
    // If no report goes to standard output, standard error has a summary line.
    let summary = "checked 1 file, 0 instances: 1 error\n";
    let one = cli.clone().args(["--format", "human", "--output", "h.txt"]);
    let _ = one.run().is(1, "", summary);
    assert_eq!(cli.read("h.txt"), human);
    let _ = one.args(["-q"]).run().is(1, "", "");
    // `-` names standard output explicitly.
    let json = in_format(&cli, "json").stdout;
    let named = "--format json --output - --format human --output h.txt";
    let _ = cli.clone().args(named.split(' ')).run().is(1, &json, "");
}

#[test]
fn conflicting_report_outputs_are_a_usage_error() {
    let cli = Cli::new().file("a.yaml", manifest(["a"])).file("a.lock", "version: 1\n");
    let cli = cli.args(["validate", "a.yaml"]);
    let before = cli.listing();
    for (args, error) in [
        ("--format json --output a.lock", "error: the report would overwrite the lock a.lock\n"),
        (
            "--output x",
            "error: `--output x` has no preceding `--format`: write `--format FORMAT --output x`\n\n\
             Usage: instancectl validate [OPTIONS] [PATH]...\n",
        ),
        (
            "--output x --format json",
            "error: `--output x` has no preceding `--format`: write `--format FORMAT --output x`\n",
        ),
        (
            "--format json --output x --output y",
            "error: `--output y` has no preceding `--format`: write `--format FORMAT --output y`\n",
        ),
        (
            "--format json --format human",
            "error: several reports go to standard output: add `--output FILE` after all but one `--format`\n",
        ),
        (
            "--format json --output - --format sarif",
            "error: several reports go to standard output: add `--output FILE` after all but one `--format`\n",
        ),
        (
            "--format json --output ./a.yaml",
            "error: the report would overwrite the manifest ./a.yaml\n",
        ),
        (
            "--format json --output x --format sarif --output ./x",
            "error: two reports would go to ./x\n",
        ),
    ] {
        let output = cli.clone().args(args.split(' ')).run().code(2);
        assert!(output.stderr.starts_with(error), "{args}: {output:?}");
        let is_json = [
            "--output x --format json",
            "--format json --format human",
            "--format json --output - --format sarif",
        ];
        if is_json.contains(&args) {
            let report: Value = serde_json::from_str(&output.stdout).unwrap();
            let (message, _) = error["error: ".len()..].split_once('\n').unwrap();
            assert_eq!(report["exit"]["message"], message);
        } else {
            let _ = output.stdout("");
        }
    }
    let _ = cli.clone().args(["--format", "xml"]).run().code(2).stdout("");
    // The other commands only have the two formats for instances.
    let plan = Cli::new().file("a.yaml", manifest(["a"]));
    let _ = plan.args(["plan", "-f", "a.yaml", "--format", "sarif"]).run().code(2).stdout("");
    assert_eq!(cli.listing(), before);
}

#[test]
fn report_file_is_written_atomically() {
    let cli = Cli::new().file("a.yaml", "instances: 1\n").args(["validate", "a.yaml"]);
    let human = cli.run().code(1).stdout;
    let to = |file: &str| {
        cli.clone().args(["--format", "human", "--format", "gitlab", "--output", file])
    };
    // The human-readable report is still printed.
    let lost = "error: cannot write no/g.json: No such file or directory (os error 2)\n";
    let _ = to("no/g.json").run().is(2, &human, lost);
    fs::create_dir(cli.path("folder")).unwrap();
    let _ = to("folder").run().is(2, &human, "error: cannot write folder: is a directory\n");
    // An old report is replaced; its permissions and a link to it are kept.
    let _ =
        cli.clone().file("old.json", "a much longer report than the one that comes now".repeat(99));
    fs::set_permissions(cli.path("old.json"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("old.json", cli.path("link.json")).unwrap();
    let _ = to("link.json").run().code(1).stderr("");
    assert_eq!(cli.read("old.json"), in_format(&cli, "gitlab").stdout);
    let mode = fs::metadata(cli.path("old.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
    assert!(fs::symlink_metadata(cli.path("link.json")).unwrap().is_symlink());
    // A target that is not a file is written to directly.
    let _ = to("/dev/stderr").run().is(1, &human, &cli.read("old.json"));
    let _ = to("/dev/full").run().is(
        2,
        &human,
        "error: cannot write /dev/full: No space left on device (os error 28)\n",
    );
    let left: Vec<_> = cli
        .listing()
        .into_keys()
        .filter(|path| path.extension().is_some_and(|end| end == "tmp"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn many_files_are_reported_in_input_order() {
    let mut cli = Cli::new();
    let mut names = Vec::new();
    for number in 0..200 {
        // Files of very different sizes, so that the threads finish out of order.
        let name = format!("f{:03}.yaml", (number * 37) % 200);
        let text = if number % 7 == 0 {
            manifest((0..300).map(|n| format!("n{n}"))) + "    cpuNumbr: 1\n"
        } else {
            "instances: 1\n".to_owned()
        };
        cli = cli.file(&name, text);
        names.push(name);
    }
    let list = names.join("\0") + "\0";
    let cli = cli.args(["validate", "--files-from", "-"]).stdin(&list);
    let first = in_format(&cli, "json").code(1).stderr("");
    let reported: Vec<String> = value(&first)["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| found["file"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(reported, names);
    let human = in_format(&cli, "human").code(1).stdout;
    for _ in 0..3 {
        let _ = in_format(&cli, "json").is(1, &first.stdout, "");
        let _ = in_format(&cli, "human").is(1, &human, "");
    }
}

#[test]
fn nul_separated_list_accepts_any_file_name() {
    let cli = Cli::new().file("a\nb .yaml", manifest(["a"])).file("c.yaml", manifest(["c"]));
    let cli = cli.args(["validate", "--files-from", "-"]).stdin("a\nb .yaml\0c.yaml\0");
    let _ = cli.run().is(0, "checked 2 files, 2 instances: no problems\n", "");
}
