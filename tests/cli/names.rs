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
            let shown = text.contains(&format!(" {other} create:"));
            assert_eq!(shown, other == name, "{name}: {output:?}");
        }
    };
    let plan = |name: &str| cli.clone().args(["plan", "-f", "instances.yaml", name]).run().code(0);
    for name in ["lr[1]", "lr1", "lr*"] {
        only(name, &plan(name));
    }
    let _ =
        plan("lr?").stdout_has(" lr1 create").stdout_has(" lr2 create").nowhere(" lr[1] create");
    let _ = cli.clone().args(["apply", "--yes", "-f", "instances.yaml", "lr[1]"]).run().code(0);
    assert_eq!(sent_to(&service), ["lr[1]"]);
    let _ = cli.apply().run().code(0);
    // The value of `--replace` follows the same rule.
    let dry = |glob: &str| {
        let words = ["apply", "--dry-run", "-f", "instances.yaml", "--replace", glob];
        cli.clone().args(words).run()
    };
    let _ = dry("lr[1]").code(0).stderr_has("delete 1: lr[1]");
    let _ = dry("lr?").code(0).stderr_has("delete 3: lr1, lr2, lr*");
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
