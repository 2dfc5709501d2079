//! Unknown outcomes of an earlier run.

use serde_json::json;

use crate::platform::{Create, Platform, body};

const APPLY: [&str; 6] = ["apply", "-f", "a.yaml", "--yes", "--settle", "1s"];

/// Creates a platform on which `a` appears only after the run that requested it.
fn left_unknown() -> (Platform, crate::support::Cli) {
    let platform = Platform::with(|_, _| Create::Late(30));
    let cli = platform.cli(&["a"]);
    cli.clone().args(APPLY).run().code(4);
    platform.set(crate::platform::State::hurry);
    (platform, cli)
}

#[test]
fn next_run_recovers_unknown_create_from_the_list() {
    let (platform, cli) = left_unknown();
    cli.clone()
        .args(APPLY)
        .run()
        .code(0)
        .stdout("nothing to create: 1 live\n")
        .stderr_has("a: its outcome was unknown; the platform lists it as a-1");
    assert!(cli.read("a.lock").contains("taskId: a-1\n    how: list\n"));
    assert_eq!(platform.creates(), ["a"]);
}

#[test]
fn match_uses_recorded_request_not_the_manifest() {
    let (_platform, cli) = left_unknown();
    let mut changed = body("a");
    changed["cpuNumber"] = json!(64);
    let cli = cli.file("a.yaml", changed.to_string());
    let output = cli.clone().args(APPLY).run().code(6);
    output.stderr_has("  ~ a: changed a-1\n    cpuNumber: 1 -> 64\n    refused without --replace");
    assert!(cli.read("a.lock").contains("taskId: a-1"));
}

#[test]
fn unselected_unknown_entry_is_resolved_too() {
    let (_platform, cli) = left_unknown();
    let cli = cli.file("a.yaml", crate::platform::manifest(&["a", "z"]));
    cli.clone().args(APPLY).args(["z"]).run();
    assert!(cli.read("a.lock").contains("taskId: a-1"));
}

#[test]
fn two_matching_instances_stay_candidates() {
    let (platform, cli) = left_unknown();
    platform.holds("a", "second", |task| task["createTime"] = json!("2026-11-23 09:00:00"));
    cli.clone().args(APPLY).run().code(4);
    assert!(cli.read("a.lock").contains("candidates: [a-1, second]"));
    assert_eq!(platform.creates(), ["a"]);
}

#[test]
fn instance_owned_by_another_lock_is_not_matched() {
    let (_platform, cli) = left_unknown();
    let owner = cli
        .read("a.lock")
        .replace("state: unknown", "state: created\n    taskId: a-1")
        .lines()
        .filter(|line| {
            !line.contains("before") && !line.contains("why") && !line.contains("newest")
        })
        .fold(String::new(), |text, line| text + line + "\n");
    let cli = cli.file("b.yaml", crate::platform::manifest(&["a"])).file("b.lock", owner);
    cli.clone()
        .args(["apply", "-f", "a.yaml", "-f", "b.yaml", "--yes", "--settle", "1s"])
        .run()
        .code(4);
    assert!(cli.read("a.lock").contains("state: unknown"));
}

#[test]
fn without_a_complete_earlier_list_nothing_is_matched() {
    let (_platform, cli) = left_unknown();
    let lock = cli.read("a.lock");
    let lock: String = lock
        .lines()
        .filter(|line| !line.contains("before:"))
        .fold(String::new(), |text, line| text + line + "\n");
    let cli = cli.file("a.lock", lock);
    cli.clone().args(APPLY).run().code(4);
    assert!(cli.read("a.lock").contains("candidates: [a-1]"));
}
