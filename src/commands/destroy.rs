//! `destroy`: deletes the instances in the locks and no others.

use std::time::Instant;

use super::apply::reread;
use super::confirm::{MAX_LIST_AGE, confirm, confirm_changed};
use super::holding::LockedWorkspace;
use super::interrupt::SignalHandler;
use super::prepare::{files, manifest_args, select};
use super::{CommandError, Exit};
use crate::api::client::Client;
use crate::apply::{
    self, ApplyReport, DeleteOptions, DeleteTarget, Event, InstanceReport, Outcome,
};
use crate::cli::Destroy as Args;
use crate::count::count;
use crate::exit::ExitClass;
use crate::ids::{InstanceName, TaskId};
use crate::lockfile::{Entry, EntryState, LockStore};
use crate::plan::{PlanAction, Selection};
use crate::report::{AppliedManifests, Console};

pub(super) fn run(
    args: Args,
    console: &mut Console,
    signals: &SignalHandler,
) -> Result<Exit, CommandError> {
    let id = args.id.as_deref().map(str::parse::<TaskId>).transpose();
    let id = id.map_err(|error| CommandError::usage(error.to_string()))?;
    let format = args.place.format;
    let mut held = LockedWorkspace::open(args.place, console)?;
    let targets = confirmed(&mut held, (&args.names, id.as_ref()), args.yes, console)?;
    let pace = DeleteOptions { parallel: usize::from(args.parallel), timeout: args.settle };
    let interrupts = signals.subscribe();
    let manifests = manifest_args(&held.prepared);
    let mut observe = |event: Event<'_>| console.event(&event, &manifests, format);
    let mut report = ApplyReport::default();
    for (client, targets) in held.platform.by_client(&held.stores, targets) {
        let interrupts = interrupts.clone();
        let remove =
            apply::remove_all(&mut held.stores, targets, &client, pace, interrupts, &mut observe);
        report.merge(held.runtime.block_on(remove));
    }
    report.merge(held.report);
    console.print_apply_result(
        &AppliedManifests { files: &files(&held.prepared), report: &report },
        format,
    )?;
    Ok(report.classes.into())
}

/// Returns the deletions that the user confirmed, rechecked against the locks after the answer.
fn confirmed(
    held: &mut LockedWorkspace,
    (names, id): (&[String], Option<&TaskId>),
    yes: bool,
    console: &mut Console,
) -> Result<Vec<DeleteTarget>, CommandError> {
    let mut looked = Instant::now();
    let mut found = targets(held, names, id)?;
    let mut changed = false;
    while !found.is_empty() {
        if changed {
            confirm_changed(&question(&found), console)?;
        } else {
            confirm(yes, &question(&found), console)?;
        }
        if !reread(&mut held.stores)? && looked.elapsed() <= MAX_LIST_AGE {
            break;
        }
        looked = Instant::now();
        held.report = ApplyReport::default();
        let now = targets(held, names, id)?;
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
    held: &mut LockedWorkspace,
    names: &[String],
    id: Option<&TaskId>,
) -> Result<Vec<Found>, CommandError> {
    let locks: Vec<_> = held.prepared.iter().zip(held.stores.iter().map(LockStore::lock)).collect();
    let selection: Selection = select(names, &locks)?;
    let mut chosen = Vec::new();
    for (job, (_, lock)) in locks.iter().enumerate() {
        let names = lock.instances.keys().filter(|name| selection.contains(name));
        chosen.extend(names.map(|name| (job, name.clone())));
    }
    held.connect(&chosen)?;
    let mut targets = Vec::new();
    let mut left = Vec::new();
    for (job, name) in chosen {
        let entry = &held.stores[job].lock().instances[&name];
        let client = held.platform.client_for_region(entry);
        let twin = id.is_some_and(|id| is_unowned_duplicate(held, entry, &name, id));
        match target(entry, id, client.is_some(), twin) {
            Ok(chosen) => {
                let own = entry.task_id.as_ref() == Some(&chosen);
                let by_id = client.filter(|_| own && id.is_some());
                let successor = match by_id {
                    Some(client) => successor(held, client, &name, entry)?,
                    None => None,
                };
                let target = DeleteTarget { successor, ..DeleteTarget::new(job, name, chosen) };
                targets.push(Found { target, own });
            }
            Err((class, message)) => left.push((job, name, class, message)),
        }
    }
    if id.is_some() && targets.len() + left.len() != 1 {
        return Err(CommandError::usage(
            "--id names one instance: give one NAME that the lock has",
        ));
    }
    for (job, name, class, message) in left {
        held.report.classes.insert(class);
        held.report.instances.push(skipped(job, name, message));
    }
    Ok(targets)
}

/// Returns the instance that the entry records after its own instance is deleted: the oldest live one
/// with its name, if no available lock owns it and it equals the entry's request.
fn successor(
    held: &LockedWorkspace,
    client: &Client,
    name: &InstanceName,
    entry: &Entry,
) -> Result<Option<TaskId>, CommandError> {
    let (site, owned) = (held.list_regions(client)?, held.owned_ids());
    Ok(held.runtime.block_on(apply::equal_duplicate(&site, &owned, name, &entry.request)))
}

/// Checks whether the platform has an instance of exactly this name that no available lock owns: a
/// candidate that `status` found and that is not in a lock yet.
fn is_unowned_duplicate(
    held: &LockedWorkspace,
    entry: &Entry,
    name: &InstanceName,
    id: &TaskId,
) -> bool {
    let (Some(client), false) =
        (held.platform.client_for_region(entry), held.owned_ids().contains(id))
    else {
        return false;
    };
    let detail = held.runtime.block_on(client.detail(id));
    detail.is_ok_and(|detail| detail.id() == id && detail.name() == Some(name.as_str()))
}

/// Returns the instance to delete for an entry, or the reason why it is skipped.
fn target(
    entry: &Entry,
    id: Option<&TaskId>,
    here: bool,
    twin: bool,
) -> Result<TaskId, (ExitClass, String)> {
    if !here {
        return Err((ExitClass::Blocked, format!("the lock has it at `{}`", entry.endpoint)));
    }
    match (id, &entry.task_id) {
        (Some(id), own) if twin || entry.candidates.contains(id) || own.as_ref() == Some(id) => {
            Ok(id.clone())
        }
        (Some(id), _) => Err((
            ExitClass::Blocked,
            format!(
                "the lock names `{id}` neither as its instance nor as a candidate, and the platform \
                 shows no such instance of its name"
            ),
        )),
        (None, Some(own)) => Ok(own.clone()),
        (None, None) => {
            debug_assert_eq!(entry.state, EntryState::Unknown);
            Err((
                ExitClass::Unknown,
                "its outcome is unknown; end that first with `resolve`".to_owned(),
            ))
        }
    }
}

fn skipped(job: usize, name: InstanceName, message: String) -> InstanceReport {
    InstanceReport {
        job,
        name,
        action: PlanAction::Prune,
        outcome: Some(Outcome::Skipped),
        task_id: None,
        code: None,
        message: Some(message),
        way_out: None,
        changes: Vec::new(),
    }
}

/// Returns the confirmation prompt, which lists each name.
fn question(targets: &[Found]) -> String {
    let names: Vec<String> = targets
        .iter()
        .map(|Found { target, .. }| {
            let kept = target.successor.as_ref().map(|id| format!(" (the lock then holds {id})"));
            let name = target.name.as_str().escape_debug();
            format!("{name} {}{}", target.id, kept.unwrap_or_default())
        })
        .collect();
    format!("delete {}: {}", count(targets.len(), "instance"), names.join(", "))
}
