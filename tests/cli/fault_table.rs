//! The table of outcomes, row by row: the reaction of the service to the only create call of a
//! run, on a platform that cannot list, and the resulting outcome. `tests/settle` covers the
//! effect of a list.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::{iter, thread};

use serde_json::{Value, json};

use crate::stage::{creates_at, creator, project};
use crate::support::{Cli, Reply, Service};

/// Result for an instance: outcome and exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Created, 0; the lock has its ID.
    Created,
    /// Never accepted, 10; the next run sends it.
    NotSent,
    /// Refused, 3; the next run sends it.
    Refused,
    /// No permission, 7; the next run sends it.
    Denied,
    /// Unknown, 4; the lock records it and no run ever sends it again.
    Unknown,
}

use Class::{Created, Denied, NotSent, Refused, Unknown};

/// Name, replies of the service in order, result for the instance, and number of create calls.
type Row = (&'static str, Vec<Reply>, Class, usize);

fn table() -> Vec<Row> {
    let id = || Reply::success("530491fa");
    let busy = || Reply::html(429).header("retry-after", "0");
    let dated = || {
        let date = "Wed, 21 Oct 2026 07:28:00 GMT";
        Reply::html(429).header("date", date).header("retry-after", date)
    };
    let gateway = |status| vec![Reply::html(status)];
    let code = |code: &str| vec![Reply::code(code, "said so")];
    let under = |code: &str, status| vec![Reply::code(code, "said so").status(status)];
    let envelope = r#"{"code":"0","msg":"success","data":"530491fa"}"#;
    let blanks =
        |size: usize| vec![Reply::raw([&vec![b' '; size][..], envelope.as_bytes()].concat())];
    let one = |reply| vec![reply];
    let again = |first: Reply| vec![first, id()];
    vec![
        // Success in any form.
        ("an ID", one(id()), Created, 1),
        ("an ID, one byte at a time", one(id().byte_by_byte()), Created, 1),
        ("an ID, and the connection ends", one(id().then_close()), Created, 1),
        ("an ID that is a number", one(Reply::success(17)), Created, 1),
        ("an ID of 128 characters", one(Reply::success("a".repeat(128))), Created, 1),
        ("an ID under 500", one(id().status(500)), Created, 1),
        ("an ID under 404", one(id().status(404)), Created, 1),
        ("an ID under 307", one(id().status(307).header("location", "/x")), Created, 1),
        (
            "an ID that calls itself a page",
            one(id().header("content-type", "text/html")),
            Created,
            1,
        ),
        (
            "the code as a number",
            one(Reply::json(&json!({"code": 0, "data": "530491fa"}))),
            Created,
            1,
        ),
        // Not sent, or not accepted.
        ("407", gateway(407), NotSent, 4),
        ("407, then an ID", again(Reply::html(407)), Created, 2),
        ("429 with many seconds", one(Reply::html(429).header("retry-after", "400")), NotSent, 1),
        ("429 with seconds, then an ID", again(busy()), Created, 2),
        ("429 with a date, then an ID", again(dated()), Created, 2),
        // Refused.
        ("400", gateway(400), Refused, 1),
        ("404 of a gateway", gateway(404), Refused, 1),
        ("405 of a gateway", gateway(405), Refused, 1),
        ("411", gateway(411), Refused, 1),
        ("413", gateway(413), Refused, 1),
        ("414", gateway(414), Refused, 1),
        ("415", gateway(415), Refused, 1),
        ("422", gateway(422), Refused, 1),
        ("431", gateway(431), Refused, 1),
        ("10003", code("10003"), Refused, 1),
        ("10004", code("10004"), Refused, 1),
        ("10004 as a number", one(Reply::code(10004, "invalid")), Refused, 1),
        ("10004 under 502", under("10004", 502), Refused, 1),
        ("10010", code("10010"), Refused, 1),
        ("10011 under 500", under("10011", 500), Refused, 1),
        // No permission.
        ("401", gateway(401), Denied, 1),
        ("403", gateway(403), Denied, 1),
        ("10007", code("10007"), Denied, 1),
        ("10008", code("10008"), Denied, 1),
        ("10008 under 401", under("10008", 401), Denied, 1),
        ("10009 under 500", under("10009", 500), Denied, 1),
        // Refused, unless it was created anyway: unknown without a list.
        ("716865", code("716865"), Unknown, 1),
        ("10001", code("10001"), Unknown, 1),
        ("10001 under 500", under("10001", 500), Unknown, 1),
        ("a code of no page", code("99999"), Unknown, 1),
        // Anything else.
        ("the connection is reset", one(Reply::reset_read()), Unknown, 1),
        ("the connection ends", one(Reply::close()), Unknown, 1),
        ("408", gateway(408), Unknown, 1),
        ("409", gateway(409), Unknown, 1),
        ("418", gateway(418), Unknown, 1),
        ("500", gateway(500), Unknown, 1),
        ("501", gateway(501), Unknown, 1),
        ("502", gateway(502), Unknown, 1),
        ("503", gateway(503), Unknown, 1),
        ("504", gateway(504), Unknown, 1),
        ("a page under 200", gateway(200), Unknown, 1),
        ("204", one(Reply::raw("").status(204)), Unknown, 1),
        ("an empty answer", one(Reply::raw("")), Unknown, 1),
        ("a redirect", one(Reply::html(307).header("location", "/x")), Unknown, 1),
        ("a truncated answer", one(id().cut_at(20)), Unknown, 1),
        ("a refusal cut short", one(Reply::code("10004", "no").cut_at(20)), Unknown, 1),
        ("half an envelope", one(Reply::raw(&envelope[..20])), Unknown, 1),
        ("two envelopes", one(Reply::raw(envelope.repeat(2))), Unknown, 1),
        ("a key twice", one(Reply::raw(r#"{"code":"0","code":"10003","data":"a"}"#)), Unknown, 1),
        ("success without an ID", one(Reply::success(Value::Null)), Unknown, 1),
        ("an empty ID", one(Reply::success("")), Unknown, 1),
        ("an invalid ID", one(Reply::success("../a b")), Unknown, 1),
        ("an ID of 129 characters", one(Reply::success("a".repeat(129))), Unknown, 1),
        ("an ID in an object", one(Reply::success(json!({"id": "530491fa"}))), Unknown, 1),
        ("10012", code("10012"), Unknown, 1),
        ("a code of no page under 500", under("99999", 500), Unknown, 1),
        ("an ID after 100 MB of blanks", blanks(100_000_000), Unknown, 1),
        ("a compressed body that was not requested", one(bomb()), Unknown, 1),
    ]
}

/// Returns a gzip stream of zeros labelled as compressed JSON: 1 KiB for 1 MiB.
fn bomb() -> Reply {
    let mut bytes = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
    bytes.extend([0; 1024]);
    Reply::raw(bytes).header("content-encoding", "gzip")
}

#[test]
fn every_create_response_has_its_exit_class() {
    // Run rows concurrently: some wait before they retry.
    let rows = Mutex::new(table());
    let work = || iter::from_fn(|| rows.lock().unwrap().pop()).filter_map(|row| met(row).err());
    let faults: Vec<_> = thread::scope(|scope| {
        let workers: Vec<_> = (0..8).map(|_| scope.spawn(|| work().collect::<Vec<_>>())).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Runs `apply` against a row, then once more against a service that creates.
fn met((what, replies, class, requests): Row) -> Result<(), String> {
    let service = Service::creates(replies);
    let cli = project(["a"]).on(&service);
    let output = cli.apply().args(["--format", "json"]).run();
    let report: Value =
        serde_json::from_str(&output.stdout).map_err(|error| format!("{what}: {error}"))?;
    let instance = &report["instances"][0];
    let found =
        (output.code, instance["outcome"].as_str(), entry(&cli), creates_at(&service).len());
    let (code, outcome, state) = match class {
        Created => (0, "created", Some("created")),
        NotSent => (10, "not-sent", None),
        Refused => (3, "refused", None),
        Denied => (7, "refused", None),
        Unknown => (4, "unknown", Some("unknown")),
    };
    let wanted = (Some(code), Some(outcome), state.map(str::to_owned), requests);
    if found != wanted {
        return Err(format!("{what}: {wanted:?} expected, {found:?} found, {output:?}"));
    }
    // An instance that was not created can be sent again; one that may have been created is not
    // sent again, at the address that it is bound to.
    let open = matches!(class, Created | Unknown);
    let fresh = creator();
    let again = if open { cli.clone() } else { cli.clone().on(&fresh) };
    let code = again.apply().run().code;
    let sent = (creates_at(&service).len() - requests, creates_at(&fresh).len());
    let wanted = match class {
        Created => (Some(0), (0, 0)),
        Unknown => (Some(4), (0, 0)),
        NotSent | Refused | Denied => (Some(0), (0, 1)),
    };
    if (code, sent) == wanted {
        Ok(())
    } else {
        Err(format!("{what}: then {code:?}, {sent:?} sent"))
    }
}

/// Returns the state of the instance in the lock, if it has an entry.
fn entry(cli: &Cli) -> Option<String> {
    let there = cli.path("instances.lock").exists();
    let entries = if there { cli.entries() } else { BTreeMap::new() };
    entries.get("a").map(|entry| entry.split(' ').next().unwrap().to_owned())
}
