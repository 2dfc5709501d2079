//! Instances that changed, ended, disappeared, or are no longer wanted.

use serde_json::{Value, json};

use crate::platform::{Create, Delete, Platform, body, manifest};
use crate::support::Cli;

const APPLY: [&str; 8] = ["apply", "-f", "a.yaml", "--yes", "--settle", "1s", "--parallel", "1"];

/// Returns a manifest of these names, each with two cards instead of one.
fn changed(names: &[&str]) -> String {
    let larger = |name: &&str| {
        let mut body = body(name);
        body["gpuNumber"] = json!(2);
        body
    };
    json!({ "instances": names.iter().map(larger).collect::<Vec<Value>>() }).to_string()
}

/// Creates a platform with instances of these names; also returns the folder of the run that
/// created them.
fn created(names: &[&str]) -> (Platform, Cli) {
    let platform = Platform::new();
    let cli = platform.cli(names);
    cli.clone().args(APPLY).run().code(0);
    (platform, cli)
}

#[test]
fn changed_instance_is_replaced_if_named() {
    let (platform, cli) = created(&["a", "b"]);
    let cli = cli.file("a.yaml", changed(&["a", "b"]));
    cli.clone()
        .args(APPLY)
        .args(["--replace", "a"])
        .run()
        .code(6)
        .stdout("a: created a-3\n1 replaced, 1 skipped; exit 6: stopped by a safety check (6)\n")
        .stderr_has("  ~ b: changed b-2\n    gpuNumber: 1 -> 2\n    refused without --replace")
        .stderr_has("1 to replace: 2 cards, at most 2 card-hours; deletes 1: a\n");
    assert_eq!(platform.ids(), ["b-2", "a-3"]);
    assert!(cli.read("a.lock").contains("taskId: a-3"));
    cli.clone().args(APPLY).args(["--replace-all"]).run().code(0).stdout_has("b: created b-4");
    cli.args(APPLY).run().code(0).nothing_to_create(2);
    assert_eq!(platform.deletes(), ["ids=a-1", "ids=b-2"]);
}

#[test]
fn unchanged_instance_is_replaced_if_named() {
    let (platform, cli) = created(&["a"]);
    cli.clone().args(APPLY).args(["--replace", "a"]).run().code(0).stdout_has("a: created a-2");
    assert_eq!(platform.ids(), ["a-2"]);
    cli.args(APPLY).args(["--replace", "x"]).run().code(2).stderr_has("no instance is named x");
}

#[test]
fn replacement_is_created_only_after_old_one_is_gone() {
    let (platform, cli) = created(&["a"]);
    platform.set(|state| state.delete = Delete::Never);
    let cli = cli.file("a.yaml", changed(&["a"]));
    cli.clone()
        .args(APPLY)
        .args(["--replace-all"])
        .run()
        .code(4)
        .stdout_has("a: skipped a-1: the instance that it replaces still exists");
    assert_eq!(platform.creates(), ["a"]);
    assert!(cli.read("a.lock").contains("state: deleting\n    taskId: a-1"));
    // The next run requests it again, and continues where this one stopped.
    platform.set(|state| state.delete = Delete::AtOnce);
    cli.clone().args(APPLY).run().code(0).stdout("a: deleted a-1\na: created a-2\n1 created\n");
    assert_eq!(platform.ids(), ["a-2"]);
}

#[test]
fn unknown_replacement_stops_further_deletions() {
    let platform = Platform::with(|_, number| match number {
        1..=3 => Create::Answered,
        _ => Create::Lost,
    });
    let cli = platform.cli(&["a", "b", "c"]);
    cli.clone().args(APPLY).run().code(0);
    let cli = cli.file("a.yaml", changed(&["a", "b", "c"]));
    cli.args(APPLY).args(["--replace-all", "--max-unknown", "0"]).run().code(4);
    assert_eq!(platform.deletes(), ["ids=a-1"]);
    assert_eq!(platform.ids(), ["b-2", "c-3"]);
}

#[test]
fn refused_delete_leaves_old_instance_in_lock() {
    let (platform, cli) = created(&["a"]);
    platform.set(|state| state.delete = Delete::Status(400));
    let before = cli.read("a.lock");
    let cli = cli.file("a.yaml", changed(&["a"]));
    cli.clone().args(APPLY).args(["--replace-all"]).run().code(3);
    assert_eq!(cli.read("a.lock"), before);
    assert_eq!(platform.creates(), ["a"]);
}

#[test]
fn keep_changed_leaves_changed_instance_running() {
    let (platform, cli) = created(&["a"]);
    let cli = cli.file("a.yaml", changed(&["a", "b"]));
    cli.args(APPLY)
        .args(["--keep-changed"])
        .run()
        .code(0)
        .stdout("b: created b-2\n1 created\n")
        .stderr_has("gpuNumber: 1 -> 2");
    assert_eq!(platform.deletes(), [""; 0]);
}

#[test]
fn orphans_are_deleted_only_with_prune() {
    let (platform, cli) = created(&["a", "b"]);
    let cli = cli.file("a.yaml", manifest(&["a"]));
    cli.clone().args(APPLY).run().code(0).stderr_has("left unchanged");
    assert_eq!(platform.ids(), ["a-1", "b-2"]);
    cli.clone()
        .args(APPLY)
        .args(["--prune"])
        .run()
        .code(0)
        .stdout("b: deleted b-2\n1 deleted\n")
        .stderr_has("  - b: delete b-2\n1 to delete: b\n");
    assert_eq!(platform.ids(), ["a-1"]);
    assert!(!cli.read("a.lock").contains("  b:"));
}

#[test]
fn apply_above_max_cards_creates_nothing() {
    let platform = Platform::new();
    let cli = platform.cli(&["a", "b"]);
    cli.clone()
        .args(APPLY)
        .args(["--max-cards", "1"])
        .run()
        .code(6)
        .stderr_has("2 cards")
        .stderr_has("--max-cards 1");
    assert_eq!(platform.count("POST"), 0);
    cli.args(APPLY).args(["--max-cards", "2"]).run().code(0);
}

#[test]
fn refresh_reports_ended_and_missing_instances() {
    let (platform, cli) = created(&["a", "b", "c"]);
    platform.set(|state| {
        state.tasks[0]["status"] = json!("Completed");
        state.tasks.remove(1);
    });
    let before = cli.read("a.lock");
    cli.clone().args(["plan", "-f", "a.yaml"]).run().code(0).stdout_has("3 unchanged");
    cli.clone()
        .args(["plan", "-f", "a.yaml", "--refresh"])
        .run()
        .code(0)
        .stdout_has("  ! a: ended a-1\n    it ended (Completed): `instancectl start -f a.yaml a`")
        .stdout_has("  ! b: gone b-2\n    the platform no longer lists it")
        .stdout_has("\nnothing to create: 1 live, 2 ended or gone\n")
        .stdout_has("1 unchanged");
    assert_eq!(cli.read("a.lock"), before);
    // Nothing is created again unless requested.
    cli.clone().args(APPLY).args(["--refresh"]).run().code(0);
    assert_eq!(platform.count("POST"), 3);
    cli.args(APPLY).args(["--replace-all"]).run().code(0);
    assert_eq!(platform.creates(), ["a", "b", "c", "a", "b"]);
}

#[test]
fn apply_reports_ended_instances_if_it_lists_anyway() {
    let (platform, cli) = created(&["a", "b", "c", "d"]);
    platform.set(|state| {
        state.tasks[0]["status"] = json!("Completed");
        state.tasks[1]["status"] = json!("Completed");
        state.tasks.remove(2);
    });
    // Nothing is sent and nothing is queried, so nothing is claimed about what runs.
    let before = platform.count("GET");
    cli.clone().args(APPLY).run().is(
        0,
        "nothing to create: 4 recorded in the lock; `status` shows what runs\n",
        "a.yaml\n  = 4 unchanged\n",
    );
    assert_eq!(platform.count("GET"), before);
    let cli = cli.file("a.yaml", manifest(&["a", "b", "c", "d", "e"]));
    cli.args(APPLY).run().is(
        0,
        "e: created e-5\n1 created\n",
        "a.yaml\n  + e: create\n    ssh, 1 gpu card, 1 CPU, 1GiB, group g, stops after 01:00:00\n    \
         r/p:v\n  ! a, b: ended 2\n    it ended (Completed): `instancectl start -f a.yaml a b` starts it \
         again,\n    `instancectl apply -f a.yaml --replace a --replace b` creates a new one\n  \
         ! c: gone c-3\n    the platform no longer lists it: `instancectl apply -f a.yaml --replace c`\n    \
         creates a new one\n  = 1 unchanged\n1 to create: 1 card, at most 1 card-hour\n",
    );
}

#[test]
fn replaced_and_pruned_instances_are_counted_apart() {
    let (_platform, cli) = created(&["a", "b", "c"]);
    let cli = cli.file("a.yaml", changed(&["a"]));
    let flags = ["--replace", "a", "--prune"];
    cli.args(APPLY)
        .args(flags)
        .run()
        .code(0)
        .stderr_has(
            "1 to replace, 2 to delete: 2 cards, at most 2 card-hours; deletes 3: a, b, c\n",
        )
        .stdout("b: deleted b-2\nc: deleted c-3\na: created a-4\n1 replaced, 2 deleted\n");
}

#[test]
fn dry_run_shows_replacement_and_sends_nothing() {
    let (platform, cli) = created(&["a"]);
    let before = platform.count("GET");
    let cli = cli.file("a.yaml", changed(&["a"]));
    cli.args(["apply", "-f", "a.yaml", "--dry-run", "--replace-all"])
        .run()
        .code(0)
        .stdout_has("  -/+ a: replace a-1\n    gpuNumber: 1 -> 2\n")
        .stdout_has("\"gpuNumber\": 2")
        .stderr_has("dry run: 1 to replace: 2 cards, at most 2 card-hours; deletes 1: a; nothing");
    assert_eq!((platform.count("GET"), platform.count("DELETE")), (before, 0));
}

#[test]
fn refreshed_replacement_requires_confirmation() {
    let (platform, cli) = created(&["a"]);
    platform.set(|state| state.tasks.clear());
    cli.args(["apply", "-f", "a.yaml", "--replace-all"]).run().code(6).stderr_has("not confirmed");
    assert_eq!(platform.count("POST"), 1);
}
