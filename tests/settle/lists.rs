//! Lists as encountered in practice: in two forms, refused in many ways, large, changing, and with
//! inconsistent steps.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::platform::{body, manifest};
use crate::support::{Cli, Received, Reply, Service};

const TASK: &str = "/ai/openapi/v2/instance-service/task";

/// A way to refuse a list, with its name.
type Refusal = (&'static str, fn() -> Reply);
/// A way to return a list, with its name.
type ListForm = (&'static str, fn(&Asked) -> Reply);

/// Query of a list.
struct Asked {
    second_form: bool,
    start: usize,
    limit: usize,
}

/// Starts a platform with a custom list; creates get the ID `new`, and no detail exists.
fn platform(list: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Service {
    creating(list, || Reply::success("new"))
}

fn creating(
    list: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
    create: impl Fn() -> Reply + Send + Sync + 'static,
) -> Service {
    Service::each(move |asked: &Received| {
        let (path, query) = asked.path.split_once('?').unwrap_or((&asked.path, ""));
        let number = |key: &str| {
            let found = query.split('&').find_map(|pair| pair.strip_prefix(key));
            found.map_or(0, |text| text.parse().unwrap())
        };
        match (asked.method.as_str(), path.strip_prefix(TASK)) {
            ("POST", Some("")) => create(),
            ("GET", Some("")) => {
                let query = asked.json();
                let number = |key: &str| usize::try_from(query[key].as_u64().unwrap()).unwrap();
                list(&Asked { second_form: false, start: number("start"), limit: number("limit") })
            }
            ("GET", Some("/list")) => {
                list(&Asked { second_form: true, start: number("start="), limit: number("limit=") })
            }
            _ => Reply::code("10004", "no such instance"),
        }
    })
}

fn item(number: usize) -> Value {
    let mut task = body(&format!("n{number}"));
    task["id"] = json!(format!("id{number}"));
    task["status"] = json!("Running");
    task["createTime"] = json!("2026-11-23 00:00:00");
    task
}

fn items(range: std::ops::Range<usize>) -> Vec<Value> {
    range.map(item).collect()
}

fn apply(service: &Service, name: &str) -> Cli {
    Cli::new()
        .file("a.yaml", manifest(&[name]))
        .env("INSTANCECTL_ENDPOINT", service.url())
        .env("INSTANCECTL_TOKEN", "secret-token")
        .args(["apply", "-f", "a.yaml", "--yes", "--settle", "1s"])
}

fn creates(service: &Service) -> usize {
    service.received().iter().filter(|asked| asked.method == "POST" && asked.path == TASK).count()
}

#[test]
fn any_failed_first_list_form_falls_back_to_the_second() {
    let refusals: Vec<Refusal> = vec![
        ("400", || Reply::html(400)),
        ("401", || Reply::html(401)),
        ("403", || Reply::html(403)),
        ("404", || Reply::html(404)),
        ("405", || Reply::html(405)),
        ("411", || Reply::html(411)),
        ("413", || Reply::html(413)),
        ("415", || Reply::html(415)),
        ("501", || Reply::html(501)),
        ("a reset", Reply::reset_read),
        ("code 10003", || Reply::code("10003", "incomplete parameters")),
        ("code 10001", || Reply::code("10001", "internal error")),
        ("a page", || Reply::html(200)),
        ("no list", || Reply::success(Value::Null)),
    ];
    thread::scope(|threads| {
        for (what, refusal) in refusals {
            threads.spawn(move || {
                let service = platform(move |asked| {
                    if asked.second_form {
                        Reply::success(json!({"total": 1, "data": items(0..1)}))
                    } else {
                        refusal()
                    }
                });
                // The second form shows the instance, so nothing is created.
                let output = apply(&service, "n0").run().code(6);
                assert_eq!(creates(&service), 0, "{what}");
                let _ = output.stderr_has("already live on the platform and in no lock: id0");
            });
        }
    });
}

#[test]
fn documented_access_denial_aborts_the_run() {
    for code in ["10007", "10008", "10009"] {
        let service = platform(move |asked| {
            assert!(!asked.second_form, "the second form is not asked");
            Reply::code(code, "no permission")
        });
        let _ = apply(&service, "a").run().code(7);
        assert_eq!(creates(&service), 0);
    }
}

#[test]
fn invalid_list_responses_abort_before_any_create() {
    let answers: Vec<(i32, fn() -> Reply)> = vec![
        (10, || Reply::html(200)),
        (10, || Reply::html(502)),
        (10, || Reply::html(400)),
        (10, || Reply::code("10001", "internal error")),
        (10, || Reply::success(json!([])).header("Content-Encoding", "gzip")),
        (7, || Reply::html(403)),
        (10, Reply::close),
    ];
    thread::scope(|threads| {
        for (code, answer) in answers {
            threads.spawn(move || {
                let service = platform(move |_| answer());
                let output = apply(&service, "a").run().code(code);
                assert_eq!(creates(&service), 0, "{output:?}");
                let _ = output.stderr_has("nothing was sent: ");
            });
        }
    });
}

#[test]
fn missing_list_support_is_reported_and_apply_works() {
    let answers: Vec<fn() -> Reply> = vec![
        || Reply::html(404),
        || Reply::html(405),
        || Reply::html(501),
        || Reply::success(Value::Null),
        || Reply::raw(r#"{"error": "no such method"}"#),
    ];
    for answer in answers {
        let service = platform(move |_| answer());
        let output = apply(&service, "a").run().code(0);
        let _ = output.stderr_has("this platform cannot list instances").stdout_has("1 created");
    }
}

#[test]
fn list_of_many_megabytes_is_read() {
    // 3,000 ended instances with scripts of 12 kB, for any requested limit.
    let all = items(0..3000).into_iter().map(|mut task| {
        task["startScriptContent"] = json!("x".repeat(12_000));
        task["status"] = json!("Completed");
        task
    });
    let all = Arc::new(all.collect::<Vec<_>>());
    let service = platform(move |asked| {
        Reply::success(json!({"total": all.len(), "data": all[asked.start..]}))
    });
    let _ = apply(&service, "a").run().code(0).stdout_has("1 created");
}

#[test]
fn oversized_page_is_requested_in_smaller_pages() {
    let largest = Arc::new(AtomicUsize::new(0));
    let given = Arc::clone(&largest);
    let service = platform(move |asked| {
        let range = asked.start..(asked.start + asked.limit).min(300);
        if range.len() > 100 {
            return Reply::raw(vec![b' '; 65 * 1024 * 1024]);
        }
        given.fetch_max(range.len(), Ordering::Relaxed);
        Reply::success(json!({"total": 300, "data": items(range)}))
    });
    let output = apply(&service, "n299").run().code(6);
    let _ = output.stderr_has("already live on the platform and in no lock: id299");
    assert!((30..=100).contains(&largest.load(Ordering::Relaxed)));
}

#[test]
fn rejected_page_limit_is_lowered() {
    for refusal in [|| Reply::code("10004", "limit is too large"), || Reply::html(400)] {
        let service = platform(move |asked| {
            let range = asked.start..(asked.start + asked.limit).min(250);
            if asked.limit > 100 {
                return refusal();
            }
            Reply::success(json!({"total": 250, "data": items(range)}))
        });
        let output = apply(&service, "n249").run().code(6);
        let _ = output.stderr_has("already live on the platform and in no lock: id249");
    }
}

#[test]
fn list_that_changes_during_paging_is_fetched_again() {
    let walks = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&walks);
    let service = creating(
        move |asked| {
            if asked.start == 0 {
                counted.fetch_add(1, Ordering::Relaxed);
            }
            // During the first two walks, other clients create instances.
            let more = usize::from(asked.start > 0 && counted.load(Ordering::Relaxed) < 3);
            let range = asked.start..(asked.start + asked.limit.min(20)).min(50);
            Reply::success(json!({"total": 50 + more, "data": items(range)}))
        },
        || Reply::code("716865", "create failed"),
    );
    // The complete list proves that nothing was created.
    let _ = apply(&service, "a").run().code(3).nowhere("not whole");
    assert!(walks.load(Ordering::Relaxed) >= 3);
}

#[test]
fn incomplete_paging_does_not_prove_absence() {
    let lists: Vec<ListForm> = vec![
        ("start counts parts", |asked| {
            let from = (asked.start * asked.limit).min(1250);
            let range = from..(from + asked.limit).min(1250);
            Reply::success(json!({"data": items(range)}))
        }),
        ("start counts parts of 100", |asked| {
            let from = (asked.start * 100).min(250);
            Reply::success(json!({"total": 250, "data": items(from..(from + 100).min(250))}))
        }),
        ("start is ignored, and the total is that of the part", |_| {
            Reply::success(json!({"total": 20, "data": items(0..20)}))
        }),
    ];
    for (what, list) in lists {
        let service = creating(list, || Reply::code("10001", "internal error"));
        let output = apply(&service, "a").run().code(4);
        let output = output.stderr_has("the platform's list is incomplete");
        assert!(output.stdout.contains("a: unknown"), "{what}: {output:?}");
    }
}

/// Applies to a list of 13 pages, of which the first takes this long, and returns how many of the others
/// were requested at once.
fn pages_at_once(first: Duration) -> usize {
    let (asked_now, most) = (AtomicUsize::new(0), Arc::new(AtomicUsize::new(0)));
    let seen = Arc::clone(&most);
    let service = platform(move |asked| {
        let range = asked.start..(asked.start + asked.limit.min(20)).min(250);
        if asked.start == 0 {
            thread::sleep(first);
        } else if asked.limit > 2 {
            seen.fetch_max(asked_now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            // Long enough for the requests that do not wait for this answer.
            thread::sleep(Duration::from_millis(100));
            asked_now.fetch_sub(1, Ordering::SeqCst);
        }
        Reply::success(json!({"total": 250, "data": items(range)}))
    });
    let output = apply(&service, "n249").args(["--request-timeout", "10s"]).run().code(6);
    let _ = output.stderr_has("already live on the platform and in no lock: id249");
    let asked = service.received().into_iter().filter(|asked| asked.method == "GET");
    let mut starts: Vec<u64> = asked.filter_map(|asked| asked.json()["start"].as_u64()).collect();
    starts.sort_unstable();
    starts.dedup();
    assert_eq!(starts, (0..250).step_by(20).chain([249]).collect::<Vec<_>>());
    most.load(Ordering::SeqCst)
}

#[test]
fn following_pages_are_requested_together_unless_pages_are_slow() {
    assert!((2..=4).contains(&pages_at_once(Duration::ZERO)));
    assert_eq!(pages_at_once(Duration::from_millis(700)), 1);
}

#[test]
fn short_page_is_continued_where_it_ended() {
    let service = platform(|asked| {
        let most = if asked.start == 40 { 7 } else { 20 };
        let range = asked.start..(asked.start + asked.limit.min(most)).min(250);
        Reply::success(json!({"total": 250, "data": items(range)}))
    });
    let output = apply(&service, "n47").run().code(6);
    let _ = output.stderr_has("already live on the platform and in no lock: id47");
    let starts: Vec<u64> =
        service.received().iter().filter_map(|asked| asked.json()["start"].as_u64()).collect();
    assert!(starts.contains(&47), "{starts:?}");
}

#[test]
fn per_page_total_does_not_end_paging() {
    let service = platform(|asked| {
        let range = asked.start..(asked.start + asked.limit.min(20)).min(250);
        Reply::success(json!({"total": range.len(), "data": items(range)}))
    });
    let output = apply(&service, "n249").run().code(6);
    let _ = output.stderr_has("already live on the platform and in no lock: id249");
}

#[test]
fn bom_and_gbk_are_decoded_but_gzip_is_not() {
    let with = |answer: fn() -> Reply| {
        let list = |_: &Asked| {
            Reply::raw([b"\xef\xbb\xbf", br#"{"code":"0","data":[]}"#.as_slice()].concat())
        };
        let service = creating(list, answer);
        let output = apply(&service, "a").run();
        assert_eq!(creates(&service), 1);
        output
    };
    let marked = with(|| Reply::raw(b"\xef\xbb\xbf{\"code\":\"0\",\"data\":\"a1\"}".as_slice()));
    let _ = marked.code(0).stdout_has("a: created a1");
    let gbk = with(|| Reply::raw(b"{\"code\":\"10004\",\"msg\":\"\xb2\xce\xca\xfd\"}".as_slice()));
    let _ = gbk.code(3).stdout_has("a: refused: 参数 (code 10004)");
    let gbk = with(|| {
        Reply::raw(b"{\"code\":0,\"msg\":\"\xb3\xc9\xb9\xa6\",\"data\":\"a1\"}".as_slice())
    });
    let _ = gbk.code(0).stdout_has("a: created a1");
    let coded =
        with(|| Reply::raw(b"\x1f\x8b\x08\0rubbish".as_slice()).header("Content-Encoding", "gzip"));
    let _ = coded.code(4).stdout_has("content coding `gzip`").nowhere("rubbish");
}

#[test]
fn requests_accept_identity_encoding_only() {
    let service = platform(|_| Reply::success(json!([])));
    let _ = apply(&service, "a").run().code(0);
    for asked in service.received() {
        assert_eq!(asked.header("accept-encoding"), Some("identity"), "{asked:?}");
    }
}
