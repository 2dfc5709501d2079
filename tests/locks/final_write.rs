//! Problems that would prevent the write of the lock at the end of a run stop the run before its
//! first request; attributes that a file system merely cannot preserve do not.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::process::Command;

use crate::stage::{creator, id_of, manifest, numbered, project, sent_to, written};
use crate::support::{Cli, Output, Service};
use crate::trace::can_inject;

/// The user and group `nobody`.
const NOBODY: u32 = 65534;

/// Creates a project with `a` in its lock already, and with `b` in its manifest too.
fn grown(service: &Service) -> Cli {
    let cli = project(["a"]).on(service);
    cli.apply().run().code(0);
    cli.file("instances.yaml", manifest(["a", "b"]))
}

#[track_caller]
fn sends_nothing(cli: &Cli, service: &Service, run: &Cli, word: &str) -> Output {
    let before = sent_to(service);
    let lock = fs::read(cli.path("instances.lock")).ok();
    let output = run.run().code(5).stderr_has(word).stderr_has("  help: ");
    assert_eq!(sent_to(service), before, "{output:?}");
    assert_eq!(fs::read(cli.path("instances.lock")).ok(), lock, "{output:?}");
    for left in ["instances.lock.journal", "instances.lock.lk", ".instances.lock.next"] {
        assert!(!cli.path(left).exists(), "{left} is left: {output:?}");
    }
    output
}

#[test]
fn unreplaceable_lock_stops_the_run_before_any_request() {
    if !can_inject() {
        return;
    }
    let faults = [
        ("rename:error=EXDEV", "Invalid cross-device link"),
        ("rename:error=EBUSY", "Device or resource busy"),
        ("rename:error=ESTALE", "Stale file handle"),
        ("rename:error=EPERM", "sticky bit"),
        ("rename:error=EACCES", "sticky bit"),
        ("fsync:error=EIO:when=2+", "Input/output error"),
        ("fsync:error=EDQUOT:when=2+", "quota"),
    ];
    for (fault, word) in faults {
        let service = creator();
        let cli = grown(&service);
        sends_nothing(&cli, &service, &cli.apply().injected(fault, &[]), word);
        // The first create of a project detects the same.
        let service = creator();
        let cli = project(["a"]).on(&service);
        sends_nothing(&cli, &service, &cli.apply().injected(fault, &[]), word);
    }
}

#[test]
fn unsupported_chmod_or_directory_sync_is_ignored() {
    if !can_inject() {
        return;
    }
    for (fault, file) in [
        ("fchmod:error=EPERM chmod:error=EPERM fchmodat:error=EPERM", None),
        ("fsync:error=EINVAL", Some("")),
        ("fsync:error=EOPNOTSUPP", Some("")),
    ] {
        let service = creator();
        let cli = grown(&service);
        let files: Vec<&str> = file.into_iter().collect();
        cli.apply().injected(fault, &files).run().code(0).stdout_has("b: created id-b\n");
        assert_eq!(cli.entries(), written([("a", "created id-a"), ("b", "created id-b")]));
        cli.apply().run().code(0).nothing_to_create(2);
        assert!(!cli.path("instances.lock.journal").exists());
    }
}

#[test]
fn foreign_lock_in_a_sticky_directory_stops_the_run() {
    let service = creator();
    let cli = grown(&service);
    let nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    let can = Command::new("setpriv").args(&nobody[1..]).arg("true").output();
    if !can.is_ok_and(|out| out.status.success()) {
        assert!(std::env::var_os("CI").is_none(), "CI cannot become another user");
        println!("not tested: a lock of another user needs root and setpriv");
        return;
    }
    fs::set_permissions(cli.path(""), fs::Permissions::from_mode(0o1777)).unwrap();
    let home = cli.path("../home-of-nobody");
    let nobodys = cli.apply().under(nobody).env("HOME", &home).env("XDG_STATE_HOME", &home);
    let output = sends_nothing(&cli, &service, &nobodys, "Operation not permitted");
    output.stderr_has("sticky bit");
    // In a folder of the same user, a lock whose mode and owner cannot be preserved is still
    // written.
    chown(cli.path(""), Some(NOBODY), Some(NOBODY)).unwrap();
    nobodys.run().code(0).stdout_has("b: created id-b\n");
    assert_eq!(cli.entries(), written([("a", "created id-a"), ("b", "created id-b")]));
}

#[test]
fn immutable_lock_stops_the_run() {
    let service = creator();
    let cli = grown(&service);
    let change = |how: &str| {
        let changed = Command::new("chattr").arg(how).arg(cli.path("instances.lock")).output();
        changed.is_ok_and(|out| out.status.success())
    };
    if !change("+i") {
        println!("not tested: this file system has no immutable files, or they need root");
        return;
    }
    let output = cli.apply().run();
    change("-i");
    output.code(5).stderr_has("Operation not permitted").stderr_has("lsattr");
    assert_eq!(sent_to(&service), ["a"]);
    cli.apply().run().code(0).stdout_has("b: created id-b\n");
}

/// Returns the run under limits of the shell, such as `-n 20`.
fn limited(cli: &Cli, limits: &str) -> Cli {
    let script = format!("ulimit {limits}; exec \"$@\"");
    cli.clone().under(["bash", "-c", script.as_str(), "limited"])
}

#[test]
fn low_file_descriptor_limit_loses_no_id() {
    for limit in 8..=26 {
        let service = creator();
        let names = numbered(40);
        let cli = project(&names).on(&service);
        let apply = cli.apply().args(["--parallel", "64"]);
        let output = limited(&apply, &format!("-n {limit}")).run();
        // A connection without a free descriptor sends nothing; every created instance is in the
        // lock.
        assert!(!cli.path("instances.lock.journal").exists(), "{limit}: {output:?}");
        let created = output.stdout.matches(": created id-n").count();
        assert_eq!(sent_to(&service).len(), created, "{limit}: {output:?}");
        if output.code != Some(0) {
            output.stderr_has("Too many open files");
        }
        cli.apply().run().code(0);
        assert_eq!(cli.entries().len(), names.len(), "{limit}");
        assert_eq!(sent_to(&service).len(), names.len(), "{limit}");
    }
}

#[test]
fn six_hundred_manifests_need_only_1024_file_descriptors() {
    let service = creator();
    let names = numbered(600);
    let mut cli = Cli::new().on(&service);
    for name in &names {
        cli = cli.file(format!("many/{name}.yaml"), manifest([name]));
    }
    let apply = cli.clone().args(["apply", "--yes", "-f", "many"]);
    limited(&apply, "-n 1024").run().code(0).stdout_has("600 created");
    for name in &names {
        let lock = cli.read(format!("many/{name}.lock"));
        assert!(lock.contains(&format!("taskId: {}\n", id_of(name))), "{lock}");
        assert!(!cli.path(format!("many/{name}.lock.journal")).exists());
    }
    assert_eq!(sent_to(&service).len(), 600);
    limited(&apply, "-n 1024").run().code(0).nothing_to_create(600);
}

#[test]
fn file_size_limit_stops_the_run_before_any_request() {
    let service = creator();
    let names = numbered(300);
    let cli = project(&names).on(&service);
    let limit = limited(&cli.apply(), "-f 100");
    let output = limit.run();
    assert_eq!(sent_to(&service).len(), 0, "{output:?}");
    output.code(5).stderr_has("ulimit -f");
    cli.apply().run().code(0).stdout_has("300 created");
}

#[test]
fn lock_replaced_during_the_final_write_loses_nothing() {
    if !can_inject() {
        return;
    }
    let service = creator();
    let cli = grown(&service);
    // The final rename is late; meanwhile an adjacent entry arrives, as with `git pull`.
    let slow = cli.apply().injected("fsync:delay_exit=300000", &[".instances.lock.next"]).start();
    slow.stdout_until("b: created id-b");
    let lock = cli.read("instances.lock");
    let theirs = lock.replace("  a:\n", "  c:\n").replace("id-a", "id-c").replace("\"a\"", "\"c\"");
    let (_, entry) = theirs.split_once("instances:\n").unwrap();
    fs::write(cli.path("pulled"), format!("{lock}{entry}")).unwrap();
    fs::rename(cli.path("pulled"), cli.path("instances.lock")).unwrap();
    slow.end().code(0);
    let all = [("a", "created id-a"), ("b", "created id-b"), ("c", "created id-c")];
    assert_eq!(cli.entries(), written(all));
}
