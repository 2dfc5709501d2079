//! `plan --refresh` and `apply` never disagree about the same lock and platform: exit code 9 of
//! `plan` means that `apply`, with the same flags, sends a create or a delete.

use std::{fs, thread};

use serde_json::json;

use crate::platform::{Create, Delete, List, Platform, manifest};
use crate::support::Cli;

const APPLY: [&str; 6] = ["apply", "-f", "a.yaml", "--yes", "--settle", "1s"];
const FLAGS: [&[&str]; 10] = [
    &[],
    &["--replace", "a"],
    &["--replace-all"],
    &["--prune"],
    &["--adopt"],
    &["--keep-changed"],
    &["--resize"],
    &["--replace-all", "--max-cards", "0"],
    &["--prune", "--adopt", "--replace-all"],
    &["a", "--prune"],
];

/// A platform and a project before the two commands run.
type World = (&'static str, fn() -> (Platform, Cli));

/// Returns `a` and `b` as an earlier `apply` created them.
fn created() -> (Platform, Cli) {
    let platform = Platform::new();
    let cli = platform.cli(&["a", "b"]);
    cli.clone().args(APPLY).run().code(0);
    (platform, cli)
}

const WORLDS: [World; 12] = [
    ("nothing was created yet", || {
        let platform = Platform::new();
        let cli = platform.cli(&["a", "b"]);
        (platform, cli)
    }),
    ("all is unchanged", created),
    ("the lock is lost", || {
        let (platform, cli) = created();
        fs::remove_file(cli.path("a.lock")).unwrap();
        (platform, cli)
    }),
    ("the lock is lost and what is live differs", || {
        let (platform, cli) = created();
        fs::remove_file(cli.path("a.lock")).unwrap();
        platform.set(|state| state.tasks[0]["cpuNumber"] = json!(7));
        (platform, cli)
    }),
    ("one changed", || {
        let (platform, cli) = created();
        let text = manifest(&["a", "b"]).replacen("\"gpuNumber\":1", "\"gpuNumber\":2", 1);
        (platform, cli.file("a.yaml", text))
    }),
    ("one ended", || {
        let (platform, cli) = created();
        platform.set(|state| state.tasks[0]["status"] = json!("Completed"));
        (platform, cli)
    }),
    ("one is gone", || {
        let (platform, cli) = created();
        platform.set(|state| drop(state.tasks.remove(0)));
        (platform, cli)
    }),
    ("one left the manifest", || {
        let (platform, cli) = created();
        (platform, cli.file("a.yaml", manifest(&["a"])))
    }),
    ("a deletion is not confirmed", || {
        let (platform, cli) = created();
        platform.set(|state| state.delete = Delete::Never);
        let destroy = ["destroy", "-f", "a.yaml", "--yes", "--settle", "1s", "a"];
        cli.clone().args(destroy).run().code(4);
        platform.set(|state| state.delete = Delete::AtOnce);
        (platform, cli)
    }),
    ("a deletion of what left the manifest is not confirmed", || {
        let (platform, cli) = created();
        platform.set(|state| state.delete = Delete::Never);
        let destroy = ["destroy", "-f", "a.yaml", "--yes", "--settle", "1s", "b"];
        cli.clone().args(destroy).run().code(4);
        platform.set(|state| state.delete = Delete::AtOnce);
        (platform, cli.file("a.yaml", manifest(&["a"])))
    }),
    ("an outcome is unknown, and the list shows it", || {
        let platform = Platform::with(|name, number| match (name, number) {
            ("a", 1) => Create::Late(60),
            _ => Create::Answered,
        });
        let cli = platform.cli(&["a", "b"]);
        cli.clone().args(APPLY).run().code(4);
        platform.set(crate::platform::State::hurry);
        (platform, cli)
    }),
    ("the platform cannot list", || {
        let platform = Platform::new();
        platform.set(|state| state.list = List::Missing);
        let cli = platform.cli(&["a", "b"]);
        (platform, cli)
    }),
];

#[test]
fn plan_exits_9_exactly_if_apply_sends_something() {
    thread::scope(|threads| {
        for (what, world) in WORLDS {
            threads.spawn(move || {
                for flags in FLAGS {
                    let (platform, cli) = world();
                    let before = platform.creates().len() + platform.deletes().len();
                    let plan = ["plan", "-f", "a.yaml", "--refresh", "--detailed-exitcode"];
                    let plan = cli.clone().args(plan).args(flags).run();
                    let now = platform.creates().len() + platform.deletes().len();
                    assert_eq!(now, before, "plan only reads: {plan:?}");
                    let apply = cli.clone().args(APPLY).args(["--refresh"]).args(flags).run();
                    let now = platform.creates().len() + platform.deletes().len();
                    let expected = if now > before { 9 } else { 0 };
                    assert_eq!(plan.code, Some(expected), "{what} {flags:?}: {plan:?} {apply:?}");
                }
            });
        }
    });
}

#[test]
fn plan_shows_pending_deletions_as_finished_first() {
    let (platform, cli) = created();
    platform.set(|state| state.delete = Delete::Never);
    let destroy = ["destroy", "-f", "a.yaml", "--yes", "--settle", "1s"];
    cli.clone().args(destroy).run().code(4);
    let plan = cli.clone().args(["plan", "-f", "a.yaml", "--detailed-exitcode"]).run().code(9);
    plan.stdout_has("  -/+ a, b: replace 2\n    its deletion was started and is finished first\n");
    let cli = cli.file("a.yaml", manifest(&["a"]));
    let plan = cli.clone().args(["plan", "-f", "a.yaml"]).run().code(0);
    plan.stdout_has("  - b: delete b-2\n    its deletion was started and is finished first\n");
}

#[test]
fn plan_shows_live_instances_of_same_name_if_lock_is_lost() {
    let (_platform, cli) = created();
    fs::remove_file(cli.path("a.lock")).unwrap();
    let plan = ["plan", "-f", "a.yaml", "--refresh", "--detailed-exitcode"];
    let output = cli.clone().args(plan).run().code(0);
    output.stdout_has("  ! a, b: not created 2\n    already live on the platform and in no lock: a-1, b-2; `git pull` if another\n    clone created them, otherwise --adopt records those that match the manifest\n");
    cli.clone().args(APPLY).run().code(6);
}

#[test]
fn dry_run_and_plan_refuse_unknown_names() {
    let (_platform, cli) = created();
    for args in [
        &["apply", "--dry-run", "-f", "a.yaml", "nope"][..],
        &["apply", "--dry-run", "-f", "a.yaml", "--replace", "nope"],
        &["plan", "-f", "a.yaml", "nope"],
        &["plan", "-f", "a.yaml", "--replace", "nope"],
    ] {
        cli.clone().args(args).run().code(2).stderr_has("nope");
    }
}

/// Ends an instance of the platform.
fn end(platform: &Platform, at: usize) {
    platform.set(|state| state.tasks[at]["status"] = json!("Terminated"));
}

#[test]
fn plan_with_replace_all_asks_the_platform_as_apply_does() {
    let (platform, cli) = created();
    end(&platform, 0);
    let plan = ["plan", "-f", "a.yaml", "--replace-all", "--detailed-exitcode"];
    let output = cli.clone().args(plan).run().code(9);
    output.stdout_has("  -/+ a: replace").stdout_has("1 to replace: ");
    cli.clone().args(APPLY).args(["--replace-all"]).run().code(0).stdout_has("1 replaced\n");
    assert_eq!(platform.deletes(), ["ids=a-1"]);
}

#[test]
fn ended_instance_is_not_started_while_another_of_its_name_is_live() {
    let (platform, cli) = created();
    end(&platform, 0);
    platform.holds("a", "a-9", |_| {});
    let plan = cli.clone().args(["plan", "-f", "a.yaml", "--refresh"]).run().code(0);
    plan.stdout_has(
        "  ! a: ended a-1\n    another live instance has its name and is in no lock: a-9; `git pull` if\n    \
         another clone created it, otherwise `instancectl destroy -f a.yaml a`, then\n    \
         `instancectl adopt -f a.yaml a a-9`\n",
    );
    let start = cli.clone().args(["start", "-f", "a.yaml", "--yes"]).run().code(6);
    start.stdout_has("a: skipped: another live instance has its name: a-9\n");
    let replace = cli.clone().args(APPLY).args(["--replace", "a"]).run().code(6);
    replace.stderr_has("another live instance has its name and is in no lock: a-9;");
    // The printed commands lead to the live instance.
    cli.clone().args(["destroy", "-f", "a.yaml", "--yes", "a"]).run().code(0);
    cli.clone().args(["adopt", "-f", "a.yaml", "a", "a-9"]).run().code(0);
    cli.clone().args(APPLY).run().code(0).nothing_to_create(2);
    assert_eq!(platform.creates(), ["a", "b"]);
}

#[test]
fn instance_that_is_gone_gives_its_place_to_the_live_one_of_its_name() {
    let (platform, cli) = created();
    platform.set(|state| drop(state.tasks.remove(0)));
    platform.holds("a", "a-9", |_| {});
    let plan = cli.clone().args(["plan", "-f", "a.yaml", "--refresh"]).run().code(0);
    plan.stdout_has("    `instancectl resolve -f a.yaml a --absent`, then\n");
    cli.clone().args(["resolve", "-f", "a.yaml", "a", "--absent"]).run().code(0);
    cli.clone().args(["adopt", "-f", "a.yaml", "a", "a-9"]).run().code(0);
    cli.clone().args(APPLY).run().code(0).nothing_to_create(2);
}

#[test]
fn live_instance_with_a_live_duplicate_is_shown() {
    let (platform, cli) = created();
    platform.holds("a", "a-9", |_| {});
    let plan = cli.clone().args(["plan", "-f", "a.yaml", "--refresh"]).run().code(0);
    plan.stdout_has("another live instance has its name: a-9;");
}
