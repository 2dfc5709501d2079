//! `catalog`, and `plan --refresh`, which queries it.

use serde_json::{Value, json};

use crate::platform::{Platform, manifest};
use crate::support::{Cli, Reply};

const IMAGES: &str = "/images";

fn catalog(platform: &Platform, args: &[&str]) -> Cli {
    platform.on(Cli::new()).args(["catalog"]).args(args.to_vec())
}

#[test]
fn catalog_shows_data_of_any_shape() {
    let platform = Platform::new();
    let table = json!([{"resourceGroup": "普通", "free": 3}, {"resourceGroup": "b", "free": null}]);
    platform.answers("GET", "/resource-group", Reply::success(table.clone()));
    platform.answers("GET", "/allowed-mount-dir", Reply::success(json!({"list": ["/a", "/b"]})));
    let groups = catalog(&platform, &["groups"]);
    groups.run().is(0, "resourceGroup  free\n普通           3\nb\n", "");
    let output = groups.args(["--format", "json"]).run().code(0);
    let found: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!((&found["version"], &found["groups"]), (&json!(1), &table));
    catalog(&platform, &["mounts"]).run().is(0, "/a\n/b\n", "");
    for odd in [json!(null), json!(5), json!("text"), json!({"a": {"b": [1]}}), json!([[1], 2])] {
        let platform = Platform::new();
        platform.answers("GET", "/resource-group", Reply::success(odd));
        catalog(&platform, &["groups"]).run().code(0).stderr("");
    }
}

#[test]
fn limits_are_queried_for_one_group() {
    let platform = Platform::new();
    platform.answers("GET", "/resources", Reply::success(json!({"cpuNumber": 64, "dcuLimits": 0})));
    let args = ["limits", "--accelerator-type", "dcu", "--resource-group", "普 通"];
    catalog(&platform, &args).run().is(0, "FIELD      VALUE\ncpuNumber  64\ndcuLimits  0\n", "");
    let query = "GET resources?acceleratorType=dcu&resourceGroup=%E6%99%AE+%E9%80%9A";
    assert_eq!(platform.asked(), [query]);
    catalog(&platform, &["limits"]).run().code(2).stderr_has("--resource-group");
}

#[test]
fn images_are_paged_to_the_end() {
    let platform = Platform::new();
    let service = crate::support::Service::each(|asked| {
        let asked = asked.json();
        let start = asked["start"].as_u64().unwrap();
        let items: Vec<Value> = (start..(start + 3).min(7))
            .map(|n| json!({"path": format!("r/i:{n}"), "name": "i"}))
            .collect();
        Reply::success(json!({"total": "7", "data": items}))
    });
    let cli = platform.on(Cli::new()).env("INSTANCECTL_ENDPOINT", service.url());
    let args = ["catalog", "images", "--name", "i", "--type", "ssh", "--access", "private"];
    let output = cli.args(args).run().code(0).stderr("");
    assert_eq!(output.stdout.lines().count(), 8, "{output:?}");
    let received = service.received();
    assert_eq!(received.len(), 3);
    let expected = json!({"access": "private", "name": "i", "type": "ssh", "start": 3, "limit": 100,
                          "orderBy": "create_time", "sort": "DESC"});
    assert_eq!(received[1].json(), expected);
}

#[test]
fn repeated_page_ends_the_image_list() {
    let platform = Platform::new();
    let part = json!({"total": 9, "data": [{"path": "r/i:1"}]});
    platform.answers("POST", IMAGES, Reply::success(part));
    let output = catalog(&platform, &["images"]).run().code(0).stdout("path\nr/i:1\n");
    output.stderr("the list is incomplete: the platform has more entries\n");
    assert_eq!(platform.asked().len(), 2);
}

#[test]
fn unsupported_catalog_call_is_reported() {
    let platform = Platform::new();
    for what in ["groups", "mounts", "images"] {
        let output = catalog(&platform, &[what]).run().code(10).stdout("");
        output.stderr_has("404").stderr_has("not every platform has this call");
    }
    platform.answers("GET", "/resource-group", Reply::code("10008", "no permission"));
    catalog(&platform, &["groups"]).run().code(7).stderr_has("no permission");
}

const PLAN: [&str; 4] = ["plan", "-f", "a.yaml", "--refresh"];

#[test]
fn plan_warns_about_exceeded_limits_and_missing_images() {
    let platform = Platform::new();
    let limits = json!({"cpuNumber": "3", "gpuNumber": 2, "memorySize": 2048, "dcuLimits": 0});
    platform.answers("GET", "/resources", Reply::success(limits));
    let images = json!({"total": 1, "data": [{"path": "r/other:v"}]});
    platform.answers("POST", IMAGES, Reply::success(images));
    let cli = platform.on(Cli::new()).file("a.yaml", manifest(&["a", "b"]));
    let output = cli.args(PLAN).run().code(0);
    output
        .stdout_has(
            "    warning: `cpuNumber` is 4, but a node of its group has 3; `ramSize` is 4096\n    MB, but a \
             node of its group has 2048 MB; the image list of the region does\n    not contain its \
             `imagePath`\n",
        )
        .nowhere("gpuNumber");
    let calls = platform.asked().iter().filter(|asked| asked.contains("resources")).count();
    assert_eq!(calls, 1, "once a group: {:?}", platform.asked());
}

#[test]
fn inconclusive_catalog_data_yields_no_warning() {
    let images = |data: Value| Reply::success(data);
    for reply in [
        images(json!({"total": 1, "data": [{"path": "r/p:v"}]})),
        images(json!([])),
        images(json!("odd")),
        images(json!([{"name": "without a path"}])),
        images(json!({"total": 5, "data": [{"path": "r/other:v"}]})),
        Reply::html(404),
        Reply::code("10001", "internal error"),
    ] {
        let platform = Platform::new();
        platform.answers("POST", IMAGES, reply);
        let cli = platform.on(Cli::new()).file("a.yaml", manifest(&["a"]));
        cli.args(PLAN).run().code(0).nowhere("warning");
    }
}
