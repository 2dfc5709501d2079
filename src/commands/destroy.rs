//! `destroy`: deletes the instances in the locks and no others.

use std::collections::HashSet;
use std::time::Instant;

use super::confirm::{Proposal, confirmed};
use super::delete::{delete, delete_options};
use super::error::{CommandError, Exit};
use super::following::following;
use super::platform::Regions;
use super::signals::SignalHandler;
use super::workspace::Workspace;
use crate::api::client::Client;
use crate::apply::{ApplyReport, DeleteTarget, InstanceNote, InstanceReport, Outcome};
use crate::cli::Destroy as Args;
use crate::exit_status::ExitClass;
use crate::ids::TaskId;
use crate::inventory;
use crate::lifecycle::LockedInstance;
use crate::lockfile::{Entry, EntryState, LockStore};
use crate::output::{AppliedManifests, CommandProblem, Console};
use crate::plan::{Cost, PlanAction};
use crate::resolve::Contradiction;

pub(super) fn run(
    args: &Args,
    console: &mut Console,
    signals: &SignalHandler,
) -> Result<Exit, CommandError> {
    let workspace = Workspace::write(&args.target, &args.names, console)?;
    let done = destroy(args, workspace, &|_| true, console, signals)?;
    let Destroyed { workspace, report, .. } = &done;
    done.print(console)?;
    if report.instances.iter().any(|one| one.outcome == Some(Outcome::Deleted)) {
        console.next_commands(&following(&workspace.manifests, &["list", "plan"]))?;
    }
    Ok(done.report.classes.into())
}

/// Result of deleting instances.
pub(super) struct Destroyed {
    workspace: Workspace<LockStore>,
    pub(super) report: ApplyReport,
    cost: Cost,
}

impl Destroyed {
    /// Prints it, as the command's result.
    pub(super) fn print(&self, console: &mut Console) -> Result<(), CommandError> {
        let Self { workspace, report, cost } = self;
        let (files, cost) = (workspace.files(), *cost);
        let applied = AppliedManifests { files: &files, report, cost, totals: None };
        Ok(console.print_apply_result(&applied)?)
    }
}

/// Deletes the selected instances of which `keep` is true.
pub(super) fn destroy(
    args: &Args,
    mut workspace: Workspace<LockStore>,
    keep: &dyn Fn(&LockedInstance) -> bool,
    console: &mut Console,
    signals: &SignalHandler,
) -> Result<Destroyed, CommandError> {
    let is_same = |one: &Deletion, other: &Deletion| {
        let effect = |found: &Found| (found.target.clone(), found.own);
        one.found.iter().map(effect).eq(other.found.iter().map(effect))
    };
    let propose = |workspace: &mut Workspace<LockStore>, console: &mut Console| {
        let queried = Some(Instant::now());
        let actions = deletion(workspace, args, keep)?;
        let targets: Vec<_> = actions.found.iter().map(|found| &found.target).collect();
        let cards = Cost::of_entries(actions.found.iter().map(|found| &found.entry)).cards;
        let question = || console.words().delete_question(&targets, cards);
        let question = (!targets.is_empty()).then(question);
        Ok(Proposal { actions, question, is_same, queried })
    };
    let yes = args.confirm.yes;
    let Deletion { found, left } =
        confirmed(&mut workspace, yes, console, propose, |_, _, _| Ok(()))?;
    let options = delete_options(args.pace, signals.subscribe());
    let targets = found.iter().map(|found| found.target.clone()).collect();
    let mut report = delete(&mut workspace, targets, &options, console);
    workspace.record_at_remote(args.target.guard, &mut report.classes, console)?;
    let deleted = report.instances.iter().filter(|one| one.outcome == Some(Outcome::Deleted));
    let deleted: HashSet<_> = deleted.map(|one| (one.job, &one.name)).collect();
    let deleted =
        found.iter().filter(|Found { target, .. }| deleted.contains(&(target.job, &target.name)));
    let cost = Cost::of_entries(deleted.map(|found| &found.entry));
    for (locked, class, note) in left {
        report.classes.insert(class);
        report.instances.push(InstanceReport {
            outcome: Some(Outcome::Skipped),
            note: Some(note.into()),
            ..InstanceReport::new(locked.job, locked.name, PlanAction::Prune)
        });
    }
    Ok(Destroyed { workspace, report, cost })
}

/// Instances to delete, and those that cannot be deleted.
struct Deletion {
    found: Vec<Found>,
    left: Vec<(LockedInstance, ExitClass, InstanceNote)>,
}

/// An instance to delete.
struct Found {
    target: DeleteTarget,
    entry: Entry,
    /// Whether it is the entry's own instance rather than a candidate.
    own: bool,
}

/// Returns the instances to delete.
fn deletion(
    workspace: &mut Workspace<LockStore>,
    args: &Args,
    keep: &dyn Fn(&LockedInstance) -> bool,
) -> Result<Deletion, CommandError> {
    workspace.select(&args.names)?;
    let mut entries = workspace.selected_entries();
    entries.retain(keep);
    entries.sort_by(|one, other| (one.job, &one.name).cmp(&(other.job, &other.name)));
    if args.id.is_some() && entries.len() != 1 {
        return Err(CommandProblem::IdNeedsOneName.into());
    }
    let needed = entries.iter().map(|locked| workspace.region(locked)).collect();
    workspace.platform.connect(needed, &Regions::new())?;
    let (mut found, mut left) = (Vec::new(), Vec::new());
    for locked in entries {
        let entry = &locked.entry;
        let Some(client) = workspace.platform.client_for_region(entry) else {
            let note = Contradiction::RecordedFor(entry.endpoint.clone());
            left.push((locked, ExitClass::Blocked, InstanceNote::Contradicted(note)));
            continue;
        };
        let id = match &args.id {
            None => entry.task_id.clone(),
            Some(id) if may_delete(workspace, client, &locked, id) => Some(id.clone()),
            Some(id) => {
                let note = Contradiction::NotACandidate(id.clone());
                left.push((locked, ExitClass::Blocked, InstanceNote::Contradicted(note)));
                continue;
            }
        };
        let Some(id) = id else {
            debug_assert_eq!(entry.state, EntryState::Unknown);
            left.push((locked, ExitClass::Unknown, InstanceNote::ResolveFirst));
            continue;
        };
        let own = entry.task_id.as_ref() == Some(&id);
        let successor =
            if own && args.id.is_some() { successor(workspace, client, &locked)? } else { None };
        let LockedInstance { job, name, entry, .. } = locked;
        let target = DeleteTarget { successor, ..DeleteTarget::new(job, name, id) };
        found.push(Found { target, entry, own });
    }
    Ok(Deletion { found, left })
}

/// Returns the instance that the entry records after its own instance is deleted: the oldest live one
/// with its name, if no available lock owns it and it equals the entry's request.
fn successor(
    workspace: &Workspace<LockStore>,
    client: &Client,
    locked: &LockedInstance,
) -> Result<Option<TaskId>, CommandError> {
    let (site, owned) = (workspace.list(client)?, workspace.owned_ids());
    let LockedInstance { name, entry: Entry { request, .. }, .. } = locked;
    Ok(workspace
        .platform
        .runtime
        .block_on(inventory::equal_duplicate(&site, &owned, name, request)))
}

/// Checks whether `--id` is an instance of this entry: its own one, a candidate, or one of exactly this
/// name that no available lock owns, as `status` finds it.
fn may_delete(
    workspace: &Workspace<LockStore>,
    client: &Client,
    LockedInstance { name, entry, .. }: &LockedInstance,
    id: &TaskId,
) -> bool {
    if entry.task_id.as_ref() == Some(id) || entry.candidates.contains(id) {
        return true;
    }
    let query = || workspace.platform.runtime.block_on(client.detail(id));
    !workspace.owned_ids().contains(id)
        && query().is_ok_and(|found| found.id() == id && found.name() == Some(name.as_str()))
}
