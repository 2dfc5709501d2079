//! `lock list` prints the entries of locks, regardless of other files next to them.

use std::process::{Command, Stdio};

use serde_json::Value;

use crate::stage::{created, creating, manifest, name_in, project, wait_for_creates};
use crate::support::{Cli, Reply};

const LOCK: &str = "\
# Written by instancectl from instances.yaml. Commit it; do not edit it.
version: 1
instances:

  train-a:
    state: created
    taskId: 530491fa7c8e47348f01de73e627a6a7
    how: list
    candidates: [twin1, twin2]
    region: \"11250\"
    endpoint: https://ai.example.cn:65011
    submittedAt: 2026-11-23T06:11:41Z
    request: {\"instanceServiceName\": \"train-a\"}

  训练:
    state: unknown
    endpoint: sandbox
    why: the answer was lost
    request: {\"instanceServiceName\": \"训练\"}
";

const TABLE: &str = "\
instances.lock
  NAME     STATE    TASK ID                           REGION  ENDPOINT                     SUBMITTED
  train-a  created  530491fa7c8e47348f01de73e627a6a7  11250   https://ai.example.cn:65011  2026-11-23T06:11:41Z
      found in the platform's list
      candidates: twin1, twin2
  训练     unknown  -                                 -       sandbox                      -
      why: the answer was lost
";

#[test]
fn lock_is_listed_as_an_aligned_table() {
    let cli = Cli::new().file("instances.lock", LOCK).file("instances.yaml", manifest(["x"]));
    for named in ["instances.lock", "instances.yaml", "instances.*"] {
        cli.clone().args(["lock", "list", named]).run().is(0, TABLE, "");
    }
    cli.clone().args(["lock", "list", "--lock", "instances.lock"]).run().is(0, TABLE, "");
    // The manifest is not read.
    let cli = cli.file("instances.yaml", "instances: 5\n");
    cli.args(["lock", "list", "-f", "."])
        .run()
        .code(0)
        .stdout_has("530491fa7c8e47348f01de73e627a6a7");
}

#[test]
fn narrow_terminal_wraps_entries_without_cutting_ids() {
    let cli = Cli::new().file("instances.lock", LOCK);
    let shown_at = |columns: u32| {
        let program = env!("CARGO_BIN_EXE_instancectl");
        let line = format!("stty rows 24 cols {columns} && {program} lock list instances.lock");
        let mut script = Command::new("script");
        script.args(["-qec", &line, "/dev/null"]).current_dir(cli.path(""));
        let output = script.stdin(Stdio::null()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap().replace("\r\n", "\n")
    };
    assert_eq!(shown_at(120), TABLE);
    let narrow = "instances.lock
  train-a
      state: created
      task id: 530491fa7c8e47348f01de73e627a6a7
      region: 11250
      endpoint: https://ai.example.cn:65011
      submitted: 2026-11-23T06:11:41Z
      found in the platform's list
      candidates: twin1, twin2
  训练
      state: unknown
      endpoint: sandbox
      why: the answer was lost
";
    assert_eq!(shown_at(60), narrow);
}

#[test]
fn json_has_every_field() {
    let cli = Cli::new().file("instances.lock", LOCK);
    let listed = cli.args(["lock", "list", "--format", "json", "instances.lock"]).run().code(0);
    let listed: Value = serde_json::from_str(&listed.stderr("").stdout).unwrap();
    assert_eq!(
        listed["instances"][0],
        serde_json::json!({
            "file": "instances.lock", "name": "train-a", "action": null, "outcome": "created",
            "taskId": "530491fa7c8e47348f01de73e627a6a7", "code": null, "message": null,
            "changes": [], "state": "created", "how": "list", "region": "11250",
            "endpoint": "https://ai.example.cn:65011", "submittedAt": "2026-11-23T06:11:41Z",
            "candidates": ["twin1", "twin2"], "pending": false,
        })
    );
    assert_eq!(listed["instances"][1]["message"], "the answer was lost");
    assert_eq!(listed["instances"][1]["taskId"], Value::Null);
    let exit = serde_json::json!({"code": 0, "classes": [], "message": null, "help": null});
    assert_eq!(listed["exit"], exit);
}

#[test]
fn leftovers_of_an_interrupted_run_are_listed_read_only() {
    let service = creating(|request| match name_in(request).as_str() {
        "a" => created(request),
        _ => Reply::hang(),
    });
    let cli = project(["a", "b"]).on(&service);
    let running = cli.apply().start();
    wait_for_creates(&service, 2);
    running.kill();
    let before = cli.listing();
    let list = cli.clone().args(["lock", "list", "-f", "instances.yaml"]).run().code(0);
    list.stdout_has("  a     created  id-a")
        .stdout_has("  b     unknown  -")
        .stdout_has("from an interrupted run; not in the lock yet");
    assert!(cli.listing() == before, "something was written");
}

#[test]
fn unreadable_lock_does_not_hide_the_others() {
    let cli = Cli::new().file("a.lock", "version: 2\ninstances: {}\n").file("b.lock", LOCK);
    let list = cli.clone().args(["lock", "list", "*.lock"]).run().code(5);
    list.stdout_has("530491fa7c8e47348f01de73e627a6a7").stderr_has("a.lock` has version 2");
    let json = cli.args(["lock", "list", "--format", "json", "*.lock"]).run().code(5).stderr("");
    let json: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(json["locks"][0]["findings"][0]["code"], "trouble");
    assert_eq!(json["instances"].as_array().unwrap().len(), 2);
    assert_eq!(json["exit"]["message"], json["locks"][0]["findings"][0]["message"]);
}

#[test]
fn missing_lock_is_reported_and_bad_path_is_usage_error() {
    let cli = project(["a"]);
    let none = "instances.lock\n  no lock yet\n";
    cli.clone().args(["lock", "list", "instances.yaml"]).run().is(0, none, "");
    cli.clone().args(["lock", "list", "other.lock"]).run().code(2).stdout("");
    cli.clone().args(["lock", "list"]).run().is(0, none, "");
    cli.clone().args(["lock", "list", "-"]).run().code(2).stderr_has("specify one with --lock");
    cli.args(["lock", "list", "instances.yaml", "--lock", "x.sandbox.lock"]).run().code(2);
}
