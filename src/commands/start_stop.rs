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
    let query = |workspace: &mut Workspace<Lockfile>, _: &mut Console| {
        let queried = Instant::now();
        let observed = workspace.query_status(QueryScope {
            duplicates: action == Action::Start,
            ..QueryScope::default()
        })?;
        Ok(StartStopProposal { action, observed, queried })
    };
    let StartStopProposal { observed, .. } = confirmed(&mut workspace, yes, console, query)?;
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

/// Instances to stop or start, and those that are left alone.
struct StartStopProposal {
    action: Action,
    observed: Vec<ObservedInstance>,
    queried: Instant,
}

impl StartStopProposal {
    fn targets(&self) -> impl Iterator<Item = &ObservedInstance> {
        self.observed.iter().filter(|observed| lifecycle::needs_request(observed, self.action))
    }
}

impl Proposal<Lockfile> for StartStopProposal {
    fn question(&self, console: &Console) -> Option<String> {
        let words = console.words();
        let cards = self.targets().filter_map(ObservedInstance::cards).sum();
        let targets: Vec<_> = self.targets().map(|target| &target.locked).collect();
        let question = || words.action_question(self.action, &targets, Some(cards));
        (!targets.is_empty()).then(question)
    }

    fn has_same_effect(&self, other: &Self) -> bool {
        let effect = |target: &ObservedInstance| {
            let LockedInstance { job, name, entry, .. } = &target.locked;
            (*job, name.clone(), entry.task_id.clone(), target.cards())
        };
        self.targets().map(effect).eq(other.targets().map(effect))
    }

    fn queried(&self) -> Option<Instant> {
        Some(self.queried)
    }
}
