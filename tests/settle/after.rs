//! The list after creating.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::platform::{Create, List, Platform};

const APPLY: [&str; 6] = ["apply", "-f", "a.yaml", "--yes", "--settle", "1s"];

#[test]
fn create_with_lost_response_is_found_in_the_list() {
    let platform = Platform::with(|name, _| match name {
        "b" => Create::AnswerLost,
        _ => Create::Answered,
    });
    let cli = platform.cli(&["a", "b"]);
    cli.clone().args(APPLY).run().code(0).stdout(
        "a: created a-1\nb: created b-2: the response was lost; found in the platform's list\n\
         2 created\n",
    );
    let lock = cli.read("a.lock");
    assert!(lock.contains("taskId: b-2\n    how: list\n"), "{lock}");
    assert!(!lock.contains("before") && !lock.contains("why"), "{lock}");
    cli.args(APPLY).run().code(0).nothing_to_create(2);
    assert_eq!(platform.creates(), ["a", "b"]);
}

#[test]
fn late_created_instance_is_awaited() {
    let platform = Platform::with(|_, _| Create::Late(2));
    platform.cli(&["a"]).args(APPLY).run().code(0).stdout_has("a: created a-1");
    assert_eq!(platform.creates(), ["a"]);
}

#[test]
fn unlisted_create_stays_unknown_and_is_not_resent() {
    let platform = Platform::with(|_, _| Create::Lost);
    let cli = platform.cli(&["a"]);
    for _ in 0..2 {
        cli.clone()
            .args(APPLY)
            .run()
            .code(4)
            .stdout_has("1 unknown; exit 4")
            .stderr_has("`instancectl resolve -f a.yaml a --id TASK_ID`")
            .stderr_has("`instancectl resolve -f a.yaml a --absent`");
    }
    assert_eq!(platform.creates(), ["a"]);
    let lock = cli.read("a.lock");
    assert!(lock.contains("state: unknown") && lock.contains("before: []"), "{lock}");
}

#[test]
fn failed_and_unlisted_create_is_refused() {
    let platform = Platform::with(|_, _| Create::Failed);
    let cli = platform.cli(&["a"]);
    cli.clone().args(APPLY).run().code(3).stdout(
        "a: refused: create failed (code 716865)\n1 refused; exit 3: refused by the platform (3)\n",
    );
    assert!(!cli.read("a.lock").contains("state"));
    cli.args(APPLY).run().code(3);
    assert_eq!(platform.creates(), ["a", "a"]);
}

#[test]
fn failed_create_is_refused_after_five_seconds() {
    let platform = Platform::with(|_, _| Create::Failed);
    let begun = Instant::now();
    platform.cli(&["a"]).args(&APPLY[..4]).args(["--settle", "50s"]).run().code(3);
    let took = begun.elapsed();
    assert!(took >= Duration::from_secs(5) && took < Duration::from_secs(20), "{took:?}");
}

#[test]
fn failed_but_listed_create_is_created() {
    let platform = Platform::with(|_, _| Create::FailedYetCreated);
    platform.cli(&["a"]).args(APPLY).run().code(0).stdout_has("a: created a-1");
}

#[test]
fn failed_create_without_list_support_is_unknown() {
    let platform = Platform::with(|_, _| Create::Failed);
    platform.set(|state| state.list = List::Missing);
    let cli = platform.cli(&["a"]);
    cli.clone().args(APPLY).run().code(4).stdout_has("a: unknown: create failed");
    assert!(!cli.read("a.lock").contains("before"));
}

#[test]
fn preexisting_instance_is_not_matched_to_a_lost_create() {
    let platform = Platform::with(|_, _| Create::Lost);
    platform.holds("a", "old", |task| task["status"] = json!("Completed"));
    let cli = platform.cli(&["a"]);
    cli.clone().args(APPLY).run().code(4);
    assert!(cli.read("a.lock").contains("before: [old]\n    newest: \"2026-11-23 00:00:00\"\n"));
}

#[test]
fn listed_instance_that_differs_is_only_a_candidate() {
    let platform = Platform::with(|_, _| Create::Lost);
    let cli = platform.cli(&["a"]);
    cli.clone().args(APPLY).run().code(4);
    platform.holds("a", "foreign", |task| {
        task["createTime"] = json!("2026-11-23 09:00:00");
        task["imagePath"] = json!("r/other:v");
    });
    cli.clone().args(APPLY).run().code(4).stderr_has("live instances with this name: foreign");
    assert!(cli.read("a.lock").contains("candidates: [foreign]\n"));
}

#[test]
fn duplicate_is_reported_with_its_destroy_command() {
    let platform = Platform::new();
    let cli = platform.cli(&["a", "b"]);
    platform.set(|state| state.duplicate = Some("a".to_owned()));
    cli.clone()
        .args(APPLY)
        .run()
        .code(4)
        .stderr_has("another live instance has the same name: theirs")
        .stderr_has("`instancectl destroy -f a.yaml a --id theirs`");
    assert!(cli.read("a.lock").contains("taskId: a-1\n    candidates: [theirs]\n"));
}

#[test]
fn lock_has_unknown_entry_during_reconciliation() {
    let platform = Platform::with(|_, _| Create::Lost);
    let cli = platform.cli(&["a"]);
    let child = cli.clone().args(&APPLY[..4]).start();
    for _ in 0..500 {
        // Before the first request it exists for a moment, to prove that it can be written.
        if fs::read_to_string(cli.path("a.lock")).is_ok_and(|lock| lock.contains("unknown")) {
            break;
        }
        crate::platform::wait(20);
    }
    let _ = child.kill();
    assert!(cli.read("a.lock").contains("state: unknown"));
    cli.args(APPLY).run().code(4);
    assert_eq!(platform.creates(), ["a"]);
}
