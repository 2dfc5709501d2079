//! `stop` and `start`.

use serde_json::{Value, json};

use crate::platform::{List, Platform, id, lock, manifest};
use crate::support::{Cli, Reply};

const STOP: [&str; 4] = ["stop", "-f", "a.yaml", "--yes"];
const START: [&str; 4] = ["start", "-f", "a.yaml", "--yes"];

/// Returns the requests that change something.
fn posts(platform: &Platform) -> Vec<String> {
    platform.asked().into_iter().filter(|asked| asked.starts_with("POST")).collect()
}

#[test]
fn live_instances_are_stopped_in_one_request() {
    let platform = Platform::new();
    for (name, status) in
        [("a", "Running"), ("b", "Waiting"), ("c", "Completed"), ("foreign", "Running")]
    {
        platform.holds(name, status, |_| {});
    }
    let cli = platform.cli(&["a", "b", "c", "gone"]);
    let before = cli.read("a.lock");
    let expected = "a: stopped\nb: stopped\nc: nothing to do: it already ended (Completed)\n\
        gone: nothing to do: it no longer exists\n2 stopped\n";
    let question = format!("stop 2 instances (4 cards): a {}, b {}\n", id("a"), id("b"));
    cli.clone().args(STOP).run().is(0, expected, &question);
    let ids = format!("POST task/actions/stop?ids={}&ids={}", id("a"), id("b"));
    assert_eq!(posts(&platform), [ids]);
    assert_eq!(cli.read("a.lock"), before);
    cli.args(STOP).run().code(0).stdout_has("nothing to do\n");
    assert_eq!(posts(&platform).len(), 1);
}

#[test]
fn ended_instances_are_started_individually() {
    let platform = Platform::new();
    for (name, status) in [("a", "Terminated"), ("b", "Failed"), ("c", "Running")] {
        platform.holds(name, status, |_| {});
    }
    let cli = platform.cli(&["a", "b", "c"]);
    let before = cli.read("a.lock");
    let output = cli.clone().args(START).run().code(0);
    output.stdout(
        "a: started\nb: started\nc: nothing to do: it is already live (Running)\n2 started\n",
    );
    let mut posts = posts(&platform);
    posts.sort();
    let restart = |name| format!("POST task/actions/restart?instanceServiceId={}", id(name));
    assert_eq!(posts, [restart("a"), restart("b")]);
    assert_eq!(cli.read("a.lock"), before);
}

#[test]
fn refused_instance_in_a_batch_does_not_block_the_others() {
    let platform = Platform::new();
    platform.set(|state| state.list = List::Missing);
    platform.holds("a", "Running", |_| {});
    platform.holds("b", "Running", |_| {});
    // The platform refuses every request that names `b`.
    platform.answers("POST", "&ids=id-62", Reply::code("10004", "no"));
    platform.answers("POST", "?ids=id-62", Reply::code("10004", "no"));
    let output = platform.cli(&["a", "b"]).args(STOP).run().code(3);
    let output =
        output.stdout_has("a: stopped\n").stdout_has("b: refused: no (code 10004, HTTP 200)\n");
    output.stdout_has("1 stopped; exit 3: refused by the platform (3)\n");
    let expected = ["?ids=id-61&ids=id-62", "?ids=id-61", "?ids=id-62"];
    assert_eq!(posts(&platform), expected.map(|query| format!("POST task/actions/stop{query}")));
}

#[test]
fn uncertain_response_is_resolved_by_the_status() {
    for (status, code, said) in
        [("Terminated", 0, "a: stopped\n"), ("Running", 10, "a: unknown: HTTP 502")]
    {
        let platform = Platform::new();
        platform.holds("a", "Running", |_| {});
        // The first query shows it running, the second its next status.
        platform.set(|state| state.coming = vec![("a", vec!["Running", status])]);
        platform.answers("POST", "/stop", Reply::html(502));
        platform.cli(&["a"]).args(STOP).run().code(code).stdout_has(said);
    }
}

#[test]
fn unknown_and_other_region_entries_are_skipped() {
    let platform = Platform::new();
    platform.holds("a", "Running", |_| {});
    let elsewhere = platform.entry("c").replace("http://127", "https://elsewhere.example/");
    let text = lock([platform.entry("a"), platform.unknown("b"), elsewhere]);
    let cli =
        platform.on(Cli::new()).file("a.yaml", manifest(&["a", "b", "c"])).file("a.lock", text);
    let output = cli.args(STOP).args(["--format", "json"]).run().code(4);
    let found: Value = serde_json::from_str(&output.stdout).unwrap();
    let outcomes: Vec<&Value> = (0..3).map(|at| &found["instances"][at]["outcome"]).collect();
    assert_eq!(outcomes, [&json!("stopped"), &json!("skipped"), &json!("skipped")]);
    assert_eq!(found["instances"][0]["message"], "stopped");
    let row = &found["instances"][0];
    assert_eq!((&row["status"], &row["action"]), (&Value::Null, &json!("unchanged")));
    assert_eq!(found["exit"]["classes"], json!([4, 6]));
    assert_eq!(posts(&platform).len(), 1);
}

#[test]
fn nothing_is_done_without_confirmation() {
    let platform = Platform::new();
    platform.holds("a", "Running", |_| {});
    let cli = platform.cli(&["a"]);
    let output = cli.clone().args(["stop", "-f", "a.yaml"]).run().code(6).stdout("");
    output.stderr_has("not confirmed: stop 1 instance: a");
    assert_eq!(platform.asked(), [""; 0]);
    let (code, shown) = cli.clone().args(["stop", "-f", "a.yaml"]).run_at_terminal("n\n");
    assert_eq!(code, Some(6), "{shown}");
    assert_eq!(posts(&platform), [""; 0]);
    let (code, shown) = cli.args(["stop", "-f", "a.yaml"]).run_at_terminal("y\n");
    assert_eq!(code, Some(0), "{shown}");
    assert_eq!(posts(&platform).len(), 1);
}

#[test]
fn access_denial_is_reported_on_the_instance() {
    let platform = Platform::new();
    platform.holds("a", "Terminated", |_| {});
    platform.answers("POST", "/restart", Reply::code("10008", "no permission"));
    let output = platform.cli(&["a"]).args(START).run().code(7);
    output.stdout_has("a: refused: no permission").stdout_has("exit 7: no permission (7)");
}

#[test]
fn requests_to_a_gateway_without_the_service_are_not_sent() {
    let platform = Platform::new();
    platform.set(|state| state.list = List::Missing);
    platform.answers("GET", "/detail", Reply::html(404));
    platform.answers("DELETE", "task", Reply::html(405));
    let cli = platform.cli(&["a", "b"]);
    for act in ["stop", "start"] {
        platform.set(|state| state.answers.push(("POST", "", Reply::html(404))));
        let output = cli.clone().args([act, "-f", "a.yaml", "--yes"]).run().code(10);
        let output = output.stdout_has("a: not-sent: HTTP 404").stdout_has("b: not-sent: HTTP 404");
        let _ = output.stdout_has("; exit 10: platform not reached (10)\n");
    }
    let destroy = cli.clone().args(["destroy", "-f", "a.yaml", "--yes", "--format", "json"]);
    let found: Value = serde_json::from_str(&destroy.run().code(10).stdout).unwrap();
    assert_eq!(found["instances"][1]["outcome"], "not-sent");
    let exit = json!({"code": 10, "classes": [10], "message": null, "help": null});
    assert_eq!(found["exit"], exit);
    assert_eq!(cli.read("a.lock").matches("state: created").count(), 2);
    for command in ["status", "wait"] {
        let _ = cli.clone().args([command, "-f", "a.yaml"]).run().code(10);
    }
    let _ = cli.args(["url", "-f", "a.yaml", "a"]).run().code(10);
}
