//! `init --git` and the note of `lock verify` about a clone without the merge driver.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::git::Clone;
use crate::stage::{creator, project};
use crate::support::{Cli, Output};

const DRIVER: &str = "set the merge driver of this clone; each clone needs it once\n";
const IGNORED: &str = "*.lock.journal\n*.lock.lk\n*.sandbox.lock\n";

/// Creates an empty repository.
fn repository() -> Clone {
    let clone = Clone { cli: Cli::new() };
    clone.git(&["init", "-q", "-b", "main"]);
    clone
}

fn init(clone: &Clone, file: &str) -> Output {
    clone.cli.clone().args(["init", "--git", file]).run()
}

fn driver(clone: &Clone) -> String {
    clone.git(&["config", "--get", "merge.instancectl.driver"])
}

#[test]
fn first_run_writes_starter_and_settings() {
    let clone = repository();
    let stderr = format!(
        "wrote instances.yaml\nwrote instancectl.schema.json\nadded to .gitignore: *.lock.journal, \
         *.lock.lk, *.sandbox.lock\nadded to .gitattributes: instances.lock merge=instancectl\n{DRIVER}\
         next, try it without an account and without cost:\n  instancectl validate\n  \
         instancectl plan\n  instancectl apply --sandbox\n"
    );
    init(&clone, "instances.yaml").is(0, "", &stderr);
    assert_eq!(clone.cli.read(".gitignore"), IGNORED);
    assert_eq!(clone.cli.read(".gitattributes"), "instances.lock merge=instancectl\n");
    assert_eq!(driver(&clone), "instancectl lock merge %O %A %B %P\n");
    let merged = |name: &str| clone.git(&["check-attr", "merge", "--", name]);
    assert_eq!(merged("instances.lock"), "instances.lock: merge: instancectl\n");
    assert_eq!(merged("Cargo.lock"), "Cargo.lock: merge: unspecified\n");
    assert!(!clone.try_git(&["check-ignore", "instances.lock"]).0);
    for name in ["instances.lock.journal", "instances.lock.lk", "instances.sandbox.lock"] {
        clone.git(&["check-ignore", name]);
    }
}

#[test]
fn second_run_changes_nothing() {
    let clone = repository();
    init(&clone, "instances.yaml").code(0);
    clone.git(&["config", "merge.instancectl.driver", "mine"]);
    let (before, config) = (clone.cli.listing(), clone.cli.read(".git/config"));
    init(&clone, "instances.yaml").is(0, "", "kept instances.yaml\ngit was set up before\n");
    assert_eq!(clone.cli.listing(), before);
    assert_eq!(clone.cli.read(".git/config"), config);
}

#[test]
fn another_clone_gets_only_the_driver() {
    let clone = repository();
    init(&clone, "instances.yaml").code(0);
    clone.git(&["config", "--unset", "merge.instancectl.driver"]);
    fs::remove_file(clone.path("instancectl.schema.json")).unwrap();
    init(&clone, "instances.yaml").is(0, "", &format!("kept instances.yaml\n{DRIVER}"));
    assert_eq!(driver(&clone), "instancectl lock merge %O %A %B %P\n");
    assert!(!clone.path("instancectl.schema.json").exists());
}

#[test]
fn only_missing_lines_are_added_with_the_line_ends_of_the_file() {
    let clone = repository();
    let cli = clone.cli.clone().file(".gitignore", "target\r\n*.lock.lk\r\nx");
    cli.file(".gitattributes", "* text=auto").file("instances.json", "{}");
    let added = format!(
        "kept instances.json\nadded to .gitignore: *.lock.journal, *.sandbox.lock\nadded to \
         .gitattributes: instances.lock merge=instancectl\n{DRIVER}"
    );
    init(&clone, "instances.json").is(0, "", &added);
    let ignored = "target\r\n*.lock.lk\r\nx\r\n*.lock.journal\r\n*.sandbox.lock\r\n";
    assert_eq!(clone.cli.read(".gitignore"), ignored);
    let attributes = "* text=auto\ninstances.lock merge=instancectl\n";
    assert_eq!(clone.cli.read(".gitattributes"), attributes);
    init(&clone, "instances.json").is(0, "", "kept instances.json\ngit was set up before\n");
}

#[test]
fn files_are_next_to_the_manifest_unless_the_repository_has_the_lines() {
    let clone = repository();
    clone.cli.clone().file("teams/vision/x", "");
    init(&clone, "teams/vision/my runs.yaml")
        .code(0)
        .stderr_has("added to teams/vision/.gitattributes: \"my runs.lock\" merge=instancectl\n");
    assert_eq!(clone.cli.read("teams/vision/.gitignore"), IGNORED);
    let attribute = clone.git(&["check-attr", "merge", "--", "teams/vision/my runs.lock"]);
    assert_eq!(attribute, "teams/vision/my runs.lock: merge: instancectl\n");
    let within = clone.cli.clone().within("teams/vision").args(["init", "--git", "b.yaml"]).run();
    within.code(0).stderr_has("added to .gitattributes: b.lock merge=instancectl\n");
    // The lines of the repository hold in its folders, and one of them is revoked.
    let cli = clone.cli.clone().file(".gitignore", format!("{IGNORED}!*.lk\n"));
    cli.file(".gitattributes", "*.lock merge=instancectl\n").file("teams/speech/x", "");
    init(&clone, "teams/speech/a.yaml").code(0);
    assert!(!clone.path("teams/speech/.gitattributes").exists());
    assert_eq!(clone.cli.read("teams/speech/.gitignore"), "*.lock.lk\n");
}

#[test]
fn excludes_of_one_clone_do_not_count() {
    let clone = repository();
    clone.cli.clone().file(".git/info/exclude", IGNORED);
    init(&clone, "instances.yaml").code(0);
    assert_eq!(clone.cli.read(".gitignore"), IGNORED);
}

#[test]
fn worktree_shares_the_driver() {
    let clone = repository();
    clone.commit("begin");
    clone.git(&["worktree", "add", "-q", "tree"]);
    init(&clone, "tree/instances.yaml").code(0).stderr_has(DRIVER);
    assert_eq!(driver(&clone), "instancectl lock merge %O %A %B %P\n");
}

#[test]
fn outside_a_repository_nothing_is_written() {
    let clone = Clone { cli: Cli::new() };
    let error = "error: `instances.lock` is not in a git repository\n  \
        help: run this in a clone of the repository that has the manifest\n";
    init(&clone, "instances.yaml").is(2, "", error);
    assert!(!clone.path("instances.yaml").exists() && !clone.path(".gitignore").exists());
    clone.git(&["init", "-q", "--bare", "bare"]);
    init(&clone, "bare/instances.yaml").code(2).stderr_has("is not in a git repository");
}

#[test]
fn unwritable_settings_and_missing_folders_are_reported() {
    let clone = repository();
    fs::create_dir(clone.path("teams")).unwrap();
    init(&clone, "teams").code(2).stderr_has("error: teams already exists");
    assert!(!clone.path(".gitignore").exists());
    fs::create_dir(clone.path(".gitattributes")).unwrap();
    let error = "error: cannot write .gitattributes: Is a directory (os error 21)\n";
    init(&clone, "instances.yaml").is(2, "", error);
    let error = "error: cannot write no/a.yaml: No such file or directory (os error 2)\n";
    init(&clone, "no/a.yaml").is(2, "", error);
    init(&clone, "a.lock").code(2).stderr_has("does not have a .yaml or .yml extension");
}

#[test]
fn clone_without_the_driver_is_reported_and_fails_nothing() {
    let service = creator();
    let clone = Clone::new(project(["a"]).on(&service));
    clone.cli.apply().run().code(0);
    let verify = || clone.cli.clone().args(["lock", "verify", "instances.yaml"]);
    let none = "checked 1 lock: no problems\n";
    verify().run().is(0, &format!("instances.lock: 1 instance, no problems\n{none}"), "");
    clone.git(&["config", "--unset", "merge.instancectl.driver"]);
    let command = "git config merge.instancectl.driver 'instancectl lock merge %O %A %B %P'";
    let reported = format!(
        "instances.lock: 1 instance, no problems\n  no-merge-driver: the attributes of the lock name a \
         merge driver that this clone does not have: git merges it as text\n    help: once in this \
         clone: `{command}`\n{none}"
    );
    verify().run().is(0, &reported, "");
    let json = verify().args(["--format", "json"]).run().code(0).stderr("").stdout;
    let json: Value = serde_json::from_str(&json).unwrap();
    let finding = &json["locks"][0]["findings"][0];
    assert_eq!((&finding["code"], &finding["class"]), (&"no-merge-driver".into(), &0.into()));
    // The suggested command resolves it.
    let pasted = Command::new("sh").args(["-c", command]).current_dir(clone.path("")).status();
    assert!(pasted.unwrap().success());
    verify().run().code(0).stdout(&format!("instances.lock: 1 instance, no problems\n{none}"));
    // Without the attribute, the clone needs no driver.
    clone.git(&["config", "--unset", "merge.instancectl.driver"]);
    fs::write(clone.path(".gitattributes"), "").unwrap();
    verify().run().code(0).stdout(&format!("instances.lock: 1 instance, no problems\n{none}"));
}
