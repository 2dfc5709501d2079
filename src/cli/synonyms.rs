//! Answers to the commands of other tools, with the command that does it here. A misspelt command gets
//! no suggestion: the nearest spelling could be one that deletes instances.

use clap::Error;
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::language::Language;

/// Words of other tools, and what does the same here.
const SYNONYMS: &[(&[&str], &str)] = &[
    (
        &["get", "ps", "ls", "show", "describe", "top", "state"],
        "`instancectl list` shows all live instances, `status` those in the lock",
    ),
    (
        &["delete", "rm", "remove", "down", "terminate"],
        "`instancectl destroy` deletes the instances in the lock; `stop` ends them",
    ),
    (
        &["cancel", "kill", "halt"],
        "`instancectl stop` ends instances in the lock, `destroy` deletes them",
    ),
    (
        &["up", "create", "run", "deploy", "launch", "submit"],
        "`instancectl apply` creates the instances of a manifest",
    ),
    (&["new"], "`instancectl init` writes a starter manifest"),
    (&["diff", "preview", "refresh"], "`instancectl plan` shows what `apply` would do"),
    (
        &["edit", "update", "patch", "set", "scale"],
        "edit the manifest; `instancectl plan` shows the change",
    ),
    (&["restart", "reboot"], "`instancectl stop`, then `instancectl start`"),
    (&["import"], "`instancectl adopt` adds one instance to the lock, `export` writes all"),
    (&["check", "lint"], "`instancectl validate` checks manifests"),
    (&["fmt", "format", "fix"], "`instancectl validate --fix` applies the safe fixes"),
    (
        &["login", "whoami", "doctor"],
        "`instancectl auth check` checks the credentials; its help names them",
    ),
    (&["events", "reason"], "`instancectl why` explains why an instance waits or ended"),
    (&["log", "output"], "`instancectl logs` prints the output of an instance"),
    (&["history"], "`git log -p instances.lock` shows how the lock changed"),
    (
        &["cp", "scp", "rsync"],
        "share files in a mounted directory: `instancectl explain mountInfoList`",
    ),
    (&["ssh"], "`instancectl ssh-config` prints the SSH addresses, `url` one address"),
    (&["attach", "connect", "open"], "`instancectl url` prints the access address of an instance"),
    (
        &["free", "available", "availability", "gpus", "cards"],
        "`instancectl catalog free` shows the free cards of the region",
    ),
    (
        &["groups", "images", "limits", "mounts"],
        "`instancectl catalog --help` lists what the region offers",
    ),
    (
        &["verify", "recover", "merge", "push", "release"],
        "`instancectl lock --help` lists the commands for locks",
    ),
    (&["completion"], "`instancectl completions` prints them"),
];

/// Replaces the suggestions of an error: those for a command, and those that are not useful.
/// `outer` is the command to which a word does not belong; the program itself has none.
pub(super) fn improve(mut error: Error, outer: &str, language: Language) -> Error {
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            error.remove(ContextKind::SuggestedSubcommand);
            error.remove(ContextKind::Suggested);
            let word = match error.get(ContextKind::InvalidSubcommand) {
                Some(ContextValue::String(word)) if outer.is_empty() => word.as_str(),
                _ => "",
            };
            if let Some((_, answer)) = SYNONYMS.iter().find(|(words, _)| words.contains(&word)) {
                let answer = ContextValue::StyledStrs(vec![StyledStr::from(
                    language.translate(answer).to_owned(),
                )]);
                error.insert(ContextKind::Suggested, answer);
            }
        }
        ErrorKind::UnknownArgument => {
            if let Some(ContextValue::StyledStrs(tips)) = error.remove(ContextKind::Suggested) {
                // An unknown flag is a mistake, and not a value that begins with a dash.
                let useful = |tip: &StyledStr| !tip.to_string().contains(" as a value, use ");
                let tips: Vec<_> = tips.into_iter().filter(useful).collect();
                if !tips.is_empty() {
                    error.insert(ContextKind::Suggested, ContextValue::StyledStrs(tips));
                }
            }
        }
        _ => {}
    }
    error
}

/// Returns the answers.
#[cfg(test)]
pub(super) fn answers() -> impl Iterator<Item = &'static str> {
    SYNONYMS.iter().map(|(_, answer)| *answer)
}

#[cfg(test)]
mod tests {
    use super::SYNONYMS;
    use crate::cli::{HelpPage, program};
    use crate::language::Language;

    #[test]
    fn words_are_unique_and_their_answers_name_commands() {
        let program = program(HelpPage::Short, Language::English);
        let words: Vec<&str> = SYNONYMS.iter().flat_map(|(words, _)| *words).copied().collect();
        for (at, word) in words.iter().enumerate() {
            assert!(program.find_subcommand(word).is_none(), "{word} is a command");
            assert!(!words[..at].contains(word), "{word} has two answers");
        }
        for (_, answer) in SYNONYMS {
            for command in answer.split('`').filter_map(|text| text.strip_prefix("instancectl ")) {
                let name = command.split(' ').next().unwrap_or_default();
                assert!(program.find_subcommand(name).is_some(), "{answer}");
            }
            assert!(answer.len() <= 73, "{answer}");
        }
    }
}
