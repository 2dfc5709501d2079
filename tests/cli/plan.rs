//! `plan` shows what `apply` would do; it sends nothing and writes nothing.

use crate::stage::{DETAILS, creator, manifest, project};
use crate::support::nothing_to_create;

const PLAN: [&str; 3] = ["plan", "-f", "instances.yaml"];

#[test]
fn plan_is_offline_and_writes_nothing() {
    let service = creator();
    let cli = project(["a"]);
    let before = cli.listing();
    let wanted = &format!(
        "instances.yaml\n  + a: create\n{DETAILS}1 to create: 1 card, at most 1 card-hour\n"
    );
    let _ = cli.clone().args(PLAN).run().is(0, wanted, "");
    let _ = cli.clone().on(&service).args(PLAN).run().is(0, wanted, "");
    let _ = cli.clone().args(PLAN).args(["--sandbox"]).run().is(0, wanted, "");
    assert_eq!(service.received().len(), 0);
    assert!(cli.listing() == before, "something was written");
}

#[test]
fn detailed_exit_code_reports_if_there_are_changes() {
    let service = creator();
    let cli = project(["a"]).on(&service);
    let with = |cli: &crate::support::Cli, flags: &[&str]| {
        cli.clone().args(PLAN).args(["--detailed-exitcode"]).args(flags).run()
    };
    let plan = |cli: &crate::support::Cli| with(cli, &[]);
    let _ = plan(&cli).code(9).stderr("");
    let _ = cli.apply().run().code(0);
    let totals = nothing_to_create(1);
    let _ = plan(&cli).is(0, &format!("instances.yaml\n  = 1 unchanged\n{totals}"), "");
    // An orphan is left unchanged, so there is nothing to do.
    let cli = cli.file("instances.yaml", manifest(["b"]));
    let _ = cli.apply().run().code(0);
    let orphan = "  ! a: orphan id-a\n    \
                  in the lock, not in the manifest: left unchanged without --prune\n";
    let totals = nothing_to_create(2);
    let wanted = format!("instances.yaml\n{orphan}  = 1 unchanged\n{totals}");
    let _ = plan(&cli).is(0, &wanted, "");
    // So is a changed instance, unless it is replaced.
    let cli = cli.file("instances.yaml", manifest(["b"]).replace("ssh", "jupyter"));
    let _ = plan(&cli).code(0);
    for flags in [&["--replace", "b"][..], &["--replace-all"], &["--prune"]] {
        let _ = with(&cli, flags).code(9);
    }
    let _ = with(&cli, &["--keep-changed"]).code(0);
    let over = with(&cli, &["--replace", "b", "--max-cards", "0"]).code(0);
    let _ = over.stderr_has("`apply` would send nothing: ").stderr_has("more than --max-cards 0");
    let _ = with(&cli, &["--replace", "c"]).code(2).stderr_has("no instance is named c");
    let _ = cli.clone().args(PLAN).run().code(0);
}

#[test]
fn changes_are_shown_field_by_field() {
    let service = creator();
    let cli = project(["a"]).on(&service);
    let _ = cli.apply().run().code(0);
    let text = manifest(["a"]).replace("27GiB", "30GiB")
        + "    mountInfoList:\n      - \
        {sourcePath: /a, targetPath: /b, type: path}\n";
    let _ = cli.file("instances.yaml", text).args(PLAN).run().is(
        0,
        &format!(
            "instances.yaml\n  ~ a: changed id-a\n    ramSize: 27GiB -> 30GiB\n    \
             mountInfoList:\n      + /a at /b (path)\n    \
             refused without --replace or --keep-changed\n{}",
            nothing_to_create(1)
        ),
        "",
    );
}

#[test]
fn equivalent_manifest_is_unchanged() {
    let service = creator();
    let ports = "    containerPortInfoList:\n      \
        - {containerPort: 22, protocolType: SSH}\n      - {containerPort: 80, protocolType: HTTP}\n";
    let cli = project([""]).on(&service).file("instances.yaml", manifest(["a"]) + ports);
    let _ = cli.apply().run().code(0);
    let ports = "    containerPortInfoList:\n      \
        - {protocolType: HTTP, containerPort: \"80\"}\n      - {containerPort: 22, protocolType: SSH}\n";
    let text = manifest(["a"])
        .replace("27GiB", "27648")
        .replace("defaults:", "defaults:\n  taskNumber: 1");
    let cli = cli.file("instances.yaml", text + ports);
    let wanted = format!("instances.yaml\n  = 1 unchanged\n{}", nothing_to_create(1));
    let _ = cli.args(PLAN).run().is(0, &wanted, "");
}

#[test]
fn verbose_names_every_instance() {
    let service = creator();
    let cli = project(["a", "b"]).on(&service);
    let _ = cli.apply().run().code(0);
    let all = "instances.yaml\n  = a: unchanged id-a\n  = b: unchanged id-b\n";
    let all = format!("{all}{}", nothing_to_create(2));
    let _ = cli.args(PLAN).args(["-v"]).run().is(0, &all, "");
}
