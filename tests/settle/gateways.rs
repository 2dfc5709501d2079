//! Gateways in front of the platform: they drop kept-alive connections and limit the creates per
//! second; and a process may be stopped for a while.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::platform::manifest;
use crate::support::{Cli, Received, Reply, Service};

/// Starts a gateway that answers this number of requests on each connection and then resets it
/// without notice: the next request on it is lost. Returns its address, and the creates that
/// arrived.
fn forgetful(after: usize) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let created: Arc<Mutex<Vec<String>>> = Arc::default();
    let arrived = Arc::clone(&created);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let created = Arc::clone(&arrived);
            thread::spawn(move || serve(&stream, after, &created));
        }
    });
    (address, created)
}

fn serve(stream: &TcpStream, after: usize, created: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    for number in 0.. {
        let (mut head, mut length) = (String::new(), 0);
        let mut line = String::new();
        while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
            let lower = line.to_lowercase();
            if let Some(text) = lower.strip_prefix("content-length:") {
                length = text.trim().parse().unwrap();
            }
            head.push_str(&line);
            line.clear();
        }
        if head.is_empty() || number == after {
            // The rest of the request stays unread, so that closing resets the connection.
            return;
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let data = if head.starts_with("POST") {
            let body: Value = serde_json::from_slice(&body).unwrap();
            let name = body["instanceServiceName"].as_str().unwrap().to_owned();
            created.lock().unwrap().push(name.clone());
            json!(format!("id-{name}"))
        } else if head.contains("/detail") {
            json!(null)
        } else {
            let items: Vec<Value> = created.lock().unwrap().iter().map(|name| item(name)).collect();
            let query: Value = serde_json::from_slice(&body).unwrap_or_default();
            let start = usize::try_from(query["start"].as_u64().unwrap_or(0)).unwrap();
            json!({"total": items.len(), "data": items[start.min(items.len())..]})
        };
        let body = json!({"code": "0", "msg": "success", "data": data}).to_string();
        let answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut writer = stream;
        if writer.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

fn item(name: &str) -> Value {
    json!({"id": format!("id-{name}"), "instanceServiceName": name, "status": "Running",
        "createTime": "2026-11-23 06:00:00"})
}

fn apply(address: &str, count: usize) -> (Cli, Vec<String>) {
    let names: Vec<String> = (0..count).map(|number| format!("n{number:03}")).collect();
    let text = manifest(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let cli = Cli::new()
        .file("a.yaml", text)
        .env("INSTANCECTL_ENDPOINT", address)
        .env("INSTANCECTL_TOKEN", "secret-token")
        .args(["apply", "-f", "a.yaml", "--yes"]);
    (cli, names)
}

#[test]
fn dropped_keepalive_connections_lose_only_in_flight_calls() {
    for after in [1, 2, 10, 100] {
        let (address, created) = forgetful(after);
        let (cli, names) = apply(&address, 300);
        let cli = cli.args(["--parallel", "4", "--max-unknown", "4", "--settle", "1s"]);
        let output = cli.run();
        let arrived = created.lock().unwrap().len();
        let unknown = output.stdout.matches(": unknown").count();
        assert!(unknown <= 4, "{after}: {unknown} unknown");
        assert_eq!(arrived + unknown, names.len(), "{after}: {}", output.stderr);
        assert_eq!(output.stdout.matches(": created id-").count(), arrived, "{after}");
    }
}

/// Starts a platform that accepts this number of creates per second; the others optionally get a
/// `Retry-After` header.
fn throttling(a_second: usize, says: bool) -> Service {
    let recent: Mutex<Vec<Instant>> = Mutex::default();
    Service::each(move |asked: &Received| {
        if asked.method != "POST" {
            return Reply::html(404);
        }
        let mut recent = recent.lock().unwrap();
        recent.retain(|then| then.elapsed() < Duration::from_secs(1));
        if recent.len() < a_second {
            recent.push(Instant::now());
            return Reply::success(
                format!("id{}", asked.json()["instanceServiceName"]).replace('"', ""),
            );
        }
        let reply = Reply::html(429);
        if says { reply.header("Retry-After", "1") } else { reply }
    })
}

#[test]
fn throttled_creates_all_succeed_with_bounded_retries() {
    thread::scope(|threads| {
        for parallel in ["8", "64"] {
            for says in [false, true] {
                threads.spawn(move || {
                    let service = throttling(5, says);
                    let (cli, names) = apply(&service.url(), 60);
                    let output = cli.args(["--parallel", parallel]).run().code(0);
                    let _ = output.stdout_has("60 created\n");
                    let posts = service.received();
                    let posts = posts.iter().filter(|asked| asked.method == "POST").count();
                    assert!(posts < 4 * names.len(), "{parallel} {says}: {posts} requests");
                });
            }
        }
    });
}

#[test]
fn permanent_throttling_is_reported() {
    let service = Service::each(|asked: &Received| match asked.method.as_str() {
        "POST" => Reply::html(429).header("Retry-After", "3600"),
        _ => Reply::html(404),
    });
    let (cli, _) = apply(&service.url(), 20);
    let output = cli.run().code(10);
    let output = output.stdout_has("throttled").stdout_has("`--parallel 2`");
    let _ = output.stdout_has("asks for a pause of 1h");
    let posts = service.received().iter().filter(|asked| asked.method == "POST").count();
    assert_eq!(posts, 1);
}

#[test]
fn signal_interrupts_waiting_for_a_throttling_platform() {
    let service = Service::each(|asked: &Received| match asked.method.as_str() {
        "POST" => Reply::html(429).header("Retry-After", "200"),
        _ => Reply::html(404),
    });
    let (cli, _) = apply(&service.url(), 3);
    let running = cli.start();
    service.wait_for_such(1, |asked| asked.method == "POST");
    running.signal("INT");
    let _ = running.end().code(130);
}

#[test]
fn resumed_process_reads_responses_received_while_stopped() {
    let created = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&created);
    let service = Service::each(move |asked: &Received| match asked.method.as_str() {
        "POST" => {
            let number = counted.fetch_add(1, Ordering::SeqCst);
            // The first confirms the address; the others are answered while the process is
            // stopped.
            let delay = if number == 0 { 0 } else { 700 };
            Reply::success(format!("id{number}")).late(Duration::from_millis(delay))
        }
        _ => Reply::html(404),
    });
    let (cli, _) = apply(&service.url(), 9);
    let cli = cli.args(["--request-timeout", "2s"]);
    let running = cli.start();
    service.wait_for_such(9, |asked| asked.method == "POST");
    running.signal("STOP");
    thread::sleep(Duration::from_millis(3500));
    running.signal("CONT");
    let _ = running.end().code(0).stdout_has("9 created\n");
}
