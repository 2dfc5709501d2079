//! Signals that arrive while the platform is slow to answer.

use std::fs::File;
use std::process::Command;

use serde_json::{Value, json};

use crate::platform::Platform;
use crate::support::{Cli, Reply};

#[test]
fn interrupted_validation_is_an_object() {
    let cli = Cli::new();
    let pipe = cli.path("a.yaml");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let running = cli.clone().args(["validate", "a.yaml", "--format", "json"]).start();
    // Returns once the program reads.
    let _writer = File::options().write(true).open(pipe).unwrap();
    running.signal("INT");
    let found: Value = serde_json::from_str(&running.end().code(130).stderr("").stdout).unwrap();
    let exit = json!({
        "code": 130, "classes": [130], "message": "the run was interrupted", "help": null,
    });
    assert_eq!((&found["command"], &found["exit"]), (&json!("validate"), &exit));
}

#[test]
fn signal_ends_commands_at_once_without_lock_changes() {
    for (args, slow) in [
        (&["status", "-f", "a.yaml"][..], "instance-service/task"),
        (&["stop", "-f", "a.yaml", "--yes"], "actions/stop"),
        (&["start", "-f", "a.yaml", "--yes"], "instance-service/task"),
        (&["url", "-f", "a.yaml", "a"], "/url"),
        (&["plan", "-f", "a.yaml", "--refresh"], "instance-service/task"),
        (&["apply", "-f", "a.yaml", "--yes", "--refresh"], "instance-service/task"),
        (&["resolve", "-f", "a.yaml", "a", "--absent"], "instance-service/task"),
        (&["catalog", "groups"], "/resource-group"),
        (&["auth", "check"], "instance-service/task"),
    ] {
        for (signal, format) in [("INT", "human"), ("TERM", "human"), ("INT", "json")] {
            let platform = Platform::new();
            platform.holds("a", "Running", |_| {});
            for method in ["GET", "POST"] {
                platform.answers(method, slow, Reply::hang());
            }
            let cli = platform.cli(&["a"]);
            let before = cli.read("a.lock");
            let running = cli.clone().args(args).args(["--format", format]).start();
            platform.wait_for(slow);
            running.signal(signal);
            let output = running.end().code(130);
            if format == "json" {
                let found: Value = serde_json::from_str(&output.stdout).unwrap();
                let message = "the run was interrupted";
                let exit = json!({"code": 130, "classes": [130], "message": message, "help": null});
                assert_eq!(found["exit"], exit, "{args:?}");
                assert!(found["command"].as_str().unwrap().starts_with(args[0]));
            } else {
                output.stdout("");
            }
            assert_eq!(cli.read("a.lock"), before, "{args:?}");
        }
    }
}
