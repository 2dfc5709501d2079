//! Runs that sleep or lose the remote: they send nothing without a claim.

use std::sync::Arc;
use std::{fs, thread, time::Duration};

use crate::platform::{self, Platform};
use crate::project::Project;
use crate::stage::{
    Gate, created, creating, gated, name_in, sent_to, wait_for_creates, wait_until,
};
use crate::support::{Output, Running, Service};

/// Asserts that a run whose claim was taken over stopped, and that no create was sent after `a` and `b`.
fn stopped(output: Output, service: &Service) {
    output
        .code(5)
        .stderr_has("another run has taken over the claim of this one at `origin`")
        .stderr_has("nothing more was sent; run the same command again");
    assert_eq!(sent_to(service), ["a", "b"]);
}

/// Starts a run in the clone `a` that creates one instance after the other, and waits until it has sent
/// the request of `b`, which the gate holds back.
fn started(project: &Project, service: &Service) -> Running {
    let running = project.apply("a").args(["--parallel", "1"]).start();
    wait_for_creates(service, 2);
    running
}

#[test]
fn run_that_was_stopped_finds_its_claim_taken_over_and_stops() {
    let gate = Gate::new();
    let service = gated(&gate, "a");
    let project = Project::new(&["a", "b", "c"], &service);
    let running = started(&project, &service);
    running.signal("STOP");
    project.apply("b").run().code(4);
    gate.open();
    running.signal("CONT");
    stopped(running.end(), &service);
    // Its outcomes are on the branch all the same.
    project.recorded(&[("a", "created id-a"), ("b", "created id-b"), ("c", "unknown")]);
}

#[test]
fn push_that_ended_while_the_run_was_stopped_confirms_nothing() {
    let gate = Gate::new();
    let service = gated(&gate, "a");
    let project = Project::new(&["a", "b", "c"], &service);
    let path = |name: &str| project.remote.path(name);
    let hook =
        "if [ -e ../slow ]; then touch ../entered; while [ -e ../slow ]; do sleep 0.02; done; fi";
    let running = started(&project, &service);
    fs::write(path("slow"), "").unwrap();
    project.remote.script("remote.git/hooks/pre-receive", &format!("cat > /dev/null\n{hook}"));
    wait_until(|| path("entered").exists());
    running.signal("STOP");
    // The push of its claim is carried out while it is stopped.
    fs::remove_file(path("slow")).unwrap();
    project.apply("b").run().code(4);
    gate.open();
    running.signal("CONT");
    stopped(running.end(), &service);
}

#[test]
fn released_claim_stops_the_run_that_still_works() {
    let gate = Gate::new();
    let service = gated(&gate, "a");
    let project = Project::new(&["a", "b", "c"], &service);
    let running = started(&project, &service);
    running.signal("STOP");
    project.remote.clone_into("b");
    let release = ["lock", "release", "--yes", "-f", "instances.yaml"];
    project.local("b", &release).run().code(0).stderr_has("it recorded ");
    thread::sleep(Duration::from_millis(900));
    gate.open();
    running.signal("CONT");
    stopped(running.end(), &service);
    project.recorded(&[("a", "created id-a"), ("b", "created id-b"), ("c", "unknown")]);
}

#[test]
fn unreachable_remote_lets_nothing_leave_and_the_lock_keeps_the_ids() {
    let gate = Gate::new();
    let opened = Arc::clone(&gate);
    let service = creating(move |request| {
        if name_in(request) == "b" {
            opened.pass();
        }
        created(request)
    });
    let project = Project::new(&["a", "b", "c"], &service).minute(200);
    let running = started(&project, &service);
    let moved = |from: &str, to: &str| {
        fs::rename(project.remote.path(from), project.remote.path(to)).unwrap();
    };
    moved("remote.git", "away.git");
    thread::sleep(Duration::from_millis(500));
    gate.open();
    let output = running.end().code(10);
    output.stderr_has("the git remote `origin` cannot be reached: ").stdout_has("b: created id-b");
    assert_eq!(sent_to(&service), ["a", "b"]);
    moved("away.git", "remote.git");
    let held = project.held("a");
    assert_eq!((&*held["a"], &*held["b"]), ("created id-a", "created id-b"));
    // The same clone goes on, and knows that `c` was not sent.
    project.apply("a").run();
    assert_eq!(project.remote.recorded()["b"], "created id-b");
}

#[test]
fn deletes_after_a_lost_claim_are_not_sent_and_not_reported_as_interrupted() {
    let platform = Platform::new();
    let project = Project::with(&platform::manifest(&["a", "b"]), platform.url());
    project.apply("a").run().code(0);
    platform.set(|state| state.delete = platform::Delete::Never);
    let words = ["destroy", "--yes", "-f", "instances.yaml", "--parallel", "1", "--settle", "1s"];
    let running = project.command("a", &words).start();
    wait_until(|| platform.deletes().len() == 1);
    running.signal("STOP");
    project.remote.clone_into("b");
    project.local("b", &["lock", "release", "--yes", "-f", "instances.yaml"]).run().code(0);
    thread::sleep(Duration::from_millis(900));
    running.signal("CONT");
    let output = running.end().code(5).nowhere("interrupted");
    output.stderr_has("another run has taken over the claim of this one at `origin`");
    assert_eq!(platform.deletes().len(), 1);
}
