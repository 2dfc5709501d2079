//! Warnings and notes: the reports on manifests that can be applied anyway, and how users suppress
//! or deny them.

use instancectl::diagnostics::{CATALOG, Severity};
use serde_json::Value;

use crate::snapshots::with_snapshots;
use crate::stage::{creator, files_of, project, sent_to};
use crate::support::Cli;
use crate::validate::{assert_each_code_has_a_fixture, check_fixture};

/// Creates a project with the fixtures that have warnings or notes.
fn fixtures() -> Cli {
    let add = |cli: Cli, (name, bytes): (String, Vec<u8>)| cli.file(name, bytes);
    files_of("tests/fixtures/doubtful", &[]).into_iter().fold(Cli::new(), add)
}

#[test]
fn warning_fixtures_match_their_snapshots() {
    with_snapshots(|| {
        insta::glob!("../fixtures/doubtful", "*.*", |path| {
            let (severities, shown) = check_fixture(path);
            assert!(severities.iter().all(|is| *is != Severity::Error), "{}", path.display());
            assert!(!shown.contains("abcdefgh"), "a secret is shown: {shown}");
            insta::assert_snapshot!("doubtful", shown);
        });
    });
}

#[test]
fn program_accepts_every_warning_fixture() {
    for (name, _) in files_of("tests/fixtures/doubtful", &[]) {
        let cli = fixtures().args(["validate", "--format", "json", &name]);
        let report: Value = serde_json::from_str(&cli.run().code(0).stderr("").stdout).unwrap();
        for diagnostic in report["diagnostics"].as_array().unwrap() {
            let listed = CATALOG.iter().find(|entry| diagnostic["code"] == entry.code).unwrap();
            assert_eq!(diagnostic["severity"], listed.severity.as_str());
        }
    }
}

#[test]
fn every_warning_and_note_has_a_fixture_of_its_name() {
    let may_be_allowed = |severity| severity != Severity::Error;
    assert_each_code_has_a_fixture("tests/fixtures/doubtful", may_be_allowed, "");
}

#[test]
fn denied_warnings_are_errors_and_nothing_is_sent() {
    let cli = fixtures();
    let service = creator();
    let cli = cli.on(&service);
    for command in ["validate", "plan", "apply"] {
        let run = cli.clone().args([command, "--deny", "warnings", "-f", "no-cards.yaml"]).run();
        let run = run.code(1);
        assert!(format!("{}{}", run.stdout, run.stderr).contains("1 error"), "{run:?}");
    }
    assert!(sent_to(&service).is_empty());
    // Notes are not warnings.
    let run = cli.args(["validate", "-q", "--deny", "warnings", "unlimited.yaml"]).run();
    let _ = run.code(0);
}

#[test]
fn apply_shows_warnings_but_not_notes() {
    let cli = fixtures();
    let service = creator();
    let cli = cli.on(&service);
    let run = cli.clone().args(["apply", "--yes", "-f", "no-cards.yaml"]).run().code(0);
    assert!(run.stderr.contains("no-cards"), "{run:?}");
    let run = cli.args(["apply", "--yes", "-f", "unlimited.yaml"]).run().code(0);
    assert!(!run.stderr.contains("until it is stopped"), "{run:?}");
    assert_eq!(sent_to(&service), ["a", "a"]);
}

#[test]
fn only_known_non_error_codes_can_be_allowed() {
    let cli = fixtures();
    let allow =
        |code: &str| cli.clone().args(["validate", "-q", "--allow", code, "no-cards.yaml"]).run();
    let _ = allow("no-cards").is(0, "", "");
    let error = |code: &str| allow(code).code(2).stdout("").stderr;
    assert_eq!(
        error("no-card"),
        "error: `no-card` cannot be suppressed\n  help: did you mean `no-cards`?\n"
    );
    assert_eq!(
        error("wrong-type"),
        "error: `wrong-type` cannot be suppressed\n  help: errors cannot be suppressed; fix the manifest\n"
    );
    assert!(error("x").contains("the codes are `no-cards`"));
}

#[test]
fn error_cannot_be_allowed_by_a_comment() {
    let cli = project(["a"]);
    let text = cli.read("instances.yaml") + "colour: red  # instancectl: allow(unknown-field)\n";
    let run = cli.file("instances.yaml", text).args(["validate", "instances.yaml"]).run().code(1);
    assert!(run.stdout.contains("unknown field `colour`"), "{run:?}");
    assert!(run.stdout.contains("errors cannot be suppressed; fix the manifest"), "{run:?}");
}
