//! One writer at a time, even if the file system cannot detect a second one.

use std::fs;

use crate::stage::{
    Gate, created, creating, creator, gated, manifest, name_in, project, sent_to, wait_for_creates,
    written,
};
use crate::support::{Cli, Reply};
use crate::trace::can_inject;

/// Every command that may write a lock.
const WRITERS: [&[&str]; 5] = [
    &["apply", "--yes", "-f", "instances.yaml"],
    &["destroy", "--yes", "-f", "instances.yaml"],
    &["adopt", "-f", "instances.yaml", "a", "id-a"],
    &["resolve", "-f", "instances.yaml", "a", "--absent"],
    &["lock", "recover", "-f", "instances.yaml"],
];

#[test]
fn every_writing_command_is_rejected_during_another_write() {
    let gate = Gate::new();
    let service = gated(&gate, "nobody");
    let cli = project(["a"]).on(&service);
    let running = cli.apply().start();
    wait_for_creates(&service, 1);
    for writer in WRITERS {
        let output = cli.clone().args(writer).run().code(5);
        output.stderr_has("instances.lock` is locked by another process (process ");
    }
    // Read-only commands need no process lock.
    let list = cli.clone().args(["lock", "list", "instances.yaml"]).run().code(0);
    list.stdout_has("  a     unknown  -").stderr_has("its content may change");
    cli.clone().args(["lock", "verify", "instances.yaml"]).run().code(5).stdout_has("is locked by");
    gate.open();
    running.end().code(0);
    assert_eq!(sent_to(&service), ["a"]);
    cli.args(["lock", "verify", "instances.yaml"]).run().code(0);
}

#[test]
fn unlockable_file_system_is_reported_and_no_guard_works() {
    if !can_inject() {
        return;
    }
    for error in ["ENOLCK", "EOPNOTSUPP", "ENOSYS"] {
        let service = creator();
        let cannot_lock = format!("flock:error={error}");
        for writer in WRITERS {
            let cli = project(["a"]).on(&service).args(writer).injected(&cannot_lock, &[]);
            let output = cli.run().code(5).stdout("");
            output
                .stderr_has("instances.lock.lk` cannot be locked on this file system: ")
                .stderr_has("then use `--no-guard`");
        }
        assert_eq!(service.received().len(), 0, "{error}");
        let cli = project(["a"]).on(&service);
        let apply = cli.apply().args(["--no-guard"]).injected(&cannot_lock, &[]);
        apply.run().code(0).stdout("a: created id-a\n1 created\n");
        assert_eq!(cli.entries(), written([("a", "created id-a")]));
        assert!(!cli.path("instances.lock.lk").exists());
        let recover = ["lock", "recover", "--no-guard", "instances.lock"];
        cli.clone().args(recover).injected(&cannot_lock, &[]).run().code(0);
    }
}

#[test]
fn without_process_lock_a_live_journal_is_not_touched() {
    let gate = Gate::new();
    let service = gated(&gate, "nobody");
    let cli = project(["a"]).on(&service);
    let running = cli.apply().args(["--no-guard"]).start();
    wait_for_creates(&service, 1);
    let second = cli.apply().args(["--no-guard"]).run().code(5).stdout("");
    second.stderr_has("instances.lock` is locked by another process (process ");
    let second = cli.clone().args(["lock", "recover", "--no-guard", "instances.yaml"]).run();
    second.code(5).stderr_has("is locked by another process");
    gate.open();
    running.end().code(0).stdout("a: created id-a\n1 created\n");
    assert_eq!(sent_to(&service), ["a"]);
    assert_eq!(cli.entries(), written([("a", "created id-a")]));
}

#[test]
fn removed_sidecar_does_not_admit_a_second_writer() {
    let gate = Gate::new();
    let service = gated(&gate, "nobody");
    let cli = project(["a"]).on(&service);
    let running = cli.apply().start();
    wait_for_creates(&service, 1);
    for writer in WRITERS {
        let _ = fs::remove_file(cli.path("instances.lock.lk"));
        let output = cli.clone().args(writer).run().code(5);
        output.stderr_has("whose `.lk` file was removed)");
    }
    // The first run must not remove a new file at that path.
    fs::write(cli.path("instances.lock.lk"), "mine").unwrap();
    gate.open();
    running.end().code(0);
    assert_eq!(cli.read("instances.lock.lk"), "mine");
    assert_eq!(sent_to(&service), ["a"]);
}

#[test]
fn all_locks_are_acquired_in_path_order_before_any_request() {
    let gate = Gate::new();
    let service = gated(&gate, "nobody");
    let both = |cli: &Cli, first: &str, second: &str| {
        cli.clone().args(["apply", "--yes", "-f", first, "-f", second])
    };
    let cli = Cli::new().file("a.yaml", manifest(["a"])).file("b.yaml", manifest(["b"]));
    let cli = cli.file("c.yaml", manifest(["c"])).on(&service);
    let running = cli.clone().args(["apply", "--yes", "-f", "b.yaml"]).start();
    wait_for_creates(&service, 1);
    for (first, second) in [("a.yaml", "b.yaml"), ("c.yaml", "b.yaml"), ("b.yaml", "a.yaml")] {
        both(&cli, first, second).run().code(5).stderr_has("b.lock` is locked by another process");
        // The locks acquired before are released, and nothing was sent.
        assert!(!cli.path("a.lock.lk").exists() && !cli.path("c.lock.lk").exists());
    }
    assert_eq!(sent_to(&service), ["b"]);
    gate.open();
    running.end().code(0);
    both(&cli, "b.yaml", "a.yaml").run().code(0);
    assert_eq!(sent_to(&service), ["b", "a"]);
}

#[test]
fn one_id_for_two_names_is_unknown_for_the_second() {
    let service = creating(|request| match name_in(request).as_str() {
        "b" => Reply::success("id-a"),
        _ => created(request),
    });
    let cli = project(["a", "b", "c"]).on(&service);
    let apply = cli.apply().run().code(4);
    apply
        .stdout_has("b: unknown: the platform returned the ID of another entry: `id-a`\n")
        .stderr_has("instancectl resolve -f instances.yaml b --absent");
    let wanted = [("a", "created id-a"), ("b", "unknown"), ("c", "created id-c")];
    assert_eq!(cli.entries(), written(wanted));
    // Also if the first is from an earlier run.
    let cli = project(["a"]).on(&service);
    cli.apply().run().code(0);
    let cli = cli.file("instances.yaml", manifest(["a", "b"]));
    cli.apply().run().code(4);
    assert_eq!(cli.entries(), written([("a", "created id-a"), ("b", "unknown")]));
}

#[test]
fn lock_with_request_of_another_instance_is_damaged() {
    let service = creator();
    let cli = project(["a"]).on(&service);
    cli.apply().run().code(0);
    let lock = cli.read("instances.lock");
    for other in ["\"b\"", "5", "null"] {
        let twisted = lock.replace("Name\": \"a\"", &format!("Name\": {other}"));
        assert_ne!(twisted, lock);
        let cli = cli.clone().file("instances.lock", twisted);
        let output = cli.apply().run().code(5).stdout("");
        output.stderr_has(&format!(
            "instance `a`: its `request` is for `{}`",
            other.trim_matches('"')
        ));
    }
}

#[test]
fn manifest_commands_support_deny_and_allow() {
    let service = creator();
    let doubtful = manifest(["a"]).replace("gpuNumber: 1", "gpuNumber: 0");
    let cli = Cli::new().file("instances.yaml", doubtful).on(&service);
    for writer in &WRITERS[..4] {
        let run = |more: &[&str]| cli.clone().args(*writer).args(more.iter().copied()).run();
        run(&["--deny", "warnings"]).code(1).stderr_has("no-cards");
        run(&["--allow", "no-cards", "--deny", "warnings"]).nowhere("no-cards");
        run(&["--allow", "nonsense"]).code(2);
    }
}
