//! The stored snapshots: `KIND@NAME.snap`, one for each fixture and each help text.

use std::collections::BTreeSet;

use crate::chinese_diagnostics;
use crate::help::commands;
use crate::stage::{files_of, repository};
use crate::support::Cli;

const FOLDER: &str = "tests/fixtures/snapshots";

/// Runs a test with the settings of snapshots: all in one folder, without the code that made them.
pub(crate) fn with_snapshots(test: impl FnOnce()) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(repository(FOLDER));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(test);
}

/// The languages, and the kinds of snapshots of their help.
const LANGUAGES: [(&str, &str); 2] = [("en", "help"), ("zh", "help-zh")];

/// Returns the name of the snapshot of a command's help.
fn help_name(kind: &str, command: &[String]) -> String {
    let name = if command.is_empty() { "instancectl".to_owned() } else { command.join("-") };
    format!("{kind}@{name}")
}

#[test]
fn every_help_text_matches_its_snapshot() {
    with_snapshots(|| {
        for (language, kind) in LANGUAGES {
            for command in commands() {
                let cli = Cli::new().env("INSTANCECTL_LANG", language).args(&command);
                let output = cli.args(["--help"]).run().code(0).stderr("");
                insta::assert_snapshot!(help_name(kind, &command), output.stdout);
            }
        }
    });
}

#[test]
fn every_snapshot_is_used() {
    let fixtures = ["invalid", "doubtful"].into_iter().flat_map(|kind| {
        let files = files_of(&format!("tests/fixtures/{kind}"), &[]);
        files.into_iter().map(move |(name, _)| format!("{kind}@{name}"))
    });
    let chinese =
        chinese_diagnostics::SNAPSHOTS.iter().map(|name| chinese_diagnostics::snapshot_name(name));
    let help = commands()
        .into_iter()
        .flat_map(|command| LANGUAGES.map(|(_, kind)| help_name(kind, &command)));
    let used = fixtures.chain(chinese).chain(help);
    let used: BTreeSet<_> = used.map(|name| name + ".snap").collect();
    let stored: BTreeSet<_> = files_of(FOLDER, &[]).into_iter().map(|(name, _)| name).collect();
    let unused: Vec<_> = stored.difference(&used).collect();
    assert!(unused.is_empty(), "unreviewed, or without a fixture: {unused:?}");
}
