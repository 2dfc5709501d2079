//! `lock push`: what is merged, and what the remote has afterwards.

use std::fs;

use crate::remote::{Remote, lock};
use crate::stage::{created, creating, manifest, name_in, wait_for_creates};
use crate::support::Reply;

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
    let commit = remote.run("a", "git log -1 --format=%an,%ae,%cn,%s");
    let identity = "instancectl,instancectl@localhost,instancectl";
    assert_eq!(commit, format!("{identity},Record instances in instances.lock\n"));
}

#[test]
fn entries_of_another_clone_are_merged() {
    let remote = Remote::new();
    remote.clone_into("b");
    remote.write("a", &[("a", "id-a"), ("c", "id-c")]);
    remote.push("a").run().code(0);
    remote.write("b", &[("b", "id-b")]);
    remote.push("b").run().code(0).stdout_has("pushed 1 change");
    let all = [("a", "id-a"), ("b", "id-b"), ("c", "id-c")];
    remote.is_synchronized("b", &all);
    // Without anything new, the entries of the other clone arrive here too.
    remote.push("a").run().code(0).stdout_has("nothing to push");
    remote.has("a", &all);
    remote.run("a", "git pull -q --ff-only");
    remote.is_synchronized("a", &all);
}

#[test]
fn unrelated_push_stays_and_pull_works() {
    let remote = Remote::new();
    remote.unrelated_push("x");
    remote.write("a", &[("a", "id-a")]);
    remote.push("a").run().code(0);
    remote.has("a", &[("a", "id-a")]);
    // No other file of the checkout has changed.
    assert!(!remote.path("a/x").exists());
    remote.run("a", "git pull -q");
    assert_eq!(remote.at_remote("x"), "x\n");
    remote.is_synchronized("a", &[("a", "id-a")]);
}

#[test]
fn pull_that_rebases_by_configuration_works_after_an_unrelated_push() {
    for setting in ["pull.rebase true", "branch.main.rebase merges"] {
        let remote = Remote::new();
        remote.unrelated_push("x");
        remote.run("a", &format!("git config {setting}"));
        remote.write("a", &[("a", "id-a")]);
        remote.push("a").run().code(0);
        remote.run("a", "git pull -q");
        remote.is_synchronized("a", &[("a", "id-a")]);
    }
}

#[test]
fn deleted_entries_are_deleted_at_the_remote() {
    for behind in [false, true] {
        let remote = Remote::new();
        if behind {
            remote.unrelated_push("x");
        }
        remote.write("a", &[("a", "id-a"), ("b", "id-b")]);
        remote.push("a").run().code(0);
        remote.write("a", &[("b", "id-b")]);
        remote.push("a").run().code(0).stdout_has("pushed 1 change");
        remote.has("a", &[("b", "id-b")]);
        // The last one, so that the lock is empty.
        remote.write("a", &[]);
        remote.push("a").run().code(0).stdout_has("pushed 1 change");
        remote.has("a", &[]);
        remote.run("a", "git pull -q");
        remote.is_synchronized("a", &[]);
    }
}

#[test]
fn entry_deleted_here_and_replaced_there_stays() {
    let remote = Remote::new();
    remote.write("a", &[("a", "id-a")]);
    remote.push("a").run().code(0);
    remote.clone_into("b");
    remote.write("b", &[("a", "id-new")]);
    remote.push("b").run().code(0);
    remote.write("a", &[]);
    remote.push("a").run().code(4).stderr_has("one side removed `a`, the other changed it");
    remote.is_synchronized("a", &[("a", "id-new")]);
}

#[test]
fn entry_that_others_replaced_and_deleted_is_deleted_here() {
    let remote = Remote::new();
    remote.write("a", &[("a", "id-1")]);
    remote.push("a").run().code(0);
    remote.clone_into("b");
    remote.write("b", &[("a", "id-2")]);
    remote.push("b").run().code(0);
    remote.run("a", "git pull -q");
    remote.write("b", &[]);
    remote.push("b").run().code(0);
    remote.push("a").run().code(0).stdout_has("nothing to push");
    remote.is_synchronized("a", &[]);
}

#[test]
fn two_ids_for_one_name_are_pushed_and_reported() {
    let remote = Remote::new();
    remote.clone_into("b");
    remote.write("a", &[("a", "id-1")]);
    remote.push("a").run().code(0);
    remote.write("b", &[("a", "id-2"), ("b", "id-b")]);
    let output = remote.push("b").run().code(4);
    output
        .stdout("instances.lock: pushed 2 changes to `main` at `origin`\n")
        .stderr_has("two creates have the name `a`: `id-2` is kept, `id-1` is its candidate")
        .stderr_has("`instancectl status ");
    let text = remote.at_remote("instances.lock");
    assert!(text.contains("taskId: id-2\n    candidates: [id-1]\n"), "{text}");
    assert_eq!(fs::read_to_string(remote.path("b/instances.lock")).unwrap(), text);
    remote.run("b", "git pull -q --rebase");
    // Nothing new: the conflict is in the lock, and `lock verify` reports it.
    remote.push("b").run().code(0).stdout_has("nothing to push");
}

/// A hook that pushes something else before the first pushes of a clone.
fn pushes_in_between(remote: &Remote, times: usize, change: &str) {
    remote.clone_into("colleague");
    let hook = format!(
        "n=$(cat ../count 2>/dev/null || echo 0)\n[ $n -ge {times} ] && exit 0\nunset $(git rev-parse \
         --local-env-vars)\necho $((n + 1)) > ../count\ncd ../colleague\ngit pull -q\n{change}\ngit add -A\n\
         git -c user.name=c -c user.email=c@d commit -q -m between\ngit push -q origin main"
    );
    remote.script("a/.git/hooks/pre-push", &hook);
}

#[test]
fn rejected_push_starts_again() {
    let remote = Remote::new();
    fs::write(remote.path("theirs"), lock(&[("b", "id-b")])).unwrap();
    pushes_in_between(&remote, 1, "cp ../theirs instances.lock");
    remote.write("a", &[("a", "id-a")]);
    remote.push("a").run().code(0).stdout_has("pushed 1 change");
    assert_eq!(remote.run("", "cat count"), "1\n");
    remote.is_synchronized("a", &[("a", "id-a"), ("b", "id-b")]);
}

#[test]
fn tenth_rejection_is_final_and_the_ids_are_printed() {
    let remote = Remote::new();
    pushes_in_between(&remote, 10, "cat ../count > x");
    remote.write("a", &[("a", "id-a"), ("b", "id-b")]);
    let output = remote.push("a").run().code(5);
    output
        .stdout("instances.lock:\n  a: created id-a\n  b: created id-b\n")
        .stderr_has("error: other pushes to `main` came first in every attempt\n");
    assert_eq!(remote.run("", "cat count"), "10\n");
    assert_eq!(remote.run("a", "git status --porcelain"), "?? instances.lock\n");
    remote.push("a").run().code(0);
    remote.run("a", "git pull -q");
    remote.is_synchronized("a", &[("a", "id-a"), ("b", "id-b")]);
}

#[test]
fn several_locks_are_one_commit() {
    let remote = Remote::new();
    fs::create_dir_all(remote.path("a/团队/it's \"x\" \\y")).unwrap();
    let names = ["instances.lock", "团队/训练.lock", "团队/it's \"x\" \\y/a b.lock"];
    for (number, name) in names.iter().enumerate() {
        let id = format!("id-{number}");
        fs::write(remote.path("a").join(name), lock(&[("a", &id)])).unwrap();
    }
    let push = || remote.program("a").args(["lock", "push"]);
    let push = || names.iter().fold(push(), |push, name| push.args(["-f", name]));
    let output = push().run().code(0);
    output
        .stdout_has("团队/训练.lock: pushed 1 change to `main` at `origin`\n")
        .stderr_has("recorded 3 locks on `main` at `origin`");
    assert_eq!(remote.run("a", "git rev-list --count HEAD"), "2\n");
    for (number, name) in names.iter().enumerate() {
        assert_eq!(remote.at_remote(name), lock(&[("a", &format!("id-{number}"))]));
    }
    assert_eq!(remote.run("a", "git status --porcelain"), "");
    remote.run("a", "git pull -q --ff-only");
    // Only what changed is pushed again.
    fs::write(remote.path("a").join(names[1]), lock(&[])).unwrap();
    let output = push().run().code(0).stdout_has("instances.lock: nothing to push");
    output.stdout_has("训练.lock: pushed 1 change").stderr_has("recorded 1 lock on");
    assert_eq!(remote.run("a", "git status --porcelain"), "");
}

#[test]
fn locks_of_two_repositories_are_a_usage_error() {
    let remote = Remote::new();
    remote.clone_into("a/inner");
    remote.write("a", &[("a", "id-a")]);
    remote.write("a/inner", &[("b", "id-b")]);
    let output = remote.push("a").args(["-f", "inner/instances.lock"]).run().code(2);
    output.stdout("").stderr_has("/instances.lock` are in different git repositories");
}

#[test]
fn lock_restored_from_an_older_version_loses_no_id() {
    let remote = Remote::new();
    remote.write("a", &[("a", "id-a")]);
    remote.push("a").run().code(0);
    remote.clone_into("b");
    remote.write("b", &[("a", "id-a"), ("b", "id-b")]);
    remote.push("b").run().code(0);
    let all = [("a", "id-a"), ("b", "id-b"), ("c", "id-c")];
    fs::write(remote.path("a/instances.yaml"), "").unwrap();
    // This clone is behind, has pushed, and its lock is set back in each way.
    remote.unrelated_push("x");
    remote.write("a", &[("a", "id-a"), ("c", "id-c")]);
    remote.push("a").run().code(0);
    remote.has("a", &all);
    for restore in [
        "git checkout -- instances.lock",
        "git checkout HEAD -- instances.lock",
        "git stash -q",
        "git reset -q --hard",
        "rm instances.lock",
        "git rm -q --cached instances.lock; rm instances.lock",
    ] {
        remote.run("a", restore);
        let push = remote.program("a").args(["lock", "push", "-f", "instances.yaml"]);
        push.run().code(0).stdout_has("nothing to push");
        remote.has("a", &all);
    }
}

#[test]
fn conflict_markers_here_or_there_stop_the_push() {
    let remote = Remote::new();
    remote.write("a", &[("a", "id-a")]);
    remote.push("a").run().code(0);
    let marked = format!("{}<<<<<<< HEAD\n", lock(&[("a", "id-a"), ("b", "id-b")]));
    fs::write(remote.path("a/instances.lock"), &marked).unwrap();
    let output = remote.push("a").run().code(5);
    output.stderr_has("merge conflict marker");
    assert_eq!(remote.recorded().len(), 1);
    remote.run("a", "git commit -q -a -m broken && git push -q origin main");
    remote.clone_into("b");
    remote.write("b", &[("c", "id-c")]);
    let output = remote.push("b").run().code(5);
    output
        .stdout("instances.lock:\n  c: created id-c\n")
        .stderr_has("error: on the branch `main`: ")
        .stderr_has("merge conflict marker");
    assert_eq!(remote.at_remote("instances.lock"), marked);
}

#[test]
fn force_pushed_branch_gets_every_entry_again() {
    let remote = Remote::new();
    remote.write("a", &[("a", "id-a")]);
    remote.push("a").run().code(0);
    // Another clone sets the branch back to before the lock, and goes on from there.
    let script = "git reset -q --hard HEAD~1 && echo y > y && git add -A && git commit -q -m y && git push \
        -q --force origin main";
    remote.clone_into("b");
    remote.run("b", script);
    remote.write("a", &[("a", "id-a"), ("b", "id-b")]);
    remote.push("a").run().code(0).stdout_has("pushed 2 changes");
    remote.has("a", &[("a", "id-a"), ("b", "id-b")]);
    remote.run("a", "git pull -q --rebase");
    remote.is_synchronized("a", &[("a", "id-a"), ("b", "id-b")]);
}

#[test]
fn missing_branch_and_remote_are_reported() {
    let remote = Remote::new();
    remote.write("a", &[("a", "id-a")]);
    let output = remote.push("a").args(["--branch", "gone"]).run().code(5);
    output
        .stdout("instances.lock:\n  a: created id-a\n")
        .stderr_has("error: `origin` has no branch `gone`\n");
    remote.run("remote.git", "git branch -m main trunk");
    remote.push("a").run().code(5).stderr_has("`origin` has no branch `main`");
    remote.push("a").args(["--branch", "trunk"]).run().code(0);
    assert_eq!(remote.run("remote.git", "git show trunk:instances.lock"), lock(&[("a", "id-a")]));
    remote.run("", "git init -q --bare -b main empty.git");
    let output = remote.push("a").args(["--remote", "../empty.git"]).run().code(5);
    output.stderr_has("`../empty.git` has no branch `main`");
    let output = remote.push("a").args(["--remote", "upstream"]).run().code(2);
    output.stderr_has("the repository has no remote `upstream`").stdout("");
    remote.write("", &[("a", "id-a")]);
    let output = remote.push("").run().code(2);
    output.stderr_has("/instances.lock` is not in a git repository").stdout("");
}

#[test]
fn what_a_killed_run_left_is_pushed() {
    let remote = Remote::new();
    let hangs = |name: &str| name == "z";
    let service =
        creating(move |asked| if hangs(&name_in(asked)) { Reply::hang() } else { created(asked) });
    fs::write(remote.path("a/instances.yaml"), manifest(["a", "z"])).unwrap();
    remote.commit("a", "manifest");
    let apply = remote.program("a").on(&service).apply().args(["--parallel", "2"]);
    let running = apply.start();
    wait_for_creates(&service, 2);
    running.stdout_until("a: created id-a\n");
    let push = remote.program("a").args(["lock", "push", "-f", "instances.yaml"]);
    // While it runs, nothing is pushed.
    push.run().code(5).stdout("").stderr_has("another process");
    assert_eq!(remote.run("remote.git", "git rev-list --count main"), "2\n");
    running.kill();
    push.run().code(0).stdout_has("instances.lock: pushed 2 changes");
    let text = remote.at_remote("instances.lock");
    assert!(
        text.contains("taskId: id-a\n") && text.contains("  z:\n    state: unknown\n"),
        "{text}"
    );
    assert_eq!(remote.run("a", "git status --porcelain && git pull -q --rebase"), "");
}

#[test]
fn quiet_push_prints_results_and_errors_only() {
    let remote = Remote::new();
    remote.write("a", &[("a", "id-a")]);
    let output = remote.push("a").args(["--quiet"]).run();
    output.is(0, "instances.lock: pushed 1 change to `main` at `origin`\n", "");
}
