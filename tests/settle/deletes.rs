//! Deletes whose answer is lost or unclear: an instance that no longer exists is deleted,
//! regardless of the answer.

use std::thread;

use crate::platform::{Absent, Delete, Platform, manifest};
use crate::support::{Cli, Output};

const APPLY: [&str; 6] = ["apply", "-f", "a.yaml", "--yes", "--settle", "1s"];
const DESTROY: [&str; 6] = ["destroy", "-f", "a.yaml", "--yes", "--settle", "1s"];

/// Answers to a delete that was carried out.
const LOST: [Delete; 4] =
    [Delete::AnswerLost, Delete::GoneUnder(504), Delete::GoneUnder(500), Delete::GoneUnder(408)];
const ABSENT: [Absent; 3] = [Absent::Code, Absent::Internal, Absent::Page];

/// Runs a scenario on a separate platform for each way to lose the answer, all at once.
fn each(story: impl Fn(&Platform, &Cli) -> Output + Sync) {
    thread::scope(|threads| {
        for delete in LOST {
            for absent in ABSENT {
                let story = &story;
                threads.spawn(move || {
                    let platform = Platform::new();
                    platform.holds("other", "foreign", |_| {});
                    let cli = platform.cli(&["a", "b"]);
                    cli.clone().args(APPLY).run().code(0);
                    platform.set(|state| {
                        state.delete = delete;
                        state.absent = absent;
                    });
                    story(&platform, &cli).nowhere("not confirmed");
                });
            }
        }
    });
}

#[test]
fn destroy_verifies_that_the_instance_is_gone() {
    each(|platform, cli| {
        let output = cli.clone().args(DESTROY).args(["a"]).run().code(0);
        assert_eq!(platform.ids(), ["foreign", "b-2"]);
        assert!(!cli.read("a.lock").contains("a-1"), "{output:?}");
        output.stdout("a: deleted a-1\n1 deleted\n")
    });
}

#[test]
fn replace_continues_after_the_instance_is_gone() {
    each(|platform, cli| {
        let output = cli.clone().args(APPLY).args(["--replace", "a"]).run().code(0);
        assert_eq!(platform.ids(), ["foreign", "b-2", "a-3"]);
        assert!(cli.read("a.lock").contains("taskId: a-3\n"), "{output:?}");
        output
    });
}

#[test]
fn prune_verifies_that_the_instance_is_gone() {
    each(|platform, cli| {
        let cli = cli.clone().file("a.yaml", manifest(&["b"]));
        let output = cli.clone().args(APPLY).args(["--prune"]).run().code(0);
        assert_eq!(platform.ids(), ["foreign", "b-2"]);
        assert!(!cli.read("a.lock").contains("a-1"), "{output:?}");
        output
    });
}

#[test]
fn later_run_detects_a_completed_deletion() {
    for command in [&DESTROY[..], &APPLY] {
        each(|platform, cli| {
            platform.set(|state| state.delete = Delete::Never);
            cli.clone().args(DESTROY).args(["a"]).run().code(4);
            assert!(cli.read("a.lock").contains("state: deleting"));
            // Meanwhile it disappeared; the next delete is refused, because there is nothing to
            // delete.
            platform.set(|state| {
                state.tasks.retain(|task| task["id"] != "a-1");
                state.delete = Delete::AtOnce;
            });
            let output = cli.clone().args(command).run().code(0);
            let lock = cli.read("a.lock");
            assert!(!lock.contains("deleting") && !lock.contains("a-1"), "{output:?}");
            output
        });
    }
}

#[test]
fn unexecuted_deletion_stays_in_the_lock() {
    let platform = Platform::new();
    let cli = platform.cli(&["a"]);
    cli.clone().args(APPLY).run().code(0);
    platform.set(|state| state.delete = Delete::Status(502));
    let output = cli.clone().args(DESTROY).run().code(10);
    output.stdout_has("a: unknown a-1: deletion is not confirmed");
    assert!(cli.read("a.lock").contains("state: deleting\n    taskId: a-1\n"));
    platform.set(|state| state.delete = Delete::AtOnce);
    cli.clone().args(DESTROY).run().code(0);
    assert_eq!(platform.ids(), [""; 0]);
}
