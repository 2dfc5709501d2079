//! `status`.

use serde_json::{Value, json};

use crate::platform::{List, Platform, id, lock, manifest};
use crate::support::{Cli, Output, Reply};

const STATUS: [&str; 3] = ["status", "-f", "a.yaml"];

fn json_of(output: &Output) -> Value {
    serde_json::from_str(&output.stdout).unwrap()
}

/// Returns the table without ages, which depend on the clock.
fn table(cli: &Cli) -> String {
    let output = cli.clone().args(STATUS).run();
    let age = |word: &str| {
        let unit = word.trim_start_matches(|c: char| c.is_ascii_digit());
        unit.len() < word.len() && unit.starts_with(['s', 'm', 'h', 'd'])
    };
    let line = |line: &str| {
        let line: Vec<&str> = line.split("  ").filter(|word| !word.is_empty()).collect();
        let words = line.into_iter().map(str::trim).filter(|word| !age(word));
        words.collect::<Vec<_>>().join("|")
    };
    output.stdout.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn one_list_shows_locked_instances_in_manifest_order() {
    for list in [List::First, List::Second] {
        let platform = Platform::new();
        platform.set(|state| state.list = list);
        platform.holds("训练", "Running", |task| {
            task["remainingTime"] = json!("03:59:00");
            task["taskNumber"] = json!("2");
            task["containerPortInfoList"] = json!([
                {"containerPort": 8888, "protocolType": "HTTP", "accessUrl": "https://h/x?t=1"},
            ]);
        });
        platform.holds("b", "Waiting", |task| task["gpuNumber"] = json!("1"));
        platform.holds("foreign", "Running", |_| {});
        let cli = platform.cli(&["训练", "b"]);
        let expected = format!(
            "a.yaml\nNAME|STATUS|CARDS|AGE|LEFT|CARD-H|ID\n训练|Running|4|-|{}\n\
             b|Waiting|1|-|0.00|{}\n1 Running, 1 Waiting; 4 cards in use, 1 waited for",
            &id("训练")[..12],
            id("b")
        );
        assert_eq!(table(&cli), expected);
        assert!(
            !platform.asked().iter().any(|asked| asked.contains("detail")),
            "one list is enough"
        );
    }
}

#[test]
fn details_are_fetched_only_if_the_list_is_insufficient() {
    let platform = Platform::new();
    platform.set(|state| state.lacking = vec!["containerPortInfoList"]);
    platform.holds("a", "Running", |task| {
        let port =
            json!([{"containerPort": "8888", "protocolType": "HTTP", "accessUrl": "https://h/a"}]);
        task["containerPortInfoList"] = port;
    });
    platform.holds("b", "Completed", |_| {});
    let cli = platform.cli(&["a", "b", "c"]);
    let output = cli.clone().args(STATUS).run().code(0).stderr("");
    output.stdout_has("c     gone").nowhere("https://h/a");
    let details = platform.asked().into_iter().filter(|asked| asked.contains("detail"));
    assert_eq!(details.count(), 1, "only that of the missing one");
    let asked = platform.asked().len();
    let output = cli.args(STATUS).args(["--show-urls"]).run().code(0).stderr("");
    let output = output.stdout_has("8888 HTTP  https://h/a").stdout_has("c     gone");
    output.stdout_has("1 Running, 1 Completed, 1 gone; 2 cards in use\n");
    let details: Vec<String> = platform
        .asked()
        .split_off(asked)
        .into_iter()
        .filter(|asked| asked.contains("detail"))
        .collect();
    assert_eq!(details.len(), 2, "{details:?}");
    assert!(details.iter().any(|asked| asked.contains(&id("a"))), "{details:?}");
    assert!(details.iter().any(|asked| asked.contains(&id("c"))), "{details:?}");
}

#[test]
fn without_list_support_each_instance_is_queried() {
    for list in [List::Missing, List::Status(405)] {
        let platform = Platform::new();
        platform.set(|state| state.list = list);
        platform.holds("a", "Failed", |_| {});
        let cli = platform.cli(&["a", "b"]);
        let output =
            cli.args(STATUS).run().code(0).stdout_has("1 Failed, 1 gone; 0 cards in use\n");
        output.stderr_has("`instancectl why -f a.yaml a` explains why it failed\n");
    }
}

#[test]
fn missing_null_and_odd_fields_are_tolerated() {
    let platform = Platform::new();
    platform.holds("a", "Running", |task| {
        *task = json!({"id": id("a"), "instanceServiceName": "a", "status": "Suspended\u{1b}[2J",
                       "gpuNumber": null, "containerPortInfoList": null, "remainingTime": 5});
    });
    platform.holds("b", "Running", |task| *task = json!({"id": id("b"), "status": null}));
    let cli = platform.cli(&["a", "b"]);
    let output = cli.args(STATUS).run().code(0);
    output.stdout_has("Suspended\\u{1b}[2J      2").stdout_has("b     no status").nowhere("\u{1b}");
}

#[test]
fn json_has_one_object_per_instance() {
    let platform = Platform::new();
    platform.holds("a", "Running", |task| {
        task["startTime"] = json!("2026-11-23 06:12:00");
        task["duration"] = json!("01:00:00");
    });
    platform.holds("b", "Completed", |_| {});
    let text = lock([platform.entry("a"), platform.entry("b"), platform.unknown("c")]);
    let cli =
        platform.on(Cli::new()).file("a.yaml", manifest(&["a", "c", "d"])).file("a.lock", text);
    let output = cli.args(STATUS).args(["--format", "json"]).run().code(4);
    let found = json_of(&output);
    let a = &found["instances"][0];
    for (key, value) in [
        ("file", json!("a.yaml")),
        ("name", json!("a")),
        ("action", json!("unchanged")),
        ("outcome", Value::Null),
        ("taskId", json!(id("a"))),
        ("changes", json!([])),
        ("status", json!("Running")),
        ("cards", json!(2)),
        ("timeLeft", json!("03:00:00")),
        ("createTime", json!("2026-11-23 06:11:42")),
        ("createdAt", json!("2026-11-23T06:11:42+08:00")),
        ("remainingSeconds", json!(10_800)),
        ("cardHours", json!(2.0)),
        ("maxCardHours", json!(8.0)),
        ("addresses", Value::Null),
        ("state", json!("created")),
    ] {
        assert_eq!(a[key], value, "{key}");
    }
    assert!(a["ageSeconds"].is_u64());
    assert_eq!(found["instances"][1]["name"], "c");
    assert_eq!(found["instances"][1]["outcome"], "unknown");
    assert_eq!(found["instances"][2]["action"], "ended");
    let exit = json!({"code": 4, "classes": [4], "message": null, "help": null});
    assert_eq!(found["exit"], exit);
    assert_eq!((&found["notCreated"], &found["cards"]["inUse"]), (&json!(1), &json!(2)));
    let summary = &found["summary"];
    assert_eq!((&summary["cards"], &summary["cardHours"]), (&json!(2), &json!(2.0)));
    assert_eq!(
        (&summary["actions"]["ended"], &summary["outcomes"]["unknown"]),
        (&json!(1), &json!(1))
    );
}

#[test]
fn duplicate_is_reported_with_its_destroy_command() {
    let platform = Platform::new();
    platform.holds("a", "Running", |_| {});
    platform.holds("a", "Waiting", |task| task["id"] = json!("theirs"));
    platform.holds("a", "Failed", |task| task["id"] = json!("over"));
    let cli = platform.cli(&["a"]);
    let output = cli.clone().args(STATUS).run().code(4);
    output
        .stdout_has("another live instance has the same name: theirs (Waiting)")
        .stdout_has("if it is not needed: `instancectl destroy -f a.yaml a --id theirs`")
        .stdout_has("exit 4: outcome unknown (4)")
        .nowhere("over");
    // The suggested command works as described, and does nothing else.
    platform.answers("DELETE", "?ids=theirs", Reply::success(Value::Null));
    platform.answers(
        "GET",
        "theirs/detail",
        Reply::success(json!({
            "id": "theirs", "instanceServiceName": "a", "status": "Terminated",
        })),
    );
    let before = cli.read("a.lock");
    let destroy = ["destroy", "-f", "a.yaml", "a", "--id", "theirs", "--yes"];
    cli.clone().args(destroy).run().code(0).stdout("a: deleted theirs\n1 deleted\n");
    assert_eq!(cli.read("a.lock"), before);
}

#[test]
fn entry_of_another_region_is_not_queried() {
    let platform = Platform::new();
    let entry = platform.entry("a").replace("http://127", "https://elsewhere.example/");
    let cli =
        platform.on(Cli::new()).file("a.yaml", manifest(&["a"])).file("a.lock", lock([entry]));
    let output = cli.args(STATUS).run().code(6);
    output.stdout_has("elsewhere").stdout_has("recorded for endpoint `https://elsewhere.example");
    assert_eq!(platform.asked(), [""; 0]);
}

#[test]
fn several_manifests_are_shown_together() {
    let platform = Platform::new();
    platform.holds("a", "Running", |_| {});
    platform.holds("b", "Deploying", |_| {});
    let cli = platform
        .cli(&["a"])
        .file("b.yaml", manifest(&["b"]))
        .file("b.lock", lock([platform.entry("b")]));
    let output = cli.args(["status", "-f", "a.yaml", "-f", "b.yaml"]).run().code(0);
    output
        .stdout_has("a.yaml\n  NAME")
        .stdout_has("b.yaml\n  NAME")
        .stdout_has("1 Running, 1 Deploying; 4 cards in use\n");
    let lists = platform.asked().iter().filter(|asked| *asked == "GET task").count();
    assert_eq!(lists, 2, "one list for all, and its step: {:?}", platform.asked());
}

#[test]
fn names_select_and_an_empty_lock_is_compared_with_the_list() {
    let platform = Platform::new();
    platform.holds("a-1", "Running", |_| {});
    platform.holds("b", "Running", |_| {});
    let cli = platform.cli(&["a-1", "b"]);
    let output = cli.clone().args(STATUS).args(["a-*"]).run().code(0);
    output.stdout_has("a-1").nowhere("id-62");
    cli.clone().args(STATUS).args(["c"]).run().code(2).stderr_has("no instance is named c");
    let empty = platform.on(Cli::new()).file("a.yaml", manifest(&["a"]));
    let asked = platform.asked().len();
    let expected = "the lock contains no instances; 1 of the manifest not created yet\n";
    empty.args(STATUS).run().is(0, expected, "");
    let asked = platform.asked().split_off(asked);
    assert_eq!(
        asked,
        ["GET task", "GET task"],
        "one list for a live instance of its name, and its step"
    );
}

#[test]
fn refusing_or_unreachable_platform_is_reported() {
    let platform = Platform::new();
    platform.set(|state| state.list = List::Status(401));
    let cli = platform.cli(&["a"]);
    cli.clone().args(STATUS).run().code(7).stdout("").stderr_has("could not query the platform");
    drop(platform);
    let cli = cli.args(STATUS).args(["--request-timeout", "2s"]);
    cli.run().code(10).stdout("").stderr_has("could not query the platform");
}

#[test]
fn status_keeps_the_lock_and_takes_no_process_lock() {
    let platform = Platform::new();
    platform.holds("a", "Running", |_| {});
    let cli = platform.cli(&["a"]);
    let before = cli.read("a.lock");
    cli.clone().args(STATUS).run().code(0);
    assert_eq!(cli.read("a.lock"), before);
    assert!(!cli.path("a.lock.lk").exists());
}

#[test]
fn early_failure_is_a_json_object_too() {
    let cli = Cli::new().file("a.yaml", manifest(&["a"]));
    for args in [&["apply", "--yes"][..], &["status"], &["wait"], &["plan", "--refresh"]] {
        let run = cli.clone().args(args).args(["-f", "a.yaml", "--format", "json"]).run().code(7);
        let found: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!((&found["exit"]["code"], &found["exit"]["classes"]), (&json!(7), &json!([7])));
        assert_eq!(found["instances"], json!([]));
        let message = found["exit"]["message"].as_str().unwrap();
        assert!(run.stderr.starts_with(&format!("error: {message}")));
        assert!(run.stderr.contains("help: ") && found["exit"]["help"].is_string());
    }
}

#[test]
fn plan_refresh_reports_failed_queries() {
    let platform = Platform::new();
    platform.set(|state| state.list = List::Missing);
    platform.answers("GET", "/detail", Reply::html(404));
    let plan = platform.cli(&["a"]).args(["plan", "-f", "a.yaml", "--refresh"]);
    plan.run()
        .code(10)
        .stdout_has("  = a: unchanged id-61\n    the platform did not return its status: HTTP 404")
        .stderr_has("error: could not query the platform");
    let run = plan.args(["--format", "json"]).run().code(10);
    let found: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((&found["exit"]["code"], &found["exit"]["classes"]), (&json!(10), &json!([10])));
    let message = found["exit"]["message"].as_str().unwrap();
    assert!(message.starts_with("could not query the platform: HTTP 404"), "{message}");
}

#[test]
fn live_instance_that_no_lock_has_is_reported() {
    let platform = Platform::new();
    platform.holds("a", "Running", |task| task["duration"] = json!("00:30:00"));
    platform.holds("a", "Failed", |task| task["id"] = json!("over"));
    platform.holds("b", "Completed", |_| {});
    let cli = platform.on(Cli::new()).file("a.yaml", manifest(&["a", "b"]));
    let output = cli.clone().args(STATUS).run().code(6).stderr("");
    let adopt = "`instancectl adopt -f a.yaml a id-61`";
    output
        .stdout_has("  3h30m    1.00  id-61\n")
        .stdout_has(&format!(
            "    live, in no lock: `git pull` if another clone created it, otherwise\n    {adopt}\n"
        ))
        .stdout_has(
            "the lock contains no instances; 1 live and in no lock;\n  1 of the manifest not",
        )
        .nowhere("over");
    let output = cli.clone().args(STATUS).args(["--format", "json"]).run().code(6);
    let found = json_of(&output);
    assert_eq!(found["notCreated"], 1);
    let row = &found["instances"][0];
    assert_eq!(
        (&row["name"], &row["action"], &row["taskId"]),
        (&json!("a"), &Value::Null, &Value::Null)
    );
    assert_eq!(row["candidates"], json!([{"taskId": "id-61", "status": "Running"}]));
    assert_eq!(row["status"], "Running");
    assert!(row["ageSeconds"].is_u64());
    assert!(row["message"].as_str().unwrap().contains(adopt), "{row}");
    // The suggested command works, and then all is well.
    cli.clone().args(["adopt", "-f", "a.yaml", "a", "id-61"]).run().code(0);
    cli.args(STATUS)
        .run()
        .code(0)
        .stdout_has("1 Running; 2 cards in use, 1.00 card-hours so far;\n  1 of");
}

#[test]
fn ids_are_short_but_distinct_unless_wide() {
    let platform = Platform::new();
    let ids = ["0123456789abcdef01", "0123456789abcdef02", "zz23456789abcdef03"];
    for (name, id) in ["a", "b", "c"].into_iter().zip(ids) {
        platform.holds(name, "Running", |task| task["id"] = json!(id));
    }
    let entry = |name: &str, to: &str| platform.entry(name).replace(&id(name), to);
    let text = lock([entry("a", ids[0]), entry("b", ids[1]), entry("c", ids[2])]);
    let cli =
        platform.on(Cli::new()).file("a.yaml", manifest(&["a", "b", "c"])).file("a.lock", text);
    let output = cli.clone().args(STATUS).args(["a", "c"]).run().code(0);
    output.stdout_has("  0123456789ab\n").stdout_has("  zz23456789ab\n");
    let output = cli.clone().args(STATUS).run().code(0);
    output.stdout_has(&format!("  {}\n", ids[0])).stdout_has(&format!("  {}\n", ids[1]));
    let output = cli.clone().args(STATUS).args(["--wide", "c"]).run().code(0);
    output
        .stdout_has("LIMIT     CREATED              STARTED  ID\n")
        .stdout_has(&format!("04:00:00  2026-11-23 06:11:42  -        {}\n", ids[2]));
    let output = cli.args(STATUS).args(["--format", "json", "c"]).run().code(0);
    assert_eq!(json_of(&output)["instances"][0]["taskId"], ids[2]);
}

#[test]
fn addresses_are_in_no_output_unless_requested() {
    let platform = Platform::new();
    platform.holds("a", "Running", |task| {
        task["containerPortInfoList"] = json!([
            {"containerPort": 8888, "protocolType": "HTTP", "accessUrl": "https://h/x?t=secret"},
        ]);
    });
    let cli = platform.cli(&["a"]);
    for args in [&[][..], &["--wide"], &["--format", "json"], &["--format", "name"], &["-v"]] {
        cli.clone().args(STATUS).args(args.to_vec()).run().code(0).nowhere("secret");
    }
    let output = cli.args(STATUS).args(["--show-urls", "--format", "json"]).run().code(0);
    let address = &json_of(&output)["instances"][0]["addresses"][0];
    assert_eq!(address["url"], "https://h/x?t=secret");
}

#[test]
fn watch_prints_changed_lines_and_ends_with_the_first_signal() {
    let platform = Platform::new();
    platform.holds("a", "Waiting", |_| {});
    platform.holds("b", "Running", |_| {});
    platform.set(|state| state.coming = vec![("a", vec!["Waiting", "Deploying", "Deploying"])]);
    let cli = platform.cli(&["a", "b"]);
    let running = cli.clone().args(STATUS).args(["--watch"]).start();
    running.stdout_until("a: Deploying\n");
    platform.set(|state| state.list = List::Status(502));
    running.stderr_until("could not query the platform");
    platform.set(|state| {
        state.list = List::First;
        state.coming.clear();
        state.tasks[0]["status"] = json!("Running");
    });
    running.stdout_until("a: Running\n");
    running.signal("INT");
    let output = running.end().code(0);
    let time = |line: &str| humantime::parse_rfc3339(line.split_once(' ').unwrap().0).is_ok();
    assert!(output.stdout.lines().all(time), "{output:?}");
    let lines: Vec<_> = output.stdout.lines().map(|line| line.split_once(' ').unwrap().1).collect();
    assert_eq!(lines, ["a: Waiting", "b: Running", "a: Deploying", "a: Running"]);
    assert!(output.stderr.contains("; trying again in "), "{output:?}");
}

#[test]
fn watch_follows_the_lock_and_prints_no_json() {
    let platform = Platform::new();
    platform.holds("a", "Running", |_| {});
    platform.holds("b", "Running", |_| {});
    let cli = platform.cli(&["a"]).file("a.yaml", manifest(&["a", "b"]));
    let watch = cli.clone().args(STATUS).args(["--watch"]);
    watch
        .clone()
        .args(["--format", "json"])
        .run()
        .code(2)
        .stderr_has("--watch prints human-readable");
    let running = watch.start();
    running.stdout_until("b: live, in no lock");
    cli.clone().args(["adopt", "-f", "a.yaml", "b", "id-62"]).run().code(0);
    running.stdout_until("b: Running\n");
    running.signal("TERM");
    running.end().code(0).stderr("");
}

#[test]
fn first_failure_of_a_watch_ends_it() {
    let platform = Platform::new();
    platform.set(|state| state.list = List::Status(401));
    let watch = platform.cli(&["a"]).args(STATUS).args(["--watch"]);
    watch.run().code(7).stdout("").stderr_has("could not query the platform");
}
