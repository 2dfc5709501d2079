//! The plan that the user confirmed is the plan that runs: changes during the prompt are shown and
//! need confirmation again.

use std::fs;

use serde_json::{Value, json};

use crate::platform::{Platform, manifest};
use crate::support::Cli;

const ASKED: &str = "Continue? [y/N] ";
const CHANGED: &str = "the lock or the platform changed in the meantime";

/// Writes a colleague's lock with these entries, as `git pull` would.
fn pulled(cli: &Cli, entries: &[(&str, &str)]) {
    let mut instances = serde_json::Map::new();
    for (name, id) in entries {
        let request: Value = serde_json::from_str(&manifest(&[name])).unwrap();
        instances.insert(
            (*name).to_owned(),
            json!({
                "state": "created", "taskId": id, "endpoint": endpoint(cli),
                "submittedAt": "2026-11-23T06:11:41Z", "request": request["instances"][0],
            }),
        );
    }
    let lock = json!({"version": 1, "instances": instances});
    fs::write(cli.path("pulled"), format!("{lock}\n")).unwrap();
    fs::rename(cli.path("pulled"), cli.path("a.lock")).unwrap();
}

fn endpoint(cli: &Cli) -> String {
    let environment = cli.environment();
    let endpoint = environment.iter().find(|(name, _)| name == "INSTANCECTL_ENDPOINT");
    endpoint.unwrap().1.to_str().unwrap().to_owned()
}

/// Runs a command at a terminal. During its first prompt, `meanwhile` runs; then the answers are
/// typed, one for each prompt. Returns the terminal output; fails if there are more or fewer
/// prompts.
#[track_caller]
fn asked(cli: &Cli, code: i32, answers: &[&str], meanwhile: impl FnOnce()) -> String {
    let mut terminal = cli.start_at_terminal();
    terminal.until(ASKED);
    meanwhile();
    for (number, answer) in answers.iter().enumerate() {
        if number > 0 {
            terminal.until(CHANGED);
            while terminal.until(ASKED).matches(ASKED).count() <= number {
                std::thread::yield_now();
            }
        }
        terminal.types(answer);
    }
    let (found, shown) = terminal.end();
    assert_eq!(found, Some(code), "{shown}");
    assert_eq!(shown.matches(ASKED).count(), answers.len(), "{shown}");
    shown
}

fn apply(cli: &Cli) -> Cli {
    cli.clone().args(["apply", "-f", "a.yaml", "--settle", "1s"])
}

#[test]
fn lock_pulled_during_the_prompt_prevents_second_create() {
    let platform = Platform::new();
    let cli = platform.cli(&["a"]);
    let meanwhile = || {
        platform.holds("a", "theirs", |_| {});
        pulled(&cli, &[("a", "theirs")]);
    };
    let shown = asked(&apply(&cli), 0, &["y\n"], meanwhile);
    assert!(shown.contains("nothing to create: 1 recorded in the lock"), "{shown}");
    assert_eq!(platform.creates(), [""; 0]);
    assert_eq!(platform.ids(), ["theirs"]);
    assert!(cli.read("a.lock").contains("\"taskId\":\"theirs\""));
}

#[test]
fn changed_plan_is_shown_and_confirmed_again() {
    for (answer, code, created) in [("y\n", 0, &["b"][..]), ("n\n", 6, &[])] {
        let platform = Platform::new();
        let cli = platform.cli(&["a", "b"]);
        let meanwhile = || {
            platform.holds("a", "theirs", |_| {});
            pulled(&cli, &[("a", "theirs")]);
        };
        let shown = asked(&apply(&cli), code, &["y\n", answer], meanwhile);
        let (_, again) = shown.split_once(CHANGED).unwrap();
        assert!(
            again.contains("\u{1b}[1m1 \u{1b}[0mto create: \u{1b}[1m1 \u{1b}[0mcard, "),
            "{shown}"
        );
        assert_eq!(platform.creates(), created);
    }
}

#[test]
fn unrelated_pulled_entry_needs_no_new_confirmation() {
    let platform = Platform::new();
    let cli = platform.cli(&["a"]);
    let meanwhile = || {
        platform.holds("z", "theirs", |_| {});
        pulled(&cli, &[("z", "theirs")]);
    };
    asked(&apply(&cli), 0, &["y\n"], meanwhile);
    assert_eq!(platform.creates(), ["a"]);
    let lock = cli.read("a.lock");
    assert!(lock.contains("taskId: theirs\n") && lock.contains("taskId: a-1\n"), "{lock}");
}

#[test]
fn conflict_markers_added_during_the_prompt_stop_the_run() {
    let platform = Platform::new();
    let cli = platform.cli(&["a"]);
    let conflict = "<<<<<<< HEAD\n=======\n>>>>>>> theirs\n";
    let meanwhile = || fs::write(cli.path("a.lock"), conflict).unwrap();
    asked(&apply(&cli), 5, &["y\n"], meanwhile);
    assert_eq!(platform.creates(), [""; 0]);
    assert_eq!(cli.read("a.lock"), conflict);
}

#[test]
fn instance_created_during_a_long_prompt_is_detected() {
    let platform = Platform::new();
    let cli = platform.cli(&["a"]);
    let meanwhile = || {
        // Longer than a list is valid.
        std::thread::sleep(std::time::Duration::from_millis(10_300));
        platform.holds("a", "theirs", |_| {});
    };
    let shown = asked(&apply(&cli), 6, &["y\n"], meanwhile);
    assert!(shown.contains("already live on the platform and in no lock: theirs"), "{shown}");
    assert_eq!(platform.creates(), [""; 0]);
}

#[test]
fn replace_and_prune_delete_only_confirmed_instances() {
    for flags in [&["--replace", "a"][..], &["--prune"], &["--replace-all"]] {
        let platform = Platform::new();
        let cli = platform.cli(&["a", "b"]);
        apply(&cli).args(["--yes"]).run().code(0);
        // `b` left the manifest and `a` changed, so that each flag deletes something.
        let text = manifest(&["a"]).replace("\"gpuNumber\":1", "\"gpuNumber\":2");
        let cli = cli.file("a.yaml", text);
        let meanwhile = || {
            platform.set(|state| {
                state.tasks[0]["id"] = json!("a-9");
                state.tasks[1]["id"] = json!("b-9");
            });
            pulled(&cli, &[("a", "a-9"), ("b", "b-9")]);
        };
        let shown = asked(&apply(&cli).args(flags), 6, &["y\n", "n\n"], meanwhile);
        assert_eq!(platform.deletes(), [""; 0], "{shown}");
        assert_eq!(platform.ids(), ["a-9", "b-9"]);
    }
}

#[test]
fn destroy_deletes_only_confirmed_instances() {
    for (answer, code, deleted) in [("y\n", 0, &["ids=theirs"][..]), ("n\n", 6, &[])] {
        let platform = Platform::new();
        let cli = platform.cli(&["a"]);
        apply(&cli).args(["--yes"]).run().code(0);
        let meanwhile = || {
            platform.holds("a", "theirs", |_| {});
            pulled(&cli, &[("a", "theirs")]);
        };
        let destroy = cli.clone().args(["destroy", "-f", "a.yaml", "--settle", "1s"]);
        asked(&destroy, code, &["y\n", answer], meanwhile);
        assert_eq!(platform.deletes(), deleted);
    }
}

#[test]
fn candidate_owned_meanwhile_is_not_deleted_unconfirmed() {
    let platform = Platform::new();
    platform.set(|state| state.duplicate = Some("a".to_owned()));
    let cli = platform.cli(&["a"]);
    apply(&cli).args(["--yes"]).run().code(4);
    let meanwhile = || pulled(&cli, &[("a", "theirs")]);
    let destroy = cli.clone().args(["destroy", "-f", "a.yaml", "a", "--id", "theirs"]);
    asked(&destroy, 6, &["y\n", "n\n"], meanwhile);
    assert_eq!(platform.deletes(), [""; 0]);
}

#[test]
fn stop_and_start_act_only_on_confirmed_instances() {
    for (command, status) in [("stop", "Running"), ("start", "Terminated")] {
        let platform = Platform::new();
        let cli = platform.cli(&["a"]);
        apply(&cli).args(["--yes"]).run().code(0);
        platform.set(|state| state.tasks[0]["status"] = json!(status));
        let meanwhile = || {
            platform.holds("a", "theirs", |task| task["status"] = json!(status));
            pulled(&cli, &[("a", "theirs")]);
        };
        let act = cli.clone().args([command, "-f", "a.yaml"]);
        asked(&act, 6, &["y\n", "n\n"], meanwhile);
        assert_eq!(platform.count("POST"), 1, "only the create");
    }
}

#[test]
fn changed_plan_without_a_terminal_aborts_the_run() {
    let platform = Platform::new();
    let cli = platform.cli(&["a", "b"]);
    // The list comes after the plan, so this is a change between the two checks.
    let pull = cli.clone();
    platform.meanwhile(1, move |state| {
        state.add("a", "theirs");
        pulled(&pull, &[("a", "theirs")]);
    });
    let output = apply(&cli).args(["--yes"]).run().code(6);
    output.stderr_has(CHANGED).stderr_has("the plan changed to: 1 to create: 1 card");
    assert_eq!(platform.creates(), [""; 0]);
    apply(&cli).args(["--yes"]).run().code(0).stdout("b: created b-1\n1 created\n");
}
