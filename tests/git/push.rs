//! `lock push`: what is merged, and what the remote has afterwards.

use crate::remote::Remote;

#[test]
fn first_push_creates_the_lock_and_the_second_pushes_nothing() {
    let remote = Remote::new();
    remote.write("a", &[("a", "id-a")]);
    let output = remote.push("a").run().code(0);
    output
        .stdout("instances.lock: pushed 1 change to `main` at `origin`\n")
        .stderr_has("recorded 1 lock on `main` at `origin` (commit ");
    remote.is_synchronized("a", &[("a", "id-a")]);
    let tip = remote.run("remote.git", "git rev-parse main");
    let output = remote.push("a").run();
    output.is(0, "instances.lock: nothing to push, `main` at `origin` is up to date\n", "");
    assert_eq!(remote.run("remote.git", "git rev-parse main"), tip);
    assert_eq!(
        remote.run("a", "git log -1 --format=%an,%ae,%s"),
        "instancectl,instancectl@localhost,Record instances in instances.lock\n"
    );
}
