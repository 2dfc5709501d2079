//! `resolve`: manual resolution of an unknown outcome.

use super::holding::LockedWorkspace;
use super::prepare::select;
use super::{CommandError, Exit};
use crate::apply::{self, RegionInventory, Resolution};
use crate::cli::Resolve as Args;
use crate::ids::{InstanceName, TaskId};
use crate::lockfile::{EntryState, LockStore};
use crate::plan::{PlanAction, Selection};
use crate::report::Console;

pub(super) fn run(args: Args, console: &mut Console) -> Result<Exit, CommandError> {
    let word = match &args.id {
        Some(id) => Resolution::TaskId(
            id.parse::<TaskId>().map_err(|e| CommandError::usage(e.to_string()))?,
        ),
        None => Resolution::Absent,
    };
    let mut held = LockedWorkspace::open(args.place, console)?;
    let wanted = selected_entries(&held, &args.names)?;
    if wanted.len() != 1 && args.id.is_some() {
        return Err(CommandError::usage(
            "--id names one instance: give one NAME that the lock has",
        ));
    }
    if wanted.is_empty() && !args.all_unknown {
        return Err(CommandError::usage("no lock has an instance of that name"));
    }
    if wanted.is_empty() {
        console.info("no outcome is unknown")?;
        return held.finish(console);
    }
    held.connect(&wanted)?;
    let mut sites: Vec<RegionInventory> = Vec::new();
    for (job, name) in wanted {
        let owned = held.owned_ids();
        let entry = &held.stores[job].lock().instances[&name];
        let id = match &word {
            Resolution::TaskId(id) => Some(id.clone()),
            Resolution::Absent => entry.task_id.clone(),
        };
        let action = if word == Resolution::Absent { PlanAction::Gone } else { PlanAction::Adopt };
        let told = if let Some(client) = held.platform.client_for_region(entry).cloned() {
            if !sites.iter().any(|site| site.client.with_token() == client.with_token()) {
                sites.push(held.list_regions(&client)?);
            }
            let site = sites.iter().find(|site| site.client.with_token() == client.with_token());
            let site = site.expect("it was listed above");
            let resolve = apply::resolve(&mut held.stores[job], &name, &word, site, &owned);
            held.runtime.block_on(resolve)
        } else {
            let message = format!("the lock has it at `{}`", entry.endpoint);
            Err(apply::ResolveError::Conflict(message))
        };
        held.record_result((job, &name), (action, id), told, console)?;
    }
    held.finish(console)
}

/// Returns the selected entries: the named ones, otherwise all with an unknown outcome.
fn selected_entries(
    held: &LockedWorkspace,
    names: &[String],
) -> Result<Vec<(usize, InstanceName)>, CommandError> {
    let locks: Vec<_> = held.prepared.iter().zip(held.stores.iter().map(LockStore::lock)).collect();
    let selection = select(names, &locks)?;
    let mut wanted = Vec::new();
    for (job, (_, lock)) in locks.iter().enumerate() {
        let meant = lock.instances.iter().filter(|(name, entry)| match &selection {
            Selection::All => entry.state == EntryState::Unknown,
            Selection::Names(chosen) => chosen.contains(*name),
        });
        wanted.extend(meant.map(|(name, _)| (job, name.clone())));
    }
    Ok(wanted)
}
