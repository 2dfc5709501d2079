//! The sandbox's faults, as rehearsals: the program against `instancectl sandbox --fault`.

use std::io::{BufRead, BufReader};
use std::process::Child;

use crate::platform::manifest;
use crate::support::Cli;

/// A sandbox in a process of its own; it ends when this is dropped.
struct Sandbox {
    child: Child,
    endpoint: String,
    token: String,
}

impl Sandbox {
    fn with(faults: &[&str]) -> Self {
        let cli = faults
            .iter()
            .fold(Cli::new().args(["sandbox"]), |cli, fault| cli.args(["--fault", fault]));
        let mut child = cli.spawn();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut value = |name: &str| {
            let line = lines.next().unwrap().unwrap();
            line.strip_prefix(name).and_then(|rest| rest.strip_prefix('=')).unwrap().to_owned()
        };
        let (endpoint, token) = (value("INSTANCECTL_ENDPOINT"), value("INSTANCECTL_TOKEN"));
        Self { child, endpoint, token }
    }

    fn apply(&self, names: &[&str]) -> Cli {
        Cli::new()
            .file("a.yaml", manifest(names))
            .env("INSTANCECTL_ENDPOINT", &self.endpoint)
            .env("INSTANCECTL_TOKEN", &self.token)
            .args(["apply", "-f", "a.yaml", "--yes", "--settle", "1s", "--parallel", "1"])
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_lost_answer_is_found_whatever_became_of_it() {
    for fault in ["drop-after@1", "late:300ms@1", "truncate@1", "html@1"] {
        let sandbox = Sandbox::with(&[fault]);
        let cli = sandbox.apply(&["a", "b"]);
        cli.run().code(0).stdout_has("2 created\n").stdout_has("its answer was lost");
        cli.run().code(0).stdout("nothing to do\n");
    }
}

#[test]
fn what_was_not_carried_out_is_told_by_how_it_was_answered() {
    for (fault, code, word) in [
        ("drop-before@1", 4, "a: unknown"),
        ("status:503@1", 4, "a: unknown"),
        ("code:716865@1", 3, "a: refused"),
        ("code:10004@1", 3, "a: refused"),
        ("expire", 7, "a: skipped"),
        ("throttle:0@2", 0, "a: created"),
        ("latency:20ms", 0, "a: created"),
    ] {
        let sandbox = Sandbox::with(&[fault]);
        sandbox.apply(&["a"]).run().code(code).stdout_has(word);
    }
}

#[test]
fn a_fault_that_is_none_is_wrong_usage() {
    Cli::new()
        .args(["sandbox", "--fault", "drop-sometimes"])
        .run()
        .code(2)
        .stderr_has("`drop-sometimes` is no fault: expected latency:DURATION");
}
