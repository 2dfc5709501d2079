//! Results of a run by the responses: which continue it, which stop it, and which need a decision
//! of the user. The table of outcomes itself is in `fault_table`.

use std::net::SocketAddr;
use std::time::Duration;

use socket2::{Domain, Socket, Type};

use crate::stage::{
    CANNOT_LIST, created, creating, creator, id_of, name_in, numbered, project, sent_to, written,
};
use crate::support::{Reply, Service};

#[test]
fn timed_out_create_is_unknown() {
    let service = Service::creates([Reply::hang()]);
    let cli = project(["a"]).on(&service);
    for _ in 0..2 {
        let _ = cli.apply().args(["--request-timeout", "200ms"]).run().code(4);
        assert_eq!(cli.entries(), written([("a", "unknown")]));
        assert_eq!(sent_to(&service), ["a"]);
    }
}

#[test]
fn refusal_without_a_message_is_reported_by_its_code() {
    let service = Service::creates([Reply::code("10004", "")]);
    let output = project(["a"]).on(&service).apply().run();
    let end = "1 refused; exit 3: refused by the platform (3)\n";
    let _ = output.code(3).stdout(&format!("a: refused: no message (code 10004)\n{end}"));
}

#[test]
fn unsent_creates_can_be_sent_by_the_next_run() {
    // A bound port without a listener.
    let taken = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    taken.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
    let deaf = taken.local_addr().unwrap().as_socket().unwrap();
    let service = creator();
    let cli = project(["a", "b"]).on(&service);
    let unreachable = cli.clone().env("INSTANCECTL_ENDPOINT", format!("http://{deaf}"));
    let output = unreachable.apply().run().code(10).stdout_has("not started: a, b\n");
    let _ = output
        .stdout_has("2 skipped; exit 10: platform not reached (10)\n")
        .stderr_has("error: nothing was sent: the existing instances cannot be listed: ");
    assert!(!cli.path("instances.lock").exists());
    let _ = cli.apply().run().code(0);
    assert_eq!(sent_to(&service), ["a", "b"]);
}

#[test]
fn redirect_is_not_followed() {
    let elsewhere = creator();
    let target = format!("{}/ai/openapi/v2/instance-service/task", elsewhere.url());
    for status in [301, 302, 303, 307, 308] {
        let service = Service::creates([Reply::html(status).header("location", &target)]);
        let cli = project(["a"]).on(&service);
        let _ = cli.apply().run().code(4).stdout_has("redirects are never followed");
        assert_eq!(sent_to(&service), ["a"]);
    }
    assert_eq!(elsewhere.received().len(), 0);
}

#[test]
fn only_one_request_is_sent_if_none_can_succeed() {
    for (reply, code, word) in [
        (Reply::html(401), 7, "no permission (7)"),
        (Reply::code("10007", "user frozen"), 7, "no permission (7)"),
        (Reply::html(404), 3, "refused by the platform (3)"),
    ] {
        let service = Service::creates([reply]);
        let cli = project(numbered(100)).on(&service);
        let output = cli.apply().args(["--parallel", "64"]).run().code(code);
        let end = format!("1 refused, 99 skipped; exit {code}: {word}\n");
        assert!(output.stdout.ends_with(&end), "{output:?}");
        let _ = output.stderr_has("error: no new requests are started: ");
        assert_eq!(sent_to(&service), ["n000"]);
    }
}

#[test]
fn requests_are_sequential_until_the_first_create() {
    // The second answer is late: a third request sent meanwhile would be reported first.
    let service = creating(|request| match name_in(request).as_str() {
        "n000" => Reply::code("10004", "refused").late(Duration::from_millis(50)),
        "n001" => created(request).late(Duration::from_millis(50)),
        _ => created(request),
    });
    let cli = project(numbered(20)).on(&service);
    let output = cli.apply().args(["--parallel", "8"]).run().code(3);
    let mut lines = output.stdout.lines();
    assert_eq!(lines.next(), Some("n000: refused: refused (code 10004)"));
    assert_eq!(lines.next(), Some("n001: created id-n001"));
    assert_eq!(sent_to(&service)[..2], ["n000", "n001"]);
}

#[test]
fn refused_instance_does_not_stop_the_others() {
    let service = creating(|request| match name_in(request).as_str() {
        "n003" | "n007" => Reply::code("10004", "资源组不存在"),
        _ => created(request),
    });
    let names = numbered(10);
    let cli = project(&names).on(&service);
    let output = cli.apply().run().code(3);
    let _ = output
        .stdout_has("n003: refused: 资源组不存在 (code 10004)\n")
        .stdout_has("8 created, 2 refused; exit 3: refused by the platform (3)\n");
    let rest = names.iter().filter(|name| !["n003", "n007"].contains(&name.as_str()));
    let wanted = rest.map(|name| (name.as_str(), format!("created {}", id_of(name))));
    assert_eq!(cli.entries(), written(wanted));
    // The refused ones are sent again, and nothing else is.
    let _ = cli.apply().args(["--parallel", "1"]).run().code(3);
    assert_eq!(sent_to(&service)[10..], ["n003", "n007"]);
}

#[test]
fn token_expiring_mid_run_ends_it_and_next_run_continues() {
    let service = creating(|request| match name_in(request).as_str() {
        "n004" => Reply::code("10008", "token expired"),
        _ => created(request),
    });
    let names = numbered(10);
    let cli = project(&names).on(&service);
    let output = cli.apply().args(["--parallel", "1"]).run().code(7);
    assert!(
        output.stdout.ends_with("4 created, 1 refused, 5 skipped; exit 7: no permission (7)\n")
    );
    let fresh = creator();
    // As if at the same address: the service accepts this token now.
    let lock = cli.read("instances.lock").replace(&service.url(), &fresh.url());
    let cli = cli.file("instances.lock", lock);
    let _ = cli.clone().on(&fresh).apply().args(["--parallel", "1"]).run().code(0);
    assert_eq!(sent_to(&fresh), names[4..]);
}

#[test]
fn unknown_outcome_is_ended_by_manual_resolve() {
    let service =
        Service::creates([Reply::html(502), Reply::html(502), Reply::success("530491fb")]);
    let cli = project(["a", "b"]).on(&service);
    let way_out = "outcome unknown: `a`, `b`; the instances may exist and be billed: 2 cards, at most 2 \
                   card-hours\n  search again, creating nothing twice: `instancectl apply -f \
                   instances.yaml`\n  if the platform shows an instance: `instancectl resolve -f \
                   instances.yaml NAME --id TASK_ID`\n  if it shows none: `instancectl resolve -f \
                   instances.yaml a b --absent`\n";
    let output = cli.apply().args(["--parallel", "1"]).run().code(4);
    let _ = output.stderr_has(CANNOT_LIST).stderr_has(way_out);
    let output = cli.apply().run().code(4).stdout("2 unknown; exit 4: outcome unknown (4)\n");
    let _ = output.stderr_has("  ! a, b: unknown 2\n    HTTP 502 Bad Gateway").stderr_has(way_out);
    // `a` was found on the console, `b` was not.
    let resolve = |words: &[&str]| {
        cli.clone().args(["resolve", "-f", "instances.yaml"]).args(words.to_vec()).run().code(0)
    };
    let _ = resolve(&["a", "--id", "530491fa"]);
    let _ = resolve(&["b", "--absent"]).stdout("b: removed from the lock\n");
    assert_eq!(cli.entries(), written([("a", "created 530491fa")]));
    let _ = cli.apply().run().code(0).stdout("b: created 530491fb\n1 created\n");
    assert_eq!(cli.entries(), written([("a", "created 530491fa"), ("b", "created 530491fb")]));
    let _ = cli.apply().run().code(0).nothing_to_create(2);
    assert_eq!(
        service.received().iter().filter(|request| request.method == "POST").count(),
        3,
        "something was sent twice"
    );
}

#[test]
fn too_many_unknown_outcomes_stop_the_run() {
    let service = creating(|request| match name_in(request).as_str() {
        "n000" => created(request),
        _ => Reply::html(502),
    });
    let cli = project(numbered(10)).on(&service);
    let output = cli.apply().args(["--parallel", "1"]).run().code(4);
    let _ = output
        .stderr_has("error: no new requests are started: 4 creates have an unknown outcome\n")
        .stdout_has("1 created, 4 unknown, 5 skipped; exit 4: outcome unknown (4)\n");
    assert_eq!(sent_to(&service).len(), 5);
    // Unknown outcomes of an earlier run do not count, and are not sent again.
    let _ = cli.apply().args(["--parallel", "1", "--max-unknown", "0"]).run().code(4);
    assert_eq!(sent_to(&service)[5..], ["n005"]);
}

#[test]
fn exit_code_is_the_first_class_by_precedence() {
    let service = creating(|request| match name_in(request).as_str() {
        "b" => Reply::code("10004", "no"),
        "c" => Reply::html(502),
        _ => created(request),
    });
    let cli = project(["a", "b", "c"]).on(&service);
    let output = cli.apply().run().code(4);
    assert!(output.stdout.ends_with(
        "1 created, 1 refused, 1 unknown; exit 4: outcome unknown (4), refused by the platform (3)\n"
    ), "{output:?}");
}
