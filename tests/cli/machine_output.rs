//! `--format json` of `plan` and `apply`: one object, and nothing else on standard output.

use serde_json::{Value, json};

use crate::stage::{created, creates_at, creating, creator, manifest, name_in, project, sent_to};
use crate::support::{Output, Reply};

fn report(output: &Output) -> Value {
    serde_json::from_str(&output.stdout).unwrap()
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
    let wanted = json!({
        "version": 1,
        "instances": [
            row("a", "create", &json!({"outcome": "created", "taskId": "id-a"})),
            row("b", "create", &json!({"outcome": "refused", "code": "10004", "message": "资源组不存在"})),
            row("c", "create", &json!({
                "outcome": "unknown",
                "message": "HTTP 502 Bad Gateway: <html><body>nginx</body></html>; look on the \
                    platform for an instance named `c`: if it exists, `instancectl resolve -f \
                    instances.yaml c --id TASK_ID`; if not, `instancectl resolve -f \
                    instances.yaml c --absent`",
            })),
        ],
        "exit": {"code": 4, "classes": [4, 3]},
    });
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
    let wanted = json!({
        "version": 1,
        "instances": [
            row("a", "changed", &json!({
                "outcome": "skipped", "taskId": "id-a", "message": why, "changes": change,
            })),
            row("b", "orphan", &json!({"taskId": "id-b"})),
        ],
        "exit": {"code": 6, "classes": [6]},
    });
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
    let wanted = |code: u8| {
        json!({
            "version": 1,
            "instances": [
                row("a", "changed", &json!({"taskId": "id-a", "changes": change})),
                row("c", "create", &json!({})),
                row("b", "orphan", &json!({"taskId": "id-b"})),
            ],
            "exit": {"code": code, "classes": []},
        })
    };
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
    let wanted = json!({
        "version": 1,
        "instances": [
            row("a", "unchanged", &json!({"taskId": "id-a", "request": null})),
            row("b", "create", &json!({"request": sent})),
        ],
        "exit": {"code": 0, "classes": []},
    });
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
        assert_eq!(report["version"], 1);
        assert_eq!(report["diagnostics"][0]["code"], "duplicate-name");
    }
}
