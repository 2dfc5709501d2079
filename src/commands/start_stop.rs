//! `stop` and `start`: act on the instances in the locks and no others; the locks do not change.

use std::time::Instant;

use super::confirm::{MAX_LIST_AGE, confirm, confirm_changed, require_prompt};
use super::read_only_workspace::ReadOnlyWorkspace;
use crate::cli::Action as Args;
use crate::commands::error::{CommandError, Exit};
use crate::lifecycle::{self, Action, LockedInstance, ObservedInstance};
use crate::output::{ActionReport, Console};

pub(super) fn run(args: Args, act: Action, console: &mut Console) -> Result<Exit, CommandError> {
    let mut workspace = ReadOnlyWorkspace::open(args.look, &args.names, console)?;
    let locked = workspace.selected_entries();
    if !locked.is_empty() {
        let name = |locked: &LockedInstance| locked.name.as_str().escape_debug().to_string();
        let names = || locked.iter().map(name).collect::<Vec<_>>();
        require_prompt(args.yes, || console.words().action_question(act, &names()))?;
    }
    let observed = confirmed(&mut workspace, act, args.yes, console)?;
    let results = match act {
        Action::Stop => workspace.runtime.block_on(lifecycle::stop(&workspace.clients, observed)),
        Action::Start => workspace.runtime.block_on(lifecycle::start(&workspace.clients, observed)),
    };
    let report = ActionReport { files: &workspace.files(), results: &results, action: act };
    let classes = console.print_action_results(&report)?;
    Ok(classes.into())
}

/// Returns the instances that the user confirmed, rechecked against the locks and the platform after
/// the answer.
fn confirmed(
    workspace: &mut ReadOnlyWorkspace,
    act: Action,
    yes: bool,
    console: &mut Console,
) -> Result<Vec<ObservedInstance>, CommandError> {
    let words = console.words();
    let open = match act {
        Action::Stop => lifecycle::can_stop,
        Action::Start => lifecycle::can_start,
    };
    let names = |observed: &[ObservedInstance]| -> Vec<String> {
        let open = observed.iter().filter(|observed| open(observed));
        open.map(|observed| words.action_target(observed)).collect()
    };
    let mut polled = Instant::now();
    let mut observed = query(workspace)?;
    let mut changed = false;
    loop {
        let requested = names(&observed);
        if requested.is_empty() {
            return Ok(observed);
        }
        if changed {
            confirm_changed(&words.action_question(act, &requested), console)?;
        } else {
            confirm(yes, &words.action_question(act, &requested), console)?;
        }
        if !workspace.reread()? && polled.elapsed() <= MAX_LIST_AGE {
            return Ok(observed);
        }
        polled = Instant::now();
        observed = query(workspace)?;
        if names(&observed) == requested {
            return Ok(observed);
        }
        changed = true;
    }
}

fn query(workspace: &mut ReadOnlyWorkspace) -> Result<Vec<ObservedInstance>, CommandError> {
    if workspace.selected_entries().is_empty() {
        Ok(Vec::new())
    } else {
        workspace.query_status(false)
    }
}
