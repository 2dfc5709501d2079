//! The list before creating.

use serde_json::json;

use crate::platform::{Create, List, Platform};

const APPLY: [&str; 4] = ["apply", "-f", "a.yaml", "--yes"];

#[test]
fn missing_list_support_is_reported_once_and_apply_works() {
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
fn second_list_form_is_sufficient() {
    let platform = Platform::with(|_, _| Create::AnswerLost);
    platform.set(|state| state.list = List::SecondForm);
    platform
        .cli(&["a"])
        .args(APPLY)
        .run()
        .code(0)
        .stdout("a: created a-1: the response was lost; found in the platform's list\n1 created\n");
}

#[test]
fn failed_list_aborts_before_any_create() {
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
        assert_eq!(
            (&json["exit"]["code"], &json["exit"]["classes"]),
            (&json!(code), &json!([code]))
        );
        let message = json["exit"]["message"].as_str().unwrap();
        assert!(run.stderr.contains(&format!("error: {message}\n")), "{message}: {run:?}");
        assert!(message.starts_with("nothing was sent: "), "{message}");
    }
}

#[test]
fn unmanaged_live_instance_of_same_name_blocks_create() {
    let platform = Platform::new();
    platform.holds("a", "there", |_| {});
    let cli = platform.cli(&["a", "b"]);
    cli.clone()
        .args(APPLY)
        .run()
        .code(6)
        .stdout("b: created b-1\n1 created, 1 skipped; exit 6: stopped by a safety check (6)\n")
        .stderr_has("  ! a: not created\n    already live on the platform and in no lock: there")
        .stderr_has("`instancectl adopt -f a.yaml a there`");
    assert_eq!(platform.creates(), ["b"]);
    assert!(!cli.read("a.lock").contains("\n  a:"));
}

#[test]
fn ended_instance_of_same_name_does_not_block_create() {
    let platform = Platform::new();
    platform.holds("a", "over", |task| task["status"] = json!("Failed"));
    platform.holds("ab", "other", |_| {});
    platform.cli(&["a"]).args(APPLY).run().code(0).stdout("a: created a-1\n1 created\n");
}

#[test]
fn adopt_flag_adopts_equal_instance_without_create() {
    let platform = Platform::new();
    platform.holds("a", "there", |task| task["containerPortInfoList"] = json!(null));
    let cli = platform.cli(&["a"]);
    cli.clone()
        .args(APPLY)
        .args(["--adopt"])
        .run()
        .code(0)
        .stdout("a: adopted there: it already existed\n1 adopted\n")
        .stderr_has("  ! a: adopt there\n1 to adopt\n");
    assert_eq!(platform.count("POST"), 0);
    assert!(cli.read("a.lock").contains("taskId: there\n    how: list\n"));
    cli.args(APPLY).run().code(0).nothing_to_create(1);
}

#[test]
fn adopt_flag_skips_different_instance_and_shows_diff() {
    let platform = Platform::new();
    platform.holds("a", "there", |task| task["gpuNumber"] = json!("4"));
    let cli = platform.cli(&["a"]);
    cli.clone().args(APPLY).args(["--adopt"]).run().code(6).stderr_has(
        "  ! a: not created\n    gpuNumber: `4` -> 1\n    live on the platform as there, but",
    );
    assert_eq!(platform.count("POST"), 0);
    assert!(!cli.path("a.lock").exists());
}

#[test]
fn long_list_is_paged_by_received_item_count() {
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
fn repeating_list_leaves_outcome_unknown() {
    let platform = Platform::with(|_, _| Create::Failed);
    for number in 0..3 {
        platform.holds(&format!("n{number}"), &format!("id{number}"), |_| {});
    }
    platform.set(|state| state.list = List::Stuck);
    let cli = platform.cli(&["a"]).args(APPLY).args(["--settle", "1s"]);
    cli.run().code(4).stderr_has("list is incomplete").stdout_has("a: unknown");
}

#[test]
fn unconfirmed_apply_does_not_contact_the_platform() {
    let platform = Platform::new();
    platform.cli(&["a"]).args(["apply", "-f", "a.yaml"]).run().code(6).stderr_has("not confirmed");
    assert_eq!(platform.count("GET") + platform.count("POST"), 0);
}

#[test]
fn html_page_instead_of_a_list_aborts_the_run() {
    let platform = Platform::new();
    platform.set(|state| state.list = List::Status(200));
    let cli = platform.cli(&["a"]).args(APPLY);
    cli.run().code(10).stderr_has("nothing was sent: ").stderr_has("HTTP 200 OK");
    // Each form with all its attempts: a single page may be a temporary failure of a gateway.
    assert_eq!(platform.count("GET"), 8);
    assert_eq!(platform.creates(), [""; 0]);
}
