//! `completions`: shell scripts, and the completions that they request from this program when the user
//! presses TAB. Instance names come from the manifests on the command line and their locks.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::Path;

use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use clap_complete::env::{Bash, EnvCompleter, Fish, Zsh};

use super::load::state_dir;
use super::{explain, inputs};
use crate::cli::{self, Completions, Shell};
use crate::commands::error::{CommandError, Exit};
use crate::lockfile::{default_lock_path, read_with_journal};
use crate::output::Console;
use crate::request::requests;
use crate::text::shell_quote;
use crate::validate;

/// Environment variable in which a script passes the name of its shell.
const COMPLETE_VAR: &str = "INSTANCECTL_COMPLETE";

/// IDs of the arguments that take instance names.
const NAMES: [&str; 3] = ["names", "name", "replace"];

/// If zsh autoloads the file, it is the body of the function, and the first TAB has to be answered too.
const ZSH_AUTOLOAD: &str = "\
if [[ $funcstack[1] == _instancectl ]]; then
    _clap_dynamic_completer_instancectl \"$@\"
fi
";

pub(super) fn run(args: &Completions, console: &mut Console) -> Result<Exit, CommandError> {
    let mut script = Vec::new();
    let name = "instancectl";
    completer(args.shell).write_registration(COMPLETE_VAR, name, name, name, &mut script)?;
    if let Shell::Zsh = args.shell {
        script.extend_from_slice(ZSH_AUTOLOAD.as_bytes());
    }
    console.result(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}

/// Answers a completion script; `None` if the program was not started by one.
pub fn answer(console: &mut Console) -> Option<Exit> {
    let shell = std::env::var(COMPLETE_VAR).ok().filter(|shell| !shell.is_empty())?;
    let shell = match shell.as_str() {
        "bash" => Shell::Bash,
        "zsh" => Shell::Zsh,
        "fish" => Shell::Fish,
        _ => return Some(Exit::Usage),
    };
    let words: Vec<OsString> =
        std::env::args_os().skip_while(|word| word != "--").skip(1).collect();
    if words.is_empty() {
        return Some(Exit::Usage);
    }
    let mut command = cli::command(explain::topics());
    for sub in command.clone().get_subcommands() {
        for id in NAMES {
            if sub.get_arguments().any(|arg| arg.get_id() == id) {
                let words = words.clone();
                let names = ArgValueCandidates::new(move || names(&words));
                command = command
                    .mut_subcommand(sub.get_name(), |sub| sub.mut_arg(id, |arg| arg.add(names)));
            }
        }
    }
    command.build();
    let mut found = Vec::new();
    let folder = std::env::current_dir().ok();
    let answer =
        completer(shell).write_complete(&mut command, words, folder.as_deref(), &mut found);
    // An invalid command line has no completions, and a shell does not show our messages.
    let printed = answer.and_then(|()| console.result(&String::from_utf8_lossy(&found)));
    Some(if printed.is_ok() { Exit::Done } else { Exit::Usage })
}

fn completer(shell: Shell) -> &'static dyn EnvCompleter {
    match shell {
        Shell::Bash => &Bash,
        Shell::Zsh => &Zsh,
        Shell::Fish => &Fish,
    }
}

/// Returns the instance names in the manifests on the command line and in their locks. Unreadable
/// files have none. Includes only names that every shell parses as a single word.
fn names(words: &[OsString]) -> Vec<CompletionCandidate> {
    let words: Vec<String> = words.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    let sandbox = words.iter().any(|word| word == "--sandbox");
    let recursive = words.iter().any(|word| word == "-R" || word == "--recursive");
    let mut names = BTreeSet::new();
    for file in values(&words, &["-f", "--filename"]) {
        // Standard input belongs to the shell.
        let inputs = if file == "-" { Vec::new() } else { read(&file, recursive) };
        for input in inputs {
            let lock = values(&words, &["--lock"]).pop().map(Into::into);
            let lock = lock.or_else(|| Some(default_lock_path(input.path.as_deref()?, sandbox)));
            if let Some(lock) = lock {
                names.extend(names_in_lock(&lock));
            }
            let checked = validate::validate(&input.source, input.unreadable);
            if let Some(manifest) = checked.manifest {
                names.extend(requests(manifest).into_iter().map(|r| r.name.as_str().to_owned()));
            }
        }
    }
    names
        .into_iter()
        .filter(|name| shell_quote(name) == *name)
        .map(CompletionCandidate::new)
        .collect()
}

fn read(file: &str, recursive: bool) -> Vec<inputs::Input> {
    inputs::read(&[file.into()], recursive).unwrap_or_default()
}

fn names_in_lock(lock: &Path) -> Vec<String> {
    let effective = read_with_journal(lock, state_dir().as_deref());
    let lock = effective.map(|effective| effective.lock).unwrap_or_default();
    lock.instances.into_keys().map(|name| name.as_str().to_owned()).collect()
}

/// Returns the values of a flag, in each of the forms `-f x`, `-fx` and `--filename=x`.
fn values(words: &[String], flags: &[&str]) -> Vec<String> {
    let mut values = Vec::new();
    for (at, word) in words.iter().enumerate() {
        for flag in flags {
            let inline = match word.strip_prefix(flag) {
                Some("") => words.get(at + 1).cloned(),
                Some(rest) if flag.starts_with("--") => rest.strip_prefix('=').map(str::to_owned),
                Some(rest) => Some(rest.to_owned()),
                None => None,
            };
            values.extend(inline);
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::values;

    #[test]
    fn flag_value_is_found_in_every_form() {
        let words =
            ["x", "-f", "a", "-fb", "--filename=c", "--filename", "d", "--filenames=e", "-f"];
        let words = words.map(str::to_owned);
        assert_eq!(values(&words, &["-f", "--filename"]), ["a", "b", "c", "d"]);
    }
}
