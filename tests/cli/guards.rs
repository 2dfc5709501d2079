//! Safety checks that stop `apply` before it spends money: each time nothing is sent, and the way
//! to proceed is reported.

use std::fs;
use std::process::Command;

use crate::credentials::token_of_region;
use crate::stage::{CANNOT_LIST, creator, manifest, project, sent_to};
use crate::support::{Cli, nothing_to_create};

const PLAN: &str = "instances.yaml\n  + a, b: create 2\n    \
    ssh, 1 dcu card, 8 CPU, 27GiB, group kshdnormal, stops after 01:00:00\n    \
    image.ac.com:5000/dcu/base/pytorch:2.3.0\n";

#[test]
fn without_a_terminal_yes_is_required_and_cost_is_shown() {
    let service = creator();
    let cli = project(["a", "b"]).on(&service);
    let before = cli.listing();
    let ask = cli.clone().args(["apply", "-f", "instances.yaml"]);
    for cli in [ask.clone(), ask.stdin("yes\n")] {
        let _ = cli.run().is(
            6,
            "",
            &format!(
                "{PLAN}error: not confirmed: 2 to create: 2 cards, at most 2 card-hours\n  \
                 help: standard input is not a terminal: use --yes to skip the question\n"
            ),
        );
    }
    assert_eq!(service.received().len(), 0);
    assert!(cli.listing() == before, "something was written");
}

#[test]
fn terminal_prompt_accepts_only_yes() {
    let service = creator();
    let cli = project(["a", "b"]).on(&service);
    let ask = cli.clone().args(["apply", "-f", "instances.yaml"]);
    let question = "\u{1b}[1m2 \u{1b}[0mto create: \u{1b}[1m2 \u{1b}[0mcards, at most \u{1b}[1m2 \
                    \u{1b}[0mcard-hours. Continue? [y/N] ";
    for answer in ["n\n", "\n", "yeah\n"] {
        let (code, shown) = ask.run_at_terminal(answer);
        assert!(code == Some(6) && shown.contains(question), "{answer:?}: {code:?} {shown}");
    }
    // The platform was only listed, for the prompt.
    assert_eq!(sent_to(&service), Vec::<String>::new());
    assert!(!cli.path("instances.lock").exists());
    let (code, shown) = ask.run_at_terminal("y\n");
    assert!(code == Some(0) && shown.contains("2 created"), "{code:?} {shown}");
    assert_eq!(sent_to(&service).len(), 2);
}

#[test]
fn dry_run_sends_nothing_and_writes_no_file() {
    let service = creator();
    let cli = project(["a", "b"]).on(&service);
    let dry = ["apply", "--dry-run", "-f", "instances.yaml"];
    let before = cli.listing();
    let output = cli.clone().args(dry).run().code(0);
    let plan = format!("{PLAN}2 to create: 2 cards, at most 2 card-hours\nPOST ");
    assert!(output.stdout.starts_with(&plan), "{}", output.stdout);
    assert_eq!(output.stdout.matches("POST /ai/openapi/v2/instance-service/task\n").count(), 2);
    let _ =
        output.stderr("dry run: 2 to create: 2 cards, at most 2 card-hours; nothing was sent\n");
    let _ = cli.clone().args(dry).args(["--format", "json"]).run().code(0).stderr("");
    let _ = cli.clone().args(dry).args(["--sandbox"]).run().code(0);
    // It needs no credentials either.
    let _ = cli.clone().env("INSTANCECTL_TOKEN", "").args(dry).run().code(0);
    assert!(cli.listing() == before, "something was written");
    let _ = cli.apply().run().code(0);
    let before = cli.listing();
    let _ = cli.clone().args(dry).run().is(
        0,
        &format!("instances.yaml\n  = 2 unchanged\n{}", nothing_to_create(2)),
        &format!("dry run: {}; nothing was sent\n", nothing_to_create(2).trim_end()),
    );
    assert!(cli.listing() == before, "something was written");
    assert_eq!(sent_to(&service).len(), 2);
}

#[test]
fn changed_instance_is_refused_with_a_diff_others_proceed() {
    let service = creator();
    let cli = project(["a"]).on(&service);
    let _ = cli.apply().run().code(0);
    let lock = cli.read("instances.lock");
    let text = manifest(["a", "b"]).replace("gpuNumber: 1", "gpuNumber: 2\n  description: 大");
    let cli = cli.file("instances.yaml", text);
    let _ = cli.apply().run().is(
        6,
        "b: created id-b\n1 created, 1 skipped; exit 6: stopped by a safety check (6)\n",
        &format!(
            "{CANNOT_LIST}\
             instances.yaml\n  + b: create\n    \
             ssh, 2 dcu cards, 8 CPU, 27GiB, group kshdnormal, stops after 01:00:00\n    \
             image.ac.com:5000/dcu/base/pytorch:2.3.0\n  \
             ~ a: changed id-a\n    description: `` -> `大`\n    gpuNumber: 1 -> 2\n    \
             refused without --replace or --keep-changed\n\
             1 to create: 2 cards, at most 2 card-hours\n"
        ),
    );
    assert_eq!(sent_to(&service), ["a", "b"]);
    assert!(cli.read("instances.lock").starts_with(lock.trim_end()), "the entry was changed");
}

#[test]
fn instance_of_another_endpoint_is_skipped() {
    let (there, here) = (creator(), creator());
    let cli = project(["a"]);
    let _ = cli.clone().on(&there).apply().run().code(0);
    let lock = cli.read("instances.lock");
    let output = cli.clone().on(&here).apply().run().code(6);
    let _ = output.stderr_has(&format!(
        "  ! a: elsewhere id-a\n    recorded for endpoint `{}`\n",
        there.url()
    ));
    assert_eq!(sent_to(&here), Vec::<String>::new());
    assert_eq!(cli.read("instances.lock"), lock);
}

#[test]
fn document_for_another_region_than_the_token_is_skipped() {
    let service = creator();
    let other = format!("region: 20057\n{}", manifest(["b"]));
    let own = format!("region: \"11250\"\n{}", manifest(["a"]));
    let cli = Cli::new()
        .file("instances.yaml", format!("{other}---\n{own}"))
        .on(&service)
        .env("INSTANCECTL_TOKEN", token_of_region("11250"));
    let output = cli.apply().run().code(6).stdout_has("a: created id-a\n");
    let _ = output.stderr_has(
        "instances.yaml, region 20057\n  ! b: elsewhere\n    its document is for region `20057`, but \
         the token is for `11250`\n",
    );
    assert_eq!(sent_to(&service), ["a"]);
    assert_eq!(cli.lock("instances.lock")["instances"]["a"]["region"], "11250");
    assert_eq!(cli.entries().len(), 1);
}

#[test]
fn manifests_without_a_separate_lock_are_refused() {
    let service = creator();
    let cli = project(["a"]).file("b.yaml", manifest(["b"])).on(&service);
    let no_lock = "error: a manifest from standard input has no default lock\n  \
                   help: specify one with --lock\n";
    let several = "error: --lock specifies one lock, but there are several manifests\n";
    for command in ["apply", "plan"] {
        let cli = cli.clone().args([command]);
        let _ = cli.clone().args(["-f", "-"]).stdin(&manifest(["a"])).run().is(2, "", no_lock);
        let both = ["-f", "instances.yaml", "-f", "b.yaml", "--lock", "x.lock"];
        let _ = cli.args(both).run().is(2, "", several);
    }
    assert_eq!(service.received().len(), 0);
}

#[test]
fn two_manifests_sharing_a_lock_are_refused() {
    let service = creator();
    let cli =
        Cli::new().file("m/a.yaml", manifest(["a"])).file("m/a.yml", manifest(["b"])).on(&service);
    let error = "error: m/a.yaml and m/a.yml would share the lock m/a.lock\n  \
                 help: rename one of them\n";
    let _ = cli.clone().args(["apply", "--yes", "-f", "m"]).run().is(6, "", error);
    // The same folder through a symlink is detected too.
    std::os::unix::fs::symlink("m", cli.path("n")).unwrap();
    let twisted = ["apply", "--yes", "-f", "m/a.yaml", "-f", "n/a.yml"];
    let _ = cli.clone().args(twisted).run().code(6).stdout("").stderr_has("would share the lock");
    assert_eq!(service.received().len(), 0);
    assert!(!cli.path("m/a.lock").exists());
}

#[test]
fn manifest_named_like_a_sandbox_file_is_refused() {
    let service = creator();
    let cli = Cli::new().file("a.sandbox.yaml", manifest(["a"])).on(&service);
    let _ = cli.args(["apply", "--yes", "-f", "a.sandbox.yaml"]).run().is(
        6,
        "",
        "error: a.sandbox.yaml: a manifest may not be named *.sandbox.*\n  \
         help: its lock could be mistaken for a sandbox lock: rename it\n",
    );
    assert_eq!(service.received().len(), 0);
}

#[test]
fn unreadable_lock_stops_everything() {
    for (text, word) in [
        ("version: 2\ninstances: {}\n", "has version 2"),
        ("version: 1\ninstances:\n<<<<<<< HEAD\n", "merge conflict marker"),
        ("{\n", "damaged"),
    ] {
        let service = creator();
        let cli = project(["a"]).file("instances.lock", text).on(&service);
        let _ = cli.apply().run().code(5).stdout("").stderr_has(word).stderr_has("  help: ");
        assert_eq!(cli.read("instances.lock"), text);
        assert_eq!(service.received().len(), 0);
    }
}

#[test]
fn invalid_journal_stops_everything_and_is_kept() {
    for rubbish in ["hello\nhello\n", "x", "{}"] {
        let service = creator();
        let cli = project(["a"]).file("instances.lock.journal", rubbish).on(&service);
        let output = cli.apply().run().code(5).stdout("");
        let _ = output.stderr_has("is damaged at byte 0").stderr_has("  help: ");
        assert_eq!(cli.read("instances.lock.journal"), rubbish);
        assert_eq!(service.received().len(), 0);
    }
}

#[test]
fn fifo_as_lock_or_journal_is_refused_without_blocking() {
    for name in ["instances.lock", "instances.lock.journal"] {
        let service = creator();
        let cli = project(["a"]).on(&service);
        let made = Command::new("mkfifo").arg(cli.path(name)).status().unwrap();
        assert!(made.success());
        let _ = cli
            .apply()
            .run()
            .code(5)
            .stdout("")
            .stderr_has("is not a regular file; expected a regular file in its directory");
        assert_eq!(service.received().len(), 0);
    }
}

#[test]
fn sandbox_never_writes_a_real_lock() {
    let cli = project(["a"]);
    let apply = |lock: &str| {
        cli.clone()
            .args(["apply", "--yes", "--sandbox", "-f", "instances.yaml", "--lock", lock])
            .run()
    };
    let output = apply("instances.lock").code(2).stdout("");
    let _ = output.stderr_has("error: instances.lock is not a sandbox lock").stderr_has("  help: ");
    let _ = apply("other.sandbox.lock").code(0);
    let run =
        cli.clone().args(["plan", "-f", "instances.yaml", "--lock", "other.sandbox.lock"]).run();
    let _ = run.code(2).stderr_has("other.sandbox.lock is a sandbox lock");
}

#[test]
fn blocked_journal_path_stops_everything() {
    let service = creator();
    let cli = project(["a"]).on(&service);
    // A folder at the path of the journal; even root cannot open a folder for writing.
    fs::create_dir(cli.path("instances.lock.journal")).unwrap();
    let _ = cli.apply().run().code(5).stdout("").stderr_has("instances.lock.journal");
    assert_eq!(service.received().len(), 0);
}

#[test]
fn parallel_and_timeout_values_are_validated() {
    let cli = project(["a"]);
    for args in [["--parallel", "0"], ["--parallel", "65"], ["--request-timeout", "30"]] {
        let _ = cli.apply().args(args).run().code(2).stdout("").stderr_has(args[0]);
    }
}
