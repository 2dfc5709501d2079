//! Responses of the platform, read from their status and body.

use instancectl::api::client::{CreateError, CreateErrorKind, ErrorMessage};
use instancectl::api::endpoints::catalog::NodeLimits;
use instancectl::api::endpoints::detail::Detail;
use instancectl::api::parse_response::{to_create, to_detail, to_list};
use instancectl::ids::TaskId;
use serde_json::{Value, json};

fn created(body: &[u8]) -> Result<TaskId, CreateError> {
    to_create(200, body, "t")
}

fn envelope(data: &Value) -> Vec<u8> {
    json!({"code": "0", "data": data}).to_string().into_bytes()
}

fn kind(body: &str) -> &'static str {
    match created(body.as_bytes()).unwrap_err().detail.message {
        ErrorMessage::NoEnvelope { .. } => "foreign",
        ErrorMessage::Malformed(_) => "odd",
        ErrorMessage::NoTaskId { .. } | ErrorMessage::Platform(_) => "envelope",
        other => panic!("{other:?}"),
    }
}

#[test]
fn only_a_single_complete_object_with_code_is_an_envelope() {
    for body in [r#"{"code":"0"}"#, " {\"code\":0,\"x\":{}}\n", r#"{"code":-1,"msg":5}"#] {
        assert_eq!(kind(body), "envelope", "{body}");
    }
    for body in ["", "<html>", "[]", "null", r#""0""#, r#"{"data":"x"}"#, r#"{"code":null}"#] {
        assert_eq!(kind(body), "foreign", "{body}");
    }
    for body in [
        r#"{"code":"0""#,
        r#"{"code":"0"} x"#,
        r#"{"code":"0"}{"code":"1"}"#,
        r#"{"code":"0","code":"10003"}"#,
        r#"{"code":"0","data":"a","data":"b"}"#,
        r#"{"code":"0","\u0063ode":"1"}"#,
        r#"{"code":true}"#,
        r#"{"code":{}}"#,
        "{'code':0}",
    ] {
        assert_eq!(kind(body), "odd", "{body}");
    }
    assert_eq!(kind(&format!("{{\"code\":\"0\",\"data\":{}", "[".repeat(100_000))), "odd");
}

#[test]
fn bom_is_skipped_and_gbk_is_decoded() {
    let marked = created("\u{feff}{\"code\":\"0\",\"data\":\"a1\"}".as_bytes());
    assert_eq!(marked.unwrap().as_str(), "a1");
    let mut gbk = br#"{"code":"10004","msg":""#.to_vec();
    // A GBK character whose second byte is a backslash, and two more.
    gbk.extend(b"\x83\x5c\xb2\xce\xca\xfd\"}");
    let CreateError { kind, detail } = created(&gbk).unwrap_err();
    assert_eq!((kind, detail.code.as_deref()), (CreateErrorKind::Refused, Some("10004")));
    assert_eq!(detail.message, ErrorMessage::Platform("僜参数".to_owned()));
    let mut broken = br#"{"code":"0","msg":""#.to_vec();
    broken.extend(b"\xff\xff\",\"data\":\"a1\"}");
    assert_eq!(created(&broken).unwrap().as_str(), "a1");
}

#[test]
fn task_id_is_a_string_or_a_non_negative_integer() {
    let id = |data: Value| created(&envelope(&data));
    assert_eq!(id(json!("a1")).unwrap().as_str(), "a1");
    assert_eq!(id(json!(17)).unwrap().as_str(), "17");
    for bad in [json!(null), json!(""), json!("a b"), json!(1e30), json!(-5), json!(["a"])] {
        assert_eq!(id(bad.clone()).unwrap_err().kind, CreateErrorKind::Unknown, "{bad}");
    }
}

#[test]
fn every_known_list_shape_is_parsed() {
    let item = json!({"id": "a1", "instanceServiceName": "x", "status": "Running"});
    for (data, total) in [
        (json!([item]), None),
        (json!({"total": 1, "data": [item]}), Some(1)),
        (json!({"total": "1", "items": [item]}), Some(1)),
        (json!({"records": [item]}), None),
    ] {
        let page = to_list(200, &envelope(&data), "t").unwrap();
        assert_eq!(page.total, total);
        assert_eq!(page.items[0].name(), Some("x"));
    }
}

#[test]
fn any_other_shape_is_an_error_and_not_an_empty_list() {
    for data in [json!(null), json!("x"), json!({}), json!({"data": {}}), json!([{"name": "x"}])] {
        assert!(to_list(200, &envelope(&data), "t").is_err(), "{data}");
    }
}

fn detail(mut fields: Value) -> Detail {
    fields["id"] = json!("a1");
    to_detail(200, &envelope(&fields), "t").unwrap()
}

#[test]
fn numbers_may_be_strings_and_two_dashes_mean_none() {
    let found = detail(json!({"gpuNumber": "2", "taskNumber": 3, "duration": "--"}));
    assert_eq!((found.cards(), found.duration()), (Some(6), None));
    let found = detail(json!({"gpuNumber": 2, "remainingTime": "00:10:00", "status": null}));
    assert_eq!((found.cards(), found.remaining_time()), (Some(2), Some("00:10:00")));
    assert_eq!((found.status(), found.addresses()), (None, None));
}

#[test]
fn ports_without_an_access_url_are_omitted() {
    let found = detail(json!({"containerPortInfoList": [
        {"containerPort": 8888, "protocolType": "HTTP", "accessUrl": "https://h/a"},
        {"containerPort": "22", "protocolType": "SSH", "accessUrl": null},
        {"containerPort": "23"}, "odd",
    ]}));
    let addresses = found.addresses().unwrap();
    assert_eq!(addresses.len(), 1);
    assert_eq!((addresses[0].port.as_str(), addresses[0].url.expose()), ("8888", "https://h/a"));
}

#[test]
fn limits_may_be_strings_and_zero_means_none() {
    let data = json!({"cpuNumber": "32", "gpuNumber": 0, "memorySize": null, "dcuLimits": 0});
    let limits = NodeLimits { cpus: Some(32), cards: None, memory: None };
    assert_eq!(NodeLimits::read(&data), limits);
    assert_eq!(NodeLimits::read(&json!("none")), NodeLimits::default());
}
