//! `exec`: runs a script on running instances of the locks; the locks do not change.

use std::path::Path;
use std::time::Instant;

use super::confirm::{Proposal, confirmed, require_prompt};
use super::error::{CommandError, Exit};
use super::inputs::{is_stdin, read_bytes};
use super::signals::SignalHandler;
use super::workspace::Workspace;
use crate::api::endpoints::create_task::StartScriptActionScope;
use crate::api::endpoints::execute_script::Script;
use crate::cli::{Exec as Args, ScriptScope};
use crate::lifecycle::{self, LockedInstance, ObservedInstance, QueryScope, exec_skip_reason};
use crate::lockfile::Lockfile;
use crate::output::{
    CommandProblem, Console, PathProblem, ScriptFault, ScriptQuestion, script_target,
};

/// Maximum size of a script, in bytes.
const MAX_SCRIPT_BYTES: u64 = 1 << 20;

pub(super) fn run(
    args: &Args,
    console: &mut Console,
    signals: &SignalHandler,
) -> Result<Exit, CommandError> {
    if is_stdin(&args.script) && args.read.workspace.manifests.files.iter().any(|f| is_stdin(f)) {
        return Err(CommandProblem::StdinTwice.into());
    }
    let content = read_script(&args.script)?;
    let mut workspace = Workspace::read(&args.read.workspace, &args.read.names, console)?;
    let (locked, yes) = (workspace.selected_entries(), args.confirm.yes);
    let about = |targets: Vec<String>| ScriptQuestion {
        script: &args.script,
        lines: content.lines().count(),
        first_only: args.scope == ScriptScope::Header,
        targets,
    };
    if !locked.is_empty() {
        let name = |locked: &LockedInstance| locked.name.as_str().escape_debug().to_string();
        let names = || about(locked.iter().map(name).collect());
        require_prompt(yes, || console.words().script_question(&names()))?;
    }
    let targets = |observed: &[ObservedInstance]| -> Vec<String> {
        let runs = observed.iter().filter(|observed| exec_skip_reason(observed).is_none());
        runs.map(script_target).collect()
    };
    let is_same = |one: &Vec<_>, other: &Vec<_>| targets(one) == targets(other);
    let query = |workspace: &mut Workspace<Lockfile>, console: &mut Console| {
        let queried = Some(Instant::now());
        let observed = workspace.query_status(QueryScope::default())?;
        let targets = targets(&observed);
        let question =
            (!targets.is_empty()).then(|| console.words().script_question(&about(targets)));
        Ok(Proposal { actions: observed, question, is_same, queried })
    };
    let observed = confirmed(&mut workspace, yes, console, query, |_, _, _| Ok(()))?;
    let script = Script {
        start_script_content: &content,
        start_script_action_scope: match args.scope {
            ScriptScope::All => StartScriptActionScope::All,
            ScriptScope::Header => StartScriptActionScope::Header,
        },
    };
    let interrupts = signals.subscribe();
    let clients = workspace.platform.clients();
    let run = lifecycle::exec(clients, observed, script, interrupts.clone());
    let results = workspace.platform.runtime.block_on(run);
    let interrupted = *interrupts.borrow() > 0;
    Ok(console.print_exec_results(&results, interrupted)?.into())
}

/// Reads a script from a file or standard input.
fn read_script(path: &Path) -> Result<String, CommandError> {
    let unreadable =
        |error| CommandError::path(path, PathProblem::Unreadable { error, quoted_by_git: false });
    // One more byte shows that it is too large.
    let file = Some(path).filter(|path| !is_stdin(path));
    let bytes = read_bytes(file, MAX_SCRIPT_BYTES + 1).map_err(unreadable)?;
    let fault = if bytes.len() as u64 > MAX_SCRIPT_BYTES {
        Some(ScriptFault::TooLarge)
    } else if bytes.iter().all(u8::is_ascii_whitespace) {
        Some(ScriptFault::Empty)
    } else if bytes.contains(&0) {
        Some(ScriptFault::Nul)
    } else {
        None
    };
    let text = match fault {
        Some(fault) => Err(fault),
        None => String::from_utf8(bytes).map_err(|_| ScriptFault::NotUtf8),
    };
    text.map_err(|fault| CommandError::path(path, PathProblem::Script(fault)))
}
