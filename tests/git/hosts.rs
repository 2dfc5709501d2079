//! Remotes that refuse refs, pushes of several refs, or the branch.

use std::collections::BTreeMap;

use crate::project::Project;
use crate::stage::{Gate, creator, gated, manifest, sent_to, wait_for_creates};

/// Text of an `update` hook that refuses the refs that match a pattern.
fn refusing(pattern: &str) -> String {
    format!("case \"$1\" in {pattern}) echo 'not allowed here' >&2; exit 1;; esac")
}

const HOOK: &str = "remote.git/hooks/update";

#[test]
fn remote_that_takes_only_branches_gets_the_claims_as_branches() {
    let gate = Gate::new();
    let service = gated(&gate, "a");
    let project = Project::new(&["a", "b"], &service);
    project.remote.script(HOOK, &refusing("refs/instancectl/*"));
    let running = project.apply("a").start();
    wait_for_creates(&service, 2);
    let claims = project.claims();
    let name = claims.keys().next().unwrap();
    assert!(claims.len() == 1 && name.starts_with("refs/heads/instancectl/claims/"), "{claims:?}");
    project.apply("b").args(["--no-wait-claim"]).run().code(5);
    gate.open();
    running.end().code(0);
    project.recorded(&[("a", "created id-a"), ("b", "created id-b")]);
    project.apply("b").run().code(0).nothing_to_create(2);
    assert_eq!(project.remote.run("remote.git", "git branch"), "* main\n");
}

#[test]
fn remote_without_atomic_pushes_gets_the_branch_before_the_claims_go() {
    let service = creator();
    let project = Project::new(&["a"], &service);
    project.commit("more.yaml", &manifest(["m"]));
    project.remote.run("remote.git", "git config receive.advertiseAtomic false");
    let both = ["apply", "--yes", "-f", "instances.yaml", "-f", "more.yaml"];
    project.command("b", &both).run().code(0);
    project.recorded(&[("a", "created id-a")]);
    project.command("c", &both).run().code(0).nothing_to_create(2);
    assert_eq!(sent_to(&service), ["a", "m"]);
}

/// Without atomic pushes, a claim that was taken over is given back with what it holds.
#[test]
fn records_survive_a_claim_of_several_locks_that_fails_half_way() {
    let gate = Gate::new();
    let service = gated(&gate, "a");
    let project = Project::new(&["a", "b"], &service).minute(200);
    let running = project.apply("dead").start();
    wait_for_creates(&service, 2);
    project.wait_for_claim("id-a");
    running.kill();
    gate.open();
    project.lose("dead");
    project.commit("more.yaml", &manifest(["m"]));
    project.remote.run("remote.git", "git config receive.advertiseAtomic false");
    let claims = project.claims();
    let first = claims.keys().next().unwrap();
    project.remote.script(HOOK, &format!("[ $1 = refs/heads/main ] || [ $1 = {first} ]"));
    let both = ["apply", "--yes", "-f", "instances.yaml", "-f", "more.yaml"];
    project.command("b", &both).run().code(5).stderr_has("refused the push to `");
    project.wait_for_claim("id-a");
    project.wait_for_claim("\"ended\": true");
    project.lose("b");
    project.apply("c").run().code(4);
    project.recorded(&[("a", "created id-a"), ("b", "unknown")]);
}

#[test]
fn batch_whose_push_is_refused_is_not_sent() {
    let service = creator();
    let project = Project::new(&["a", "b"], &service);
    // A new claim is taken, its first records are not.
    let hook = format!("[ ${{2#0000}} = $2 ] || exit 0\n{}", refusing("refs/instancectl/*"));
    project.remote.script(HOOK, &hook);
    let output = project.apply("a").run().code(5);
    output
        .stderr_has("the git remote `origin` refused the push to `refs/instancectl/claims/")
        .stderr_has("(hook declined): not allowed here");
    assert!(sent_to(&service).is_empty());
    project.remote.run("", "rm remote.git/hooks/update");
    project.apply("b").run().code(0);
    assert_eq!(sent_to(&service), ["a", "b"]);
}

#[test]
fn remote_that_vanishes_before_a_batch_lets_nothing_leave() {
    let service = creator();
    let project = Project::new(&["a", "b"], &service);
    project.remote.script("remote.git/hooks/post-receive", "mv ../remote.git ../away.git");
    let output = project.apply("a").run().code(10);
    output.stderr_has("the git remote `origin` cannot be reached: ");
    assert!(sent_to(&service).is_empty());
    project.remote.run("", "mv away.git remote.git; rm remote.git/hooks/post-receive");
    project.apply("a").args(["--no-wait-claim"]).run().code(0);
    project.recorded(&[("a", "created id-a"), ("b", "created id-b")]);
}

/// Applies while the branch is protected: the claim stays, with the IDs.
fn protected(project: &Project) {
    project.remote.script(HOOK, &refusing("refs/heads/main"));
    let output = project.apply("b").run().code(5);
    output
        .stdout_has("a: created id-a\n")
        .stderr_has(
            "the git remote `origin` refused the push to `main` (hook declined): not allowed here",
        )
        .stderr_has("allow this user to push there, or name another branch");
    let claims = project.claims();
    assert_eq!(claims.len(), 1);
    let claim = claims.values().next().unwrap();
    assert!(claim.contains("\"ended\": true") && claim.contains("id-a"), "{claim}");
    assert_eq!(project.held("b")["a"], "created id-a");
    project.lose("b");
}

#[test]
fn protected_branch_leaves_the_ids_in_the_claim_for_the_next_run() {
    let service = creator();
    let project = Project::new(&["a"], &service);
    protected(&project);
    project.remote.script(HOOK, "exit 0");
    let output = project.apply("c").args(["--no-wait-claim"]).run().code(0);
    output.nothing_to_create(1).stderr_has("recorded 1 lock on `main` at `origin`");
    project.recorded(&[("a", "created id-a")]);
    assert_eq!(sent_to(&service), ["a"]);
}

#[test]
fn ids_of_a_protected_branch_are_recorded_on_another_one() {
    let service = creator();
    let project = Project::new(&["a"], &service);
    protected(&project);
    project.remote.run("remote.git", "git branch locks main");
    let other = || project.apply("c").args(["--no-wait-claim", "--git-branch", "locks"]);
    other().run().code(5).stderr_has("a run that died on the branch `main` has claimed `");
    let release = ["lock", "release", "--yes", "-f", "instances.lock", "--git-branch", "locks"];
    let released = project.local("c", &release).run().code(0);
    released.stderr_has("recorded 1 lock on `locks` at `origin`");
    other().run().code(0).nothing_to_create(1);
    assert_eq!(project.claims(), BTreeMap::new());
    let lock = project.remote.run("remote.git", "git show locks:instances.lock");
    assert!(lock.contains("taskId: id-a\n"), "{lock}");
    assert_eq!(sent_to(&service), ["a"]);
}
