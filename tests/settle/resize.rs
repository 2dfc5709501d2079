//! Sizes that are changed in place.

use serde_json::{Value, json};

use crate::platform::{Platform, Resize, body};
use crate::support::{Cli, Output};

const APPLY: [&str; 6] = ["apply", "-f", "a.yaml", "--yes", "--settle", "1s"];

/// Returns a manifest of one instance with changes to it.
fn manifest(change: impl FnOnce(&mut Value)) -> String {
    let mut body = body("a");
    change(&mut body);
    json!({ "instances": [body] }).to_string()
}

fn larger(body: &mut Value) {
    body["gpuNumber"] = json!(2);
    body["cpuNumber"] = json!(16);
}

/// Returns a platform with the instance `a` and a manifest in which it is larger.
fn grown(resize: Resize) -> (Platform, Cli) {
    let platform = Platform::new();
    let cli = platform.cli(&["a"]);
    cli.clone().args(APPLY).run().code(0);
    platform.set(|state| state.resize = resize);
    (platform, cli.file("a.yaml", manifest(larger)))
}

fn resize(cli: &Cli) -> Output {
    cli.clone().args(APPLY).args(["--resize"]).run()
}

#[test]
fn sizes_are_changed_in_place() {
    let (platform, cli) = grown(Resize::AtOnce);
    let plan = cli.clone().args(["plan", "-f", "a.yaml", "--resize", "--detailed-exitcode"]);
    let output = plan.run().code(0);
    output
        .stdout_has("  ~ a: resize a-1\n    cpuNumber: 1 -> 16\n    gpuNumber: 1 -> 2\n")
        .stdout_has("1 to resize: 2 cards, at most 2 card-hours");
    let dry = cli.clone().args(APPLY).args(["--resize", "--dry-run"]).run().code(0);
    dry.stdout_has("POST /ai/openapi/v2/instance-service/resource-spec/actions/update\n")
        .stderr_has("1 to resize");
    assert_eq!(platform.resizes(), [Value::Null; 0]);
    let output = resize(&cli).code(0).stdout("a: resized a-1\n1 resized\n");
    output.stderr_has("1 to resize: 2 cards");
    let sizes = json!({"id": "a-1", "cpuNumber": 16, "gpuNumber": 2, "ramSize": 1024});
    assert_eq!(platform.resizes(), [sizes]);
    assert_eq!((platform.creates().len(), platform.deletes().len()), (1, 0));
    assert!(cli.read("a.lock").contains("\"cpuNumber\": 16"), "{}", cli.read("a.lock"));
    cli.args(APPLY).run().code(0).stdout_has("nothing to create");
}

#[test]
fn json_has_the_outcome_and_the_changes() {
    let (_platform, cli) = grown(Resize::AtOnce);
    let output = cli.args(APPLY).args(["--resize", "--format", "json"]).run().code(0);
    let found: Value = serde_json::from_str(&output.stdout).unwrap();
    let instance = &found["instances"][0];
    assert_eq!((&instance["action"], &instance["outcome"]), (&json!("changed"), &json!("resized")));
    assert_eq!(instance["changes"].as_array().unwrap().len(), 2);
    assert_eq!(found["summary"]["outcomes"]["resized"], 1);
    assert_eq!(found["summary"]["cards"], 2);
}

#[test]
fn only_a_change_of_nothing_but_sizes_is_made_in_place() {
    let (platform, cli) = grown(Resize::AtOnce);
    cli.clone().args(APPLY).run().code(6).stderr_has("--replace, --resize or --keep-changed");
    let other = |body: &mut Value| {
        larger(body);
        body["description"] = json!("new");
    };
    let output = resize(&cli.clone().file("a.yaml", manifest(other))).code(6);
    output.stderr_has("refused without --replace or --keep-changed");
    assert_eq!(platform.resizes(), [Value::Null; 0]);
    // `--replace` names it, so it is replaced.
    let cli = cli.file("a.yaml", manifest(larger));
    let replace = cli.args(APPLY).args(["--resize", "--replace", "a"]).run().code(0);
    replace.stdout_has("a: created a-2");
    assert_eq!((platform.resizes().len(), platform.deletes()), (0, vec!["ids=a-1".to_owned()]));
}

#[test]
fn cards_of_a_resize_count_for_the_limit() {
    let (platform, cli) = grown(Resize::AtOnce);
    let limited = cli.args(APPLY).args(["--resize", "--max-cards", "1"]).run().code(6);
    limited.stderr_has("--max-cards 1");
    assert_eq!(platform.resizes(), [Value::Null; 0]);
}

#[test]
fn detail_decides_about_an_unclear_answer() {
    let (platform, cli) = grown(Resize::AnswerLost);
    resize(&cli).code(0).stdout("a: resized a-1\n1 resized\n");
    assert!(cli.read("a.lock").contains("\"cpuNumber\": 16"));
    assert!(!platform.resizes().is_empty());
}

#[test]
fn lock_keeps_the_old_sizes_until_the_platform_shows_the_new_ones() {
    for (behaviour, said) in [
        (Resize::Never, "refused a-1: the platform does not show the new sizes"),
        (Resize::Refused, "refused a-1: it must be stopped (code 10004)"),
        (Resize::Status(404), "refused a-1: this platform has no call to change sizes: "),
        (Resize::Status(405), "refused a-1: this platform has no call to change sizes: "),
        (Resize::Status(501), "`instancectl apply -f a.yaml --replace a` creates a new one"),
    ] {
        let (platform, cli) = grown(behaviour);
        let before = cli.read("a.lock");
        resize(&cli).code(3).stdout_has(said).stdout_has("1 refused; exit 3");
        assert_eq!(cli.read("a.lock"), before, "{behaviour:?}");
        platform.set(|state| state.resize = Resize::AtOnce);
        resize(&cli).code(0).stdout_has("1 resized");
        assert_ne!(cli.read("a.lock"), before, "{behaviour:?}");
    }
}
