//! Signals that arrive while the platform is slow to answer.

use serde_json::{Value, json};

use crate::platform::Platform;
use crate::support::Reply;

#[test]
fn signal_ends_commands_at_once_without_lock_changes() {
    for (args, slow) in [
        (&["status", "-f", "a.yaml"][..], "instance-service/task"),
        (&["stop", "-f", "a.yaml", "--yes"], "actions/stop"),
        (&["start", "-f", "a.yaml", "--yes"], "/detail"),
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
