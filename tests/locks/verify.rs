//! `lock verify`: the checks that a CI job needs before a lock is merged.

use std::fs;

use serde_json::Value;

use crate::stage::{created, creating, creator, manifest, name_in, project, wait_for_creates};
use crate::support::{Cli, Reply};

fn applied(names: &[&str]) -> Cli {
    let service = creator();
    let cli = project(names).on(&service);
    cli.apply().run().code(0);
    cli
}

#[test]
fn lock_written_by_the_program_has_no_problems() {
    let cli = applied(&["a", "b"]);
    let verify = |args: &[&str]| cli.clone().args(["lock", "verify"]).args(args.iter().copied());
    let good = "instances.lock: 2 instances, no problems\nchecked 1 lock: no problems\n";
    let before = cli.listing();
    for named in [
        &["instances.yaml"][..],
        &["-f", "instances.yaml"],
        &["instances.lock"],
        &["instances.lock", "-f", "instances.yaml"],
        &["--complete", "instances.yaml"],
        &["--complete", "instances.yaml", "--lock", "instances.lock"],
    ] {
        verify(named).run().is(0, good, "");
    }
    verify(&["-f", "."]).run().is(0, &good.replacen("instances.lock", "./instances.lock", 1), "");
    verify(&["-q", "instances.yaml"]).run().is(0, "", "");
    assert!(cli.listing() == before, "something was written");
    let copy = cli.path("other.lock");
    fs::copy(cli.path("instances.lock"), copy).unwrap();
    let other = ["--complete", "instances.yaml", "--lock", "other.lock"];
    verify(&other).run().code(0).stdout_has("other.lock: 2 instances, no problems");
}

#[test]
fn id_in_two_locks_is_reported() {
    let cli = applied(&["a", "b"]);
    let lock = cli.read("instances.lock");
    let cli = cli.file("other.lock", lock);
    let output = cli.args(["lock", "verify", "instances.lock", "other.lock"]).run().code(4);
    output
        .stdout_has("  shared-id: `a` is also in instances.lock: id-a\n")
        .stdout_has("  shared-id: `b` is also in instances.lock: id-b\n")
        .stdout_has("    help: remove its entry from one of the locks by hand,");
}

#[test]
fn missing_entries_are_reported_only_with_complete() {
    let cli = applied(&["a"]).file("instances.yaml", manifest(["a", "b"]));
    cli.clone().args(["lock", "verify", "instances.yaml"]).run().code(0);
    let complete = ["lock", "verify", "--complete", "-f", "instances.yaml"];
    cli.clone().args(complete).run().is(
        6,
        "instances.lock: 1 instance, 1 problem\n  \
         missing: `b` is in the manifest but not in the lock\n    \
         help: `instancectl apply -f instances.yaml` creates it; then commit the lock\n\
         checked 1 lock: 1 problem; exit 6: stopped by a safety check (6)\n",
        "",
    );
    let json = cli.clone().args(complete).args(["--format", "json"]).run().code(6).stdout;
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["instances"][0]["name"], "b");
    assert_eq!(json["instances"][0]["action"], "create");
    assert_eq!(json["locks"][0]["findings"][0]["code"], "missing");
    let finding = &json["locks"][0]["findings"][0];
    let (message, help) = (&finding["message"], &finding["help"]);
    let exit = serde_json::json!({"code": 6, "classes": [6], "message": message, "help": help});
    assert_eq!(json["exit"], exit);
    // It needs the manifest, and a valid one.
    let by_lock = cli.clone().args(["lock", "verify", "--complete", "instances.lock"]).run();
    by_lock.code(2).stderr_has("--complete compares a lock with its manifest");
    let cli = cli.file("instances.yaml", "instances: 1\n");
    cli.args(complete).run().code(1);
}

#[test]
fn unknown_entry_is_reported_with_its_resolution() {
    let service = creating(|request| match name_in(request).as_str() {
        "a" => created(request),
        _ => Reply::close(),
    });
    let cli = project(["a", "b"]).on(&service);
    cli.apply().run().code(4);
    let verify = cli.clone().args(["lock", "verify", "instances.lock"]).run().code(4).stderr("");
    verify
        .stdout_has("instances.lock: 2 instances, 1 problem\n  unknown: `b` is unknown: ")
        .stdout_has("`instancectl resolve -f instances.yaml b --absent`")
        .stdout_has("exit 4: outcome unknown (4)\n");
    let json = cli.args(["lock", "verify", "--format", "json", "instances.lock"]).run().code(4);
    let json: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(json["instances"][0]["outcome"], "unknown");
}

#[test]
fn leftovers_of_a_killed_run_are_reported() {
    let service = creating(|request| match name_in(request).as_str() {
        "a" => created(request),
        _ => Reply::hang(),
    });
    let cli = project(["a", "b"]).on(&service);
    let running = cli.apply().start();
    wait_for_creates(&service, 2);
    running.kill();
    for named in ["instances.yaml", "instances.lock"] {
        let verify = cli.clone().args(["lock", "verify", named]).run().code(5);
        verify
            .stdout_has(
                "journal: an interrupted run left records that are not in the lock: `a`, `b`",
            )
            .stdout_has("`instancectl lock recover instances.lock` replays them")
            .stdout_has("exit 5: lock trouble (5), outcome unknown (4)\n");
    }
}

#[test]
fn every_damage_is_reported_and_hides_no_other_lock() {
    let cli = applied(&["a", "b"]);
    let good = cli.read("instances.lock");
    let shared = good.replace("id-b", "id-a");
    for (text, code, word) in [
        (good.replace('\n', "\r\n"), 5, "not-canonical: line 1 is not in canonical form"),
        (format!("{good}# a note\n"), 5, "not-canonical: line 18 is not"),
        (good.replace("state: created", "state: made"), 5, "`state` is \"made\"; expected created"),
        (good[..good.len() - 3].to_owned(), 5, "is cut short: its last line has no line break"),
        (good.replace("version: 1", "version: 2"), 5, "has version 2; this program reads"),
        (format!("{good}=======\n"), 5, "line 18: found a merge conflict marker"),
        (String::new(), 5, "is cut short: it is empty"),
        (shared, 4, "shared-id: `a`, `b` have the same ID: id-a"),
        (
            good.replace("state: created", "state: deleting"),
            4,
            "deleting: deletion of `a` is not confirmed",
        ),
    ] {
        let intact = good.replace("id-", "other-");
        let cli = cli.clone().file("bad.lock", &text).file("intact.lock", intact);
        let verify = cli.args(["lock", "verify", "bad.lock", "intact.lock"]).run().code(code);
        verify.stderr("").stdout_has(word).stdout_has("intact.lock: 2 instances, no problems\n");
    }
    let cli = cli.file("bad.lock.journal", "rubbish\n").file("bad.lock", &good);
    let verify = cli.args(["lock", "verify", "bad.lock"]).run().code(5);
    verify.stdout_has("is damaged at byte 0");
}
