//! Disks that are full, broken or read-only, and files of an unexpected kind.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use crate::small_disk::SmallDisk;
use crate::stage::{
    Gate, created, creating, creator, gated, id_of, manifest, name_in, numbered, project, sent_to,
    wait_for_creates, written,
};
use crate::support::{Cli, Output, Service};
use crate::trace::can_inject;

/// Creates a project with these names on a separate small disk; its home and state folders are
/// elsewhere.
fn on(disk: &SmallDisk, names: &[String], service: &Service) -> (Cli, [String; 4]) {
    fs::write(disk.path().join("instances.yaml"), manifest(names)).unwrap();
    let manifest = disk.path().join("instances.yaml").to_str().unwrap().to_owned();
    (Cli::new().on(service), ["apply".into(), "--yes".into(), "-f".into(), manifest])
}

/// Asserts that the lock on a small disk has all IDs, and that nothing was sent twice.
#[track_caller]
fn assert_whole(disk: &SmallDisk, names: &[String], service: &Service) {
    let text = fs::read_to_string(disk.path().join("instances.lock")).unwrap();
    for name in names {
        assert!(text.contains(&format!("taskId: {}\n", id_of(name))), "{name}: {text}");
    }
    let mut sent = sent_to(service);
    sent.sort();
    assert_eq!(sent, names);
}

#[test]
fn full_disk_blocks_new_requests_and_keeps_in_flight_ids() {
    let Some(disk) = SmallDisk::mount(1024) else { return };
    let gate = Gate::new();
    let service = gated(&gate, "n000");
    let names = numbered(8);
    let (cli, apply) = on(&disk, &names, &service);
    let filler = disk.fill();
    let full = cli.clone().args(&apply).run().code(5);
    full.stdout_has("\n8 skipped; exit 5: lock trouble (5)\n")
        .stderr_has("No space left on device")
        .stderr_has("  help: ");
    assert_eq!(service.received().iter().filter(|asked| asked.method == "POST").count(), 0);
    fs::remove_file(&filler).unwrap();
    // The disk fills up while requests are in flight.
    let running = cli.clone().args(&apply).start();
    wait_for_creates(&service, 8);
    disk.fill();
    gate.open();
    let output = running.end();
    assert_eq!(output.stdout.matches(": created id-n").count(), 8, "{output:?}");
    // The lock may have found space; if not, that is reported and the journal stays.
    let lock = disk.path().join("instances.lock");
    assert!(output.code == Some(5) || lock.exists(), "{output:?}");
    fs::remove_file(&filler).unwrap();
    cli.args(&apply).run().code(0).nothing_to_create(8);
    assert_whole(&disk, &names, &service);
}

#[test]
fn read_only_directory_stops_everything() {
    let Some(disk) = SmallDisk::mount(256) else { return };
    let service = creator();
    let (cli, apply) = on(&disk, &numbered(1), &service);
    let mut remount = Command::new("mount");
    assert!(remount.args(["-o", "remount,ro"]).arg(disk.path()).status().unwrap().success());
    let output = cli.clone().args(&apply).run().code(5).stdout("");
    output.stderr_has("Read-only file system").stderr_has("  help: check the permissions");
    assert_eq!(service.received().len(), 0);
    // Read-only commands work.
    cli.args(["lock", "verify", &apply[3]]).run().code(0);
}

#[test]
fn lock_removed_during_a_run_is_not_recreated() {
    let gate = Gate::new();
    let service = gated(&gate, "a");
    let cli = project(["a"]).on(&service);
    cli.apply().run().code(0);
    let lock = cli.read("instances.lock");
    let cli = cli.file("instances.yaml", manifest(["a", "b"]));
    let running = cli.apply().start();
    wait_for_creates(&service, 2);
    fs::remove_file(cli.path("instances.lock")).unwrap();
    gate.open();
    let output = running.end().code(5).stdout_has("b: created id-b\n");
    output
        .stderr_has("instances.lock` was removed during this run")
        .stderr_has("git checkout -- ")
        .stderr_has("the IDs of this run are in the journal");
    assert!(!cli.path("instances.lock").exists());
    assert!(cli.path("instances.lock.journal").exists());
    let cli = cli.file("instances.lock", &lock);
    cli.apply().run().code(0).nothing_to_create(2);
    assert_eq!(cli.entries(), written([("a", "created id-a"), ("b", "created id-b")]));
    assert_eq!(sent_to(&service), ["a", "b"]);
}

#[test]
fn lock_made_unreadable_during_a_run_is_not_overwritten() {
    for (text, word) in [
        ("<<<<<<< HEAD\nversion: 1\n", "line 1: found a merge conflict marker"),
        ("version: 2\ninstances: {}\n", "has version 2"),
        ("version: 1\ninstances:\n", "is cut short: nothing follows `instances:`"),
    ] {
        let gate = Gate::new();
        let service = gated(&gate, "nobody");
        let cli = project(["a"]).on(&service);
        let running = cli.apply().start();
        wait_for_creates(&service, 1);
        fs::write(cli.path("instances.lock"), text).unwrap();
        gate.open();
        running.end().code(5).stdout_has("a: created id-a\n").stderr_has(word);
        assert_eq!(cli.read("instances.lock"), text);
        fs::remove_file(cli.path("instances.lock")).unwrap();
        cli.apply().run().code(0).nothing_to_create(1);
        assert_eq!(cli.entries(), written([("a", "created id-a")]));
        assert_eq!(sent_to(&service), ["a"]);
    }
}

/// Checks a run whose disk failed: every ID from the service is in the lock after the next run, or
/// was printed as `RECOVERY`; nothing was sent twice. Returns whether the fault occurred.
#[track_caller]
fn converges(what: &str, files: &[&str]) -> bool {
    let service = creator();
    let cli = project(["a", "b", "c"]).on(&service);
    let serial = |cli: &Cli| cli.apply().args(["--parallel", "1"]);
    let faulty = serial(&cli).injected(what, files).run();
    assert!(matches!(faulty.code, Some(0 | 5)), "{what}: {faulty:?}");
    let cried: BTreeSet<String> = recovered(&faulty);
    let sent = sent_to(&service);
    let next = serial(&cli).run();
    assert!(matches!(next.code, Some(0 | 4)), "{what}: {faulty:?} {next:?}");
    let entries = cli.entries();
    for name in &sent {
        let known =
            entries.get(name).is_some_and(|entry| *entry == format!("created {}", id_of(name)));
        assert!(known, "{what}: {name} is lost; {entries:?} {cried:?} {faulty:?} {next:?}");
    }
    let all = sent_to(&service);
    let once: BTreeSet<&String> = all.iter().collect();
    assert_eq!(once.len(), all.len(), "{what}: sent twice: {all:?}");
    assert!(!cli.path("instances.lock.journal").exists(), "{what}");
    faulty.code == Some(5)
}

/// Returns the IDs that were printed as `RECOVERY`.
fn recovered(output: &Output) -> BTreeSet<String> {
    let lines = output.stderr.lines().filter(|line| line.starts_with("RECOVERY "));
    lines
        .filter_map(|line| line.split("id=").nth(1)?.split(' ').next().map(str::to_owned))
        .collect()
}

#[test]
fn one_disk_error_at_any_write_or_sync_loses_no_id() {
    if !can_inject() {
        return;
    }
    let (mut runs, mut met) = (0, 0);
    for call in ["pwrite64", "fdatasync", "fsync", "write", "rename", "openat"] {
        for error in ["EIO", "ENOSPC"] {
            for when in 1..=7 {
                // The program opens and writes other files before; only these may fail.
                let near: &[&str] = match call {
                    "openat" | "write" => &["instances.lock.journal", ".instances.lock.next"],
                    _ => &[],
                };
                runs += 1;
                met += usize::from(converges(&format!("{call}:error={error}:when={when}"), near));
            }
        }
    }
    println!("{runs} runs, {met} faults met, 0 IDs lost, 0 sent twice");
    assert!(met > 20, "only {met} of {runs} met a fault");
}

#[test]
fn unjournaled_id_is_printed_and_recovered() {
    if !can_inject() {
        return;
    }
    // The lock cannot be replaced at the end: while `b` is created, a folder takes its path.
    let cli = project(["a", "b"]);
    let lock = cli.path("instances.lock");
    let service = creating(move |request| {
        if name_in(request) == "b" {
            fs::create_dir(&lock).unwrap();
        }
        created(request)
    });
    let cli = cli.on(&service);
    // `strace` counts per thread. The thread that starts the journal syncs the header, the plan
    // and the space for the lock; the thread that writes it then syncs intent and outcome of `a`,
    // the intent of `b`, and fails at its outcome. The state folder works.
    let broken = "fdatasync:error=EIO:when=4+";
    let output = cli.apply().args(["--parallel", "1"]).injected(broken, &[]).run().code(5);
    let lock = cli.path("instances.lock").display().to_string();
    output
        .stdout_has("b: created id-b\n")
        .stderr_has(&format!("RECOVERY name=b id=id-b lock={lock}\n"))
        .stderr_has("cannot write `")
        .stderr_has("  help: ");
    fs::remove_dir(cli.path("instances.lock")).unwrap();
    // A `RECOVERY` ID is kept even if the journal is lost.
    fs::remove_file(cli.path("instances.lock.journal")).unwrap();
    let list = cli.clone().args(["lock", "list", "instances.yaml"]).run().code(0);
    list.stdout_has("  b     created  id-b");
    cli.clone().args(["lock", "verify", "instances.yaml"]).run().code(5).stdout_has("`b`");
    let recover = cli.clone().args(["lock", "recover", "instances.yaml"]);
    recover.run().is(
        0,
        "instances.lock: recovered 1 entry from the journal\n  b: created id-b\n",
        "",
    );
    assert_eq!(cli.entries(), written([("b", "created id-b")]));
    recover.run().is(0, "instances.lock: nothing to recover\n", "");
    assert_eq!(sent_to(&service), ["a", "b"]);
}
