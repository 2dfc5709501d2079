//! The sandbox: the client's calls, and handwritten requests that the platform would refuse.

use std::fs;
use std::future::pending;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::Duration;

use instancectl::api::auth::credentials::TokenCredentials;
use instancectl::api::client::{ApiError, Client, ClientOptions};
use instancectl::api::endpoints::detail::Status;
use instancectl::api::endpoints::list::ListQuery;
use instancectl::ids::TaskId;
use instancectl::sandbox::{CatalogMode, FaultSpec, Handle, Sandbox, SandboxError};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{ID, sample, task};

fn client(sandbox: &Handle) -> Client {
    let access = TokenCredentials::sandbox(&sandbox.endpoint(), sandbox.token()).unwrap();
    Client::new(access, ClientOptions::default()).unwrap()
}

async fn create(client: &Client, name: &str) -> TaskId {
    let mut task = task();
    name.clone_into(&mut task.instance_service_name);
    client.create(&task, pending()).await.unwrap()
}

async fn names(client: &Client, query: &ListQuery) -> Vec<String> {
    let page = client.list(query).await.unwrap();
    page.items.iter().map(|item| item.name().unwrap().to_owned()).collect()
}

/// Sends a handwritten request; returns its status and its body.
fn raw(sandbox: &Handle, call: &str, headers: &[&str], body: &str) -> (u16, Value) {
    let line = &*format!("{call} HTTP/1.1");
    let address = sandbox.endpoint().replace("http://", "").replace("/ai", "");
    let mut stream = TcpStream::connect(address).unwrap();
    let length = format!("content-length: {}", body.len());
    let head = [&[line, "host: x", "connection: close", &length], headers, &["", ""]].concat();
    stream.write_all(head.join("\r\n").as_bytes()).unwrap();
    stream.write_all(body.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer[9..12].parse().unwrap();
    let body = answer.split_once("\r\n\r\n").unwrap().1;
    (status, serde_json::from_str(body).unwrap())
}

/// Sends a handwritten create call with this body; returns status, code and message.
fn create_by_hand(sandbox: &Handle, body: &str) -> (u16, String, String) {
    let token = format!("token: {}", sandbox.token());
    let headers = [&*token, "content-type: application/json"];
    let line = "POST /ai/openapi/v2/instance-service/task";
    let (status, answer) = raw(sandbox, line, &headers, body);
    let text = |key: &str| answer[key].as_str().unwrap().to_owned();
    (status, text("code"), text("msg"))
}

#[tokio::test]
async fn instance_is_created_listed_shown_and_deleted() {
    let sandbox = Sandbox::start(None, 0).unwrap();
    let client = client(&sandbox);
    let (a, b) = (create(&client, "a").await, create(&client, "b").await);
    assert_eq!(a.as_str().len(), 32);
    assert_eq!(names(&client, &ListQuery::default()).await, ["b", "a"]);
    let detail = client.detail(&a).await.unwrap();
    assert_eq!(detail.status().unwrap().as_str(), "Waiting");
    let mut sent = sample();
    sent["instanceServiceName"] = json!("a");
    for (key, value) in sent.as_object().unwrap() {
        assert_eq!(&detail.fields()[key], value, "{key}");
    }
    client.delete(&[a.clone(), b]).await.unwrap();
    assert_eq!(names(&client, &ListQuery::default()).await, [""; 0]);
    for answer in [client.detail(&a).await.map(drop), client.delete(&[a]).await] {
        assert!(matches!(answer, Err(ApiError::Refused(_))), "{answer:?}");
    }
}

#[tokio::test]
async fn lists_are_filtered_and_paged() {
    let sandbox = Sandbox::start(None, 0).unwrap();
    let client = client(&sandbox);
    for name in ["a", "b", "a", "c"] {
        create(&client, name).await;
    }
    let part = ListQuery { start: Some(1), limit: Some(2), ..ListQuery::default() };
    assert_eq!(names(&client, &part).await, ["a", "b"]);
    assert_eq!(client.list(&part).await.unwrap().total, Some(4));
    let named = ListQuery { instance_service_name: Some("a".into()), ..ListQuery::default() };
    assert_eq!(names(&client, &named).await, ["a", "a"]);
    let running = ListQuery { status: Some("Running".into()), ..ListQuery::default() };
    assert_eq!(names(&client, &running).await, [""; 0]);
    let token = format!("token: {}", sandbox.token());
    let line = "GET /ai/openapi/v2/instance-service/task/list?start=3&limit=5&taskType=ssh";
    let (_, second_form) = raw(&sandbox, line, &[&token], "");
    assert_eq!(second_form["data"]["total"], 4);
    assert_eq!(second_form["data"]["data"][0]["instanceServiceName"], "a");
}

#[test]
fn fault_has_a_kind_and_an_optional_rate() {
    for good in [
        "latency:50ms",
        "code:716865@1",
        "status:503@10%",
        "drop-before",
        "drop-after@2",
        "late:2s@1",
        "truncate",
        "truncate:3",
        "html",
        "html:200",
        "expire@1",
        "throttle:2@3",
    ] {
        assert!(good.parse::<FaultSpec>().is_ok(), "{good}");
    }
    for bad in [
        "",
        "drop",
        "latency",
        "latency:5",
        "code:",
        "status:x",
        "status:99",
        "drop-after:1",
        "code:1@",
        "code:1@0",
        "code:1@101%",
        "code:1@x",
        "late",
    ] {
        assert!(bad.parse::<FaultSpec>().is_err(), "{bad}");
    }
}

#[tokio::test]
async fn acknowledged_changes_survive_a_restart() {
    let folder = TempDir::new().unwrap();
    let state = || Some(folder.path().join("deep/state"));
    let sandbox = Sandbox::start(state(), 0).unwrap();
    let client_then = client(&sandbox);
    let kept = create(&client_then, "kept").await;
    let gone = create(&client_then, "gone").await;
    client_then.delete(&[gone]).await.unwrap();
    assert!(matches!(Sandbox::start(state(), 0), Err(SandboxError::InUse { .. })));
    sandbox.stop();
    let sandbox = Sandbox::start(state(), 0).unwrap();
    let client = client(&sandbox);
    assert_eq!(names(&client, &ListQuery::default()).await, ["kept"]);
    assert_eq!(client.detail(&kept).await.unwrap().name(), Some("kept"));
}

#[tokio::test]
async fn torn_log_tail_is_cut_and_earlier_damage_is_reported() {
    let folder = TempDir::new().unwrap();
    let state = || Some(folder.path().to_owned());
    let log = folder.path().join("instances.jsonl");
    let sandbox = Sandbox::start(state(), 0).unwrap();
    create(&client(&sandbox), "a").await;
    sandbox.stop();
    let whole = fs::read_to_string(&log).unwrap();
    fs::write(&log, format!("{whole}{}", &whole[..20])).unwrap();
    let sandbox = Sandbox::start(state(), 0).unwrap();
    let client = client(&sandbox);
    create(&client, "b").await;
    assert_eq!(names(&client, &ListQuery::default()).await, ["b", "a"]);
    sandbox.stop();
    fs::write(&log, format!("{whole}x\n{whole}")).unwrap();
    let damaged = Sandbox::start(state(), 0).unwrap_err();
    assert!(matches!(damaged, SandboxError::Damaged { line: 2, .. }), "{damaged:?}");
}

#[tokio::test]
async fn log_of_mostly_dead_lines_is_compacted() {
    let folder = TempDir::new().unwrap();
    let state = || Some(folder.path().to_owned());
    let log = folder.path().join("instances.jsonl");
    let sandbox = Sandbox::start(state(), 0).unwrap();
    let kept = create(&client(&sandbox), "kept").await;
    sandbox.stop();
    let line = fs::read_to_string(&log).unwrap();
    fs::write(&log, line.repeat(1500)).unwrap();
    for _ in 0..2 {
        let sandbox = Sandbox::start(state(), 0).unwrap();
        assert_eq!(client(&sandbox).detail(&kept).await.unwrap().name(), Some("kept"));
        sandbox.stop();
        assert_eq!(fs::read_to_string(&log).unwrap(), line);
    }
}

#[test]
fn create_request_must_match_the_documentation() {
    let sandbox = Sandbox::start(None, 0).unwrap();
    assert_eq!(create_by_hand(&sandbox, &sample().to_string()).1, "0");
    let but = |key: &str, value: Value| {
        let mut body = sample();
        body[key] = value;
        body.to_string()
    };
    for (body, code, part) in [
        (but("imagePath", json!("")), "10003", "`imagePath`"),
        (but("cpuNumber", json!(null)), "10003", "`cpuNumber`"),
        (but("useStartScript", json!(true)), "10003", "`startScriptContent`"),
        ("{}".to_owned(), "10003", "`instanceServiceName`"),
        (but("cpuNumber", json!("3")), "10004", "invalid type"),
        (but("cpuNumber", json!(0)), "10004", "`cpuNumber`"),
        (but("taskType", json!("vnc")), "10004", "vnc"),
        (but("extra", json!(1)), "10004", "extra"),
        (but("timeoutLimit", json!("1h")), "10004", "`timeoutLimit`"),
        (but("acceleratorType", json!("cpu")), "10004", "`gpuNumber`"),
        (but("containerPortInfoList", json!([{"containerPort": 0}])), "10004", ""),
        (
            but("mountInfoList", json!([{"sourcePath": "/a", "targetPath": "b", "type": "data"}])),
            "10004",
            "absolute",
        ),
        (r#"{"cpuNumber":1,"cpuNumber":1}"#.to_owned(), "10003", ""),
        ("[]".to_owned(), "10004", ""),
        ("{".to_owned(), "10004", ""),
    ] {
        let (status, found, message) = create_by_hand(&sandbox, &body);
        assert_eq!((status, &*found), (200, code), "{body}: {message}");
        assert!(message.contains(part), "{body}: {message}");
    }
    let twice = sample().to_string().replacen('{', "{\"cpuNumber\":3,", 1);
    assert_eq!(create_by_hand(&sandbox, &twice).1, "10004");
}

#[test]
fn request_needs_token_content_type_and_known_path() {
    let sandbox = Sandbox::start(None, 0).unwrap();
    let (token, json) = (format!("token: {}", sandbox.token()), "content-type: application/json");
    let (path, body) = ("/ai/openapi/v2/instance-service", sample().to_string());
    let create = format!("POST {path}/task");
    let status = |line: &str, headers: &[&str]| raw(&sandbox, line, headers, &body).0;
    assert_eq!(status(&create, &[json]), 401);
    assert_eq!(status(&create, &["token: x", json]), 401);
    assert_eq!(status(&create, &[&token]), 415);
    assert_eq!(status(&create, &[&token, json]), 200);
    assert_eq!(status(&format!("PUT {path}/task"), &[&token, json]), 405);
    assert_eq!(status(&format!("POST /ai{path}/task"), &[&token, json]), 404);
}

#[tokio::test]
async fn instance_is_stopped_restarted_and_queried_for_its_url() {
    let sandbox = Sandbox::start(None, 0).unwrap();
    let client = client(&sandbox);
    let id = create(&client, "a").await;
    let token = format!("token: {}", sandbox.token());
    let headers = [&*token, "content-type: application/json"];
    let path = "/ai/openapi/v2/instance-service";
    let call = |line: String, body: &str| raw(&sandbox, &line, &headers, body).1;
    assert_eq!(call(format!("POST {path}/task/actions/stop?ids={id}"), "")["code"], "0");
    let stopped = client.detail(&id).await.unwrap().status().unwrap();
    assert_eq!(stopped.as_str(), "Terminated");
    let restart = format!("POST {path}/task/actions/restart?instanceServiceId={id}");
    assert_eq!(call(restart, "")["data"], id.as_str());
    assert_eq!(client.detail(&id).await.unwrap().status().unwrap().as_str(), "Waiting");
    let url = call(format!("GET {path}/{id}/url"), "");
    assert_eq!(url["data"], Value::Null, "it does not run yet");
    let script = json!({"id": id, "startScriptContent": "x", "startScriptActionScope": "all"});
    let run = format!("POST {path}/task/actions/execute-script");
    assert_eq!(call(run.clone(), &script.to_string())["code"], "716864", "it does not run yet");
    wait_until_running(&client, &id).await;
    assert_eq!(call(run.clone(), &script.to_string())["code"], "0");
    for (body, code) in [
        (json!({"id": id, "startScriptContent": "", "startScriptActionScope": "all"}), "10003"),
        (json!({"id": id, "startScriptContent": "x", "startScriptActionScope": "one"}), "10004"),
        (json!({"id": ID, "startScriptContent": "x", "startScriptActionScope": "all"}), "10004"),
    ] {
        assert_eq!(call(run.clone(), &body.to_string())["code"], code, "{body}");
    }
    let unknown = call(format!("POST {path}/task/actions/stop?ids={ID}"), "");
    assert_eq!(unknown["code"], "10004");
}

async fn wait_until_running(client: &Client, id: &TaskId) {
    let running = async || client.detail(id).await.unwrap().status() == Some(Status::Running);
    while !running().await {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn sizes_of_an_instance_are_changed() {
    let sandbox = Sandbox::start_with(None, 0, Vec::new(), CatalogMode::Open).unwrap();
    let client = client(&sandbox);
    let id = create(&client, "a").await;
    let token = format!("token: {}", sandbox.token());
    let headers = [&*token, "content-type: application/json"];
    let line = "POST /ai/openapi/v2/instance-service/resource-spec/actions/update";
    let code = |body: &Value| raw(&sandbox, line, &headers, &body.to_string()).1["code"].clone();
    let sizes = json!({"id": id, "cpuNumber": 5, "gpuNumber": 2, "ramSize": 2048});
    assert_eq!(code(&sizes), "0");
    let detail = client.detail(&id).await.unwrap();
    assert_eq!(detail.fields()["cpuNumber"], 5);
    assert_eq!(detail.fields()["gpuNumber"], 2);
    assert_eq!(detail.fields()["ramSize"], 2048);
    for (field, value, expected) in [
        ("cpuNumber", json!(null), "10003"),
        ("cpuNumber", json!(0), "10004"),
        ("ramSize", json!("2048"), "10004"),
        ("id", json!(ID), "10004"),
        ("taskNumber", json!(1), "10004"),
    ] {
        let mut wrong = sizes.clone();
        wrong[field] = value;
        assert_eq!(code(&wrong), expected, "{wrong}");
    }
}

#[test]
fn strict_catalog_refuses_what_is_not_in_it() {
    let code = |mode: CatalogMode, field: &str, value: Value| {
        let sandbox = Sandbox::start_with(None, 0, Vec::new(), mode).unwrap();
        let mut body = sample();
        body["resourceGroup"] = json!("kshcnormal");
        body["acceleratorType"] = json!("cpu");
        body["gpuNumber"] = json!(0);
        body["imagePath"] = json!("image.ac.com:5000/cpu/admin/base/ubuntu:22.04");
        body[field] = value;
        create_by_hand(&sandbox, &body.to_string()).1
    };
    for (field, value) in [
        ("resourceGroup", json!("TeslaM40")),
        ("imagePath", json!("image.ac.com:5000/cpu/admin/base/ubuntu:24.04")),
        ("cpuNumber", json!(65)),
        ("ramSize", json!(262_145)),
    ] {
        assert_eq!(code(CatalogMode::Strict, field, value.clone()), "10004", "{field}");
        assert_eq!(code(CatalogMode::Open, field, value), "0", "{field}");
    }
    assert_eq!(code(CatalogMode::Strict, "cpuNumber", json!(64)), "0");
}

#[test]
fn region_reports_limits_groups_mounts_and_images() {
    let sandbox = Sandbox::start(None, 0).unwrap();
    let token = format!("token: {}", sandbox.token());
    let path = "/ai/openapi/v2/instance-service";
    let call = |line: String| raw(&sandbox, &line, &[&token], "").1;
    let limits = call(format!("GET {path}/resources?acceleratorType=dcu&resourceGroup=sandbox"));
    assert_eq!(limits["data"]["dcuLimits"], 0);
    assert_eq!(call(format!("GET {path}/resources?acceleratorType=dcu"))["code"], "10003");
    assert_eq!(call(format!("GET {path}/resource-group"))["code"], "0");
    assert_eq!(call(format!("GET {path}/allowed-mount-dir"))["code"], "0");
    let unknown = format!("GET {path}/resources?acceleratorType=gpu&resourceGroup=sandbox");
    assert_eq!(call(unknown)["code"], "10004");
    let images = |body: &str| {
        let headers = [&*token, "content-type: application/json"];
        raw(&sandbox, "POST /ai/openapi/v2/image/images", &headers, body).1
    };
    let part = images(r#"{"access": "public", "start": 1, "limit": 2, "orderBy": "create_time"}"#);
    assert_eq!(part["data"]["total"], 5);
    assert_eq!(part["data"]["data"].as_array().unwrap().len(), 2);
    assert_eq!(images(r#"{"access": "private"}"#)["data"]["total"], 0);
    assert_eq!(images(r#"{"access": "public", "acceleratorType": "cpu"}"#)["data"]["total"], 2);
    assert_eq!(images(r#"{"access": "all"}"#)["code"], "10004");
}

#[tokio::test]
async fn concurrent_creates_are_all_kept() {
    let folder = TempDir::new().unwrap();
    let sandbox = Sandbox::start(Some(folder.path().to_owned()), 0).unwrap();
    let client = client(&sandbox);
    let mut creates = tokio::task::JoinSet::new();
    for at in 0..200 {
        let client = client.clone();
        creates.spawn(async move { create(&client, &format!("x{at}")).await });
    }
    let ids: std::collections::HashSet<_> = creates.join_all().await.into_iter().collect();
    assert_eq!(ids.len(), 200);
    sandbox.stop();
    let log = fs::read_to_string(folder.path().join("instances.jsonl")).unwrap();
    assert!(ids.iter().all(|id| log.contains(id.as_str())));
}

/// Names, in the process that a test starts, the state folder of the sandbox that it runs.

#[tokio::test]
async fn kill_loses_nothing_that_was_acknowledged() {
    let folder = TempDir::new().unwrap();
    let mut process = Command::new(env!("CARGO_BIN_EXE_instancectl"))
        .args(["sandbox", "--state"])
        .arg(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut value = |name: &str| lines.next().unwrap().strip_prefix(name).unwrap().to_owned();
    let address = value("INSTANCECTL_ENDPOINT=");
    let token = value("INSTANCECTL_TOKEN=");
    let access = TokenCredentials::sandbox(&address, &token).unwrap();
    let client_then = Client::new(access, ClientOptions::default()).unwrap();
    let mut ids = Vec::new();
    for at in 0..20 {
        ids.push(create(&client_then, &format!("x{at}")).await);
    }
    process.kill().unwrap();
    process.wait().unwrap();
    let sandbox = Sandbox::start(Some(folder.path().to_owned()), 0).unwrap();
    for id in ids {
        client(&sandbox).detail(&id).await.unwrap();
    }
}

#[test]
fn account_issues_and_renews_tokens_and_lists_endpoints() {
    let sandbox = Sandbox::start(None, 0).unwrap();
    let by_hand = |call: &str, headers: &[&str]| {
        let (status, answer) = raw(&sandbox, call, headers, "");
        (status, answer["code"].as_str().unwrap_or_default().to_owned(), answer["data"].clone())
    };
    let code = |call: &str, headers: &[&str]| by_hand(call, headers).1;
    let password = ["user: demo", "password: demo-password", "orgId: o"];
    let (_, _, tokens) = by_hand("POST /ac/openapi/v2/tokens", &password);
    let token = |region: &str| {
        let all = tokens.as_array().unwrap().iter();
        let mut found = all.filter(|item| item["clusterId"] == region);
        found.next().unwrap()["token"].as_str().map(|token| format!("token: {token}"))
    };
    assert_eq!(token("20099"), None);
    let (platform, own) = (token("0").unwrap(), token("11250").unwrap());
    let valid = by_hand("GET /ac/openapi/v2/tokens/state", &[&own]);
    assert_eq!(valid, (200, "0".to_owned(), json!("token is valid")));
    let (_, _, next) = by_hand("POST /ac/openapi/v2/tokens/next", &[&own]);
    let next = format!("token: {}", next.as_str().unwrap());
    assert_ne!(next, own);
    let list = "GET /ai/openapi/v2/instance-service/task/list";
    for token in [&own, &next] {
        assert_eq!(code(list, &[token]), "0");
    }
    let (_, _, center) = by_hand("GET /ac/openapi/v2/center", &[&next]);
    assert_eq!(center["aiUrls"][1]["url"], sandbox.endpoint());
    assert_eq!(center["aiUrls"][0]["enable"], "false");
    // Both calls reject the platform's own token; one rejects that of a region without the
    // service.
    assert_eq!(code("GET /ac/openapi/v2/center", &[&platform]), "10001");
    for refused in [&platform, &token("20091").unwrap(), &"token: forged".to_owned()] {
        assert_eq!(by_hand(list, &[refused]).0, 401);
    }
    assert_eq!(
        code("POST /ac/openapi/v2/tokens", &["user: demo", "password: x", "orgId: o"]),
        "10009"
    );
    assert_eq!(code("POST /ac/openapi/v2/tokens", &["user: demo"]), "10003");
    assert_eq!(by_hand("GET /api/user/v3/tokens", &[]).0, 405);
}

#[test]
fn access_key_login_requires_the_documented_signature() {
    let sandbox = Sandbox::start(None, 0).unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let code = |time: u64, signature: Option<&str>, body: &str| {
        use hmac::{KeyInit, Mac};
        let text =
            format!(r#"{{"accessKey":"demo-access-key","timestamp":"{time}","user":"demo"}}"#);
        let mac = hmac::Hmac::<sha2::Sha256>::new_from_slice(b"demo-secret-key").unwrap();
        let bytes = mac.chain_update(text).finalize().into_bytes();
        let own: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let signature = signature.map_or_else(|| own.concat(), str::to_owned);
        let (time, signature) = (format!("timestamp: {time}"), format!("signature: {signature}"));
        let headers = ["user: demo", "accessKey: demo-access-key", &*time, &*signature];
        raw(&sandbox, "POST /api/user/v3/tokens", &headers, body).1["code"].clone()
    };
    assert_eq!(code(now, None, ""), "0");
    assert_eq!(code(now, None, "{}"), "10004");
    assert_eq!(code(now - 3600, None, ""), "10009");
    assert_eq!(code(now, Some("04ddc9dc"), ""), "10009");
    let (_, missing) = raw(&sandbox, "POST /api/user/v3/tokens", &["user: demo"], "");
    assert_eq!(missing["code"], "10003");
}
