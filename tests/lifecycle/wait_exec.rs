//! `wait --exec`: a command for each instance that arrives or fails.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::platform::{Platform, TOKEN, id};
use crate::support::Cli;

const WAIT: [&str; 3] = ["wait", "-f", "a.yaml"];

fn two() -> (Platform, Cli) {
    let platform = Platform::new();
    platform.holds("a", "Running", |_| {});
    platform.holds("b", "Waiting", |_| {});
    platform.set(|state| state.coming = vec![("b", vec!["Waiting", "Waiting", "Running"])]);
    let cli = platform.cli(&["a", "b"]);
    (platform, cli)
}

const SHOW: &str = "echo \"$INSTANCECTL_NAME $INSTANCECTL_TASK_ID $INSTANCECTL_STATUS\"";

#[test]
fn command_runs_for_each_instance_that_arrives() {
    let (_platform, cli) = two();
    let output = cli.args(WAIT).args(["--exec", SHOW]).run().code(0);
    let shown = |name: &str| format!("{name} {} Running\n", id(name));
    let output = output.stderr(&format!("{}b: Waiting\n{}", shown("a"), shown("b")));
    assert!(output.stdout.starts_with("a: Running\nb: Running\n2 of 2 reached"), "{output:?}");
}

#[test]
fn command_runs_for_an_instance_that_fails() {
    let platform = Platform::new();
    platform.holds("a", "Failed", |_| {});
    let cli = platform.cli(&["a", "gone"]);
    let output = cli.args(WAIT).args(["--exec", SHOW]).run().code(8);
    output
        .stderr_has(&format!("a {} Failed\n", id("a")))
        .stderr_has(&format!("gone {} Gone\n", id("gone")));
}

#[test]
fn failing_command_is_reported_and_the_wait_goes_on() {
    let (_platform, cli) = two();
    let fails = "test \"$INSTANCECTL_NAME\" = b || { echo broken; exit 3; }";
    let output = cli.clone().args(WAIT).args(["--exec", fails]).run().code(8);
    let output = output.stdout_has("2 of 2 reached Running").stdout_has("exit 8");
    output.stderr("broken\nerror: a: the command of --exec ended with exit status 3\nb: Waiting\n");
    let killed = cli.args(WAIT).args(["--exec", "kill -9 $$"]).run().code(8);
    killed.stderr_has("was ended by signal 9");
}

#[test]
fn command_gets_no_token_and_no_input_and_its_output_is_no_result() {
    let (_platform, cli) = two();
    let command = "env; cat; echo out; echo err >&2";
    let wait = cli.stdin("secret input").args(WAIT).args(["--exec", command]);
    let json = wait.clone().args(["--format", "json"]).run().code(0);
    let found: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(found["instances"][0]["reached"], true);
    json.stderr_has("INSTANCECTL_NAME=a\n")
        .stderr_has("INSTANCECTL_ENDPOINT=")
        .stderr_has("out\nerr\n")
        .nowhere(TOKEN)
        .nowhere("secret input");
}

#[test]
fn signal_ends_the_command_and_the_wait() {
    let (_platform, cli) = two();
    let begun = Instant::now();
    let running =
        cli.clone().args(WAIT).args(["--exec", "echo begun; sleep 100 & wait; echo over"]).start();
    running.stderr_until("begun");
    running.signal("TERM");
    let output = running.end().code(130);
    output.stderr_has("the command of --exec was interrupted").nowhere("over");
    assert!(begun.elapsed() < Duration::from_secs(30));
}
