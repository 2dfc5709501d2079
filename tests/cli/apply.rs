//! `apply` creates the instances that are not in the lock, once, and records every ID.

use std::collections::BTreeSet;
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use crate::stage::{
    CANNOT_LIST, CREATE, DETAILS, TOKEN, creates_at, creating, creator, files_of, id_of, manifest,
    numbered, project, repository, sent_to, written,
};
use crate::support::{Cli, Reply, Service, nothing_to_create};

const ID: &str = "530491fa7c8e47348f01de73e627a6a7";

#[test]
fn documented_sample_is_sent_as_documented() {
    let sample = fs::read(repository("examples/documented-sample.json")).unwrap();
    let service = Service::creates([Reply::success(ID)]);
    let cli = Cli::new().file("documented-sample.json", &sample).on(&service);
    let apply = cli.clone().args(["apply", "--yes", "-f", "documented-sample.json"]);
    let _ = apply.run().is(
        0,
        &format!("Instances_2205113838: created {ID}\n1 created\n"),
        &format!(
            "{CANNOT_LIST}documented-sample.json\n  \
             + Instances_2205113838: create\n    \
             ssh, 1 gpu card, 3 CPU, 15GiB, group TeslaM40, no time limit\n    \
             10.0.35.26:5000/gpu/admin/base/jupyter:4.4-py3.7-cpu\n    \
             mount /public1/home/lizb0530d/test_mount at /mnt/test_mount (data)\n    \
             port 18888 HTTP\n\
             1 to create: 1 card; 1 without time limit\n"
        ),
    );
    let creates = creates_at(&service);
    let [request] = &creates[..] else { panic!("expected one create, got {creates:#?}") };
    assert_eq!(request.header("token"), Some(TOKEN));
    assert_eq!(request.header("authorization"), None);
    assert_eq!(request.header("content-type"), Some("application/json"));
    // The sample is the documented value, with its port as a string.
    assert_eq!(request.json(), serde_json::from_slice::<Value>(&sample).unwrap());
    assert_eq!(request.json()["containerPortInfoList"][0]["containerPort"], "18888");
    let lock = cli.lock("documented-sample.lock");
    let entry = &lock["instances"]["Instances_2205113838"];
    assert_eq!(entry["state"], "created");
    assert_eq!(entry["taskId"], ID);
    assert_eq!(entry["endpoint"], service.url());
    assert_eq!(entry["request"], request.json());
    assert_eq!(entry.get("region"), None);
}

#[test]
fn second_apply_sends_nothing_and_keeps_the_lock() {
    let service = creator();
    let cli = project(["a", "b"]).on(&service);
    let _ = cli.apply().run().code(0);
    let before = cli.listing();
    let plan = "instances.yaml\n  = 2 unchanged\n";
    let _ = cli.apply().run().is(0, &nothing_to_create(2), plan);
    // No prompt if there is nothing to do.
    let _ = cli.clone().args(["apply", "-f", "instances.yaml"]).run().is(
        0,
        &nothing_to_create(2),
        plan,
    );
    assert_eq!(sent_to(&service).len(), 2);
    assert!(cli.listing() == before, "something was written");
}

#[test]
fn only_the_lock_remains_after_a_run() {
    let service = creator();
    let cli = project(["a", "b", "c"]).on(&service);
    let _ = cli.apply().run().code(0);
    let mut names: Vec<String> = fs::read_dir(cli.path(""))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, [".home", "instances.lock", "instances.yaml"]);
    assert!(cli.read("instances.lock").starts_with(
        "# Written by instancectl from instances.yaml. Commit it; do not edit it.\nversion: 1\n"
    ));
}

#[test]
fn examples_are_created_without_list_support() {
    for (name, bytes) in files_of("examples", &[".lock"]) {
        let service = creator();
        let cli = Cli::new().file(&name, bytes).on(&service);
        let _ = cli.clone().args(["apply", "--yes", "-f", &name]).run().code(0);
        let lock = cli.lock(&format!("{}.lock", name.rsplit_once('.').unwrap().0));
        let sent: BTreeSet<String> = sent_to(&service).into_iter().collect();
        let locked = lock["instances"].as_object().unwrap();
        assert_eq!(locked.keys().cloned().collect::<BTreeSet<_>>(), sent, "{name}");
        for (instance, entry) in locked {
            assert_eq!(entry["taskId"], id_of(instance), "{name}");
        }
        let _ = cli.args(["plan", "--detailed-exitcode", "-f", &name]).run().code(0);
    }
}

#[test]
fn examples_are_created_and_found_again_in_the_sandbox() {
    for (name, bytes) in files_of("examples", &[".lock"]) {
        let cli = Cli::new().file(&name, bytes);
        let apply = cli.clone().args(["apply", "--sandbox", "--yes", "-f", &name]);
        let _ = apply.run().code(0).stdout_has(" created\n");
        let lock = format!("{}.sandbox.lock", name.rsplit_once('.').unwrap().0);
        let entries = cli.lock(&lock)["instances"].as_object().unwrap().clone();
        for entry in entries.values() {
            assert_eq!(entry["endpoint"], "sandbox");
        }
        let before = cli.read(&lock);
        let _ = apply.run().code(0).stdout(&nothing_to_create(entries.len()));
        assert_eq!(cli.read(&lock), before);
        assert!(!cli.path(lock.replace(".sandbox.", ".")).exists(), "the real lock was written");
    }
}

#[test]
fn several_manifests_form_one_plan_with_one_lock_each() {
    let count = AtomicUsize::new(0);
    let service = creating(move |_| {
        let number = count.fetch_add(1, Ordering::SeqCst) + 1;
        Reply::success(format!("id-{number}"))
    });
    let cli = Cli::new()
        .file("m/one.yaml", manifest(["a"]))
        .file("m/two.yml", manifest(["a", "b"]))
        .on(&service);
    let output = cli.clone().args(["apply", "--yes", "--parallel", "1", "-f", "m"]).run();
    let _ = output.is(
        0,
        "a: created id-1\na: created id-2\nb: created id-3\n3 created\n",
        &format!(
            "{CANNOT_LIST}\
             m/one.yaml\n  + a: create\n{DETAILS}\
             m/two.yml\n  + a, b: create 2\n{DETAILS}\
             3 to create: 3 cards, at most 3 card-hours\n"
        ),
    );
    assert_eq!(sent_to(&service), ["a", "a", "b"]);
    assert_eq!(crate::stage::entries(&cli.lock("m/one.lock")), written([("a", "created id-1")]));
    let two = [("a", "created id-2"), ("b", "created id-3")];
    assert_eq!(crate::stage::entries(&cli.lock("m/two.lock")), written(two));
}

#[test]
fn names_and_globs_restrict_a_run() {
    let service = creator();
    let cli = project(["train-a", "train-b", "eval-a", "other"]).on(&service);
    let _ = cli.apply().args(["--parallel", "1", "other", "train-*"]).run().code(0);
    assert_eq!(sent_to(&service), ["train-a", "train-b", "other"]);
    // An instance outside the selection is not an orphan.
    let output = cli.apply().args(["eval-a"]).run().code(0);
    let _ = output.is(
        0,
        "eval-a: created id-eval-a\n1 created\n",
        &format!(
            "{CANNOT_LIST}instances.yaml\n  \
             + eval-a: create\n{DETAILS}\
             1 to create: 1 card, at most 1 card-hour\n"
        ),
    );
}

#[test]
fn unmatched_name_is_a_usage_error() {
    let service = creator();
    let cli = project(["a"]).file("b.yaml", manifest(["b"])).on(&service);
    for (name, error) in [
        ("x*", "error: no instance is named x*\n"),
        ("b.yaml", "error: no instance is named b.yaml\n  help: did you mean `-f b.yaml`?\n"),
    ] {
        let _ = cli.apply().args([name]).run().is(2, "", error);
        let _ = cli.apply().args(["a", name]).run().is(2, "", error);
        let _ = cli.clone().args(["plan", "-f", "instances.yaml", name]).run().is(2, "", error);
    }
    assert_eq!(sent_to(&service), Vec::<String>::new());
    assert!(!cli.path("instances.lock").exists());
}

#[test]
fn thousand_instances_are_all_recorded() {
    let names = numbered(1000);
    let service = creator();
    let cli = project(&names).on(&service);
    let output = cli.apply().args(["--parallel", "64"]).run().code(0);
    assert!(output.stdout.ends_with("\n1000 created\n"));
    let mut sent = sent_to(&service);
    sent.sort();
    assert_eq!(sent, names);
    let wanted = names.iter().map(|name| (name.as_str(), format!("created {}", id_of(name))));
    assert_eq!(cli.entries(), written(wanted));
}

#[test]
fn endpoint_is_accepted_with_and_without_its_last_part() {
    for end in ["", "/", "/ai", "/ai/"] {
        let service = creator();
        let address = format!("{}{end}", service.url());
        let cli = project(["a"]).on(&service).env("INSTANCECTL_ENDPOINT", &address);
        let _ = cli.apply().run().code(0);
        assert_eq!(sent_to(&service), ["a"], "{address}");
        assert_eq!(cli.lock("instances.lock")["instances"]["a"]["endpoint"], service.url());
    }
}

#[test]
fn endpoint_may_have_a_path_prefix() {
    let service = Service::creates([Reply::success(ID)]);
    let address = format!("{}/scnet/ai", service.url());
    let cli = project(["a"]).on(&service).env("INSTANCECTL_ENDPOINT", address);
    let _ = cli.apply().run().code(0);
    let received = service.received();
    let create = format!("/scnet{CREATE}");
    assert!(received.iter().all(|request| request.path.starts_with(&create)), "{received:#?}");
    let posted: Vec<_> = received.iter().filter(|request| request.method == "POST").collect();
    assert!(posted.len() == 1 && posted[0].path == create, "{received:#?}");
}

#[test]
fn lock_flag_sets_the_lock_path() {
    let service = creator();
    let cli = project(["a"]).on(&service);
    let _ = cli.apply().args(["--lock", "other.lock"]).run().code(0);
    assert!(!cli.path("instances.lock").exists());
    assert_eq!(crate::stage::entries(&cli.lock("other.lock")), written([("a", "created id-a")]));
    let piped = cli.clone().args(["apply", "--yes", "-f", "-", "--lock", "other.lock"]);
    let _ = piped.stdin(&manifest(["a", "b"])).run().code(0).stdout("b: created id-b\n1 created\n");
    assert_eq!(sent_to(&service), ["a", "b"]);
}

#[test]
fn orphan_is_reported_and_not_deleted() {
    let service = creator();
    let cli = project(["a", "b"]).on(&service);
    let _ = cli.apply().run().code(0);
    let lock = cli.read("instances.lock");
    let cli = cli.file("instances.yaml", manifest(["a"]));
    let _ = cli.apply().run().is(
        0,
        &nothing_to_create(2),
        "instances.yaml\n  ! b: orphan id-b\n    in the lock, not in the manifest: left unchanged \
         without --prune\n  = 1 unchanged\n",
    );
    assert_eq!(sent_to(&service).len(), 2);
    assert_eq!(cli.read("instances.lock"), lock);
}

#[test]
fn invalid_manifest_ends_the_run_first() {
    let service = creator();
    let cli = project(["a"]).file("bad.yaml", "instances: 1\n").on(&service);
    let output = cli.apply().args(["-f", "bad.yaml"]).run().code(1).stdout("");
    let _ = output.stderr_has("bad.yaml:1:12").stderr_has("1 error");
    // Without credentials too.
    let without = cli.clone().env("INSTANCECTL_TOKEN", "").apply().args(["-f", "bad.yaml"]);
    let _ = without.run().code(1);
    assert_eq!(service.received().len(), 0);
    assert!(!cli.path("instances.lock").exists());
}

#[test]
fn unwritable_output_loses_no_lock_entry() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let service = creator();
    let cli = project(["a", "b", "c"]).on(&service);
    let output = cli.apply().run_into(full).code(2);
    let _ = output.stderr_has("error: cannot write the result: No space left on device");
    let wanted = ["a", "b", "c"].map(|name| (name, format!("created {}", id_of(name))));
    assert_eq!(cli.entries(), written(wanted));
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let cli = cli.file("instances.yaml", manifest(["a", "b", "c", "d"]));
    let _ = cli.apply().run_into(writer).code(0);
    assert_eq!(cli.entries()["d"], "created id-d");
}
