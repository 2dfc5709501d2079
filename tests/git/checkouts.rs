//! Checkouts of every kind, and what a push leaves untouched in them.

use std::fs;

use crate::remote::{Remote, lock};

#[test]
fn changes_of_the_user_stay_staged_and_unstaged() {
    for behind in [false, true] {
        let remote = Remote::new();
        if behind {
            remote.unrelated_push("x");
        }
        remote.run(
            "a",
            "echo staged > s && git add s && echo changed > README && echo new > untracked && echo part > p && \
             git add -N p",
        );
        let user = "git diff -- README s p && git diff --cached -- README s && git ls-files -s -- README s p && \
            cat README s p untracked";
        let before = remote.run("a", user);
        let others = "stat -c '%Y %i' README s p untracked .gitignore";
        let times = remote.run("a", others);
        remote.write("a", &[("a", "id-a")]);
        remote.push("a").run().code(0);
        remote.has("a", &[("a", "id-a")]);
        assert_eq!(remote.run("a", user), before);
        assert_eq!(remote.run("a", others), times);
        let files = remote.run("remote.git", "git ls-tree --name-only main");
        assert_eq!(files.replace("x\n", ""), ".gitignore\nREADME\ninstances.lock\n");
        remote.run("a", "git pull -q");
        assert_eq!(remote.run("a", user), before);
    }
}

#[test]
fn shallow_clone_pushes_and_pulls() {
    let remote = Remote::new();
    remote.write("a", &[("a", "id-a")]);
    remote.push("a").run().code(0);
    remote.unrelated_push("x");
    remote.run("", "git clone -q --depth 1 \"file://$PWD/remote.git\" s");
    remote.write("s", &[("a", "id-a"), ("b", "id-b")]);
    // Before and after others push.
    remote.push("s").run().code(0);
    remote.is_synchronized("s", &[("a", "id-a"), ("b", "id-b")]);
    remote.unrelated_push("y");
    remote.write("s", &[("b", "id-b")]);
    remote.push("s").run().code(0).stdout_has("pushed 1 change");
    remote.run("s", "git pull -q");
    remote.is_synchronized("s", &[("b", "id-b")]);
    assert_eq!(remote.run("s", "git rev-parse --is-shallow-repository"), "true\n");
}

#[test]
fn partial_clone_and_other_hash_push_and_pull() {
    let remote = Remote::new();
    remote.run("remote.git", "git config uploadpack.allowFilter true");
    remote.write("a", &[("a", "id-a")]);
    remote.push("a").run().code(0);
    for filter in ["blob:none", "tree:0"] {
        let name = filter.replace(':', "-");
        remote
            .run("", &format!("git clone -q --filter={filter} \"file://$PWD/remote.git\" {name}"));
        remote.unrelated_push(&format!("x-{name}"));
        remote.write("a", &[("a", &format!("id-{name}"))]);
        remote.push("a").run().code(0);
        remote.run("a", "git pull -q");
        remote.push(&name).run().code(0);
        remote.run(&name, "git pull -q");
        remote.is_synchronized(&name, &[("a", &format!("id-{name}"))]);
    }
    remote.run(
        "",
        "git init -q --bare -b main --object-format=sha256 sha.git && git clone -q sha.git sha 2>&1 && cd sha && \
         git commit -q --allow-empty -m x && git push -q origin HEAD:main",
    );
    remote.write("sha", &[("a", "id-a")]);
    remote.push("sha").run().code(0);
    assert_eq!(remote.run("sha", "git pull -q --rebase && git status --porcelain"), "");
}

#[test]
fn settings_of_the_user_do_not_matter() {
    let remote = Remote::new();
    let settings = [
        "push.default nothing",
        "push.followTags true",
        "push.useForceIfIncludes true",
        "push.gpgSign if-asked",
        "fetch.prune true",
        "fetch.pruneTags true",
        "fetch.all true",
        "remote.origin.tagOpt --tags",
        "remote.origin.push refs/heads/main:refs/heads/x",
        "status.branch true",
        "color.ui always",
        "core.quotePath true",
        "core.autocrlf true",
        "core.logAllRefUpdates always",
        "rebase.autoStash true",
        "diff.noprefix true",
        "core.untrackedCache true",
        "index.skipHash true",
    ];
    remote.run("a", "git tag -a -m t t && echo '*.lock' >> .git/info/exclude");
    for setting in settings {
        remote.run("a", &format!("git config {setting}"));
    }
    remote.write("a", &[("a", "id-a")]);
    remote.push("a").run().code(0);
    remote.run("a", "git config --unset color.ui; git config --unset status.branch");
    remote.is_synchronized("a", &[("a", "id-a")]);
    assert_eq!(
        remote.run("remote.git", "git for-each-ref --format='%(refname)'"),
        "refs/heads/main\n"
    );
}

#[test]
fn checkout_of_a_ci_system_pushes() {
    // As `actions/checkout` and GitLab's runner do.
    for (checkout, branch) in [
        ("git fetch -q --depth=1 origin main && git checkout -q FETCH_HEAD", "main"),
        (
            "git fetch -q --depth=1 origin +main:refs/remotes/origin/main && git checkout -q -B main origin/main",
            "",
        ),
        (
            "git fetch -q --depth=1 origin \"+$(git ls-remote origin main | cut -f1):refs/pipelines/1\" && git \
          checkout -q -f --detach refs/pipelines/1",
            "main",
        ),
    ] {
        let remote = Remote::new();
        remote.write("a", &[("a", "id-a")]);
        remote.push("a").run().code(0);
        remote.run(
            "",
            "git init -q -b x ci && cd ci && git remote add origin \"file://$PWD/../remote.git\"",
        );
        remote.run("ci", checkout);
        // Another push comes after the checkout.
        remote.write("a", &[("a", "id-a"), ("c", "id-c")]);
        remote.push("a").run().code(0);
        remote.write("ci", &[("a", "id-a"), ("b", "id-b")]);
        let push = remote.push("ci").env("CI", "true").env("CI_COMMIT_BRANCH", branch);
        push.run().code(0);
        remote.has("ci", &[("a", "id-a"), ("b", "id-b"), ("c", "id-c")]);
        assert!(remote.run("remote.git", "git log -1 --format=%s main").contains("[skip ci]"));
        let deleted = remote.push("ci").env("CI_COMMIT_BRANCH", branch);
        remote.write("ci", &[("b", "id-b")]);
        deleted.run().code(0);
        remote.has("ci", &[("b", "id-b")]);
    }
}

#[test]
fn sparse_checkout_pushes_locks_inside_and_outside_of_its_cone() {
    let remote = Remote::new();
    fs::create_dir_all(remote.path("a/in")).unwrap();
    fs::create_dir_all(remote.path("a/out")).unwrap();
    fs::write(remote.path("a/in/x"), "x").unwrap();
    fs::write(remote.path("a/out/instances.lock"), lock(&[("o", "id-o")])).unwrap();
    remote.commit("a", "folders");
    remote.clone_into("s");
    remote.run("s", "git sparse-checkout set in 2>&1");
    assert!(!remote.path("s/out").exists());
    fs::write(remote.path("s/in/instances.lock"), lock(&[("a", "id-a")])).unwrap();
    remote.push("s/in").run().code(0);
    assert_eq!(remote.run("s", "git status --porcelain && git pull -q --rebase"), "");
    assert_eq!(remote.at_remote("in/instances.lock"), lock(&[("a", "id-a")]));
    // The lock outside of the cone is not in the work tree: its entries stay.
    fs::create_dir_all(remote.path("s/out")).unwrap();
    fs::write(remote.path("s/out/instances.lock"), lock(&[("o", "id-o"), ("p", "id-p")])).unwrap();
    remote.push("s/out").run().code(0);
    let both = lock(&[("o", "id-o"), ("p", "id-p")]);
    assert_eq!(remote.at_remote("out/instances.lock"), both);
    remote.run("s", "git pull -q");
}

#[test]
fn lock_in_a_subfolder_is_pushed_from_anywhere() {
    let remote = Remote::new();
    fs::create_dir_all(remote.path("a/team/x")).unwrap();
    for (number, (folder, name)) in [
        ("a/team/x", "instances.lock"),
        ("a", "team/x/instances.lock"),
        ("", "a/team/x/instances.lock"),
    ]
    .iter()
    .enumerate()
    {
        let text = lock(&[("a", "id-a"), ("b", &format!("id-{number}"))]);
        fs::write(remote.path("a/team/x/instances.lock"), &text).unwrap();
        let push = remote.program(folder).args(["lock", "push", "-f", name]);
        let output = push.run();
        assert!(output.code == Some(0), "{output:?}");
        assert_eq!(remote.at_remote("team/x/instances.lock"), text);
        assert_eq!(remote.run("a", "git status --porcelain && git pull -q --rebase"), "");
        fs::write(remote.path("a/team/x/instances.lock"), lock(&[("a", "id-a")])).unwrap();
        push.run().code(0);
    }
}

#[test]
fn linked_worktree_and_submodule_push_their_own_branch() {
    let remote = Remote::new();
    remote.run(
        "a",
        "git push -q origin main:side && git fetch -q && git worktree add -q ../w side 2>&1",
    );
    remote.write("w", &[("a", "id-a")]);
    remote.push("w").run().code(0).stdout_has("to `side`");
    assert_eq!(remote.run("remote.git", "git show side:instances.lock"), lock(&[("a", "id-a")]));
    assert_eq!(remote.run("w", "git status --porcelain && git pull -q --rebase"), "");
    remote.write("a", &[("b", "id-b")]);
    remote.push("a").run().code(0).stdout_has("to `main`");
    remote.is_synchronized("a", &[("b", "id-b")]);

    remote.run("", "git init -q -b main outer && cd outer && git -c protocol.file.allow=always submodule add -q \
        ../remote.git sub && git commit -q -m sub");
    remote.write("outer/sub", &[("b", "id-b"), ("c", "id-c")]);
    remote.push("outer/sub").run().code(0).stdout_has("to `main`");
    remote.is_synchronized("outer/sub", &[("b", "id-b"), ("c", "id-c")]);
    assert_eq!(remote.run("outer", "git log --format=%s"), "sub\n");
}

#[test]
fn variables_that_place_the_repository_elsewhere_are_followed() {
    let remote = Remote::new();
    remote.run("", "git clone -q --bare remote.git away.git && mkdir -p tree/team && cd away.git && git config \
        remote.origin.fetch '+refs/heads/*:refs/remotes/origin/*'");
    remote.run("tree", "export GIT_DIR=../away.git GIT_WORK_TREE=.; git reset -q --hard");
    for (number, (folder, directory, tree)) in [
        ("tree", remote.path("away.git"), remote.path("tree")),
        ("tree", "../away.git".into(), ".".into()),
        ("tree/team", "../../away.git".into(), "..".into()),
        ("", "away.git".into(), "tree".into()),
    ]
    .into_iter()
    .enumerate()
    {
        let text = lock(&[("a", &format!("id-{number}"))]);
        for name in ["instances.lock", "team/instances.lock"] {
            fs::write(remote.path("tree").join(name), &text).unwrap();
            let path = remote.path("tree").join(name);
            let push =
                remote.program(folder).env("GIT_DIR", &directory).env("GIT_WORK_TREE", &tree);
            let output = push.args(["lock", "push", "-f", path.to_str().unwrap()]).run();
            output.code(0);
            assert_eq!(remote.at_remote(name), text, "{folder} {name}");
        }
        remote.run("tree", "export GIT_DIR=../away.git GIT_WORK_TREE=.; git pull -q origin main");
        let status = "export GIT_DIR=../away.git GIT_WORK_TREE=.; git status --porcelain";
        assert_eq!(remote.run("tree", status), "");
    }
}

#[test]
fn checkout_marked_as_bare_pushes() {
    let remote = Remote::new();
    remote.run("a", "git config core.bare true");
    remote.write("a", &[("a", "id-a")]);
    remote.push("a").run().code(0);
    remote.has("a", &[("a", "id-a")]);
}

#[test]
fn push_from_a_hook_of_git_works() {
    // git sets variables with relative paths for its hooks.
    let remote = Remote::new();
    fs::create_dir(remote.path("a/team")).unwrap();
    remote.script(
        "a/.git/hooks/post-commit",
        "instancectl lock push -f team/instances.lock > ../hook 2>&1",
    );
    fs::write(remote.path("a/team/instances.lock"), lock(&[("a", "id-a")])).unwrap();
    remote.run("a", "echo y > README && git commit -q -a -m change");
    assert!(remote.run("", "cat hook").contains("pushed 1 change to `main`"));
    assert_eq!(remote.at_remote("team/instances.lock"), lock(&[("a", "id-a")]));
    assert_eq!(
        remote.run("a", "git log -2 --format=%s"),
        "Record instances in instances.lock\nchange\n"
    );
    remote.run("a", "git pull -q --rebase");
    assert_eq!(remote.run("a", "git status --porcelain"), "");
}
