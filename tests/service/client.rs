//! The create call against a real server: every row of the table of outcomes.

use std::future::{Future, pending, ready};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use crate::support::{Reply, Service};
use crate::{ID, TOKEN, class, client, sample, task};
use instancectl::api::auth::credentials::TokenCredentials;
use instancectl::api::client::{Client, ClientOptions, CreateError, ErrorDetail, ErrorMessage};
use instancectl::ids::TaskId;
use instancectl::language::Language;
use serde_json::json;
use socket2::{Domain, Socket, Type};

/// Creates the sample against a server that follows `script`; returns the answer and number of
/// requests that the server read.
async fn create(script: impl IntoIterator<Item = Reply>) -> (Result<TaskId, CreateError>, usize) {
    create_unless(script, pending()).await
}

async fn create_unless(
    script: impl IntoIterator<Item = Reply>,
    halt: impl Future<Output = ()>,
) -> (Result<TaskId, CreateError>, usize) {
    let service = Service::start(script);
    let answer = client(&service.url()).create(&task(), halt).await;
    (answer, service.received().len())
}

fn fault(answer: Result<TaskId, CreateError>) -> ErrorDetail {
    answer.unwrap_err().detail
}

fn text(answer: Result<TaskId, CreateError>) -> String {
    Language::English.error_message(&fault(answer).message)
}

#[tokio::test]
async fn documented_sample_is_sent_as_documented() {
    let service = Service::start([Reply::success(ID)]);
    let answer = client(&service.url()).create(&task(), pending()).await;
    assert_eq!(answer, Ok(ID.parse().unwrap()));
    let [request] = &service.received()[..] else { panic!("one request") };
    assert_eq!(request.method, "POST");
    assert_eq!(request.path, "/ai/openapi/v2/instance-service/task");
    assert_eq!(request.header("token"), Some(TOKEN));
    assert_eq!(request.header("authorization"), None);
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("content-length"), Some(&*request.body.len().to_string()));
    assert_eq!(request.json(), sample());
}

#[tokio::test]
async fn path_has_one_ai_segment_for_every_endpoint_form() {
    for (ending, path) in [("", ""), ("/", ""), ("/ai", ""), ("/ai/", ""), ("/gate/ai", "/gate")] {
        let service = Service::start([Reply::success(ID)]);
        let address = format!("{}{ending}", service.url());
        client(&address).create(&task(), pending()).await.unwrap();
        let expected = format!("{path}/ai/openapi/v2/instance-service/task");
        assert_eq!(service.received()[0].path, expected, "{ending}");
    }
}

#[tokio::test]
async fn success_is_created_for_any_status_and_value_types() {
    for (reply, id) in [
        (Reply::success(ID), ID),
        (Reply::success(ID).byte_by_byte(), ID),
        (Reply::success(ID).status(500), ID),
        (Reply::success(ID).status(404), ID),
        (Reply::success(17), "17"),
        (
            Reply::json(&json!({"code": 0, "data": 18_446_744_073_709_551_615_u64})),
            "18446744073709551615",
        ),
        (Reply::json(&json!({"code": 0, "msg": "操作成功", "data": ID})), ID),
    ] {
        let (answer, requests) = create([reply.clone()]).await;
        assert_eq!(answer, Ok(id.parse().unwrap()), "{reply:?}");
        assert_eq!(requests, 1);
    }
}

#[tokio::test]
async fn documented_code_decides_regardless_of_status() {
    for (code, expected) in [
        ("10003", "Refused"),
        ("10004", "Refused"),
        ("10010", "Refused"),
        ("10011", "Refused"),
        ("10007", "Denied"),
        ("10008", "Denied"),
        ("10009", "Denied"),
        ("10012", "Unknown"),
        ("10001", "Unconfirmed"),
        ("716865", "Unconfirmed"),
    ] {
        let number: u32 = code.parse().unwrap();
        for status in [200, 400, 401, 404, 429, 500, 502] {
            for value in [json!(code), json!(number)] {
                let (answer, requests) = create([Reply::code(value, "why").status(status)]).await;
                assert_eq!((&*class(&answer), requests), (expected, 1), "{code} under {status}");
                let expected = ErrorDetail {
                    code: Some(code.to_owned()),
                    status: Some(status),
                    ..ErrorMessage::Platform("why".to_owned()).into()
                };
                assert_eq!(fault(answer), expected);
            }
        }
    }
}

#[tokio::test]
async fn unknown_code_is_uncertain_with_2xx_else_status_decides() {
    for (code, status, expected) in [
        ("99999", 200, "Unconfirmed"),
        ("716866", 201, "Unconfirmed"),
        ("", 200, "Unconfirmed"),
        ("99999", 400, "Refused"),
        ("99999", 401, "Denied"),
        ("404", 404, "Refused"),
        ("99999", 500, "Unknown"),
        ("99999", 302, "Unknown"),
    ] {
        let (answer, requests) = create([Reply::code(code, "why").status(status)]).await;
        assert_eq!((&*class(&answer), requests), (expected, 1), "{code} under {status}");
    }
}

#[tokio::test]
async fn without_an_envelope_the_status_decides() {
    let rows: [(&str, &[u16]); 4] = [
        ("Refused", &[400, 411, 413, 414, 415, 422, 431]),
        ("Denied", &[401, 403]),
        ("EndpointMissing", &[404, 405]),
        ("Unknown", &[200, 201, 204, 302, 303, 402, 406, 408, 409, 418, 500, 501, 502, 503, 504]),
    ];
    for (expected, statuses) in rows {
        for &status in statuses {
            let page = if status == 204 { Reply::raw("") } else { Reply::html(status) };
            for reply in [page, Reply::json(&json!({"error": "x"}))] {
                let (answer, requests) = create([reply.status(status)]).await;
                assert_eq!((&*class(&answer), requests), (expected, 1), "{status}");
                assert_eq!(fault(answer).status, Some(status));
            }
        }
    }
}

#[tokio::test]
async fn incomplete_response_is_unknown() {
    let whole = json!({"code": "0", "msg": "success", "data": ID}).to_string();
    let big = vec![b' '; 10 * 1024 * 1024];
    for reply in [
        Reply::raw(whole.clone()).cut_at(20),
        Reply::raw(whole.clone()).cut_at(0),
        Reply::code("10003", "why").cut_at(20).status(400),
        Reply::raw(&whole[..20]),
        Reply::raw(format!("{whole}x")),
        Reply::raw(format!("{whole}{whole}")),
        Reply::raw(r#"{"code":"0","code":"10003","data":"a"}"#),
        Reply::raw(r#"{"code":"0","data":"a","data":"b"}"#),
        Reply::raw(whole.clone()).header("Content-Encoding", "gzip"),
        Reply::raw([&big, whole.as_bytes()].concat()),
        Reply::html(200).status(401).cut_at(5),
    ] {
        let (answer, requests) = create([reply]).await;
        assert_eq!((&*class(&answer), requests), ("Unknown", 1));
    }
}

#[tokio::test]
async fn success_without_an_id_is_unknown() {
    for data in [json!(null), json!(""), json!("a b"), json!("../x"), json!(1.5), json!({"id": ID})]
    {
        let (answer, requests) = create([Reply::success(data.clone())]).await;
        assert_eq!((&*class(&answer), requests), ("Unknown", 1), "{data}");
        assert!(text(answer).starts_with("success without a task ID"));
    }
}

#[tokio::test]
async fn connection_lost_after_request_is_unknown_and_not_resent() {
    for reply in [Reply::reset_unread(), Reply::reset_read(), Reply::close()] {
        let unread = matches!(&*format!("{reply:?}"), text if text.contains("ResetUnread"));
        let (answer, requests) = create([reply, Reply::success(ID)]).await;
        assert_eq!(class(&answer), "Unknown", "{answer:?}");
        assert_eq!(requests, usize::from(!unread));
    }
}

#[tokio::test]
async fn response_timeout_is_unknown() {
    let service = Service::start([Reply::hang()]);
    let access = TokenCredentials::new(&service.url(), TOKEN, false).unwrap();
    let request_timeout = Duration::from_millis(200);
    let client =
        Client::new(access, ClientOptions { request_timeout, ..ClientOptions::default() }).unwrap();
    let answer = client.create(&task(), pending()).await;
    assert_eq!(class(&answer), "Unknown");
    assert!(text(answer).contains("timed out"));
    assert_eq!(service.received().len(), 1);
}

#[tokio::test]
async fn request_without_a_connection_is_not_sent() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let plain = Service::start([Reply::html(200)]);
    for address in [
        format!("http://{closed}"),
        plain.url().replace("http:", "https:"),
        "https://no-such-host.invalid".to_owned(),
    ] {
        let answer = client(&address).create(&task(), pending()).await;
        assert_eq!(class(&answer), "NotSent", "{address}: {answer:?}");
    }
}

#[tokio::test]
async fn request_on_an_unaccepted_connection_is_not_sent() {
    // The accept queue has room for one connection and is full.
    let full = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    full.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
    full.listen(0).unwrap();
    let address = full.local_addr().unwrap().as_socket().unwrap();
    let _first = TcpStream::connect(address).unwrap();
    let access = TokenCredentials::new(&format!("http://{address}"), TOKEN, false).unwrap();
    let short = Duration::from_millis(50);
    let options =
        ClientOptions { connect_timeout: short, backoff: short, ..ClientOptions::default() };
    let answer = Client::new(access, options).unwrap().create(&task(), ready(())).await;
    assert_eq!(class(&answer), "NotSent", "{answer:?}");
}

#[tokio::test]
async fn throttling_is_retried_until_success_but_a_407_is_not() {
    let busy = || Reply::html(429);
    let more = || [busy(), busy(), busy(), busy(), busy(), Reply::success(ID)];
    let (answer, requests) = create(more()).await;
    assert_eq!((&*class(&answer), requests), ("Created", 6));
    let (answer, requests) = create([Reply::html(407)]).await;
    assert_eq!((&*class(&answer), requests), ("NotSent", 4));
}

#[tokio::test]
async fn retry_after_is_honored_as_seconds_and_as_date() {
    let date = "Wed, 21 Oct 2015 07:28:00 GMT";
    let then = "Wed, 21 Oct 2015 07:28:01 GMT";
    let seconds = Reply::html(429).header("retry-after", "1");
    for reply in [seconds, Reply::html(429).header("date", date).header("retry-after", then)] {
        let before = Instant::now();
        let (answer, requests) = create([reply, Reply::success(ID)]).await;
        assert_eq!((&*class(&answer), requests), ("Created", 2));
        assert!(before.elapsed() >= Duration::from_secs(1));
    }
    let (answer, requests) = create([Reply::html(429).header("retry-after", "86400")]).await;
    assert_eq!((&*class(&answer), requests), ("NotSent", 1));
}

#[tokio::test]
async fn cancellation_ends_the_backoff_but_not_the_request() {
    let throttled = Reply::html(429).header("retry-after", "60");
    let (answer, requests) = create_unless([throttled], ready(())).await;
    assert_eq!((&*class(&answer), requests), ("NotSent", 1));
    let late = Reply::success(ID).late(Duration::from_millis(50));
    let (answer, _) = create_unless([late], ready(())).await;
    assert_eq!(class(&answer), "Created");
}

#[tokio::test]
async fn redirect_is_not_followed_and_token_is_not_forwarded() {
    for status in [301, 302, 303, 307, 308] {
        let other = Service::start([Reply::success(ID)]);
        let reply = Reply::html(status).header("location", &format!("{}/x", other.url()));
        let (answer, requests) = create([reply]).await;
        assert_eq!((&*class(&answer), requests), ("Unknown", 1), "{status}");
        assert!(text(answer).contains("redirects are never followed"));
        assert!(other.received().is_empty());
    }
}

#[tokio::test]
async fn idle_connection_closed_by_the_server_is_harmless() {
    let service = Service::start([Reply::success(ID).then_close()]);
    let client = client(&service.url());
    for _ in 0..20 {
        let answer = client.create(&task(), pending()).await;
        assert_eq!(class(&answer), "Created", "{answer:?}");
        // Wait until the end of the connection has arrived.
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(service.received().len(), 20);
}

#[tokio::test]
async fn service_message_is_escaped_truncated_and_redacted() {
    let said = format!("\u{1b}[31m{TOKEN}\u{202e}\r\n{}", "长".repeat(1000));
    for reply in [Reply::code("10004", &said), Reply::raw(said.clone()).status(502)] {
        let message = text(create([reply]).await.0);
        assert!(message.contains("\\u{1b}[31m[token]\\u{202e}\\r\\n长"), "{message}");
        assert!(message.chars().count() <= 400 && !message.contains(TOKEN), "{message}");
    }
    let client = client("https://ai.example.cn:443/ai");
    assert!(!format!("{client:?}").contains("secret"), "{client:?}");
    assert_eq!(client.endpoint().as_str(), "https://ai.example.cn");
}
