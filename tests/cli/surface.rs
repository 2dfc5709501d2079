//! The command line itself: help, version, completions.

use std::process::Command;

use crate::stage::repository;
use crate::support::Cli;

#[test]
fn version_flag_prints_the_version() {
    let version = format!("instancectl {}\n", env!("CARGO_PKG_VERSION"));
    for flag in ["--version", "-V"] {
        let _ = Cli::new().args([flag]).run().is(0, &version, "");
    }
}

#[test]
fn missing_command_prints_help_as_a_usage_error() {
    let output = Cli::new().run().code(2).stdout("");
    let _ = output.stderr_has("Usage: instancectl [OPTIONS] <COMMAND>").stderr_has("completions");
    let _ = Cli::new().args(["delete"]).run().code(2).stdout("").stderr_has("unrecognized");
    let _ = Cli::new().args(["apply"]).run().code(2).stderr_has("no manifest: no instances.yaml");
    let _ = Cli::new().args(["-q", "-v", "schema"]).run().code(2).stderr_has("--verbose");
}

#[test]
fn completion_scripts_are_accepted_by_their_shells() {
    for shell in ["bash", "zsh", "fish"] {
        let script = Cli::new().args(["completions", shell]).run().code(0).stderr("").stdout;
        assert!(script.contains("INSTANCECTL_COMPLETE"), "{shell}: {script}");
        // An installed shell parses it.
        let cli = Cli::new().file("script", &script);
        match Command::new(shell).arg("-n").arg(cli.path("script")).output() {
            Ok(output) => {
                assert!(output.status.success() && output.stderr.is_empty(), "{shell}: {output:?}");
            }
            Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::NotFound, "{shell}"),
        }
    }
    let _ = Cli::new().args(["completions", "csh"]).run().code(2).stderr_has("possible values");
}

#[test]
fn printed_schema_equals_the_committed_one() {
    let committed = std::fs::read_to_string(repository("schema/manifest.schema.json")).unwrap();
    let _ = Cli::new().args(["schema"]).run().is(0, &committed, "");
}
