//! Two clones of one repository, as colleagues and CI runners have them: changes that one of them
//! has not seen from the other are reported or reconciled, never ignored in silence.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crate::git::Clone;
use crate::platform::{self, Platform};
use crate::stage::{Gate, creating, entries, name_in, project, wait_for_creates, written};
use crate::support::{Cli, Output, Reply, Service};

/// Creates two clones of a repository with a manifest of these names.
fn two(platform: &Platform, names: &[&str]) -> (Clone, Clone) {
    let text = platform::manifest(names);
    let cli = || platform.cli(names).file("instances.yaml", &text);
    let first = Clone::new(cli());
    let second = first.again(Cli::clone(&cli()));
    (first, second)
}

fn apply(clone: &Clone, more: &[&str]) -> Output {
    let apply = clone.cli.apply().args(["--settle", "1s"]);
    apply.args(more.iter().copied()).run()
}

fn held(clone: &Clone) -> BTreeMap<String, String> {
    entries(&clone.cli.lock("instances.lock"))
}

fn push(clone: &Clone) {
    clone.commit("record instances");
}

const PULL: [&str; 5] = ["pull", "-q", "--rebase", "origin", "main"];

#[test]
fn second_clone_duplicates_nothing_if_list_is_supported() {
    let platform = Platform::new();
    let (first, second) = two(&platform, &["a", "b"]);
    apply(&first, &[]).code(0);
    push(&first);
    let output = apply(&second, &[]).code(6);
    output.stdout_has("2 skipped");
    assert_eq!(platform.creates(), ["a", "b"]);
    second.git(&PULL);
    apply(&second, &[]).code(0).nothing_to_create(2);
    assert_eq!(held(&first), held(&second));
}

#[test]
fn instances_of_each_clone_are_merged_by_a_pull() {
    let platform = Platform::new();
    let (first, second) = two(&platform, &["a", "b", "c"]);
    apply(&first, &["a"]).code(0);
    push(&first);
    apply(&second, &["b"]).code(0);
    push(&second);
    second.git(&PULL);
    assert_eq!(held(&second), written([("a", "created a-1"), ("b", "created b-2")]));
    second.cli.clone().args(["lock", "verify", "instances.yaml"]).run().code(0);
    apply(&second, &[]).code(0).stdout_has("1 created");
    assert_eq!(platform.creates(), ["a", "b", "c"]);
}

#[test]
fn without_list_support_git_and_verify_report_duplicates() {
    let platform = Platform::new();
    platform.set(|state| state.list = platform::List::Missing);
    let (first, second) = two(&platform, &["a"]);
    for clone in [&first, &second] {
        apply(clone, &[]).code(0);
        push(clone);
    }
    let (done, shown) = second.try_git(&PULL);
    assert!(
        !done && shown.contains("two creates have the name `a`: `a-1` is kept, `a-2`"),
        "{shown}"
    );
    second.git(&["add", "instances.lock"]);
    second.git(&["rebase", "--continue"]);
    let verify = second.cli.clone().args(["lock", "verify", "instances.yaml"]).run().code(4);
    verify.stdout_has("`instancectl status -f instances.yaml a`");
    let status = second.cli.clone().args(["status", "-f", "instances.yaml", "a"]).run().code(4);
    status.stdout_has("`instancectl destroy -f instances.yaml a --id a-2`");
    // The suggested command resolves it.
    let destroy = ["destroy", "--yes", "-f", "instances.yaml", "a", "--id", "a-2"];
    second.cli.clone().args(destroy).run().code(0);
    assert_eq!(platform.ids(), ["a-1"]);
    second.cli.clone().args(["lock", "verify", "instances.yaml"]).run().code(0);
}

#[test]
fn clone_with_an_older_lock_duplicates_nothing() {
    let platform = Platform::new();
    let (first, _) = two(&platform, &["a", "b"]);
    apply(&first, &["a"]).code(0);
    first.commit("a");
    apply(&first, &[]).code(0);
    apply(&first, &["--replace", "a"]).code(0);
    first.commit("b, and a again");
    assert_eq!(held(&first), written([("a", "created a-3"), ("b", "created b-2")]));
    first.git(&["checkout", "-q", "HEAD~1", "--", "instances.lock"]);
    assert_eq!(held(&first), written([("a", "created a-1")]));
    // `b` exists and is in no lock; for `a` the lock is trusted until the platform is queried.
    let output = apply(&first, &["--refresh"]).code(6);
    output.stderr_has("  ! a: gone a-1\n").stderr_has("  ! b: not created\n");
    assert_eq!(platform.creates(), ["a", "b", "a"]);
    // Replacing a missing instance does not duplicate its successor either.
    let output = apply(&first, &["--replace", "a"]);
    assert!(matches!(output.code, Some(4 | 6)), "{output:?}");
    let live = platform.ids().iter().filter(|id| id.starts_with("a-")).count();
    assert_eq!(live, 1, "{output:?}");
    first.git(&["checkout", "-q", "HEAD", "--", "instances.lock"]);
    apply(&first, &[]).code(0).nothing_to_create(2);
}

/// Starts a platform that cannot list, whose IDs are numbered, and where `b` gets an answer late
/// or never.
fn counting(b: impl Fn(usize) -> Option<Reply> + Send + Sync + 'static) -> Service {
    let count = AtomicUsize::new(0);
    creating(move |request| {
        let number = count.fetch_add(1, Ordering::SeqCst) + 1;
        let late = if name_in(request) == "b" { b(number) } else { None };
        late.unwrap_or_else(|| Reply::success(format!("{}-{number}", name_in(request))))
    })
}

#[test]
fn lock_merged_by_git_is_merged_with_an_open_journal() {
    let service = counting(|number| (number == 2).then(Reply::hang));
    let cli = || project(["a", "b", "c"]).on(&service);
    let first = Clone::new(cli());
    let second = first.again(cli());
    // The second clone is killed with `a` created and `b` in flight: its journal stays.
    let running = second.cli.apply().args(["a", "b"]).start();
    wait_for_creates(&service, 2);
    running.kill();
    // Meanwhile the first one created the same instances, and one more; in another second, because
    // two requests with the same body in one second count as one.
    thread::sleep(Duration::from_millis(1100));
    apply(&first, &["--parallel", "1"]).code(0);
    push(&first);
    second.git(&PULL);
    let verify = second.cli.clone().args(["lock", "verify", "instances.yaml"]).run().code(5);
    verify.stdout_has(
        "two-ids: two creates for `a`: the lock has `a-3`, an interrupted run has `a-1`",
    );
    let recover = second.cli.clone().args(["lock", "recover", "instances.yaml"]).run().code(4);
    recover.stderr_has("two IDs for `a`: the lock has a-3").stderr_has("two IDs for `b`");
    let text = second.cli.read("instances.lock");
    assert!(text.contains("taskId: a-3\n    candidates: [a-1]\n"), "{text}");
    assert_eq!(held(&second)["c"], "created c-5");
    second.cli.clone().args(["lock", "verify", "instances.yaml"]).run().code(4);
}

#[test]
fn pull_during_apply_is_kept_and_two_ids_are_reported() {
    let gate = Gate::new();
    let opened = Arc::clone(&gate);
    let service = counting(move |_| {
        opened.pass();
        None
    });
    let cli = || project(["a", "b", "z"]).on(&service);
    let first = Clone::new(cli());
    let second = first.again(cli());
    apply(&first, &["a", "z"]).code(0);
    push(&first);
    let running = second.cli.apply().args(["a", "b"]).start();
    wait_for_creates(&service, 4);
    second.git(&PULL);
    gate.open();
    let output = running.end().code(4);
    output
        .stdout_has("a: created a-3\nb: created b-4\n")
        .stderr_has("two IDs for `a`: the lock has a-1, this run a-3");
    let wanted = [("a", "created a-1"), ("b", "created b-4"), ("z", "created z-2")];
    assert_eq!(held(&second), written(wanted));
    assert!(second.cli.read("instances.lock").contains("candidates: [a-3]\n"));
    second.cli.clone().args(["lock", "verify", "instances.yaml"]).run().code(4);
}
