//! `lock merge`, on the command line and as the merge driver of a real git.

use std::fs;

use crate::git::Clone;
use crate::stage::{entries, manifest, written};
use crate::support::Cli;

/// Returns an entry as the program writes it.
fn entry(name: &str, state: &str, id: &str, at: &str) -> String {
    let id = if id.is_empty() { String::new() } else { format!("    taskId: {id}\n") };
    format!(
        "\n  {name}:\n    state: {state}\n{id}    endpoint: sandbox\n    submittedAt: {at}\n    \
         request: {{\"instanceServiceName\": \"{name}\"}}\n"
    )
}

fn created(name: &str, id: &str) -> String {
    entry(name, "created", id, &format!("2026-11-23T06:11:{:02}Z", id.len()))
}

fn lock(entries: &[String]) -> String {
    format!(
        "# Written by instancectl from instances.yaml. Commit it; do not edit it.\nversion: 1\n\
         instances:{}\n{}",
        if entries.is_empty() { " {}" } else { "" },
        entries.concat()
    )
}

/// Merges three texts; returns the run and the resulting OURS.
fn merge(base: &str, ours: &str, theirs: &str) -> (crate::support::Output, String) {
    let cli = Cli::new().file("base", base).file("ours", ours).file("theirs", theirs);
    let output = cli.clone().args(["lock", "merge", "base", "ours", "theirs", "x/a.lock"]).run();
    (output, cli.read("ours"))
}

#[test]
fn conflict_free_merge_is_silent() {
    let base = lock(&[created("b", "b1")]);
    let ours = lock(&[created("a", "a1"), created("b", "b1")]);
    let theirs = lock(&[created("c", "c1")]);
    let (output, merged) = merge(&base, &ours, &theirs);
    output.is(0, "", "");
    // Theirs destroyed `b`, which ours had left unchanged.
    assert_eq!(merged, lock(&[created("a", "a1"), created("c", "c1")]));
    // Both started from nothing.
    let (output, merged) = merge("", &ours, &theirs);
    output.is(0, "", "");
    assert_eq!(merged, lock(&[created("a", "a1"), created("b", "b1"), created("c", "c1")]));
    // No entry remains.
    let (output, merged) = merge(&base, &lock(&[]), &base);
    output.is(0, "", "");
    assert_eq!(merged, lock(&[]));
}

#[test]
fn two_ids_for_one_name_are_kept_and_reported() {
    let (ours, theirs) = (lock(&[created("训练", "a1")]), lock(&[created("训练", "other2")]));
    let (output, merged) = merge("", &ours, &theirs);
    output.is(
        4,
        "",
        "error: two creates have the name `训练`: `a1` is kept, `other2` is its candidate\n\
         x/a.lock is merged and contains every ID of both sides; check these on the platform, then \
         `git add x/a.lock` and continue the merge\n",
    );
    assert!(merged.contains("    taskId: a1\n    candidates: [other2]\n"), "{merged}");
    let cli = Cli::new().file("a.lock", &merged);
    let verified = cli.args(["lock", "verify", "a.lock"]).run().code(4);
    verified.stdout_has("candidates: other instances have the name `训练`: other2\n");
}

#[test]
fn unknown_outcome_survives_an_id_of_another_create() {
    let lost = lock(&[entry("a", "unknown", "", "2026-11-23T01:00:00Z")]);
    let known = lock(&[created("a", "a1")]);
    for (ours, theirs) in [(&lost, &known), (&known, &lost)] {
        let (output, merged) = merge("", ours, theirs);
        output.code(4).stderr_has("one with an unknown outcome is kept, `a1` is its candidate");
        assert!(merged.contains("state: unknown\n    candidates: [a1]\n"), "{merged}");
    }
    // The outcome of the same request resolves it.
    let found = lock(&[entry("a", "created", "a1", "2026-11-23T01:00:00Z")]);
    let (output, merged) = merge(&lost, &found, &lost);
    output.is(0, "", "");
    assert_eq!(merged, found);
}

#[test]
fn entry_deleted_on_one_side_and_changed_on_other_stays() {
    let base = lock(&[created("a", "a1")]);
    let replaced = lock(&[created("a", "new1")]);
    let (output, merged) = merge(&base, &lock(&[]), &replaced);
    output.code(4).stderr_has("one side removed `a`, the other changed it: it is kept, `new1`");
    assert_eq!(merged, replaced);
}

#[test]
fn unreadable_side_leaves_both_texts_between_markers() {
    let good = lock(&[created("a", "a1")]);
    let newer = good.replace("version: 1", "version: 2");
    let marked = format!("{good}<<<<<<< HEAD\n");
    for (base, ours, theirs, word) in [
        ("", good.as_str(), newer.as_str(), "their side: `x/a.lock` has version 2"),
        ("", &newer, &good, "our side: `x/a.lock` has version 2"),
        (&marked, &good, &good, "the base version: `x/a.lock` line "),
        (&good, &good, "", "their side: `x/a.lock` is cut short: it is empty"),
        (&good, "version: 1\ninstances:\n  a:", &good, "our side: `x/a.lock` is cut short"),
        (&good, &good, "\u{feff}\0", "their side: "),
    ] {
        let (output, left) = merge(base, ours, theirs);
        output.code(5).stdout("").stderr_has(word).stderr_has("git merge --abort");
        assert!(left.contains(ours) && left.contains(theirs), "{left}");
        let cli = Cli::new().file("instances.yaml", manifest(["a"])).file("instances.lock", &left);
        let apply = cli.args(["apply", "--dry-run", "-f", "instances.yaml"]).run().code(5);
        apply.stderr_has("merge conflict marker");
    }
}

#[test]
fn missing_file_is_a_usage_error() {
    let cli = Cli::new().file("a", lock(&[]));
    let output = cli.clone().args(["lock", "merge", "a", "a", "b"]).run().code(2);
    output.stderr_has("error: cannot read b: ");
    cli.clone().args(["lock", "merge", "a", "a"]).run().code(2);
    // git passes an empty file; users often pass this one.
    cli.args(["lock", "merge", "/dev/null", "a", "a"]).run().is(0, "", "");
}

#[test]
fn unknown_keys_of_a_newer_version_are_kept() {
    let with = |extra: &str| format!("{}{extra}", lock(&[created("a", "a1")]));
    let (output, merged) = merge("", &with("    x: 1\n"), &with("    w: 2\n\nnote: z\n"));
    output.is(0, "", "");
    assert_eq!(merged, with("    x: 1\n    w: 2\n\nnote: z\n"));
}

/// Creates a repository in which `main` and `side` both changed the lock.
fn branched(base: &str, main: &str, side: &str) -> Clone {
    let clone = Clone::new(Cli::new());
    let write = |text: &str| {
        if !text.is_empty() {
            fs::write(clone.path("instances.lock"), text).unwrap();
        }
    };
    write(base);
    clone.commit("base");
    clone.git(&["checkout", "-q", "-b", "side"]);
    write(side);
    clone.commit("side");
    clone.git(&["checkout", "-q", "main"]);
    write(main);
    clone.commit("main");
    clone
}

/// Returns locks that git's text merge cannot merge: adjacent entries on both sides.
fn neighbours() -> [String; 3] {
    let base = lock(&[created("m", "m1")]);
    let main = lock(&[created("a", "a1"), created("m", "m1")]);
    let side = lock(&[created("b", "b1"), created("m", "m1")]);
    [base, main, side]
}

#[test]
fn git_merges_neighbors_by_merge_rebase_and_cherry_pick() {
    let [base, main, side] = neighbours();
    let wanted = lock(&[created("a", "a1"), created("b", "b1"), created("m", "m1")]);
    for base in [base.as_str(), ""] {
        for how in
            [&["merge", "-q", "side"][..], &["rebase", "-q", "side"], &["cherry-pick", "side"]]
        {
            let clone = branched(base, &main, &side);
            clone.git(how);
            assert_eq!(clone.cli.read("instances.lock"), wanted, "{how:?}");
            assert_eq!(clone.git(&["status", "--porcelain"]), "", "{how:?}");
            let verify = clone.cli.clone().args(["lock", "verify", "-f", "instances.lock"]).run();
            verify.code(0);
        }
        // Without the driver it is a conflict, or the test proves nothing.
        let clone = branched(base, &main, &side);
        clone.git(&["config", "--unset", "merge.instancectl.driver"]);
        assert!(!clone.try_git(&["merge", "-q", "side"]).0);
    }
}

#[test]
fn git_stops_on_two_ids_for_one_name_and_lock_has_both() {
    let (main, side) = (lock(&[created("a", "a1")]), lock(&[created("a", "other2")]));
    for how in [&["merge", "side"][..], &["rebase", "side"], &["cherry-pick", "side"]] {
        let clone = branched("", &main, &side);
        let (done, shown) = clone.try_git(how);
        assert!(!done && shown.contains("two creates have the name `a`"), "{how:?}: {shown}");
        assert!(shown.contains("CONFLICT"), "{how:?}: {shown}");
        assert!(
            shown.contains("git add instances.lock"),
            "the path of the lock is reported: {shown}"
        );
        let left = clone.cli.read("instances.lock");
        assert!(left.contains("a1") && left.contains("other2"), "{how:?}: {left}");
        // The program reads it and reports the open conflict.
        let verify = clone.cli.clone().args(["lock", "verify", "instances.lock"]).run().code(4);
        verify.stdout_has("other instances have the name `a`");
        clone.git(&["add", "instances.lock"]);
        let again = [how[0], "--continue"];
        clone.git(&again);
        assert_eq!(clone.cli.read("instances.lock"), left);
        assert_eq!(clone.git(&["status", "--porcelain"]), "");
    }
}

#[test]
fn git_keeps_both_sides_if_one_is_unreadable() {
    let good = lock(&[created("a", "a1")]);
    let newer = lock(&[created("b", "b1")]).replace("version: 1", "version: 2");
    let clone = branched("", &good, &newer);
    let (done, shown) = clone.try_git(&["merge", "side"]);
    assert!(!done && shown.contains("not merged: their side: `instances.lock` has version 2"));
    let left = clone.cli.read("instances.lock");
    assert!(left.contains(&good) && left.contains(&newer), "{left}");
    clone.cli.clone().args(["lock", "verify", "instances.lock"]).run().code(5);
    // Each suggested resolution works.
    clone.git(&["checkout", "--ours", "--", "instances.lock"]);
    assert_eq!(clone.cli.read("instances.lock"), good);
    clone.git(&["merge", "--abort"]);
    assert_eq!(clone.cli.read("instances.lock"), good);
}

#[test]
fn lock_deleted_on_one_side_is_a_git_conflict() {
    let [base, main, _] = neighbours();
    let clone = branched(&base, &main, &base);
    clone.git(&["checkout", "-q", "side"]);
    clone.git(&["rm", "-q", "instances.lock"]);
    clone.commit("away with it");
    clone.git(&["checkout", "-q", "main"]);
    let (done, shown) = clone.try_git(&["merge", "side"]);
    assert!(!done && shown.contains("CONFLICT (modify/delete)"), "{shown}");
    let held = entries(&clone.cli.lock("instances.lock"));
    assert_eq!(held, written([("a", "created a1"), ("m", "created m1")]));
}
