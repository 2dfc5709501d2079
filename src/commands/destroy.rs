//! `destroy`: deletes the instances in the locks and no others.

use std::time::Instant;

use super::apply::reread;
use super::confirm::{MAX_LIST_AGE, confirm, confirm_changed};
use super::load::{files, manifest_args, select};
use super::locked_workspace::LockedWorkspace;
use super::signals::SignalHandler;
use crate::api::client::Client;
use crate::apply::{
    self, ApplyReport, DeleteOptions, DeleteTarget, Event, InstanceNote, InstanceReport, Outcome,
};
use crate::cli::Destroy as Args;
use crate::commands::error::{CommandError, Exit};
use crate::exit_status::ExitClass;
use crate::ids::{InstanceName, TaskId};
use crate::inventory;
use crate::lockfile::{Entry, EntryState, LockStore};
use crate::output::CommandProblem;
use crate::output::{AppliedManifests, Console};
use crate::plan::{PlanAction, Selection};
use crate::resolve::Contradiction;

pub(super) fn run(
    args: Args,
    console: &mut Console,
    signals: &SignalHandler,
) -> Result<Exit, CommandError> {
    let id = args.id.as_deref().map(str::parse::<TaskId>).transpose();
    let id = id.map_err(|error| CommandError::usage(CommandProblem::Other(error.to_string())))?;
    let mut locked = LockedWorkspace::open(args.location, console)?;
    let targets = confirmed(&mut locked, &args.names, id.as_ref(), args.yes, console)?;
    let options = DeleteOptions {
        parallel: usize::from(args.parallel),
        timeout: args.settle,
        interrupts: signals.subscribe(),
    };
    let manifests = manifest_args(&locked.prepared);
    let mut observe = |event: Event<'_>| console.event(&event, &manifests);
    let mut report = ApplyReport::default();
    for (client, targets) in locked.platform.by_client(&locked.stores, targets) {
        let options = options.clone();
        let remove = apply::remove_all(&mut locked.stores, targets, &client, options, &mut observe);
        report.merge(locked.runtime.block_on(remove));
    }
    report.merge(locked.report);
    let files = files(&locked.prepared);
    console.print_apply_result(&AppliedManifests { files: &files, report: &report, cost: None })?;
    Ok(report.classes.into())
}

/// Returns the deletions that the user confirmed, rechecked against the locks after the answer.
fn confirmed(
    locked: &mut LockedWorkspace,
    names: &[String],
    id: Option<&TaskId>,
    yes: bool,
    console: &mut Console,
) -> Result<Vec<DeleteTarget>, CommandError> {
    let mut polled = Instant::now();
    let mut found = targets(locked, names, id)?;
    let mut changed = false;
    while !found.is_empty() {
        let question =
            console.words().delete_question(found.iter().map(|found| &found.target).collect());
        if changed {
            confirm_changed(&question, console)?;
        } else {
            confirm(yes, &question, console)?;
        }
        if !reread(&mut locked.stores)? && polled.elapsed() <= MAX_LIST_AGE {
            break;
        }
        polled = Instant::now();
        locked.report = ApplyReport::default();
        let now = targets(locked, names, id)?;
        let same = now == found;
        (found, changed) = (now, true);
        if same {
            break;
        }
    }
    Ok(found.into_iter().map(|found| found.target).collect())
}

/// An instance to delete.
#[derive(PartialEq, Eq)]
struct Found {
    target: DeleteTarget,
    /// Whether it is the entry's own instance rather than a candidate.
    own: bool,
}

/// Returns the instances to delete; those that cannot be deleted are added to the report.
fn targets(
    locked: &mut LockedWorkspace,
    names: &[String],
    id: Option<&TaskId>,
) -> Result<Vec<Found>, CommandError> {
    let locks: Vec<_> =
        locked.prepared.iter().zip(locked.stores.iter().map(LockStore::lock)).collect();
    let selection: Selection = select(names, &locks)?;
    let mut chosen = Vec::new();
    for (job, (_, lock)) in locks.iter().enumerate() {
        let names = lock.instances.keys().filter(|name| selection.contains(name));
        chosen.extend(names.map(|name| (job, name.clone())));
    }
    locked.connect(&chosen)?;
    let mut targets = Vec::new();
    let mut left = Vec::new();
    for (job, name) in chosen {
        let entry = &locked.stores[job].lock().instances[&name];
        let client = locked.platform.client_for_region(entry);
        let duplicate = id.is_some_and(|id| is_unowned_duplicate(locked, entry, &name, id));
        match target(entry, id, client.is_some(), duplicate) {
            Ok(chosen) => {
                let own = entry.task_id.as_ref() == Some(&chosen);
                let by_id = client.filter(|_| own && id.is_some());
                let successor = match by_id {
                    Some(client) => successor(locked, client, &name, entry)?,
                    None => None,
                };
                let target = DeleteTarget { successor, ..DeleteTarget::new(job, name, chosen) };
                targets.push(Found { target, own });
            }
            Err((class, note)) => left.push((job, name, class, note)),
        }
    }
    if id.is_some() && targets.len() + left.len() != 1 {
        return Err(CommandError::usage(CommandProblem::IdNeedsOneName));
    }
    for (job, name, class, note) in left {
        locked.report.classes.insert(class);
        locked.report.instances.push(InstanceReport {
            outcome: Some(Outcome::Skipped),
            note: Some(note),
            ..InstanceReport::new(job, name, PlanAction::Prune)
        });
    }
    Ok(targets)
}

/// Returns the instance that the entry records after its own instance is deleted: the oldest live one
/// with its name, if no available lock owns it and it equals the entry's request.
fn successor(
    locked: &LockedWorkspace,
    client: &Client,
    name: &InstanceName,
    entry: &Entry,
) -> Result<Option<TaskId>, CommandError> {
    let (site, owned) = (locked.list_regions(client)?, locked.owned_ids());
    Ok(locked.runtime.block_on(inventory::equal_duplicate(&site, &owned, name, &entry.request)))
}

/// Checks whether the platform has an instance of exactly this name that no available lock owns: a
/// candidate that `status` found and that is not in a lock yet.
fn is_unowned_duplicate(
    locked: &LockedWorkspace,
    entry: &Entry,
    name: &InstanceName,
    id: &TaskId,
) -> bool {
    let (Some(client), false) =
        (locked.platform.client_for_region(entry), locked.owned_ids().contains(id))
    else {
        return false;
    };
    let detail = locked.runtime.block_on(client.detail(id));
    detail.is_ok_and(|detail| detail.id() == id && detail.name() == Some(name.as_str()))
}

/// Returns the instance to delete for an entry, or the reason why it is skipped.
fn target(
    entry: &Entry,
    id: Option<&TaskId>,
    reachable: bool,
    duplicate: bool,
) -> Result<TaskId, (ExitClass, Box<InstanceNote>)> {
    let blocked = |why| Err((ExitClass::Blocked, InstanceNote::Contradicted(why).into()));
    if !reachable {
        return blocked(Contradiction::RecordedFor(entry.endpoint.clone()));
    }
    match (id, &entry.task_id) {
        (Some(id), own)
            if duplicate || entry.candidates.contains(id) || own.as_ref() == Some(id) =>
        {
            Ok(id.clone())
        }
        (Some(id), _) => blocked(Contradiction::NotACandidate(id.clone())),
        (None, Some(own)) => Ok(own.clone()),
        (None, None) => {
            debug_assert_eq!(entry.state, EntryState::Unknown);
            Err((ExitClass::Unknown, InstanceNote::ResolveFirst.into()))
        }
    }
}
