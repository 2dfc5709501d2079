//! The list before creating.

use serde_json::json;

use crate::platform::{Create, List, Platform};

const APPLY: [&str; 4] = ["apply", "-f", "a.yaml", "--yes"];

#[test]
fn a_platform_that_cannot_list_is_told_once_and_apply_works() {
    let platform = Platform::new();
    platform.set(|state| state.list = List::Missing);
    let cli = platform.cli(&["a", "b"]).args(APPLY);
    cli.run()
        .code(0)
        .stdout("a: created a-1\nb: created b-2\n2 created\n")
        .stderr_has("this platform cannot list instances");
    assert_eq!(platform.count("GET"), 2);
    assert_eq!(platform.creates(), ["a", "b"]);
}

#[test]
fn the_second_form_of_the_list_serves_as_well() {
    let platform = Platform::with(|_, _| Create::AnswerLost);
    platform.set(|state| state.list = List::SecondForm);
    platform
        .cli(&["a"])
        .args(APPLY)
        .run()
        .code(0)
        .stdout("a: created a-1: its answer was lost; the platform's list shows it\n1 created\n");
}

#[test]
fn a_list_that_fails_ends_the_run_with_nothing_sent() {
    for (status, code, class) in [(403, 7, "no permission"), (400, 10, "platform not reached")] {
        let platform = Platform::new();
        platform.set(|state| state.list = List::Status(status));
        let cli = platform.cli(&["a"]);
        cli.clone().args(APPLY).run().code(code).stdout_has(class).stderr_has("nothing was sent");
        assert_eq!(platform.count("POST"), 0);
        assert!(!cli.path("a.lock").exists());
        let run = cli.args(APPLY).args(["--format", "json"]).run().code(code);
        let json: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(json["instances"][0]["outcome"], "skipped");
        assert_eq!(json["exit"], json!({"code": code, "classes": [code]}));
    }
}

#[test]
fn a_live_instance_of_the_same_name_is_never_doubled() {
    let platform = Platform::new();
    platform.holds("a", "there", |_| {});
    let cli = platform.cli(&["a", "b"]);
    cli.clone()
        .args(APPLY)
        .run()
        .code(6)
        .stdout_has("a: skipped: already live on the platform and in no lock: there")
        .stdout_has("instancectl adopt -f a.yaml a there")
        .stdout_has("b: created b-1");
    assert_eq!(platform.creates(), ["b"]);
    assert!(!cli.read("a.lock").contains("\n  a:"));
}

#[test]
fn an_instance_that_ended_does_not_stand_in_the_way() {
    let platform = Platform::new();
    platform.holds("a", "over", |task| task["status"] = json!("Failed"));
    platform.holds("ab", "other", |_| {});
    platform.cli(&["a"]).args(APPLY).run().code(0).stdout("a: created a-1\n1 created\n");
}

#[test]
fn with_adopt_an_equal_one_is_taken_over_and_nothing_is_created() {
    let platform = Platform::new();
    platform.holds("a", "there", |task| task["containerPortInfoList"] = json!(null));
    let cli = platform.cli(&["a"]);
    cli.clone()
        .args(APPLY)
        .args(["--adopt"])
        .run()
        .code(0)
        .stdout("a: created there: taken over; it was there already\n1 created\n")
        .stderr_has("take over 1");
    assert_eq!(platform.count("POST"), 0);
    assert!(cli.read("a.lock").contains("taskId: there\n    how: list\n"));
    cli.args(APPLY).run().code(0).stdout("nothing to do\n");
}

#[test]
fn with_adopt_a_different_one_is_left_alone_and_shown_field_by_field() {
    let platform = Platform::new();
    platform.holds("a", "there", |task| task["gpuNumber"] = json!("4"));
    let cli = platform.cli(&["a"]);
    cli.clone()
        .args(APPLY)
        .args(["--adopt"])
        .run()
        .code(6)
        .stdout_has("alive on the platform as there, which differs from the manifest")
        .stderr_has("gpuNumber: `4` -> 1");
    assert_eq!(platform.count("POST"), 0);
    assert!(!cli.path("a.lock").exists());
}

#[test]
fn a_long_list_is_walked_by_what_it_gives() {
    let platform = Platform::new();
    for number in 0..7 {
        platform.holds(&format!("n{number}"), &format!("id{number}"), |_| {});
    }
    platform.set(|state| state.list = List::Parts(3));
    platform.cli(&["n6"]).args(APPLY).run().code(6);
    // Three parts, and the one that confirms their step.
    assert_eq!(platform.count("GET"), 4);
    assert_eq!(platform.count("POST"), 0);
}

#[test]
fn a_list_that_repeats_itself_settles_nothing() {
    let platform = Platform::with(|_, _| Create::Failed);
    for number in 0..3 {
        platform.holds(&format!("n{number}"), &format!("id{number}"), |_| {});
    }
    platform.set(|state| state.list = List::Stuck);
    let cli = platform.cli(&["a"]).args(APPLY).args(["--settle", "1s"]);
    cli.run().code(4).stderr_has("list is not whole").stdout_has("a: unknown");
}

#[test]
fn nobody_to_ask_means_that_the_platform_is_not_asked_either() {
    let platform = Platform::new();
    platform.cli(&["a"]).args(["apply", "-f", "a.yaml"]).run().code(6).stderr_has("not confirmed");
    assert_eq!(platform.count("GET") + platform.count("POST"), 0);
}

#[test]
fn a_page_in_place_of_a_list_is_no_platform() {
    let platform = Platform::new();
    platform.set(|state| state.list = List::Status(200));
    let cli = platform.cli(&["a"]).args(APPLY);
    cli.run().code(10).stderr_has("nothing was sent: ").stderr_has("HTTP 200 OK");
    // Each form with all its attempts: a single page may be a temporary failure of a gateway.
    assert_eq!(platform.count("GET"), 8);
    assert_eq!(platform.creates(), [""; 0]);
}
