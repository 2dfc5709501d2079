//! Signals, kills and a second process: no ID is lost, and nothing is sent twice.

use std::collections::BTreeMap;
use std::time::Duration;
use std::{fs, thread};

use serde_json::Value;

use crate::stage::{
    Gate, created, creating, gated, id_of, name_in, numbered, project, sent_to, wait_for_creates,
    wait_until, written,
};
use crate::support::{Cli, Reply, Running, Service};

/// Starts a run of 20 instances, with the first one created and 8 more in flight.
fn in_full_flight(cli: &Cli, service: &Service) -> Running {
    let running = cli.apply().start();
    wait_for_creates(service, 9);
    running
}

fn ids(names: &[String]) -> BTreeMap<String, String> {
    written(names.iter().map(|name| (name.as_str(), format!("created {}", id_of(name)))))
}

#[test]
fn first_signal_lets_in_flight_requests_finish() {
    for signal in ["INT", "TERM", "HUP"] {
        let gate = Gate::new();
        let service = gated(&gate, "n000");
        let names = numbered(20);
        let cli = project(&names).on(&service);
        let running = in_full_flight(&cli, &service);
        running.signal(signal);
        let _ = running.stderr_until(
            "error: no new requests are started: the run was interrupted, 8 requests in flight\n",
        );
        gate.open();
        let output = running.end().code(130);
        assert!(
            output.stdout.ends_with("9 created, 11 skipped; exit 130: interrupted (130)\n"),
            "{output:?}"
        );
        assert_eq!(sent_to(&service).len(), 9, "something new was started");
        assert_eq!(cli.entries(), ids(&names[..9]));
        assert!(!cli.path("instances.lock.journal").exists());
        // The next run continues from there.
        let _ = cli.apply().run().code(0);
        assert_eq!(cli.entries(), ids(&names));
        assert_eq!(sent_to(&service).len(), 20);
    }
}

#[test]
fn created_entry_is_in_the_lock_while_others_are_pending() {
    let service = gated(&Gate::new(), "n000");
    let cli = project(numbered(20)).on(&service);
    let running = in_full_flight(&cli, &service);
    running.signal("INT");
    // The others never get an answer, so only the merge after the signal can have written the
    // lock.
    wait_until(|| cli.path("instances.lock").exists());
    assert_eq!(cli.entries()["n000"], "created id-n000");
    let _ = running.kill();
    assert_eq!(cli.entries()["n000"], "created id-n000");
}

/// Pause between signals; signals that are closer together count as one.
const APART: Duration = Duration::from_millis(600);

#[test]
fn two_simultaneous_signals_count_as_one() {
    let gate = Gate::new();
    let service = gated(&gate, "n000");
    let names = numbered(20);
    let cli = project(&names).on(&service);
    let running = in_full_flight(&cli, &service);
    for signal in ["INT", "INT", "TERM", "HUP"] {
        running.signal(signal);
    }
    let _ = running.stderr_until("no new requests are started");
    gate.open();
    let _ = running.end().code(130);
    assert_eq!(cli.entries(), ids(&names[..9]));
}

#[test]
fn signal_ignored_at_startup_stays_ignored() {
    for signal in ["INT", "TERM", "HUP"] {
        let gate = Gate::new();
        let service = gated(&gate, "n000");
        let names = numbered(20);
        let script = format!("trap '' {signal}; exec \"$@\"");
        let cli = project(&names).on(&service).under(["sh", "-c", script.as_str(), "sh"]);
        let running = in_full_flight(&cli, &service);
        running.signal(signal);
        gate.open();
        let _ = running.end().code(0);
        assert_eq!(cli.entries(), ids(&names));
    }
}

#[test]
fn second_signal_records_in_flight_requests_as_unknown() {
    let gate = Gate::new();
    let service = gated(&gate, "n000");
    let names = numbered(20);
    let cli = project(&names).on(&service);
    let running = in_full_flight(&cli, &service);
    running.signal("INT");
    let _ = running.stderr_until("a second signal records them as unknown");
    // Signals that a wrapper forwards at once are the same signal, not a second one.
    running.signal("INT");
    running.signal("TERM");
    thread::sleep(APART);
    running.signal("INT");
    // An unknown outcome takes precedence over the interruption.
    let output = running.end().code(4);
    assert!(
        output.stdout.ends_with(
            "1 created, 8 unknown, 11 skipped; exit 4: outcome unknown (4), interrupted (130)\n"
        ),
        "{output:?}"
    );
    let mut wanted = written(names[1..9].iter().map(|name| (name.as_str(), "unknown")));
    wanted.insert("n000".into(), "created id-n000".into());
    assert_eq!(cli.entries(), wanted);
    assert!(!cli.path("instances.lock.journal").exists());
    gate.open();
    let _ = cli.apply().run().code(4);
    let mut sent = sent_to(&service);
    sent.sort();
    assert_eq!(sent, names, "something was sent twice");
}

#[test]
fn run_killed_before_response_is_unknown_and_not_resent() {
    let service = Service::creates([Reply::hang()]);
    let cli = project(["a"]).on(&service);
    let running = cli.apply().start();
    wait_for_creates(&service, 1);
    let _ = running.kill();
    assert!(!cli.path("instances.lock").exists());
    let apply = cli.apply().run().code(4).stdout_has("1 unknown; exit 4: outcome unknown (4)\n");
    let _ = apply.stderr_has("  ! a: unknown\n");
    assert_eq!(cli.entries(), written([("a", "unknown")]));
    let _ = cli.apply().run().code(4);
    assert_eq!(sent_to(&service), ["a"]);
}

#[test]
fn run_killed_after_response_was_recorded_has_the_id() {
    let service = creating(|request| match name_in(request).as_str() {
        "a" => created(request),
        _ => Reply::hang(),
    });
    let cli = project(["a", "b"]).on(&service);
    let running = cli.apply().start();
    // An ID is durable before it is printed.
    let _ = running.stdout_until("a: created id-a\n");
    wait_for_creates(&service, 2);
    let _ = running.kill();
    assert!(!cli.path("instances.lock").exists(), "it was folded before it was killed");
    // `plan` writes nothing.
    let plan = cli.clone().args(["plan", "-f", "instances.yaml", "-v"]);
    let _ = plan.run().code(0).stdout_has("  = a: unchanged id-a\n").stdout_has("  ! b: unknown\n");
    assert!(!cli.path("instances.lock").exists());
    let _ = cli.apply().run().code(4);
    assert_eq!(cli.entries(), written([("a", "created id-a"), ("b", "unknown")]));
    assert!(!cli.path("instances.lock.journal").exists());
    assert_eq!(sent_to(&service), ["a", "b"]);
}

#[test]
fn second_process_is_rejected_immediately() {
    let gate = Gate::new();
    let service = gated(&gate, "nobody");
    let cli = project(["a"]).on(&service);
    let running = cli.apply().start();
    wait_for_creates(&service, 1);
    let output = cli.apply().run().code(5).stdout("");
    let _ = output.stderr_has("instances.lock` is locked by another process (process ");
    // Read-only commands need no process lock.
    let _ = cli.clone().args(["plan", "-f", "instances.yaml"]).run().code(0);
    // Without the `.lk` file, the journal still identifies the running process.
    fs::remove_file(cli.path("instances.lock.lk")).unwrap();
    let output = cli.apply().run().code(5).stdout("");
    let _ = output.stderr_has("whose `.lk` file was removed)");
    gate.open();
    let _ = running.end().code(0).stdout("a: created id-a\n1 created\n");
    assert_eq!(sent_to(&service), ["a"]);
    let _ = cli.apply().run().code(0).nothing_to_create(1);
}

#[test]
fn killed_run_does_not_block_the_next_run() {
    let service = creating(|request| match name_in(request).as_str() {
        "a" => Reply::hang(),
        _ => created(request),
    });
    let cli = project(["a", "b"]).on(&service);
    let running = cli.apply().args(["a"]).start();
    wait_for_creates(&service, 1);
    let _ = running.kill();
    let report = cli.apply().args(["--format", "json"]).run().code(4).stdout;
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["exit"]["classes"], serde_json::json!([4]));
    assert_eq!(cli.entries(), written([("a", "unknown"), ("b", "created id-b")]));
    assert_eq!(sent_to(&service), ["a", "b"]);
}
