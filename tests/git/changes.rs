//! The other commands that write a lock, each from a fresh clone.

use std::fs;

use crate::platform::{self, Create, List, Platform};
use crate::project::Project;
use crate::stage::{Gate, creator, gated, sent_to, wait_for_creates};

/// Returns a project with this manifest on a platform.
fn on(platform: &Platform, names: &[&str]) -> Project {
    Project::with(&platform::manifest(names), platform.url())
}

#[test]
fn destroy_prune_and_replace_use_the_lock_of_the_remote() {
    let platform = Platform::new();
    let project = on(&platform, &["a", "b", "c"]);
    project.apply("one").args(["--parallel", "1"]).run().code(0);
    let destroy = ["destroy", "--yes", "-f", "instances.yaml", "a"];
    project.command("two", &destroy).run().code(0).stdout_has("a: deleted a-1");
    project.recorded(&[("b", "created b-2"), ("c", "created c-3")]);
    project.commit("instances.yaml", &platform::manifest(&["b"]));
    project.apply("three").args(["--prune"]).run().code(0).stdout_has("1 deleted");
    project.recorded(&[("b", "created b-2")]);
    project.apply("four").args(["--replace", "b"]).run().code(0);
    project.recorded(&[("b", "created b-4")]);
    assert_eq!(platform.ids(), ["b-4"]);
    // The first clone has an older lock and an older manifest.
    project.command("one", &destroy).run().code(0).stdout_has("nothing to do\n");
    assert_eq!(platform.deletes(), ["ids=a-1", "ids=c-3", "ids=b-2"]);
}

#[test]
fn replacement_that_was_interrupted_is_completed_elsewhere() {
    let platform = Platform::new();
    let project = on(&platform, &["a"]);
    project.apply("one").run().code(0);
    platform.set(|state| state.delete = platform::Delete::Never);
    let running = project
        .command("two", &["apply", "--yes", "-f", "instances.yaml", "--replace", "a"])
        .start();
    project.wait_for_claim("state: deleting");
    running.kill();
    project.lose("two");
    platform.set(|state| state.delete = platform::Delete::AtOnce);
    project.apply("three").run().code(0);
    project.recorded(&[("a", "created a-2")]);
    assert_eq!(platform.ids(), ["a-2"]);
}

#[test]
fn adopt_and_resolve_are_recorded_at_the_remote() {
    let platform = Platform::with(|name, _| match name {
        "b" => Create::AnswerLost,
        _ => Create::Answered,
    });
    platform.set(|state| state.list = List::Missing);
    let project = on(&platform, &["b", "c"]);
    project.apply("one").run().code(4);
    project.recorded(&[("b", "unknown"), ("c", "created c-2")]);
    let resolve = ["resolve", "-f", "instances.yaml", "b", "--id", "b-1"];
    project.command("two", &resolve).run().code(0);
    project.recorded(&[("b", "created b-1"), ("c", "created c-2")]);
    project.commit("instances.yaml", &platform::manifest(&["b", "c", "d"]));
    platform.holds("d", "d-9", |_| {});
    let adopt = ["adopt", "-f", "instances.yaml", "d", "d-9"];
    project.command("three", &adopt).run().code(0);
    project.recorded(&[("b", "created b-1"), ("c", "created c-2"), ("d", "created d-9")]);
    assert_eq!(platform.creates(), ["b", "c"]);
}

#[test]
fn lost_response_of_a_dead_run_is_found_in_the_list() {
    let platform = Platform::with(|_, _| Create::AnswerLost);
    let project = on(&platform, &["a"]);
    let running = project.command("dead", &["apply", "--yes", "-f", "instances.yaml"]).start();
    crate::stage::wait_until(|| !platform.ids().is_empty());
    running.kill();
    project.lose("dead");
    project.apply("b").run().code(0).stdout("nothing to create: 1 live\n");
    project.recorded(&[("a", "created a-1")]);
    assert_eq!(platform.creates(), ["a"]);
}

#[test]
fn lock_that_was_renamed_on_the_branch_is_not_created_again() {
    let service = creator();
    let project = Project::new(&["a"], &service);
    project.apply("a").run().code(0);
    project.remote.clone_into("stale");
    project.remote.run("a", "git mv instances.yaml new.yaml && git mv instances.lock new.lock");
    project.remote.commit("a", "rename");
    let before = fs::read(project.remote.path("stale/instances.lock")).unwrap();
    for words in
        [&["apply", "--yes", "-f", "instances.yaml"][..], &["plan", "-f", "instances.yaml"]]
    {
        let output = project.command("stale", words).run().code(5);
        output.stderr_has("`main` no longer has `instances.lock`: it was renamed or removed there");
    }
    assert_eq!(fs::read(project.remote.path("stale/instances.lock")).unwrap(), before);
    assert!(project.claims().is_empty());
    project.remote.run("stale", "git pull -q");
    let words = ["apply", "--yes", "-f", "new.yaml"];
    project.command("stale", &words).run().code(0).nothing_to_create(1);
    assert_eq!(sent_to(&service), ["a"]);
}

#[test]
fn claim_of_a_renamed_lock_is_released_under_its_old_name() {
    let service = gated(&Gate::new(), "a");
    let project = Project::new(&["a", "b"], &service);
    let running = project.apply("dead").start();
    wait_for_creates(&service, 2);
    running.kill();
    project.lose("dead");
    project.remote.run("a", "git mv instances.yaml new.yaml");
    project.remote.commit("a", "rename");
    project.remote.clone_into("b");
    let release = ["lock", "release", "--yes", "-f", "instances.lock"];
    project.local("b", &release).run().code(0).stderr_has("it recorded ");
    let held = project.remote.recorded();
    assert_eq!(held.keys().collect::<Vec<_>>(), ["a", "b"]);
    assert!(project.claims().is_empty());
}

#[test]
fn forced_push_during_a_run_drops_no_id() {
    let gate = Gate::new();
    let service = gated(&gate, "a");
    let project = Project::new(&["a"], &service);
    project.apply("one").run().code(0);
    project.lose("one");
    project.commit("instances.yaml", &crate::stage::manifest(["a", "b"]));
    let before = project.remote.run("remote.git", "git rev-parse main~2");
    let running = project.apply("two").start();
    wait_for_creates(&service, 2);
    project.remote.run("remote.git", &format!("git update-ref refs/heads/main {before}"));
    gate.open();
    running.end().code(0);
    project.recorded(&[("a", "created id-a"), ("b", "created id-b")]);
}

#[test]
fn forced_push_is_not_undone_and_drops_no_id() {
    let service = creator();
    let project = Project::new(&["a"], &service);
    project.remote.unrelated_push("secret");
    project.apply("one").run().code(0);
    project.remote.run("a", "git push -q --force origin HEAD");
    project.apply("one").run().code(0).nothing_to_create(1);
    project.recorded(&[("a", "created id-a")]);
    let files = project.remote.run("remote.git", "git ls-tree --name-only main");
    assert_eq!(files, ".gitignore\nREADME\ninstances.lock\ninstances.yaml\n");
    assert_eq!(sent_to(&service), ["a"]);
}
