//! Signals as sent by a CI runner or an impatient user, and readers that went away.

use std::io::{self, Write};
use std::time::Duration;
use std::{fs, thread};

use crate::stage::{
    Gate, creator, gated, id_of, numbered, project, sent_to, wait_for_creates, wait_until, written,
};

/// Capacity of a pipe, after which its writer has to wait.
const PIPE: usize = 65536;

/// Pause between signals; signals that are closer together count as one.
const APART: Duration = Duration::from_millis(600);

#[test]
fn third_signal_exits_at_once_and_keeps_the_journal() {
    let service = gated(&Gate::new(), "n000");
    let names = numbered(20);
    let cli = project(&names).on(&service);
    // Standard output has no reader and has room for one more line, so the second signal does not
    // end this run.
    let (_reader, mut writer) = io::pipe().unwrap();
    writer.write_all(&vec![b'.'; PIPE - 30]).unwrap();
    let running = cli.apply().start_into(writer);
    wait_for_creates(&service, 9);
    running.signal("INT");
    wait_until(|| cli.path("instances.lock").exists());
    thread::sleep(APART);
    running.signal("TERM");
    // Their outcomes are durable before they are printed, and the run is blocked while it prints
    // them.
    let journal = || fs::read(cli.path("instances.lock.journal")).unwrap_or_default();
    let unknown_records =
        |journal: &[u8]| journal.windows(7).filter(|part| part == b"\"doubt\"").count();
    wait_until(|| unknown_records(&journal()) == 8);
    thread::sleep(APART);
    running.signal("INT");
    running.end().code(130);
    assert_eq!(unknown_records(&journal()), 8, "it was folded");
    let recover = cli.clone().args(["lock", "recover", "instances.yaml"]).run().code(4);
    recover.stdout_has("  n001: unknown: interrupted before the response arrived\n");
    let mut wanted = written(names[1..9].iter().map(|name| (name.as_str(), "unknown")));
    wanted.insert("n000".into(), "created id-n000".into());
    assert_eq!(cli.entries(), wanted);
    let mut sent = sent_to(&service);
    sent.sort();
    assert_eq!(sent, names[..9]);
}

#[test]
fn cancelled_ci_job_leaves_a_merged_lock() {
    let service = gated(&Gate::new(), "n000");
    let names = numbered(20);
    let cli = project(&names).on(&service);
    let running = cli.apply().start();
    wait_for_creates(&service, 9);
    running.signal("INT");
    // Created instances are in the lock long before the next signal, which comes after 7.5 s.
    wait_until(|| cli.path("instances.lock").exists());
    assert_eq!(cli.entries()["n000"], "created id-n000");
    thread::sleep(APART);
    running.signal("TERM");
    // The last signal, which no process survives, comes 2.5 s later: by then the run must have
    // ended.
    thread::sleep(Duration::from_millis(2500));
    let output = running.kill().code(4);
    output.stdout_has("1 created, 8 unknown, 11 skipped; exit 4");
    assert_eq!(cli.entries().len(), 9);
    assert!(!cli.path("instances.lock.journal").exists());
    cli.clone().args(["lock", "verify", "instances.lock"]).run().code(4);
}

#[test]
fn closed_output_pipe_loses_no_id() {
    let service = creator();
    let names = numbered(30);
    let cli = project(&names).on(&service);
    assert_eq!(cli.apply().run_unread(), Some(0));
    let wanted = names.iter().map(|name| (name.as_str(), format!("created {}", id_of(name))));
    assert_eq!(cli.entries(), written(wanted));
    for args in [&["lock", "list", "instances.lock"][..], &["lock", "verify", "instances.lock"]] {
        assert_eq!(cli.clone().args(args).run_unread(), Some(0), "{args:?}");
    }
}
