//! The commands that are printed for a lock left unreadable by git or a disk can be pasted, and
//! discard no ID.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::git::Clone;
use crate::stage::{creator, entries, manifest, project, written};
use crate::support::Output;

/// Returns the commands in backticks, in order.
fn commands(output: &Output) -> Vec<String> {
    let text = format!("{}\n{}", output.stdout, output.stderr);
    let help = text.lines().find(|line| line.trim_start().starts_with("help: ")).unwrap();
    let begins = ["cp ", "git ", "echo ", "instancectl "];
    let parts = help.split('`').filter(|part| begins.iter().any(|begin| part.starts_with(begin)));
    parts.map(str::to_owned).collect()
}

/// Runs commands in a clone, as if pasted into a shell.
fn paste(clone: &Clone, commands: &[String]) {
    let program = Path::new(env!("CARGO_BIN_EXE_instancectl")).parent().unwrap();
    for command in commands {
        let out = Command::new("bash")
            .args(["-c", command])
            .current_dir(clone.path(""))
            .env_clear()
            .env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", program.display()))
            .envs(clone.cli.environment())
            .output()
            .unwrap();
        println!("{command}: {out:?}");
    }
}

/// Creates a clone in which git merged `instances.lock` as text, with a conflict: `ours` against
/// `theirs`.
fn conflicting(ours: &[(&str, &str)], theirs: &[(&str, &str)]) -> Clone {
    let service = creator();
    let clone = Clone::new(project(["a"]).on(&service));
    // The driver is not installed here.
    fs::remove_file(clone.path(".gitattributes")).unwrap();
    clone.git(&["config", "--unset", "merge.instancectl.driver"]);
    let _ = clone.cli.apply().run().code(0);
    clone.commit("a");
    let base = clone.cli.read("instances.lock");
    let with = |more: &[(&str, &str)]| {
        let (_, entry) = base.split_once("instances:\n").unwrap();
        let entries = more.iter().map(|(name, id)| {
            let entry = entry.replace("  a:\n", &format!("  {name}:\n"));
            entry.replace("id-a", id).replace("\"a\"", &format!("\"{name}\""))
        });
        format!("{base}{}", entries.collect::<String>())
    };
    clone.git(&["checkout", "-q", "-b", "theirs"]);
    fs::write(clone.path("instances.lock"), with(theirs)).unwrap();
    clone.commit("theirs");
    clone.git(&["checkout", "-q", "main"]);
    fs::write(clone.path("instances.lock"), with(ours)).unwrap();
    clone.commit("ours");
    let (merged, shown) = clone.try_git(&["merge", "theirs"]);
    assert!(!merged && shown.contains("CONFLICT"), "{shown}");
    clone
}

#[test]
fn conflict_advice_keeps_the_ids_of_both_sides() {
    for command in [
        &["lock", "verify", "instances.yaml"][..],
        &["status", "-f", "instances.yaml"],
        &["apply", "--yes", "-f", "instances.yaml"],
    ] {
        let clone = conflicting(&[("b", "id-b")], &[("c", "id-c")]);
        let output = clone.cli.clone().args(command).run().code(5);
        paste(&clone, &commands(&output));
        let all = [("a", "created id-a"), ("b", "created id-b"), ("c", "created id-c")];
        assert_eq!(entries(&clone.cli.lock("instances.lock")), written(all));
        clone.git(&["commit", "-q", "--no-edit"]);
        assert!(clone.path("instances.lock.conflict").exists());
    }
}

#[test]
fn conflict_advice_keeps_two_ids_for_one_name() {
    let clone = conflicting(&[("b", "id-ours")], &[("b", "id-theirs")]);
    let output = clone.cli.clone().args(["lock", "verify", "instances.yaml"]).run().code(5);
    paste(&clone, &commands(&output));
    let lock = clone.cli.read("instances.lock");
    assert!(lock.contains("id-ours") && lock.contains("id-theirs"), "{lock}");
    let _ = clone.cli.clone().args(["lock", "verify", "instances.yaml"]).run().code(4);
}

#[test]
fn damage_advice_keeps_a_copy_and_recovers_the_lock() {
    let service = creator();
    let clone = Clone::new(project(["a"]).on(&service));
    let _ = clone.cli.apply().run().code(0);
    clone.commit("a");
    let whole = clone.cli.read("instances.lock");
    let more = whole.replace("  a:\n", "  b:\n").replace("id-a", "id-b").replace("\"a\"", "\"b\"");
    let (_, entry) = more.split_once("instances:\n").unwrap();
    // An uncommitted entry, and a missing end.
    let torn = format!("{whole}{entry}");
    let torn = &torn[..torn.len() - 5];
    fs::write(clone.path("instances.lock"), torn).unwrap();
    let cli = clone.cli.clone().file("instances.yaml", manifest(["a"]));
    let output = cli.args(["lock", "verify", "instances.yaml"]).run().code(5);
    paste(&clone, &commands(&output));
    assert_eq!(clone.cli.read("instances.lock"), whole);
    assert_eq!(clone.cli.read("instances.lock.damaged"), torn);
}
