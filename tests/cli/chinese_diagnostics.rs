//! Diagnostics and explanations in Chinese: complete, and equal to those in English in everything but
//! their texts.

use std::collections::BTreeSet;
use std::path::PathBuf;

use instancectl::cli::ReportFormat;
use instancectl::diagnostics::{CATALOG, TOPICS};
use instancectl::language::Language;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use crate::snapshots::with_snapshots;
use crate::stage::{files_of, repository};
use crate::support::{Cli, english_sentences};
use crate::validate::{printed, report_of};

/// The fixtures with a snapshot in Chinese.
pub(crate) const SNAPSHOTS: [&str; 26] = [
    "doubtful/folded-script.yaml",
    "doubtful/no-cards.yaml",
    "doubtful/odd-image.yaml",
    "doubtful/odd-text.yaml",
    "doubtful/secret-in-script.yaml",
    "doubtful/unlimited.yaml",
    "doubtful/unused-allow.yaml",
    "doubtful/yaml11-value.yaml",
    "invalid/alias-misspelt.yaml",
    "invalid/bad-format-duration.yaml",
    "invalid/cards-on-cpu.yaml",
    "invalid/duplicate-key-second-instance.yaml",
    "invalid/duplicate-name-many.yaml",
    "invalid/duplicate-port.yaml",
    "invalid/empty-file.yaml",
    "invalid/encoding-gbk-after-chinese.yaml",
    "invalid/missing-field-compose.yaml",
    "invalid/missing-field-many.yaml",
    "invalid/missing-field-mount.yaml",
    "invalid/out-of-range-anchor-shared.yaml",
    "invalid/ram-looks-like-gib.yaml",
    "invalid/relative-mount.yaml",
    "invalid/unknown-field.yaml",
    "invalid/unknown-value.yaml",
    "invalid/wrong-type.yaml",
    "invalid/yaml-syntax-full-width-colon.yaml",
];

/// Returns the name of the snapshot of a fixture, which is `FOLDER/NAME`.
pub(crate) fn snapshot_name(fixture: &str) -> String {
    format!("chinese@{}", fixture.rsplit('/').next().unwrap())
}

/// Returns the paths of all fixtures with diagnostics or without.
fn fixtures() -> impl Iterator<Item = PathBuf> {
    ["invalid", "doubtful", "hostile", "valid", "yaml"].into_iter().flat_map(|kind| {
        let folder = format!("tests/fixtures/{kind}");
        let files = files_of(&folder, &[]).into_iter();
        files.map(move |(name, _)| repository(&folder).join(name))
    })
}

/// Returns the texts of a human-readable report: without the lines of the file and their numbers.
fn texts(report: &str) -> String {
    let text = |line: &str| {
        let (gutter, rest) = line.trim_start().split_once(['│', '·', '╭', '╰'])?;
        if line.starts_with("  │ ")
            || !gutter.chars().all(|char| char.is_ascii_digit() || char == ' ')
        {
            return None;
        }
        Some(rest.split_once("── ").map_or("", |(_, label)| label).to_owned())
    };
    let lines = report.lines().map(|line| text(line).unwrap_or_else(|| line.to_owned()));
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns text without what is in backticks.
fn without_code(text: &str) -> String {
    text.split('`').step_by(2).collect()
}

fn has_han(text: &str) -> bool {
    text.chars().any(|char| matches!(char, '\u{3000}'..='\u{303f}' | '\u{3400}'..='\u{9fff}'))
}

/// Returns the value without its human-readable texts.
fn without_texts(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let is_text = |key: &str| matches!(key, "message" | "help");
            let kept = fields.into_iter().filter(|(key, _)| !is_text(key));
            kept.map(|(key, value)| (key, without_texts(value))).collect()
        }
        Value::Array(items) => items.into_iter().map(without_texts).collect(),
        value => value,
    }
}

/// Returns the strings of a JSON report that contain blanks or Chinese.
fn sentences(value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => fields.values().flat_map(sentences).collect(),
        Value::Array(items) => items.iter().flat_map(sentences).collect(),
        Value::String(text) => vec![text.clone()],
        _ => Vec::new(),
    }
}

#[test]
fn fixtures_match_their_chinese_snapshots() {
    with_snapshots(|| {
        for name in SNAPSHOTS {
            let file = report_of(&repository("tests/fixtures").join(name));
            let shown = printed(file, ReportFormat::Human, Language::Chinese);
            insta::assert_snapshot!(snapshot_name(name), shown);
        }
    });
}

#[test]
fn diagnostics_have_no_text_in_the_other_language() {
    let mut wrong = Vec::new();
    for path in fixtures() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let [english, chinese] = [Language::English, Language::Chinese]
            .map(|language| texts(&printed(report_of(&path), ReportFormat::Human, language)));
        wrong.extend(
            english_sentences(&chinese).into_iter().map(|found| format!("{name}: {found}")),
        );
        // The search finds texts in the language that they are in.
        assert!(!english_sentences(&english).is_empty() && has_han(&chinese), "{english}{chinese}");
        let english = without_code(&english);
        let lines = english.lines().filter(|line| has_han(line));
        wrong.extend(lines.map(|line| format!("{name}: {line}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn lines_of_diagnostics_in_chinese_fit_the_width() {
    for path in fixtures() {
        let shown = printed(report_of(&path), ReportFormat::Human, Language::Chinese);
        for line in texts(&shown).lines() {
            // Code is not broken.
            let fits = line.width() <= 100 || line.contains('`') || !line.starts_with("  ");
            assert!(fits, "{}: {line}", path.display());
        }
    }
}

#[test]
fn json_differs_between_languages_only_in_its_texts() {
    for path in fixtures() {
        let [english, chinese] = [Language::English, Language::Chinese].map(|language| {
            let report = printed(report_of(&path), ReportFormat::Json, language);
            serde_json::from_str::<Value>(&report).unwrap()
        });
        assert_eq!(without_texts(english), without_texts(chinese), "{}", path.display());
    }
}

/// Returns the code and the numbers in the texts of a JSON report.
fn facts(value: &Value) -> Vec<BTreeSet<String>> {
    match value {
        Value::Object(fields) => {
            let of_field = |(key, value): (&String, &Value)| match (key.as_str(), value) {
                ("message" | "help", Value::String(text)) => vec![facts_in(text)],
                (_, value) => facts(value),
            };
            fields.iter().flat_map(of_field).collect()
        }
        Value::Array(items) => items.iter().flat_map(facts).collect(),
        _ => Vec::new(),
    }
}

fn facts_in(text: &str) -> BTreeSet<String> {
    let text = &text.replace("```", "");
    let code = text.split('`').skip(1).step_by(2).map(str::to_owned);
    let prose = without_code(text);
    let numbers = prose.split(|char: char| !char.is_ascii_digit()).filter(|word| !word.is_empty());
    code.chain(numbers.map(str::to_owned)).collect()
}

#[test]
fn texts_have_the_same_facts_in_each_language() {
    let mut wrong = Vec::new();
    for path in fixtures() {
        let [english, chinese] = [Language::English, Language::Chinese].map(|language| {
            let report = printed(report_of(&path), ReportFormat::Json, language);
            facts(&serde_json::from_str(&report).unwrap())
        });
        let pairs = english.iter().zip(&chinese).filter(|(english, chinese)| english != chinese);
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        wrong.extend(pairs.map(|(english, chinese)| format!("{name}: {english:?} {chinese:?}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn reports_for_other_services_are_in_chinese() {
    let folder = repository("tests/fixtures");
    for name in SNAPSHOTS {
        let report = |format| printed(report_of(&folder.join(name)), format, Language::Chinese);
        let [github, junit] = [ReportFormat::Github, ReportFormat::Junit].map(report);
        // Attributes are texts too.
        let mut texts = vec![github, junit.replace(['"', '<'], "\n")];
        for format in [ReportFormat::Gitlab, ReportFormat::Sarif, ReportFormat::Json] {
            texts.extend(sentences(&serde_json::from_str(&report(format)).unwrap()));
        }
        for text in texts {
            let text = text.replace("Bug Risk", "").replace("instancectl validate", "");
            assert_eq!(english_sentences(&text), [""; 0], "{name}: {text}");
        }
        let sarif: Value = serde_json::from_str(&report(ReportFormat::Sarif)).unwrap();
        let driver = &sarif["runs"][0]["tool"]["driver"];
        for rule in driver["rules"].as_array().unwrap() {
            assert!(has_han(rule["shortDescription"]["text"].as_str().unwrap()), "{rule}");
            assert!(has_han(rule["help"]["text"].as_str().unwrap()), "{rule}");
        }
        assert!(has_han(driver["shortDescription"]["text"].as_str().unwrap()), "{driver}");
    }
}

#[test]
fn program_prints_in_chinese_what_the_library_renders() {
    for name in SNAPSHOTS.iter().step_by(5) {
        let path = repository("tests/fixtures").join(name);
        let expected = printed(report_of(&path), ReportFormat::Human, Language::Chinese);
        let file = path.file_name().unwrap().to_str().unwrap();
        let cli = Cli::new().file(file, std::fs::read(&path).unwrap());
        let by_flag = cli.clone().args(["validate", "--lang", "zh", file]).run();
        assert_eq!(by_flag.stdout, expected);
        let by_locale = cli.args(["validate", file]).env("LANG", "zh_CN.UTF-8").run();
        assert_eq!(by_locale.stdout, expected);
    }
}

#[test]
fn explanations_have_no_text_in_the_other_language() {
    let names = CATALOG.iter().map(|entry| entry.code).chain(TOPICS.iter().map(|topic| topic.name));
    for name in names {
        let explain =
            |language| Cli::new().args(["explain", name, "--lang", language]).run().stdout;
        let chinese = explain("zh");
        let prose = chinese.split("错误（-）").next().unwrap();
        assert_eq!(english_sentences(prose), [""; 0], "{name}");
        assert!(!has_han(&without_code(&explain("en"))), "{name}");
    }
}
