//! `list`.

use serde_json::{Value, json};

use crate::platform::{List, Platform, id, lock, manifest};
use crate::support::{Cli, Output, Reply};

const LIST: [&str; 3] = ["list", "-f", "a.yaml"];

fn json_of(output: &Output) -> Value {
    serde_json::from_str(&output.stdout).unwrap()
}

/// Returns a table without ages, which depend on the clock.
fn without_ages(text: &str) -> String {
    let cells = |line: &str| {
        let mut cells: Vec<&str> =
            line.split("  ").map(str::trim).filter(|c| !c.is_empty()).collect();
        if cells.len() > 6 {
            cells.remove(3);
        }
        cells.join("|")
    };
    text.lines().map(cells).collect::<Vec<_>>().join("\n")
}

fn platform() -> Platform {
    let platform = Platform::new();
    platform.holds("a", "Running", |task| {
        task["duration"] = json!("00:30:00");
        task["remainingTime"] = json!("03:30:00");
    });
    platform.holds("b", "Waiting", |task| task["timeoutLimit"] = json!("unlimited"));
    platform.holds("c", "Running", |task| task["duration"] = json!("01:00:00"));
    platform.holds("old", "Completed", |_| {});
    platform
}

#[test]
fn every_live_instance_is_listed_with_the_lock_that_has_it() {
    let platform = platform();
    let cli = platform
        .on(Cli::new())
        .file("a.yaml", manifest(&["a"]))
        .file("a.lock", lock([platform.entry("a")]))
        .file("x.yaml", manifest(&["c"]))
        .file("x.lock", lock([platform.unknown("c")]));
    let output = cli.clone().args(LIST).args(["-f", "x.yaml"]).run().code(0).stderr("");
    let expected = "\
NAME|STATUS|CARDS|LEFT|CARD-H|LOCK|ID
a|Running|2|3h30m|1.0/8|a|id-61
c|Running|2|3h00m|2.0/8|x?|id-63
b|Waiting|2|no end|0.0/∞|-|id-62
2 Running, 1 Waiting; 4 cards in use, 2 waited for, 3.00 card-hours so far,
at most 16.00, 1 without time limit
1 of 3 is in none of the locks read: b; a manifest and a lock for it:
`instancectl export b -f a.yaml -f x.yaml --adopt -o FILE`";
    assert_eq!(without_ages(&output.stdout), expected, "{}", output.stdout);
    for line in output.stdout.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    assert!(!platform.asked().iter().any(|asked| asked.contains("detail")), "one list is enough");
    let output = cli.args(LIST).args(["--all", "--wide"]).run().code(0);
    output
        .stdout_has("1 Completed")
        .stdout_has("LIMIT      CREATED              ID\n")
        .stdout_has("unlimited  2026-11-23 06:11:42  id-62\n")
        .stdout_has(
            "2 of 3 are in none of the locks read: b, c; a manifest and a lock for them:\n",
        );
}

#[test]
fn without_a_manifest_no_instance_is_called_forgotten() {
    let platform = platform();
    let cli = platform.on(Cli::new());
    let output = cli.clone().args(["list"]).run().code(0).stderr("");
    output
        .stdout_has("  ?     id-61\n")
        .stdout_has("no manifest given: `instancectl list -f PATH` shows the lock of each\n")
        .nowhere("in no lock");
    let found = json_of(&cli.clone().args(["list", "--format", "json"]).run().code(0));
    assert_eq!(found["inNoLock"], Value::Null);
    // The manifest of the working directory is used.
    let cli = cli.file("instances.yaml", manifest(&["a", "b", "c"]));
    cli.args(["list"]).run().code(0).stdout_has("3 of 3 are in none of the locks read: a, b, c");
}

#[test]
fn json_and_names_are_for_scripts() {
    let platform = platform();
    let cli = platform.cli(&["a"]);
    let output = cli.clone().args(LIST).args(["--format", "json"]).run().code(0).stderr("");
    let found = json_of(&output);
    let rows = found["instances"].as_array().unwrap();
    assert_eq!(rows.len(), 3);
    for (key, value) in [
        ("file", json!("a.yaml")),
        ("name", json!("a")),
        ("action", Value::Null),
        ("outcome", Value::Null),
        ("taskId", json!(id("a"))),
        ("status", json!("Running")),
        ("cards", json!(2)),
        ("createdAt", json!("2026-11-23T06:11:42+08:00")),
        ("remainingSeconds", json!(12_600)),
        ("cardHours", json!(1.0)),
        ("maxCardHours", json!(8.0)),
    ] {
        assert_eq!(rows[0][key], value, "{key}");
    }
    assert!(rows[0]["ageSeconds"].is_u64());
    assert_eq!((&rows[1]["name"], &rows[1]["file"]), (&json!("b"), &Value::Null));
    assert_eq!(
        (&rows[1]["maxCardHours"], &rows[1]["remainingSeconds"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!((&found["inNoLock"], &found["listComplete"]), (&json!(2), &json!(true)));
    let summary = &found["summary"];
    assert_eq!((&summary["cards"], &summary["cardHours"]), (&json!(4), &json!(3.0)));
    let output = cli.args(LIST).args(["--format", "name"]).run();
    output.is(0, "a id-61\nb id-62\nc id-63\n", "");
}

#[test]
fn details_are_requested_only_for_items_that_lack_something() {
    let platform = platform();
    platform.set(|state| state.lacking = vec!["duration"]);
    let cli = platform.cli(&["a"]);
    cli.clone().args(LIST).run().code(0).stdout_has("1.0/8").stdout_has("2.0/8");
    let details = |platform: &Platform| {
        platform.asked().iter().filter(|asked| asked.contains("detail")).count()
    };
    assert_eq!(details(&platform), 2, "those that run: {:?}", platform.asked());
    // An item is better than nothing.
    platform.answers("GET", "/detail", Reply::html(502));
    cli.args(LIST).run().code(0).stdout_has("  -/8 ");
}

#[test]
fn incomplete_or_missing_lists_are_reported() {
    let platform = platform();
    let text = lock([platform.entry("gone"), platform.entry("a").replace("id-61", "other")]);
    platform.holds("other", "Running", |task| task["id"] = json!("other"));
    platform.set(|state| drop(state.tasks.pop()));
    platform.answers("GET", "/detail", Reply::html(404));
    let cli = platform.on(Cli::new()).file("a.yaml", manifest(&["a"])).file("a.lock", text);
    let output = cli.clone().args(LIST).run().code(0);
    output.stderr(
        "the platform's list is incomplete (it contains none of the instances that are known to \
         exist):\n  it may have more instances\n",
    );
    let found = json_of(&cli.clone().args(LIST).args(["--format", "json"]).run().code(0));
    assert_eq!(found["listComplete"], false);
    platform.set(|state| state.list = List::Missing);
    let output = cli.clone().args(LIST).run().code(10).stdout("");
    output.stderr_has("this platform cannot list instances; `instancectl status` shows those");
    platform.set(|state| state.list = List::Status(401));
    cli.args(LIST).run().code(7).stdout("");
}

#[test]
fn two_live_instances_of_a_name_are_named_by_their_ids() {
    let platform = platform();
    platform.holds("b", "Running", |task| task["id"] = json!("theirs"));
    let output = platform.cli(&["a", "c"]).args(LIST).run().code(0);
    output.stdout_has("2 of 4 are in none of the locks read: id-62, theirs; ");
}

#[test]
fn account_with_nothing_live_says_so() {
    let platform = Platform::new();
    platform.holds("old", "Completed", |_| {});
    let expected = "no live instances (--all also shows those that ended)\n";
    platform.cli(&["a"]).args(LIST).run().is(0, expected, "");
    let output = Cli::new().file("a.yaml", manifest(&["a"])).args(LIST).run().code(7);
    output.stdout("").stderr_has("INSTANCECTL_ENDPOINT");
}

#[test]
fn sandbox_of_the_working_directory_is_listed() {
    let cli = Cli::new().file("instances.yaml", manifest(&["a"]));
    let apply = ["apply", "--sandbox", "--yes", "-f", "instances.yaml"];
    cli.clone().args(apply).run().code(0);
    let list = cli.clone().args(["list", "--sandbox"]);
    list.run().code(0).stdout_has("instances.sandbox  ").nowhere("in no lock");
    std::fs::rename(cli.path("instances.yaml"), cli.path("other.yaml")).unwrap();
    list.run().code(0).stdout_has("no manifest given");
    let list = cli.args(["list", "--sandbox", "-f", "other.yaml"]);
    list.run()
        .code(0)
        .stdout_has("`instancectl export a -f other.yaml --sandbox --adopt -o FILE`\n");
}
