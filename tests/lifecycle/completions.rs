//! Completions, in the real shells.

use std::path::Path;
use std::process::Command;

use crate::platform::{Platform, lock, manifest};
use crate::support::{Cli, english_sentences};

/// Creates a project whose manifest and lock name different instances.
fn project() -> Cli {
    let platform = Platform::new();
    let text = lock([platform.entry("in-lock")]);
    Cli::new().file("a.yaml", manifest(&["in-manifest", "训练", "two words"])).file("a.lock", text)
}

/// Returns the output of a shell that runs a script, with the program on its path.
#[track_caller]
#[allow(clippy::print_stderr)]
fn shell(cli: &Cli, name: &str, args: &[&str], script: &str) -> Option<String> {
    let cli = cli.clone().file("script", script);
    let program = Path::new(env!("CARGO_BIN_EXE_instancectl")).parent().unwrap();
    let run = Command::new(name)
        .args(args)
        .arg(cli.path("script"))
        .current_dir(cli.path("."))
        .env_clear()
        .env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", program.display()))
        .env("HOME", cli.path(".home"))
        .env("LC_ALL", "C.UTF-8")
        .env("TERM", "dumb")
        .output();
    match run {
        Ok(output) => {
            assert!(output.status.success(), "{name}: {output:?}");
            Some(String::from_utf8(output.stdout).unwrap())
        }
        // Fails in CI, which installs the shells.
        Err(error) => {
            let missing = error.kind() == std::io::ErrorKind::NotFound;
            assert!(missing && std::env::var_os("CI").is_none(), "{name}: {error}");
            eprintln!("{name} is not here: its completions were not tried");
            None
        }
    }
}

#[test]
fn bash_completes_commands_flags_paths_and_instances() {
    let script = r#"
source <(instancectl completions bash)
try() {
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_TYPE=9 COMPREPLY=()
    _clap_complete_instancectl instancectl "${COMP_WORDS[COMP_CWORD]}"
    echo "${COMPREPLY[*]}"
}
try instancectl stat
try instancectl wait --for R
try instancectl status -f a.y
try instancectl status -f a.yaml in
try instancectl url --filename=a.yaml 训
try instancectl apply -f a.yaml --replace in-m
try instancectl stop -f missing.yaml in
try instancectl stop -f - in
"#;
    let found = shell(&project(), "bash", &["--norc"], script).unwrap();
    let expected = "status\nRunning\na.yaml\nin-lock in-manifest\n训练\nin-manifest\n\n\n";
    assert_eq!(found.replace('\u{b}', " "), expected);
}

#[test]
fn default_manifest_has_the_instances_too() {
    let cli = Cli::new().file("instances.yml", manifest(&["by-default"]));
    let script = r#"
source <(instancectl completions bash)
COMP_WORDS=(instancectl wait by) COMP_CWORD=2 COMP_TYPE=9 COMPREPLY=()
_clap_complete_instancectl instancectl by
echo "${COMPREPLY[*]}"
"#;
    assert_eq!(shell(&cli, "bash", &["--norc"], script).unwrap(), "by-default\n");
}

#[test]
fn fish_completes_instances() {
    let script = "instancectl completions fish | source\n\
        complete -C 'instancectl status -f a.yaml in'\ncomplete -C 'instancectl catalog im'\n";
    if let Some(found) = shell(&project(), "fish", &["--no-config"], script) {
        let words: Vec<&str> = found.lines().filter_map(|line| line.split('\t').next()).collect();
        assert_eq!(words, ["in-lock", "in-manifest", "images"]);
    }
}

#[test]
fn zsh_completes_instances_if_sourced_and_autoloaded() {
    let project = project();
    for load in [
        "autoload -U compinit; compinit -u -D; source <(instancectl completions zsh)",
        "mkdir f; instancectl completions zsh > f/_instancectl; fpath=($PWD/f \\$fpath); \
         autoload -U compinit; compinit -u -D",
    ] {
        // A terminal under the shell's control: one TAB must complete the rest of the name.
        let script = format!(
            "zmodload zsh/zpty\nzpty z 'PS1=\"%% \" zsh -f -i'\nzpty -w z \"{load}; echo rea''dy\"\n\
             zpty -r -m z seen '*ready*'\n\
             zpty -w -n z $'instancectl url -f a.yaml in-m\\t'\n\
             zpty -r -m z seen '*in-manifest*' && print completed\n"
        );
        if let Some(found) = shell(&project, "zsh", &["-f"], &script) {
            assert!(found.contains("completed"), "{found:?}");
        }
    }
}

#[test]
fn descriptions_are_in_the_chosen_language() {
    let script = "instancectl completions fish | source\n\
        complete -C 'instancectl lock '\ncomplete -C 'instancectl stop --y'\n\
        complete -C 'instancectl wait --for R'\n";
    let script = format!("set -x INSTANCECTL_LANG zh\n{script}");
    if let Some(found) = shell(&project(), "fish", &["--no-config"], &script) {
        for line in [
            "verify\t检查锁文件是否可读、格式规范、没有未知的结果",
            "help\t输出此帮助，或指定的子命令的帮助",
            "--yes\t跳过确认（标准输入不是终端时必须使用）",
            "Running\t运行中",
        ] {
            assert!(found.lines().any(|found| found == line), "{line} is not in {found}");
        }
        let sentences = english_sentences(&found.replace('\t', "\n"));
        assert!(sentences.is_empty(), "{sentences:?}");
    }
}

#[test]
fn invalid_line_yields_no_completions_and_no_message() {
    let cli = project().env("INSTANCECTL_COMPLETE", "bash").env("_CLAP_COMPLETE_INDEX", "1");
    cli.clone().args(["--", "instancectl", "no-such-"]).run().is(0, "", "");
    cli.clone().run().code(2).stdout("");
    cli.env("INSTANCECTL_COMPLETE", "csh").args(["--", "instancectl", ""]).run().code(2).stdout("");
}
