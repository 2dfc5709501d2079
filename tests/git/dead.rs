//! Runs that died, often with their clone: what they recorded at the remote reaches the lock.

use std::fs;

use crate::project::{Project, TOKEN};
use crate::stage::{Gate, creating, name_in, sent_to, wait_for_creates};
use crate::support::{Reply, Service};

/// Starts a platform that cannot list, and leaves the create call of `b` without an answer.
fn without_answer_for_b() -> Service {
    creating(|request| match name_in(request).as_str() {
        "b" => Reply::hang(),
        name => Reply::success(format!("id-{name}")),
    })
}

/// Returns a project of `a`, `b` and `c`. A run in the clone `dead` has created `a`, which its claim has,
/// and was killed while it created `b`; its clone is lost.
fn killed(service: &Service) -> Project {
    let project = Project::new(&["a", "b", "c"], service).minute(300);
    let running = project.apply("dead").args(["--parallel", "1"]).start();
    wait_for_creates(service, 2);
    project.wait_for_claim(r#"{"created":{"name":"a","id":"id-a""#);
    running.kill();
    project.lose("dead");
    project
}

const LEFT: [(&str, &str); 3] = [("a", "created id-a"), ("b", "unknown"), ("c", "unknown")];

#[test]
fn claim_of_a_killed_run_is_taken_over_with_its_records() {
    let service = without_answer_for_b();
    let project = killed(&service);
    let output = project.apply("b").run().code(4);
    output.stderr_has("its claim is taken over if it does not move for 900ms");
    project.recorded(&LEFT);
    assert_eq!(sent_to(&service), ["a", "b"]);
}

#[test]
fn claim_that_was_taken_over_by_a_run_that_is_interrupted_keeps_its_records() {
    let service = without_answer_for_b();
    let project = killed(&service);
    project.commit("instances.yaml", &crate::stage::manifest(["a", "b", "c", "d"]));
    let words = ["apply", "-f", "b/instances.yaml"];
    project.remote.clone_into("b");
    let mut terminal = project.command("b", &words).within("").start_at_terminal();
    terminal.until("[y/N]");
    terminal.types("\x03");
    terminal.end();
    project.lose("b");
    project.wait_for_claim("\"ended\": true");
    // A run that ended is not waited for.
    let output = project.apply("e").args(["--no-wait-claim"]).run().code(4);
    output.stdout_has("1 created");
    project.recorded(&[LEFT[0], LEFT[1], LEFT[2], ("d", "created id-d")]);
    assert_eq!(sent_to(&service), ["a", "b", "d"]);
}

#[test]
fn next_run_in_the_same_clone_does_not_wait() {
    let service = without_answer_for_b();
    let project = Project::new(&["a", "b"], &service).minute(60_000);
    let running = project.apply("a").start();
    wait_for_creates(&service, 2);
    running.kill();
    project.apply("a").args(["--no-wait-claim"]).run().code(4);
    project.recorded(&LEFT[..2]);
}

#[test]
fn release_shows_the_claim_asks_and_brings_its_records_to_the_lock() {
    let service = without_answer_for_b();
    let project = killed(&service);
    project.remote.clone_into("b");
    let release = ["lock", "release", "-f", "instances.lock"];
    let shown = "; it recorded 3 steps\n";
    let refused = project.local("b", &release).run().code(6);
    refused.stderr_has(shown).stderr_has("instances.lock: process ");
    assert_eq!(project.claims().len(), 1);
    let words = ["lock", "release", "-f", "b/instances.lock"];
    let (code, _) = project.local("", &words).run_at_terminal("n\n");
    assert_eq!(code, Some(6));
    assert_eq!(project.claims().len(), 1);
    let released = project.local("b", &release).args(["--yes"]).run().code(0);
    released.stderr_has(shown).stderr_has("recorded 1 lock on `main` at `origin`");
    project.recorded(&LEFT);
    let again = project.local("b", &release).args(["--yes"]).run().code(0);
    again.stderr_has("instances.lock: no run has claimed it\n");
    project.apply("b").args(["--no-wait-claim"]).run().code(4);
    assert_eq!(sent_to(&service), ["a", "b"]);
}

#[test]
fn signal_pushes_the_outcomes_so_far() {
    let gate = Gate::new();
    let service = creating({
        let gate = std::sync::Arc::clone(&gate);
        move |request| {
            if name_in(request) == "c" {
                gate.pass();
            }
            crate::stage::created(request)
        }
    });
    let project = Project::new(&["a", "b", "c", "d"], &service).minute(60_000);
    let running = project.apply("dead").args(["--parallel", "1"]).start();
    wait_for_creates(&service, 3);
    running.signal("INT");
    project.wait_for_claim(r#"{"created":{"name":"b","id":"id-b""#);
    running.kill();
    gate.open();
    project.lose("dead");
    project.remote.clone_into("b");
    let release = ["lock", "release", "--yes", "-f", "instances.yaml"];
    project.local("b", &release).run().code(0);
    let unknown = [("c", "unknown"), ("d", "unknown")];
    project.recorded(&[("a", "created id-a"), ("b", "created id-b"), unknown[0], unknown[1]]);
}

#[test]
fn plan_and_status_know_what_a_dead_run_recorded() {
    let service = without_answer_for_b();
    let project = killed(&service);
    let words = ["plan", "-f", "instances.yaml"];
    let known =
        "  ! b, c: unknown 2\n    the request was about to be sent; no outcome was recorded\n";
    let planned = project.command("b", &words).run().code(0);
    planned.stdout_has(known).stdout_has("  = 1 unchanged\n");
    project.local("b", &words).run().code(0).stdout_has("  + a, b, c: create 3\n");
    let status = project.command("b", &["status", "-f", "instances.yaml"]).run();
    status.stdout_has("a").stdout_has("id-a").stdout_has("unknown");
    assert_eq!(project.claims().len(), 1, "reading leaves the claim");
    project.apply("b").run().code(4);
    project.command("b", &words).run().code(0).stdout_has(known);
}

#[test]
fn lock_recover_takes_the_claim_of_a_dead_run_over() {
    let service = without_answer_for_b();
    let project = killed(&service);
    project.command("b", &["lock", "recover", "instances.yaml"]).run().code(0);
    project.recorded(&LEFT);
}

#[test]
fn remote_has_requests_and_no_secret() {
    let service = without_answer_for_b();
    let project = killed(&service);
    let objects = project.remote.path("objects");
    let dump = "git cat-file --batch-all-objects --batch --buffer > ../objects";
    project.remote.run("remote.git", dump);
    let text = String::from_utf8_lossy(&fs::read(&objects).unwrap()).into_owned();
    for secret in [TOKEN, "sealed-secret", "INSTANCECTL", "Authorization"] {
        assert!(!text.contains(secret), "the remote has {secret}");
    }
    project.apply("b").run().code(4);
    let lock: serde_json::Value =
        serde_yaml::from_str(&project.remote.at_remote("instances.lock")).unwrap();
    let sent = service.received().into_iter().find(|sent| {
        sent.method == "POST" && String::from_utf8_lossy(&sent.body).contains("\"b\"")
    });
    let sent: serde_json::Value = serde_json::from_slice(&sent.unwrap().body).unwrap();
    assert_eq!(lock["instances"]["b"]["request"], sent);
    let intents: Vec<&str> =
        text.lines().filter(|line| line.contains(r#"{"plan":{"name":"b""#)).collect();
    let has = |line: &&&str| {
        let plan: serde_json::Value = serde_json::from_str(line).unwrap();
        plan["journal"]["plan"]["body"] == sent
    };
    assert!(intents.iter().any(|line| has(&line)), "{intents:?}");
}

#[test]
fn records_for_a_lock_in_a_folder_reach_the_next_run() {
    let service = without_answer_for_b();
    let project = Project::new(&["x"], &service).minute(300);
    project.remote.run("a", "mkdir team");
    project.commit("team/instances.yaml", &crate::stage::manifest(["a", "b", "c"]));
    let words = ["apply", "--yes", "-f", "team/instances.yaml", "--settle", "1s"];
    let running = project.command("dead", &words).args(["--parallel", "1"]).start();
    wait_for_creates(&service, 2);
    project.wait_for_claim(r#"{"created":{"name":"a","id":"id-a""#);
    running.kill();
    project.lose("dead");
    project.command("b", &words).run().code(4).stderr_has("its claim is taken over");
    let lock = project.remote.run("remote.git", "git show main:team/instances.lock");
    let lock: serde_json::Value = serde_yaml::from_str(&lock).unwrap();
    assert_eq!(crate::stage::entries(&lock), crate::stage::written(LEFT));
    assert_eq!(sent_to(&service), ["a", "b"]);
}

#[test]
fn records_of_another_branch_are_left_to_it() {
    let service = without_answer_for_b();
    let project = killed(&service);
    project.remote.clone_into("b");
    project.remote.run("b", "git checkout -q -b dev && git push -q origin dev");
    let output = project.apply("b").run().code(5);
    output.stderr_has("a run that died on the branch `main` has claimed `");
    project.remote.run("b", "git checkout -q main");
    project.apply("b").run().code(4);
    project.recorded(&LEFT);
    assert_eq!(sent_to(&service), ["a", "b"]);
}

#[test]
fn released_claim_that_cannot_be_removed_is_free() {
    let service = without_answer_for_b();
    let project = killed(&service);
    project.remote.run("remote.git", "git config receive.denyDeletes true");
    project.remote.clone_into("b");
    let release = ["lock", "release", "--yes", "-f", "instances.lock"];
    project.local("b", &release).run().code(0);
    project.recorded(&LEFT);
    project.apply("b").args(["--no-wait-claim"]).run().code(4);
    assert_eq!(sent_to(&service), ["a", "b"]);
}
