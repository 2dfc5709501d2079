//! `resolve` and `adopt`: manual reconciliation.

use serde_json::json;

use crate::platform::{Create, List, Platform};

const APPLY: [&str; 6] = ["apply", "-f", "a.yaml", "--yes", "--settle", "1s"];
const ABSENT: [&str; 5] = ["resolve", "-f", "a.yaml", "a", "--absent"];

/// Creates a platform that lost the request for `a`; also returns the folder of the run that sent
/// it.
fn lost() -> (Platform, crate::support::Cli) {
    let platform = Platform::with(|_, number| match number {
        1 => Create::Lost,
        _ => Create::Answered,
    });
    let cli = platform.cli(&["a"]);
    cli.clone().args(APPLY).run().code(4);
    (platform, cli)
}

fn late(task: &mut serde_json::Value) {
    task["createTime"] = json!("2026-11-23 09:00:00");
}

#[test]
fn absent_instance_leaves_lock_and_can_be_recreated() {
    let (platform, cli) = lost();
    cli.clone().args(ABSENT).run().is(0, "a: removed from the lock\n", "");
    cli.args(APPLY).run().code(0).stdout_has("a: created a-2");
    assert_eq!(platform.creates(), ["a", "a"]);
}

#[test]
fn resolve_absent_is_refused_if_instance_is_listed() {
    let (platform, cli) = lost();
    platform.holds("a", "mine", late);
    let before = cli.read("a.lock");
    cli.clone()
        .args(ABSENT)
        .run()
        .code(6)
        .stdout_has("a: skipped: the platform lists `mine` with this name")
        .stdout_has("use `--id mine`");
    assert_eq!(cli.read("a.lock"), before);
    cli.clone().args(["resolve", "-f", "a.yaml", "a", "--id", "mine"]).run().code(0);
    assert!(cli.read("a.lock").contains("taskId: mine\n    how: told\n"));
}

#[test]
fn unlisted_or_differently_named_id_is_refused() {
    let (platform, cli) = lost();
    platform.holds("b", "other", late);
    for (id, why) in [("nowhere", "does not list `nowhere`"), ("other", "`other` is named `b`")] {
        cli.clone()
            .args(["resolve", "-f", "a.yaml", "a", "--id", id])
            .run()
            .code(6)
            .stdout_has(why);
    }
    assert!(cli.read("a.lock").contains("state: unknown"));
}

#[test]
fn all_unknown_entries_are_resolved_at_once() {
    let (_platform, cli) = lost();
    let all = ["resolve", "-f", "a.yaml", "--all-unknown"];
    cli.clone().args(all).run().code(0).stdout("a: removed from the lock\n");
    cli.args(all).run().is(0, "", "no entry has an unknown outcome\n");
}

#[test]
fn resolve_requires_a_known_name_and_a_valid_resolution() {
    let (_platform, cli) = lost();
    cli.clone().args(["resolve", "-f", "a.yaml", "a"]).run().code(2);
    cli.clone().args(["resolve", "-f", "a.yaml", "--absent"]).run().code(2);
    cli.clone().args(["resolve", "-f", "a.yaml", "b", "--absent"]).run().code(2);
    cli.args(["resolve", "-f", "a.yaml", "a", "--id", "not an id"]).run().code(2);
}

#[test]
fn created_entry_is_removed_only_if_instance_is_gone() {
    let platform = Platform::new();
    let cli = platform.cli(&["a"]);
    cli.clone().args(APPLY).run().code(0);
    cli.clone().args(ABSENT).run().code(6).stdout_has("the platform still lists `a-1`: Running");
    platform.set(|state| state.tasks.clear());
    cli.clone().args(ABSENT).run().code(0);
    assert!(!cli.read("a.lock").contains("a-1"));
}

#[test]
fn failed_query_changes_nothing() {
    let (platform, cli) = lost();
    platform.set(|state| state.list = List::Status(403));
    let before = cli.read("a.lock");
    cli.clone().args(ABSENT).run().code(7).stderr_has("could not query the platform: ");
    assert_eq!(cli.read("a.lock"), before);
}

#[test]
fn instance_is_adopted_by_id() {
    let platform = Platform::new();
    platform.holds("a", "there", |task| task["cpuNumber"] = json!(9));
    let cli = platform.cli(&["a"]);
    let adopt = ["adopt", "-f", "a.yaml", "a", "there"];
    cli.clone().args(adopt).run().is(
        0,
        "a: added to the lock\n",
        "`there` differs on the platform in cpuNumber\n",
    );
    cli.clone().args(adopt).run().is(0, "a: nothing to do\n", "");
    // The manifest differs from the lock in the same field.
    cli.clone().args(["plan", "-f", "a.yaml"]).run().code(0).stdout_has("cpuNumber: 9 -> 1");
    cli.clone().args(["adopt", "-f", "a.yaml", "a", "else"]).run().code(6);
    cli.args(["adopt", "-f", "a.yaml", "b", "there"]).run().code(2);
    assert_eq!(platform.count("POST"), 0);
}

#[test]
fn adopt_rebinds_entry_to_changed_endpoint() {
    let platform = Platform::new();
    let cli = platform.cli(&["a"]);
    cli.clone().args(APPLY).run().code(0);
    let moved = Platform::new();
    moved.holds("a", "a-1", |_| {});
    let there = moved.cli(&["a"]).file("a.lock", cli.read("a.lock"));
    there.clone().args(APPLY).run().code(6);
    there.clone().args(["adopt", "-f", "a.yaml", "a", "a-1"]).run().code(0);
    there.args(APPLY).run().code(0).nothing_to_create(1);
}
