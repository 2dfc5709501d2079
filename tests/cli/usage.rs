//! Usage errors, in each language.

use std::os::unix::ffi::OsStringExt as _;

use serde_json::Value;

use crate::support::{Cli, english_sentences};

/// Command lines, their messages, and what else their texts have.
const ERRORS: [[&str; 4]; 21] = [
    ["get", "unrecognized subcommand 'get'", "无法识别的子命令 `get`", "`instancectl list`"],
    ["lock verfy", "unrecognized subcommand 'verfy'", "无法识别的子命令 `verfy`", "lock"],
    [
        "help nonsense",
        "unrecognized subcommand 'nonsense'",
        "无法识别的子命令 `nonsense`",
        "--help",
    ],
    ["apply --prun", "unexpected argument '--prun' found", "无法识别的参数 `--prun`", "'--prune'"],
    ["-- plan", "unexpected argument 'plan' found", "无法识别的参数 `plan`", "'--'"],
    ["url a b", "unexpected argument 'b' found", "无法识别的参数 `b`", "url [OPTIONS] [NAME]"],
    [
        "validate --fix --online",
        "the argument '--fix' cannot be used with '--online'",
        "参数 `--fix` 不能与 `--online` 同时使用",
        "validate --fix",
    ],
    [
        "-q -q plan",
        "the argument '--quiet' cannot be used multiple times",
        "参数 `--quiet` 不能重复使用",
        "<COMMAND>",
    ],
    [
        "validate --diff --format json --output a",
        "the argument '--diff' cannot be used with:\n  --format <FORMAT>\n  --output <FILE>",
        "参数 `--diff` 不能与以下参数同时使用：\n  --format <FORMAT>\n  --output <FILE>",
        "[PATH]...",
    ],
    [
        "status --format yaml",
        "invalid value 'yaml' for '--format <FORMAT>'\n  [possible values: human, json, name]",
        "`--format <FORMAT>` 的值 `yaml` 无效\n  [可选的值：human、json、name]",
        "--help",
    ],
    [
        "plan --color",
        "a value is required for '--color <WHEN>' but none was supplied\n  \
         [possible values: auto, always, never]",
        "`--color <WHEN>` 缺少值\n  [可选的值：auto、always、never]",
        "--help",
    ],
    [
        "plan --quiet=x",
        "unexpected value 'x' for '--quiet' found; no more were expected",
        "`--quiet` 不接受多余的值 `x`",
        "plan --quiet",
    ],
    [
        "adopt a",
        "the following required arguments were not provided:\n  <TASK_ID>",
        "缺少以下必需的参数：\n  <TASK_ID>",
        "adopt <NAME> <TASK_ID>",
    ],
    [
        "lock -q",
        "'instancectl lock' requires a subcommand but one was not provided\n  \
         [subcommands: verify, list, recover, push, release, merge, help]",
        "`instancectl lock` 缺少子命令\n  [子命令：verify、list、recover、push、release、merge、help]",
        "lock [OPTIONS]",
    ],
    [
        "wait --timeout 5",
        "invalid value '5' for '--timeout <DURATION>': write a duration with its unit, such as 30s, 5m \
         or 1h30m",
        "`--timeout <DURATION>` 的值 `5` 无效：应写为带单位的时长，如 30s、5m 或 1h30m",
        "--help",
    ],
    [
        "wait --timeout 0s",
        "invalid value '0s' for '--timeout <DURATION>': duration must be greater than zero",
        "`--timeout <DURATION>` 的值 `0s` 无效：时长必须大于零",
        "--help",
    ],
    [
        "destroy a --id x/y",
        "invalid value 'x/y' for '--id <TASK_ID>': a task ID is 1 to 128 letters, digits, `-` or `_`, \
         found \"x/y\"",
        "`--id <TASK_ID>` 的值 `x/y` 无效：任务 ID 由 1 到 128 个字母、数字、`-` 或 `_` 组成，而不是 \
         \"x/y\"",
        "--help",
    ],
    [
        "apply --parallel 99",
        "invalid value '99' for '--parallel <N>': 99 is not in 1..=64",
        "`--parallel <N>` 的值 `99` 无效：99 不在 1 到 64 的范围内",
        "--help",
    ],
    [
        "apply --max-cards many",
        "invalid value 'many' for '--max-cards <N>': invalid digit found in string",
        "`--max-cards <N>` 的值 `many` 无效：应为整数",
        "--help",
    ],
    [
        "validate --output a",
        "`--output a` has no preceding `--format`: write `--format FORMAT --output a`",
        "`--output a` 之前没有 `--format`：应写为 `--format FORMAT --output a`",
        "validate [OPTIONS]",
    ],
    [
        "validate --format human --format sarif",
        "several reports go to standard output: add `--output FILE` after all but one `--format`",
        "有多个报告要写到标准输出：除一个之外，请在每个 `--format` 之后加上 `--output FILE`",
        "validate [OPTIONS]",
    ],
];

#[test]
fn usage_errors_are_in_the_chosen_language() {
    for [line, english, chinese, more] in ERRORS {
        let run = |language, more: &str| {
            let cli = Cli::new().env("INSTANCECTL_LANG", language);
            let output = cli.args(line.split(' ')).run().code(2);
            assert!(output.stderr.contains(more), "{output:?}");
            output
        };
        let output = run("en", more);
        assert!(output.stderr.starts_with(&format!("error: {english}\n\n")), "{output:?}");
        assert!(output.stderr.ends_with("For more information, try '--help'.\n"), "{output:?}");
        let output = run("zh", &more.replace('\'', "`"));
        assert!(!output.stderr.contains('\''), "code is in backticks: {output:?}");
        assert!(output.stderr.starts_with(&format!("错误：{chinese}\n\n")), "{output:?}");
        assert!(output.stderr.ends_with("\n\n用 `--help` 查看更多信息。\n"), "{output:?}");
        let prose = output.stderr.lines().filter(|line| !line.contains("instancectl "));
        let found = english_sentences(&prose.collect::<Vec<_>>().join("\n"));
        assert!(found.is_empty(), "{found:?} in {output:?}");
    }
}

#[test]
fn argument_that_is_not_utf_8_is_reported_in_the_chosen_language() {
    let bad = || std::ffi::OsString::from_vec(vec![0xff]);
    for (language, message) in [
        ("en", "error: invalid UTF-8 was detected in one or more arguments\n"),
        ("zh", "错误：参数中有无效的 UTF-8 字符\n"),
    ] {
        let cli = Cli::new().args(["--lang", language, "status"]).args([bad()]);
        let output = cli.run().code(2).stdout("");
        assert!(output.stderr.starts_with(message), "{output:?}");
    }
}

#[test]
fn object_of_a_usage_error_has_the_texts_of_the_language_and_is_otherwise_the_same() {
    let words = ["status", "--format", "json", "--wait\n\nfor"];
    let object = |language| {
        let output = Cli::new().args(["--lang", language]).args(words).run().code(2);
        let mut object: Value = serde_json::from_str(&output.stdout).unwrap();
        let texts = ["message", "help"].map(|text| object["exit"][text].take());
        (object, texts)
    };
    let (english, _) = object("en");
    let (chinese, [message, help]) = object("zh");
    assert_eq!(english, chinese);
    assert_eq!(message, "无法识别的参数 `--wait\n\nfor`");
    assert_eq!(
        help,
        "用法：instancectl status --format <FORMAT> [NAME]...\n\n用 `--help` 查看更多信息。"
    );
}

#[test]
fn colours_and_titles_are_those_of_english() {
    let styled = |language| {
        let cli = Cli::new().env("CLICOLOR_FORCE", "1").args(["--lang", language, "resolve", "a"]);
        cli.run().code(2).stderr
    };
    assert!(styled("en").contains("\u{1b}[1m\u{1b}[4mUsage:\u{1b}[0m instancectl resolve"));
    let chinese = styled("zh");
    assert!(chinese.starts_with("\u{1b}[1m\u{1b}[31m错误：\u{1b}[0m缺少"), "{chinese:?}");
    assert!(chinese.contains("\u{1b}[1m\u{1b}[4m用法：\u{1b}[0minstancectl resolve"));
    assert!(chinese.contains("\n      instancectl resolve [OPTIONS] --all-unknown\n"));
}
