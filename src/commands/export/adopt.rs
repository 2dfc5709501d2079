//! `export --adopt`: a manifest of live instances, and its lock that already has them.

use std::fs;
use std::path::Path;
use std::slice::from_ref;

use super::{Found, find, read_back, write_new};
use crate::apply::{ApplyReport, InstanceNote, InstanceReport, Outcome};
use crate::cli::Export as Args;
use crate::commands::error::{CommandError, Exit};
use crate::commands::init::write_schema;
use crate::commands::load::state_dir;
use crate::commands::remote::{self, ClaimOptions};
use crate::commands::workspace::Workspace;
use crate::exit_status::ExitClass;
use crate::ids::InstanceName;
use crate::lockfile::{
    EntryChange, IdSource, LockStore, Lockfile, OpenOptions, PendingCreate, RequestBody,
    default_lock_path,
};
use crate::output::{AppliedManifests, Console, PathProblem, WrittenFile};
use crate::plan::{Cost, PlanAction};
use crate::text::ManifestArgs;

pub(super) fn run(
    args: &Args,
    file: &Path,
    workspace: &mut Workspace<Lockfile>,
    console: &mut Console,
) -> Result<Exit, CommandError> {
    let sandbox = args.workspace.connection.sandbox;
    let lock = default_lock_path(file, sandbox);
    if fs::symlink_metadata(&lock).is_ok() {
        return Err(CommandError::path(&lock, PathProblem::LockExists));
    }
    let manifest = file.file_name().map(|name| name.to_string_lossy().into_owned());
    let no_guard = args.guard.no_guard;
    let mut store = LockStore::open(&lock, OpenOptions { manifest, state: state_dir(), no_guard })?;
    let named = [ManifestArgs::new(file.display().to_string()).sandbox(sandbox)];
    let mut report = ApplyReport::default();
    let claim = match remote::repository(from_ref(&lock), &args.workspace.git)? {
        Some(repository) => {
            let wait = !args.claim.no_wait_claim;
            let options = ClaimOptions { wait, guard: args.guard, manifests: &named };
            let locks = &mut [&mut store];
            Some(remote::claim(repository, locks, &options, &mut report.classes, console)?)
        }
        None => None,
    };
    if store.exists() {
        return Err(CommandError::path(&lock, PathProblem::LockExists));
    }
    let found = find(args, workspace, console)?;
    if found.skipped && !args.names.is_empty() {
        report.classes.insert(ExitClass::Blocked);
    }
    let cost = record(&found, file, &mut store, &mut report, console)?;
    if !report.instances.is_empty() {
        console.info(&console.words().file_written(file, false))?;
        console.info(&console.words().file_written(&lock, false))?;
        // Only editors read it.
        if let Ok(WrittenFile { path, kept: false }) = write_schema(file, console.words()) {
            console.info(&console.words().file_written(Path::new(&path), false))?;
        }
    }
    if let Some(claim) = claim {
        match claim.finish(&mut [&mut store], &remote::message(&[lock], None)) {
            Ok(push) => remote::report_push(&push, &named, &mut report.classes, console)?,
            Err(error) => {
                report.classes.extend(error.class());
                console.error(console.words().git_error(&error))?;
            }
        }
    }
    let name = file.display().to_string();
    let files: &[&str] = &[&name];
    console.print_resolutions(&AppliedManifests { files, report: &report, cost, totals: None })?;
    if !report.instances.is_empty() {
        console.next_commands(&[named[0].command("plan"), named[0].command("status")])?;
    }
    Ok(report.classes.into())
}

/// Writes the manifest, then the lock. Without a lock, `apply` still finds the live instances; a manifest
/// whose lock cannot be written is removed.
fn record(
    found: &Found,
    file: &Path,
    store: &mut LockStore,
    report: &mut ApplyReport,
    console: &mut Console,
) -> Result<Cost, CommandError> {
    let text = found.text(console);
    let requests = read_back(&text).unwrap_or_default();
    let mut changes: Vec<EntryChange> = Vec::new();
    for (client, instance) in found.usable() {
        let name = InstanceName::from(instance.name.as_str());
        let Some(request) = requests.iter().find(|request| request.name == name) else { continue };
        let (region, endpoint) = (client.region(), client.endpoint().clone());
        let body = RequestBody::from_value(&*request.task);
        let entry = PendingCreate::new(name.clone(), region, endpoint, body).entry();
        let entry = entry.resolved_as(instance.id.clone(), Some(IdSource::Manual));
        let adopted = InstanceReport::new(0, name.clone(), PlanAction::Adopt);
        report.instances.push(InstanceReport {
            task_id: Some(instance.id.clone()),
            outcome: Some(Outcome::Created),
            note: Some(InstanceNote::AddedToLock.into()),
            ..adopted
        });
        changes.push(EntryChange { name, base: None, ours: Some(entry) });
    }
    if changes.is_empty() {
        console.info(console.words().fixed().nothing_to_do)?;
        return Ok(Cost::default());
    }
    write_new(file, &text, console)?;
    if let Err(error) = store.save(&changes) {
        let _ = fs::remove_file(file);
        return Err(error.into());
    }
    Ok(Cost::of_entries(changes.iter().filter_map(|change| change.ours.as_ref())))
}
