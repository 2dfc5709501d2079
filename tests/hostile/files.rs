//! Hostile files and names, passed to the real program.

use std::os::unix::fs::symlink;
use std::process::Command;

use serde_json::Value;

use crate::support::Cli;

#[test]
fn endless_file_is_refused_at_the_size_limit() {
    let run = Cli::new().args(["validate", "/dev/zero"]).run();
    let _ = run.code(1).stderr("").stdout_has("too-large").stdout_has("256 MiB");
}

#[test]
fn cyclic_symlinks_are_an_unreadable_file() {
    let cli = Cli::new().args(["validate", "a.yaml"]);
    symlink("b.yaml", cli.path("a.yaml")).unwrap();
    symlink("a.yaml", cli.path("b.yaml")).unwrap();
    let _ = cli.run().code(2).stdout("").stderr_has("cannot read a.yaml");
}

#[test]
fn fifo_in_directory_is_skipped_and_yaml_named_dir_expands() {
    let cli = Cli::new().file("m/b.yaml/c.yaml", "a: [\n").args(["validate", "m/b.yaml"]);
    let made = Command::new("mkfifo").arg(cli.path("m/b.yaml/pipe.yaml")).status().unwrap();
    assert!(made.success());
    let _ =
        cli.run().code(1).stderr("").stdout_has("m/b.yaml/c.yaml:1:4").stdout_has("checked 1 file");
}

#[test]
fn control_characters_in_field_names_are_escaped() {
    let text =
        "instances:\n  - \"\\e[31m\\u202e\\u200b\\U000E0041\": 1\n    \u{9b}31m\u{202e}: 2\n";
    let text = text.replace('\u{9b}', "x");
    let cli = Cli::new().file("a.yaml", text);
    let human = cli.clone().args(["validate", "a.yaml"]).run().code(1).stdout;
    assert!(human.contains(r"`\u{1b}[31m\u{202e}\u{200b}\u{e0041}`"), "{human}");
    assert!(!human.contains(['\u{1b}', '\u{202e}', '\u{200b}']), "{human:?}");
    let json = cli.args(["validate", "--format", "json", "a.yaml"]).run().code(1).stdout;
    assert!(!json.contains('\u{1b}'), "{json}");
    assert!(serde_json::from_str::<Value>(&json).is_ok());
}

#[test]
fn million_repetitions_yield_at_most_two_errors() {
    for (text, code) in [
        ("- ".repeat(1_000_000) + "x\n", "too-deep"),
        ("[".repeat(1_000_000), "too-deep"),
        ("? ".repeat(1_000_000) + "x\n", "too-deep"),
        ("&a ".repeat(1_000_000), "yaml-syntax"),
        (format!("a: !<{}> b\n", "x".repeat(1_000_000)), "wrong-type"),
        ("a: ".repeat(1_000_000), "yaml-syntax"),
        (format!("{}: 1\n", "x".repeat(1_000_000)), "yaml-syntax"),
        (format!("#{}", "x".repeat(1_000_000)), "empty-file"),
        ("---\n".repeat(1_000_000), "empty-file"),
        (format!("a: \"{}", "x\n".repeat(1_000_000)), "yaml-syntax"),
        (format!("a: [{}", "x,\n".repeat(500_000)), "yaml-syntax"),
    ] {
        let start: String = text.chars().take(12).collect();
        let cli = Cli::new().file("a.yaml", &text).args(["validate", "--format", "json", "a.yaml"]);
        let report: Value = serde_json::from_str(&cli.run().code(1).stderr("").stdout).unwrap();
        let codes: Vec<&Value> =
            report["diagnostics"].as_array().unwrap().iter().map(|found| &found["code"]).collect();
        assert!(codes.iter().any(|found| **found == code), "{start}: {codes:?}");
        assert!(codes.len() <= 2, "{start}: {codes:?}");
    }
}

/// If every fault, comment or instance is compared with every other, these take minutes.
#[test]
fn thousands_of_repeated_items_yield_the_expected_count() {
    let manifest = "instanceServiceName: a\ntaskType: ssh\nacceleratorType: cpu\nresourceGroup: g\n\
                    imagePath: a/b:1\ncpuNumber: 8\nramSize: 2GiB\ntimeoutLimit: \"01:00:00\"\n";
    let lines = |count: usize, line: fn(usize) -> String| -> String {
        let mut text = String::new();
        (0..count).for_each(|at| text += &line(at));
        text
    };
    let keys = lines(20_000, |at| format!("k{at}: 1\n"));
    let mount = |at| format!("  - {{sourcePath: /a, targetPath: /{at}, type: path}}\n");
    let mounts = lines(3_000, mount);
    let instance = |at| format!("- {{instanceServiceName: n{at}, taskType: SSH}}\n");
    let instances = lines(3_000, instance);
    for (text, code, count) in [
        ("a: 1\n---\n".repeat(10_000), "missing-field", 10_000),
        (format!("{manifest}{keys}"), "unknown-field", 20_000),
        (
            format!("{manifest}# {}", "# instancectl: allow(alias) ".repeat(20_000)),
            "unused-allow",
            20_000,
        ),
        (
            format!("{manifest}x-a:\n{}", "- '# instancectl: allow(alias)'\n".repeat(40_000)),
            "unused-allow",
            0,
        ),
        (
            format!("defaults:\n  mountInfoList:\n{mounts}instances:\n{instances}"),
            "unknown-value",
            3_000,
        ),
    ] {
        let cli = Cli::new().file("a.yaml", &text).args(["validate", "--format", "json", "a.yaml"]);
        let report: Value = serde_json::from_str(&cli.run().stderr("").stdout).unwrap();
        let found = report["diagnostics"].as_array().unwrap();
        let found = found.iter().filter(|found| found["code"] == code).count();
        assert_eq!(found, count, "{code}");
    }
}
