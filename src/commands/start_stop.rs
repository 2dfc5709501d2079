//! `stop` and `start`: act on the instances in the locks and no others; the locks do not change.

use std::time::Instant;

use super::confirm::{Proposal, confirmed, require_prompt};
use super::error::{CommandError, Exit};
use super::workspace::Workspace;
use crate::cli::StartStop as Args;
use crate::lifecycle::{self, Action, LockedInstance, ObservedInstance};
use crate::lockfile::Lockfile;
use crate::output::{ActionReport, Console};

pub(super) fn run(
    args: &Args,
    action: Action,
    console: &mut Console,
) -> Result<Exit, CommandError> {
    let mut workspace = Workspace::read(&args.read.workspace, &args.read.names, console)?;
    let (locked, yes) = (workspace.selected_entries(), args.confirm.yes);
    if !locked.is_empty() {
        let name = |locked: &LockedInstance| locked.name.as_str().escape_debug().to_string();
        let names = || locked.iter().map(name).collect::<Vec<_>>();
        require_prompt(yes, || console.words().action_question(action, &names()))?;
    }
    let query = |workspace: &mut Workspace<Lockfile>, _: &mut Console| {
        let queried = Instant::now();
        let observed = workspace.query_status(false)?;
        Ok(StartStopProposal { action, observed, queried })
    };
    let StartStopProposal { observed, .. } = confirmed(&mut workspace, yes, console, query)?;
    let clients = workspace.platform.clients();
    let results = match action {
        Action::Stop => workspace.platform.runtime.block_on(lifecycle::stop(clients, observed)),
        Action::Start => workspace.platform.runtime.block_on(lifecycle::start(clients, observed)),
    };
    let report = ActionReport { files: &workspace.files(), results: &results, action };
    Ok(console.print_action_results(&report)?.into())
}

/// Instances to stop or start, and those that are left alone.
struct StartStopProposal {
    action: Action,
    observed: Vec<ObservedInstance>,
    queried: Instant,
}

impl Proposal<Lockfile> for StartStopProposal {
    fn question(&self, console: &Console) -> Option<String> {
        let words = console.words();
        let needs_request =
            |observed: &&ObservedInstance| lifecycle::needs_request(observed, self.action);
        let targets = self.observed.iter().filter(needs_request);
        let targets: Vec<_> = targets.map(|target| words.action_target(target)).collect();
        (!targets.is_empty()).then(|| words.action_question(self.action, &targets))
    }

    fn queried(&self) -> Option<Instant> {
        Some(self.queried)
    }
}
