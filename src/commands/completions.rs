//! `completions`: shell scripts, and the completions that they request from this program when the user
//! presses TAB. Instance names come from the manifests on the command line and their locks.

use std::collections::BTreeSet;
use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use clap_complete::env::{Bash, CompleteEnv, Elvish, EnvCompleter, Fish, Powershell, Shells, Zsh};

use super::error::{CommandError, Exit};
use super::load::state_dir;
use super::{explain, inputs};
use crate::cli::{self, Completions, Shell};
use crate::ids::InstanceName;
use crate::language::Language;
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
    let (shell, more): (&dyn EnvCompleter, _) = match args.shell {
        Shell::Bash => (&Bash, ""),
        Shell::Zsh => (&Zsh, ZSH_AUTOLOAD),
        Shell::Fish => (&Fish, ""),
        Shell::Elvish => (&Elvish, ""),
        Shell::Powershell => (&Powershell, ""),
    };
    let (mut script, name) = (Vec::new(), "instancectl");
    shell.write_registration(COMPLETE_VAR, name, name, name, &mut script)?;
    console.result(&format!("{}{more}", String::from_utf8_lossy(&script)))?;
    Ok(Exit::Done)
}

/// Answers a completion script; `None` if the program was not started by one. A shell does not show our
/// messages, and a command line that is not valid has no completions.
pub fn complete() -> Option<Exit> {
    env::var_os(COMPLETE_VAR).filter(|shell| !shell.is_empty())?;
    let words: Vec<OsString> = env::args_os().skip_while(|word| word != "--").skip(1).collect();
    if words.is_empty() {
        return Some(Exit::Usage);
    }
    let command = || {
        let mut command = cli::command(explain::topics(), Language::of_process(&words));
        for sub in command.clone().get_subcommands() {
            for id in
                NAMES.into_iter().filter(|id| sub.get_arguments().any(|arg| arg.get_id() == id))
            {
                let words = words.clone();
                let names = ArgValueCandidates::new(move || names(&words));
                command = command
                    .mut_subcommand(sub.get_name(), |sub| sub.mut_arg(id, |arg| arg.add(names)));
            }
        }
        command
    };
    let answered = CompleteEnv::with_factory(command)
        .var(COMPLETE_VAR)
        .shells(Shells(&[&Bash, &Zsh, &Fish, &Elvish, &Powershell]))
        .try_complete(env::args_os(), env::current_dir().ok().as_deref());
    Some(if answered.is_ok() { Exit::Done } else { Exit::Usage })
}

/// Returns the instance names in the manifests on the command line and in their locks. Unreadable
/// files have none. Includes only names that every shell parses as a single word.
fn names(words: &[OsString]) -> Vec<CompletionCandidate> {
    let Some((args, sandbox)) = cli::named_manifests(words) else { return Vec::new() };
    let default = inputs::default_manifest(&[]).ok().filter(|_| args.files.is_empty());
    // Standard input belongs to the shell.
    let files = args.files.iter().chain(&default).filter(|file| file.as_os_str() != "-");
    let read = |file: &PathBuf| inputs::read(std::slice::from_ref(file), args.recursive);
    let mut names = BTreeSet::new();
    for input in files.filter_map(|file| read(file).ok()).flatten() {
        let default = || Some(default_lock_path(input.path.as_deref()?, sandbox));
        if let Some(lock) = args.lock.clone().or_else(default)
            && let Ok(view) = read_with_journal(&lock, state_dir().as_deref())
        {
            names.extend(view.lock.instances.into_keys());
        }
        if let Some(manifest) = validate::validate(&input.source, input.unreadable).manifest {
            names.extend(requests(manifest).into_iter().map(|request| request.name));
        }
    }
    let names = names.iter().map(InstanceName::as_str);
    names.filter(|name| shell_quote(name) == **name).map(CompletionCandidate::new).collect()
}
