//! Remotes that refuse a push, and git programs that cannot push.

use std::fs;

use crate::remote::Remote;
use crate::stage::{creator, manifest, sent_to};

const PRINTED: &str = "instances.lock:\n  a: created id-a\n";

#[test]
fn protected_branch_shows_the_message_of_the_server() {
    for hook in ["pre-receive", "update"] {
        let remote = Remote::new();
        let path = format!("remote.git/hooks/{hook}");
        remote.script(&path, "echo 'error: main is protected' >&2; echo 'ask 管理员'; exit 1");
        remote.run("a", "git config color.ui always");
        remote.write("a", &[("a", "id-a")]);
        let output = remote.push("a").run().code(5).stdout(PRINTED);
        output
            .stderr_has("error: the git remote `origin` refused the push to `main` (")
            .stderr_has("hook declined): error: main is protected; ask 管理员\n")
            .stderr_has("help: allow this user to push there, or name another branch\n");
        assert_eq!(remote.run("remote.git", "git rev-list --count main"), "1\n");
        assert_eq!(remote.run("a", "git status --porcelain"), "?? instances.lock\n");
        fs::remove_file(remote.path(path)).unwrap();
        remote.push("a").run().code(0);
        remote.is_synchronized("a", &[("a", "id-a")]);
    }
}

#[test]
fn file_in_the_way_of_a_folder_is_not_replaced() {
    let remote = Remote::new();
    remote.unrelated_push("team");
    fs::create_dir(remote.path("a/team")).unwrap();
    remote.write("a/team", &[("a", "id-a")]);
    let output = remote.push("a/team").run().code(5).stdout(PRINTED);
    output.stderr_has("error: the file `team` on the branch `main` is in the way of a lock\n");
    assert_eq!(remote.at_remote("team"), "team\n");
}

#[test]
fn refused_branch_can_be_replaced_by_another_one() {
    let remote = Remote::new();
    remote.script("remote.git/hooks/update", "[ $1 != refs/heads/main ]");
    remote.run("a", "git push -q origin main:locks");
    remote.write("a", &[("a", "id-a")]);
    remote.push("a").run().code(5);
    remote.push("a").args(["--branch", "locks"]).run().code(0);
    let text = remote.run("remote.git", "git show locks:instances.lock");
    assert!(text.contains("taskId: id-a"), "{text}");
}

#[test]
fn settings_of_a_strict_server_do_not_matter() {
    let remote = Remote::new();
    remote.run(
        "remote.git",
        "git config receive.denyDeletes true && git config receive.denyNonFastForwards true && git config \
         receive.advertiseAtomic false && git config receive.fsckObjects true && git config \
         receive.denyCurrentBranch refuse",
    );
    remote.clone_into("b");
    remote.write("a", &[("a", "id-a")]);
    remote.push("a").run().code(0);
    remote.write("b", &[("b", "id-b")]);
    remote.push("b").run().code(0);
    remote.is_synchronized("b", &[("a", "id-a"), ("b", "id-b")]);
}

#[test]
fn claims_at_a_strict_server_hinder_nobody() {
    for setting in ["denyDeletes true", "denyNonFastForwards true", "advertiseAtomic false"] {
        let remote = Remote::new();
        remote.run("remote.git", &format!("git config receive.{setting}"));
        fs::write(remote.path("a/instances.yaml"), manifest(["a", "b"])).unwrap();
        remote.commit("a", "manifest");
        remote.clone_into("b");
        let service = creator();
        let apply = |clone: &str| {
            let apply = remote.program(clone).on(&service).args(["apply", "--yes", "--git-remote"]);
            apply.args(["origin", "--no-wait-claim", "-f", "instances.yaml"]).run()
        };
        apply("a").code(0).stderr_has("recorded 1 lock on `main` at `origin`");
        remote.is_synchronized("a", &[("a", "id-a"), ("b", "id-b")]);
        apply("b").code(0).nothing_to_create(2);
        assert_eq!(sent_to(&service), ["a", "b"]);
        remote.is_synchronized("b", &[("a", "id-a"), ("b", "id-b")]);
    }
}

#[test]
fn branch_that_is_checked_out_at_the_remote_is_refused() {
    let remote = Remote::new();
    remote.clone_into("seat");
    remote.run("a", "git remote set-url origin ../seat");
    remote.write("a", &[("a", "id-a")]);
    let output = remote.push("a").run().code(5).stdout(PRINTED);
    output.stderr_has("refused the push to `main` (branch is currently checked out)");
}

#[test]
fn repository_of_another_user_is_named() {
    let remote = Remote::new();
    remote.write("a", &[("a", "id-a")]);
    // As in a container whose user does not own the checkout.
    let output = remote.push("a").env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1").run().code(5);
    output.stdout(PRINTED).stderr_has("detected dubious ownership in repository at '");
}

#[test]
fn missing_and_old_git_are_named() {
    let remote = Remote::new();
    remote.write("a", &[("a", "id-a")]);
    let empty = remote.path("empty");
    fs::create_dir(&empty).unwrap();
    let output = remote.push("a").env("PATH", &empty).run();
    output.is(5, PRINTED, "error: `git` was not found\n  help: install git 2.30 or newer\n");
    for version in ["2.20.1", "2.29.9.windows.1", "1.8.3.1"] {
        remote.script("empty/git", &format!("echo git version {version}"));
        let output = remote.push("a").env("PATH", &empty).run();
        let message =
            format!("error: git {version} is too old\n  help: install git 2.30 or newer\n");
        output.is(5, PRINTED, &message);
    }
    // A git that cannot be run.
    fs::write(remote.path("empty/git"), "no program").unwrap();
    let output = remote.push("a").env("PATH", &empty).run().code(5).stdout(PRINTED);
    output.stderr_has("error: `git` cannot be started: ");
}
