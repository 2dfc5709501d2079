//! `validate --fix` and `--diff`: safe fixes only, and no other byte.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;
use std::time::Instant;

use instancectl::diagnostics::{Diagnostic, Severity};
use instancectl::source::SourceFile;
use instancectl::validate::{LintLevels, fix, validate};
use proptest::prelude::*;

use crate::stage::{files_of, repository};
use crate::support::Cli;
use crate::trace::can_inject;

const BROKEN: &str = "\u{feff}# 训练 😀\r
instance:   # the list\r
  - instanceServiceName: 甲\r
    taskType: 'Jupyter'  # how to get in\r
    accelerator_type: dcu\r
    resourceGroup: kshdnormal\r
    imagePath: a/b:1\r
    cpuNumber: \"8\"\r
    gpuNumber: 1\r
    ramSize: 27\r
    timeoutLimit: 01:00:00";

const EDITS: &str = "\
a.yaml:2:1: fixed unknown-field: `instance` is now `instances`
a.yaml:4:15: fixed unknown-value: `'Jupyter'` is now `'jupyter'`
a.yaml:5:5: fixed unknown-field: `accelerator_type` is now `acceleratorType`
a.yaml:8:16: fixed wrong-type: `\"8\"` is now `8`
a.yaml:11:19: fixed yaml11-value: `01:00:00` is now `\"01:00:00\"`
";

fn expected_fix() -> String {
    BROKEN
        .replace("instance:", "instances:")
        .replace("'Jupyter'", "'jupyter'")
        .replace("accelerator_type", "acceleratorType")
        .replace("\"8\"", "8")
        .replace("01:00:00", "\"01:00:00\"")
}

#[test]
fn safe_fixes_are_written_and_the_rest_is_reported() {
    let cli = Cli::new().file("a.yaml", BROKEN);
    let fix = cli.clone().args(["validate", "--fix", "a.yaml"]);
    let output = fix.run().code(1).stderr(EDITS);
    let _ = output.stdout_has("ram-looks-like-gib\n").stdout_has("1 instance: 1 error\n");
    assert_eq!(cli.read("a.yaml"), expected_fix());
    // A second run has nothing to do.
    let written = fs::metadata(cli.path("a.yaml")).unwrap().modified().unwrap();
    let _ = fix.run().code(1).stderr("");
    assert_eq!(cli.read("a.yaml"), expected_fix());
    assert_eq!(fs::metadata(cli.path("a.yaml")).unwrap().modified().unwrap(), written);
    let quiet = Cli::new().file("a.yaml", BROKEN);
    let _ = quiet.args(["validate", "--fix", "-q", "a.yaml"]).run().code(1).stderr("");
}

#[test]
fn safe_syntax_and_value_fixes_yield_the_intended_text() {
    for (name, old, new) in [
        ("alias-misspelt.yaml", "*bse", "*base"),
        ("bad-format-spoken-time.yaml", "4 hours 30 minutes", "04:30:00"),
        ("yaml-syntax-comma-in-braces.yaml", "/b type", "/b, type"),
        ("yaml-syntax-no-colon-field.yaml", "taskType jupyter", "taskType: jupyter"),
        ("yaml-syntax-reserved-percent.yaml", "%d runs", "\"%d runs\""),
        ("bad-format-port-zeros.yaml", "\"08888\"", "8888"),
        ("out-of-range-region.yaml", "99999999999999999999", "\"99999999999999999999\""),
        ("wrong-type-instances.yaml", "{instanceServiceName: a}", "[{instanceServiceName: a}]"),
        ("yaml-syntax-field-at-margin.yaml", "\ncpuNumber", "\n    cpuNumber"),
        ("yaml-syntax-field-deeper.yaml", "\n  cpuNumber", "\ncpuNumber"),
        ("yaml-syntax-field-less-deep.yaml", "\n  cpuNumber", "\n    cpuNumber"),
        ("yaml-syntax-full-width-blank.yaml", "taskType:　jupyter", "taskType: jupyter"),
        ("yaml-syntax-quote-in-json.json", "\"ssh,", "\"ssh\","),
        ("yaml-syntax-quote-closed-later.yaml", "reading group", "reading group\""),
        ("yaml-syntax-quotes-inside.yaml", "'it's mine'", "\"it's mine\""),
        ("yaml-syntax-reserved.yaml", "@alice", "\"@alice\""),
        ("yaml-syntax-script-dedent.yaml", "\n python", "\n  python"),
    ] {
        let text = fs::read_to_string(repository("tests/fixtures/invalid").join(name)).unwrap();
        assert!(text.contains(old), "{name}");
        let cli = Cli::new().file(name, &text);
        let _ = cli.clone().args(["validate", "--fix", name]).run().code(0);
        assert_eq!(cli.read(name), text.replacen(old, new, 1), "{name}");
    }
}

#[test]
fn fully_fixed_files_exit_0() {
    let text = BROKEN.replace("ramSize: 27\r", "ramSize: 27GiB\r");
    let cli = Cli::new().file("a.yaml", &text).file("b.yaml", &text);
    let files = ["a.yaml", "b.yaml"];
    let output = cli.clone().args(["validate", "--fix"]).args(files).run().code(0);
    let _ = output.stdout("checked 2 files, 2 instances: no problems\n");
    assert_eq!(cli.read("a.yaml"), cli.read("b.yaml"));
    let _ = cli.args(["validate"]).args(files).run().code(0);
}

#[test]
fn diff_writes_nothing_and_applies_with_patch_and_git() {
    // A lone CR is a line end to YAML but not to `patch`.
    assert!(!BROKEN.ends_with(['\r', '\n']));
    let cli = Cli::new().file("a.yaml", format!("{BROKEN}\r"));
    let cli = cli.args(["validate", "--diff", "a.yaml"]).run().code(1);
    let _ = cli.stdout_has("\r\n\\ No newline at end of file\n");
    let cli = Cli::new().file("a.yaml", BROKEN).file("dir with blanks/b.yaml", BROKEN);
    let all = ["a.yaml", "./dir with blanks/b.yaml"];
    let diff = cli.clone().args(["validate", "--diff"]).args(all).run().code(1);
    let diff = diff.stderr_has("would fix 10 problems; after that: checked 2 files");
    assert_eq!(cli.read("a.yaml"), BROKEN);
    // With both flags the diff wins.
    let both = cli.clone().args(["validate", "--fix", "--diff"]).args(all).run().code(1);
    assert_eq!((&both.stdout, cli.read("a.yaml")), (&diff.stdout, BROKEN.to_owned()));
    for tool in ["patch --binary -s -p1 < d.patch", "git init -q . && git apply d.patch"] {
        let cli = Cli::new().file("a.yaml", BROKEN).file("dir with blanks/b.yaml", BROKEN);
        let cli = cli.file("d.patch", &diff.stdout);
        let output = Command::new("sh").args(["-c", tool]).current_dir(cli.path("")).output();
        let output = output.unwrap();
        assert!(output.status.success(), "`{tool}`: {output:?}\n{}", diff.stdout);
        for file in all {
            assert_eq!(cli.read(file), expected_fix(), "`{tool}`");
        }
    }
    let clean =
        Cli::new().file("a.yaml", expected_fix().replace("ramSize: 27\r", "ramSize: 2GiB\r"));
    let output = clean.args(["validate", "--diff", "a.yaml"]).run().code(0).stdout("");
    let _ = output.stderr_has("would fix 0 problems; after that: ").stderr_has("no problems");
}

#[test]
fn fixed_stdin_is_written_to_stdout() {
    let cli = Cli::new().stdin(BROKEN).args(["validate", "--fix", "-"]).run().code(1);
    let cli = cli.stdout(&expected_fix());
    let _ = cli.stderr_has("<stdin>:4:15: fixed").stderr_has("ram-looks-like-gib");
    let json = ["validate", "--fix", "--format", "json", "-"];
    let output = Cli::new().stdin(BROKEN).args(json).run().code(2);
    let report: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    let message = "with standard input, the edited text is the only output on standard output";
    assert_eq!(report["exit"]["message"], message);
    let json = ["validate", "--diff", "--format", "json", "-"];
    let output = Cli::new().stdin(BROKEN).args(json).run().code(2);
    let report: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    let message = "the argument '--diff' cannot be used with '--format <FORMAT>'";
    assert_eq!(report["exit"]["message"], message);
}

#[test]
fn many_syntax_errors_are_fixed_in_one_run() {
    let port = "  - containerPort: 1\n    protocolType:SSH\n".repeat(300);
    let text = format!("instances: []\ndefaults:\n  containerPortInfoList:\n{port}");
    let fixed = fix(SourceFile::new("a", &*text), &LintLevels::default());
    assert_eq!(fixed.source.text(), text.replace("protocolType:SSH", "protocolType: SSH"));
    assert_eq!(fixed.edits.len(), 300);
}

#[test]
fn thousands_of_syntax_errors_are_reported_and_fixed_in_linear_time() {
    let fields = manifest("taskType", "taskType:ssh\n").replace('\n', "\n  ");
    let item = |at: usize| {
        format!("- {}\n", fields.trim_end().replacen("Name: a", &format!("Name: a{at}"), 1))
    };
    let broken = format!("instances:\n{}", (0..2000).map(item).collect::<String>());
    let meant = broken.replace("taskType:ssh", "taskType: ssh");
    let timed = |text: &str| {
        let timed = (0..3).map(|_| {
            let started = Instant::now();
            let fixed = fix(SourceFile::new("a", text), &LintLevels::default());
            (started.elapsed(), fixed)
        });
        timed.min_by_key(|(elapsed, _)| *elapsed).unwrap()
    };
    let ((clean, _), (time, fixed)) = (timed(&meant), timed(&broken));
    assert_eq!((fixed.source.text(), fixed.edits.len()), (&*meant, 2000));
    assert!(time < 20 * clean, "{time:?} for 2000 errors, {clean:?} without any");
    let cli = Cli::new().file("a.yaml", &broken);
    let json = cli.clone().args(["validate", "--format", "json", "a.yaml"]).run().code(1);
    let report: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    let found = report["diagnostics"].as_array().unwrap();
    let syntax = found.iter().filter(|found| found["code"] == "yaml-syntax").count();
    assert_eq!(syntax, 2000);
    let output = cli.args(["validate", "a.yaml"]).run().code(1);
    let _ = output.stdout_has("a.yaml: 1980 more of `yaml-syntax` (use --format json for all)\n");
}

#[test]
fn reading_that_stops_at_a_limit_says_so() {
    // It cannot be divided, and is too large to be read once for each error.
    let comment = format!("# {}\n", "x".repeat(1022)).repeat(5 << 10);
    let text = format!("{{\n{comment} \"taskType\" \"ssh\", \"cpuNumber\" 1}}\n");
    let cli = Cli::new().file("a.yaml", &text);
    let stopped = "the text after this syntax error was not read";
    for format in ["json", "sarif"] {
        let output = cli.clone().args(["validate", "--format", format, "a.yaml"]).run().code(1);
        let _ = output.stdout_has(stopped);
    }
}

#[test]
fn fixes_that_would_change_a_value_or_a_script_are_not_offered() {
    let list = "instances:\n  - instanceServiceName: a\n    taskType: ssh\n";
    let mount = "sourcePath: /a, targetPath: /b, type: path";
    for text in [
        // The list would become a part of the script.
        format!(
            "{list}    startScriptContent: |\n      python train.py\n    mountInfoList: - {{{mount}}}\n      \
             - sourcePath: /c\n        targetPath: /d\n        type: path\n"
        ),
        // The typographic quote would become a part of the value.
        manifest("imagePath", "imagePath: \"a/b:1”\n"),
        "{\"instanceServiceName\": \"a\", \"resourceGroup\": \"k”,\n \"cpuNumber\": 3}\n"
            .to_owned(),
        // The mistyped bar would become a line of the script.
        manifest("", "startScriptContent: ｜\n  #!/bin/bash\n  python train.py\n"),
        manifest("", "startScriptContent: -|\n  #!/bin/bash\n  python train.py\n"),
        // Lines of the script would be indented otherwise relative to each other.
        manifest(
            "",
            "startScriptContent: |\n   set -e\n  python - <<PY\n  for i in range(3):\n   print(i)\n  PY\n",
        ),
        manifest("", "startScriptContent: |\n   set -e\n  for i in range(3):\n   print(i)\n"),
        // The field would leave the mapping that it is in.
        "- defaults:\n    taskType: ssh\n  cpuNumber: 4\n  gpuNumber: 1\n    - version: b\n"
            .to_owned(),
        // The closing brace would become a part of the value.
        "instances:\n- instanceServiceName: a, imagePath: a/b:1}\n".to_owned(),
    ] {
        // A fix writes exactly the intended text.
        let meant = text
            .replace('”', "\"")
            .replace("Content: ｜", "Content: |")
            .replace("Content: -|", "Content: |-")
            .replace("|\n   set", "|\n  set");
        let found = validate(&SourceFile::new("a", &*text), None).diagnostics;
        let offered = found.iter().any(|found| found.fix.is_some());
        let fixed = fix(SourceFile::new("a", &*text), &LintLevels::default());
        assert_eq!(fixed.source.text(), if offered { &meant } else { &text });
    }
}

#[test]
fn useless_fixes_do_not_block_other_fixes() {
    let shared = |at: usize| format!("- {{cpuNumber: &c{at} 8, description: *c{at}}}\n");
    let quoted = "- {cpuNumber: '8'}\n";
    let text: String = (0..200).flat_map(|at| [shared(at), quoted.to_owned()]).collect();
    let fixed = fix(SourceFile::new("a", format!("instances:\n{text}")), &LintLevels::default());
    assert_eq!(fixed.source.text(), format!("instances:\n{}", text.replace("'8'", "8")));
    assert_eq!(fixed.edits.len(), 200);
}

/// Returns a manifest of three instances with an accelerator type in `defaults`.
fn three(card: &str) -> String {
    let instance = |at: u8| format!("- {{instanceServiceName: a{at}, gpuNumber: {at}}}\n");
    format!(
        "defaults: {{taskType: ssh, acceleratorType: {card}, resourceGroup: g, imagePath: \"a/b:1\", \
         cpuNumber: 1, ramSize: 2GiB, timeoutLimit: \"01:00:00\"}}\ninstances:\n{}",
        [1, 2, 3].map(instance).concat()
    )
}

#[test]
fn shared_fix_is_applied_despite_errors_it_uncovers() {
    let cli = Cli::new().file("a.yaml", three("cpuu"));
    let fixed = "a.yaml:1:44: fixed unknown-value: `cpuu` is now `cpu`\n";
    let output = cli.clone().args(["validate", "--fix", "a.yaml"]).run().code(1).stderr(fixed);
    let _ = output.stdout_has("cards-on-cpu\n").stdout_has("3 instances: 3 errors\n");
    assert_eq!(cli.read("a.yaml"), three("cpu"));
}

#[test]
fn value_shared_by_different_field_types_has_no_fix() {
    let shared = "cpuNumber: &c '8'\ndescription: *c\ntaskNumber: *c\n";
    let text = manifest("cpuNumber", shared);
    let cli = Cli::new().file("a.yaml", &text);
    let found = cli.clone().args(["validate", "--format", "json", "a.yaml"]).run().code(1);
    let report: serde_json::Value = serde_json::from_str(&found.stdout).unwrap();
    assert_eq!(report["diagnostics"][0]["code"], "wrong-type");
    assert_eq!(report["diagnostics"][0]["fix"], serde_json::Value::Null);
    // An instance that has it three times counts once.
    assert_eq!(report["diagnostics"][0]["labels"], serde_json::json!([]));
    let _ = cli.clone().args(["validate", "--fix", "a.yaml"]).run().code(1).stderr("");
    assert_eq!(cli.read("a.yaml"), text);
}

#[test]
fn unfixable_syntax_error_does_not_block_earlier_fixes() {
    let text = manifest("taskType", "taskType:ssh\ndescription: [\n");
    let fixed = fix(SourceFile::new("a", &*text), &LintLevels::default());
    assert_eq!(fixed.source.text(), text.replace("taskType:ssh", "taskType: ssh"));
    // A fix that is only wrong in another way is not offered.
    let text = manifest("", "description: a\n x\ny:2.3.0\n");
    let cli = Cli::new().file("a.yaml", &text).file("b.yaml", "a: \"b\"\u{a0}\n");
    for name in ["a.yaml", "b.yaml"] {
        let json = cli.clone().args(["validate", "--format", "json", name]).run().code(1);
        let report: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
        let offered = report["diagnostics"].as_array().unwrap().iter();
        let offered = offered.filter(|found| !found["fix"].is_null()).count();
        let fixed = cli.clone().args(["validate", "--fix", name]).run().code(1);
        assert_eq!(fixed.stderr.lines().count(), offered, "{name}: {json:?}");
    }
}

#[test]
fn json_reports_only_the_remaining_problems() {
    let cli = Cli::new().file("a.yaml", BROKEN);
    let args = ["validate", "--fix", "--format", "json", "a.yaml"];
    let output = cli.args(args).run().code(1).stderr(EDITS);
    let report: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(report["summary"]["errors"], 1);
    assert_eq!(report["diagnostics"][0]["code"], "ram-looks-like-gib");
}

#[test]
fn unwritable_file_is_named_and_symlink_is_followed() {
    let cli = Cli::new().file("a.yaml", BROKEN);
    symlink("a.yaml", cli.path("link.yaml")).unwrap();
    let _ = cli.clone().args(["validate", "--fix", "link.yaml"]).run().code(1);
    assert!(fs::symlink_metadata(cli.path("link.yaml")).unwrap().is_symlink());
    assert_eq!(cli.read("a.yaml"), expected_fix());
    let output = Cli::new().args(["validate", "--fix", "/dev/stdin"]).stdin(BROKEN).run();
    let _ = output.code(2).stderr_has("error: cannot write /dev/stdin: ");
}

#[test]
fn unwritable_file_does_not_block_fixing_others() {
    let cli = Cli::new().file("a.yaml", BROKEN).file("c.yaml", BROKEN);
    let args = ["validate", "--fix", "a.yaml", "/dev/stdin", "c.yaml"];
    let output = cli.clone().args(args).stdin(BROKEN).run().code(2);
    let written = format!("{EDITS}{}", EDITS.replace("a.yaml", "c.yaml"));
    // A file that was not written is reported as it is.
    let _ = output
        .stderr_has(&format!("{written}error: cannot write /dev/stdin: "))
        .stdout_has("3 instances: 7 errors, 1 warning\n");
    assert_eq!((cli.read("a.yaml"), cli.read("c.yaml")), (expected_fix(), expected_fix()));
}

#[test]
fn unsyncable_directory_does_not_fail_the_fix() {
    if !can_inject() {
        return;
    }
    let cli = Cli::new().file("a.yaml", BROKEN);
    let fix = cli.clone().args(["validate", "--fix", "a.yaml"]);
    // The folder may be writable but not readable, or its file system may not support the call.
    let _ = fix.injected("fsync:error=EINVAL", &["."]).run().code(1).stderr_has(EDITS);
    assert_eq!(cli.read("a.yaml"), expected_fix());
}

#[test]
fn allowed_codes_are_not_fixed() {
    let text = expected_fix()
        .replace("ramSize: 27\r", "ramSize: 2GiB\r")
        .replace("\"01:00:00\"", "01:00:00");
    let cli = Cli::new().file("a.yaml", &text);
    let _ =
        cli.clone().args(["validate", "--fix", "--allow", "yaml11-value", "a.yaml"]).run().code(0);
    assert_eq!(cli.read("a.yaml"), text);
}

#[test]
fn fix_never_adds_problems_and_is_idempotent() {
    let mut edited = 0;
    for (name, bytes) in files_of("tests/fixtures/invalid", &[]) {
        let Ok(text) = String::from_utf8(bytes) else { continue };
        // A fixed value may still get a note, as `unlimited` does.
        let count = |found: &[Diagnostic]| {
            found.iter().filter(|found| found.severity != Severity::Note).count()
        };
        let found = validate(&SourceFile::new(&name, &text), None).diagnostics;
        let (before, offered) = (count(&found), found.iter().any(|found| found.fix.is_some()));
        let once = fix(SourceFile::new(&name, &text), &LintLevels::default());
        let reads_on = once.edits.iter().any(|edit| edit.code == "yaml-syntax");
        let most = if reads_on { usize::MAX } else { before - once.edits.len() };
        assert!(count(&once.checked.diagnostics) <= most, "{name}: {:?}", once.edits);
        let twice = fix(SourceFile::new(&name, once.source.text()), &LintLevels::default());
        assert!(twice.edits.is_empty(), "{name}: {:?}", twice.edits);
        assert_eq!(once.edits.is_empty(), once.source.text() == text, "{name}");
        assert_eq!(once.edits.is_empty(), !offered, "{name}: offer and deed");
        edited += usize::from(!once.edits.is_empty());
    }
    assert!(edited > 15, "only {edited} fixtures have a sure edit");
    assert!(repository("tests/fixtures/invalid").exists());
}

/// Returns the lines of a complete manifest, without the field `replaced` and with `lines`
/// appended.
fn manifest(replaced: &str, lines: &str) -> String {
    let whole = "instanceServiceName: a\ntaskType: ssh\nacceleratorType: gpu\nresourceGroup: g\n\
                 imagePath: a/b:1\ncpuNumber: 1\ngpuNumber: 1\nramSize: 2GiB\n\
                 timeoutLimit: \"01:00:00\"\n";
    let kept = whole.lines().filter(|line| !line.starts_with(&format!("{replaced}:")));
    kept.flat_map(|line| [line, "\n"]).chain([lines]).collect()
}

#[test]
fn ambiguous_mistakes_are_not_fixed() {
    for (replaced, written, meant) in [
        ("", "script: ls\n", Some("startScriptContent: ls\n")),
        // The key does not determine the meaning of such a value.
        ("", "script: true\n", None),
        ("", "script: ls\nstartScriptContent: pwd\n", None),
        ("gpuNumber", "gpu: A100\n", None),
        ("gpuNumber", "gpu: '2'\n", Some("gpuNumber: 2\n")),
        ("imagePath", "image: {repository: a}\n", None),
        ("", "ports: {http: 80}\n", None),
        ("", "containers: [{name: b}]\n", None),
        // A value that is used twice can have only one form.
        ("cpuNumber", "cpuNumber: &c 8\ndescription: *c\n", None),
        ("cpuNumber", "cpuNumber: &c '8'\n", Some("cpuNumber: &c 8\n")),
        // Fixes that would be wrong in another way.
        ("cpuNumber", "cpuNumber: \"0\"\n", None),
        ("cpuNumber", "cpuNumber: \"9999999999\"\n", None),
        ("cpuNumber", "cpuNumber: !!str 8\n", None),
        ("timeoutLimit", "timeoutLimit: 1M\n", None),
        // A warning may remain or appear.
        ("", "version: 2.30\n", Some("version: \"2.30\"\n")),
        ("", "version: 1_0\n", Some("version: \"1_0\"\n")),
        (
            "",
            "startScriptContent: ls\nuseStartScript: Off\n",
            Some("startScriptContent: ls\nuseStartScript: false\n"),
        ),
        // Disabled, or with an additional word.
        ("", "_taskNumber: 2\n", None),
        ("", "taskNumber_: 2\n", None),
        ("", "~taskNumber: 2\n", None),
        ("", "taskNumber2: 2\n", None),
        ("", "myTaskNumber: 2\n", None),
        ("", "each task_number: 2\n", None),
        ("gpuNumber", "每节点卡数: 4\n", None),
        ("gpuNumber", "卡数: 4\n", Some("gpuNumber: 4\n")),
        ("", "mountInfoList: [{sourcePath: /,a targetPath: /c, type: path}]\n", None),
        // Closer to an existing field, or to several fields.
        ("gpuNumber", "cpuNumbes: 8\n", None),
        ("", "number: 2\n", None),
        ("", "count: 2\n", None),
        // A unit in the key is a unit of the value: a bare number is in MB.
        ("ramSize", "memoryGB: 2048\n", None),
        ("ramSize", "mem_mb: 27648\n", Some("ramSize: 27648\n")),
        // One digit too many, or possibly one too few.
        ("timeoutLimit", "timeoutLimit: 01:00:001\n", None),
        ("timeoutLimit", "timeoutLimit: 01:3:00\n", None),
        ("timeoutLimit", "timeoutLimit: 010:0:00\n", None),
        ("timeoutLimit", "timeoutLimit: 1h2h\n", None),
        // The colon is too early, or part of another language's operator.
        ("imagePath", "imagePat:h a/b:1\n", None),
        ("imagePath", "imagePath:; a/b:1\n", None),
        ("ramSize", "ramSize:2 GiB\n", Some("ramSize: 2 GiB\n")),
        ("imagePath", "imagePath:=a/b:1\n", Some("imagePath: a/b:1\n")),
        ("imagePath", "imagePath:= a/b:1\n", Some("imagePath: a/b:1\n")),
        // A key in the inner of two brackets is followed by a colon.
        (
            "",
            "mountInfoList: [{\"sourcePath\" \"/a\", \"targetPath\": \"/c\", \"type\": \"path\"}]\n",
            Some(
                "mountInfoList: [{\"sourcePath\": \"/a\", \"targetPath\": \"/c\", \"type\": \"path\"}]\n",
            ),
        ),
        // The indicator is on the wrong side of a quote.
        (
            "",
            "mountInfoList: [{\"sourcePath\": \"/a,\"\n  \"targetPath\": \"/c\", type: path}]\n",
            Some(
                "mountInfoList: [{\"sourcePath\": \"/a\",\n  \"targetPath\": \"/c\", type: path}]\n",
            ),
        ),
        (
            "",
            "mountInfoList: [{\"sourcePath\": \"/a,\" \"targetPath\"\":/c\", \"type\": \"path\"}]\n",
            Some(
                "mountInfoList: [{\"sourcePath\": \"/a\", \"targetPath\":\"/c\", \"type\": \"path\"}]\n",
            ),
        ),
        // Quoting would hide a field.
        ("", "description: run taskNumber: 2\n", None),
        ("", "description: \"run taskNumber: 2\n", None),
        ("", "description: @alice taskNumber: 2\n", None),
        ("", "description: run version: 2\n", Some("description: \"run version: 2\"\n")),
        ("imagePath", "imag: Path: a/b:1\n", None),
        // A comma in text is not a mistake, even among other mistakes.
        (
            "",
            "mountInfoList: [{sourcePath: /甲，乙, targetPath: /c type: path}]\n",
            Some("mountInfoList: [{sourcePath: /甲，乙, targetPath: /c, type: path}]\n"),
        ),
        (
            "",
            "mountInfoList: [{sourcePath: /a，targetPath: /c, type: path}]\n",
            Some("mountInfoList: [{sourcePath: /a, targetPath: /c, type: path}]\n"),
        ),
    ] {
        let text = manifest(replaced, written);
        let wanted = meant.map_or_else(|| text.clone(), |meant| manifest(replaced, meant));
        let fixed = fix(SourceFile::new("a", &*text), &LintLevels::default());
        assert_eq!(fixed.source.text(), wanted, "{:?}", fixed.edits);
    }
}

#[test]
fn disabled_instance_list_is_not_restored() {
    let item = "  - {taskType: ssh, acceleratorType: cpu}\n";
    for (key, sure) in [
        ("oldInstances", false),
        ("instances_bak", false),
        ("_instances", false),
        ("disabled", false),
        ("jobs", true),
        ("instanceList", true),
        ("instnces", true),
    ] {
        let text = format!("{key}:\n{item}");
        let fixed = fix(SourceFile::new("a", &*text), &LintLevels::default());
        let wanted = if sure { format!("instances:\n{item}") } else { text };
        assert_eq!(fixed.source.text(), wanted, "{key}");
    }
}

#[test]
fn four_dashes_are_fixed_but_a_longer_rule_is_not() {
    for (line, sure) in [("----", true), ("----------", false)] {
        let text = format!("description: a\n{line}\ntaskType: ssh\n");
        let fixed = fix(SourceFile::new("a", &*text), &LintLevels::default());
        assert_eq!(fixed.edits.len(), usize::from(sure), "{:?}", fixed.edits);
    }
}

#[test]
fn misindented_lines_are_aligned_without_moving_others() {
    let list = "instances:\n  - instanceServiceName: a\n    cpuNumber: 2\n    ramSize: 2GiB\n  \
                - instanceServiceName: b\n    cpuNumber: 3\n";
    let whole = format!(
        "defaults:\n  taskType: ssh\n  acceleratorType: cpu\n  gpuNumber: 0\n  cpuNumber: 1\n{list}"
    );
    for (right, wrong, sure) in [
        ("  taskType", "taskType", true),
        ("  taskType: ssh\n  acc", "taskType: ssh\nacc", true),
        ("defaults", "  defaults", true),
        ("    cpuNumber: 2", "cpuNumber: 2", true),
        ("  - instanceServiceName: b", "  instanceServiceName: b", true),
        ("  acceleratorType: cpu\n  gpu", "acceleratorType: cpu\ngpu", true),
        ("  acceleratorType", "acceleratorType", true),
        ("  - instanceServiceName: a", "  instanceServiceName: a", true),
        ("instances", "    instances", false),
        ("instances", "\tinstances", false),
        ("instances:\n  -", "instances:-", false),
    ] {
        let text = whole.replacen(right, wrong, 1);
        let fixed = fix(SourceFile::new("a", &*text), &LintLevels::default());
        let wanted = if sure { &whole } else { &text };
        assert_eq!(fixed.source.text(), wanted, "{:?}", fixed.edits);
    }
}

#[test]
fn ambiguous_script_indentation_is_left_unchanged() {
    for script in [
        // The field may be a line of the script, or the script's line a field.
        "    cd /work\n  gpuNumber: 4\n    gpuNumber: 4\n    run\n",
        // The first lines may be indented too deep, or the last not deep enough.
        "      if true; then\n      ls\n    fi\n",
    ] {
        let text =
            format!("instances:\n- instanceServiceName: a\n  startScriptContent: |\n{script}");
        let fixed = fix(SourceFile::new("a", &*text), &LintLevels::default());
        assert_eq!(fixed.source.text(), text, "{:?}", fixed.edits);
        assert!(fixed.checked.manifest.is_none());
    }
}

/// A valid field, and broken values that have one safe fix.
const FIELDS: [(&str, &str, &[&str]); 8] = [
    ("taskType", "jupyter", &["Jupyter", "JUPYTER", "jupiter"]),
    ("acceleratorType", "dcu", &["DCU", "Dcu"]),
    ("resourceGroup", "kshdnormal", &[]),
    ("imagePath", "image.ac.com:5000/a/b:1", &[]),
    ("cpuNumber", "8", &["\"8\"", "'8'", "\" 8\""]),
    ("gpuNumber", "1", &["\"1\"", "'1'"]),
    ("timeoutLimit", "\"01:00:00\"", &["01:00:00"]),
    ("taskNumber", "2", &["'2'"]),
];

/// Returns a misspelling of a key that has one safe fix.
fn misspell(key: &str, how: u8, at: usize) -> String {
    let at = 4 + at % (key.len() - 4);
    match how {
        0 => key.to_lowercase(),
        1 => key.to_uppercase(),
        2 => format!("{}{}", &key[..at], &key[at + 1..]),
        3 => format!("{}x{}", &key[..at], &key[at..]),
        4 => key
            .chars()
            .flat_map(|c| if c.is_uppercase() { vec!['_', c] } else { vec![c] })
            .collect(),
        _ => key.to_owned(),
    }
}

fn line() -> impl Strategy<Value = (u8, usize, usize, bool, String)> {
    let comment = prop_oneof!["", " +# [a-z:\"'，。]{0,12}", "  # - \\{x: 1\\}"];
    (0..9_u8, 0..12_usize, 0..4_usize, any::<bool>(), comment)
}

proptest! {
    #[test]
    fn fixed_manifest_equals_the_intended_bytes(
        lines in proptest::collection::vec(line(), FIELDS.len()),
        windows in any::<bool>(),
        mark in any::<bool>(),
        last in any::<bool>(),
    ) {
        let end = if windows { "\r\n" } else { "\n" };
        let begin = if mark { "\u{feff}" } else { "" };
        let name = format!("{begin}instanceServiceName: 训练-a{end}ramSize:   27GiB{end}");
        let (mut meant, mut broken) = (name.clone(), name);
        for ((key, value, others), (how, at, other, quoted, comment)) in FIELDS.iter().zip(lines) {
            let misspelt = misspell(key, how, at);
            let quote = if quoted { "\"" } else { "" };
            let wrong = others.get(other).unwrap_or(value);
            meant.extend([quote, key, quote, ":  ", value, &comment, end]);
            broken.extend([quote, &misspelt, quote, ":  ", wrong, &comment, end]);
        }
        if last {
            meant.truncate(meant.len() - end.len());
            broken.truncate(broken.len() - end.len());
        }
        let wanted = validate(&SourceFile::new("a", &*meant), None);
        prop_assert!(wanted.diagnostics.is_empty(), "{:?} of {meant}", wanted.diagnostics);
        let fixed = fix(SourceFile::new("a", &*broken), &LintLevels::default());
        prop_assert_eq!(fixed.source.text(), &meant, "{}", broken);
        prop_assert_eq!(fixed.checked.manifest, wanted.manifest);
    }
}
