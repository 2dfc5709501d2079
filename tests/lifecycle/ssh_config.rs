//! `ssh-config`: addresses of SSH ports as blocks of a configuration of `ssh`, without secrets.

use serde_json::{Value, json};

use crate::platform::Platform;
use crate::support::{Cli, Output};

const HEADER: &str = "\
# Written by `instancectl ssh-config`: save it as ~/.ssh/instances, and write
# `Include instances` at the top of ~/.ssh/config. Addresses change with each start.
";

/// Adds a running instance that opens SSH ports with these addresses.
fn runs(platform: &Platform, name: &str, addresses: &[&str]) {
    let ports: Vec<Value> = addresses
        .iter()
        .enumerate()
        .map(|(at, url)| {
            json!({"containerPort": (22 + at).to_string(), "protocolType": "SSH", "accessUrl": url})
        })
        .collect();
    platform.holds(name, "Running", |task| task["containerPortInfoList"] = json!(ports));
}

fn ssh_config(cli: &Cli, args: &[&str]) -> Output {
    cli.clone().args(["ssh-config", "-f", "a.yaml"]).args(args).run()
}

#[test]
fn running_instances_with_ssh_ports_become_blocks() {
    let platform = Platform::new();
    runs(&platform, "a", &["ssh://root:sealed@h.example.cn:30022/?token=sealed"]);
    runs(&platform, "b", &["10.0.0.1:30023", "ssh -p 30024 alice@10.0.0.1"]);
    runs(&platform, "c", &[]);
    platform.holds("d", "Waiting", |_| {});
    runs(&platform, "训 练", &["h:1"]);
    let cli = platform.cli(&["a", "b", "c", "d", "训 练"]);
    let blocks = format!(
        "{HEADER}
Host a
  HostName h.example.cn
  Port 30022
  User root

Host b-22
  HostName 10.0.0.1
  Port 30023

Host b-23
  HostName 10.0.0.1
  Port 30024
  User alice

# `训 练`
Host 训-练
  HostName h
  Port 1
"
    );
    let said = "c: it opens no SSH port: add one to `containerPortInfoList`, and replace it\n\
                d: it does not run: Waiting\n";
    ssh_config(&cli, &[]).is(0, &blocks, said).nowhere("sealed");
    let before = platform.asked().len();
    ssh_config(&cli, &["-q", "a"]).code(0).stdout_has("Host a\n").stderr("");
    assert_eq!(platform.asked().len(), before + 1, "the answer of the detail is enough");
    ssh_config(&cli, &["--format", "name", "a", "d"]).is(
        0,
        "a id-61\nd id-64\n",
        "d: it does not run: Waiting\n",
    );
    let ssh = std::process::Command::new("ssh")
        .args(["-G", "-F", "/dev/stdin", "b-23"])
        .stdin(stdin(&blocks))
        .output();
    if let Ok(ssh) = ssh {
        let shown = String::from_utf8(ssh.stdout).unwrap();
        for line in ["hostname 10.0.0.1", "port 30024", "user alice"] {
            assert!(shown.lines().any(|found| found == line), "{shown}");
        }
    }
}

fn stdin(text: &str) -> std::fs::File {
    use std::io::{Seek, Write};
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file.rewind().unwrap();
    file
}

#[test]
fn json_has_the_servers_and_the_reasons() {
    let platform = Platform::new();
    runs(&platform, "a", &["ssh://root@h:30022"]);
    platform.holds("b", "Completed", |_| {});
    let cli = platform.cli(&["a", "b"]);
    let output = ssh_config(&cli, &["--format", "json"]).code(0);
    let found: Value = serde_json::from_str(&output.stdout).unwrap();
    let server = json!({"host": "a", "hostName": "h", "port": 30022, "user": "root",
                        "containerPort": "22"});
    assert_eq!(found["instances"][0]["ssh"], json!([server]));
    assert_eq!(found["instances"][1]["ssh"], json!([]));
    assert_eq!(found["instances"][1]["message"], "it does not run: Completed");
    assert_eq!(found["command"], "ssh-config");
}

#[test]
fn address_that_is_not_of_ssh_is_refused_and_not_shown() {
    for sealed in [
        "h:22\n  ProxyCommand sealed",
        "ssh -o ProxyCommand=sealed h",
        "ssh://-oProxyCommand=sealed@h:22",
        "sealed-token-of-the-test@h:22",
        "https://h.example.cn/?token=sealed",
        "sealed \u{1b}[2J",
    ] {
        let platform = Platform::new();
        runs(&platform, "a", &[sealed]);
        runs(&platform, "b", &["h:22"]);
        let cli = platform.cli(&["a", "b"]);
        let output = ssh_config(&cli, &[]).code(3).nowhere("sealed").nowhere("ProxyCommand");
        output.stdout_has("Host b\n").stderr(
            "error: a: the address of an SSH port is not one of an SSH server: it was not written\n",
        );
        let json = ssh_config(&cli, &["--format", "json"]).code(3).nowhere("sealed");
        let found: Value = serde_json::from_str(&json.stdout).unwrap();
        assert_eq!(found["instances"][0]["ssh"], json!([]));
    }
}

#[test]
fn without_an_ssh_server_nothing_is_printed_to_standard_output() {
    let platform = Platform::new();
    platform.holds("a", "Running", |task| {
        task["containerPortInfoList"] = json!([
            {"containerPort": "22", "protocolType": "SSH", "accessUrl": null},
            {"containerPort": "80", "protocolType": "HTTP", "accessUrl": "http://h:80"},
        ]);
    });
    let cli = platform.cli(&["a"]).file("a.yaml", crate::platform::manifest(&["a", "new"]));
    let said = "new: not in the lock: it was not created\n\
                a: the platform shows no address of an SSH port\nno instance has an SSH address\n";
    ssh_config(&cli, &[]).is(0, "", said);
    ssh_config(&cli, &["ghost"]).code(2).stderr_has("ghost");
}

#[test]
fn sandbox_shows_an_ssh_server() {
    let port = json!({"containerPort": "22", "protocolType": "SSH"}).to_string();
    let http = json!({"containerPort": "8888", "protocolType": "HTTP"}).to_string();
    let text = crate::platform::manifest(&["a"]).replace(&http, &port);
    let cli = Cli::new().file("a.yaml", text);
    let apply = ["apply", "-f", "a.yaml", "--sandbox", "--yes", "--wait"];
    cli.clone().args(apply).run().code(0);
    let output = ssh_config(&cli, &["--sandbox"]).code(0).stderr("");
    output.stdout_has("Host a\n  HostName sandbox.invalid\n  Port 30022\n  User root\n");
}
