//! Claims on locks: one run at a time, whatever clone it runs in.

use std::collections::BTreeMap;
use std::thread::sleep;
use std::time::Duration;

use crate::platform::{self, Create, Platform};
use crate::project::Project;
use crate::stage::{Gate, creator, gated, manifest, sent_to, wait_for_creates, wait_until};

#[test]
fn stale_checkout_creates_nothing_twice() {
    let service = creator();
    let project = Project::new(&["a", "b"], &service);
    project.remote.clone_into("stale");
    project.apply("a").run().code(0).stderr_has("recorded 1 lock on `main` at `origin` (commit ");
    project.recorded(&[("a", "created id-a"), ("b", "created id-b")]);
    project.remote.is_synchronized("a", &[("a", "id-a"), ("b", "id-b")]);
    project.apply("stale").run().code(0).nothing_to_create(2);
    project.apply("fresh").run().code(0).nothing_to_create(2);
    assert_eq!(sent_to(&service), ["a", "b"]);
    assert_eq!(project.held("stale"), project.remote.recorded());
}

#[test]
fn claim_of_another_run_is_named_at_once_without_wait() {
    let gate = Gate::new();
    let service = gated(&gate, "a");
    let project = Project::new(&["a", "b"], &service);
    let job = "https://ci.example.test/jobs/7";
    let running = project.apply("a").env("CI_JOB_URL", job).start();
    wait_for_creates(&service, 2);
    let host = project.remote.run("", "uname -n");
    let blocked = project.apply("b").args(["--no-wait-claim"]).run().code(5).stdout("");
    let holder = format!("process {} on {}, {job}, since 2", running.id(), host.trim());
    blocked
        .stderr_has(&format!("error: another run has claimed `instances.lock`: {holder}"))
        .stderr_has(
            "wait until it ends; if it died, `apply` takes the claim over after 3 minutes, and ",
        )
        .stderr_has("`instancectl lock release` gives it up at once");
    gate.open();
    running.end().code(0);
    project.recorded(&[("a", "created id-a"), ("b", "created id-b")]);
    assert_eq!(sent_to(&service), ["a", "b"]);
}

#[test]
fn moving_claim_is_waited_for_and_never_taken_over() {
    let gate = Gate::new();
    let service = gated(&gate, "a");
    let project = Project::new(&["a", "b"], &service).minute(1000);
    let running = project.apply("a").start();
    wait_for_creates(&service, 2);
    let waiting = project.apply("b").start();
    let shown = waiting.stderr_until("its claim is taken over if it does not move for 3s");
    assert!(shown.contains("waiting: another run has claimed `"), "{shown}");
    sleep(Duration::from_secs(5));
    gate.open();
    running.end().code(0);
    waiting.end().code(0).nothing_to_create(2);
    project.recorded(&[("a", "created id-a"), ("b", "created id-b")]);
    assert_eq!(sent_to(&service), ["a", "b"]);
}

#[test]
fn several_locks_are_claimed_together_or_not_at_all() {
    let gate = Gate::new();
    let service = gated(&gate, "a");
    let project = Project::new(&["a", "b"], &service);
    project.commit("more.yaml", &manifest(["m"]));
    let running = project.apply("a").start();
    wait_for_creates(&service, 2);
    let both = ["apply", "--yes", "-f", "more.yaml", "-f", "instances.yaml", "--no-wait-claim"];
    project.command("b", &both).run().code(5);
    assert_eq!(project.claims().len(), 1);
    let more = ["apply", "--yes", "-f", "more.yaml", "--no-wait-claim"];
    let other = project.command("c", &more).start();
    wait_for_creates(&service, 3);
    gate.open();
    other.end().code(0);
    running.end().code(0);
    project.command("b", &both).run().code(0).nothing_to_create(3);
    project.recorded(&[("a", "created id-a"), ("b", "created id-b")]);
    assert!(project.remote.at_remote("more.lock").contains("taskId: id-m\n"));
}

#[test]
fn every_claim_of_a_run_moves_although_only_one_gets_records() {
    let platform = Platform::with(|_, number| {
        sleep(Duration::from_millis(if number > 10 { 250 } else { 0 }));
        Create::Answered
    });
    let names = ["n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8"];
    let project = Project::with(&platform::manifest(&names), platform.url()).minute(600);
    project.commit("more.yaml", &platform::manifest(&["m"]));
    let both = ["apply", "--yes", "--parallel", "1", "-f", "instances.yaml", "-f", "more.yaml"];
    project.command("a", &both).run().code(0);
    let running = project.command("a", &both).args(["--replace", "n*"]).start();
    wait_until(|| platform.creates().len() > 10);
    let values = || -> Vec<String> {
        let refs = project.remote.run("remote.git", "git for-each-ref refs/instancectl");
        refs.lines().map(|line| line.split(' ').next().unwrap().to_owned()).collect()
    };
    let before = values();
    sleep(Duration::from_secs(2));
    let after = values();
    let moved = before.iter().zip(&after).filter(|(one, other)| one != other).count();
    assert_eq!((before.len(), moved), (2, 2), "{before:?}{after:?}");
    running.end().code(0);
    assert_eq!(project.claims(), BTreeMap::new());
}

#[test]
fn interrupt_at_the_question_gives_the_claim_up() {
    let service = creator();
    let project = Project::new(&["a"], &service);
    let words = ["apply", "-f", "a/instances.yaml"];
    let mut terminal = project.command("a", &words).within("").start_at_terminal();
    terminal.until("[y/N]");
    assert_eq!(project.claims().len(), 1);
    terminal.types("\x03");
    terminal.end();
    assert_eq!(project.claims(), BTreeMap::new());
    let (code, shown) = project.command("a", &words).within("").run_at_terminal("n\n");
    assert_eq!(code, Some(6), "{shown}");
    assert_eq!(project.claims(), BTreeMap::new());
    assert!(sent_to(&service).is_empty());
}
