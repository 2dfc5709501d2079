//! The online check of `validate --online`, `plan --refresh` and `apply`.

use std::time::{Duration, Instant};

use instancectl::sandbox::{CatalogMode, Handle, Sandbox};
use serde_json::{Value, json};

use crate::platform::{Platform, manifest};
use crate::support::{Cli, Output, Reply};

const IMAGES: &str = "/images";
const PLAN: [&str; 4] = ["plan", "-f", "a.yaml", "--refresh"];
const VALIDATE: [&str; 3] = ["validate", "--online", "a.yaml"];
const APPLY: [&str; 4] = ["apply", "-f", "a.yaml", "--yes"];

/// A manifest that contradicts the sandbox's catalog once with each code.
const WRONG: &str = "\
defaults:
  taskType: jupyter
  acceleratorType: dcu
  resourceGroup: kshdnormal
  imagePath: image.ac.com:5000/dcu/admin/base/pytorch:2.4.0
  cpuNumber: 64
  gpuNumber: 1
  ramSize: 27GiB
  timeoutLimit: \"04:00:00\"
instances:
  - instanceServiceName: a
  - instanceServiceName: b
    resourceGroup: other
    mountInfoList:
      - {sourcePath: /public/share/../home, targetPath: /mnt, type: path}
      - {sourcePath: /public/share//x, targetPath: /mnt/x, type: path}
";
const CODES: [&str; 4] =
    ["image-not-offered", "over-node-limit", "group-not-offered", "mount-not-allowed"];

fn strict() -> Handle {
    Sandbox::start_with(None, 0, Vec::new(), CatalogMode::Strict).unwrap()
}

fn on(sandbox: &Handle, text: &str) -> Cli {
    let cli = Cli::new().file("a.yaml", text);
    cli.env("INSTANCECTL_ENDPOINT", sandbox.endpoint()).env("INSTANCECTL_TOKEN", sandbox.token())
}

fn codes(output: &Output) -> Vec<String> {
    let found: Value = serde_json::from_str(&output.stdout).unwrap();
    let codes = found["diagnostics"].as_array().unwrap().iter();
    codes.map(|found| found["code"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn contradictions_are_shown_once_where_they_are_written() {
    let sandbox = strict();
    let cli = on(&sandbox, WRONG);
    let output = cli.clone().args(VALIDATE).args(["--format", "json"]).run().code(0).stderr("");
    let found: Value = serde_json::from_str(&output.stdout).unwrap();
    let place = |found: &Value| {
        json!([found["code"], found["severity"], found["pointer"], found["start"]["line"]])
    };
    let places: Vec<_> = found["diagnostics"].as_array().unwrap().iter().map(place).collect();
    let mount = "/instances/1/mountInfoList/0/sourcePath";
    let expected = [
        json!(["image-not-offered", "warning", "/defaults/imagePath", 5]),
        json!(["over-node-limit", "warning", "/defaults/cpuNumber", 6]),
        json!(["group-not-offered", "warning", "/instances/1/resourceGroup", 13]),
        json!(["mount-not-allowed", "warning", mount, 15]),
    ];
    assert_eq!(places, expected);
    let output = cli.clone().args(VALIDATE).run().code(0).stderr("");
    output
        .stdout_has("`cpuNumber` is 64, but a node of `kshdnormal` has 32")
        .stdout_has("help: the region has `TeslaM40`, `kshcnormal`, `kshdnormal`, `sandbox`")
        .stdout_has("`pytorch:2.1.0-py3.10-dtk24.04.2`")
        .stdout_has("used by 2 instances")
        .stdout_has("checked 1 file, 2 instances: 4 warnings");
    cli.args(["validate", "a.yaml"]).run().code(0).stdout_has("no problems");
}

#[test]
fn plan_and_apply_warn_about_new_instances_only() {
    let sandbox = strict();
    let cli = on(&sandbox, WRONG);
    let plan = cli.clone().args(PLAN).run().code(0).stdout_has("+ a: create").nowhere("error");
    let plan = CODES.iter().fold(plan, |plan, code| plan.stderr_has(code));
    plan.stderr_has("a.yaml:6:14");
    let plan = cli.clone().args(PLAN).args(["--format", "json"]).run().code(0);
    assert_eq!(codes(&plan), CODES);
    let apply = cli.clone().args(APPLY).args(["--format", "json"]).run().code(3);
    assert_eq!(codes(&apply), CODES);
    for command in [PLAN.as_slice(), &APPLY] {
        let run = cli.clone().args(command).args(["--no-online-check"]).run();
        run.nowhere("over-node-limit");
    }
    let right = WRONG
        .replace("cpuNumber: 64", "cpuNumber: 8")
        .replace(":2.4.0", ":2.1.0-py3.10-dtk24.04.2");
    let cli = cli.file("a.yaml", &right);
    cli.clone().args(APPLY).args(["a"]).run().code(0).stdout_has("a: created").stderr_has("card");
    cli.clone().args(PLAN).args(["a"]).run().code(0).stderr("");
    let cli = cli.file("a.yaml", right.replace("cpuNumber: 8", "cpuNumber: 64"));
    // What is not created is not compared.
    cli.clone().args(PLAN).args(["a"]).run().code(0).stderr("").stdout_has("cpuNumber: 8 -> 64");
    let replace = ["--replace", "a", "a"];
    cli.args(PLAN).args(replace).run().code(0).stderr_has("over-node-limit");
}

#[test]
fn denied_warning_ends_the_run_and_nothing_is_sent() {
    let sandbox = strict();
    let cli = on(&sandbox, WRONG);
    for command in [PLAN.as_slice(), &APPLY, &VALIDATE] {
        let cli = cli.clone().args(command).args(["--deny", "warnings"]);
        let run = cli.run().code(1);
        let shown = format!("{}{}", run.stdout, run.stderr);
        assert!(shown.contains("4 errors") && !shown.contains("create"), "{run:?}");
        let json = cli.args(["--format", "json"]).run().code(1);
        let found: Value = serde_json::from_str(&json.stdout).unwrap();
        assert_eq!(codes(&json), CODES);
        assert_eq!(found["diagnostics"][0]["severity"], "error");
        assert_eq!(found["exit"]["message"], "1 manifest is invalid");
        assert_eq!(found["summary"]["errors"], 4);
    }
    assert!(!cli.path("a.lock").exists());
}

#[test]
fn warnings_are_suppressed_by_flag_and_comment() {
    let sandbox = strict();
    let allow = |line: &str, code: &str| format!("{line} # instancectl: allow({code})");
    let text = WRONG
        .replace("cpuNumber: 64", &allow("cpuNumber: 64", "over-node-limit"))
        .replace("resourceGroup: other", &allow("resourceGroup: other", "group-not-offered"));
    let cli = on(&sandbox, &text);
    let output = cli.clone().args(VALIDATE).args(["--format", "json"]).run().code(0);
    assert_eq!(codes(&output), ["image-not-offered", "mount-not-allowed"]);
    let flags = ["--allow", "image-not-offered", "--allow", "mount-not-allowed"];
    cli.clone().args(VALIDATE).args(flags).run().code(0).stdout_has("no problems");
    cli.clone().args(PLAN).args(flags).run().code(0).stderr("");
    // Offline it is not known whether such a comment suppresses anything.
    cli.args(["validate", "a.yaml"]).run().code(0).stdout_has("no problems");
}

#[test]
fn sandbox_without_strict_catalog_contradicts_nothing() {
    let sandbox = Sandbox::start(None, 0).unwrap();
    let cli = on(&sandbox, WRONG);
    cli.clone().args(VALIDATE).run().code(0).stdout_has("no problems").stderr("");
    cli.clone().args(PLAN).run().code(0).stderr("");
    cli.clone().args(APPLY).run().code(0).nowhere("not-offered");
    let local = Cli::new().file("a.yaml", WRONG);
    local.clone().args(VALIDATE).args(["--sandbox"]).run().code(0).stdout_has("no problems");
    local.args(APPLY).args(["--sandbox"]).run().code(0).nowhere("not-offered");
}

#[test]
fn each_part_of_the_catalog_is_queried_once() {
    let platform = Platform::new();
    let limits = json!({"cpuNumber": "3", "gpuNumber": 2, "memorySize": 2048, "dcuLimits": 0});
    platform.answers("GET", "/resources", Reply::success(limits));
    let images = json!({"total": 1, "data": [{"path": "r/other:v"}]});
    platform.answers("POST", IMAGES, Reply::success(images));
    platform.answers("GET", "/resource-group", Reply::success(json!(["g"])));
    let cli = platform.on(Cli::new()).file("a.yaml", manifest(&["a", "b"]));
    let output = cli.args(PLAN).run().code(0);
    output
        .stderr_has("`cpuNumber` is 4, but a node of `g` has 3")
        .stderr_has("`ramSize` is 4 GiB, but a node of `g` has 2 GiB")
        .stderr_has("the region does not list the image `r/p:v`")
        .nowhere("`gpuNumber` is");
    let asked = platform.asked();
    let count = |part: &str| asked.iter().filter(|asked| asked.contains(part)).count();
    assert_eq!(count("resources?acceleratorType=gpu&resourceGroup=g"), 1, "{asked:?}");
    assert_eq!((count("resource-group"), count("mount")), (1, 0), "{asked:?}");
    assert_eq!(count(IMAGES), 2, "public and private: {asked:?}");
}

#[test]
fn inconclusive_catalog_says_nothing() {
    for reply in [
        Reply::success(json!({"total": 1, "data": [{"path": "r/p:v"}]})),
        // Another registry.
        Reply::success(json!({"total": 1, "data": [{"path": "x/p:v"}]})),
        Reply::success(json!({"total": 0, "data": null})),
        Reply::success(json!([])),
        Reply::success(json!("odd")),
        Reply::success(json!([{"path": "r/other:v"}])),
        Reply::success(json!({"total": 1, "data": [{"name": "without a path"}]})),
        Reply::success(json!({"total": 5, "data": [{"path": "r/other:v"}]})),
        Reply::html(404),
        Reply::code("10001", "internal error"),
        Reply::close(),
    ] {
        let platform = Platform::new();
        platform.answers("POST", IMAGES, reply.clone());
        for end in ["/resource-group", "/allowed-mount-dir", "/resources"] {
            platform.answers("GET", end, Reply::success(json!({"odd": {"a": [1]}})));
        }
        let cli = platform.on(Cli::new()).file("a.yaml", manifest(&["a"]));
        cli.clone().args(PLAN).run().code(0).stderr("").nowhere("not-offered");
        let verbose = cli.clone().args(PLAN).args(["-v"]).run().code(0);
        verbose.stderr_has("resource groups not checked: the catalog of the platform is empty");
        let asked = cli.args(VALIDATE).run().code(0).stdout_has("no problems");
        asked.stderr_has("resource groups not checked: ");
    }
}

#[test]
fn catalog_that_does_not_answer_delays_a_run_only_for_its_timeout() {
    let platform = Platform::new();
    for end in ["/resource-group", "/resources"] {
        platform.answers("GET", end, Reply::hang());
    }
    platform.answers("POST", IMAGES, Reply::hang());
    let cli = platform.on(Cli::new()).file("a.yaml", manifest(&["a"]));
    let start = Instant::now();
    cli.clone().args(PLAN).run().code(0).stdout_has("+ a: create").stderr("");
    assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
    let output = cli.args(VALIDATE).run().code(10).stdout_has("no problems");
    output.stderr_has("the platform did not answer within 10 s");
}

#[test]
fn unusable_credentials_and_unreachable_platforms_are_errors_of_validate() {
    let project = Cli::new().file("a.yaml", manifest(&["a"]));
    let online = project.clone().args(VALIDATE);
    online.run().code(7).stderr_has("INSTANCECTL_ENDPOINT");
    let closed = "http://127.0.0.1:1/ai";
    let online =
        online.env("INSTANCECTL_TOKEN", "secret-token").env("INSTANCECTL_ENDPOINT", closed);
    let output = online.args(["--format", "json"]).run().code(10);
    let found: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(found["exit"]["code"], 10);
    let platform = Platform::new();
    for end in ["/resource-group", "/resources"] {
        platform.answers("GET", end, Reply::code("10008", "no permission"));
    }
    platform.answers("POST", IMAGES, Reply::code("10008", "no permission"));
    let cli = platform.on(project);
    cli.clone().args(VALIDATE).run().code(7).stderr_has("no permission");
    cli.clone().args(PLAN).run().code(0).stderr("");
    // An invalid manifest ends the run before the platform is queried.
    let asked = platform.asked().len();
    cli.file("a.yaml", "instances: 1").args(VALIDATE).run().code(1).stderr("");
    assert_eq!(platform.asked().len(), asked);
}

#[test]
fn flags_of_the_connection_need_online() {
    let cli = Cli::new().file("a.yaml", manifest(&["a"]));
    cli.clone().args(["validate", "--sandbox", "a.yaml"]).run().code(2).stderr_has("--online");
    cli.args(["validate", "--online", "--fix", "a.yaml"]).run().code(2).stderr_has("--fix");
}

#[test]
fn create_that_needs_more_cards_than_are_free_is_noted_at_its_value() {
    let sandbox = strict();
    let text = WRONG
        .replace("acceleratorType: dcu", "acceleratorType: gpu")
        .replace("kshdnormal", "TeslaM40")
        .replace("cpuNumber: 64", "cpuNumber: 8")
        .replace("dcu/admin/base/pytorch:2.4.0", "dcu/admin/base/pytorch:2.1.0-py3.10-dtk24.04.2");
    let (text, _) = text.split_once("  - instanceServiceName: b").unwrap();
    let text = text.replace("gpuNumber: 1", "gpuNumber: 1\n  taskNumber: 3");
    let cli = on(&sandbox, &text);
    // The endpoint does not say where the platform is.
    cli.clone().args(PLAN).run().code(0).stderr("");
    let platform = sandbox.endpoint().replace("/ai", "");
    let cli = cli.env("INSTANCECTL_PLATFORM_URL", platform);
    let noted = "the instance needs 3 cards, but `TeslaM40` has 2 free: it will wait";
    for command in [PLAN.as_slice(), &["plan", "-f", "a.yaml", "--refresh", "--deny", "warnings"]] {
        let plan = cli.clone().args(command).run().code(0).stderr_has("no-free-cards");
        plan.stderr_has(noted).stderr_has("a.yaml:7:14").stdout_has("+ a: create");
    }
    let validate = cli.clone().args(VALIDATE).run().code(0).stderr("").stdout_has(noted);
    validate.stdout_has("checked 1 file, 1 instance: 1 note");
    let json = cli.clone().args(VALIDATE).args(["--format", "json"]).run().code(0);
    let found: Value = serde_json::from_str(&json.stdout).unwrap();
    let found = &found["diagnostics"][0];
    let place = json!([found["code"], found["severity"], found["pointer"]]);
    assert_eq!(place, json!(["no-free-cards", "note", "/defaults/gpuNumber"]));
    let allowed = ["--allow", "no-free-cards"];
    cli.clone().args(PLAN).args(allowed).run().code(0).stderr("");
    let enough = text.replace("taskNumber: 3", "taskNumber: 2");
    cli.clone().file("a.yaml", enough).args(PLAN).run().code(0).stderr("");
    // A platform that does not answer this call fails nothing.
    let service = crate::support::Service::each(|_| Reply::html(404));
    let cli = cli.env("INSTANCECTL_PLATFORM_URL", service.url());
    cli.args(PLAN).run().code(0).stderr("");
    assert_eq!(service.received().len(), 1);
}

#[test]
fn cards_of_all_creates_are_added_up_for_each_group() {
    let platform = Platform::new();
    let group = |code: &str, name: &str, free: u64| json!({"resourceGroupCode": code, "resourceGroupName": name, "maxFreeNum": free});
    let groups = json!([group("g", "cards of g", 4), group("h", "h", 1)]);
    platform.answers("GET", "/accelerators", Reply::success(groups));
    let text = |instances: &[(&str, &str, u32)]| {
        let instance = |(name, group, cards): &(&str, &str, u32)| {
            let mut instance = crate::platform::body(name);
            instance["resourceGroup"] = json!(group);
            instance["gpuNumber"] = json!(cards);
            format!("  - {instance}\n")
        };
        format!("instances:\n{}", instances.iter().map(instance).collect::<String>())
    };
    let cli = platform
        .cli(&[])
        .file("c.yaml", text(&[("a", "g", 2), ("b", "h", 1), ("c", "g", 2), ("d", "g", 3)]))
        .file("d.yaml", text(&[("e", "cards of g", 1), ("f", "h", 2), ("i", "h", 1)]))
        .env("INSTANCECTL_PLATFORM_URL", platform.url());
    let notes = |output: &Output| -> Vec<Value> {
        let found: Value = serde_json::from_str(&output.stdout).unwrap();
        let cards = found["diagnostics"].as_array().unwrap().iter();
        let cards = cards.filter(|found| found["code"] == "no-free-cards");
        cards
            .map(|found| json!([found["file"], found["start"]["line"], found["message"]]))
            .collect()
    };
    let of_g = "4 instances need 8 cards, but `g` has 4 free: `d` is the first that will wait";
    let of_h = "3 instances need 4 cards, but `h` has 1 free: `f` is the first that will wait";
    let all = [json!(["c.yaml", 5, of_g]), json!(["d.yaml", 3, of_h])];
    for command in ["validate --online c.yaml d.yaml", "plan --refresh -f c.yaml -f d.yaml"] {
        let command: Vec<_> = command.split(' ').collect();
        let output = cli.clone().args(command).args(["--format", "json"]).run().code(0);
        assert_eq!(notes(&output), all);
    }
    let chinese = ["validate", "--online", "c.yaml", "d.yaml", "--lang", "zh"];
    cli.clone()
        .args(chinese)
        .run()
        .code(0)
        .stdout_has("4 个实例共需要 8 张卡，但 `g` 只有 4 张空闲：`d` 是第一个需要等待的");
    // What is not created needs no cards.
    platform.holds("c", "Running", |_| {});
    let selected = ["plan", "--refresh", "-f", "c.yaml", "a", "c", "--format", "json"];
    assert_eq!(notes(&cli.clone().args(selected).run().code(0)), [json!(null); 0]);
}
