//! The lock file of a run (`.lk`): readable by users who share the folder, and removed when the
//! run ends, including by a signal.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::process::Command;

use crate::stage::{Gate, creator, gated, manifest, project, sent_to, wait_for_creates};
use crate::support::Cli;

const NOBODY: u32 = 65534;
const ASKED: &str = "Continue? [y/N] ";

#[test]
fn sidecar_has_the_usual_file_mode() {
    let gate = Gate::new();
    let service = gated(&gate, "nobody");
    let cli = project(["a"]).on(&service);
    let script = "umask 002; exec \"$@\"";
    let running = cli.apply().under(["sh", "-c", script, "sh"]).start();
    wait_for_creates(&service, 1);
    assert_eq!(fs::metadata(cli.path("instances.lock.lk")).unwrap().mode() & 0o777, 0o664);
    assert_eq!(fs::metadata(cli.path("instances.lock.journal")).unwrap().mode() & 0o777, 0o600);
    gate.open();
    running.end().code(0);
    assert!(!cli.path("instances.lock.lk").exists());
}

#[test]
fn sidecar_is_removed_after_a_declined_prompt() {
    let service = creator();
    let cli = project(["a"]).on(&service);
    for (typed, code) in [("n\n", 6), ("\n", 6), ("\u{4}", 6), ("\u{3}", 130)] {
        let ask = cli.clone().args(["apply", "-f", "instances.yaml"]);
        let mut terminal = ask.start_at_terminal();
        terminal.until(ASKED);
        assert!(cli.path("instances.lock.lk").exists());
        terminal.types(typed);
        let (found, shown) = terminal.end();
        assert_eq!(found, Some(code), "{typed:?}: {shown}");
        assert!(!cli.path("instances.lock.lk").exists(), "{typed:?}");
    }
    assert_eq!(sent_to(&service), [""; 0]);
}

#[test]
fn sidecar_is_removed_after_an_immediate_signal_exit() {
    for signal in ["INT", "TERM", "HUP"] {
        // The list never answers, so that the signal arrives before the run handles signals.
        let service = crate::support::Service::each(|_| crate::support::Reply::hang());
        let cli = project(["a"]).on(&service);
        let running = cli.apply().start();
        service.wait_for_such(1, |_| true);
        running.signal(signal);
        running.end().code(130);
        assert!(!cli.path("instances.lock.lk").exists(), "{signal}");
    }
}

/// Returns the program as another user, in a folder that both may write to; `None` if it cannot
/// change the user.
fn as_nobody(cli: &Cli) -> Option<Cli> {
    let nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    let can = Command::new("setpriv").args(&nobody[1..]).arg("true").output();
    if !can.is_ok_and(|out| out.status.success()) {
        assert!(std::env::var_os("CI").is_none(), "CI cannot become another user");
        println!("not tested: another user needs root and setpriv");
        return None;
    }
    fs::set_permissions(cli.path(""), fs::Permissions::from_mode(0o777)).unwrap();
    let home = cli.path("home-of-nobody");
    fs::create_dir(&home).unwrap();
    chown(&home, Some(NOBODY), Some(NOBODY)).unwrap();
    Some(cli.clone().under(nobody).env("HOME", &home).env("XDG_STATE_HOME", &home))
}

#[test]
fn stale_sidecar_of_another_user_does_not_block() {
    let service = creator();
    let cli = project(["a"]).on(&service).file("instances.lock.lk", "process 1 on elsewhere");
    let Some(nobody) = as_nobody(&cli) else { return };
    // It can be read, and therefore locked.
    nobody.apply().run().code(0).stdout_has("a: created id-a\n");
    assert!(!cli.path("instances.lock.lk").exists());
}

#[test]
fn unreadable_sidecar_is_reported_with_its_owner() {
    let service = creator();
    let cli = project(["a"]).on(&service).file("instances.lock.lk", "");
    let private = fs::Permissions::from_mode(0o600);
    fs::set_permissions(cli.path("instances.lock.lk"), private.clone()).unwrap();
    let Some(nobody) = as_nobody(&cli) else { return };
    let output = nobody.apply().run().code(5).stderr_has("belongs to root (uid 0)");
    output.stderr_has("if no `instancectl` of theirs uses this lock, it may be removed");
    // A journal of a colleague's killed run is reported in the same way, once.
    fs::remove_file(cli.path("instances.lock.lk")).unwrap();
    let cli = cli.file("instances.lock.journal", "").file("instances.yaml", manifest(["a"]));
    fs::set_permissions(cli.path("instances.lock.journal"), private).unwrap();
    for args in [
        &["status", "-f", "instances.yaml"][..],
        &["lock", "verify", "instances.yaml"],
        &["apply", "--yes", "-f", "instances.yaml"],
    ] {
        let output = nobody.clone().args(args).run().code(5);
        let all = format!("{}{}", output.stdout, output.stderr);
        assert_eq!(all.matches("belongs to root (uid 0)").count(), 1, "{args:?}: {output:?}");
    }
    assert_eq!(sent_to(&service), [""; 0]);
}
