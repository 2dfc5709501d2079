//! The branch that gets the locks.

use crate::remote::{Remote, lock};

/// Creates a remote with a branch `other`, and a detached clone with a lock.
fn detached() -> Remote {
    let remote = Remote::new();
    remote.run("a", "git push -q origin main:other && git checkout -q --detach");
    remote.write("a", &[("a", "id-a")]);
    remote
}

#[track_caller]
fn is_on_other(remote: &Remote) {
    let recorded = remote.run("remote.git", "git show other:instances.lock");
    assert_eq!(recorded, lock(&[("a", "id-a")]));
    assert_eq!(remote.run("remote.git", "git ls-tree --name-only main"), ".gitignore\nREADME\n");
}

#[test]
fn branch_of_a_detached_checkout_is_the_one_the_ci_system_names() {
    let remote = detached();
    let variables = [
        ("GITHUB_HEAD_REF", "other"),
        ("GITHUB_REF", "refs/heads/other"),
        ("CI_COMMIT_BRANCH", "other"),
        ("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "other"),
        ("CI_COMMIT_REF_NAME", "other"),
        ("GITEE_BRANCH", "other"),
        ("BITBUCKET_BRANCH", "other"),
        ("BUILDKITE_BRANCH", "other"),
        ("BUILD_SOURCEBRANCH", "refs/heads/other"),
        ("CIRCLE_BRANCH", "other"),
        ("DRONE_BRANCH", "other"),
        ("TRAVIS_BRANCH", "other"),
        ("CHANGE_BRANCH", "other"),
        ("BRANCH_NAME", "other"),
        ("GIT_BRANCH", "origin/other"),
    ];
    for (number, (name, value)) in variables.into_iter().enumerate() {
        let id = format!("id-{number}");
        remote.write("a", &[("a", &id)]);
        remote.push("a").env(name, value).run().code(0).stdout_has("to `other` at `origin`");
        let recorded = remote.run("remote.git", "git show other:instances.lock");
        assert_eq!(recorded, lock(&[("a", &id)]), "{name}");
    }
    // The branch can be checked out and pulled.
    remote.run("a", "git checkout -q -b other origin/other && git pull -q --ff-only");
    assert_eq!(remote.run("a", "git status --porcelain"), "");
    assert_eq!(remote.run("remote.git", "git ls-tree --name-only main"), ".gitignore\nREADME\n");
}

#[test]
fn detached_checkout_without_a_branch_is_a_usage_error() {
    let remote = detached();
    for (name, value) in [("X", ""), ("GITHUB_REF", "refs/tags/v1"), ("CI_COMMIT_BRANCH", "")] {
        let output = remote.push("a").env(name, value).run().code(2);
        output
            .stdout("")
            .stderr_has("no branch is checked out, and no CI system names one")
            .stderr_has("--branch");
    }
    for branch in ["", "a:b", "*", "a b", "a..b"] {
        let output = remote.push("a").args(["--branch", branch]).run().code(2).stdout("");
        output.stderr_has(&format!("error: `{branch}` is not a name of a branch\n"));
    }
    remote.push("a").args(["--branch", "refs/heads/other"]).run().code(0);
    is_on_other(&remote);
    remote.run("a", "git push -q origin HEAD:refs/heads/团队/训练");
    remote.push("a").args(["--branch", "团队/训练"]).run().code(0).stdout_has("`团队/训练`");
}

#[test]
fn checked_out_branch_comes_before_that_of_the_ci_system() {
    let remote = Remote::new();
    remote.run("a", "git checkout -q -b other && git push -q origin other");
    remote.write("a", &[("a", "id-a")]);
    remote.push("a").env("CI_COMMIT_BRANCH", "main").run().code(0);
    is_on_other(&remote);
    assert_eq!(remote.run("a", "git status --porcelain"), "");
    remote.run("a", "git pull -q --rebase origin other");
}

#[test]
fn feature_branch_stays_as_it_is_if_the_lock_goes_to_another_one() {
    let remote = Remote::new();
    remote.run("a", "git checkout -q -b feature && echo f > f && git add f && git commit -q -m f");
    let head = remote.run("a", "git rev-parse HEAD");
    remote.write("a", &[("a", "id-a")]);
    remote.push("a").args(["--branch", "main"]).run().code(0);
    remote.has("a", &[("a", "id-a")]);
    assert_eq!(remote.run("a", "git rev-parse HEAD"), head);
    assert_eq!(remote.run("a", "git status --porcelain"), "?? instances.lock\n");
    // The feature's commit did not go along.
    assert_eq!(
        remote.run("remote.git", "git log --format=%s main"),
        "Record instances in instances.lock\nbegin\n"
    );
}

#[test]
fn lock_is_pushed_while_a_rebase_is_running() {
    let remote = Remote::new();
    remote.clone_into("b");
    remote.run("b", "echo theirs > README");
    remote.commit("b", "theirs");
    let script = "echo ours > README && git commit -q -a -m ours && ! git pull -q --rebase";
    remote.run("a", script);
    let before = remote.run("a", "git rev-parse HEAD && git diff && git ls-files -s");
    remote.write("a", &[("a", "id-a")]);
    remote.push("a").run().code(0).stdout_has("to `main` at `origin`");
    remote.has("a", &[("a", "id-a")]);
    assert_eq!(remote.run("a", "git rev-parse HEAD && git diff && git ls-files -s"), before);
    remote.run("a", "git add README instances.lock && GIT_EDITOR=true git rebase --continue");
    remote.run("a", "GIT_EDITOR=true git pull -q --rebase && git push -q");
    remote.has("a", &[("a", "id-a")]);
}

#[test]
fn own_commits_stay_and_the_lock_becomes_one_more() {
    let remote = Remote::new();
    for (number, pull) in
        ["git pull -q --rebase", "git pull -q --no-rebase --no-edit"].iter().enumerate()
    {
        let own = format!("echo {number} > own && git add own && git commit -q -m own");
        remote.run("a", &own);
        remote.unrelated_push(&format!("x{number}"));
        let id = format!("id-{number}");
        remote.write("a", &[("a", &id)]);
        let output = remote.push("a").run();
        assert!(matches!(output.code, Some(0 | 4)), "{output:?}");
        assert_eq!(remote.run("a", "git status --porcelain"), "");
        assert!(
            remote.run("remote.git", "git ls-tree --name-only main").contains("instances.lock")
        );
        // What was not pushed is still not pushed.
        assert_ne!(
            remote.try_run("remote.git", "git show main:own").stdout,
            format!("{number}\n").into_bytes()
        );
        remote.run("a", pull);
        assert_eq!(remote.run("a", "cat own"), format!("{number}\n"));
        remote.push("a").run().code(0).stdout_has("nothing to push");
        remote.run("a", "git push -q");
        remote.is_synchronized("a", &[("a", &id)]);
    }
}
