//! `catalog`.

use serde_json::{Value, json};

use crate::platform::Platform;
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
    groups.run().is(0, "RESOURCE GROUP  FREE\n普通            3\nb\n", "");
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
    platform.answers(
        "GET",
        "/resources",
        Reply::success(json!({"cpuNumber": 64, "memorySize": 112_640, "dcuLimits": 0})),
    );
    let args = ["limits", "--accelerator-type", "dcu", "--resource-group", "普 通"];
    let shown = "FIELD       VALUE\ncpuNumber   64\nmemorySize  110 GiB\n";
    catalog(&platform, &args).run().is(0, shown, "");
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
    let output = catalog(&platform, &["images"]).run().code(0).stdout("PATH\nr/i:1\n");
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

/// Cards of two groups and of another region, as the platform documents them.
fn accelerators() -> Value {
    let group = |code: &str, name: &str, region: &str, free: u64| {
        json!({"resourceGroupCode": code, "resourceGroupName": name, "clusterId": region,
               "clusterName": "x", "maxNum": 8, "maxFreeNum": free})
    };
    json!([
        group("a", "普通", "11250", 3),
        group("b", "b", "11250", 0),
        group("c", "c", "20057", 8)
    ])
}

#[test]
fn free_cards_of_the_region_are_shown() {
    let platform = Platform::new();
    platform.answers("GET", "/accelerators", Reply::success(accelerators()));
    let free = catalog(&platform, &["free"])
        .env("INSTANCECTL_REGION", "11250")
        .env("INSTANCECTL_PLATFORM_URL", platform.url());
    let shown = "RESOURCE GROUP  FREE  CARDS  NAME\na                  3      8  普通\n\
                 b                  0      8\n";
    free.clone().run().is(0, shown, "");
    assert_eq!(platform.asked(), ["GET /ac/openapi/v2/resources/accelerators?clusterIds=11250"]);
    let output = free.clone().args(["--format", "json"]).run().code(0).stderr("");
    let found: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!((&found["command"], &found["free"]), (&json!("catalog free"), &accelerators()));
    for odd in [json!(null), json!(5), json!("text"), json!({"a": {"b": [1]}}), json!([[1], 2])] {
        let platform = Platform::new();
        platform.answers("GET", "/accelerators", Reply::success(odd));
        let free = catalog(&platform, &["free"]).env("INSTANCECTL_PLATFORM_URL", platform.url());
        free.run().code(0).stderr("");
    }
}

#[test]
fn free_cards_need_the_address_of_the_platform() {
    let platform = Platform::new();
    let needed = "error: `catalog free` needs the address of the platform: set \
                  INSTANCECTL_PLATFORM_URL, such as https://www.scnet.cn\n";
    catalog(&platform, &["free"]).run().is(7, "", needed);
    assert!(platform.asked().is_empty());
    let free = |url: &str| catalog(&platform, &["free"]).env("INSTANCECTL_PLATFORM_URL", url);
    free("http://centre.example.cn").run().code(7).stderr_has("INSTANCECTL_PLATFORM_URL");
    free(&platform.url()).run().code(10).stderr_has("not every platform has this call");
    // An address that is not used fails nothing.
    platform.answers("GET", "/resource-group", Reply::success(json!(["a"])));
    let groups = catalog(&platform, &["groups"]).env("INSTANCECTL_PLATFORM_URL", "odd");
    groups.run().is(0, "a\n", "");
}
