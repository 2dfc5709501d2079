//! Terminal output: lines that fit, a line that is redrawn, and no colours elsewhere.

use std::process::Command;
use std::time::Duration;

use serde_json::json;

use crate::platform::{Platform, manifest};
use crate::support::{Cli, Reply, Service};

/// Returns the exit code of a run and the output shown by a terminal of this width.
fn shown(cli: &Cli, columns: usize, command: &str) -> (Option<i32>, String) {
    let program = env!("CARGO_BIN_EXE_instancectl");
    let command = format!("stty cols {columns} rows 24; {program} {command}");
    let environment = cli.environment();
    let output = Command::new("script")
        .args(["-qec", &command, "/dev/null"])
        .current_dir(cli.path("."))
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .envs(environment)
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

/// Returns the width of a line in cells, without escape sequences.
fn cells(line: &str) -> usize {
    let mut plain = String::new();
    for (at, part) in line.split('\u{1b}').enumerate() {
        plain += if at == 0 { part } else { part.split_once(char::is_alphabetic).unwrap().1 };
    }
    plain.chars().map(|c| if c.is_ascii() || c == '…' { 1 } else { 2 }).sum()
}

#[test]
fn table_fits_the_terminal_and_is_uncut_in_a_pipe() {
    let platform = Platform::new();
    let names = ["训练任务-大规模语言模型", "b", "a-name-that-is-long-and-longer"];
    for name in names {
        platform.holds(name, "Running", |task| task["remainingTime"] = json!("03:59:00"));
    }
    let cli = platform.cli(&names);
    for columns in [20, 40, 60, 80, 120] {
        let (code, text) = shown(&cli, columns, "status -f a.yaml");
        assert_eq!(code, Some(0), "{text}");
        let rows = text.lines().filter(|line| line.starts_with("  "));
        for line in rows.map(|line| line.trim_end_matches('\r')) {
            assert!(cells(line) <= columns, "{columns}: {line:?} takes {}", cells(line));
        }
        assert!(text.contains("训练任务"), "{text}");
    }
    let (_, text) = shown(&cli, 40, "status -f a.yaml");
    assert!(text.contains("Running") && text.contains('…'), "{text}");
    assert!(text.contains("\u{1b}[32m"), "{text}");
    let piped = cli.args(["status", "-f", "a.yaml"]).run().code(0).nowhere("\u{1b}").nowhere("…");
    for name in names {
        assert!(piped.stdout.contains(name));
    }
}

#[test]
fn apply_shows_progress_on_a_terminal() {
    let service = Service::each(|asked| match asked.method.as_str() {
        "POST" => {
            let name = asked.json()["instanceServiceName"].as_str().unwrap().to_owned();
            Reply::success(format!("id-{name}")).late(Duration::from_millis(300))
        }
        _ => Reply::html(404),
    });
    let cli = Cli::new()
        .file("a.yaml", manifest(&["a", "b"]))
        .env("INSTANCECTL_ENDPOINT", service.url())
        .env("INSTANCECTL_TOKEN", "a-token-of-the-region");
    let (code, text) = shown(&cli, 30, "apply -f a.yaml --yes");
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("\r0 of 2 done, 1 under way"), "{text:?}");
    assert!(text.contains("\r1 of 2 done, 1 under way"), "{text:?}");
    let next = "next:\r\n  instancectl status -f a.yaml\r\n  instancectl wait -f a.yaml\r\n  instancectl url \
                -f a.yaml a\r\n";
    assert!(text.ends_with(&format!("b: created id-b\r\n2 created\r\n{next}")), "{text:?}");
    let piped = cli.args(["apply", "-f", "a.yaml", "--yes", "--lock", "other.lock"]).run();
    piped.code(0).nowhere("under way").nowhere("next:");
}

#[test]
fn wait_redraws_one_fitting_progress_line() {
    let platform = Platform::new();
    platform.holds("训练", "Waiting", |_| {});
    platform.set(|state| state.coming = vec![("训练", vec!["Waiting", "Waiting", "Running"])]);
    let cli = platform.cli(&["训练"]);
    let (code, text) = shown(&cli, 40, "wait -f a.yaml");
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("\rwaiting for 1 to be Running, 0s: 1"), "{text:?}");
    for drawn in text.split(['\r', '\n']) {
        assert!(cells(drawn) < 40, "{drawn:?}");
    }
    let next = "next:\r\n  instancectl status -f a.yaml\r\n  instancectl url -f a.yaml 训练\r\n";
    let end = format!("训练: Running\r\n1 of 1 reached Running after 2s\r\n{next}");
    assert!(text.ends_with(&end), "{text:?}");
}

#[test]
fn watch_is_redrawn_in_place() {
    let platform = Platform::new();
    for name in ["训练", "b"] {
        platform.holds(name, "Waiting", |_| {});
    }
    platform.set(|state| state.coming = vec![("b", vec!["Waiting", "Running"])]);
    let terminal = platform.cli(&["训练", "b"]).args(["status", "-f", "a.yaml", "--watch"]);
    let mut terminal = terminal.start_at_terminal();
    let text = terminal.until("1 Running, 1 Waiting; 2 cards in use, 2 waited for");
    assert!(text.contains("; Ctrl-C ends\r\n\u{1b}[6A\r\u{1b}[Ja.yaml"), "{text:?}");
    terminal.types("\u{3}");
    let (code, text) = terminal.end();
    assert_eq!(code, Some(0), "{text}");
    assert!(text.ends_with("\r\n"), "{text:?}");
}

#[test]
fn commands_name_what_usually_follows() {
    let cli = Cli::new().file("instances.yaml", manifest(&["a"]));
    let story = [
        ("validate", &["plan"][..]),
        ("plan --sandbox --replace-all a", &["apply --sandbox a --replace-all"]),
        ("apply --sandbox --yes", &["status --sandbox", "wait --sandbox", "url --sandbox a"]),
        ("wait --sandbox", &["status --sandbox", "url --sandbox a"]),
        ("stop --sandbox --yes", &["start --sandbox", "destroy --sandbox"]),
        ("start --sandbox --yes", &["wait --sandbox", "status --sandbox"]),
        ("plan --sandbox", &[]),
        ("destroy --sandbox --yes", &["list --sandbox", "plan --sandbox"]),
    ];
    for (command, next) in story {
        let (code, text) = shown(&cli, 80, command);
        assert_eq!(code, Some(0), "{text}");
        let named: Vec<&str> = text
            .split_once("next:\r\n")
            .map_or("", |(_, next)| next)
            .lines()
            .map(|line| line.trim().trim_start_matches("instancectl "))
            .collect();
        assert_eq!(named, next, "{command}: {text}");
    }
    let (_, text) = shown(&cli, 80, "validate --format github");
    assert!(!text.contains("next:"), "{text}");
}
