//! Input files of a command, and output to closed or failing streams.

use std::ffi::OsStr;
use std::fs::OpenOptions;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;

use serde_json::Value;

use crate::stage::manifest;
use crate::support::Cli;

/// Creates a folder with manifests at several levels.
fn tree() -> Cli {
    Cli::new()
        .file("m/a.yaml", manifest(["a"]))
        .file("m/b.yml", manifest(["b"]))
        .file("m/c.json", "{ not looked at")
        .file("m/notes.txt", "{ not looked at")
        .file("m/.hidden.yaml", "{ not looked at")
        .file("m/deep/d.yaml", manifest(["d"]))
        .file("m/.git/e.yaml", "{ not looked at")
}

#[track_caller]
fn summary(cli: &Cli, args: &[&str]) -> String {
    cli.clone().args(["validate"]).args(args.to_vec()).run().code(0).stderr("").stdout
}

#[test]
fn manifest_of_the_working_folder_is_the_default() {
    for name in ["instances.yaml", "instances.yml", "instances.json"] {
        let text = manifest(["a"]);
        let cli = Cli::new().file(name, &text).file("other.yaml", "{ not looked at");
        let ok = "checked 1 file, 1 instance: no problems\n";
        let _ = cli.clone().args(["validate"]).run().is(0, ok, "");
        let _ = cli.clone().args(["plan"]).run().code(0).stdout_has(name);
        let _ = cli.clone().args(["apply", "--dry-run"]).run().code(0);
        for words in [&["apply", "--yes"][..], &["status"], &["wait"], &["stop", "--yes"]] {
            let _ = cli.clone().args(words).args(["--sandbox"]).run().code(0);
        }
        let _ = cli.clone().args(["lock", "verify", "--sandbox"]).run().code(0);
        let _ = cli.clone().args(["lock", "list", "--sandbox"]).run().code(0).stdout_has("a ");
        let _ = cli.clone().args(["lock", "recover", "--sandbox"]).run().code(0);
        let _ = cli.clone().args(["destroy", "--sandbox", "--yes"]).run().code(0);
        // The working folder counts, and not the folders around it.
        let _ = cli.file("below/x.txt", "").within("below").args(["plan"]).run().code(2);
    }
}

#[test]
fn missing_or_ambiguous_default_is_wrong_usage() {
    let commands = [
        &["validate"][..],
        &["plan"],
        &["apply", "--yes"],
        &["apply", "--dry-run"],
        &["status"],
        &["wait"],
        &["stop", "--yes"],
        &["start", "--yes"],
        &["destroy", "--yes"],
        &["adopt", "a", "1"],
        &["resolve", "a", "--absent"],
        &["url", "a"],
        &["lock", "verify"],
        &["lock", "verify", "--complete"],
        &["lock", "list"],
        &["lock", "recover"],
        &["lock", "push"],
        &["lock", "release"],
    ];
    let none = "error: no manifest: no instances.yaml, instances.yml or instances.json here\n  \
                help: name one with -f, or write a starter with `instancectl init`\n";
    let two = "error: instances.yaml and instances.json are both here\n  \
               help: choose one: `-f instances.yaml`\n";
    let text = manifest(["a"]);
    let ambiguous = Cli::new().file("instances.json", &text).file("instances.yaml", &text);
    for words in commands {
        let _ = Cli::new().args(words).run().is(2, "", none);
        let _ = ambiguous.clone().args(words).run().is(2, "", two);
    }
    let json = Cli::new().args(["plan", "--format", "json"]).run().code(2);
    let found: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(found["exit"]["code"], 2, "{found}");
    assert!(found["exit"]["message"].as_str().unwrap().starts_with("no manifest: "), "{found}");
    // A list without paths does not select the default.
    let listed = ambiguous.args(["validate", "--files-from", "-"]).stdin("");
    let _ = listed.run().code(0).stderr("").stdout_has("checked 0 files");
}

#[test]
fn manifest_without_its_flag_is_recognized() {
    let cli = Cli::new().file("team.yaml", manifest(["a"]));
    for words in [["plan", "team.yaml"], ["status", "team.yaml"], ["url", "team.yaml"]] {
        let error = "error: no manifest: no instances.yaml, instances.yml or instances.json here\n  \
                     help: did you mean `-f team.yaml`?\n";
        let _ = cli.clone().args(words).run().is(2, "", error);
    }
    let cli = cli.file("instances.yaml", manifest(["b"]));
    for file in ["team.yaml", "-", "."] {
        let error =
            format!("error: no instance is named {file}\n  help: did you mean `-f {file}`?\n");
        let _ = cli.clone().args(["plan", file]).run().is(2, "", &error);
    }
}

#[test]
fn directory_expands_to_its_yaml_files() {
    assert_eq!(summary(&tree(), &["m"]), "checked 2 files, 2 instances: no problems\n");
    assert_eq!(summary(&tree(), &["-f", "m"]), "checked 2 files, 2 instances: no problems\n");
}

#[test]
fn recursion_skips_hidden_directories() {
    assert_eq!(summary(&tree(), &["-R", "m"]), "checked 3 files, 3 instances: no problems\n");
    // A hidden folder is read if it is named explicitly.
    let _ = tree().args(["validate", "m/.git"]).run().code(1);
}

#[test]
fn quoted_glob_is_expanded() {
    assert_eq!(summary(&tree(), &["m/*.y*ml"]), "checked 2 files, 2 instances: no problems\n");
    assert_eq!(summary(&tree(), &["m/**/*.yaml"]), "checked 2 files, 2 instances: no problems\n");
}

#[test]
fn file_reached_twice_counts_once() {
    let cli = tree();
    std::os::unix::fs::symlink("a.yaml", cli.path("m/link.yaml")).unwrap();
    let twice = ["m/a.yaml", "m/../m/a.yaml", "m", "-f", "m/*.yaml"];
    assert_eq!(summary(&cli, &twice), "checked 2 files, 2 instances: no problems\n");
}

#[test]
fn stdin_is_read_as_a_manifest() {
    let cli = Cli::new().args(["validate", "-"]);
    let ok = "checked 1 file, 1 instance: no problems\n";
    let _ = cli.clone().stdin(&manifest(["a"])).run().is(0, ok, "");
    let _ = cli.clone().run().code(1).stderr("").stdout_has("<stdin>:1:1").stdout_has("empty-file");
    let _ = cli.stdin("instances: 1\n").run().code(1).stderr("").stdout_has("[<stdin>:1:12]");
}

#[test]
fn list_of_paths_is_read() {
    let cli = tree().file("list", "m/a.yaml\n\nm/deep/d.yaml\r\n");
    let ok = "checked 2 files, 2 instances: no problems\n";
    assert_eq!(summary(&cli, &["--files-from", "list"]), ok);
    let piped = cli.clone().args(["validate", "--files-from", "-"]).stdin("m/a.yaml\nm/b.yml");
    let _ = piped.run().is(0, ok, "");
    let lost = "error: cannot read the list no: No such file or directory (os error 2)\n";
    let _ = cli.clone().args(["validate", "--files-from", "no"]).run().is(2, "", lost);
    let marked =
        cli.clone().args(["validate", "--files-from", "-"]).stdin("\u{feff}m/a.yaml\r\nm/b.yml");
    let _ = marked.run().is(0, ok, "");
    let quoted =
        cli.clone().args(["validate", "--files-from", "-"]).stdin(r#""m/\350\256\255.yaml""#);
    let _ = quoted.run().code(2).stdout("").stderr_has("  help: git quotes such paths; with `-z`");
    // A hook without changed manifests succeeds.
    let none = "checked 0 files, 0 instances: no problems\n";
    let _ = cli.args(["validate", "--files-from", "-"]).stdin("").run().is(0, none, "");
}

#[test]
fn non_utf8_path_is_accepted() {
    let name = OsStr::from_bytes(b"caf\xe9.yaml");
    let cli = Cli::new().file(name, "instances: 1\n").file("list", b"caf\xe9.yaml\0");
    let validate = cli.clone().args(["validate"]);
    let json = validate.clone().args(["--format", "json"]);
    let shown = "\"file\": \"caf\u{fffd}.yaml\"";
    let _ = json.clone().args([name]).run().code(1).stderr("").stdout_has(shown);
    let _ = json.clone().args([OsStr::new("-f"), name]).run().code(1).stdout_has(shown);
    let _ = json.args(["--files-from", "list"]).run().code(1).stdout_has(shown);
    let sarif = validate.clone().args(["--format", "sarif"]).args([name]).run().code(1);
    let _ = sarif.stdout_has("\"uri\": \"caf%E9.yaml\"");
    let gone = validate.args([OsStr::from_bytes(b"\xe9*")]).run();
    let _ =
        gone.is(2, "", "error: cannot read \u{fffd}*: No such file or directory (os error 2)\n");
}

#[test]
fn glob_matches_non_utf8_names_and_cyclic_links_once() {
    let cli = tree().file(OsStr::from_bytes(b"m/deep/caf\xe9.yaml"), manifest(["e"]));
    symlink(".", cli.path("m/deep/circle")).unwrap();
    for (glob, files) in [
        ("m/deep/*.yaml", 2),
        ("./m//deep/./*.yaml", 2),
        ("m/**/c*.yaml", 1),
        ("m/**/*.yaml", 3),
        ("**", 6),
    ] {
        let summary = format!("checked {files} file");
        let _ = cli.clone().args(["validate", glob]).run().stdout_has(&summary);
    }
    let _ = cli.clone().args(["validate", "m/*/"]).run().is(2, "", "error: m/*/ matches no file\n");
}

#[test]
fn fault_of_a_glob_is_named_in_each_language() {
    let part = [
        "`**` is a whole part of a path, as in `a/**/b`",
        "`**` 只能单独作为路径的一段，如 `a/**/b`",
    ];
    let stars =
        ["`***` is not a wildcard, `*` and `**` are", "`***` 不是通配符，通配符为 `*` 和 `**`"];
    let bracket = ["its `[` has no `]`", "`[` 没有对应的 `]`"];
    for (glob, [english, chinese]) in [
        ("a**", part),
        ("**a", part),
        ("b/**[a]", part),
        ("c/***", stars),
        ("[", bracket),
        ("d/*[a", bracket),
        ("e[]", bracket),
    ] {
        let run = |language| Cli::new().args(["--lang", language, "validate", glob]).run();
        let _ = run("en").is(2, "", &format!("error: {glob} is not a valid glob: {english}\n"));
        let _ = run("zh").is(2, "", &format!("错误：{glob} 不是有效的通配符：{chinese}\n"));
    }
}

#[test]
fn control_characters_in_paths_are_escaped_in_errors() {
    let error = "error: cannot read a\\n\\u{1b}c.yaml: No such file or directory (os error 2)\n";
    let _ = Cli::new().args(["validate", "a\n\u{1b}c.yaml"]).run().is(2, "", error);
    let error = "error: a\\n\\u{1b}*.yaml matches no file\n";
    let _ = Cli::new().args(["validate", "a\n\u{1b}*.yaml"]).run().is(2, "", error);
}

#[test]
fn unmatched_inputs_are_usage_errors() {
    let cli = tree().file("empty/x.json", "{}");
    for (args, error) in [
        (
            vec![],
            "error: no manifest: no instances.yaml, instances.yml or instances.json here\n  help: name one with -f, or write a starter with `instancectl init`\n",
        ),
        (
            vec!["gone.yaml"],
            "error: cannot read gone.yaml: No such file or directory (os error 2)\n",
        ),
        (vec!["m/*.toml"], "error: m/*.toml matches no file\n"),
        (
            vec!["empty"],
            "error: the directory empty contains no *.yaml or *.yml; use -R to recurse into directories\n",
        ),
        (vec!["-R", "empty"], "error: the directory empty contains no *.yaml or *.yml\n"),
        // An existing file does not make up for a missing one.
        (
            vec!["m/a.yaml", "gone.yaml"],
            "error: cannot read gone.yaml: No such file or directory (os error 2)\n",
        ),
    ] {
        let _ = cli.clone().args(["validate"]).args(args).run().is(2, "", error);
    }
}

#[test]
fn diagnostics_follow_the_input_order() {
    let cli = Cli::new()
        .file("b.yaml", "instances: 1\n---\ninstances: 2\n")
        .file("a.yaml", "instances: 1\n")
        .file("c.yaml", manifest(["c"]));
    let output = cli.args(["validate", "--format", "json", "b.yaml", "c.yaml", "a.yaml"]).run();
    let report: Value = serde_json::from_str(&output.code(1).stderr("").stdout).unwrap();
    let found: Vec<String> = report["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| format!("{}:{}:{}", found["file"], found["document"], found["start"]["line"]))
        .collect();
    assert_eq!(found, ["\"b.yaml\":1:1", "\"b.yaml\":2:3", "\"a.yaml\":1:1"]);
    assert_eq!(report["summary"]["files"], 3);
}

#[test]
fn closed_output_pipe_is_not_an_error() {
    for (text, code) in [("instances: 1\n".to_owned(), 1), (manifest(["a"]), 0)] {
        for format in ["human", "json"] {
            let (reader, writer) = std::io::pipe().unwrap();
            drop(reader);
            let cli = Cli::new().file("a.yaml", &text);
            let output = cli.args(["validate", "a.yaml", "--format", format]).run_into(writer);
            let _ = output.is(code, "", "");
        }
    }
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let _ = Cli::new().args(["schema"]).run_into(writer).is(0, "", "");
}

#[test]
fn unwritable_output_is_an_error() {
    let full = || OpenOptions::new().write(true).open("/dev/full").unwrap();
    let error = "error: cannot write the output: No space left on device (os error 28)\n";
    let cli = Cli::new().file("a.yaml", manifest(["a"]));
    let _ = cli.args(["validate", "a.yaml"]).run_into(full()).is(2, "", error);
    let _ = Cli::new().args(["schema"]).run_into(full()).is(2, "", error);
}
