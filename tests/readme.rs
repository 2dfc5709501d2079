//! README.md and its Chinese version are correct: every marked block is run or compared, and every fact is
//! checked too.
//! `INSTA_UPDATE=always cargo test --test readme` rewrites the blocks.
//!
//! - `<!-- file: NAME -->` before a block writes the block to a file of that name,
//! - `<!-- output of: COMMAND -->` compares it with the terminal output of that command,
//! - `<!-- contents of: FILE -->` compares it with a file left by the commands before it,
//! - `<!-- script: NAME -->` runs it in a shell, in a folder with the files before it.
//!
//! Task IDs and times differ from run to run: in both texts they are compared as if they were
//! those of the README.

// Helper functions are test code too.
#![allow(clippy::unwrap_used)]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use support::Cli;

const ID: &str = "530491fa7c8e47348f01de73e627a6a7";
const TIME: &str = "2026-11-23T06:11:41Z";

fn root(path: impl AsRef<Path>) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// README in each language, with its code for `INSTANCECTL_LANG`.
const PAGES: [(&str, &str); 2] = [("README.md", "en"), (".github/README.zh-CN.md", "zh")];

fn page(path: &str) -> String {
    fs::read_to_string(root(path)).unwrap()
}

/// The tables of commands, flags, exit codes and variables.
fn reference() -> String {
    page(".github/REFERENCE.md")
}

/// A fenced block with the marker before it: `<!-- file: a.yaml -->`.
struct Marked<'a> {
    kind: &'a str,
    what: &'a str,
    text: &'a str,
}

fn marked(readme: &str) -> Vec<Marked<'_>> {
    readme
        .split("<!-- ")
        .skip(1)
        .map(|part| {
            let (mark, rest) = part.split_once(" -->\n```").expect("a mark precedes a block");
            let (kind, what) = mark.split_once(": ").expect("a mark says what it is about");
            let (_, text) = rest.split_once('\n').unwrap();
            let (text, _) = text.split_once("```").unwrap();
            Marked { kind, what, text }
        })
        .collect()
}

/// Creates a project with the examples, without the lock that the README's first command leaves
/// there.
fn project() -> Cli {
    let mut cli = Cli::new();
    for entry in fs::read_dir(root("examples")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "lock") {
            continue;
        }
        let name = Path::new("examples").join(path.file_name().unwrap());
        cli = cli.file(name, fs::read(path).unwrap());
    }
    cli
}

fn arguments(command: &str) -> Vec<String> {
    let mut words = command.split_whitespace().map(str::to_owned);
    assert_eq!(words.next().as_deref(), Some("instancectl"), "`{command}`");
    words.collect()
}

/// Returns the text with each task ID and each time replaced by those of the README.
fn normal(text: &str) -> String {
    let mut normal = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"-:".contains(c));
        let (word, after) = rest.split_at(word.unwrap_or(rest.len()).max(first.len_utf8()));
        let is_id = word.len() == 32 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        let shape: String =
            word.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        normal += if is_id {
            ID
        } else if shape == "0000-00-00T00:00:00Z" {
            TIME
        } else {
            word
        };
        rest = after;
    }
    // The lock quotes an ID that could be read as a number.
    normal.replace(&format!("\"{ID}\"\n"), &format!("{ID}\n"))
}

#[test]
fn marked_blocks_match_the_program_output() {
    for (path, language) in PAGES {
        compare_blocks(path, &project().env("INSTANCECTL_LANG", language));
    }
}

fn compare_blocks(path: &str, project: &Cli) {
    let mut project = project.clone();
    let stored = page(path);
    let mut readme = stored.clone();
    let (mut wrong, mut compared) = (String::new(), 0);
    for Marked { kind, what, text } in marked(&stored) {
        let found = match kind {
            "file" => {
                project = project.file(what, text);
                continue;
            }
            "output of" => {
                let (code, shown) = project.clone().args(arguments(what)).run_as_shown();
                assert!(code.is_some(), "`{what}` was killed");
                shown
            }
            "contents of" => project.read(what),
            // Covered by a separate test.
            "script" => continue,
            kind => panic!("no block is marked `{kind}`"),
        };
        compared += 1;
        let found = normal(&found);
        if found != normal(text) {
            writeln!(wrong, "`{what}` gives\n{found}").unwrap();
            readme = readme.replace(&format!("\n{text}```"), &format!("\n{found}```"));
        }
    }
    if std::env::var_os("INSTA_UPDATE").is_some_and(|value| value == "always") {
        fs::write(root(path), readme).unwrap();
        return;
    }
    assert!(wrong.is_empty(), "{path} differs (INSTA_UPDATE=always rewrites it): {wrong}");
    assert!(compared >= 3, "only {compared} blocks were compared");
}

#[test]
fn rehearsal_ends_with_every_instance_in_the_lock() {
    for (path, language) in PAGES {
        rehearse(&page(path), language);
    }
}

fn rehearse(page: &str, language: &str) {
    let blocks = marked(page);
    let block = |kind| blocks.iter().find(|block| block.kind == kind).unwrap();
    let (manifest, script) = (block("file"), block("script"));
    let project = project().file(manifest.what, manifest.text).file("script", script.text);
    let program = Path::new(env!("CARGO_BIN_EXE_instancectl")).parent().unwrap();
    let mut shell = Command::new("sh")
        .args(["-e", "script"])
        .current_dir(project.path("."))
        .env("PATH", format!("{}:/usr/bin:/bin", program.display()))
        .env("HOME", project.path(".home"))
        .env("INSTANCECTL_LANG", language)
        .stdin(Stdio::null())
        .stdout(fs::File::create(project.path("out")).unwrap())
        .stderr(fs::File::create(project.path("err")).unwrap())
        .process_group(0)
        .spawn()
        .unwrap();
    let status = shell.wait().unwrap();
    // The sandbox that it started is still serving.
    let group = format!("-{}", shell.id());
    assert!(Command::new("kill").args(["--", &group]).status().unwrap().success());
    let (out, err) = (project.read("out"), project.read("err"));
    assert!(status.success(), "{out}{err}");
    let lock = project.read("instances.lock");
    assert_eq!(lock.matches("state: created").count(), 1, "{lock}");
    let id = lock.split("taskId: ").nth(1).unwrap().split('\n').next().unwrap().trim_matches('"');
    assert!(out.contains(id), "{out}{err}");
    assert!(!project.path("instances.lock.journal").exists(), "{out}{err}");
    // The reason of the failure is printed as the comment shows it.
    let (_, why) = script.text.split_once("instancectl why").unwrap();
    let reason = why.split_once("# ").unwrap().1.trim_end();
    assert!(out.lines().any(|line| line == reason), "no `{reason}` in {out}{err}");
}

#[test]
fn ids_and_times_are_normalized_for_comparison() {
    let found = "a: created 0123456789abcdef0123456789abcdef\n  at: 2031-01-02T03:04:05Z 训练";
    assert_eq!(normal(found), format!("a: created {ID}\n  at: {TIME} 训练"));
    assert_eq!(normal("0123 04:00:00 a_b"), "0123 04:00:00 a_b");
}

#[test]
fn documented_commands_exist_and_work() {
    let main_job = "apply --sandbox --yes -f examples/group.yaml";
    let block = format!("```sh\ncargo run --release -- {main_job}\ncargo test --locked\n```");
    for (path, _) in PAGES {
        assert!(page(path).contains(&block), "{path} lacks\n{block}");
    }
    let run = || project().args(main_job.split(' ')).run();
    let first = project().args(main_job.split(' '));
    let _ = first.run().code(0).stdout_has("3 created\n");
    // A second run in the same folder sends nothing; in another folder everything is new.
    let _ = first.run().code(0).nothing_to_create(3);
    let _ = run().code(0).stdout_has("3 created\n");
}

#[test]
fn every_link_into_the_repository_resolves() {
    let pages = fs::read_dir(root(".github")).unwrap().map(|entry| entry.unwrap().path());
    let pages = pages.filter(|path| path.extension().is_some_and(|end| end == "md"));
    let mut links = 0;
    for page in pages.chain([root("README.md")]) {
        for part in fs::read_to_string(&page).unwrap().split("](").skip(1) {
            let (target, _) = part.split_once(')').unwrap();
            if !target.contains("://") && !target.starts_with('#') {
                let path = page.with_file_name(target);
                assert!(path.exists(), "{}: `{target}` is not there", page.display());
                links += 1;
            }
        }
    }
    assert!(links >= 8);
}

/// Returns the first cells of the table rows that start with `start`.
fn rows<'a>(page: &'a str, start: &'a str) -> Vec<&'a str> {
    let cell = |line: &'a str| line.strip_prefix("| ")?.split(" |").next();
    page.lines().filter_map(cell).filter(|cell| cell.starts_with(start)).collect()
}

#[test]
fn tables_list_exactly_the_commands_flags_and_variables() {
    let reference = reference();
    let help = |args: &[&str]| Cli::new().args(args.to_vec()).run().code(0).stdout;
    let commands = help(&["--help"]);
    let (_, commands) = commands.split_once("Commands:\n").unwrap();
    let (commands, _) = commands.split_once("\n\n").unwrap();
    for command in commands.lines().filter_map(|line| line.split_whitespace().next()) {
        let named = rows(&reference, "`").iter().any(|cell| {
            cell.split('`').skip(1).step_by(2).any(|code| code.split(' ').next() == Some(command))
        });
        assert!(named, "`{command}` is in no table");
    }
    let apply = help(&["apply", "--help"]);
    let own = apply
        .lines()
        .filter(|line| line.starts_with("  -") || line.starts_with("      --"))
        .map(|line| line.split("--").nth(1).unwrap().split([' ', '\n']).next().unwrap());
    // Flags of every command, and flags explained in the text.
    let elsewhere = ["filename", "recursive", "color", "quiet", "verbose", "help"];
    for flag in own {
        let named = reference.contains(&format!("`--{flag}"));
        assert!(named || elsewhere.contains(&flag), "`--{flag}` is in no table");
    }
    for row in rows(&reference, "`-") {
        for flag in row.split("--").skip(1) {
            let flag = flag.split([' ', '`', ',']).next().unwrap();
            assert!(apply.contains(&format!("--{flag}")), "`--{flag}` is not a flag of apply");
        }
    }
    for row in rows(&reference, "`INSTANCECTL") {
        for name in row.split('`').filter(|name| name.starts_with("INSTANCECTL")) {
            assert!(apply.contains(name), "`{name}` is not a variable of apply");
        }
    }
    assert_eq!(rows(&reference, "`INSTANCECTL").len(), 8);
}

#[test]
fn exit_codes_are_those_of_explain() {
    let reference = reference();
    let explained = Cli::new().args(["explain", "exit-codes"]).run().code(0).stdout;
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let explained = words(&explained);
    let table = reference.split("| exit code | meaning |\n|---|---|\n").nth(1).unwrap();
    let rows = table.lines().take_while(|line| line.starts_with("| "));
    let rows: Vec<String> = rows.map(|row| words(&row.replace('|', " "))).collect();
    assert!(rows.len() >= 12);
    for row in rows {
        assert!(explained.contains(&row), "`{row}` is not in `explain exit-codes`");
    }
}

#[test]
fn readme_length_is_within_limits() {
    for (path, _) in PAGES {
        let lines = page(path).lines().count();
        assert!((200..=250).contains(&lines), "{path} has {lines} lines");
    }
}

/// Returns the headings, and the blocks without their comments, in which both versions are equal.
fn structure(page: &str) -> Vec<String> {
    let (mut parts, mut in_block) = (Vec::new(), false);
    for line in page.lines() {
        if line.starts_with("```") {
            in_block = !in_block;
        } else if line.starts_with('#') && !in_block {
            parts.push(line.chars().take_while(|mark| *mark == '#').collect());
            continue;
        }
        let code = line.split(" #").next().unwrap().trim_end();
        if line.starts_with("<!-- ") || line.starts_with("```") || in_block && code.is_ascii() {
            parts.push(code.to_owned());
        }
    }
    parts
}

#[test]
fn both_languages_have_the_same_sections_and_blocks() {
    let blocks = |path| {
        let page = page(path);
        let outputs: Vec<_> = marked(&page)
            .into_iter()
            .filter(|block| block.kind == "output of")
            .map(|block| block.text.to_owned())
            .collect();
        structure(&outputs.iter().fold(page, |page, output| page.replace(output, "")))
    };
    assert_eq!(blocks(PAGES[0].0), blocks(PAGES[1].0));
}
