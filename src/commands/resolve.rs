//! `resolve`: manual resolution of an unknown outcome.

use super::load::select;
use super::locked_workspace::LockedWorkspace;
use crate::apply::InstanceReport;
use crate::cli::Resolve as Args;
use crate::commands::error::{CommandError, Exit};
use crate::ids::{InstanceName, TaskId};
use crate::inventory::RegionInventory;
use crate::lockfile::{EntryState, LockStore};
use crate::output::CommandProblem;
use crate::output::Console;
use crate::plan::{PlanAction, Selection};
use crate::resolve;
use crate::resolve::{Contradiction, Resolution};

pub(super) fn run(args: Args, console: &mut Console) -> Result<Exit, CommandError> {
    let word = match &args.id {
        Some(id) => Resolution::TaskId(
            id.parse::<TaskId>()
                .map_err(|e| CommandError::usage(CommandProblem::Other(e.to_string())))?,
        ),
        None => Resolution::Absent,
    };
    let mut locked = LockedWorkspace::open(args.location, console)?;
    let expected = selected_entries(&locked, &args.names)?;
    if expected.len() != 1 && args.id.is_some() {
        return Err(CommandError::usage(CommandProblem::IdNeedsOneName));
    }
    if expected.is_empty() && !args.all_unknown {
        return Err(CommandError::usage(CommandProblem::NoLockHasName));
    }
    if expected.is_empty() {
        console.info(console.words().nothing_to_resolve())?;
        return locked.finish(console);
    }
    locked.connect(&expected)?;
    let mut sites: Vec<RegionInventory> = Vec::new();
    for (job, name) in expected {
        let owned = locked.owned_ids();
        let entry = &locked.stores[job].lock().instances[&name];
        let id = match &word {
            Resolution::TaskId(id) => Some(id.clone()),
            Resolution::Absent => entry.task_id.clone(),
        };
        let action = if word == Resolution::Absent { PlanAction::Gone } else { PlanAction::Adopt };
        let reported = if let Some(client) = locked.platform.client_for_region(entry).cloned() {
            if !sites.iter().any(|site| site.client.with_token() == client.with_token()) {
                sites.push(locked.list_regions(&client)?);
            }
            let site = sites.iter().find(|site| site.client.with_token() == client.with_token());
            let site = site.expect("the region was listed above");
            let resolve = resolve::resolve(&mut locked.stores[job], &name, &word, site, &owned);
            locked.runtime.block_on(resolve)
        } else {
            Err(Contradiction::RecordedFor(entry.endpoint.clone()).into())
        };
        let instance = InstanceReport { task_id: id, ..InstanceReport::new(job, name, action) };
        locked.record_result(instance, reported, console)?;
    }
    locked.finish(console)
}

/// Returns the selected entries: the named ones, otherwise all with an unknown outcome.
fn selected_entries(
    locked: &LockedWorkspace,
    names: &[String],
) -> Result<Vec<(usize, InstanceName)>, CommandError> {
    let locks: Vec<_> =
        locked.prepared.iter().zip(locked.stores.iter().map(LockStore::lock)).collect();
    let selection = select(names, &locks)?;
    let mut expected = Vec::new();
    for (job, (_, lock)) in locks.iter().enumerate() {
        let suggestion = lock.instances.iter().filter(|(name, entry)| match &selection {
            Selection::All => entry.state == EntryState::Unknown,
            Selection::Names(chosen) => chosen.contains(*name),
        });
        expected.extend(suggestion.map(|(name, _)| (job, name.clone())));
    }
    Ok(expected)
}
