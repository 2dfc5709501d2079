//! `lock recover`: the first step of `apply`, without the platform.

use std::fs;

use serde_json::Value;

use crate::stage::{
    created, creating, creator, name_in, project, sent_to, wait_for_creates, written,
};
use crate::support::{Cli, Reply, Service};

/// Returns a run of `a` and `b` that was killed with `a` created and `b` in flight.
fn killed() -> (Service, Cli) {
    let service = creating(|request| match name_in(request).as_str() {
        "a" => created(request),
        _ => Reply::hang(),
    });
    let cli = project(["a", "b"]).on(&service);
    let running = cli.apply().start();
    wait_for_creates(&service, 2);
    running.kill();
    (service, cli)
}

#[test]
fn killed_run_is_recovered_without_credentials() {
    for named in ["instances.yaml", "instances.lock"] {
        let (service, cli) = killed();
        let offline = cli.clone().env("INSTANCECTL_TOKEN", "").env("INSTANCECTL_ENDPOINT", "");
        let recover = offline.args(["lock", "recover", named]);
        let output = recover.run().code(4).stdout(
            "instances.lock: recovered 2 entries from the journal\n  a: created id-a\n  \
             b: unknown: the request was about to be sent; no outcome was recorded\n",
        );
        output.stderr_has("`instancectl resolve -f ").stderr_has(" b --absent`");
        assert_eq!(cli.entries(), written([("a", "created id-a"), ("b", "unknown")]));
        for left in ["instances.lock.journal", "instances.lock.lk"] {
            assert!(!cli.path(left).exists(), "{left}");
        }
        // A second run has nothing to do, and does nothing.
        let before = cli.listing();
        recover.run().is(0, "instances.lock: nothing to recover\n", "");
        assert!(cli.listing() == before, "something was written");
        assert_eq!(sent_to(&service), ["a", "b"]);
    }
}

#[test]
fn json_reports_every_recovered_entry() {
    let (_service, cli) = killed();
    let json = cli.args(["lock", "recover", "--format", "json", "instances.lock"]).run().code(4);
    let json: Value = serde_json::from_str(&json.stderr("").stdout).unwrap();
    assert_eq!(json["instances"][0]["taskId"], "id-a");
    assert_eq!(json["instances"][1]["outcome"], "unknown");
    assert_eq!(json["locks"][0]["message"], "recovered 2 entries from the journal");
    assert_eq!(json["exit"]["classes"], serde_json::json!([4]));
}

#[test]
fn edited_lock_is_rewritten_in_canonical_form() {
    let service = creator();
    let cli = project(["a"]).on(&service);
    cli.apply().run().code(0);
    let good = cli.read("instances.lock");
    let cli = cli.file("instances.lock", good.replace('\n', "\r\n"));
    let recover = cli.clone().args(["lock", "recover", "-f", "instances.yaml"]);
    recover.run().is(0, "instances.lock: rewritten in canonical form\n", "");
    assert_eq!(cli.read("instances.lock"), good);
    cli.args(["lock", "verify", "instances.lock"]).run().code(0);
}

#[test]
fn unreadable_lock_is_kept_and_the_others_are_recovered() {
    let (_service, cli) = killed();
    let cli = cli.file("a.lock", "version: 2\ninstances: {}\n");
    let recover = cli.clone().args(["lock", "recover", "a.lock", "instances.lock"]).run().code(5);
    recover
        .stderr_has("a.lock` has version 2")
        .stdout_has("instances.lock: recovered 2 entries from the journal\n");
    assert_eq!(cli.read("a.lock"), "version: 2\ninstances: {}\n");
}

#[test]
fn journal_damaged_mid_file_is_kept_and_its_ids_are_named() {
    let (service, cli) = killed();
    let mut journal = fs::read(cli.path("instances.lock.journal")).unwrap();
    // In the plan, which is not the last batch.
    let at = journal.windows(6).position(|part| part == b"\"plan\"").unwrap();
    journal[at + 1] = b'P';
    let cli = cli.file("instances.lock.journal", &journal);
    for args in
        [&["lock", "recover", "instances.yaml"][..], &["apply", "--yes", "-f", "instances.yaml"]]
    {
        let output = cli.clone().args(args).run().code(5).stdout("");
        output.stderr_has("is damaged at byte ").stderr_has("readable: name=\"a\" id=id-a");
    }
    let verify = cli.clone().args(["lock", "verify", "instances.yaml"]).run().code(5);
    verify.stdout_has("readable: name=\"a\" id=id-a");
    assert_eq!(fs::read(cli.path("instances.lock.journal")).unwrap(), journal);
    assert_eq!(sent_to(&service), ["a", "b"]);
}

#[test]
fn journal_cut_anywhere_loses_no_id_and_resends_nothing() {
    let (service, cli) = killed();
    let journal = fs::read(cli.path("instances.lock.journal")).unwrap();
    let written = journal.iter().rposition(|&byte| byte != 0).unwrap() + 1;
    let known = journal.windows(6).position(|part| part == b"\"id-a\"").unwrap();
    for cut in (0..=written).step_by(29).chain([written]) {
        let cli = cli.clone().file("instances.lock.journal", &journal[..cut]);
        let _ = fs::remove_file(cli.path("instances.lock"));
        let output = cli.clone().args(["lock", "recover", "instances.yaml"]).run();
        assert!(matches!(output.code, Some(0 | 4)), "cut at {cut}: {output:?}");
        // Its line ends some bytes after the ID.
        if cut > known + 40 {
            assert_eq!(cli.entries()["a"], "created id-a", "cut at {cut}");
        }
    }
    assert_eq!(sent_to(&service), ["a", "b"]);
}

#[test]
fn lock_named_itself_has_the_manifest_next_to_it() {
    let (_service, cli) = killed();
    assert!(!cli.path("instances.lock").exists());
    for words in [["lock", "verify", "instances.lock"], ["lock", "verify", "instances.yaml"]] {
        let output = cli.clone().args(words).run().code(5);
        let text = format!("{}{}", output.stdout, output.stderr);
        assert!(text.contains("`instancectl resolve -f instances.yaml b --absent`"), "{text}");
    }
    let _ = cli.clone().args(["lock", "recover", "instances.lock"]).run().code(4);
    let first = "# Written by instancectl from instances.yaml. Commit it; do not edit it.\n";
    assert!(cli.read("instances.lock").starts_with(first));
}
