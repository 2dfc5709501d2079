//! `destroy`.

use crate::platform::{Create, Delete, Platform};

const APPLY: [&str; 6] = ["apply", "-f", "a.yaml", "--yes", "--settle", "1s"];
const DESTROY: [&str; 6] = ["destroy", "-f", "a.yaml", "--yes", "--settle", "1s"];

#[test]
fn destroy_deletes_exactly_the_locked_instances() {
    let platform = Platform::new();
    platform.holds("other", "foreign", |_| {});
    let cli = platform.cli(&["a", "b"]);
    cli.clone().args(APPLY).run().code(0);
    cli.clone()
        .args(DESTROY)
        .run()
        .code(0)
        .stdout("a: deleted a-1\nb: deleted b-2\n2 deleted\n")
        .stderr("delete 2 instances (2 cards): a a-1, b b-2\n");
    assert_eq!(platform.ids(), ["foreign"]);
    assert!(!cli.read("a.lock").contains("state"));
    cli.args(DESTROY).run().code(0).stdout("nothing to do\n");
}

#[test]
fn only_named_instances_are_deleted() {
    let platform = Platform::new();
    let cli = platform.cli(&["a", "b"]);
    cli.clone().args(APPLY).run().code(0);
    cli.clone().args(DESTROY).args(["b"]).run().code(0).stdout("b: deleted b-2\n1 deleted\n");
    assert_eq!(platform.ids(), ["a-1"]);
}

#[test]
fn nothing_is_deleted_without_confirmation() {
    let platform = Platform::new();
    let cli = platform.cli(&["a"]);
    cli.clone().args(APPLY).run().code(0);
    cli.args(["destroy", "-f", "a.yaml"])
        .run()
        .code(6)
        .stderr_has("not confirmed: delete 1 instance (1 card): a a-1");
    assert_eq!(platform.deletes(), [""; 0]);
}

#[test]
fn already_missing_instance_counts_as_deleted() {
    let platform = Platform::new();
    let cli = platform.cli(&["a"]);
    cli.clone().args(APPLY).run().code(0);
    platform.set(|state| state.tasks.clear());
    cli.args(DESTROY).run().code(0).stdout("a: deleted a-1\n1 deleted\n");
}

#[test]
fn instance_with_unknown_outcome_is_skipped() {
    let platform = Platform::with(|name, _| match name {
        "b" => Create::Lost,
        _ => Create::Answered,
    });
    let cli = platform.cli(&["a", "b"]);
    cli.clone().args(APPLY).run().code(4);
    cli.clone().args(DESTROY).run().code(4).stdout_has("a: deleted a-1").stdout_has("b: skipped");
    assert!(cli.read("a.lock").contains("state: unknown"));
}

#[test]
fn undeleted_instance_stays_deleting() {
    let platform = Platform::new();
    let cli = platform.cli(&["a"]);
    cli.clone().args(APPLY).run().code(0);
    platform.set(|state| state.delete = Delete::Never);
    cli.clone().args(DESTROY).run().code(4).stdout_has("deletion is not confirmed");
    assert!(cli.read("a.lock").contains("state: deleting\n    taskId: a-1\n"));
    platform.set(|state| state.delete = Delete::AtOnce);
    cli.clone().args(DESTROY).run().code(0);
    assert_eq!(platform.deletes(), ["ids=a-1", "ids=a-1"]);
}

#[test]
fn refused_delete_leaves_the_lock_unchanged() {
    let platform = Platform::new();
    let cli = platform.cli(&["a"]);
    cli.clone().args(APPLY).run().code(0);
    let before = cli.read("a.lock");
    for (status, code) in [(400, 3), (403, 7)] {
        platform.set(|state| state.delete = Delete::Status(status));
        cli.clone().args(DESTROY).run().code(code).stdout_has("a: refused a-1");
        assert_eq!(cli.read("a.lock"), before);
    }
}

#[test]
fn candidate_is_deleted_only_by_its_id() {
    let platform = Platform::with(|name, _| match name {
        "b" => Create::Refused,
        _ => Create::Answered,
    });
    platform.set(|state| state.duplicate = Some("a".to_owned()));
    let cli = platform.cli(&["a", "b"]);
    cli.clone().args(APPLY).run().code(4);
    let spare = |id| cli.clone().args(DESTROY).args(["a", "--id", id]).run();
    spare("foreign").code(6).stdout_has("`foreign` is neither the instance nor a candidate");
    spare("theirs").code(0).stdout("a: deleted theirs\n1 deleted\n");
    assert_eq!(platform.ids(), ["a-1"]);
    let lock = cli.read("a.lock");
    assert!(lock.contains("taskId: a-1") && !lock.contains("candidates"), "{lock}");
}

#[test]
fn candidate_dropped_with_its_entry_is_reported() {
    let platform = Platform::new();
    platform.set(|state| state.duplicate = Some("a".to_owned()));
    let cli = platform.cli(&["a"]);
    cli.clone().args(["apply", "-f", "a.yaml", "--yes", "--settle", "1s"]).run().code(4);
    let destroy = cli.clone().args(DESTROY).run().code(4);
    destroy.stdout_has(
        "a: deleted a-1: no lock has the other instances with this name any more; check them on the \
         platform: theirs\n",
    );
    assert_eq!(platform.ids(), ["theirs"]);
}
