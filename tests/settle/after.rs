//! The list after creating.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::platform::{Create, List, Platform};

const APPLY: [&str; 6] = ["apply", "-f", "a.yaml", "--yes", "--settle", "1s"];

#[test]
fn a_lost_answer_is_found_in_the_list() {
    let platform = Platform::with(|name, _| match name {
        "b" => Create::AnswerLost,
        _ => Create::Answered,
    });
    let cli = platform.cli(&["a", "b"]);
    cli.clone().args(APPLY).run().code(0).stdout(
        "a: created a-1\nb: created b-2: its answer was lost; the platform's list shows it\n\
         2 created\n",
    );
    let lock = cli.read("a.lock");
    assert!(lock.contains("taskId: b-2\n    how: list\n"), "{lock}");
    assert!(!lock.contains("before") && !lock.contains("why"), "{lock}");
    cli.args(APPLY).run().code(0).stdout("nothing to do\n");
    assert_eq!(platform.creates(), ["a", "b"]);
}

#[test]
fn one_that_is_created_late_is_waited_for() {
    let platform = Platform::with(|_, _| Create::Late(2));
    platform.cli(&["a"]).args(APPLY).run().code(0).stdout_has("a: created a-1");
    assert_eq!(platform.creates(), ["a"]);
}

#[test]
fn what_is_not_found_stays_unknown_and_is_never_sent_again() {
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
fn what_the_platform_says_failed_and_does_not_show_is_refused() {
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
fn it_is_refused_after_five_seconds_and_not_at_the_end_of_the_settle_time() {
    let platform = Platform::with(|_, _| Create::Failed);
    let begun = Instant::now();
    platform.cli(&["a"]).args(&APPLY[..4]).args(["--settle", "50s"]).run().code(3);
    let took = begun.elapsed();
    assert!(took >= Duration::from_secs(5) && took < Duration::from_secs(20), "{took:?}");
}

#[test]
fn what_the_platform_says_failed_and_shows_is_created() {
    let platform = Platform::with(|_, _| Create::FailedYetCreated);
    platform.cli(&["a"]).args(APPLY).run().code(0).stdout_has("a: created a-1");
}

#[test]
fn without_a_list_what_the_platform_says_failed_is_unknown() {
    let platform = Platform::with(|_, _| Create::Failed);
    platform.set(|state| state.list = List::Missing);
    let cli = platform.cli(&["a"]);
    cli.clone().args(APPLY).run().code(4).stdout_has("a: unknown: create failed");
    assert!(!cli.read("a.lock").contains("before"));
}

#[test]
fn an_instance_that_was_there_before_is_not_taken_for_the_new_one() {
    let platform = Platform::with(|_, _| Create::Lost);
    platform.holds("a", "old", |task| task["status"] = json!("Completed"));
    let cli = platform.cli(&["a"]);
    cli.clone().args(APPLY).run().code(4);
    assert!(cli.read("a.lock").contains("before: [old]\n    newest: \"2026-11-23 00:00:00\"\n"));
}

#[test]
fn one_that_differs_from_what_was_sent_is_a_candidate_only() {
    let platform = Platform::with(|_, _| Create::Lost);
    let cli = platform.cli(&["a"]);
    cli.clone().args(APPLY).run().code(4);
    platform.holds("a", "foreign", |task| {
        task["createTime"] = json!("2026-11-23 09:00:00");
        task["imagePath"] = json!("r/other:v");
    });
    cli.clone().args(APPLY).run().code(4).stderr_has("live instances of its name: foreign");
    assert!(cli.read("a.lock").contains("candidates: [foreign]\n"));
}

#[test]
fn a_second_live_instance_is_told_with_the_command_that_ends_it() {
    let platform = Platform::new();
    let cli = platform.cli(&["a", "b"]);
    platform.set(|state| state.twin = Some("a".to_owned()));
    cli.clone()
        .args(APPLY)
        .run()
        .code(4)
        .stderr_has("another live instance has its name: twin")
        .stderr_has("`instancectl destroy -f a.yaml a --id twin`");
    assert!(cli.read("a.lock").contains("taskId: a-1\n    candidates: [twin]\n"));
}

#[test]
fn the_lock_holds_what_is_unknown_while_it_is_being_settled() {
    let platform = Platform::with(|_, _| Create::Lost);
    let cli = platform.cli(&["a"]);
    let child = cli.clone().args(&APPLY[..4]).start();
    for _ in 0..500 {
        if cli.path("a.lock").exists() {
            break;
        }
        crate::platform::wait(20);
    }
    let _ = child.kill();
    assert!(cli.read("a.lock").contains("state: unknown"));
    cli.args(APPLY).run().code(4);
    assert_eq!(platform.creates(), ["a"]);
}
