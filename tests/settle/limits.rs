//! Limits of cards and card-hours: in a manifest, and as flags.

use serde_json::{Value, json};

use crate::platform::{Platform, body};
use crate::support::{Cli, Output};

const APPLY: [&str; 6] = ["apply", "-f", "a.yaml", "--yes", "--settle", "1s"];

/// Returns a manifest with these limits, and instances of 2 cards and one hour.
fn manifest(limits: &Value, names: &[&str]) -> String {
    let two = |name: &&str| {
        let mut body = body(name);
        body["gpuNumber"] = json!(2);
        body
    };
    let instances: Vec<Value> = names.iter().map(two).collect();
    format!("{}\n", json!({"limits": limits, "instances": instances}))
}

fn with(cli: &Cli, args: &[&str], more: &[&str]) -> Output {
    cli.clone().args(args).args(more).run()
}

#[test]
fn limit_of_a_manifest_stops_apply_before_anything_is_sent() {
    let platform = Platform::new();
    let cli = platform.cli(&[]).file("a.yaml", manifest(&json!({"cards": 3}), &["a", "b"]));
    let over = "2 instances: 4 cards, at most 4 card-hours: more than `limits.cards` 3 (a.yaml:1)";
    let apply = with(&cli, &APPLY, &[]).code(6).stdout("");
    apply.stderr(&format!("error: {over}\n  help: nothing was sent\n"));
    assert_eq!((platform.count("GET"), platform.count("POST")), (0, 0));
    let json = with(&cli, &APPLY, &["--format", "json"]).code(6).stderr_has(over);
    let found: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(found["exit"]["message"], over);
    assert_eq!(found["exit"]["classes"], json!([6]));
    // `plan` and a dry run show it, and do not fail.
    let refused = format!("`apply` would send nothing: {over}");
    with(&cli, &["plan", "-f", "a.yaml"], &["--detailed-exitcode"]).code(0).stderr_has(&refused);
    with(&cli, &APPLY, &["--dry-run"]).code(0).stderr_has(&refused);
    let flag = ["-q", "--max-cards", "2"];
    let by_flag =
        "`apply` would send nothing: 2 instances: 4 cards, at most 4 card-hours: more than";
    with(&cli, &["plan", "-f", "a.yaml"], &["-q"]).code(0).stderr(&format!("{refused}\n"));
    with(&cli, &["plan", "-f", "a.yaml"], &flag)
        .code(0)
        .stderr(&format!("{by_flag} --max-cards 2\n"));
    with(&cli, &APPLY, &["--dry-run", "-q"]).code(0).stderr(&format!("{refused}\n"));
    let plan = with(&cli, &["plan", "-f", "a.yaml"], &["--format", "json"]).code(0);
    let dry_run = with(&cli, &APPLY, &["--dry-run", "--format", "json"]).code(0);
    for output in [plan, dry_run] {
        let found: Value = serde_json::from_str(&output.stdout).unwrap();
        assert_eq!(found["exit"]["message"], refused);
    }
    assert!(!cli.path("a.lock").exists());
    // One of them is within the limit, and the limit holds for each run.
    with(&cli, &APPLY, &["a"]).code(0);
    with(&cli, &APPLY, &["b"]).code(0);
    assert_eq!(platform.creates(), ["a", "b"]);
}

#[test]
fn flags_only_tighten_the_limits() {
    let platform = Platform::new();
    let limits = json!({"cards": 3, "cardHours": 3});
    let cli = platform.cli(&[]).file("a.yaml", manifest(&limits, &["a", "b"]));
    let more = |flags: &[&str], said: &str| {
        let output = with(&cli, &APPLY, flags).code(6);
        output.stderr_has(said);
    };
    more(&["--max-cards", "20", "--max-card-hours", "20"], "more than `limits.cards` 3 (a.yaml:1)");
    more(&["--max-cards", "2"], "more than --max-cards 2");
    assert_eq!(platform.count("POST"), 0);
    let enough = manifest(&json!({"cards": 4, "cardHours": 3}), &["a", "b"]);
    let cli = cli.file("a.yaml", enough);
    let output = with(&cli, &APPLY, &[]).code(6);
    output.stderr_has("more than `limits.cardHours` 3 (a.yaml:1)");
    let enough = manifest(&json!({"cards": 4, "cardHours": 4}), &["a", "b"]);
    with(&cli.file("a.yaml", enough), &APPLY, &["--max-cards", "4"]).code(0);
}

#[test]
fn smallest_limit_of_several_documents_counts_for_the_file() {
    let platform = Platform::new();
    let (large, small) = (json!({"cards": 9, "cardHours": 0}), json!({"cards": 3}));
    let documents = [(&large, "a"), (&small, "b")];
    let text = documents.map(|(limits, name)| format!("---\n{}", manifest(limits, &[name])));
    let cli = platform.cli(&[]).file("a.yaml", text.concat());
    with(&cli, &APPLY, &[]).code(6).stderr_has("4 cards").stderr_has("`limits.cards` 3 (a.yaml:4)");
    with(&cli, &APPLY, &["a"]).code(6).stderr_has("`limits.cardHours` 0 (a.yaml:2)");
    assert_eq!(platform.count("POST"), 0);
}

#[test]
fn limits_of_each_manifest_hold_for_its_own_instances() {
    let platform = Platform::new();
    let cli = platform
        .cli(&[])
        .file("a.yaml", manifest(&json!({"cards": 2}), &["a"]))
        .file("b.yaml", manifest(&json!({}), &["b", "c"]));
    let apply = [&APPLY[..], &["-f", "b.yaml"]].concat();
    with(&cli, &apply, &["--max-cards", "5"]).code(6).stderr_has("6 cards");
    with(&cli, &apply, &[]).code(0);
    assert_eq!(platform.creates().len(), 3);
    let cli = cli.file("a.yaml", manifest(&json!({"cards": 1}), &["a", "d"]));
    // Only what is created counts.
    let over = with(&cli, &apply, &[]).code(6);
    over.stderr_has("1 instance: 2 cards, at most 2 card-hours: more than `limits.cards` 1");
}

#[test]
fn instance_without_time_limit_is_more_than_any_limit_of_card_hours() {
    let platform = Platform::new();
    let mut endless = body("a");
    endless["timeoutLimit"] = json!("unlimited");
    let text = |limits: Value| json!({"limits": limits, "instances": [endless]}).to_string();
    let cli = platform.cli(&[]).file("a.yaml", text(json!({"cardHours": 2_000_000_000})));
    let said = "1 without time limit: more than `limits.cardHours` 2000000000 (a.yaml:1)";
    with(&cli, &APPLY, &[]).code(6).stderr_has(said);
    let cli = cli.file("a.yaml", text(json!({"cards": 1})));
    let most = ["--max-card-hours", "2000000000"];
    with(&cli, &APPLY, &most).code(6).stderr_has("more than --max-card-hours 2000000000");
    assert_eq!(platform.count("POST"), 0);
    with(&cli, &APPLY, &[]).code(0);
}

#[test]
fn replaced_and_resized_instances_count_for_the_card_hours() {
    let platform = Platform::new();
    let none = json!({});
    let cli = platform.cli(&[]).file("a.yaml", manifest(&none, &["a", "b"]));
    with(&cli, &APPLY, &[]).code(0);
    // Nothing is created, so nothing is too much.
    let zero = json!({"cards": 0, "cardHours": 0});
    let cli = cli.file("a.yaml", manifest(&zero, &["a", "b"]));
    with(&cli, &APPLY, &[]).code(0).stdout_has("nothing to create");
    for flags in [["--replace", "a"].as_slice(), &["--replace", "*"]] {
        with(&cli, &APPLY, flags).code(6).stderr_has("more than `limits.cards` 0 (a.yaml:1)");
    }
    let hours = manifest(&json!({"cardHours": 3}), &["a", "b"]);
    let cli = cli.file("a.yaml", &hours);
    with(&cli, &APPLY, &["--replace", "*"]).code(6).stderr_has("more than `limits.cardHours` 3");
    let cli = cli.file("a.yaml", hours.replacen("\"gpuNumber\":2", "\"gpuNumber\":4", 1));
    with(&cli, &APPLY, &["--resize"]).code(6).stderr_has("more than `limits.cardHours` 3");
    let most = ["--resize", "--max-card-hours", "2"];
    with(&cli, &APPLY, &most).code(6).stderr_has("more than --max-card-hours 2");
    assert_eq!((platform.count("POST"), platform.deletes().len()), (2, 0));
    with(&cli, &APPLY, &["--replace", "b"]).code(6).stderr_has("--replace");
}
