//! The commands used after `apply` in Chinese: only texts differ from those in English.

use serde_json::json;
use unicode_width::UnicodeWidthStr;

use crate::platform::{List, Platform};
use crate::support::{Both, Reply};

/// Returns a platform with an instance of every kind of status.
fn platform() -> Platform {
    let platform = Platform::new();
    platform.holds("run", "Running", |task| {
        task["startTime"] = json!("2026-11-23 06:12:00");
        task["duration"] = json!("01:30:00");
        task["remainingTime"] = json!("02:30:00");
    });
    platform.holds("wait", "Waiting", |task| task["timeoutLimit"] = json!("unlimited"));
    platform.holds("end", "Terminated", |_| {});
    platform.holds("free", "Running", |_| {});
    platform
}

/// Returns folders with a lock that also has an instance that is gone, and one with an unknown outcome.
fn both(platform: &Platform) -> Both {
    Both::new(|| {
        let cli = platform.cli(&["run", "wait", "end", "gone"]);
        let lock = format!("{}\n{}", cli.read("a.lock"), platform.unknown("lost"));
        cli.file("a.lock", lock).file("run.sh", "nvidia-smi\n")
    })
}

#[test]
fn instances_are_described_in_chinese() {
    let platform = platform();
    let both = both(&platform);
    for line in [
        "status -f a.yaml",
        "status -f a.yaml --wide --show-urls",
        "list",
        "list -f a.yaml --all",
        "wait -f a.yaml --timeout 1s",
        "wait -f a.yaml --for Terminated --timeout 1s end",
        "exec -f a.yaml --yes --script run.sh run wait end gone lost",
        "url -f a.yaml run",
        "url -f a.yaml wait",
        "url -f a.yaml lost",
        "plan -f a.yaml --refresh",
        "lock list a.lock",
        "lock verify a.lock",
        "stop -f a.yaml --yes",
        "start -f a.yaml --yes",
        "destroy -f a.yaml",
        "adopt -f a.yaml lost id-66-72-65-65",
        "resolve -f a.yaml lost --id id-66-72-65-65",
        "resolve -f a.yaml run --absent",
    ] {
        let _ = both.run(line);
    }
    let listed = both.run("list -f a.yaml").stdout;
    assert!(listed.contains("卡时/上限") && listed.contains("0.0/不限"), "{listed}");
    platform.set(|state| state.list = List::Status(500));
    for line in ["status -f a.yaml", "list -f a.yaml", "plan -f a.yaml --refresh"] {
        let _ = both.run(line);
    }
    platform.answers("POST", "task/actions/stop", Reply::code("10003", "quota"));
    platform.answers("POST", "task/actions/restart", Reply::close());
    for line in ["stop -f a.yaml --yes run", "start -f a.yaml --yes end"] {
        let _ = both.run(line);
    }
}

#[test]
fn values_are_those_of_the_english_objects() {
    let platform = platform();
    let both = both(&platform);
    for line in [
        "list -f a.yaml",
        "plan -f a.yaml --refresh",
        "lock list a.lock",
        "lock verify a.lock",
        "exec -f a.yaml --yes --script run.sh run wait end gone lost",
        "url -f a.yaml wait",
        "status -f a.yaml",
    ] {
        let _ = both.object(line);
    }
    let [english, chinese] = both.read("a.lock");
    assert_eq!(english, chinese);
}

#[test]
fn table_in_chinese_is_aligned() {
    let platform = platform();
    let both = both(&platform);
    let shown = both.run("status -f a.yaml run wait end").stdout;
    let before_id = |line: &str| line.find("ID").or(line.find("id-")).map(|at| line[..at].width());
    let lines: Vec<&str> = shown.lines().collect();
    assert!(lines[1].starts_with("  名称  状态"), "{shown}");
    assert!(lines[2..5].iter().all(|line| before_id(line) == before_id(lines[1])), "{shown}");
    let summary = "Running 1 个，Waiting 1 个，Terminated 1 个；使用中 2 张卡，排队等待 2 张卡，\n  \
                   已用 3.00 卡时";
    assert!(shown.contains(summary), "{shown}");
}
