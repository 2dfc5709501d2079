//! Rehearsals with the sandbox's faults: the program against `instancectl sandbox --fault`.

use crate::platform::manifest;
use crate::support::{Cli, Running};

/// A sandbox in a separate process, which ends on drop.
struct Sandbox {
    _running: Running,
    endpoint: String,
    token: String,
}

impl Sandbox {
    fn with(faults: &[&str]) -> Self {
        let cli = faults
            .iter()
            .fold(Cli::new().args(["sandbox"]), |cli, fault| cli.args(["--fault", fault]));
        let running = cli.start();
        // It is printed last, on standard error.
        let _ = running.stderr_until("serving until interrupted\n");
        let printed = running.stdout_until("INSTANCECTL_TOKEN=");
        let value = |name: &str| {
            let lines = printed.lines().filter_map(|line| line.split_once('='));
            lines.filter(|line| line.0 == name).map(|line| line.1.to_owned()).next().unwrap()
        };
        let (endpoint, token) = (value("INSTANCECTL_ENDPOINT"), value("INSTANCECTL_TOKEN"));
        Self { _running: running, endpoint, token }
    }

    fn apply(&self, names: &[&str]) -> Cli {
        Cli::new()
            .file("a.yaml", manifest(names))
            .env("INSTANCECTL_ENDPOINT", &self.endpoint)
            .env("INSTANCECTL_TOKEN", &self.token)
            .args(["apply", "-f", "a.yaml", "--yes", "--settle", "1s", "--parallel", "1"])
    }
}

#[test]
fn create_with_lost_response_is_found_for_every_fault() {
    for fault in ["drop-after@1", "late:300ms@1", "truncate@1", "html@1"] {
        let sandbox = Sandbox::with(&[fault]);
        let cli = sandbox.apply(&["a", "b"]);
        cli.run().code(0).stdout_has("2 created\n").stdout_has("the response was lost");
        cli.run().code(0).nothing_to_create(2);
    }
}

#[test]
fn failed_create_is_classified_by_its_response() {
    for (fault, code, word) in [
        ("drop-before@1", 4, "a: unknown"),
        ("status:503@1", 4, "a: unknown"),
        ("code:716865@1", 3, "a: refused"),
        ("code:10004@1", 3, "a: refused"),
        ("expire", 7, "not started: a"),
        ("throttle:0@2", 0, "a: created"),
        ("latency:20ms", 0, "a: created"),
    ] {
        let sandbox = Sandbox::with(&[fault]);
        sandbox.apply(&["a"]).run().code(code).stdout_has(word);
    }
}

#[test]
fn invalid_fault_spec_is_a_usage_error() {
    Cli::new()
        .args(["sandbox", "--fault", "drop-sometimes"])
        .run()
        .code(2)
        .stderr_has("`drop-sometimes` is not a valid fault: expected latency:DURATION");
}
