//! `wait --on-timeout`: ends what did not reach the status in time.

use serde_json::{Value, json};

use crate::platform::{Platform, id, manifest};
use crate::support::Cli;

const WAIT: [&str; 5] = ["wait", "-f", "a.yaml", "--timeout", "1s"];

/// One instance that runs and one that is queued.
fn two() -> (Platform, Cli) {
    let platform = Platform::new();
    platform.holds("a", "Running", |_| {});
    platform.holds("b", "Waiting", |_| {});
    let cli = platform.cli(&["a", "b"]);
    (platform, cli)
}

fn posts(platform: &Platform) -> Vec<String> {
    platform.asked().into_iter().filter(|asked| asked.starts_with("POST")).collect()
}

#[test]
fn queued_instance_is_stopped_after_the_timeout_and_the_exit_code_stays() {
    let (platform, cli) = two();
    let output = cli.args(WAIT).args(["--on-timeout", "stop", "--yes"]).run().code(8);
    output
        .stdout_has("1 of 2 reached Running")
        .stdout_has("\nb: stopped\n1 stopped\n")
        .stderr_has(&format!("stop 1 instance (2 cards): b {}\n", id("b")));
    assert_eq!(posts(&platform), [format!("POST task/actions/stop?ids={}", id("b"))]);
}

#[test]
fn json_is_one_object_with_the_outcome() {
    let (platform, cli) = two();
    let args = ["--on-timeout", "stop", "--yes", "--format", "json"];
    let output = cli.args(WAIT).args(args).run().code(8);
    let found: Value = serde_json::from_str(&output.stdout).unwrap();
    let rows = found["instances"].as_array().unwrap().iter();
    let rows: Vec<_> =
        rows.map(|row| json!([row["name"], row["reached"], row["outcome"]])).collect();
    assert_eq!(rows, [json!(["a", true, null]), json!(["b", false, "stopped"])]);
    assert_eq!((&found["command"], &found["exit"]["code"]), (&json!("wait"), &json!(8)));
    assert_eq!(posts(&platform).len(), 1);
}

#[test]
fn without_a_terminal_and_yes_nothing_is_waited_for() {
    let (platform, cli) = two();
    for action in ["stop", "destroy"] {
        let output = cli.clone().args(WAIT).args(["--on-timeout", action]).run().code(6);
        output.stdout("").stderr_has("--yes");
    }
    assert!(platform.asked().is_empty());
    cli.clone().args(WAIT).args(["--yes"]).run().code(2).stderr_has("--on-timeout");
    cli.args(WAIT).args(["--on-timeout", "delete"]).run().code(2).stderr_has("stop, destroy");
}

#[test]
fn user_at_a_terminal_is_asked_after_the_timeout() {
    let (platform, cli) = two();
    let cli = cli.args(WAIT).args(["--on-timeout", "stop"]);
    let ask = |answer: &str| {
        let mut terminal = cli.start_at_terminal();
        terminal.until("Continue? [y/N]");
        terminal.types(answer);
        terminal.end()
    };
    let (code, shown) = ask("n\n");
    assert_eq!(code, Some(8), "{shown}");
    assert!(shown.contains(&format!("b {}. Continue? [y/N]", id("b"))), "{shown}");
    assert_eq!(posts(&platform), [""; 0]);
    let (code, shown) = ask("y\n");
    assert_eq!(code, Some(8), "{shown}");
    assert_eq!(posts(&platform).len(), 1);
}

#[test]
fn what_arrives_before_it_is_ended_is_left_alone() {
    for action in ["stop", "destroy"] {
        let (platform, cli) = two();
        let cli = cli.args(WAIT).args(["--on-timeout", action]);
        let mut terminal = cli.start_at_terminal();
        terminal.until("Continue? [y/N]");
        platform.set(|state| state.tasks[1]["status"] = json!("Running"));
        terminal.types("y\n");
        let (code, shown) = terminal.end();
        assert_eq!(code, Some(8), "{shown}");
        assert!(shown.ends_with("nothing was sent\r\n"), "{shown:?}");
        assert!(platform.asked().iter().all(|asked| asked.starts_with("GET")));
    }
}

#[test]
fn instance_is_deleted_and_leaves_the_lock() {
    let cli = Cli::new().file("a.yaml", manifest(&["a"]));
    let sandbox = |args: &[&str]| cli.clone().args(args).args(["-f", "a.yaml", "--sandbox"]).run();
    sandbox(&["apply", "--yes", "--wait"]).code(0);
    let wait =
        ["wait", "--for", "Completed", "--timeout", "1s", "--on-timeout", "destroy", "--yes"];
    let output = sandbox(&wait).code(8).stdout_has("a: deleted ").stdout_has("1 deleted");
    output.stdout_has("0 of 1 reached Completed").stderr_has("delete 1 instance (2 cards): a");
    assert!(!cli.read("a.sandbox.lock").contains("  a:"));
    sandbox(&["apply", "--yes", "--wait"]).code(0);
    let json = [&wait[..], &["--format", "json"]].concat();
    let found: Value = serde_json::from_str(&sandbox(&json).code(8).stdout).unwrap();
    assert_eq!(found["instances"][0]["outcome"], "deleted");
    assert!(!cli.read("a.sandbox.lock").contains("  a:"));
}

#[test]
fn manifest_from_standard_input_is_read_once() {
    let script = "\"startScriptContent\":";
    let manifest = manifest(&["a"]).replace(&format!("{script}\"\""), &format!("{script}\"date\""));
    let cli = Cli::new().stdin(&manifest);
    let run = |args: &[&str]| {
        let stdin = ["-f", "-", "--sandbox", "--lock", "a.sandbox.lock", "--yes"];
        cli.clone().args(args).args(stdin).run()
    };
    let wait = ["wait", "--for", "Completed", "--timeout", "1s", "--on-timeout"];
    run(&["apply", "--wait"]).code(0);
    run(&[&wait[..], &["stop"]].concat()).code(8).stdout_has("a: stopped\n");
    run(&["apply", "--replace", "a", "--wait"]).code(0);
    let output = run(&[&wait[..], &["destroy", "--format", "json"]].concat()).code(8);
    let found: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(found["instances"][0]["outcome"], "deleted");
    let codes: Vec<_> =
        found["diagnostics"].as_array().unwrap().iter().map(|one| &one["code"]).collect();
    assert_eq!(codes, ["script-off"], "its warnings are not repeated");
}
