//! `--format json` of `plan` and `apply`: one object, and nothing else on standard output.

use serde_json::{Map, Value, json};

use crate::stage::{created, creates_at, creating, creator, manifest, name_in, project, sent_to};
use crate::support::{Output, Reply};

fn report(output: &Output) -> Value {
    serde_json::from_str(&output.stdout).unwrap()
}

/// Returns an object without diagnostics. `counts` are those counts of the summary that are not zero.
fn object(
    command: &str,
    instances: &Value,
    code: i32,
    classes: &[i32],
    counts: &[(&str, u64)],
) -> Value {
    let actions = [
        "create",
        "unchanged",
        "changed",
        "replace",
        "orphan",
        "prune",
        "adopt",
        "ended",
        "gone",
        "elsewhere",
    ];
    let outcomes = [
        "created", "adopted", "refused", "unknown", "not-sent", "skipped", "deleted", "stopped",
        "started", "resized", "executed",
    ];
    let count = |key: &str| counts.iter().find(|(name, _)| *name == key).map_or(0, |found| found.1);
    let counted = |keys: &[&str]| -> Value {
        keys.iter().map(|key| ((*key).to_owned(), json!(count(key)))).collect::<Map<_, _>>().into()
    };
    // Each of these manifests has one card per instance and a time limit of one hour.
    let cards = count("cards");
    json!({
        "version": 1,
        "command": command,
        "diagnostics": [],
        "instances": instances,
        "summary": {
            "files": 1, "instances": count("instances"), "errors": 0, "warnings": 0, "notes": 0,
            "actions": counted(&actions), "outcomes": counted(&outcomes),
            "cards": cards, "cardHours": json!(f64::from(u32::try_from(cards).unwrap())),
        },
        "exit": {"code": code, "classes": classes, "message": null, "help": null},
    })
}

fn row(name: &str, action: &str, more: &Value) -> Value {
    let mut row = json!({
        "file": "instances.yaml", "name": name, "action": action, "outcome": null, "taskId": null,
        "code": null, "message": null, "changes": [],
    });
    for (key, value) in more.as_object().unwrap() {
        row[key] = value.clone();
    }
    row
}

#[test]
fn apply_json_reports_the_outcome_of_each_instance() {
    let service = creating(|request| match name_in(request).as_str() {
        "b" => Reply::code("10004", "资源组不存在"),
        "c" => Reply::html(502),
        _ => created(request),
    });
    let cli = project(["a", "b", "c"]).on(&service);
    let output = cli.apply().args(["--format", "json"]).run().code(4);
    let instances = json!([
        row("a", "create", &json!({"outcome": "created", "taskId": "id-a"})),
        row(
            "b",
            "create",
            &json!({"outcome": "refused", "code": "10004", "message": "资源组不存在"})
        ),
        row(
            "c",
            "create",
            &json!({
                "outcome": "unknown",
                "message": "HTTP 502 Bad Gateway: <html><body>nginx</body></html>; look on the \
                    platform for an instance named `c`: if it exists, `instancectl resolve -f \
                    instances.yaml c --id TASK_ID`; if not, `instancectl resolve -f \
                    instances.yaml c --absent`",
            })
        ),
    ]);
    let counts = [
        ("instances", 3),
        ("create", 3),
        ("created", 1),
        ("refused", 1),
        ("unknown", 1),
        ("cards", 3),
    ];
    let wanted = object("apply", &instances, 4, &[4, 3], &counts);
    assert_eq!(report(&output), wanted, "{:#}", report(&output));
    assert_eq!(sent_to(&service).len(), 3);
}

#[test]
fn apply_json_reports_skipped_and_orphaned_instances() {
    let service = creator();
    let cli = project(["a", "b"]).on(&service);
    let _ = cli.apply().run().code(0);
    let text = manifest(["a"]).replace("cpuNumber: 8", "cpuNumber: 4");
    let cli = cli.file("instances.yaml", text);
    let output = cli.apply().args(["--format", "json"]).run().code(6).stderr("");
    let change = json!([{"field": "cpuNumber", "old": 8, "new": 4}]);
    let found = report(&output);
    let why = "it differs from the lock, and the platform cannot update instances";
    let instances = json!([
        row(
            "a",
            "changed",
            &json!({
                "outcome": "skipped", "taskId": "id-a", "message": why, "changes": change,
            })
        ),
        row("b", "orphan", &json!({"taskId": "id-b"})),
    ]);
    let counts = [("instances", 1), ("changed", 1), ("orphan", 1), ("skipped", 1)];
    let wanted = object("apply", &instances, 6, &[6], &counts);
    assert_eq!(found, wanted, "{found:#}");
    assert_eq!(sent_to(&service).len(), 2);
}

#[test]
fn plan_json_predicts_the_apply_actions() {
    let service = creator();
    let cli = project(["a", "b"]).on(&service);
    let _ = cli.apply().run().code(0);
    let text = manifest(["a", "c"]).replace("cpuNumber: 8", "cpuNumber: 4");
    let cli = cli.file("instances.yaml", text).args(["plan", "-f", "instances.yaml"]);
    let cli = cli.args(["--format", "json"]);
    let change = json!([{"field": "cpuNumber", "old": 8, "new": 4}]);
    let instances = json!([
        row("a", "changed", &json!({"taskId": "id-a", "changes": change})),
        row("c", "create", &json!({})),
        row("b", "orphan", &json!({"taskId": "id-b"})),
    ]);
    let counts = [("instances", 2), ("changed", 1), ("create", 1), ("orphan", 1), ("cards", 1)];
    let wanted = |code| object("plan", &instances, code, &[], &counts);
    assert_eq!(report(&cli.run().code(0).stderr("")), wanted(0));
    let output = cli.args(["--detailed-exitcode"]).run().code(9).stderr("");
    assert_eq!(report(&output), wanted(9));
}

#[test]
fn dry_run_json_contains_the_plan_and_exact_requests() {
    let service = creator();
    let cli = project(["a"]).on(&service);
    let _ = cli.apply().run().code(0);
    let cli = cli.file("instances.yaml", manifest(["a", "b"]));
    let dry = ["apply", "--dry-run", "-f", "instances.yaml", "--format", "json"];
    let found = report(&cli.clone().args(dry).run().code(0).stderr(""));
    assert_eq!(sent_to(&service), ["a"]);
    let _ = cli.apply().run().code(0);
    let sent = creates_at(&service)[1].json();
    let instances = json!([
        row("a", "unchanged", &json!({"taskId": "id-a", "request": null})),
        row("b", "create", &json!({"request": sent})),
    ]);
    let counts = [("instances", 2), ("unchanged", 1), ("create", 1), ("cards", 1)];
    let wanted = object("apply", &instances, 0, &[], &counts);
    assert_eq!(found, wanted, "{found:#}");
}

#[test]
fn dry_run_json_contains_the_replacement_request() {
    let service = creator();
    let cli = project(["a"]).on(&service);
    let _ = cli.apply().run().code(0);
    let cli = cli.file("instances.yaml", manifest(["a"]).replace("cpuNumber: 8", "cpuNumber: 4"));
    let dry = ["apply", "--dry-run", "-f", "instances.yaml", "--format", "json"];
    let row = |args: &[&str]| {
        let output = cli.clone().args(dry).args(args.to_vec()).run().code(0).stderr("");
        report(&output)["instances"][0].clone()
    };
    assert_eq!(row(&[])["request"], Value::Null);
    let replaced = row(&["--replace", "a"]);
    assert_eq!(replaced["action"], "replace");
    assert_eq!(replaced["taskId"], "id-a");
    assert_eq!(replaced["request"]["cpuNumber"], 4);
    assert_eq!(sent_to(&service), ["a"]);
}

#[test]
fn invalid_manifests_are_reported_as_diagnostics() {
    for command in ["plan", "apply"] {
        let cli = project(["a", "a"]).args([command, "-f", "instances.yaml", "--format", "json"]);
        let report = report(&cli.run().code(1).stderr(""));
        assert_eq!((&report["version"], &report["command"]), (&json!(1), &json!(command)));
        assert_eq!(report["diagnostics"][0]["code"], "duplicate-name");
        assert_eq!((&report["summary"]["errors"], &report["instances"]), (&json!(1), &json!([])));
        let message = "1 manifest is invalid";
        let exit = json!({"code": 1, "classes": [], "message": message, "help": null});
        assert_eq!(report["exit"], exit);
    }
}
