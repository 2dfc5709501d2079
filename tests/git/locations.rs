//! Remotes of every kind, near and far, and those that fail.

use std::fs;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::http::{Pending, address, serve};
use crate::platform::manifest;
use crate::project::Project;
use crate::remote::Remote;
use crate::stage::{creator, sent_to};
use crate::support::{Output, Reply};

/// `git daemon`, ended on drop.
struct Daemon {
    child: Child,
    address: String,
}

impl Daemon {
    fn start(remote: &Remote, services: &[&str]) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let programs = Command::new("git").arg("--exec-path").output().unwrap().stdout;
        let program = format!("{}/git-daemon", String::from_utf8(programs).unwrap().trim());
        let child = Command::new(program)
            .args(["--export-all", "--reuseaddr", "--listen=127.0.0.1"])
            .arg(format!("--port={port}"))
            .arg(format!("--base-path={}", remote.path("").display()))
            .args(services)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let deadline = Instant::now() + Duration::from_mins(1);
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < deadline, "the daemon does not listen");
            thread::sleep(Duration::from_millis(10));
        }
        Self { child, address: format!("git://127.0.0.1:{port}/remote.git") }
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const ENTRIES: &[(&str, &str)] = &[("a", "id-a")];
const PRINTED: &str = "instances.lock:\n  a: created id-a\n";

/// Pushes the lock of `a`, whose origin is slow, fails or is gone.
fn push(remote: &Remote) -> Output {
    remote.write("a", ENTRIES);
    remote.push("a").run()
}

#[test]
fn paths_and_git_urls_are_remotes() {
    let remote = Remote::new();
    let daemon = Daemon::start(&remote, &["--enable=receive-pack"]);
    let path = remote.path("remote.git").to_str().unwrap().to_owned();
    let addresses =
        [format!("file://{path}"), path, "../remote.git".to_owned(), daemon.address.clone()];
    for (number, address) in addresses.iter().enumerate() {
        let id = format!("id-{number}");
        // As the origin, and named on the command line.
        remote.run("a", &format!("git remote set-url origin {address}"));
        remote.write("a", &[("a", &id)]);
        remote.push("a").run().code(0).stdout_has("at `origin`");
        remote.is_synchronized("a", &[("a", &id)]);
        remote.write("a", &[("a", &id), ("b", "id-b")]);
        let output = remote.push("a").args(["--remote", address]).run().code(0);
        output.stdout_has(&format!("at `{address}`"));
        remote.is_synchronized("a", &[("a", &id), ("b", "id-b")]);
    }
}

#[test]
fn daemon_that_takes_no_pushes_is_named() {
    let remote = Remote::new();
    let daemon = Daemon::start(&remote, &[]);
    remote.run("a", &format!("git remote set-url origin {}", daemon.address));
    let output = push(&remote).code(10).stdout(PRINTED);
    output.stderr_has("access denied or repository not exported: /remote.git");
}

#[test]
fn http_remote_with_a_password_works() {
    let remote = Remote::new();
    let service = serve(&remote, Pending::answer);
    push(&remote).code(0).nowhere("s3cret");
    remote.is_synchronized("a", ENTRIES);
    remote.write("a", &[("b", "id-b")]);
    let address = address(&service, crate::http::LOGIN);
    let output = remote.push("a").args(["--remote", &address]).run().code(0).nowhere("s3cret");
    output.stdout_has(&format!("at `{}/remote.git`", service.url()));
    remote.is_synchronized("a", &[("b", "id-b")]);
    // Commands in messages repeat the remote.
    fs::write(remote.path("a").join("instances.yaml"), manifest(&["c"])).unwrap();
    let words = ["url", "-f", "instances.yaml", "c", "--git-remote", &address];
    let url = remote.program("a").args(words).env("INSTANCECTL_TOKEN", "x");
    let output = url.env("INSTANCECTL_ENDPOINT", service.url()).run().code(2).nowhere("s3cret");
    let repeated = format!("instancectl apply -f instances.yaml --git-remote {}/", service.url());
    output.stderr_has(&repeated);
}

#[test]
fn lock_is_read_where_it_is_pushed_and_not_from_a_mirror_that_is_late() {
    let service = creator();
    let project = Project::new(&["a", "b"], &service);
    let remote = &project.remote;
    let path = |name: &str| remote.path(name).display().to_string();
    remote.run("", "cp -r remote.git mirror.git");
    remote.run("a", &format!("git remote set-url --push origin {}", path("remote.git")));
    remote.run("a", &format!("git remote set-url origin {}", path("mirror.git")));
    project.apply("other").run().code(0);
    // The mirror has neither the lock nor, later, the claim.
    project.apply("a").run().code(0).nothing_to_create(2);
    project.recorded(&[("a", "created id-a"), ("b", "created id-b")]);
    assert_eq!(sent_to(&service), ["a", "b"]);
    remote.run("a", &format!("git remote set-url --push --add origin {}", path("mirror.git")));
    let output = project.apply("a").run().code(2).stdout("");
    output.stderr_has("error: the remote `origin` has several addresses to push to\n");
}

#[test]
fn ssh_remote_works_and_a_refused_key_is_named() {
    let remote = Remote::new();
    remote.script("ssh", "for last; do :; done; exec sh -c \"$last\"");
    remote.script("refuse", "echo 'git@host: Permission denied (publickey).' >&2; exit 255");
    let path = remote.path("remote.git");
    for address in
        [format!("git@host:{}", path.display()), format!("ssh://git@host{}", path.display())]
    {
        remote.run("a", &format!("git remote set-url origin {address}"));
        remote.write("a", ENTRIES);
        let push = |program: &str| remote.push("a").env("GIT_SSH_COMMAND", remote.path(program));
        let output = push("refuse").run().code(10).stdout(PRINTED);
        output.stderr_has("did not accept the login: git@host: Permission denied (publickey).\n");
        push("ssh").run().code(0).stdout_has("pushed 1 change");
        remote.has("a", ENTRIES);
        remote.write("a", &[]);
        push("ssh").run().code(0);
    }
}

#[test]
fn wrong_and_missing_passwords_are_reported_without_a_question() {
    let remote = Remote::new();
    let service = serve(&remote, Pending::answer);
    for login in ["user:wr0ng", "user", ":"] {
        remote.run("a", &format!("git remote set-url origin {}", address(&service, login)));
        let output = push(&remote).code(10).stdout(PRINTED).nowhere("wr0ng");
        output
            .stderr_has("error: the git remote `origin` did not accept the login: ")
            .stderr_has("help: give git credentials that may push");
        // The address on the command line.
        let push = remote.push("a").args(["--remote", &address(&service, login)]);
        push.run().code(10).nowhere("wr0ng").stderr_has("did not accept the login");
    }
    let received = service.received().len();
    assert!(received < 30, "{received} requests");
    // A user who may read and not write.
    remote.run("a", &format!("git remote set-url origin {}", address(&service, "user:s3cret")));
    let _reader = serve(&remote, |asked| {
        if asked.received.path.contains("receive-pack") { Reply::html(403) } else { asked.answer() }
    });
    push(&remote).code(10).stdout(PRINTED).stderr_has("did not accept the login: ");
}

#[test]
fn slow_remote_works() {
    let remote = Remote::new();
    let _service = serve(&remote, |asked| asked.answer().late(Duration::from_millis(100)));
    push(&remote).code(0);
    remote.is_synchronized("a", ENTRIES);
}

#[test]
fn hanging_remote_ends_in_bounded_time() {
    let remote = Remote::new();
    for hangs in
        [|asked: &Pending| !asked.received.path.is_empty(), |asked: &Pending| asked.is_push()]
    {
        let _service =
            serve(&remote, move |asked| if hangs(asked) { Reply::hang() } else { asked.answer() });
        remote.write("a", ENTRIES);
        let push = remote.push("a").env("INSTANCECTL_TEST_GIT_TIMEOUT", "400");
        let output = push.run().code(10).stdout(PRINTED);
        output.stderr_has("error: the git remote `origin` did not answer in time\n");
        assert_eq!(remote.run("remote.git", "git rev-list --count main"), "1\n");
    }
}

#[test]
fn unreachable_remote_is_named_and_the_ids_are_printed() {
    let remote = Remote::new();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let addresses = [
        format!("http://user:s3cret@{free}/remote.git"),
        format!("git://{free}/remote.git"),
        "../gone.git".to_owned(),
    ];
    for address in addresses {
        remote.run("a", &format!("git remote set-url origin {address}"));
        let output = push(&remote).code(10).stdout(PRINTED).nowhere("s3cret");
        output.stderr_has("error: the git remote `origin` cannot be reached: ");
        assert_eq!(remote.run("a", "git status --porcelain"), "?? instances.lock\n");
    }
}

/// Serves with an answer that depends on the number of the request, from 0.
fn numbered(
    remote: &Remote,
    answer: impl Fn(&Pending, usize) -> Reply + Send + Sync + 'static,
) -> crate::support::Service {
    let count = AtomicUsize::new(0);
    serve(remote, move |asked| answer(asked, count.fetch_add(1, Ordering::SeqCst)))
}

#[test]
fn remote_that_fails_once_gets_the_lock_once() {
    // Every request of the fetch and of the push, those without a password too.
    for failing in 0..6 {
        let remote = Remote::new();
        let service = numbered(&remote, move |asked, number| match number == failing {
            true if number % 2 == 0 => Reply::html(500),
            true => asked.answer().cut_at(10),
            false => asked.answer(),
        });
        push(&remote).code(0);
        assert!(service.received().len() > failing, "{failing}");
        assert_eq!(remote.run("remote.git", "git rev-list --count main"), "2\n", "{failing}");
        remote.is_synchronized("a", ENTRIES);
    }
}

#[test]
fn push_whose_answer_is_lost_counts_as_done() {
    for lost in [
        |asked: &Pending| drop_answer(asked, Reply::close()),
        |asked: &Pending| drop_answer(asked, Reply::html(500)),
        |asked: &Pending| drop_answer(asked, Reply::html(502)),
        |asked: &Pending| asked.answer().cut_at(4),
        |asked: &Pending| asked.answer().cut_at(30),
    ] {
        let remote = Remote::new();
        let _service =
            serve(&remote, move |asked| if asked.is_push() { lost(asked) } else { asked.answer() });
        let output = push(&remote).code(0);
        output.stdout("instances.lock: pushed 1 change to `main` at `origin`\n");
        assert_eq!(remote.run("remote.git", "git rev-list --count main"), "2\n");
        remote.is_synchronized("a", ENTRIES);
    }
}

/// Carries a request out and gives another answer.
fn drop_answer(asked: &Pending, reply: Reply) -> Reply {
    let _ = asked.answer();
    reply
}

#[test]
fn remote_that_keeps_failing_is_given_up() {
    for (what, answer) in [
        ("500", (|_: &Pending| Reply::html(500)) as fn(&Pending) -> Reply),
        ("", |asked| asked.answer().cut_at(10)),
        ("", |_| Reply::close()),
        ("", |asked| if asked.is_push() { Reply::close() } else { asked.answer() }),
        ("500", |asked| if asked.is_push() { Reply::html(500) } else { asked.answer() }),
        ("not found", |_| Reply::html(404)),
    ] {
        let remote = Remote::new();
        let service = serve(&remote, answer);
        let output = push(&remote).code(10).stdout(PRINTED).nowhere("s3cret");
        let shown = output
            .stderr_has("error: the git remote `origin` cannot be reached: ")
            .stderr_has(what);
        assert!(service.received().len() >= 3, "{shown:?}");
        assert_eq!(remote.run("remote.git", "git rev-list --count main"), "1\n");
    }
}
