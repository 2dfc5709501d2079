//! `url`: the address on standard output, and nowhere else.

use serde_json::{Value, json};

use crate::platform::{Platform, lock, manifest};
use crate::support::{Cli, Reply};

const SECRET: &str = "https://host/lab?token=sealed-address";

#[test]
fn url_is_printed_and_not_stored() {
    for data in [json!(SECRET), json!({"url": SECRET})] {
        let platform = Platform::new();
        platform.answers("GET", "/url", Reply::success(data));
        let cli = platform.cli(&["a"]);
        let before = cli.read("a.lock");
        let url = cli.clone().args(["url", "-f", "a.yaml", "a"]);
        url.run().is(0, &format!("{SECRET}\n"), "");
        url.clone().args(["-v"]).run().is(0, &format!("{SECRET}\n"), "");
        let output = url.args(["--format", "json"]).run().code(0).stderr("");
        let found: Value = serde_json::from_str(&output.stdout).unwrap();
        assert_eq!(found["instances"][0]["url"], SECRET);
        assert_eq!(cli.read("a.lock"), before);
        assert_eq!(platform.asked().len(), 3);
    }
}

#[test]
fn errors_never_contain_the_url() {
    for (reply, code) in [
        (Reply::raw(SECRET), 10),
        (Reply::raw(format!("\"{SECRET}\"")), 10),
        (Reply::raw(SECRET).status(404), 10),
        (Reply::html(307).header("location", SECRET), 10),
        (Reply::success(json!([SECRET])), 3),
        (Reply::success(json!(format!("{SECRET}\n"))), 0),
        (Reply::success(json!(format!("{SECRET} \u{1b}[2J"))), 3),
    ] {
        let platform = Platform::new();
        platform.answers("GET", "/url", reply);
        let output = platform.cli(&["a"]).args(["url", "-f", "a.yaml", "a", "-v"]).run().code(code);
        if code != 0 {
            output.nowhere("sealed").stdout("");
        }
    }
}

#[test]
fn missing_url_is_reported_with_a_hint() {
    for (reply, said) in [
        (
            Reply::success(Value::Null),
            "error: a has no access address now\n  help: `instancectl status -f a.yaml a` shows",
        ),
        (Reply::success(""), "no access address now"),
        (
            Reply::code("10004", "not running"),
            "a has no access address now: not running (code 10004",
        ),
    ] {
        let platform = Platform::new();
        platform.answers("GET", "/url", reply);
        platform
            .cli(&["a"])
            .args(["url", "-f", "a.yaml", "a"])
            .run()
            .code(3)
            .stdout("")
            .stderr_has(said);
    }
}

#[test]
fn url_requires_exactly_one_entry_with_an_id_here() {
    let platform = Platform::new();
    let elsewhere = platform.entry("c").replace("http://127", "https://elsewhere.example/");
    let text = lock([platform.entry("a"), platform.unknown("b"), elsewhere]);
    let names = ["a", "b", "c", "d"];
    let cli = platform.on(Cli::new()).file("a.yaml", manifest(&names)).file("a.lock", text);
    let url = |name: &str| cli.clone().args(["url", "-f", "a.yaml", name]).run().stdout("");
    let expected =
        "error: b: outcome unknown\n  help: look on the platform for an instance named `b`";
    for named in ["b", "b*"] {
        url(named).code(4).stderr_has(expected);
    }
    url("c").code(6).stderr_has("recorded for endpoint");
    url("d").code(2).stderr_has("no lock contains d");
    url("*").code(2).stderr_has("several");
    url("e").code(2).stderr_has("no instance is named e");
    assert_eq!(platform.asked(), [""; 0]);
}

#[test]
fn only_instance_of_a_manifest_needs_no_name() {
    let platform = Platform::new();
    platform.answers("GET", "/url", Reply::success(SECRET));
    let cli = platform.cli(&["a"]);
    let url = |cli: &Cli| cli.clone().args(["url", "-f", "a.yaml"]).run();
    url(&cli).is(0, &format!("{SECRET}\n"), "");
    // An orphan in the lock is not in the manifest.
    let entries = lock(["a", "b"].map(|name| platform.entry(name)));
    url(&cli.file("a.lock", entries)).is(0, &format!("{SECRET}\n"), "");
    let requests = platform.asked().len();
    let error = "error: no NAME given, and the manifest has 2 instances\n  \
                 help: name one of them, such as a, b\n";
    url(&platform.cli(&["a", "b"])).is(2, "", error);
    let cli = platform.on(Cli::new()).file("a.yaml", manifest(&["a"]));
    url(&cli).code(2).stdout("").stderr_has("no lock contains a\n  help: `instancectl apply");
    assert_eq!(platform.asked().len(), requests);
}
