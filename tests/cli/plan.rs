//! `plan` shows what `apply` would do; it sends nothing and writes nothing.

use crate::stage::{DETAILS, creator, manifest, numbered, project};
use crate::support::{Cli, nothing_to_create};

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
    let with = |cli: &Cli, flags: &[&str]| {
        cli.clone().args(PLAN).args(["--detailed-exitcode"]).args(flags).run()
    };
    let plan = |cli: &Cli| with(cli, &[]);
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
        "instances.yaml\n  ~ a: changed id-a\n    ramSize: 27GiB -> 30GiB\n    mountInfoList:\n      + /a at \
         /b (path)\n    refused without --replace or --keep-changed\nnothing to create: 1 changed and \
         refused\n",
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

#[test]
fn equal_instances_share_a_row() {
    let names = numbered(1000);
    let cli = project(&names);
    let totals = "1000 to create: 1000 cards, at most 1000 card-hours\n";
    let row = "instances.yaml\n  + n000, n001, n002 and 997 more: create 1000\n";
    let _ = cli.clone().args(PLAN).run().is(0, &format!("{row}{DETAILS}{totals}"), "");
    let each = cli.args(PLAN).args(["-v"]).run().code(0);
    assert_eq!(each.stdout.matches(": create\n").count(), 1000);
}

/// Returns a manifest of `a` with this start script and this description.
fn scripted(script: &str, description: &str) -> String {
    let script = script.lines().map(|line| format!("      {line}")).collect::<Vec<_>>().join("\n");
    manifest(["a"])
        + &format!("    description: {description}\n    startScriptContent: |\n{script}\n")
}

#[test]
fn script_change_is_a_line_diff_without_secrets() {
    let service = creator();
    let lines = "cd /mnt\nexport API_KEY=0123456789\nsleep 1\nsleep 2\nsleep 3\ntrain --lr 1e-4\n";
    let cli = project(["a"]).on(&service).file("instances.yaml", scripted(lines, "x"));
    let _ = cli.apply().run().code(0).stderr_has("    script of 6 lines\n");
    let text = lines.replace("0123", "9123").replace("1e-4", "1e-5");
    let cli = cli.file("instances.yaml", scripted(&text, "'token=abcdefgh'"));
    let plan = cli.clone().args(PLAN).args(["--replace", "a", "--format", "json"]).run().code(0);
    let _ = plan.nowhere("0123456789").nowhere("9123456789").stdout_has("export API_KEY=***");
    let plan = cli.args(PLAN).args(["--replace", "a"]).run().code(0);
    let _ = plan.nowhere("0123456789").nowhere("9123456789").stdout(
        "instances.yaml\n  -/+ a: replace id-a\n    description: `x` -> `token=***`\n    \
         startScriptContent:\n        cd /mnt\n      - export API_KEY=***\n      + export API_KEY=***\n        \
         sleep 1\n        sleep 2\n        sleep 3\n      - train --lr 1e-4\n      + train --lr 1e-5\n\
         1 to replace: 1 card, at most 1 card-hour\n",
    );
}

#[test]
fn long_values_are_shown_one_below_the_other_to_their_end() {
    let service = creator();
    let cli = project(["a"]).on(&service);
    let _ = cli.apply().run().code(0);
    let image = format!("image.ac.com:5000/dcu/base/{}", "deep/".repeat(12));
    let text = manifest(["a"]).replace("image.ac.com:5000/dcu/base/", &image);
    let plan = cli.file("instances.yaml", text).args(PLAN).run().code(0);
    let _ = plan.stdout_has(&format!(
        "    imagePath:\n      - `image.ac.com:5000/dcu/base/pytorch:2.3.0`\n      + \
         `{image}pytorch:2.3.0`\n"
    ));
}

#[test]
fn markdown_displays_any_text_as_it_is() {
    let service = creator();
    let old = scripted("echo `id`\n", "x");
    let cli = project(["a"]).on(&service).file("instances.yaml", old);
    let _ = cli.apply().run().code(0);
    let new = scripted("echo ```\n# @admin <b>\n", "'a|b `c` @admin <img>'");
    let cli = cli.file("instances.yaml", new + "  - instanceServiceName: '@team'\n");
    let plan = cli.args(PLAN).args(["--prune", "--format", "markdown"]).run().code(0);
    let _ = plan.stdout(
        "## Plan\n\n**1 to create: 1 card, at most 1 card-hour**\n\n### `instances.yaml`\n\n\
         | | instance | action | details |\n|---|---|---|---|\n\
         | `+` | `@team` | `create` | `ssh, 1 dcu card, 8 CPU, 27GiB, group kshdnormal, stops after \
         01:00:00`<br>`image.ac.com:5000/dcu/base/pytorch:2.3.0` |\n\
         | `~` | `a` | `changed id-a` | `` description: `x` -> `a\\|b `c` @admin <img>` ``\
         <br>`refused without --replace or --keep-changed` |\n\n\
         <details><summary><code>a: startScriptContent</code></summary>\n\n````diff\n\
         -echo `id`\n+echo ```\n+# @admin <b>\n````\n\n</details>\n",
    );
}

#[test]
fn marks_and_totals_are_coloured() {
    let cli = project(["a"]);
    let plan = cli.args(PLAN).args(["--color", "always"]).run().code(0);
    let _ = plan
        .stdout_has("\u{1b}[32m  + a: create\u{1b}[0m\n")
        .stdout_has("\n\u{1b}[1m1 \u{1b}[0mto create: \u{1b}[1m1 \u{1b}[0mcard, at most ");
}

#[test]
fn card_hours_over_the_limit_send_nothing() {
    let service = creator();
    let endless = manifest(["a", "b"]).replace("\"01:00:00\"", "unlimited");
    for (text, over) in [
        (manifest(["a", "b"]), "2 instances: 2 cards, at most 2 card-hours: more than "),
        (endless, "2 instances: 2 cards; 2 without time limit: more than "),
    ] {
        let cli = Cli::new().file("instances.yaml", text).on(&service);
        let over = format!("{over}--max-card-hours 1\n");
        let limit = ["--max-card-hours", "1"];
        let markdown = cli.clone().args(PLAN).args(limit).args(["--format", "markdown"]).run();
        let _ = markdown.code(0).stdout_has("\n> `` `apply` would send nothing: ");
        let plan = cli.clone().args(PLAN).args(limit).args(["--format", "json"]).run().code(0);
        let _ = plan.stdout_has("\"message\": \"`apply` would send nothing: ");
        let apply = cli.apply().args(limit).run().code(6);
        let _ = apply.stdout("").stderr_has(&format!("error: {over}  help: nothing was sent\n"));
        for words in [&["plan"][..], &["apply", "--dry-run"]] {
            let run = cli.clone().args(words).args(["-f", "instances.yaml"]).args(limit).run();
            let _ = run.code(0).stderr_has(&format!("`apply` would send nothing: {over}"));
        }
    }
    assert_eq!(service.received().len(), 0);
    let cli = project(["a", "b"]).on(&service);
    let _ = cli.apply().args(["--max-card-hours", "2"]).run().code(0);
}

#[test]
fn question_names_deletions_last_and_shortens_long_lists() {
    let service = creator();
    let names = numbered(12);
    let cli = project(&names).on(&service);
    let _ = cli.apply().run().code(0);
    let cli = cli.file("instances.yaml", manifest(["n000", "new"]));
    let dry = ["apply", "--dry-run", "-f", "instances.yaml", "--prune", "--replace", "n000"];
    let dry = cli.clone().args(dry).run().code(0);
    let _ = dry
        .stdout_has("  -/+ n000: replace id-n000\n  - n001: delete id-n001\n  - n002: delete ")
        .stdout_has(
            "\n1 to create, 1 to replace, 11 to delete: 2 cards, at most 2 card-hours\nPOST ",
        )
        .stderr_has("2 card-hours; deletes 12: n000, n001, n002 and 9 more; nothing was sent\n");
    let destroy = cli.args(["destroy", "-f", "instances.yaml"]).run().code(6);
    let _ = destroy
        .stderr_has("not confirmed: delete 12 instances (12 cards): n000, n001, n002 and 9 more\n");
}

#[test]
fn sections_without_selected_instances_are_omitted() {
    let cli = Cli::new().file("m/a.yaml", manifest(["a"])).file("m/b.yaml", manifest(["b"]));
    let wanted =
        format!("m/b.yaml\n  + b: create\n{DETAILS}1 to create: 1 card, at most 1 card-hour\n");
    let _ = cli.args(["plan", "-f", "m", "b"]).run().is(0, &wanted, "");
}
