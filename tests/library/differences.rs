//! Differences between a request and the instance that the platform shows.

use serde_json::{Value, json};

use instancectl::lockfile::RequestBody;
use instancectl::plan::differences;

fn sent() -> Value {
    json!({
        "instanceServiceName": "a", "description": "", "imagePath": "r/i:v",
        "resourceGroup": "g", "cpuNumber": 8, "ramSize": 1024, "gpuNumber": 1,
        "taskNumber": 1, "startScriptContent": "a\nb\n",
        "mountInfoList": [{"sourcePath": "/s", "targetPath": "/t", "type": "path"}],
        "containerPortInfoList": [{"containerPort": "22", "protocolType": "SSH"},
                                  {"containerPort": "80", "protocolType": "HTTP"}],
    })
}

fn fields(displayed: &Value) -> Vec<String> {
    let Value::Object(displayed) = displayed else { panic!() };
    differences(&RequestBody::from_value(&sent()), displayed)
        .into_iter()
        .map(|change| change.field)
        .collect()
}

#[test]
fn platform_normalization_is_not_a_difference() {
    let mut displayed = sent();
    displayed["description"] = Value::Null;
    displayed["taskNumber"] = json!("1");
    displayed["startScriptContent"] = json!("a\r\nb");
    displayed["mountInfoList"] = json!([{"sourcePath": "/s", "type": "path"}]);
    displayed["containerPortInfoList"] = json!([
        {"containerPort": 80, "protocolType": "HTTP", "accessUrl": "https://x/"},
        {"containerPort": 22, "protocolType": "SSH", "accessUrl": null},
    ]);
    displayed["status"] = json!("Running");
    assert_eq!(fields(&displayed), [""; 0]);
    for missing in ["description", "startScriptContent", "mountInfoList", "taskNumber"] {
        displayed.as_object_mut().unwrap().shift_remove(missing);
    }
    assert_eq!(fields(&displayed), [""; 0]);
}

#[test]
fn every_difference_is_named() {
    for (field, other) in [
        ("imagePath", json!("r/i:w")),
        ("imagePath", Value::Null),
        ("gpuNumber", json!(2)),
        ("startScriptContent", json!("a")),
        ("startScriptContent", json!("")),
        ("mountInfoList", json!([])),
        ("mountInfoList", json!([{"sourcePath": "/s", "targetPath": "/u", "type": "path"}])),
        ("containerPortInfoList", json!([{"containerPort": 22, "protocolType": "SSH"}])),
    ] {
        let mut displayed = sent();
        displayed[field] = other;
        assert_eq!(fields(&displayed), [field]);
    }
    let mut displayed = sent();
    displayed.as_object_mut().unwrap().shift_remove("resourceGroup");
    assert_eq!(fields(&displayed), ["resourceGroup"]);
}

#[test]
fn access_url_is_never_shown() {
    let mut displayed = sent();
    displayed["containerPortInfoList"] = json!([{"containerPort": 1, "accessUrl": "secret"}]);
    let Value::Object(displayed) = displayed else { panic!() };
    let found = differences(&RequestBody::from_value(&sent()), &displayed);
    assert_eq!(found[0].old, json!([{"containerPort": 1}]));
}
