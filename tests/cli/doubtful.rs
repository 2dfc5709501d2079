//! Warnings and notes: the reports on manifests that can be applied anyway, and how users suppress
//! or deny them.

use std::fmt::Write as _;

use instancectl::diagnostics::{CODES, Severity};
use serde_json::Value;

use crate::stage::{creator, differs_from_stored, project, repository, sent_to};
use crate::validate::{expected, fits, fixtures};

const DOUBTFUL: &str = "tests/fixtures/doubtful";

#[test]
fn warning_fixtures_pass_with_the_expected_diagnostics() {
    let (cli, names) = fixtures(DOUBTFUL);
    let expected = expected(DOUBTFUL);
    assert_eq!(names, expected.keys().cloned().collect::<Vec<_>>(), "files and table differ");
    let mut wrong = String::new();
    for (file, wanted) in &expected {
        let run = cli.clone().args(["validate", "--format", "json", file]).run().code(0).stderr("");
        let report: Value = serde_json::from_str(&run.stdout).unwrap();
        let found = report["diagnostics"].as_array().unwrap();
        if found.len() != wanted.len() || !wanted.iter().zip(found).all(|(w, f)| fits(w, f)) {
            writeln!(wrong, "{file}: expected {wanted:?}, found {found:#?}").unwrap();
        }
        for diagnostic in found {
            let listed = CODES.iter().find(|(code, _)| diagnostic["code"] == *code).unwrap();
            assert_eq!(diagnostic["severity"], listed.1.as_str());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn warning_fixtures_match_their_snapshots() {
    let (cli, names) = fixtures(DOUBTFUL);
    let mut wrong = String::new();
    for name in names {
        let run = cli.clone().args(["validate", &name]).run().code(0).stderr("");
        assert!(!run.stdout.contains("abcdefgh"), "a secret is shown: {}", run.stdout);
        let picture = repository(format!("{DOUBTFUL}/{name}.out"));
        wrong.extend(differs_from_stored(&picture, &run.stdout));
    }
    assert!(wrong.is_empty(), "UPDATE_PICTURES=1 redraws; {wrong}");
}

#[test]
fn every_warning_and_note_has_a_fixture_of_its_name() {
    let table = expected(DOUBTFUL);
    for (code, severity) in CODES {
        let own = table.get(&format!("{code}.yaml"));
        let has =
            own.is_some_and(|found| found.iter().any(|one| one.starts_with(&format!("{code}:"))));
        assert_eq!(has, severity != Severity::Error, "{code}");
    }
}

#[test]
fn denied_warnings_are_errors_and_nothing_is_sent() {
    let (cli, _) = fixtures(DOUBTFUL);
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
    let (cli, _) = fixtures(DOUBTFUL);
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
    let (cli, _) = fixtures(DOUBTFUL);
    let allow =
        |code: &str| cli.clone().args(["validate", "-q", "--allow", code, "no-cards.yaml"]).run();
    let _ = allow("no-cards").is(0, "", "");
    let error = |code: &str| allow(code).code(2).stdout("").stderr;
    assert_eq!(
        error("no-card"),
        "error: `no-card` cannot be suppressed: did you mean `no-cards`?\n"
    );
    assert_eq!(
        error("wrong-type"),
        "error: `wrong-type` cannot be suppressed: errors cannot be suppressed; fix the manifest\n"
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
