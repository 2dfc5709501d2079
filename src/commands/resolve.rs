//! `resolve`: manual resolution of an unknown outcome.

use super::error::{CommandError, Exit};
use super::following::following;
use super::platform::Regions;
use super::workspace::Workspace;
use crate::api::client::Client;
use crate::apply::{ApplyReport, InstanceNote, InstanceReport, Outcome};
use crate::cli::{GuardArgs, Resolve as Args};
use crate::exit_status::ExitClass;
use crate::lifecycle::LockedInstance;
use crate::lockfile::{EntryState, LockStore};
use crate::output::{AppliedManifests, CommandProblem, Console};
use crate::plan::{Cost, PlanAction};
use crate::resolve::{self, Contradiction, Resolution, ResolveError, Resolved};

pub(super) fn run(args: &Args, console: &mut Console) -> Result<Exit, CommandError> {
    let resolution = args.id.clone().map_or(Resolution::Absent, Resolution::TaskId);
    let mut workspace = Workspace::write(&args.target, &args.names, console)?;
    let mut entries = workspace.selected_entries();
    entries.sort_by(|one, other| (one.job, &one.name).cmp(&(other.job, &other.name)));
    entries.retain(|locked| workspace.is_selective() || locked.entry.state == EntryState::Unknown);
    if entries.len() != 1 && args.id.is_some() {
        return Err(CommandProblem::IdNeedsOneName.into());
    }
    let mut report = ApplyReport::default();
    if entries.is_empty() {
        if !args.all_unknown {
            return Err(CommandProblem::NoLockHasName.into());
        }
        console.info(console.words().fixed().nothing_to_resolve)?;
        return finish(&mut workspace, &mut report, args.target.guard, console);
    }
    let needed = entries.iter().map(|locked| workspace.region(locked)).collect();
    workspace.platform.connect(needed, &Regions::new())?;
    let has_entry = |client: &&Client| {
        let location = client.location();
        entries.iter().any(|locked| location.matches_entry(&locked.entry))
    };
    let reached = workspace.platform.clients().iter().filter(has_entry);
    let sites = reached.map(|client| workspace.list(client)).collect::<Result<Vec<_>, _>>()?;
    for LockedInstance { job, name, entry, .. } in entries {
        let (action, task_id) = match &resolution {
            Resolution::TaskId(id) => (PlanAction::Adopt, Some(id.clone())),
            Resolution::Absent => (PlanAction::Gone, entry.task_id.clone()),
        };
        let owned = workspace.owned_ids();
        let mut sites = sites.iter();
        let site = sites.find(|site| site.client.location().matches_entry(&entry));
        let result = if let Some(site) = site {
            let store = &mut workspace.locks[job];
            let resolve = resolve::resolve(store, &name, &resolution, site, &owned);
            workspace.platform.runtime.block_on(resolve)
        } else {
            Err(Contradiction::RecordedFor(entry.endpoint).into())
        };
        let instance = InstanceReport { task_id, ..InstanceReport::new(job, name, action) };
        record(&mut report, instance, result, console)?;
    }
    finish(&mut workspace, &mut report, args.target.guard, console)
}

/// Adds an instance with the result of its manual change to the report.
pub(super) fn record(
    report: &mut ApplyReport,
    instance: InstanceReport,
    result: Result<Resolved, ResolveError>,
    console: &mut Console,
) -> Result<(), CommandError> {
    let (outcome, note) = match result {
        Ok(Resolved { notes, changed }) => {
            for note in notes {
                console.info(&console.words().resolve_note(&note))?;
            }
            match (changed, instance.action) {
                (false, _) => (None, InstanceNote::NothingToDo),
                (true, PlanAction::Adopt) => (Some(Outcome::Created), InstanceNote::AddedToLock),
                (true, _) => (None, InstanceNote::RemovedFromLock),
            }
        }
        Err(ResolveError::Lock(error)) => return Err(error.into()),
        Err(ResolveError::QueryFailed(failure)) => {
            report.classes.insert(failure.class());
            (Some(Outcome::Skipped), InstanceNote::QueryFailed(failure.into_detail()))
        }
        Err(ResolveError::Conflict(why)) => {
            report.classes.insert(ExitClass::Blocked);
            (Some(Outcome::Skipped), InstanceNote::Contradicted(why))
        }
    };
    report.instances.push(InstanceReport { outcome, note: Some(note.into()), ..instance });
    Ok(())
}

/// Prints the report and returns the exit status.
pub(super) fn finish(
    workspace: &mut Workspace<LockStore>,
    report: &mut ApplyReport,
    guard: GuardArgs,
    console: &mut Console,
) -> Result<Exit, CommandError> {
    workspace.record_at_remote(guard, &mut report.classes, console)?;
    let adopted = report.instances.iter().filter(|one| one.outcome == Some(Outcome::Created));
    let entry = |one: &InstanceReport| workspace.locks[one.job].lock().instances.get(&one.name);
    let cost = Cost::of_entries(adopted.filter_map(entry));
    console.print_resolutions(&AppliedManifests {
        files: &workspace.files(),
        report,
        cost,
        totals: None,
    })?;
    let changed = |one: &InstanceReport| !matches!(one.outcome, None | Some(Outcome::Skipped));
    if report.instances.iter().any(changed) {
        console.next_commands(&following(&workspace.manifests, &["plan", "status"]))?;
    }
    Ok(report.classes.clone().into())
}
