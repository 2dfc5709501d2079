//! `explain`: a page for each code, with verified examples, and the documentation of each field.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use instancectl::diagnostics::{CATALOG, Example, TOPICS};
use instancectl::language::Language;
use instancectl::manifest::{INSTANCE_FIELDS, MOUNT_FIELDS, PORT_FIELDS, schema};
use instancectl::sandbox::{CatalogMode, Sandbox};
use serde_json::Value;

use crate::support::{Cli, english_sentences};

/// Each language, with the flags that request it.
const LANGUAGES: [(Language, &[&str]); 2] =
    [(Language::English, &[]), (Language::Chinese, &["--lang", "zh"])];

/// Returns the codes that `validate` reports for an example.
fn found(cli: &Cli, format: &str, text: &str) -> Vec<String> {
    let output = match format {
        "yaml" => {
            let cli = cli.clone().file("instances.yaml", text);
            cli.args(["--format", "json", "instances.yaml"]).run().stdout
        }
        "sh" => {
            let program = Path::new(env!("CARGO_BIN_EXE_instancectl"));
            let path = format!("{}:/usr/bin:/bin", program.parent().unwrap().display());
            let script = format!("{text} --format json");
            let output = Command::new("sh")
                .args(["-c", &script])
                .current_dir(cli.path(""))
                .env("PATH", path)
                .output();
            String::from_utf8(output.unwrap().stdout).unwrap()
        }
        other => panic!("an example in `{other}`"),
    };
    let json = &output[output.find('{').expect("validate ran")..];
    let report: Value = serde_json::from_str(json).unwrap();
    let codes = report["diagnostics"].as_array().unwrap().iter();
    codes.map(|found| found["code"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn bad_example_has_only_its_code_and_good_example_none() {
    let mut untrue = String::new();
    let sandbox = Sandbox::start_with(None, 0, Vec::new(), CatalogMode::Strict).unwrap();
    for entry in CATALOG {
        let cli = || {
            let cli = Cli::new();
            if !entry.is_online() {
                return cli.args(["validate"]);
            }
            cli.env("INSTANCECTL_ENDPOINT", sandbox.endpoint())
                .env("INSTANCECTL_TOKEN", sandbox.token())
                .env("INSTANCECTL_PLATFORM_URL", sandbox.endpoint().replace("/ai", ""))
                .args(["validate", "--online"])
        };
        let page = entry.page(Language::English);
        let [wrong, right] =
            [page.wrong, page.right].map(|Example { format, text }| found(&cli(), format, text));
        if wrong != [entry.code] || !right.is_empty() {
            writeln!(untrue, "{}: wrong {wrong:?}, right {right:?}", entry.code).unwrap();
        }
    }
    assert!(untrue.is_empty(), "{untrue}");
}

/// Returns text without line breaks and blanks.
fn characters(text: &str) -> String {
    text.split_whitespace().collect()
}

#[test]
fn every_page_is_shown_in_full() {
    for (language, flags) in LANGUAGES {
        for entry in CATALOG {
            let output = Cli::new().args(["explain", entry.code]).args(flags).run();
            let output = output.code(0).stderr("");
            let page = entry.page(language);
            let (heading, reason, correction) = match language {
                Language::English => (" (", "Why", "Wrong (-) and right (+)"),
                Language::Chinese => ("（", "为什么", "错误（-）和正确（+）"),
            };
            assert!(output.stdout.starts_with(&format!("{}{heading}", entry.code)), "{output:?}");
            assert!(!output.stdout.contains('\x1b'), "{output:?}");
            let shown = characters(&output.stdout);
            let expected = format!("{}{reason}{}", page.meaning, page.reason);
            assert!(shown.contains(&characters(&expected)), "{}: {shown}", entry.code);
            // Without one or the other mark, the example is the wrong or the right text.
            let (_, example) = output.stdout.split_once(&format!("\n{correction}\n")).unwrap();
            let [wrong, right] = ['-', '+'].map(|mark| {
                let lines = example.lines().map(|line| line.strip_prefix("  ").unwrap_or(line));
                let lines =
                    lines.filter(|line| line.starts_with(mark) || !line.starts_with(['-', '+']));
                lines.map(|line| line.get(2..).unwrap_or("")).collect::<Vec<_>>().join("\n")
            });
            assert_eq!([wrong, right], [page.wrong.text, page.right.text], "{}", entry.code);
        }
    }
    let colored =
        |code| Cli::new().args(["explain", code, "--color", "always"]).run().code(0).stdout;
    assert!(colored("alias").starts_with("\x1b[1malias (error)\x1b[0m\n"));
    let page = colored("ram-looks-like-gib");
    assert!(
        page.contains("  \x1b[31m- ramSize: 27\x1b[0m\n  \x1b[32m+ ramSize: 27GiB\x1b[0m\n"),
        "{page}"
    );
}

#[test]
fn every_field_is_explained_by_name() {
    for field in INSTANCE_FIELDS.iter().chain(&MOUNT_FIELDS).chain(&PORT_FIELDS) {
        let output = Cli::new().args(["explain", field]).run().code(0).stderr("");
        let first = output.stdout.lines().next().unwrap();
        assert_eq!(first.rsplit('.').next(), Some(*field), "{output:?}");
        let _ = output.stdout_has("  type ").stdout_has("  required ").stdout_has("Example\n");
    }
    let memory = Cli::new().args(["explain", "ramSize"]).run().code(0);
    let _ = memory
        .stdout_has("  type      integer or text\n  unit      MB")
        .stdout_has("  range     1 to 2147483647\n")
        .stdout_has("  required  yes\n")
        .stdout_has("POST /ai/openapi/v2/instance-service/task")
        .stdout_has("    ramSize: 27GiB\n");
    for (field, form) in [
        ("ramSize", "a number of MB, or text with a unit, such as 27GiB"),
        ("timeoutLimit", "\"HH:MM:SS\", such as \"04:00:00\", or unlimited"),
        ("sourcePath", "it begins with `/`"),
    ] {
        let page = Cli::new().args(["explain", field]).run().code(0);
        let _ = page.stdout_has(&format!("  form      {form}\n"));
    }
    let kinds = Cli::new().args(["explain", "taskType"]).run().code(0);
    let _ = kinds.stdout_has("Values\n  ssh         SSH: a shell.\n  jupyter     JupyterLab");
    let cards = Cli::new().args(["explain", "gpuNumber"]).run().code(0);
    let _ = cards.stdout_has("  required  yes, unless `acceleratorType` is `cpu`\n");
    let ports = Cli::new().args(["explain", "containerPortInfoList"]).run().code(0);
    let _ = ports.stdout_has("  containerPortInfoList.protocolType   Protocol of the port.\n");
    for key in ["region", "defaults", "instances", "x-mine"] {
        let _ = Cli::new().args(["explain", key]).run().code(0).stdout_has("top level");
    }
}

#[test]
fn every_topic_is_listed_and_shown_in_full() {
    for (language, flags) in LANGUAGES {
        let run = |args: &[&str]| Cli::new().args(args).args(flags).run().code(0).stderr("").stdout;
        let list = characters(&run(&["explain"]));
        for topic in TOPICS {
            let (name, page, title) = (topic.name, topic.page(language), topic.title(language));
            assert!(list.contains(&characters(&format!("{name} {title}"))), "{name}: {list}");
            let shown = run(&["explain", name]);
            assert!(shown.starts_with(&format!("{title}\n")), "{shown}");
            assert!(!shown.contains("|\n") || name == "yaml", "{shown}");
            let shown = characters(&shown);
            let rows =
                page.lines().filter(|line| line.starts_with('|') && !line.starts_with("|--"));
            let (rows, heads): (Vec<_>, Vec<_>) =
                rows.partition(|row| !page.contains(&format!("\n{row}\n|--")));
            assert!(!heads.is_empty(), "{name} has no table");
            for row in rows {
                let cells: Vec<&str> = row.trim_matches('|').trim().split(" | ").collect();
                assert!(shown.contains(&characters(&cells[..2].join(" "))), "{name}: {row}");
            }
            for paragraph in page.split("\n\n").filter(|block| !block.starts_with(['#', '|'])) {
                assert!(shown.contains(&characters(paragraph)), "{name}: {paragraph}");
            }
        }
    }
}

#[test]
fn commands_and_flags_in_topics_exist() {
    let pages = TOPICS.iter().map(|topic| topic.page(Language::English));
    let quoted = pages.flat_map(|page| page.split('`').skip(1).step_by(2));
    let mut checked = 0;
    for text in quoted.filter_map(|text| text.strip_prefix("instancectl ")) {
        let is_name = |word: &&str| word.bytes().all(|byte| byte.is_ascii_lowercase());
        let names: Vec<&str> = text.split_whitespace().take_while(is_name).collect();
        let help = Cli::new().args(names).args(["--help"]).run().code(0);
        for flag in text.split_whitespace().filter(|word| word.starts_with("--")) {
            assert!(help.stdout.contains(flag), "{text}: {flag}");
        }
        checked += 1;
    }
    assert!(checked >= 8, "{checked}");
}

#[test]
fn field_is_accepted_as_a_diagnostic_pointer() {
    let whole = Cli::new().args(["explain", "mountInfoList.type"]).run().code(0).stdout;
    for name in ["type", "mountInfoList[].type", "/instances/3/mountInfoList/0/type"] {
        let _ = Cli::new().args(["explain", name]).run().is(0, &whole, "");
    }
    let ram = Cli::new().args(["explain", "ramSize"]).run().code(0).stdout;
    let _ = Cli::new().args(["explain", "/defaults/ramSize"]).run().is(0, &ram, "");
}

#[test]
fn all_topics_are_listed_if_none_is_given() {
    let list = Cli::new().args(["explain"]).run().code(0).stderr("").stdout;
    for entry in CATALOG {
        assert!(list.contains(&format!("\n  {} ", entry.code)), "{}", entry.code);
    }
    for field in INSTANCE_FIELDS {
        assert!(list.contains(&format!("\n  {field} ")), "{field}");
    }
}

#[test]
fn unknown_topic_is_a_usage_error_with_a_suggestion() {
    let unknown = |topic: &str, help: &str| {
        let error = format!("error: `{topic}` is not a code, a field or a topic\n  help: {help}\n");
        let _ = Cli::new().args(["explain", topic]).run().is(2, "", &error);
    };
    unknown("ramsize", "did you mean `instancectl explain ramSize`?");
    unknown("missing-fields", "did you mean `instancectl explain missing-field`?");
    unknown("protocoltype", "did you mean `instancectl explain protocolType`?");
    unknown("colour", "`instancectl explain` lists all of them");
    unknown("6", "did you mean `instancectl explain exit-codes`?");
    unknown("apply", "`instancectl help apply` describes the command");
    unknown("orphan", "did you mean `instancectl explain lock`?");
    unknown("claim", "did you mean `instancectl explain git`?");
    // Words of other programs, and parts of names.
    unknown("gpu", "did you mean `instancectl explain gpuNumber`?");
    unknown("image", "did you mean `instancectl explain imagePath`?");
    unknown("exit", "did you mean `instancectl explain exit-codes`?");
    unknown("mount", "did you mean `duplicate-mount`, `mount-not-allowed` or `mountInfoList`?");
    unknown("", "`instancectl explain` lists all of them");
}

#[test]
fn every_field_example_is_valid_in_a_manifest() {
    const LINES: [&str; 9] = [
        "instanceServiceName: a",
        "taskType: ssh",
        "acceleratorType: dcu",
        "resourceGroup: kshdnormal",
        "imagePath: image.ac.com:5000/dcu/pytorch:2.3.0",
        "cpuNumber: 8",
        "gpuNumber: 1",
        "ramSize: 27GiB",
        "timeoutLimit: \"04:00:00\"",
    ];
    for field in INSTANCE_FIELDS.into_iter().chain(["region", "x-"]) {
        let page = Cli::new().args(["explain", field]).run().code(0).stdout;
        let (_, example) = page.split_once("Example\n").expect("a page has an example");
        let mut manifest = example.replace("\n    ", "\n").trim().to_owned();
        // An enabled script must exist.
        if field == "useStartScript" {
            manifest.push_str("\nstartScriptContent: python train.py");
        }
        for line in LINES.iter().filter(|line| !line.starts_with(&format!("{field}:"))) {
            write!(manifest, "\n{line}").unwrap();
        }
        let found = found(&Cli::new().args(["validate"]), "yaml", &manifest);
        assert!(found.iter().all(|code| code == "version-differs"), "{manifest}: {found:?}");
    }
}

#[test]
fn fields_are_explained_in_the_chosen_language() {
    for field in schema::fields(Language::Chinese) {
        let run = |language| {
            let cli = Cli::new().args(["--lang", language, "explain"]).args([&field.path]);
            cli.run().code(0).stderr("").stdout
        };
        let (english, chinese) = (run("en"), run("zh"));
        assert!(english.is_ascii(), "{english}");
        assert_eq!(chinese.lines().next(), english.lines().next());
        let (chinese, _) = chinese.split_once("\n示例\n").unwrap();
        let found = english_sentences(chinese);
        assert!(found.is_empty(), "{found:?} in {chinese}");
        for line in chinese.lines().filter(|line| line.starts_with("  ")) {
            let (name, text) = line.trim().split_once("  ").unwrap_or(("", line));
            let is_chinese = |text: &str| !text.is_ascii();
            let is_code = text.starts_with(' ') || name.contains('.');
            assert!(is_code || is_chinese(line), "{line:?} in {chinese}");
        }
    }
}
