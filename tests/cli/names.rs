//! Names and globs on the command line: an argument that equals an existing name is that name, not
//! a glob.

use crate::stage::{creator, manifest, project, sent_to};

#[test]
fn exact_name_takes_precedence_over_a_glob() {
    let service = creator();
    let cli = project(["'lr[1]'", "lr1", "lr2", "'lr*'"]).on(&service);
    let only = |name: &str, output: &crate::support::Output| {
        let text = format!("{}{}", output.stdout, output.stderr);
        for other in ["lr[1]", "lr1", "lr2", "lr*"] {
            let shown = text.contains(&format!(" {other}: create\n"));
            assert_eq!(shown, other == name, "{name}: {output:?}");
        }
    };
    let plan = |name: &str| cli.clone().args(["plan", "-f", "instances.yaml", name]).run().code(0);
    for name in ["lr[1]", "lr1", "lr*"] {
        only(name, &plan(name));
    }
    let _ = plan("lr?").stdout_has("  + lr1, lr2, lr*: create 3\n").nowhere("lr[1]:");
    let _ = cli.clone().args(["apply", "--yes", "-f", "instances.yaml", "lr[1]"]).run().code(0);
    assert_eq!(sent_to(&service), ["lr[1]"]);
    let _ = cli.apply().run().code(0);
    // The value of `--replace` follows the same rule.
    let dry = |glob: &str| {
        let words = ["apply", "--dry-run", "-f", "instances.yaml", "--replace", glob];
        cli.clone().args(words).run()
    };
    let _ = dry("lr[1]").code(0).stderr_has("deletes 1: lr[1]");
    let _ = dry("lr?").code(0).stderr_has("deletes 3: lr1, lr2, lr*");
    let _ = dry("x*").code(2).stderr_has("--replace: no instance is named x*");
    let _ = dry("nope").code(2).stderr_has("--replace: no instance is named nope");
}

#[test]
fn file_given_as_a_name_is_an_error_with_a_suggestion() {
    let service = creator();
    let cli = project(["a"]).on(&service).file("my file.yaml", manifest(["b"]));
    for args in [
        &["apply", "--yes", "-f", "instances.yaml", "my file.yaml"][..],
        &["apply", "--dry-run", "-f", "instances.yaml", "my file.yaml"],
        &["destroy", "--yes", "-f", "instances.yaml", "my file.yaml"],
        &["status", "-f", "instances.yaml", "my file.yaml"],
    ] {
        let output = cli.clone().args(args).run().code(2);
        let _ = output.stderr_has("did you mean `-f 'my file.yaml'`?");
    }
    assert_eq!(sent_to(&service), [""; 0]);
}

#[test]
fn misspelt_name_gets_the_nearest_one() {
    let cli = project(["nlp-train", "nlp-eval", "cv-train"]);
    let error = |flag: &str, name: &str, near: &str| {
        format!("error: {flag}no instance is named {name}\n  help: did you mean {near}?\n")
    };
    let _ = cli.clone().args(["plan", "nlp-trian"]).run().is(
        2,
        "",
        &error("", "nlp-trian", "nlp-train"),
    );
    let _ = cli.clone().args(["apply", "--dry-run", "--replace", "NLP-eval"]).run().is(
        2,
        "",
        &error("--replace: ", "NLP-eval", "nlp-eval"),
    );
    let far = "error: no instance is named train\n";
    let _ = cli.clone().args(["plan", "train"]).run().is(2, "", far);
    for words in [&["status", "nlp-evl"][..], &["adopt", "nlp-evl", "1"]] {
        let output = cli.clone().args(words).args(["--sandbox"]).run().code(2);
        let _ = output.stderr_has("did you mean nlp-eval?");
    }
}

#[test]
fn resolve_without_a_decision_names_each() {
    let output = project(["a"]).args(["resolve", "a"]).run().code(2).stdout("");
    let _ = output.stderr_has("not provided:\n  <--absent|--id <TASK_ID>|--all-unknown>\n");
    let _ = project(["a"]).args(["resolve"]).run().code(2).stderr_has("<NAME>...");
    let both = project(["a"]).args(["resolve", "a", "--absent", "--id", "1"]);
    let _ = both.run().code(2).stderr_has("cannot be used with");
}

#[test]
fn warnings_are_printed_where_manifests_are_checked_and_applied() {
    let text = manifest(["a"]).replace("  taskType", "  version: other\n  taskType");
    let cli = crate::support::Cli::new().file("instances.yaml", text);
    for words in [
        &["validate"][..],
        &["plan", "--sandbox"],
        &["apply", "--sandbox", "--yes"],
        &["lock", "verify", "--sandbox", "--complete"],
    ] {
        let output = cli.clone().args(words).run().code(0);
        let all = format!("{}{}", output.stdout, output.stderr);
        assert!(all.contains("version-differs"), "{words:?}: {output:?}");
    }
    for words in
        [&["status"][..], &["wait"], &["url", "a"], &["stop", "--yes"], &["destroy", "--yes"]]
    {
        let output = cli.clone().args(words).args(["--sandbox"]).run();
        let _ = output.nowhere("version-differs");
    }
    // As errors, they stop every command that takes the flag.
    let denied = cli.args(["destroy", "--sandbox", "--yes", "--deny", "warnings"]).run().code(1);
    let _ = denied.stderr_has("version-differs");
}
