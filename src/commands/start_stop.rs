//! `stop` and `start`: act on the instances in the locks and no others; the locks do not change.

use std::time::Instant;

use super::confirm::{Proposal, confirmed, require_prompt};
use super::error::{CommandError, Exit};
use super::following::following;
use super::workspace::Workspace;
use crate::cli::StartStop as Args;
use crate::lifecycle::{self, Action, ActionOutcome, LockedInstance, ObservedInstance, QueryScope};
use crate::lockfile::Lockfile;
use crate::output::Console;

pub(super) fn run(
    args: &Args,
    action: Action,
    console: &mut Console,
) -> Result<Exit, CommandError> {
    let mut workspace = Workspace::read(&args.read.workspace, &args.read.names, console)?;
    let (locked, yes) = (workspace.selected_entries(), args.confirm.yes);
    if !locked.is_empty() {
        let targets: Vec<_> = locked.iter().collect();
        require_prompt(yes, || console.words().action_question(action, &targets, None))?;
    }
    let sends = |one: &&ObservedInstance| lifecycle::needs_request(one, action);
    let effect = |one: &ObservedInstance| {
        let LockedInstance { job, name, entry, .. } = &one.locked;
        (*job, name.clone(), entry.task_id.clone(), one.cards())
    };
    let is_same = |one: &Vec<ObservedInstance>, other: &Vec<ObservedInstance>| {
        let [one, other] = [one, other].map(|all| all.iter().filter(sends).map(effect));
        one.eq(other)
    };
    let query = |workspace: &mut Workspace<Lockfile>, console: &mut Console| {
        let queried = Some(Instant::now());
        let observed = workspace.query_status(QueryScope {
            duplicates: action == Action::Start,
            ..QueryScope::default()
        })?;
        let targets: Vec<_> = observed.iter().filter(sends).collect();
        let cards = targets.iter().filter_map(|target| target.cards()).sum();
        let targets: Vec<_> = targets.iter().map(|target| &target.locked).collect();
        let question = || console.words().action_question(action, &targets, Some(cards));
        let question = (!targets.is_empty()).then(question);
        Ok(Proposal { actions: observed, question, is_same, queried })
    };
    let observed = confirmed(&mut workspace, yes, console, query, |_, _, _| Ok(()))?;
    let clients = workspace.platform.clients();
    let results = match action {
        Action::Stop => workspace.platform.runtime.block_on(lifecycle::stop(clients, observed)),
        Action::Start => workspace.platform.runtime.block_on(lifecycle::start(clients, observed)),
    };
    let classes = console.print_action_results(action, &results)?;
    if results.iter().any(|result| result.outcome == ActionOutcome::Done) {
        let next = match action {
            Action::Start => ["wait", "status"],
            Action::Stop => ["start", "destroy"],
        };
        console.next_commands(&following(&workspace.manifests, &next))?;
    }
    Ok(classes.into())
}
