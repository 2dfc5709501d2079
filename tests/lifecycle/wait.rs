//! `wait` and `apply --wait`.

use serde_json::{Value, json};

use crate::platform::{List, Platform, id, lock, manifest};
use crate::support::{Cli, Reply};

const WAIT: [&str; 3] = ["wait", "-f", "a.yaml"];

#[test]
fn one_list_request_per_poll_serves_all_instances() {
    let platform = Platform::new();
    let names = ["a", "b", "c", "d", "训练"];
    for name in names {
        platform.holds(name, "Running", |_| {});
    }
    platform.set(|state| {
        state.coming = vec![("a", vec!["Waiting", "Running"]), ("b", vec!["Deploying", "Running"])];
        state.list = List::Second;
    });
    let cli = platform.cli(&names);
    let output = cli.args(WAIT).run().code(0);
    let first = output.stdout.lines().next().unwrap().to_owned();
    assert_eq!(first, "c: Running", "the current status is reported first");
    let output =
        output.stdout_has("\na: Running\nb: Running\n").stdout_has("5 of 5 reached Running");
    output.stderr("a: Waiting\nb: Deploying\n");
    let lists = platform.asked().iter().filter(|asked| asked.starts_with("GET task/list?")).count();
    assert_eq!(lists, 3, "the list, its end and its step: {:?}", platform.asked());
    // The remaining two are queried individually.
    let details = platform.asked().iter().filter(|asked| asked.contains("detail")).count();
    assert_eq!(details, 2, "{:?}", platform.asked());
}

#[test]
fn changes_of_many_instances_are_only_counted() {
    let platform = Platform::new();
    let names: Vec<String> = (0..30).map(|number| format!("n{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    for name in &names {
        platform.holds(name, "Waiting", |_| {});
    }
    let cli = platform.cli(&names).args(WAIT);
    let running = cli.start();
    running.stderr_until("waiting for 30 to be Running, 0s: 30 Waiting (queued for ");
    platform.set(|state| state.tasks.iter_mut().for_each(|task| task["status"] = json!("Running")));
    let output = running.end().code(0).stdout_has("30 of 30 reached Running");
    assert_eq!(output.stderr.lines().count(), 1, "{output:?}");
}

#[test]
fn failed_or_missing_instance_ends_the_wait() {
    for (status, said) in [
        (
            Some("Failed"),
            "a: Failed: it ended and is not Running:\n  `instancectl start -f a.yaml a` starts it again\n",
        ),
        (
            Some("Terminated"),
            "a: Terminated: it ended and is not Running:\n  `instancectl start -f a.yaml a` starts it again\n",
        ),
        (None, "a: gone: it no longer exists on the platform\n"),
    ] {
        let platform = Platform::new();
        if let Some(status) = status {
            platform.holds("a", status, |_| {});
        }
        platform.holds("b", "Waiting", |_| {});
        let cli = platform.cli(&["a", "b"]);
        let output = cli.args(WAIT).run().code(8).stdout_has(said);
        output
            .stdout_has("0 of 2 reached Running")
            .stderr_has("error: not all instances will be Running");
    }
}

#[test]
fn ended_instance_fails_the_wait_unless_awaited() {
    let platform = Platform::new();
    platform.holds("a", "Terminated", |task| task["startTime"] = json!("2026-11-23 06:12:00"));
    let cli = platform.cli(&["a"]);
    cli.clone().args(WAIT).run().code(8).stdout_has("a: Terminated: it ended and is not Running");
    for live in ["Waiting", "Deploying"] {
        cli.clone().args(WAIT).args(["--for", live]).run().code(8);
    }
    cli.clone().args(WAIT).args(["--for", "terminated"]).run().code(0);
    cli.clone().args(WAIT).args(["--for", "Completed"]).run().code(8);
    cli.args(WAIT).args(["--for", "Sleeping"]).run().code(2).stderr_has("possible values");
}

#[test]
fn timeout_reports_queued_instances() {
    let platform = Platform::new();
    platform.holds("a", "Waiting", |_| {});
    let cli = platform.cli(&["a"]);
    let output = cli.args(WAIT).args(["--timeout", "2s"]).run().code(8);
    let output =
        output.stdout_has("a: still Waiting, queued for ").stdout_has("exit 8: wait failed (8)");
    output.stderr_has("error: timed out\n").stderr_has(
        "queued for free cards; `instancectl stop -f a.yaml` removes them from the queue",
    );
    // Queries at once, after 1 s, and at the end: never more often than once a second.
    assert!(platform.asked().len() <= 3, "{:?}", platform.asked());
}

#[test]
fn json_output_is_one_object() {
    let platform = Platform::new();
    platform.holds("a", "Running", |_| {});
    platform.holds("b", "Failed", |_| {});
    let cli = platform.cli(&["a", "b"]);
    let output = cli.args(WAIT).args(["--format", "json"]).run().code(8);
    let found: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(found["instances"][0]["reached"], true);
    assert_eq!(found["instances"][1]["status"], "Failed");
    let (message, help) =
        ("not all instances will be Running", "`instancectl status -f a.yaml` shows them");
    let exit = json!({"code": 8, "classes": [8], "message": message, "help": help});
    assert_eq!(found["exit"], exit);
    assert_eq!(found["waited"]["for"], "Running");
}

#[test]
fn wait_refuses_names_that_are_not_in_the_lock() {
    let platform = Platform::new();
    platform.holds("a", "Running", |_| {});
    let cli = platform.cli(&["a"]).file("a.yaml", manifest(&["a", "b"]));
    cli.clone().args(WAIT).run().code(8).stderr_has("b is not in the lock");
    assert_eq!(platform.asked(), [""; 0]);
    cli.args(WAIT).args(["a"]).run().code(0);
}

#[test]
fn unknown_entries_and_unnamed_orphans_are_not_awaited() {
    let platform = Platform::new();
    platform.holds("a", "Running", |_| {});
    platform.holds("old", "Failed", |_| {});
    let text = lock([platform.entry("a"), platform.unknown("b"), platform.entry("old")]);
    let cli = platform.on(Cli::new()).file("a.yaml", manifest(&["a", "b"])).file("a.lock", text);
    let output = cli.clone().args(WAIT).run().code(4);
    output
        .stdout_has("b: unknown: outcome unknown; look on the platform for an instance named `b`")
        .nowhere("old");
    cli.args(WAIT).args(["old"]).run().code(8);
}

#[test]
fn signal_ends_the_wait() {
    for signal in ["INT", "TERM"] {
        let platform = Platform::new();
        platform.holds("a", "Waiting", |_| {});
        let cli = platform.cli(&["a"]).args(WAIT);
        let running = cli.start();
        running.stderr_until("a: Waiting\n");
        running.signal(signal);
        running
            .end()
            .code(130)
            .stdout_has("0 of 1 reached Running")
            .stdout_has("interrupted (130)");
    }
}

#[test]
fn signal_during_apply_wait_loses_nothing() {
    let platform = Platform::new();
    platform.set(|state| state.list = List::Missing);
    platform.answers("POST", "instance-service/task", Reply::success(id("a")));
    platform.holds("a", "Waiting", |_| {});
    let cli = platform.on(Cli::new()).file("a.yaml", manifest(&["a"]));
    let running = cli.clone().args(["apply", "-f", "a.yaml", "--yes", "--wait"]).start();
    running.stderr_until("a: Waiting\n");
    // Waiting does not hold the process lock.
    cli.clone().args(["apply", "-f", "a.yaml", "--yes"]).run().code(0).nothing_to_create(1);
    running.signal("INT");
    let output = running.end().code(130).stdout_has("a: created");
    assert!(output.stdout.ends_with("1 created; exit 130: interrupted (130)\n"), "{output:?}");
    assert!(cli.read("a.lock").contains(&format!("taskId: {}", id("a"))));
}

#[test]
fn outage_is_tolerated_except_at_the_first_poll() {
    let platform = Platform::new();
    platform.set(|state| state.list = List::Missing);
    platform.holds("a", "Waiting", |_| {});
    let cli = platform.cli(&["a"]);
    let running = cli.clone().args(WAIT).start();
    running.stderr_until("a: Waiting\n");
    platform.answers("GET", "/detail", Reply::html(502));
    running.stderr_until("could not query the platform: HTTP 502");
    platform.set(|state| {
        state.answers.clear();
        state.tasks[0]["status"] = json!("Running");
    });
    running.end().code(0).stdout_has("a: Running\n");
    platform.answers("GET", "/detail", Reply::html(502));
    cli.clone().args(WAIT).run().code(10).stderr_has("could not query the platform");
    platform.set(|state| state.answers.clear());
    platform.answers("GET", "/detail", Reply::code("10008", "expired").status(401));
    cli.args(WAIT).run().code(7).stderr_has("expired");
}

#[test]
fn closed_pipe_is_not_an_error() {
    let platform = Platform::new();
    platform.holds("a", "Running", |_| {});
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    platform.cli(&["a"]).args(WAIT).run_into(writer).code(0).stderr("");
}

#[test]
fn apply_waits_if_requested() {
    let platform = Platform::new();
    platform.answers("POST", "instance-service/task", Reply::success(id("new")));
    platform.holds("new", "Waiting", |task| {
        // Under another name in the list, so that no live instance has this name before the
        // create.
        task["instanceServiceName"] = json!("new ");
    });
    platform.set(|state| {
        state.coming = vec![("new ", vec!["Waiting", "Waiting", "Waiting", "Running"])];
    });
    let cli = platform.on(Cli::new()).file("a.yaml", manifest(&["new"]));
    let apply = ["apply", "-f", "a.yaml", "--yes", "--wait"];
    let output = cli.clone().args(apply).run().code(0);
    let output =
        output.stdout_has("new: created").stdout_has("new: Running\n1 of 1 reached Running");
    assert!(output.stdout.ends_with("\n1 created\n"), "{output:?}");
    // There is nothing to do, and it still waits.
    platform.set(|state| state.tasks[0]["status"] = json!("Failed"));
    let output = cli.clone().args(apply).args(["--format", "json"]).run().code(8);
    let found: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!((&found["exit"]["code"], &found["exit"]["classes"]), (&json!(8), &json!([8])));
    assert_eq!(found["exit"]["message"], "not all instances will be Running");
    assert_eq!(
        found["instances"][0]["message"],
        "it ended and is not Running:\n  `instancectl start -f a.yaml new` starts it again"
    );
    let output = cli.args(["apply", "-f", "a.yaml", "--timeout", "5m"]).run();
    output.code(2).stderr_has("--wait");
}

#[test]
fn wait_ends_if_the_first_poll_has_no_answer_at_all() {
    let platform = Platform::new();
    platform.set(|state| state.list = List::Missing);
    platform.answers("GET", "/detail", Reply::html(404));
    platform.cli(&["a", "b"]).args(WAIT).run().code(10).stderr_has("HTTP 404 Not Found");
}

#[test]
fn access_urls_are_shown_only_by_status_on_request() {
    let platform = Platform::new();
    platform.holds("a", "Running", |task| {
        let port = json!({"containerPort": "8888", "protocolType": "HTTP", "accessUrl": "https://h/?token=sealed"});
        task["containerPortInfoList"] = json!([port]);
    });
    let cli = platform.cli(&["a"]);
    let json = ["--format", "json"];
    let urls = cli.clone().args(["status", "-f", "a.yaml", "--show-urls"]).args(json);
    urls.run().code(0).stdout_has("sealed");
    cli.clone().args(WAIT).args(json).run().code(0).nowhere("sealed");
    for act in ["start", "stop"] {
        cli.clone().args([act, "-f", "a.yaml", "--yes"]).args(json).run().code(0).nowhere("sealed");
    }
}

#[test]
fn apply_result_is_reported_if_waiting_fails() {
    for (reply, code, why) in [
        (Reply::code("10008", "令牌已过期").status(401), 7, "令牌已过期 (code 10008, HTTP 401)"),
        (Reply::html(502), 10, "HTTP 502 Bad Gateway"),
    ] {
        let platform = Platform::new();
        platform.set(|state| state.list = List::Missing);
        platform.answers("POST", "instance-service/task", Reply::success(id("a")));
        platform.answers("GET", "/detail", reply);
        let cli = platform.on(Cli::new()).file("a.yaml", manifest(&["a"]));
        let apply = cli.args(["apply", "-f", "a.yaml", "--yes", "--wait", "--format", "json"]);
        let output = apply.run().code(code).stderr_has("could not query the platform");
        let found: Value = serde_json::from_str(&output.stdout).unwrap();
        assert_eq!(found["instances"][0]["outcome"], "created");
        assert_eq!(found["instances"][0]["taskId"], id("a"));
        let message = found["instances"][0]["message"].as_str().unwrap();
        assert!(message.starts_with("it is not running yet, and"), "{message}");
        assert!(message.contains(why), "{message}");
        let exit = &found["exit"];
        assert_eq!((&exit["code"], &exit["classes"]), (&json!(code), &json!([code])));
        let message = exit["message"].as_str().unwrap();
        assert!(message.contains(why), "{message}");
    }
}

#[test]
fn unchanged_instances_are_reported_if_login_fails() {
    let platform = Platform::new();
    platform.answers("POST", "/tokens", Reply::code("10009", "verification failed"));
    let entry = platform.entry("a").replace("endpoint:", "region: r\n    endpoint:");
    let mut cli = Cli::new().file("a.yaml", manifest(&["a"])).file("a.lock", lock([entry]));
    for (name, value) in [
        ("USER", "alice"),
        ("ACCESS_KEY", "key"),
        ("SECRET_KEY", "secret"),
        ("REGION", "r"),
        ("LOGIN_URL", &platform.url()),
    ] {
        cli = cli.env(format!("INSTANCECTL_{name}"), value);
    }
    let apply = cli.args(["apply", "-f", "a.yaml", "--yes", "--wait", "--format", "json"]);
    let output = apply.run().code(7).stderr_has("verification failed");
    let found: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(found["instances"][0]["action"], "unchanged");
    assert_eq!((&found["exit"]["code"], &found["exit"]["classes"]), (&json!(7), &json!([7])));
    let message = found["exit"]["message"].as_str().unwrap();
    assert!(message.contains("verification failed"), "{message}");
}

#[test]
fn apply_with_prune_waits_for_remaining_named_instances() {
    let platform = Platform::new();
    platform.set(|state| state.list = List::Missing);
    platform.holds("a", "Running", |_| {});
    platform.answers("DELETE", "task", Reply::success(Value::Null));
    platform.answers("GET", "id-62/detail", Reply::code("10004", "no such instance"));
    let cli = platform.cli(&["a", "b"]).file("a.yaml", manifest(&["a"]));
    let apply = cli.args(["apply", "-f", "a.yaml", "a", "b", "--prune", "--yes", "--wait"]);
    let output = apply.run().code(0).stdout_has("b: deleted");
    let _ = output.stdout_has("1 of 1 reached Running").stdout_has("1 deleted\n");
}
