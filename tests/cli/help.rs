//! Help pages: they fit 80 columns, name every flag in a group, and begin with examples.

use std::fmt::Write as _;

use instancectl::cli;
use instancectl::language::Language;

use unicode_width::UnicodeWidthStr as _;

use crate::support::{Cli, english_sentences};

/// Returns the words of every command, subcommands included: `[]`, `["lock", "merge"]`.
pub(crate) fn commands() -> Vec<Vec<String>> {
    fn add(outer: &[String], command: &clap::Command, to: &mut Vec<Vec<String>>) {
        to.push(outer.to_vec());
        for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set()) {
            add(&[outer, &[inner.get_name().to_owned()]].concat(), inner, to);
        }
    }
    let mut found = Vec::new();
    add(&[], &cli::program(cli::HelpPage::Short, Language::English), &mut found);
    found
}

fn page(command: &[String], flag: &str) -> String {
    Cli::new().args(command).args([flag]).run().code(0).stderr("").stdout
}

fn chinese_page(command: &[String], flag: &str) -> String {
    Cli::new().args(["--lang", "zh"]).args(command).args([flag]).run().code(0).stderr("").stdout
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Checks whether a line is the end of a wrapped text and only a word.
fn is_stray(line: &str, before: &str) -> bool {
    let words = line.split_whitespace().count();
    let continues = before.len() > 55 && before.contains(' ') && !before.trim_end().ends_with(':');
    let is_text = |line: &str| !line.trim_start().starts_with(['-', '[', '<']);
    words == 1
        && continues
        && is_text(line)
        && (indent(line) == indent(before) || indent(line) > 12)
}

#[test]
fn every_page_fits_80_columns_without_stray_words() {
    let mut wrong = String::new();
    for command in commands() {
        for flag in ["-h", "--help"] {
            let page = page(&command, flag);
            let lines: Vec<&str> = page.lines().collect();
            for pair in lines.windows(2) {
                if pair[1].chars().count() > 80 || is_stray(pair[1], pair[0]) {
                    writeln!(wrong, "{command:?} {flag}:\n{}\n{}", pair[0], pair[1]).unwrap();
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_chinese_page_fits_80_columns_and_has_no_english_sentence() {
    let mut wrong = String::new();
    for command in commands() {
        for flag in ["-h", "--help"] {
            let page = chinese_page(&command, flag);
            let lines: Vec<&str> = page.lines().collect();
            for pair in lines.windows(2) {
                let is_stray = (1..3).contains(&pair[1].trim().width()) && pair[0].width() > 70;
                if pair[1].width() > 80 || is_stray {
                    writeln!(wrong, "{command:?} {flag}:\n{}\n{}", pair[0], pair[1]).unwrap();
                }
            }
            // Usages and examples are code.
            let prose = lines.iter().map(|line| match line.split_once("  # ") {
                Some((_, remark)) => remark,
                None if line.contains("instancectl ") => "",
                None => line,
            });
            for found in english_sentences(&prose.collect::<Vec<_>>().join("\n")) {
                writeln!(wrong, "{command:?} {flag}: {found}").unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn chinese_pages_have_the_flags_values_and_examples_of_the_english_ones() {
    // Flags, arguments and examples, without what the language says about them.
    let code = |page: &str| -> Vec<String> {
        let lines = page.lines().filter(|line| (2..=6).contains(&indent(line)));
        let lines = lines.map(|line| line.trim_start().split("  ").next().unwrap_or_default());
        let is_code = |line: &&str| {
            line.starts_with(['-', '<', '['])
                || line.contains("instancectl ") && !line.contains("[OPTIONS]")
        };
        lines.filter(is_code).map(|line| line.replace(" or ", "|")).collect()
    };
    for command in commands() {
        for flag in ["-h", "--help"] {
            let (english, chinese) = (page(&command, flag), chinese_page(&command, flag));
            assert_eq!(code(&english), code(&chinese), "{command:?} {flag}");
        }
    }
}

#[test]
fn chinese_page_without_arguments_goes_to_standard_error() {
    let english = Cli::new().run().code(2).stdout("").stderr;
    let chinese = Cli::new().args(["--lang", "zh"]).run();
    // With a flag, a command is missing.
    let _ = chinese.code(2).stdout("").stderr_has("缺少子命令");
    let chinese = Cli::new().env("LANG", "zh_CN.UTF-8").run().code(2).stdout("").stderr;
    assert!(english.contains("\nUsage: instancectl "), "{english}");
    assert!(chinese.contains("\n用法：instancectl "), "{chinese}");
    assert_eq!(chinese, chinese_page(&[], "-h"));
    let page = chinese_page(&["apply".to_owned()], "--help");
    let _ = Cli::new().args(["--lang", "zh", "help", "apply"]).run().is(0, &page, "");
}

#[test]
fn texts_around_the_flags_are_not_wrapped() {
    fn check(command: &clap::Command) {
        let texts =
            [command.get_before_help(), command.get_after_help(), command.get_after_long_help()];
        for text in texts.into_iter().flatten().map(ToString::to_string) {
            for line in text.lines() {
                assert!(line.chars().count() < 80, "{}: {line}", command.get_name());
            }
        }
        command.get_subcommands().for_each(check);
    }
    check(&cli::program(cli::HelpPage::Short, Language::English));
}

#[test]
fn short_page_of_apply_fits_a_screen_and_the_long_one_has_every_flag() {
    let short = page(&["apply".to_owned()], "-h");
    assert!((24..=48).contains(&short.lines().count()), "{short}");
    for command in commands() {
        let (short, long) = (page(&command, "-h"), page(&command, "--help"));
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        let mut clap = &cli::program(cli::HelpPage::Short, Language::English);
        for word in &words {
            clap = clap.find_subcommand(word).unwrap();
        }
        for flag in clap.get_arguments().filter_map(clap::Arg::get_long) {
            assert!(long.contains(&format!("--{flag}")), "{words:?}: {flag}");
        }
        // A short page is a part of the long one.
        let flags = short.split_whitespace().filter(|word| word.starts_with("--"));
        for flag in flags {
            assert!(long.contains(flag.trim_end_matches(['`', ',', ')'])), "{words:?}: {flag}");
        }
    }
}

#[test]
fn every_value_of_a_choice_is_in_the_help() {
    fn check(command: &clap::Command) {
        for arg in command.get_arguments().filter(|arg| arg.is_hide_possible_values_set()) {
            let texts = [arg.get_help(), arg.get_long_help()].into_iter().flatten();
            let text = texts.map(ToString::to_string).collect::<String>();
            for value in arg.get_possible_values() {
                let (name, id) = (command.get_name(), arg.get_id());
                assert!(text.contains(value.get_name()), "{name} {id}: {text}");
            }
        }
        command.get_subcommands().for_each(check);
    }
    check(&cli::program(cli::HelpPage::Short, Language::English));
}

#[test]
fn flags_of_a_large_page_are_in_groups_in_one_order() {
    let groups =
        ["Selection", "Changes", "Safety", "Checks", "Timing", "Connection", "Git", "Output"];
    for command in commands() {
        let page = page(&command, "--help");
        let headings = page
            .lines()
            .filter_map(|line| groups.iter().position(|g| line.strip_suffix(':') == Some(g)));
        let headings: Vec<usize> = headings.collect();
        assert!(headings.is_sorted_by(|one, other| one < other), "{command:?}: {headings:?}");
        assert_eq!(headings.last(), Some(&(groups.len() - 1)), "{command:?}");
        assert!(headings.len() < 5 || !page.contains("\nOptions:\n"), "{page}");
    }
}

#[test]
fn examples_are_valid_and_precede_the_flags() {
    let mut checked = 0;
    for command in commands().into_iter().filter(|command| !command.is_empty()) {
        let page = page(&command, "-h");
        let Some((head, rest)) = page.split_once("\nExamples:\n") else { continue };
        assert!(head.contains("\nUsage: "), "{page}");
        for line in rest.lines().take_while(|line| !line.is_empty()) {
            let line = line.split("  #").next().unwrap().trim();
            // Of a pipe, the part with this program.
            let parts = line
                .trim_end_matches(" |")
                .split(" | ")
                .map(|part| part.trim_start_matches("source <(").trim_start_matches("eval ("));
            let own = parts.clone().find(|part| part.starts_with("instancectl "));
            let Some(line) = own else {
                assert!(line.starts_with("jq "), "{line}");
                continue;
            };
            let line = line.split(" > ").next().unwrap().trim_end_matches(')');
            let words = line.split_whitespace().map(|word| word.trim_matches('\'').into());
            let parsed = cli::Invocation::parse(words, Language::English);
            assert!(parsed.is_ok(), "{line}: {:?}", parsed.err().map(|error| error.message()));
            checked += 1;
        }
    }
    assert!(checked >= 40, "{checked}");
}

#[test]
fn help_and_version_are_commands_too() {
    let version = Cli::new().args(["--version"]).run().code(0).stderr("").stdout;
    for words in ["version", "-V"] {
        let _ = Cli::new().args([words]).run().is(0, &version, "");
    }
    let verbose = Cli::new().args(["version", "-v"]).run().code(0).stderr("").stdout;
    let target = verbose.strip_prefix(&format!("{version}target: ")).unwrap();
    let (arch, _) = target.trim_end().split_once('-').unwrap();
    assert_eq!(arch, std::env::consts::ARCH);
    for words in [["--version", "-v"].as_slice(), &["-vV"], &["--verbose", "-V"]] {
        let _ = Cli::new().args(words).run().is(0, &verbose, "");
    }
    for command in commands() {
        let help = page(&command, "--help");
        let _ = Cli::new().args(["help"]).args(&command).run().is(0, &help, "");
    }
    let unknown = Cli::new().args(["help", "nonsense"]).run().code(2).stdout("");
    let _ = unknown.stderr_has("unrecognized subcommand 'nonsense'");
}

#[test]
fn words_of_other_tools_are_answered_with_the_command_here() {
    for (word, command) in [
        ("get", "list"),
        ("ps", "list"),
        ("free", "catalog free"),
        ("ls", "list"),
        ("describe", "list"),
        ("delete", "destroy"),
        ("rm", "destroy"),
        ("down", "destroy"),
        ("up", "apply"),
        ("run", "apply"),
        ("diff", "plan"),
        ("restart", "stop"),
        ("import", "adopt"),
    ] {
        let output = Cli::new().args([word, "train-a"]).run().code(2).stdout("");
        let head =
            format!("error: unrecognized subcommand '{word}'\n\n  tip: `instancectl {command}`");
        assert!(output.stderr.starts_with(&head), "{output:?}");
        let json = Cli::new().args([word, "train-a", "--format", "json"]).run().code(2);
        let value: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
        assert_eq!(value["exit"]["code"], 2, "{value}");
        let message = format!("unrecognized subcommand '{word}'");
        assert_eq!(value["exit"]["message"], *message, "{value}");
        let help = value["exit"]["help"].as_str().unwrap();
        assert!(help.starts_with(&format!("tip: `instancectl {command}`")), "{help}");
    }
}

#[test]
fn misspelt_command_gets_no_suggestion_and_a_flag_only_a_similar_one() {
    for words in [["aply"].as_slice(), &["validte"], &["hist"], &["destory"], &["lock", "verfy"]] {
        let output = Cli::new().args(words).run().code(2).stdout("");
        let word = words.last().unwrap();
        let head = format!("error: unrecognized subcommand '{word}'\n\nUsage: ");
        assert!(output.stderr.starts_with(&head), "{output:?}");
    }
    let output = Cli::new().args(["apply", "--prun"]).run().code(2).stdout("");
    let output = output.stderr_has("tip: a similar argument exists: '--prune'");
    assert!(!output.stderr.contains("as a value"), "{output:?}");
    let output = Cli::new().args(["status", "--prune"]).run().code(2).stdout("");
    assert!(!output.stderr.contains("tip"), "{output:?}");
}
