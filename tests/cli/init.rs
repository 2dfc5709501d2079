//! `init` writes a valid starter file and never overwrites anything.

use std::fs;

use crate::support::{Cli, english_sentences};

#[test]
fn starter_is_valid_and_comes_with_its_schema() {
    let cli = Cli::new();
    let _ = cli.clone().args(["init"]).run().is(
        0,
        "",
        "wrote instances.yaml\nwrote instancectl.schema.json\n\
         next, try it without an account and without cost:\n  \
         instancectl validate\n  instancectl plan\n  instancectl apply --sandbox\n\
         in git, `instancectl init --git` sets up .gitignore and the merge driver\n",
    );
    let ok = "checked 1 file, 1 instance: no problems\n";
    let _ = cli.clone().args(["validate"]).run().is(0, ok, "");
    let schema = cli.clone().args(["schema"]).run().code(0).stderr("").stdout;
    assert_eq!(cli.read("instancectl.schema.json"), schema);
    let modeline = "# yaml-language-server: $schema=instancectl.schema.json\n";
    assert!(cli.read("instances.yaml").starts_with(modeline));
    let _ = cli.clone().args(["plan"]).run().code(0).stdout_has("  + train-a: create\n");
    let _ = cli.args(["apply", "--sandbox", "--yes"]).run().code(0);
}

#[test]
fn starter_and_schema_are_in_the_chosen_language() {
    let cli = Cli::new().env("INSTANCECTL_LANG", "zh");
    let _ = cli.clone().args(["init"]).run().code(0).stdout("");
    let starter = cli.read("instances.yaml");
    let found = english_sentences(&starter.replace('#', "").replace("  ", "\n"));
    assert!(starter.contains("# 每个实例发送一次创建请求") && found.is_empty(), "{found:?}");
    let _ = cli.clone().args(["validate", "--deny", "warnings"]).run().code(0);
    let schema = cli.clone().args(["schema"]).run().code(0).stderr("").stdout;
    assert!(schema.contains("资源分组"), "{schema}");
    assert_eq!(cli.read("instancectl.schema.json"), schema);
    let flag = Cli::new().args(["schema", "--lang", "zh"]).run().code(0).stderr("").stdout;
    assert_eq!(flag, schema);
}

#[test]
fn commented_out_parts_of_the_starter_are_valid() {
    for language in ["en", "zh"] {
        check_commented_out_parts(&Cli::new().env("INSTANCECTL_LANG", language));
    }
}

fn check_commented_out_parts(cli: &Cli) {
    let _ = cli.clone().args(["init"]).run().code(0);
    let text = cli.read("instances.yaml");
    let (head, rest) = text.split_once("  # - instanceServiceName: train-b\n").unwrap();
    let rest = rest.replace("  #   ", "    ");
    let region = head.replace("# region: ", "region: ");
    let text = format!("{region}  - instanceServiceName: train-b\n{rest}");
    let cli = Cli::new().file("all.yaml", text);
    let ok = "checked 1 file, 2 instances: no problems\n";
    let _ = cli.args(["validate", "all.yaml"]).run().is(0, ok, "");
}

#[test]
fn existing_files_are_not_overwritten() {
    let cli = Cli::new().file("instances.yaml", "mine\n");
    let _ = cli.clone().args(["init"]).run().is(
        2,
        "",
        "error: instances.yaml already exists and is not overwritten\n  \
         help: choose another file: `instancectl init other.yaml`\n",
    );
    assert_eq!(cli.read("instances.yaml"), "mine\n");
    assert!(!cli.path("instancectl.schema.json").exists());
    let cli = cli.file("sub/instancectl.schema.json", "mine too\n");
    let _ = cli.clone().args(["init", "sub/a.yaml"]).run().is(
        0,
        "",
        "wrote sub/a.yaml\nkept sub/instancectl.schema.json\n\
         next, try it without an account and without cost:\n  \
         instancectl validate -f sub/a.yaml\n  instancectl plan -f sub/a.yaml\n  \
         instancectl apply --sandbox -f sub/a.yaml\n\
         in git, `instancectl init --git sub/a.yaml` sets up .gitignore and the merge driver\n",
    );
    assert_eq!(cli.read("sub/instancectl.schema.json"), "mine too\n");
    assert!(cli.read("sub/a.yaml").contains("instancectl validate -f a.yaml\n"));
}

#[test]
fn non_yaml_starter_name_is_refused() {
    for name in ["a.json", "a.lock"] {
        let error = format!(
            "error: the starter file is YAML; {name} does not have a .yaml or .yml extension\n  \
             help: use a manifest name: `instancectl init instances.yaml`\n"
        );
        let cli = Cli::new().args(["init", name]);
        let _ = cli.run().is(2, "", &error);
        assert!(!cli.path(name).exists() && !cli.path("instancectl.schema.json").exists());
    }
}

#[test]
fn symlink_is_not_followed_missing_directory_is_reported() {
    let cli = Cli::new().file("target.txt", "mine\n");
    std::os::unix::fs::symlink("target.txt", cli.path("link.yaml")).unwrap();
    std::os::unix::fs::symlink("nothing", cli.path("dangling.yaml")).unwrap();
    for name in ["link.yaml", "dangling.yaml"] {
        let _ = cli.clone().args(["init", name]).run().code(2).stdout("").stderr_has("exists");
    }
    assert_eq!(cli.read("target.txt"), "mine\n");
    assert!(fs::metadata(cli.path("nothing")).is_err());
    let error = "error: cannot write no/a.yaml: No such file or directory (os error 2)\n";
    let _ = cli.args(["init", "no/a.yaml"]).run().is(2, "", error);
}
