//! Plans: the actions for a manifest and its lock, and the changes by field.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use instancectl::lockfile::Lockfile;
use instancectl::plan::{
    Cost, FieldChange, Location, PlanAction, PlanItem, PlanNote, Selection, Target, Totals, plan,
};
use instancectl::request::Request;

fn body(name: &str) -> Value {
    json!({
        "instanceServiceName": name, "description": "", "taskType": "ssh", "acceleratorType": "gpu",
        "version": "jupyter:4.4", "imagePath": "10.0.35.26:5000/jupyter:4.4",
        "timeoutLimit": "04:00:00", "taskNumber": 1, "resourceGroup": "TeslaM40",
        "useStartScript": false, "startScriptActionScope": "all", "startScriptContent": "",
        "cpuNumber": 3, "ramSize": 15360, "gpuNumber": 1,
        "mountInfoList": [
            {"sourcePath": "/a", "targetPath": "/x", "type": "path"},
            {"sourcePath": "/b", "targetPath": "/y", "type": "data"}
        ],
        "containerPortInfoList": [
            {"protocolType": "HTTP", "containerPort": "18888"},
            {"protocolType": "SSH", "containerPort": "22"}
        ]
    })
}

fn request(name: &str, with: impl FnOnce(&mut Value)) -> Request {
    let mut body = body(name);
    with(&mut body);
    Request {
        name: name.into(),
        region: None,
        task: Arc::new(serde_json::from_value(body).unwrap()),
    }
}

/// Returns a lock of these entries, each `created` unless its fields specify otherwise.
fn lock(entries: Value) -> Lockfile {
    let mut lock = json!({"version": 1, "instances": {}});
    let Value::Object(entries) = entries else { panic!() };
    for (name, fields) in entries {
        let mut entry = json!({"state": "created", "taskId": name, "endpoint": "https://here",
            "request": body(&name)});
        let Value::Object(fields) = fields else { panic!() };
        for (key, value) in fields {
            entry[key] = value;
        }
        entry.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        lock["instances"][name] = entry;
    }
    Lockfile::from_text("a.lock".as_ref(), &lock.to_string()).unwrap()
}

fn target() -> Target {
    Target::Single(Location { region: Some("11250".into()), endpoint: Some("https://here".into()) })
}

fn actions(items: &[PlanItem]) -> Vec<(&str, PlanAction)> {
    items.iter().map(|item| (item.name.as_str(), item.action)).collect()
}

fn changed(old: &Value, new: &Value) -> Vec<String> {
    let lock = lock(json!({"a": {"request": old}}));
    let request = request("a", |body| body.clone_from(new));
    let plan = plan(&[request], &lock, &target(), &Selection::All);
    plan.items[0].changes.iter().map(|change| change.field.clone()).collect()
}

fn with_script(script: &Value) -> Value {
    let mut body = body("a");
    body["startScriptContent"].clone_from(script);
    body["useStartScript"] = json!(true);
    body
}

#[test]
fn items_follow_manifest_order_then_orphans_by_name() {
    let requests = [
        request("c", |_| ()),
        request("a", |body| body["gpuNumber"] = json!(4)),
        request("b", |_| ()),
    ];
    let lock = lock(json!({"a": {}, "b": {}, "z": {}, "y": {}}));
    let complete = plan(&requests, &lock, &target(), &Selection::All);
    assert_eq!(
        actions(&complete.items),
        [
            ("c", PlanAction::Create),
            ("a", PlanAction::Changed),
            ("b", PlanAction::Unchanged),
            ("y", PlanAction::Orphan),
            ("z", PlanAction::Orphan)
        ]
    );
    let change = FieldChange { field: "gpuNumber".into(), old: json!(1), new: json!(4) };
    assert_eq!(complete.items[1].changes, [change]);
    assert_eq!(complete.items[2].task_id.as_ref().unwrap().as_str(), "b");
    assert_eq!(complete.items[0].request.as_deref(), Some(&requests[0]));
    let cost = Cost { instances: 1, cards: 1, card_seconds: 4 * 3600, endless: 0 };
    assert_eq!(Totals::of([&complete]).cost, cost);
    // Instances left out of a selection are not orphans.
    let names = ["b", "y"].map(Into::into).into();
    let some = plan(&requests, &lock, &target(), &Selection::Names(names));
    assert_eq!(actions(&some.items), [("b", PlanAction::Unchanged), ("y", PlanAction::Orphan)]);
}

#[test]
fn name_that_looks_like_an_orphan_has_a_note() {
    let lock = lock(json!({"caf\u{e9}": {"taskId": "c"}, "b": {}}));
    let requests = [request("cafe\u{301}", |_| ()), request("b", |_| ())];
    let plan = plan(&requests, &lock, &target(), &Selection::All);
    let (name, orphan) = ("cafe\u{301}".into(), "caf\u{e9}".into());
    assert_eq!(plan.items[0].note.as_deref(), Some(&PlanNote::Lookalike { name, orphan }));
    assert_eq!(plan.items[1].note, None);
}

#[test]
fn missing_field_equals_its_default() {
    let new = body("a");
    let mut old = new.clone();
    for field in [
        "description",
        "taskNumber",
        "startScriptActionScope",
        "startScriptContent",
        "useStartScript",
    ] {
        old.as_object_mut().unwrap().remove(field);
    }
    assert_eq!(changed(&old, &new), [""; 0]);
    old["mountInfoList"] = Value::Null;
    assert_eq!(changed(&old, &new), ["mountInfoList"]);
    old.as_object_mut().unwrap().remove("cpuNumber");
    assert_eq!(changed(&old, &new), ["cpuNumber", "mountInfoList"]);
    // The presence of a script implies that it is enabled.
    let scripted = with_script(&json!("x"));
    let mut old = scripted.clone();
    old.as_object_mut().unwrap().remove("useStartScript");
    assert_eq!(changed(&old, &scripted), [""; 0]);
}

#[test]
fn ports_and_mounts_are_sets_and_numbers_equal_strings() {
    let new = body("a");
    let mut old = new.clone();
    old["mountInfoList"].as_array_mut().unwrap().reverse();
    old["containerPortInfoList"] = json!([
        {"containerPort": 22, "protocolType": "SSH", "accessUrl": null},
        {"containerPort": 18888, "protocolType": "HTTP"},
        {"containerPort": "22", "protocolType": "SSH"}
    ]);
    old["taskNumber"] = json!("1");
    old["ramSize"] = json!(15360.0);
    assert_eq!(changed(&old, &new), [""; 0]);
    old["containerPortInfoList"][1]["containerPort"] = json!(18889);
    old["taskNumber"] = json!(2);
    assert_eq!(changed(&old, &new), ["taskNumber", "containerPortInfoList"]);
}

#[test]
fn unknown_field_is_a_change_only_if_it_is_not_empty() {
    let new = body("a");
    for (value, expected) in [
        (json!(null), &[][..]),
        (json!(""), &[]),
        (json!([]), &[]),
        (json!(0), &[]),
        (json!(false), &[]),
        (json!("x"), &["sharedMemory"]),
        (json!(1), &["sharedMemory"]),
        (json!(true), &["sharedMemory"]),
    ] {
        let mut old = new.clone();
        old["sharedMemory"] = value;
        assert_eq!(changed(&old, &new), expected);
    }
}

#[test]
fn text_is_compared_exactly() {
    for (old, new) in [(json!("a\n"), json!("a\r\n")), (json!(true), json!("true"))] {
        let changed = changed(&with_script(&old), &with_script(&new));
        assert_eq!(changed, ["startScriptContent"]);
    }
}

#[test]
fn entry_is_matched_by_region_or_else_by_endpoint() {
    let cases = [
        (json!({}), None, PlanAction::Unchanged),
        (json!({"endpoint": "https://there"}), None, PlanAction::Elsewhere),
        (json!({"region": "11250", "endpoint": "https://moved"}), None, PlanAction::Unchanged),
        (json!({"region": "20057"}), None, PlanAction::Elsewhere),
        (json!({"region": "11250"}), Some("20057"), PlanAction::Elsewhere),
        (json!({"endpoint": "sandbox"}), Some("11250"), PlanAction::Elsewhere),
    ];
    for (fields, region, expected) in cases {
        let lock = lock(json!({"a": fields.clone()}));
        let request = Request { region: region.map(Into::into), ..request("a", |_| ()) };
        let plan = plan(&[request], &lock, &target(), &Selection::All);
        assert_eq!(actions(&plan.items), [("a", expected)], "{fields}");
        assert_eq!(plan.items[0].note.is_some(), expected == PlanAction::Elsewhere);
    }
}

#[test]
fn account_documents_target_their_own_regions() {
    let target = Target::Regions {
        default: Some("11250".into()),
        endpoints: BTreeMap::from([("20057".into(), "https://shandong".into())]),
    };
    let requests =
        [request("a", |_| ()), Request { region: Some("20057".into()), ..request("b", |_| ()) }];
    let plan = plan(&requests, &Lockfile::default(), &target, &Selection::All);
    assert_eq!(plan.items[0].location, Location { region: Some("11250".into()), endpoint: None });
    assert_eq!(plan.items[1].location.endpoint, Some("https://shandong".into()));
}

#[test]
fn unresolved_entries_have_a_note() {
    let unknown = json!({"state": "unknown", "taskId": null, "why": "reset"});
    let lock = lock(json!({"a": unknown, "b": {"state": "deleting"}}));
    let plan = plan(&[request("a", |_| ())], &lock, &target(), &Selection::All);
    assert_eq!(actions(&plan.items), [("a", PlanAction::Unchanged), ("b", PlanAction::Prune)]);
    let unknown = PlanNote::OutcomeUnknown { why: Some("reset".into()), candidates: Vec::new() };
    assert_eq!(plan.items[0].note.as_deref(), Some(&unknown));
    assert_eq!(plan.items[1].note.as_deref(), Some(&PlanNote::DeletionStarted));
}
